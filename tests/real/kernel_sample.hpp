// Functions of a real kernel, by chance: what the measurements of naming and of calls begin with. Both take
//   ARCH VMLINUX MODULE_DIR|- COUNT [MODULE...]
// Without modules the functions are vmlinux's, with them the modules', and `vmlinux` among them means both. SEED=n
// takes others.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "../own_store.hpp"
#include "arch/arch.hpp"
#include "machine/disassembler.hpp"
#include "unoops/report.hpp"

namespace unoops::real {

class KernelSample {
 public:
  // null: the arguments make no sense, and it has been said why.
  static std::unique_ptr<KernelSample> open(int argc, char** argv) {
    const char* name = argv[0];
    if (argc < 5) {
      std::fprintf(stderr, "usage: %s ARCH VMLINUX MODULE_DIR|- COUNT [MODULE...]\n", name);
      return nullptr;
    }
    const arch::Arch* row = arch::row_of(find_arch(argv[1]));
    if (!row || !row->isa) {
      std::fprintf(stderr, "%s: no such architecture\n", name);
      return nullptr;
    }
    SymbolOptions options;
    options.vmlinux = argv[2];
    options.force = true;
    if (std::string_view(argv[3]) != "-") options.modules.push_back(argv[3]);
    auto out = std::unique_ptr<KernelSample>(new KernelSample(*row, options));
    out->count = static_cast<unsigned>(std::atoi(argv[4]));
    out->modules = argc > 5;
    if (argc == 5) out->add("");
    for (int i = 5; i < argc; ++i) out->add(argv[i] == std::string_view("vmlinux") ? "" : argv[i]);
    if (!out->weights_.empty()) out->pick_ = {out->weights_.begin(), out->weights_.end()};
    return out;
  }

  // None: no debug kernel is installed.
  bool empty() const { return functions_.empty(); }
  // The start of a function; longer ones more often.
  const SymbolRef& pick() { return functions_[pick_(random)]; }

  const unoops::arch::Arch& row;
  test::OwnStore files;
  const machine::Disassembler disassembler;
  unsigned count = 0;
  bool modules = false;
  std::mt19937 random;

 private:
  KernelSample(const arch::Arch& arch, const SymbolOptions& options)
      : row(arch),
        files(options, identity_of(arch)),
        disassembler(*arch.isa),
        random(std::getenv("SEED") ? static_cast<unsigned>(std::atoi(std::getenv("SEED"))) : 1) {}

  static KernelIdentity identity_of(const arch::Arch& row) {
    KernelIdentity out;
    out.arch = &row.info;
    return out;
  }

  void add(const std::string& module) {
    SymbolRef ref;
    ref.module = module;
    ref.offset = 0;
    auto* file = files.file_of(ref);
    if (!file) return;
    file->symbols().each([&](const symbols::Symbol& s) {
      if (!s.function || s.size < 16 || s.size >= 0x10000) return;
      ref.symbol = s.name;
      ref.size = s.size;
      functions_.push_back(ref);
      weights_.push_back(static_cast<double>(s.size));
    });
  }

  std::vector<SymbolRef> functions_;
  std::vector<double> weights_;
  std::discrete_distribution<std::size_t> pick_;
};

}  // namespace unoops::real
