// Changes of symbol files that are whole otherwise (elf.cpp: any bytes as one): the report comes out, and bounds hold.
#include <iterator>

#include "files.hpp"
#include "logs.hpp"

namespace {

using namespace unoops;
using namespace unoops::fuzz;

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
  std::string elf = testdata(kind.changed);
  while (edits.next()) edits.apply(elf);
  directory.clear();
  directory.write(kind.as, elf);
  if (kind.beside) directory.write(kind.beside_as, testdata(kind.beside));
  decode_with(directory, testdata(kind.log));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Directory directory;
  if (size < 1) return 0;
  change_file(directory, changes[data[0] % std::size(changes)], Edits(data + 1, size - 1));
  return 0;
}
