#include "render/sections.hpp"

#include <algorithm>

#include "facts/frames.hpp"
#include "report/questions.hpp"

namespace unoops::render {

namespace {

bool is_link_register(const Stack& s) { return s.role == StackRole::link; }

// Where a lock was taken, or what another CPU asks for: no place in the trace that comes next.
bool is_word_of_others(const Stack& s) { return s.role == StackRole::lock_at || s.role == StackRole::csd_call; }

// Of whatever trace comes next; a headline of several frames is a trace of its own (the page's last allocation).
bool is_common_head(const Stack& s) {
  return s.role == StackRole::pc || s.role == StackRole::allocated_in || s.role == StackRole::freed_in ||
         (s.occurrence == Occurrence::headline && !is_word_of_others(s) && s.frames.size() == 1) || is_link_register(s);
}

// "KCSAN: data-race in foo / bar": names, not places
bool is_name_only(const Stack& s) {
  return s.occurrence == Occurrence::headline && std::ranges::none_of(s.frames, [](const Frame& f) {
           return f.ref.offset || f.ref.address || !f.printed.empty();
         });
}

// An address that a trace starts at; another CPU's pc bears its trace's label.
bool is_head(const Stack& s) {
  if (s.frames.size() != 1) return false;
  const Frame& f = s.frames.front();
  return is_common_head(s) || (f.reliable && f.ref.pc == PcKind::exact);
}

bool same_trace(const Stack& a, const Stack& b) {
  return a.label == b.label && a.cpu == b.cpu && a.pid == b.pid && a.comm == b.comm;
}

bool same_place(const SymbolRef& a, const SymbolRef& b) {
  if (a.symbol.empty() || b.symbol.empty()) return a.address && a.address == b.address;
  const bool same_offset = a.offset == b.offset || !a.offset || !b.offset;  // a decoder takes some away
  return a.symbol == b.symbol && same_offset && a.module == b.module;
}

bool same_function(const SymbolRef& a, const SymbolRef& b) {
  return a.symbol.empty() ? same_place(a, b) : a.symbol == b.symbol && a.module == b.module;
}

// Registers within a trace are those of what the last frame's entry code interrupted (arch/x86/kernel/dumpstack.c
// show_regs_if_on_stack).
bool is_entry(const Frame& f) {
  return frame_roles(f.ref.symbol).has(FrameRole::interrupt | FrameRole::exception | FrameRole::system_call);
}

class Builder {
 public:
  Builder(const Report& report, bool all) : report_(report), all_(all) {}

  std::vector<Section> build() {
    for (std::size_t i = 0; i < report_.stacks.size(); ++i) add(i);
    settle_strays(nullptr);
    return std::move(out_);
  }

 private:
  void add(std::size_t i) {
    const Stack& s = report_.stacks[i];
    if (!s.frames.empty() && s.role == StackRole::lock_at && is_culprit(i, 0)) moved_culprit_ = &s.frames.front();
    if (s.frames.empty() || is_single_address(s) || (is_repeat(s) && !all_)) return;
    if (is_name_only(s) && named_elsewhere(i)) return;
    if (is_head(s)) {
      heads_.push_back(i);
      return;
    }
    settle_strays(&s);
    const bool goes_on = goes_on_with(s);
    if (!goes_on) out_.push_back({&s, context_word(s), {}});
    heads_wait_ = is_all_words(s) && i + 1 < report_.stacks.size() && same_trace(s, report_.stacks[i + 1]);
    if (!heads_wait_) take_heads(&s, goes_on);
    append(i, context_word(s));
  }

  // Nothing but words that were left on the stack: of the interrupt that tells of a lockup x86 prints no other, and the pc
  // is what it interrupted (v6.1 arch/x86/kernel/dumpstack.c show_trace_log_lvl).
  static bool is_all_words(const Stack& s) { return std::ranges::none_of(s.frames, &Frame::reliable); }

  bool named_elsewhere(std::size_t names) const {
    return std::ranges::all_of(report_.stacks[names].frames, [&](const Frame& name) {
      for (std::size_t i = 0; i < report_.stacks.size(); ++i)
        if (i != names && std::ranges::any_of(report_.stacks[i].frames,
                                              [&](const Frame& f) { return f.ref.symbol == name.ref.symbol; }))
          return true;
      return false;
    });
  }

  // Pcs without a trace, before one that is not theirs or at the end: sections of their own.
  void settle_strays(const Stack* trace) {
    std::vector<std::size_t> theirs;
    for (const std::size_t i : heads_) {
      const Stack& s = report_.stacks[i];
      const bool foreign = trace && trace->role == StackRole::panic_trace && s.role == StackRole::pc &&
                           !repeats(s.frames.front(), *trace) && !ends_in_entry(*trace);  // its own trace is empty
      if (trace && !foreign && (is_common_head(s) || s.label == trace->label)) {
        theirs.push_back(i);
        continue;
      }
      if (!all_ && is_shown(i)) continue;
      const bool next_to_last =
          !out_.empty() && out_.back().stack && is_link_register(s) && is_head(*out_.back().stack);
      if (!next_to_last) out_.push_back({&s, {}, {}});
      append(i, {});
      mark_link(i);
    }
    heads_ = std::move(theirs);
  }

  // Kernels before v4.10 end an oops with its pc once more (arch/x86/kernel/dumpstack.c __die).
  bool is_shown(std::size_t i) {
    const Stack& s = report_.stacks[i];
    if (s.role != StackRole::pc) return false;
    const auto same = [&](const SectionFrame& f) { return same_place(f.frame->ref, s.frames.front().ref); };
    for (auto& section : out_) {
      const auto shown = std::ranges::find_if(section.frames, same);
      if (shown == section.frames.end() || !shown->frame->reliable) continue;
      shown->culprit |= is_culprit(i, 0);
      return true;
    }
    return false;
  }

  // Did the same trace just end in entry code? What that interrupted goes on with it.
  bool ends_in_entry(const Stack& s) const {
    return !out_.empty() && !out_.back().frames.empty() && same_trace(*out_.back().stack, s) &&
           is_entry(*out_.back().frames.back().frame);
  }

  bool goes_on_with(const Stack& s) const {
    if (out_.empty() || out_.back().frames.empty() || !same_trace(*out_.back().stack, s)) return false;
    const SectionFrame& last = out_.back().frames.back();
    return heads_.empty() || heads_wait_ ? last.context != context_word(s) : is_entry(*last.frame);
  }

  // The pcs that wait for a trace: the report's own at its start, or in its middle what was interrupted.
  void take_heads(const Stack* trace, bool inside) {
    bool repeated = false;
    for (const std::size_t i : heads_) {
      const Frame& head = report_.stacks[i].frames.front();
      const bool link = is_link_register(report_.stacks[i]);
      if (!all_ && !link && said_by_another_head(i)) {  // a WARN's headline names what RIP names
        if (is_culprit(i, 0)) moved_culprit_ = &head;
      } else if (!all_ && (link ? names(head, *trace) || is_stale(i) : repeats(head, *trace))) {
        if (is_culprit(i, 0)) moved_culprit_ = &head;
        repeated |= !link;
      } else if (link && repeated) {
        link_ = i;  // behind the trace's first frame, which is the pc
      } else {
        append(i, context_word(*trace));
        mark_link(i);
        out_.back().frames.back().interrupted = inside && !link;
      }
    }
    heads_.clear();
  }

  // Into the function of the pc it points from that function's own last call: no caller.
  bool is_stale(std::size_t link) const {
    const SymbolRef& back = report_.stacks[link].frames.front().ref;
    return std::ranges::any_of(heads_, [&](std::size_t other) {
      const Stack& s = report_.stacks[other];
      return s.role == StackRole::pc && s.frames.front().ref.symbol == back.symbol &&
             s.frames.front().ref.module == back.module;
    });
  }

  void mark_link(std::size_t stack) {
    SectionFrame& last = out_.back().frames.back();
    last.link_register = is_link_register(report_.stacks[stack]);
    last.stale = last.link_register && is_stale(stack);
  }

  bool said_by_another_head(std::size_t i) const {
    return std::ranges::any_of(heads_, [&](std::size_t other) {
      return other > i && !is_link_register(report_.stacks[other]) &&
             same_place(report_.stacks[other].frames.front().ref, report_.stacks[i].frames.front().ref);
    });
  }

  // arm64 and riscv print the pc again as the trace's first frame; KASAN's headline stands in the trace, too.
  static bool repeats(const Frame& head, const Stack& trace) {
    std::size_t looked_at = 0;
    for (const auto& f : trace.frames) {
      if (!f.reliable) continue;
      if (same_place(f.ref, head.ref)) return true;
      if (++looked_at == 12) break;
    }
    return false;
  }

  // The caller by the link register is in the trace, perhaps at another of its calls.
  static bool names(const Frame& link, const Stack& trace) {
    std::size_t looked_at = 0;
    for (const auto& f : trace.frames) {
      if (!f.reliable) continue;
      if (f.ref.symbol == link.ref.symbol && f.ref.module == link.ref.module) return true;
      if (++looked_at == (trace.role == StackRole::panic_trace ? 12 : 3)) break;
    }
    return false;
  }

  bool is_culprit(std::size_t stack, std::size_t frame) const {
    return report_.culprit_stack == stack && report_.culprit_frame == frame;
  }

  void append(std::size_t i, std::string_view context) {
    auto& to = out_.back().frames;
    const Stack& s = report_.stacks[i];
    for (std::size_t k = 0; k < s.frames.size(); ++k) {
      SectionFrame one{&s.frames[k], is_culprit(i, k), false, false, context};
      if (moved_culprit_ && one.frame->reliable && same_function(one.frame->ref, moved_culprit_->ref)) {
        one.culprit = true;
        moved_culprit_ = nullptr;
      }
      to.push_back(one);
      if (k == 0 && link_) {
        to.push_back({&report_.stacks[*link_].frames.front(), is_culprit(*link_, 0), false, true, context});
        link_.reset();
      }
    }
  }

  const Report& report_;
  const bool all_;
  std::vector<Section> out_;
  std::vector<std::size_t> heads_;
  bool heads_wait_ = false;  // for the next context of the same trace
  const Frame* moved_culprit_ = nullptr;
  std::optional<std::size_t> link_;
};

}  // namespace

bool is_single_address(const Stack& s) {
  if (s.frames.size() != 1 || s.label.empty() || is_repeat(s)) return false;
  if (is_word_of_others(s) || s.role == StackRole::address) return true;
  if (is_head(s)) return false;
  return (s.label.front() >= 'a' && s.label.front() <= 'z') || s.label.ends_with(" at");
}

std::vector<Section> sections_of(const Report& report, bool all) { return Builder(report, all).build(); }

}  // namespace unoops::render
