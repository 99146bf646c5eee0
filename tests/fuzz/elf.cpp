// Any bytes as one of the files that symbols are read from, beside others that are whole: vmlinux, a module, .dwp, .dwo, the
// file of dwz, a file of debug information of its own. The report comes out, its JSON is JSON, its text has no control
// characters, and nothing is left of the file where it is refused.
#include "files.hpp"
#include "logs.hpp"

namespace {

using namespace unoops;
using namespace unoops::fuzz;

struct Pair {
  const char* log;
  const char* as;      // the name of the input
  const char* beside;  // a seed that stays whole; null: none
  const char* beside_as;
};
// The first byte of a seed, 'A' on, says which of these its file is the first of (testdata/fuzz/elf/make.sh).
constexpr Pair pairs[] = {
    {"/fuzz/elf/gcc.text", "vmlinux", nullptr, nullptr},
    {"/demo/oops.log", "vmlinux", "demo-courier", "courier.ko"},
    {"/demo/oops.log", "courier.ko", "demo-vmlinux", "vmlinux"},
    {"/fuzz/elf/clang.text", "vmlinux", "split-dwp", "vmlinux.dwp"},
    {"/fuzz/elf/clang.text", "vmlinux.dwp", "split", "vmlinux"},
    {"/fuzz/elf/clang.text", "vmlinux", "split-dwo", "split.dwo"},
    {"/fuzz/elf/clang.text", "split.dwo", "split-for-dwo", "vmlinux"},
    {"/fuzz/elf/gcc.text", "vmlinux", "dwz-common", "common.debug"},
    {"/fuzz/elf/gcc.text", "common.debug", "dwz", "vmlinux"},
    {"/fuzz/elf/gcc.text", "vmlinux", "stripped-dbg", "vmlinux.dbg"},
    {"/fuzz/elf/gcc.text", "vmlinux.dbg", "stripped", "vmlinux"},
};

std::string annotated(const Directory& directory, const SymbolOptions& symbols, std::string_view log) {
  std::ostringstream out;
  DecodeOptions options;
  options.symbols = symbols;
  Decoder decoder(std::move(options), Decoder::Sink([](ParsedReport&&) {}));
  Annotator annotator(out, decoder.symbolizer(), false);
  listen(log, log.size(), annotator, decoder);
  std::string text = std::move(out).str();
  require(text.find(directory.file("")) == text.npos, "no path of this machine is a source file's");
  return text;
}

void decode_with(const Directory& directory, std::string_view log) {
  DecodeOptions options;
  options.symbols.vmlinux = directory.file("vmlinux");
  options.symbols.modules = {directory.file("")};
  options.symbols.force = true;
  const auto symbols = options.symbols;
  const auto reports = fuzz::decode(log, std::move(options));
  require(reports.size() == 1, "the report comes out whatever the symbol file holds");
  require_json(reports);
  RenderOptions verbose;
  verbose.verbose = true;
  require_no_controls(rendered("text", reports, verbose));
  require_no_controls(annotated(directory, symbols, log));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Directory directory;
  if (size < 1 || data[0] < 'A' || data[0] >= 'A' + std::size(pairs)) return 0;
  const Pair& pair = pairs[data[0] - 'A'];
  const auto file = text_of(data + 1, size - 1);
  // libFuzzer puts words into the input that the program compares: where the file is, may be one of them.
  if (file.find(directory.file("")) != std::string_view::npos) return 0;
  directory.clear();
  directory.write(pair.as, file);
  if (pair.beside)
    directory.write(pair.beside_as,
                    std::string_view(testdata(std::string("/fuzz/elf/") + pair.beside + ".seed")).substr(1));
  decode_with(directory, testdata(pair.log));
  return 0;
}
