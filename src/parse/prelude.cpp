#include "parse/prelude.hpp"

#include <algorithm>
#include <array>
#include <bitset>

#include "base/text.hpp"

namespace unoops::parse {
namespace {

constexpr std::size_t most_lines = 64;    // a page dump, or WARN()'s own text
constexpr std::uint64_t most_ticks = 40;  // lines of others between a prelude and its header
constexpr std::int64_t most_us = 2'000'000;
constexpr std::size_t most_callers = 64;

constexpr std::string_view cut_here = "------------[ cut here ]------------", arm_cut_here = "8<--- cut here ---";
constexpr std::string_view ruler = "====================";
constexpr std::string_view overwritten = " overwritten] 0x",
                           mapcount = " mapcount:", overflow = ": detected buffer overflow";

// First words of what callers say just before BUG() or WARN() (v6.1: lib/list_debug.c, mm/usercopy.c, lib/refcount.c,
// net/core/skbuff.c, arch/x86/kernel/nmi.c, arch/arm64/kernel/traps.c, arch/x86/mm/fault.c, mm/kasan/report.c,
// lib/string_helpers.c, rust/kernel, mm/slab.h, init/do_mounts.c).
constexpr auto words = std::to_array<std::string_view>({
    "list_add corruption",
    "list_add double add",
    "list_del corruption",
    "refcount_t",
    "usercopy: ",
    "skbuff: skb_",
    "Uhhuh. NMI received",
    "NMI: ",
    "Insufficient stack space",
    "kasan: ",
    "detected buffer overflow",
    "traps: Missing ENDBR",
    "CFI failure at",
    "rust_kernel: panicked at",
    "page dumped because: VM_BUG_ON",
    "BUG: Dentry ",
    "BUG: memory leak",
    "kernel tried to execute",
    "unable to execute userspace",
    "Bad or missing usercopy whitelist",
    "cache_from_obj: ",
    "VFS: Cannot open root device",
    "No filesystem could mount root, tried:",
});

// Asked of every line. Most are answered by their first letter.
bool begins_with_known_words(std::string_view text) {
  static const auto letters = [] {
    std::bitset<256> out;
    for (const auto word : words) out.set(static_cast<unsigned char>(word.front()));
    return out;
  }();
  return !text.empty() && letters[static_cast<unsigned char>(text.front())] &&
         std::ranges::any_of(
             words, [&](std::string_view word) { return word.front() == text.front() && text.starts_with(word); });
}

// "memcpy: detected buffer overflow: 40 byte write of buffer size 16" (v6.12 lib/string_helpers.c)
bool is_overflow(std::string_view text) {
  const auto colon = text.find(':');
  return colon != std::string_view::npos && text.substr(colon).starts_with(overflow);
}

// "[Right Redzone overwritten] 0xffff9c41-0xffff9c42 @offset=920. First byte 0x66 instead of 0xcc" since v6.12 (mm/slub.c
// check_bytes_and_report); object_err() prints the report behind it.
bool is_overwritten(std::string_view text) {
  return text.starts_with('[') && text.find(overwritten) != std::string_view::npos;
}

// "page:000000005d1bb4e2 refcount:0 mapcount:0 ...": the dump of a page, before the BUG() or WARN() of its check
// (v6.1 mm/debug.c __dump_page, include/linux/mmdebug.h); "count:" to v4.19, "page: refcount:0" since v6.12.
bool is_page_dump(std::string_view text) {
  return text.starts_with("page:") && text.find("count:") != std::string_view::npos &&
         text.find(mapcount) != std::string_view::npos;
}

// Whose dump is no prelude goes on with these: print_modules() and dump_stack() of bad_page(), the address of
// print_bad_pte() (v6.1 mm/page_alloc.c, mm/memory.c). Before a BUG() or WARN() none of them is printed.
bool is_behind_page_dump(std::string_view text) {
  return text.starts_with("Modules linked in:") || text.starts_with("CPU: ") || text.starts_with("addr:");
}

}  // namespace

bool is_cut_here(std::string_view text) {
  return text.find(cut_here) != std::string_view::npos || text.starts_with(arm_cut_here);
}

bool is_report_ruler(std::string_view text) { return is_ruler(trim(text), ruler.substr(0, 1), ruler.size()); }

// Rust's message stands on the line behind its place (rust/kernel/lib.rs, core::panic::PanicInfo).
bool Preludes::Waiting::announces() const {
  return !lines.empty() && lines.back().text.find("rust_kernel: panicked at ") != std::string::npos;
}

bool Preludes::wait(std::uint64_t tick) const {
  return std::ranges::any_of(waiting_, [&](const auto& of_caller) {
    const Waiting& waiting = of_caller.second;
    return (waiting.container || waiting.announces()) && tick - waiting.last_tick <= most_ticks;
  });
}

std::vector<std::string_view> prelude_needles() {
  std::vector<std::string_view> out(words.begin(), words.end());
  out.insert(out.end(), {cut_here, arm_cut_here, ruler, overwritten, mapcount, overflow});
  return out;
}

bool Preludes::read(const LogLine& line, std::uint64_t tick) {
  const auto text = line.text;
  const auto trimmed = trim_left(text);
  const bool container = is_cut_here(text) || is_report_ruler(text) || is_page_dump(trimmed);
  const bool known = begins_with_known_words(trimmed) || is_overwritten(trimmed) || is_overflow(trimmed);
  const auto at = waiting_.find(line.caller);
  const bool announced = at != waiting_.end() && at->second.announces();
  if (!container && !known && !announced && (at == waiting_.end() || !at->second.container)) return false;
  if (at != waiting_.end() && !at->second.lines.empty() && is_page_dump(trim_left(at->second.lines.front().text)) &&
      is_behind_page_dump(trimmed)) {
    waiting_.erase(at);
    return false;
  }
  bool expired = false;
  auto& waiting = waiting_for(line, tick, expired);
  if (expired && !container && !known) return false;  // the announcement is too old, too
  waiting.container |= container;
  waiting.lines.push_back({line.number, tick, std::string(text)});
  return true;
}

void Preludes::keep(const LogLine& line, std::uint64_t tick) {
  bool expired = false;
  waiting_for(line, tick, expired).lines.push_back({line.number, tick, std::string(line.text)});
}

// What waits in this context; what is too old or too much is forgotten.
Preludes::Waiting& Preludes::waiting_for(const LogLine& line, std::uint64_t tick, bool& expired) {
  if (waiting_.size() >= most_callers && !waiting_.contains(line.caller)) waiting_.clear();
  auto& waiting = waiting_[std::string(line.caller)];
  const bool late = waiting.last_time && line.time_us && *line.time_us - *waiting.last_time > most_us;
  expired = !waiting.lines.empty() && (tick - waiting.last_tick > most_ticks || late);
  expired |= waiting.lines.size() >= most_lines;
  if (expired) waiting = {};
  waiting.last_tick = tick;
  waiting.last_time = line.time_us;
  return waiting;
}

std::vector<PreludeLine> Preludes::take(const LogLine& line, std::uint64_t tick) {
  const auto at = waiting_.find(line.caller);
  if (at == waiting_.end()) return {};
  auto waiting = std::move(at->second);
  waiting_.erase(at);
  const bool late = waiting.last_time && line.time_us && *line.time_us - *waiting.last_time > most_us;
  if (tick - waiting.last_tick > most_ticks || late) return {};
  return std::move(waiting.lines);
}

}  // namespace unoops::parse
