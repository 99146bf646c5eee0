#include "symbols/kernel_cache.hpp"

#include <algorithm>

namespace unoops::symbols {
namespace {

// Four members are enough: kernels that agree in them also agree in architecture and version.
bool is_same_kernel(const KernelIdentity& a, const KernelIdentity& b) {
  return a.release == b.release && a.banner == b.banner && a.build_id == b.build_id &&
         a.kernel_offset == b.kernel_offset;
}

}  // namespace

FileStore& KernelCache::of(const KernelIdentity& kernel) {
  const auto known =
      std::ranges::find_if(kernels_, [&](const Entry& entry) { return is_same_kernel(entry.asked, kernel); });
  return known != kernels_.end() ? known->files : kernels_.emplace_back(options_, kernel).files;
}

FileStore* KernelCache::with_vmlinux(const KernelIdentity& kernel) {
  const auto before = kernels_.size();
  FileStore& files = of(kernel);
  if (files.fitting_vmlinux()) return &files;
  if (kernels_.size() != before) kernels_.pop_back();
  return nullptr;
}

std::vector<KernelFiles> KernelCache::files() const {
  std::vector<KernelFiles> all;
  for (const Entry& entry : kernels_) all.push_back({entry.files.release(), entry.files.verdicts()});
  return all;
}

}  // namespace unoops::symbols
