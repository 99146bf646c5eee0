#include "symbols/kernel_cache.hpp"

#include <algorithm>
#include <set>

namespace unoops::symbols {
namespace {

// Of files that are closed: more than a person reads.
constexpr std::size_t most_closed = 64;

// Four members are enough: kernels that agree in them also agree in architecture and version.
bool is_same_kernel(const KernelIdentity& a, const KernelIdentity& b) {
  return a.release == b.release && a.banner == b.banner && a.build_id == b.build_id &&
         a.kernel_offset == b.kernel_offset;
}

// The same is told of both. How well a file fits is known by other words of each log: they count where it does not.
bool tell_the_same(const FileVerdict& a, const FileVerdict& b) {
  return a.what == b.what && a.path == b.path && a.fit == b.fit &&
         (a.fit == FileVerdict::Fit::fits || a.evidence == b.evidence);
}

bool tell_the_same(const KernelFiles& a, const KernelFiles& b) {
  return a.release == b.release &&
         std::ranges::equal(a.files, b.files,
                            [](const FileVerdict& one, const FileVerdict& other) { return tell_the_same(one, other); });
}

}  // namespace

bool KernelCache::is_full() const {
  std::set<const DebugFile*> vmlinux;
  std::size_t kept = 0;
  for (const Entry& entry : kernels_) {
    kept += entry.files.kept();
    if (const auto* file = entry.files.opened_vmlinux()) vmlinux.insert(file);
  }
  return kernels_.size() == most_kernels || vmlinux.size() == most_vmlinux || (kept > most_kept && kernels_.size() > 1);
}

void KernelCache::close_one() {
  if (frees_) frees_();
  const auto oldest = std::ranges::min_element(kernels_, {}, &Entry::used);
  const auto is_told = [&](const Closed& closed) { return tell_the_same(closed.told(), oldest->told()); };
  if (closed_.size() < most_closed && std::ranges::none_of(closed_, is_told))
    closed_.push_back({oldest->files.release(), oldest->files.verdicts()});
  kernels_.erase(oldest);
}

std::list<KernelCache::Entry>::iterator KernelCache::find(const KernelIdentity& kernel) {
  return std::ranges::find_if(
      kernels_, [&](const Entry& entry) { return entry.log == log_ && is_same_kernel(entry.asked, kernel); });
}

FileStore& KernelCache::of(const KernelIdentity& kernel) {
  auto known = find(kernel);
  if (known == kernels_.end()) {
    while (is_full()) close_one();
    known = kernels_.emplace(kernels_.end(), shared_, kernel, log_);
  }
  known->used = ++uses_;
  return known->files;
}

FileStore* KernelCache::with_vmlinux(const KernelIdentity& kernel) {
  const bool is_known = find(kernel) != kernels_.end();
  FileStore& files = of(kernel);
  if (files.fitting_vmlinux()) return &files;
  if (!is_known) kernels_.pop_back();
  return nullptr;
}

// A fleet's logs name one kernel many times.
std::vector<KernelFiles> KernelCache::files() const {
  std::vector<KernelFiles> all;
  const auto add = [&](const auto& kernel) {
    if (std::ranges::none_of(all, [&](const KernelFiles& known) { return tell_the_same(known, kernel.told()); }))
      all.push_back(kernel.told());
  };
  std::ranges::for_each(closed_, add);
  std::ranges::for_each(kernels_, add);
  return all;
}

}  // namespace unoops::symbols
