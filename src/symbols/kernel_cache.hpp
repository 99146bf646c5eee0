// One FileStore a kernel, made when something of that kernel is first looked up.
#pragma once

#include <deque>
#include <utility>

#include "base/rooms.hpp"
#include "symbols/file_store.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops::symbols {

class KernelCache final : public Symbolizer {
 public:
  explicit KernelCache(SymbolOptions options) : options_(std::move(options)) {}

  FileStore& of(const KernelIdentity&);
  // Null: there is no vmlinux of it, and nobody is told that it was looked for.
  FileStore* with_vmlinux(const KernelIdentity&);

  const Lookup& resolve(const KernelIdentity& kernel, const SymbolRef& ref) override { return of(kernel).resolve(ref); }
  SymbolMatches matches(const KernelIdentity& kernel, const SymbolRef& ref) override { return of(kernel).matches(ref); }
  void check(const KernelIdentity& kernel, const std::vector<const SymbolRef*>& refs) override {
    of(kernel).check(refs);
  }
  std::vector<KernelFiles> files() const override;

 private:
  struct Entry {
    Entry(const SymbolOptions& options, const KernelIdentity& identity) : asked(identity), files(options, identity) {}
    KernelIdentity asked;  // the store's own identity grows as it learns
    FileStore files;
  };

  SymbolOptions options_;
  std::deque<Entry> kernels_;  // few; a deque, because answers and files must stay where they are
};

}  // namespace unoops::symbols
