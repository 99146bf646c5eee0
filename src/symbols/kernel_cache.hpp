// One FileStore a kernel, made when something of that kernel is first looked up.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <string>
#include <utility>

#include "base/rooms.hpp"
#include "symbols/file_store.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops::symbols {

class KernelCache final : public Symbolizer {
 public:
  // A log names as many kernels as its writer likes, and each may open files of its own: so many are kept, those that were
  // used last. Most logs have one; the reports of a dozen machines may come by turns.
  static constexpr std::size_t most_kernels = 8;

  // `frees` is called before a kernel's files are closed: whoever kept a part of them must let go of it. May be empty.
  explicit KernelCache(SymbolOptions options, std::function<void()> frees = {})
      : options_(std::move(options)), frees_(std::move(frees)) {}

  // Stays where it is until `most_kernels` others have been asked for.
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
    std::uint64_t used = 0;
  };
  // What is still told of a kernel whose files are closed.
  struct Closed {
    std::string release;
    std::vector<FileVerdict> verdicts;
  };
  void close_one();

  SymbolOptions options_;
  std::function<void()> frees_;
  std::list<Entry> kernels_;  // a list, because answers and files must stay where they are
  std::deque<Closed> closed_;
  std::uint64_t uses_ = 0;
};

}  // namespace unoops::symbols
