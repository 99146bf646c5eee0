// Sections and foldings → the rows of the traces.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "base/listing.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"
#include "facts/frames.hpp"
#include "render/folding.hpp"
#include "render/view.hpp"

namespace unoops::render {

namespace {

const std::vector<Location>* chain_of(const Frame& f) {
  const auto* chain = std::get_if<std::vector<Location>>(&f.lookup);
  if (chain && !chain->empty()) return chain;
  return f.printed.empty() ? nullptr : &f.printed;
}

bool any_resolved(const Report& r) {
  return std::ranges::any_of(r.stacks, [](const Stack& s) {
    return std::ranges::any_of(s.frames,
                               [](const Frame& f) { return std::holds_alternative<std::vector<Location>>(f.lookup); });
  });
}

// "kfault_complete+0x15/0x30", as the log spells it.
std::string name_of(const SymbolRef& ref) {
  if (ref.symbol.empty()) return ref.address ? hex(*ref.address) : "?";
  std::string out = clean(ref.symbol);
  if (ref.offset) out += "+" + hex(*ref.offset);
  if (ref.size) out += "/" + hex(*ref.size);
  return out;
}

// What a bare address is: the debug information's function there, or the line of a System.map.
std::string bare_name(const Frame& f, const std::vector<Location>* chain) {
  if (!f.ref.symbol.empty() || !f.ref.address) return {};
  if (chain) return chain->back().function.empty() ? "" : " (" + clean(chain->back().function) + ")";
  const auto* why = std::get_if<Unresolved>(&f.lookup);
  const bool named = why && why->reason == Miss::no_debug_info && why->detail.find("+0x") != std::string::npos;
  return named ? " (" + clean(why->detail) + ")" : "";
}

std::string module_of(const SymbolRef& ref) { return ref.module.empty() ? "" : "[" + clean(ref.module) + "]"; }

std::string context_mark(std::string_view context) {
  std::string out = "<" + clean(context) + ">";
  std::ranges::transform(out, out.begin(), upper);
  return out;
}

// Whole words for what x86 alone calls "Call Trace" and arm64 "Call trace".
std::string label_words(const Report& r, const Stack& s) {
  std::string label = clean(s.label);
  const bool own = s.role == StackRole::trace || s.role == StackRole::pc ||
                   (s.occurrence == Occurrence::headline && s.frames.size() == 1);
  if (own && r.has(Trait::checked_access) && r.fault.access != Access::unknown && !r.comm.empty()) {
    std::string access(access_id(r.fault.access));
    access.front() = upper(access.front());
    return access + ", by " + clean(r.comm) + (r.pid ? fmt::format("/{}", *r.pid) : "");
  }
  if (own) label = "Call trace";
  if (s.role == StackRole::panic_trace) label[5] = 't';
  while (label.ends_with(':')) label.pop_back();
  return label;
}

std::string heading_of(const Report& r, const Section& section) {
  const Stack& s = *section.stack;
  std::string out = label_words(r, s);
  const bool own = out == "Call trace";
  if (s.cpu && s.label.find("cpu ") == std::string::npos && s.label.find("CPU ") == std::string::npos)
    out += fmt::format(", CPU {}", *s.cpu);
  else if (own && r.cpu)
    out += fmt::format(", CPU {}", *r.cpu);
  if (!s.comm.empty() && s.role != StackRole::task_trace)
    out += ", " + clean(s.comm) + (s.pid ? fmt::format("/{}", *s.pid) : "");
  if (!s.state.empty()) out += " (" + clean(s.state) + ")";
  if (s.more_tasks != 0) out += fmt::format(" and {} with the same stack", plural(s.more_tasks, "other", "others"));
  if (!section.context.empty() && s.context != Context::task && s.occurrence != Occurrence::repeat &&
      s.occurrence != Occurrence::headline)
    out += " " + context_mark(section.context);
  if (!section.context.empty() && s.occurrence == Occurrence::repeat)
    out += ", repeated by the kernel behind the end of the trace";
  return out;
}

class Rows {
 public:
  Rows(const Report& r, const Section& section, const Folding* folding)
      : report_(r), section_(section), folding_(folding), resolved_(any_resolved(r)) {}

  Trace make() {
    out_.heading = heading_of(report_, section_);
    for (at_ = 0; at_ < section_.frames.size(); ++at_) step();
    end_run();
    note();
    mark_own_code();
    return std::move(out_);
  }

 private:
  struct Group {
    std::string_view caption;
    std::size_t frames;
  };

  const SectionFrame& here() const { return section_.frames[at_]; }

  void step() {
    const Folding::Mark mark = folding_ ? folding_->marks[at_] : Folding::Mark{};
    if (mark.as) {
      end_run();
      tail(mark.as);
      return;
    }
    if (mark.hidden) {
      if (here().frame->reliable) hide(mark.caption);
      return;
    }
    end_run();
    context();
    frame(mark.letter);
  }

  void hide(std::string_view caption) {
    const bool enters = caption == role_name(FrameRole::interrupt) || caption == role_name(FrameRole::exception);
    // The interrupt's entry frames are printed under the task that was interrupted; they fold with the interrupt.
    if (!enters && changes_context()) {
      end_run();
      context();
    }
    const auto known = std::ranges::find(run_, caption, &Group::caption);
    if (known == run_.end())
      run_.push_back({caption, 1});
    else
      ++known->frames;
  }

  // "4 interrupt entry and 2 idle frames"
  std::string run_words() const {
    std::vector<std::string> words;
    for (const Group& group : run_) words.push_back(fmt::format("{} {}", group.frames, group.caption));
    return listed(words) + (run_.size() == 1 && run_.front().frames == 1 ? " frame" : " frames");
  }

  // A sanitizer prints its report by dump_stack() and the like: all of it is its machinery.
  std::string top_words() {
    const auto reporting = std::ranges::find(run_, role_name(FrameRole::report), &Group::caption);
    if (run_.size() == 2 && reporting != run_.end()) {
      auto& other = run_[reporting == run_.begin() ? 1 : 0];
      other.frames += reporting->frames;
      run_.erase(reporting);
    }
    return run_words();
  }

  // At the top the heading tells of them, elsewhere a row of its own.
  void end_run() {
    if (run_.empty()) return;
    if (out_.rows.empty())
      top_ = top_words();
    else
      out_.rows.push_back({TraceRow::Kind::fold, 0, false, "... " + run_words(), "", "", "", nullptr, 0});
    run_.clear();
  }

  // All frames from here on are hidden: those of the shared tail.
  void tail(char letter) {
    std::size_t n = 0;
    for (std::size_t k = at_; k < section_.frames.size(); ++k) n += section_.frames[k].frame->reliable;
    out_.rows.push_back({TraceRow::Kind::fold, 0, false,
                         fmt::format("... as {}: {}", letter, plural(n, "frame", "frames")), "", "", "", nullptr, 0});
    at_ = section_.frames.size();
  }

  // "<TASK> interrupted here: idle loop", before the first frame that is shown of it.
  void context() {
    const SectionFrame& f = here();
    const bool changed = changes_context();
    shown_context_ = f.context;
    if (!changed && !f.interrupted) return;
    std::string words = f.context.empty() ? "" : context_mark(f.context) + " ";
    if (f.interrupted) words += is_idle() ? "interrupted here: idle loop" : "interrupted here";
    out_.rows.push_back({TraceRow::Kind::context, 0, false, words, "", "", "", nullptr, 0});
  }

  bool changes_context() const { return here().context != shown_context_.value_or(section_.context); }

  bool is_idle() const {
    for (std::size_t k = at_; k < section_.frames.size() && k < at_ + 4; ++k)
      if (frame_roles(section_.frames[k].frame->ref.symbol).has(FrameRole::idle)) return true;
    return false;
  }

  void frame(char letter) {
    const Frame& f = *here().frame;
    TraceRow row{TraceRow::Kind::frame,
                 here().culprit ? '>' : letter,
                 !f.reliable,
                 name_of(f.ref),
                 "",
                 module_of(f.ref),
                 "",
                 nullptr,
                 0};
    if (here().link_register)
      row.note = here().stale ? "link register: where its last call returned to" : "caller by link register";
    if (!f.marks.empty()) add_note(row, "(" + clean(f.marks) + ")");
    const auto* chain = chain_of(f);
    row.name += bare_name(f, chain);
    if (!chain) {
      miss(f, row);
      if (here().culprit) row.source = check_of(f);
      out_.rows.push_back(std::move(row));
      return;
    }
    const std::size_t levels = chain->size() - 1;
    const bool fold_levels =
        folding_ && !here().culprit && (levels > 3 || (levels > 1 && frame_roles(f.ref.symbol).any()));
    if (fold_levels)
      row.folded_levels = levels;
    else
      for (std::size_t i = 0; i < levels; ++i) inlined((*chain)[i], row.module);
    row.place = place_text(chain->back(), !folding_);
    row.source = &chain->back();
    out_.rows.push_back(std::move(row));
  }

  void inlined(const Location& at, const std::string& module) {
    out_.rows.push_back({TraceRow::Kind::inlined, 0, !here().frame->reliable,
                         (at.function.empty() ? "?" : clean(at.function)) + " (inlined)", place_text(at, !folding_),
                         module, "", &at, 0});
  }

  // Without debug information: the headline's own place, where the source shows that it is in this function.
  const Location* check_of(const Frame& f) const {
    const auto& check = report_.site.check;
    return check && check->function == source_name(f.ref.symbol) ? &check->at : nullptr;
  }

  // Why there is no line: only where other frames have one, and where the reason is this frame's own.
  void miss(const Frame& f, TraceRow& row) const {
    const auto& why = std::get<Unresolved>(f.lookup);
    if (why.reason == Miss::pointer && folding_) return;
    if (f.ref.symbol.empty() && f.ref.address && *f.ref.address < limits::near_null) return;  // a call of NULL
    const bool general =
        why.reason == Miss::no_symbols || why.reason == Miss::module_not_found || why.reason == Miss::misfit;
    if (!resolved_ || (general && folding_)) return;
    row.place = fmt::format("({})", miss_text(why.reason));
  }

  static void add_note(TraceRow& row, std::string text) { row.note += (row.note.empty() ? "" : " ") + std::move(text); }

  void note() {
    out_.note = top_;
    if (folding_ && folding_->guesses)
      out_.note += (top_.empty() ? "" : ", ") + plural(folding_->guesses, "'?' entry", "'?' entries");
    const bool only_guesses = folding_ && folding_->only_guesses && !out_.rows.empty();
    if (only_guesses) out_.note = "no confirmed frame: words on the stack that look like code";
  }

  // In other traces than the culprit's, what is not machinery is where to look.
  void mark_own_code() {
    const auto has_culprit = [](const SectionFrame& f) { return f.culprit; };
    if (std::ranges::any_of(section_.frames, has_culprit) || !wants_mark()) return;
    for (const auto& f : section_.frames) {
      if (!f.frame->reliable || frame_roles(f.frame->ref.symbol).any()) continue;
      for (auto& row : out_.rows)
        if (row.kind == TraceRow::Kind::frame && row.name == name_of(f.frame->ref)) {
          row.mark = row.mark ? row.mark : '>';
          return;
        }
    }
  }

  bool wants_mark() const {
    static constexpr auto roles =
        std::to_array<StackRole>({StackRole::allocated, StackRole::allocated_in, StackRole::freed, StackRole::freed_in,
                                  StackRole::free_requested, StackRole::lock_chain});
    return std::ranges::find(roles, section_.stack->role) != roles.end();
  }

  const Report& report_;
  const Section& section_;
  const Folding* folding_;
  const bool resolved_;
  Trace out_;
  std::size_t at_ = 0;
  std::vector<Group> run_;
  std::string top_;
  std::optional<std::string_view> shown_context_;
};

}  // namespace

std::vector<Trace> traces_of(const Report& r, bool unfold) {
  const auto sections = sections_of(r, unfold);
  const auto foldings = unfold ? std::vector<Folding>(sections.size()) : fold(r, sections);
  std::vector<Trace> out;
  for (std::size_t i = 0; i < sections.size(); ++i)
    out.push_back(Rows(r, sections[i], unfold ? nullptr : &foldings[i]).make());
  return out;
}

std::vector<Named> addresses_of(const Report& r) {
  std::vector<Named> out;
  for (const auto& s : r.stacks) {
    if (!is_single_address(s)) continue;
    const Frame& f = s.frames.front();
    const auto* chain = chain_of(f);
    const std::string module = module_of(f.ref);
    out.push_back({clean(s.label), name_of(f.ref) + (module.empty() ? "" : " " + module),
                   chain ? place_text(chain->back(), false) : ""});
  }
  return out;
}

}  // namespace unoops::render
