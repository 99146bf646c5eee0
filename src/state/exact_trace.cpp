#include "state/exact_trace.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "facts/frames.hpp"

namespace unoops::state {
namespace {

class ExactTrace {
 public:
  ExactTrace(Report& report, StackRole role, const std::vector<NamedFrame>& stack, std::optional<std::int64_t> pid)
      : report_(report), stack_(stack), log_frame_(stack.size(), nullptr) {
    for (std::size_t i = 0; i < report_.stacks.size(); ++i)
      if (const Stack& s = report_.stacks[i];
          s.role == role && s.occurrence == Occurrence::own && is_of_panic(s) && (!pid || s.pid == pid))
        pieces_.push_back({i, {}, 0, {}});
  }

  bool run() {
    if (!match() || loses_culprit()) return false;
    for (std::size_t p = 0; p < pieces_.size(); ++p) rebuild(p);
    for (Piece& piece : pieces_) {
      report_.stacks[piece.stack].frames = std::move(piece.frames);
      if (report_.culprit_stack == piece.stack && moved_culprit_) report_.culprit_frame = moved_culprit_;
    }
    drop_empty();
    return true;
  }

 private:
  // A trace that changes its context is several stacks.
  struct Piece {
    std::size_t stack;
    std::optional<std::size_t> first;  // of stack_ that stands in it
    std::size_t kept = 0;              // its first frames: what printed the trace was gone when the dump was taken
    std::vector<Frame> frames;         // what becomes of them
  };

  const std::vector<Frame>& frames_of(const Piece& piece) const { return report_.stacks[piece.stack].frames; }

  // Of a task that hangs, or of the CPU that panicked because of it.
  bool is_of_panic(const Stack& s) const {
    return !s.cpu || (report_.machine && s.cpu == report_.machine->panicked_cpu);
  }

  bool match() {
    std::size_t at = 0;
    bool printing = true, any = false;
    for (Piece& piece : pieces_)
      for (const Frame& f : frames_of(piece)) {
        if (!f.reliable) continue;
        printing = printing && frame_roles(f.ref.symbol).has(FrameRole::report);
        if (printing) {
          piece.kept = static_cast<std::size_t>(&f - frames_of(piece).data()) + 1;
          continue;
        }
        while (at < stack_.size() && !same_place(stack_[at].ref, f.ref)) ++at;
        if (at == stack_.size()) return false;
        if (!piece.first) piece.first = at;
        log_frame_[at++] = &f;
        any = true;
      }
    return any;
  }

  bool loses_culprit() const {
    return std::ranges::any_of(pieces_, [&](const Piece& piece) {
      const bool in_it = report_.culprit_stack == piece.stack && report_.culprit_frame;
      return in_it && *report_.culprit_frame < frames_of(piece).size() &&
             !frames_of(piece)[*report_.culprit_frame].reliable;
    });
  }

  void rebuild(std::size_t p) {
    Piece& piece = pieces_[p];
    const auto& old = frames_of(piece);
    for (std::size_t i = 0; i < piece.kept; ++i)
      if (old[i].reliable) take(piece, old[i]);
    if (!piece.first) return;
    const auto next = std::find_if(pieces_.begin() + static_cast<std::ptrdiff_t>(p) + 1, pieces_.end(),
                                   [](const Piece& other) { return other.first.has_value(); });
    const auto end = next == pieces_.end() ? stack_.size() : *next->first;
    for (auto k = *piece.first; k < end; ++k) {
      const auto& ref = stack_[k].ref;
      const auto guess = std::ranges::find_if(old, [&](const Frame& f) { return same_place(f.ref, ref); });
      if (log_frame_[k])
        take(piece, *log_frame_[k]);
      else if (guess != old.end())
        take(piece, *guess);
      else if (!is_printed_apart(ref))
        piece.frames.emplace_back().ref = ref;
    }
  }

  void take(Piece& piece, const Frame& frame) {
    const auto& old = frames_of(piece);
    const bool is_culprit =
        report_.culprit_stack == piece.stack && report_.culprit_frame && &frame == old.data() + *report_.culprit_frame;
    if (is_culprit) moved_culprit_ = piece.frames.size();
    piece.frames.push_back(frame);
    piece.frames.back().reliable = true;
  }

  // As the pc of a register dump within the trace.
  bool is_printed_apart(const SymbolRef& ref) const {
    return ref.pc == PcKind::exact && std::ranges::any_of(report_.stacks, [&](const Stack& s) {
             return s.role == StackRole::pc && !s.frames.empty() && same_place(s.frames.front().ref, ref);
           });
  }

  void drop_empty() {
    for (auto piece = pieces_.rbegin(); piece != pieces_.rend(); ++piece) {
      const auto at = report_.stacks.begin() + static_cast<std::ptrdiff_t>(piece->stack);
      if (!at->frames.empty()) continue;
      report_.stacks.erase(at);
      if (report_.culprit_stack && *report_.culprit_stack > piece->stack) --*report_.culprit_stack;
      for (DumpedTask& task : report_.tasks)
        if (task.stack && *task.stack > piece->stack) --*task.stack;
    }
  }

  Report& report_;
  const std::vector<NamedFrame>& stack_;
  std::vector<const Frame*> log_frame_;  // of each frame of the stack, where the log confirms it
  std::vector<Piece> pieces_;
  std::optional<std::size_t> moved_culprit_;
};

}  // namespace

bool same_place(const SymbolRef& a, const SymbolRef& b) {
  if (a.symbol.empty()) return b.symbol.empty() && a.address && a.address == b.address;
  return a.symbol == b.symbol && a.offset == b.offset && a.module == b.module;
}

bool make_exact(Report& report, StackRole role, const std::vector<NamedFrame>& stack, std::optional<std::int64_t> pid) {
  return ExactTrace(report, role, stack, pid).run();
}

}  // namespace unoops::state
