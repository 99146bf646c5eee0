// Small ELF files, built from testdata/symbols by the compilers of the machine while the tests run.
#pragma once

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "catch.hpp"
#include "own_store.hpp"

namespace unoops::test {

namespace fs = std::filesystem;

inline bool run(const std::string& command) {
  const int status = std::system(("(" + command + ") >/dev/null 2>&1").c_str());
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

inline bool have(const std::string& tool) { return run("command -v " + tool); }

class TempDir {
 public:
  TempDir() {
    std::string pattern = (fs::temp_directory_path() / "unoops-symbols-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempDir() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Build {
  std::string name, compiler, flags;
  std::string prepare = {};  // runs in the directory after linking; {} is the linked file
};

inline const std::string source_dir = std::string(TESTDATA) + "/symbols";

// Compiles the sources; links them to `vmlinux` (at a fixed address) and to `six.ko` (relocatable). False: the compiler
// can't (an option of a newer one).
inline bool build(const TempDir& dir, const Build& b) {
  const std::string base =
      fmt::format("cd {} && {} -c -O2 -ffreestanding -fno-pic -fno-asynchronous-unwind-tables -fno-stack-protector {} ",
                  dir.path(), b.compiler, b.flags);
  if (!run(base + fmt::format("-o chain.o {}/chain.c", source_dir))) return false;
  for (int twin : {1, 2})
    if (!run(base + fmt::format("-DTWIN={} -o twin{}.o {}/twin.c", twin, twin, source_dir))) return false;
  const std::string emulation = b.flags.find("-m32") != std::string::npos ? "-m elf_i386" : "";
  if (!run(fmt::format("cd {} && ld {} --build-id -r -o six.ko chain.o twin1.o twin2.o && ld {} --build-id "
                       "-Ttext=0x1000000 -e _start -o "
                       "vmlinux chain.o twin1.o twin2.o",
                       dir.path(), emulation, emulation)))
    return false;
  if (b.prepare.empty()) return true;
  return run(fmt::format("cd {} && {}", dir.path(), b.prepare));
}

// The number of the line of testdata/symbols/FILE that holds the text.
inline unsigned line_of(const std::string& file, const std::string& text) {
  std::ifstream in(source_dir + "/" + file);
  unsigned number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.find(text) != std::string::npos) return number;
  }
  FAIL("no line with " << text);
  return 0;
}

inline SymbolRef ref(const std::string& symbol, std::uint64_t offset = 0, PcKind pc = PcKind::exact) {
  SymbolRef r;
  r.symbol = symbol;
  r.offset = offset;
  r.pc = pc;
  return r;
}

// "innermost chain.c:8 < middle chain.c:13", or "! no-line"
inline std::string text(const Lookup& lookup) {
  if (const auto* miss = std::get_if<Unresolved>(&lookup)) return "! " + std::string(miss_id(miss->reason));
  std::string out;
  for (const Location& l : std::get<std::vector<Location>>(lookup))
    out +=
        fmt::format("{}{} {}:{}", out.empty() ? "" : " < ", l.function, fs::path(l.file).filename().string(), l.line);
  return out;
}

}  // namespace unoops::test
