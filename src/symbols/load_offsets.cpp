// How far a kernel and its modules were moved from where their files have them, told by what a report shows of them.
#include <algorithm>
#include <iterator>
#include <set>

#include "arch/arch.hpp"
#include "symbols/file_store.hpp"

namespace unoops::symbols {
namespace {

constexpr std::uint64_t page = 4096;

std::uint64_t back_of(const SymbolRef& ref) { return ref.pc == PcKind::return_address ? 1 : 0; }

// A name with the address of an instruction: with an offset where the log has one, else somewhere in the function.
bool has_address(const SymbolRef& ref) {
  return ref.address && *ref.address != 0 && !ref.symbol.empty() && ref.pc != PcKind::pointer;
}

// How far the file's symbol was moved, if by whole steps: a function shorter than a step leaves one answer at most.
std::optional<std::uint64_t> moved_by(const SymbolRef& ref, const Symbol& symbol, std::uint64_t step) {
  if (ref.offset) {
    const auto moved = *ref.address - symbol.address - *ref.offset;
    return (moved & (step - 1)) == 0 ? std::optional(moved) : std::nullopt;
  }
  const auto away = *ref.address - back_of(ref) - symbol.address;
  const auto moved = away & ~(step - 1);
  return away - moved < symbol.size ? std::optional(moved) : std::nullopt;
}

}  // namespace

// "Kernel Offset" is printed at a panic only; a line with address and symbol tells as much.
void FileStore::derive_kernel_offset(const std::vector<const SymbolRef*>& refs) {
  if (identity_.kernel_offset) return;
  for (const SymbolRef* ref : refs) {
    if (!ref->address || *ref->address == 0 || !ref->offset || ref->symbol.empty() || !ref->module.empty()) continue;
    const auto at = place(*ref);
    if (!at || !at->others.empty()) continue;
    const std::uint64_t offset = *ref->address - at->address;
    if ((offset & (page - 1)) != 0) continue;
    identity_.kernel_offset = offset;
    return;
  }
  identity_.kernel_offset = offset_of_named(refs);
}

// crash(8) prints names with addresses that lie anywhere in the functions: "#6 [ffffd20840403cb0] full_proxy_write at
// ffffffffb6226da3". A kernel is moved by whole steps, so each of them leaves one distance at most, or none where the file
// is another kernel's; all must agree.
std::optional<std::uint64_t> FileStore::offset_of_named(const std::vector<const SymbolRef*>& refs) {
  constexpr std::uint64_t step = 2 << 20;  // v6.1 arch/x86/Kconfig PHYSICAL_ALIGN, x86-64's default
  constexpr std::size_t enough = 3;        // names that agree by accident: less than one in 10^9
  std::vector<const SymbolRef*> named;
  std::ranges::copy_if(refs, std::back_inserter(named),
                       [](const SymbolRef* ref) { return has_address(*ref) && !ref->offset && ref->module.empty(); });
  if (named.size() < enough) return std::nullopt;
  DebugFile* file = vmlinux();
  if (!file || !file->elf().arch() || !file->elf().arch()->moves_text || refused(vmlinux_)) return std::nullopt;
  std::optional<std::uint64_t> found;
  std::set<std::string_view> agreeing;
  for (const SymbolRef* ref : named) {
    const auto symbols = file->symbols().find(ref->symbol);
    if (symbols.size() != 1) continue;
    const auto moved = moved_by(*ref, symbols.front(), step);
    if (!moved || (found && found != moved)) return std::nullopt;
    found = moved;
    agreeing.insert(ref->symbol);
  }
  return agreeing.size() >= enough ? found : std::nullopt;
}

// A module's code lies in one piece from a page's beginning on (v6.1 kernel/module/main.c layout_sections,
// move_module), and its init code in another: in ElfFile each has an end of its own. What the frames of a piece say must
// agree, and be no accident: that a frame fits another file has the odds of its function's size to a page.
void FileStore::derive_module_offsets(const std::vector<const SymbolRef*>& refs) {
  constexpr double accident = 1e-3;
  struct Piece {
    std::optional<std::uint64_t> moved;
    bool agrees = true;
    double odds = 1;
    std::set<std::string_view> agreeing;
  };
  std::map<std::pair<Slot*, std::uint64_t>, Piece> pieces;
  for (auto& [name, slot] : modules_) slot.moved.clear();
  for (const SymbolRef* ref : refs) {
    if (!has_address(*ref) || ref->module.empty()) continue;
    Slot& slot = slot_of(*ref);
    if (!slot.file || slot.dropped || refused(slot)) continue;
    const auto symbols = slot.file->symbols().find(ref->symbol);
    if (symbols.size() != 1 || (!ref->offset && symbols.front().size >= page)) continue;
    Piece& piece = pieces[{&slot, slot.file->elf().text_end(symbols.front().address)}];
    const auto moved = moved_by(*ref, symbols.front(), page);
    piece.agrees = piece.agrees && moved && (!piece.moved || piece.moved == moved);
    piece.moved = moved;
    if (piece.agreeing.insert(ref->symbol).second)
      piece.odds *= ref->offset ? 1.0 / page : static_cast<double>(symbols.front().size) / page;
  }
  for (const auto& [where, piece] : pieces)
    if (piece.agrees && piece.odds <= accident) where.first->moved.emplace(where.second, *piece.moved);
  // What was found out for another boot's frames does not hold for these.
  if (!pieces.empty()) cache_.clear();
}

// crash(8) does not say whose the function of an exception is ("[exception RIP: foo+41]"): where the kernel has none of
// that name, it is the one module's on the report that has it where the address says.
std::string FileStore::module_of(const SymbolRef& ref, const std::set<std::string>& modules) {
  if (!has_address(ref) || !ref.offset || ref.size || !ref.module.empty()) return {};
  if (DebugFile* file = vmlinux(); file && !file->symbols().find(ref.symbol).empty()) return {};
  std::string found;
  for (const std::string& module : modules) {
    SymbolRef there = ref;
    there.module = module;
    Slot& slot = slot_of(there);
    if (!slot.file || slot.dropped || refused(slot)) continue;
    const auto symbols = slot.file->symbols().find(ref.symbol);
    if (std::ranges::none_of(symbols, [&](const Symbol& s) { return moved_by(ref, s, page).has_value(); })) continue;
    if (!found.empty()) return {};
    found = module;
  }
  return found;
}

}  // namespace unoops::symbols
