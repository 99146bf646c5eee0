#include "symbols/impl.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace unoops {

using symbols::DebugFile;
using symbols::Symbol;

namespace {

// Pseudo modules: text that the kernel makes at run time (kernel/bpf/core.c, kernel/trace/ftrace.c, kernel/kprobes.c).
bool is_made_at_run_time(std::string_view module) { return module == "bpf" || module.starts_with("__builtin__"); }

// How well the symbol's size agrees with the printed one; 0: not at all.
int size_fit(const Symbol& symbol, std::uint64_t printed) {
  if (symbol.size == printed) return 3;
  if (symbol.st_size == printed) return 2;
  // The last of its section: what the loader puts behind it is not in the file.
  return symbol.ends_section && printed >= symbol.st_size ? 1 : 0;
}

void keep_best_fit(std::vector<Symbol>& symbols, std::uint64_t printed) {
  int best = 1;
  for (const Symbol& s : symbols) best = std::max(best, size_fit(s, printed));
  std::erase_if(symbols, [&](const Symbol& s) { return size_fit(s, printed) < best; });
}

std::string canonical(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace

KernelSymbols::Impl::Impl(const SymbolOptions& options, KernelIdentity identity)
    : options_(options), identity_(std::move(identity)), finder_(options) {
  if (!options_.release.empty()) identity_.release = options_.release;
}

std::string KernelSymbols::Impl::key(const SymbolRef& ref) const {
  const auto number = [](const std::optional<std::uint64_t>& n) { return n ? fmt::format("{:x}", *n) : std::string("-"); };
  return fmt::format("{} {} {} {} {} {} {}", ref.symbol, number(ref.offset), number(ref.size), ref.module, ref.build_id,
                     ref.symbol.empty() ? number(ref.address) : "", static_cast<int>(ref.pc));
}

const Lookup& KernelSymbols::Impl::resolve(const SymbolRef& ref) {
  const std::string k = key(ref);
  if (const auto found = cache_.find(k); found != cache_.end()) return found->second;
  return cache_.emplace(k, look_up(ref)).first->second;
}

bool KernelSymbols::Impl::try_open(Slot& slot, const std::string& path, const std::string& build_id) {
  if (access(path.c_str(), F_OK) != 0) {
    verdicts_[slot.verdict].tried.push_back(path);
    return false;
  }
  FileVerdict& verdict = verdicts_[slot.verdict];
  auto elf = symbols::ElfFile::open(path);
  if (!elf) {
    verdict.tried.push_back(elf.error().message);
    if (!slot.file) verdict.fit = FileVerdict::Fit::unusable;
    return false;
  }
  auto file = std::make_unique<DebugFile>(std::move(*elf));
  if (!build_id.empty() && !file->elf().build_id().empty() && file->elf().build_id() != build_id && !options_.force) {
    verdict.tried.push_back(fmt::format("{}: build-id is {}, {} in the log", path, file->elf().build_id(), build_id));
    slot.why = Miss::build_id_differs;
    return false;
  }
  const bool has_debug_info = file->has_debug_info();
  if (!has_debug_info) verdict.tried.push_back(path + ": no debug information");
  if (!slot.file || has_debug_info) {
    slot.file = std::move(file);
    verdict.path = path;
    verdict.fit = FileVerdict::Fit::unknown;
  }
  return has_debug_info;
}

void KernelSymbols::Impl::open_vmlinux() {
  vmlinux_.tried = true;
  vmlinux_.why = Miss::no_symbols;
  vmlinux_.verdict = verdicts_.size();
  verdicts_.push_back({"vmlinux", "", FileVerdict::Fit::not_found, {}, {}});
  if (options_.none) return;
  if (!options_.vmlinux.empty()) {
    try_open(vmlinux_, options_.vmlinux, "");
    return;
  }
  for (const std::string& path : finder_.vmlinux_paths(identity_.release, identity_.build_id))
    if (try_open(vmlinux_, path, identity_.build_id)) return;
}

DebugFile* KernelSymbols::Impl::vmlinux() {
  if (!vmlinux_.tried) open_vmlinux();
  return vmlinux_.file.get();
}

std::string KernelSymbols::Impl::release() { return identity_.release; }

void KernelSymbols::Impl::open_module(Slot& slot, const std::string& name, const std::string& build_id) {
  slot.tried = true;
  slot.verdict = verdicts_.size();
  verdicts_.push_back({name, "", FileVerdict::Fit::not_found, {}, {}});
  if (options_.none) return;
  if (!directories_known_) {
    directories_known_ = true;
    vmlinux();
    const std::string base = vmlinux_.file ? vmlinux_.file->elf().path() : options_.vmlinux;
    for (std::string& path : finder_.module_directories(release(), base)) directories_.emplace_back(std::move(path));
  }
  for (auto& directory : directories_) {
    const std::vector<std::string>& paths = directory.find(name);
    if (paths.empty()) verdicts_[slot.verdict].tried.push_back(directory.path() + "/**/" + name + ".ko*");
    for (const std::string& path : paths)
      if (try_open(slot, path, build_id)) return;
  }
}

DebugFile* KernelSymbols::Impl::module(const std::string& printed, const std::string& build_id) {
  const std::string name = canonical(printed);
  Slot& slot = modules_[build_id.empty() ? name : name + " " + build_id];
  if (!slot.tried) open_module(slot, name, build_id);
  return slot.file.get();
}

tl::expected<KernelSymbols::Impl::Place, Unresolved> KernelSymbols::Impl::place_address(const SymbolRef& ref) {
  DebugFile* file = vmlinux();
  if (!file) return tl::unexpected(Unresolved{Miss::no_symbols, ""});
  if (!ref.address) return tl::unexpected(Unresolved{Miss::not_text, ""});
  if (!identity_.kernel_offset) return tl::unexpected(Unresolved{Miss::no_kernel_offset, ""});
  const std::uint64_t address = *ref.address - *identity_.kernel_offset;
  const std::uint64_t wanted = address - (ref.pc == PcKind::return_address ? 1 : 0);
  const auto symbol = file->symbols().covering(wanted);
  if (!symbol) return tl::unexpected(Unresolved{Miss::not_text, ""});
  return Place{file, *symbol, address, {}};
}

tl::expected<KernelSymbols::Impl::Place, Unresolved> KernelSymbols::Impl::place(const SymbolRef& ref) {
  if (ref.symbol.empty()) return place_address(ref);
  if (is_made_at_run_time(ref.module)) return tl::unexpected(Unresolved{Miss::not_text, "made at run time"});
  DebugFile* file = ref.module.empty() ? vmlinux() : module(ref.module, ref.build_id);
  if (!file) {
    const Miss why = ref.module.empty() ? vmlinux_.why : modules_[canonical(ref.module)].why;
    return tl::unexpected(Unresolved{why, ""});
  }
  std::vector<Symbol> found = file->symbols().find(ref.symbol);
  if (found.empty()) return tl::unexpected(Unresolved{Miss::no_such_symbol, ""});
  if (ref.size) {
    const std::uint64_t size = *ref.size, there = found.front().size;
    keep_best_fit(found, size);
    if (found.empty())
      return tl::unexpected(Unresolved{Miss::size_differs, fmt::format("size is {:#x} there, {:#x} in the log", there, size)});
  }
  Place place{file, found.front(), found.front().address + ref.offset.value_or(0), {}};
  const std::uint64_t size = ref.size.value_or(place.symbol.size), offset = ref.offset.value_or(0);
  if (offset > size || (offset == size && ref.pc == PcKind::exact))
    return tl::unexpected(Unresolved{Miss::past_end, fmt::format("offset {:#x} of {:#x}", offset, size)});
  place.others.assign(found.begin() + 1, found.end());
  return place;
}

Lookup KernelSymbols::Impl::look_up(const SymbolRef& ref) {
  if (ref.pc == PcKind::pointer) return Unresolved{Miss::pointer, ""};
  const auto at = place(ref);
  if (!at) return at.error();
  if (!at->others.empty()) return Unresolved{Miss::ambiguous, fmt::format("{} symbols of that name and size", at->others.size() + 1)};
  if (!at->file->has_debug_info()) return Unresolved{Miss::no_debug_info, ""};
  const std::uint64_t address = at->address - (ref.pc == PcKind::return_address ? 1 : 0);
  auto chain = at->file->locate(address);
  if (chain.empty()) return Unresolved{Miss::no_line, ""};
  // Assembler, and code that the compiler made without a DIE of its own: the symbol is its name.
  if (chain.back().function.empty()) chain.back().function = at->symbol.name;
  return chain;
}

void KernelSymbols::Impl::check(const std::vector<const SymbolRef*>&) {}

// ---- the public face

KernelSymbols::KernelSymbols(const SymbolOptions& options, KernelIdentity identity)
    : impl_(std::make_unique<Impl>(options, std::move(identity))) {}
KernelSymbols::~KernelSymbols() = default;
KernelSymbols::KernelSymbols(KernelSymbols&&) noexcept = default;
KernelSymbols& KernelSymbols::operator=(KernelSymbols&&) noexcept = default;

const Lookup& KernelSymbols::resolve(const SymbolRef& ref) { return impl_->resolve(ref); }
void KernelSymbols::check(const std::vector<const SymbolRef*>& refs) { impl_->check(refs); }
const std::vector<FileVerdict>& KernelSymbols::verdicts() const { return impl_->verdicts(); }
const KernelIdentity& KernelSymbols::identity() const { return impl_->identity(); }

}  // namespace unoops
