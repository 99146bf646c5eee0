#include "symbols/kernel_cache.hpp"

#include <algorithm>

namespace unoops::symbols {
namespace {

// Of files that are closed: more than a person reads.
constexpr std::size_t most_closed = 64;

// Four members are enough: kernels that agree in them also agree in architecture and version.
bool is_same_kernel(const KernelIdentity& a, const KernelIdentity& b) {
  return a.release == b.release && a.banner == b.banner && a.build_id == b.build_id &&
         a.kernel_offset == b.kernel_offset;
}

// What is told of them; how well they fit may be known by other words of another log.
bool is_told(const FileVerdict& a, const FileVerdict& b) {
  return a.what == b.what && a.path == b.path && a.fit == b.fit && a.evidence == b.evidence;
}

}  // namespace

void KernelCache::close_one() {
  if (frees_) frees_();
  const auto oldest = std::ranges::min_element(kernels_, {}, &Entry::used);
  Closed closed{oldest->files.release(), oldest->files.verdicts()};
  const auto is_known = [&](const Closed& known) {
    return known.release == closed.release && std::ranges::equal(known.verdicts, closed.verdicts, is_told);
  };
  if (closed_.size() < most_closed && std::ranges::none_of(closed_, is_known)) closed_.push_back(std::move(closed));
  kernels_.erase(oldest);
}

FileStore& KernelCache::of(const KernelIdentity& kernel) {
  auto known = std::ranges::find_if(kernels_, [&](const Entry& entry) { return is_same_kernel(entry.asked, kernel); });
  if (known == kernels_.end()) {
    if (kernels_.size() == most_kernels) close_one();
    known = kernels_.emplace(kernels_.end(), options_, kernel);
  }
  known->used = ++uses_;
  return known->files;
}

FileStore* KernelCache::with_vmlinux(const KernelIdentity& kernel) {
  const bool is_known =
      std::ranges::any_of(kernels_, [&](const Entry& entry) { return is_same_kernel(entry.asked, kernel); });
  FileStore& files = of(kernel);
  if (files.fitting_vmlinux()) return &files;
  if (!is_known) kernels_.pop_back();
  return nullptr;
}

std::vector<KernelFiles> KernelCache::files() const {
  std::vector<KernelFiles> all;
  for (const Closed& kernel : closed_) all.push_back({kernel.release, kernel.verdicts});
  for (const Entry& entry : kernels_) all.push_back({entry.files.release(), entry.files.verdicts()});
  return all;
}

}  // namespace unoops::symbols
