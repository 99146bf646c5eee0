// One FileStore for each kernel of a log, made when something of that kernel is first looked up.
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
  // A log names as many kernels as its writer likes: so many are kept, those that were used last. Most logs have one; the
  // reports of a fleet may come by turns, and a boot with another load offset (KASLR) counts as another kernel.
  static constexpr std::size_t most_kernels = 256;
  // A vmlinux takes some 100 MB.
  static constexpr std::size_t most_vmlinux = 8;
  // Files that were looked for and answers that are kept, of all of them: some 16 MB.
  static constexpr std::size_t most_kept = 16 * 1024;

  // `frees` is called before a kernel's files are closed: whoever kept a part of them must let go of it. May be empty.
  explicit KernelCache(SymbolOptions options, std::function<void()> frees = {})
      : shared_(std::move(options)), frees_(std::move(frees)) {}

  // Another log begins. What the one before said of its kernels holds for itself: a machine of the same release may run
  // another build. Their files stay open, because the next log may need them.
  void new_log() { ++log_; }
  // Stays where it is until it is closed to make room.
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
    Entry(SharedFiles& shared, const KernelIdentity& identity, std::uint64_t of_log)
        : log(of_log), asked(identity), files(shared, identity) {}
    KernelFiles told() const { return {files.release(), files.verdicts()}; }
    std::uint64_t log;
    KernelIdentity asked;  // the store's own identity grows as it learns
    FileStore files;
    std::uint64_t used = 0;
  };
  // What is still told of a kernel whose files are closed.
  struct Closed {
    KernelFiles told() const { return {release, verdicts}; }
    std::string release;
    std::vector<FileVerdict> verdicts;
  };
  std::list<Entry>::iterator find(const KernelIdentity&);
  bool is_full() const;
  void close_one();

  SharedFiles shared_;
  std::function<void()> frees_;
  std::list<Entry> kernels_;  // a list, because answers and files must stay where they are
  std::deque<Closed> closed_;
  std::uint64_t uses_ = 0, log_ = 0;
};

}  // namespace unoops::symbols
