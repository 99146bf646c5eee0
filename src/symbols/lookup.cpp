// References → places in a file → inline chains.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "arch/arch.hpp"
#include "base/limits.hpp"
#include "debuginfo/call_site.hpp"
#include "symbols/code_bytes.hpp"
#include "symbols/file_store.hpp"

namespace unoops::symbols {

using Place = FileStore::Place;

namespace {

// Pseudo modules: text that the kernel makes at run time (kernel/bpf/core.c, kernel/trace/ftrace.c, kernel/kprobes.c).
bool is_made_at_run_time(std::string_view module) { return module == "bpf" || module.starts_with("__builtin__"); }

void keep_best_fit(std::vector<Symbol>& all, std::uint64_t printed) {
  int best = 1;
  for (const Symbol& s : all) best = std::max(best, size_fit(s, printed));
  std::erase_if(all, [&](const Symbol& s) { return size_fit(s, printed) < best; });
}

tl::unexpected<Unresolved> miss(Miss reason, std::string detail = {}) {
  return tl::unexpected(Unresolved{reason, std::move(detail)});
}

// Of one name and size: more than a person would go through, and each of them is looked up. Copies of a header's function are a few dozen.
constexpr std::size_t most_candidates = 256;
// Answers that are kept: those of a report with as many frames as there may be, twice.
constexpr std::size_t most_answers = 2 * limits::report_frames;

std::string first_place(const std::vector<Location>& chain) {
  return chain.empty() ? "?" : fmt::format("{}:{}", chain.front().file, chain.front().line);
}

}  // namespace

// As bytes: it is only compared, once for each frame.
std::string FileStore::key(const SymbolRef& ref) const {
  std::string out;
  const auto add = [&](const std::optional<std::uint64_t>& number) {
    const std::uint64_t value = number.value_or(0);
    out.push_back(number ? '1' : '0');
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  for (const std::string* text : {&ref.symbol, &ref.module, &ref.build_id}) out.append(*text).push_back('\0');
  add(ref.offset);
  add(ref.size);
  add(ref.symbol.empty() || !ref.offset ? ref.address : std::nullopt);
  out.push_back(static_cast<char>(ref.pc));
  return out;
}

const Lookup& FileStore::resolve(const SymbolRef& ref) {
  const std::string k = key(ref);
  if (const auto found = cache_.find(k); found != cache_.end()) return found->second;
  if (cache_.size() == most_answers) cache_.clear();
  return cache_.emplace(k, look_up(ref)).first->second;
}

tl::expected<Place, Unresolved> FileStore::place_address(const SymbolRef& ref) {
  if (!ref.address) return miss(Miss::not_text);
  open_maps();
  const std::uint64_t back = ref.pc == PcKind::return_address ? 1 : 0;
  // kallsyms knows run-time addresses, of modules too.
  if (kallsyms_) {
    const auto row = kallsyms_->covering(*ref.address - back);
    if (!row) return miss(Miss::not_text);
    SymbolRef named = ref;
    named.symbol = row->name;
    named.module = row->module;
    named.offset = *ref.address - row->address;
    if (row->size) named.size = row->size;
    return place(named);
  }
  DebugFile* file = vmlinux();
  if (!file && !system_map_) return miss(Miss::no_symbols);
  std::optional<std::uint64_t> offset = identity_.kernel_offset;
  if (!offset && file && file->elf().arch() && !file->elf().arch()->moves_text) offset = 0;
  if (!offset) return miss(Miss::no_kernel_offset);
  const std::uint64_t address = *ref.address - *offset;
  if (!file) {
    const auto row = system_map_->covering(address - back);
    return row ? miss(Miss::no_debug_info, fmt::format("{}+{:#x}/{:#x}", row->name, address - row->address, row->size))
               : miss(Miss::not_text);
  }
  if (vmlinux_.dropped) return miss(Miss::no_debug_info, verdicts_[vmlinux_.verdict].evidence.front());
  if (refused(vmlinux_)) return miss(Miss::misfit, verdicts_[vmlinux_.verdict].evidence.front());
  const auto symbol = file->symbols().covering(address - back);
  if (!symbol || !file->elf().section_at(address - back)) return miss(Miss::not_text);
  return Place{file, *symbol, address, {}};
}

// The address tells which byte of the function it is, where it is known how far the kernel was moved.
tl::expected<Place, Unresolved> FileStore::place_named_address(const SymbolRef& ref) {
  if (!ref.module.empty() && !kallsyms_) return place_in_module(ref);
  auto place = place_address(ref);
  if (!place) return place;
  const auto names = place->file->symbols().find(ref.symbol);
  const bool is_there = std::ranges::any_of(names, [&](const Symbol& s) { return s.address == place->symbol.address; });
  return is_there ? place : miss(Miss::no_such_symbol);
}

// Modules lie where there was room when they were loaded: their own frames tell where (load_offsets.cpp).
tl::expected<Place, Unresolved> FileStore::place_in_module(const SymbolRef& ref) {
  Slot& slot = slot_of(ref);
  if (!slot.file) return miss(slot.why);
  if (slot.dropped) return miss(Miss::no_debug_info, verdicts_[slot.verdict].evidence.front());
  if (refused(slot)) return miss(Miss::misfit, verdicts_[slot.verdict].evidence.front());
  const auto names = slot.file->symbols().find(ref.symbol);
  if (names.empty()) return miss(Miss::no_such_symbol);
  const std::uint64_t back = ref.pc == PcKind::return_address ? 1 : 0;
  for (const Symbol& symbol : names) {
    const auto moved = slot.moved.find(slot.file->elf().text_end(symbol.address));
    if (moved == slot.moved.end()) continue;
    const auto address = *ref.address - moved->second;
    if (address - back - symbol.address < symbol.size) return Place{slot.file.get(), symbol, address, {}};
  }
  return miss(Miss::no_module_offset);
}

// No file: names and sizes can still be checked against kallsyms or System.map.
tl::expected<Place, Unresolved> FileStore::place_by_map(const SymbolRef& ref, const Unresolved& otherwise) {
  open_maps();
  const SymbolMap* map = kallsyms_ ? kallsyms_ : system_map_;
  if (!map || (!kallsyms_ && !ref.module.empty())) return tl::unexpected(otherwise);
  const auto rows = map->find(ref.symbol, ref.module);
  if (rows.empty()) return miss(Miss::no_such_symbol);
  const auto right = [&](const SymbolMap::Row& row) { return !ref.size || !row.size || row.size == *ref.size; };
  if (std::none_of(rows.begin(), rows.end(), right))
    return miss(Miss::size_differs, fmt::format("size is {:#x} there, {:#x} in the log", rows.front().size, *ref.size));
  return miss(Miss::no_debug_info);
}

tl::expected<Place, Unresolved> FileStore::place(const SymbolRef& ref) {
  if (ref.symbol.empty()) return place_address(ref);
  if (options_.none) return miss(Miss::no_symbols);
  if (!ref.offset && ref.address && ref.pc != PcKind::pointer) return place_named_address(ref);
  if (is_made_at_run_time(ref.module)) return miss(Miss::not_text, "made at run time");
  Slot& slot = slot_of(ref);
  if (!slot.file) return place_by_map(ref, Unresolved{slot.why, ""});
  if (slot.dropped) return place_by_map(ref, Unresolved{Miss::no_debug_info, verdicts_[slot.verdict].evidence.front()});
  if (refused(slot)) return miss(Miss::misfit, verdicts_[slot.verdict].evidence.front());
  std::vector<Symbol> found = slot.file->symbols().find(ref.symbol);
  if (found.empty()) return miss(Miss::no_such_symbol);
  if (ref.size) {
    const std::uint64_t there = found.front().size;
    const bool forced = options_.force && found.size() == 1;
    if (!forced) keep_best_fit(found, *ref.size);
    if (found.empty())
      return miss(Miss::size_differs, fmt::format("size is {:#x} there, {:#x} in the log", there, *ref.size));
  }
  if (found.size() > 1)
    if (const auto chosen = chosen_.find(key(ref)); chosen != chosen_.end())
      std::erase_if(found, [&](const Symbol& s) { return s.address != chosen->second; });
  if (found.size() > most_candidates) return miss(Miss::ambiguous, fmt::format("{} of them", found.size()));
  Place place{slot.file.get(), found.front(), found.front().address + ref.offset.value_or(0), {}};
  const std::uint64_t size = ref.size.value_or(place.symbol.size), offset = ref.offset.value_or(0);
  if (offset > size || (offset == size && ref.pc == PcKind::exact && size != 0))
    return miss(Miss::past_end, fmt::format("offset {:#x} of {:#x}", offset, size));
  place.others.assign(found.begin() + 1, found.end());
  std::erase_if(place.others, [&](const Symbol& s) { return s.address == place.symbol.address; });
  return place;
}

// A return address stands behind its call. At offset 0 the call is the last instruction of the function before (it does
// not return), or there is none: a trampoline such as ret_from_fork.
std::uint64_t FileStore::address_to_look_up(const SymbolRef& ref, const Place& place) {
  if (ref.pc != PcKind::return_address) return place.address;
  if (place.address > place.symbol.address) return place.address - 1;
  const CallKind before = call_before(*place.file, place.address).kind;
  return before == CallKind::direct || before == CallKind::indirect ? place.address - 1 : place.address;
}

std::vector<Location> FileStore::chain(const Place& place, std::uint64_t address) {
  auto chain = place.file->locate(address);
  if (chain.empty() || !chain.back().function.empty()) return chain;
  // Assembler, and code that the compiler made without a DIE of its own: the symbol is its name.
  const bool inside = address >= place.symbol.address;
  const auto symbol = inside ? std::optional(place.symbol) : place.file->symbols().covering(address);
  if (symbol) chain.back().function = symbol->name;
  return chain;
}

Lookup FileStore::look_up(const SymbolRef& ref) {
  if (ref.pc == PcKind::pointer) return Unresolved{Miss::pointer, ""};
  const auto at = place(ref);
  if (!at) return at.error();
  if (!at->file->has_debug_info()) return Unresolved{Miss::no_debug_info, ""};
  if (!at->others.empty()) return look_up_ambiguous(ref, *at);
  auto levels = chain(*at, address_to_look_up(ref, *at));
  if (levels.empty()) return Unresolved{Miss::no_line, ""};
  return levels;
}

// Copies of one function from a header answer with one line wherever they are; else all candidates are named.
Lookup FileStore::look_up_ambiguous(const SymbolRef& ref, const Place& first) {
  std::vector<Location> answer = chain(first, address_to_look_up(ref, first));
  std::string all = first_place(answer);
  bool same = !answer.empty();
  for (const Symbol& symbol : first.others) {
    const Place other{first.file, symbol, symbol.address + ref.offset.value_or(0), {}};
    const auto levels = chain(other, address_to_look_up(ref, other));
    same = same && std::equal(answer.begin(), answer.end(), levels.begin(), levels.end(),
                              [](const Location& a, const Location& b) {
                                return a.line == b.line && a.file == b.file && a.function == b.function;
                              });
    all += ", " + first_place(levels);
  }
  if (same) return answer;
  return Unresolved{Miss::ambiguous, all};
}

// Which of several symbols of one name and size: the one whose code has a call before the return address, that its
// caller calls, that calls what stands above it in the trace.
void FileStore::tell_apart(const std::vector<const SymbolRef*>& refs, std::size_t at) {
  const SymbolRef& ref = *refs[at];
  if (ref.symbol.empty() || ref.pc == PcKind::pointer) return;
  const auto here = place(ref);
  if (!here || here->others.empty()) return;
  std::vector<Symbol> left = candidates(*here);
  const auto keep = [&](auto wanted) {
    std::vector<Symbol> kept;
    std::copy_if(left.begin(), left.end(), std::back_inserter(kept), wanted);
    if (!kept.empty()) left = std::move(kept);
  };
  const std::uint64_t offset = ref.offset.value_or(0);
  const auto call_of = [&](const Symbol& s) { return call_before(*here->file, s.address + offset); };
  if (ref.pc == PcKind::return_address && offset != 0) {
    keep([&](const Symbol& s) { return call_of(s).kind != CallKind::no; });
    const auto callee = at > 0 && !refs[at - 1]->symbol.empty() ? here->file->symbols().find(refs[at - 1]->symbol)
                                                                : std::vector<Symbol>{};
    keep([&](const Symbol& s) {
      const auto target = call_of(s).target;
      return target && std::any_of(callee.begin(), callee.end(), [&](const Symbol& c) { return c.address == *target; });
    });
  }
  if (at + 1 < refs.size() && refs[at + 1]->pc == PcKind::return_address)
    if (const auto caller = place(*refs[at + 1]); caller && caller->file == here->file && caller->others.empty())
      if (const auto target = call_before(*caller->file, caller->address).target)
        keep([&](const Symbol& s) { return s.address == *target; });
  if (chosen_.size() >= most_answers) chosen_.clear();  // what is forgotten is ambiguous again
  if (left.size() == 1) chosen_[key(ref)] = left.front().address;
}

std::vector<Symbol> FileStore::candidates(const Place& place) const {
  std::vector<Symbol> all = place.others;
  all.insert(all.begin(), place.symbol);
  return all;
}

// The Code bytes of a fault are those of one function: they tell copies of a name apart, and whether the file fits.
void FileStore::check_code(const SymbolRef& pc, const Code& code) {
  if (options_.none || pc.symbol.empty() || !code.fault_offset || code.bytes.size() < 8) return;
  const auto here = place(pc);
  if (!here) return;
  const std::uint64_t offset = pc.offset.value_or(0);
  std::vector<std::pair<CodeMatch, std::uint64_t>> matches;
  for (const Symbol& symbol : candidates(*here))
    matches.emplace_back(compare_code(*here->file, symbol.address + offset, code), symbol.address);
  std::sort(matches.begin(), matches.end(),
            [](const auto& a, const auto& b) { return a.first.ratio() > b.first.ratio(); });
  const auto& [best, address] = matches.front();
  if (matches.size() > 1 && best.ratio() > matches[1].first.ratio()) chosen_[key(pc)] = address;
  Slot& slot = slot_of(pc);
  slot.judge.code(best.equal, best.compared);
  settle(slot);
}

}  // namespace unoops::symbols
