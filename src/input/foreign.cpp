// Files that people take for a log: packed or binary ones, and what other programs say of a crash.
#include <algorithm>
#include <array>

#include "base/rooms.hpp"
#include "memory/core_file.hpp"
#include "unoops/source.hpp"

namespace unoops::input {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view begins;
  std::string_view words;
};

// From a file it would have been read (open_sources).
constexpr auto piped_dump = "a memory dump that comes through a pipe: give unoops the file (unoops FILE)"sv;
constexpr auto picture = "a picture: unoops reads text, so take the log from the console, pstore or the journal"sv;

// file(1)'s magic numbers; systemd's journal-def.h.
constexpr auto magics = std::to_array<Magic>({
    {"\x7f"
     "ELF",
     "an ELF file, no log: vmlinux stands behind -k, modules in the directory behind -m"},
    {"\x02\x21\x4c\x18", "an lz4 file of the old form: unpack it first (lz4 -dc FILE | unoops)"},
    {"\x89LZO\0"sv, "an lzop file: unpack it first (lzop -dc FILE | unoops)"},
    {"\x5d\0\0"sv, "an lzma file: unpack it first (xz -dc --format=lzma FILE | unoops)"},
    {"LZIP", "an lzip file: unpack it first (lzip -dc FILE | unoops)"},
    {"\x1f\x9d", "a file of compress: unpack it first (gzip -dc FILE | unoops)"},
    {"Rar!\x1a\x07", "a rar archive: unpack it, and give unoops the directory"},
    {"hsqs", "a squashfs image: unpack it (unsquashfs), and give unoops the directory"},
    {"!<arch>\n", "an ar archive or a Debian package: unpack it, and give unoops the directory"},
    {"PK\x03\x04", "a zip archive: unpack it, and give unoops the directory"},
    {"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it, and give unoops the directory"},
    {"LPKSHHRH", "a journal's file: have it read (journalctl -k --file=FILE | unoops)"},
    {"\x89PNG\r\n", picture},
    {"\xff\xd8\xff", picture},
    {"%PDF-", "a PDF: unoops reads text, so save it as that"},
});

// What other programs print where Linux does not get to it: xen/arch/x86/traps.c, crash's bt, powerpc's xmon, kdb.
struct Words {
  std::string_view holds;
  std::string_view words;
};
constexpr auto texts = std::to_array<Words>({
    {"(XEN) ----[ Xen-", "a report of the Xen hypervisor, whose addresses are its own: look them up in xen-syms"},
    {"(XEN) Panic on CPU", "a panic of the Xen hypervisor, whose addresses are its own: look them up in xen-syms"},
    {"crash> ", "a session of crash without a trace or a log: \"bt\" and \"log\" there print them"},
    {":mon> ", "a session of xmon, powerpc's debugger: \"dl\" there prints the kernel's log, for unoops to read"},
    {"KDB: stack backtrace:", "a report of FreeBSD's kernel, which unoops does not read"},
    {"panic(cpu ", "a panic of another kernel (macOS, illumos), which unoops does not read"},
    {"]kdb> ", "a session of kdb, the kernel's debugger: \"dmesg\" there prints the log, for unoops to read"},
});

}  // namespace
}  // namespace unoops::input

namespace unoops {

using namespace input;

std::optional<ForeignInput> foreign_input(std::string_view bytes) {
  if (begins_dump(bytes)) return ForeignInput{piped_dump};
  // docs/report.schema.json
  if (bytes.starts_with(R"({"schema":"unoops.report/)"))
    return ForeignInput{"reports of unoops (--format json): --format summary and title read them", false, true};
  const auto magic = std::ranges::find_if(magics, [&](const Magic& row) { return bytes.starts_with(row.begins); });
  if (magic != magics.end()) return ForeignInput{magic->words};
  const auto text =
      std::ranges::find_if(texts, [&](const Words& row) { return bytes.find(row.holds) != std::string_view::npos; });
  if (text != texts.end()) return ForeignInput{text->words, true};
  return std::nullopt;
}

}  // namespace unoops
