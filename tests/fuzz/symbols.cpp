// Changed ELF files beside the demo's log: as vmlinux, as module, as .dwp, and System.map and kallsyms of any bytes. The
// report comes out, and bounds hold.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "logs.hpp"
#include "symbols/symbol_map.hpp"

namespace {

using namespace unoops;
using namespace unoops::fuzz;
namespace fs = std::filesystem;

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// A directory of this process alone, that goes with it.
class Directory {
 public:
  Directory() : path_(fs::temp_directory_path() / ("unoops-fuzz-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

struct Change {
  const char* log;
  const char* changed;             // the file of testdata that is changed
  const char* as;                  // its name in the directory
  const char *beside, *beside_as;  // one that stays whole
};
constexpr Change changes[] = {
    {"/demo/oops.log", "/demo/vmlinux", "vmlinux", "/demo/courier.ko", "courier.ko"},
    {"/demo/oops.log", "/demo/courier.ko", "courier.ko", "/demo/vmlinux", "vmlinux"},
    {"/hostile-symbols/oops.text", "/hostile-symbols/uaf.elf.dwp", "vmlinux.dwp", "/hostile-symbols/uaf.elf",
     "vmlinux"},
    {"/hostile-symbols/oops.text", "/hostile-symbols/uaf.elf", "vmlinux", "/hostile-symbols/uaf.elf.dwp",
     "vmlinux.dwp"},
    {"/hostile-symbols/oops.text", "/hostile-symbols/u-sys-subr-dag.elf", "vmlinux", nullptr, nullptr},
    {"/hostile-symbols/oops.text", "/hostile-symbols/t-member-neg.elf", "vmlinux", nullptr, nullptr},
};

void decode_with(const Directory& directory, const std::string& log) {
  DecodeOptions options;
  options.symbols.vmlinux = directory.file("vmlinux");
  options.symbols.modules = {directory.file("")};
  options.symbols.force = true;
  const auto reports = fuzz::decode(log, std::move(options));
  require(reports.size() == 1, "the report comes out whatever the symbol file holds");
  rendered("text", reports);
  rendered("json", reports);
}

void change_file(const Directory& directory, const Change& kind, Edits edits) {
  static const std::string testdata = TESTDATA;
  std::string elf = content(testdata + kind.changed);
  while (edits.next()) edits.apply(elf);
  fs::remove(directory.file("vmlinux.dwp"));
  write(directory.file(kind.as), elf);
  if (kind.beside) write(directory.file(kind.beside_as), content(testdata + kind.beside));
  decode_with(directory, content(testdata + kind.log));
}

void read_map(std::string_view text) {
  const auto map = symbols::SymbolMap::parse(std::string(text), "map");
  if (!map) return require(!map.error().message.empty(), "what is refused is named");
  for (const std::string_view name : {"vfs_write", "a", ""})
    for (const auto& row : map->find(name, ""))
      require(row.name == name, "what is found has the name that was asked for");
  for (const std::uint64_t address : {0xffffffff81000010ULL, 0xffffffffc0000000ULL, ~0ULL, 0ULL})
    if (const auto row = map->covering(address))
      require(row->address <= address, "what covers an address begins before it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Directory directory;
  if (size < 1) return 0;
  const auto mode = data[0] % (std::size(changes) + 1);
  if (mode < std::size(changes))
    change_file(directory, changes[mode], Edits(data + 1, size - 1));
  else
    read_map(text_of(data + 1, size - 1));
  return 0;
}
