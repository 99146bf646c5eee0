// The block under the title: what, where, who, how bad, on which kernel, what next.
#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "facts/frames.hpp"
#include "render/place.hpp"
#include "render/view.hpp"
#include "render/view_dump.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::render {

namespace {

// Where the report starts running: the pc's own stack has no context, the trace behind it has.
const Stack* culprit_trace(const Report& r) {
  for (std::size_t i = r.culprit_stack.value_or(r.stacks.size()); i < r.stacks.size(); ++i)
    if (const auto& stack = r.stacks[i]; stack.context != Context::none && stack.occurrence == Occurrence::own)
      return &stack;
  return nullptr;
}

std::string joined(const std::vector<std::string>& words, std::string_view by) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? std::string() : std::string(by)) + clean(word);
  return out;
}

// Said by the explanation already?
bool says(const Explanation& e, std::string_view words) {
  return e.summary.find(words) != std::string::npos ||
         std::ranges::any_of(e.findings, [&](const Finding& f) { return f.text.find(words) != std::string::npos; });
}

std::string fault_sentence(const Report& r) {
  const Fault& f = r.fault;
  const BadPointer& bad = r.site.bad_pointer;
  static constexpr AddressClass dull[] = {AddressClass::none, AddressClass::unknown, AddressClass::kernel,
                                          AddressClass::text, AddressClass::module};
  const bool told = f.address && says(r.explanation, fmt::format("{:#x}", *f.address));
  if (f.access == Access::unknown || told || std::ranges::find(dull, bad.address_class) != std::end(dull)) return {};
  std::string out(access_id(f.access));
  if (f.size) out = fmt::format("{}-byte {}", *f.size, out);
  if (f.address) out += fmt::format(" at {:#x}", *f.address);
  if (f.address_hashed) out += " at an address that the kernel hashed";
  const std::string_view what = bad.note.empty() ? address_class_id(bad.address_class) : bad.note;
  if (!what.empty()) out += ": " + clean(what);
  return out;
}

// A likely finding says so, by its own words or else by a tag.
bool needs_tag(const Finding& finding) {
  static constexpr std::string_view hedges[] = {"likely",   "may ",     "might ", "perhaps",
                                                "probably", "or it is", " seems "};
  return finding.confidence == Confidence::likely && std::ranges::none_of(hedges, [&](std::string_view word) {
           return finding.text.find(word) != std::string::npos;
         });
}

Statement what(const Report& r) {
  const Explanation& e = r.explanation;
  Statement out{"What", {}, ""};
  if (!e.summary.empty() && e.summary != r.title) out.sentences.push_back(clean(e.summary));
  if (out.sentences.empty() && !r.headline.empty()) out.sentences.push_back(clean(r.headline));
  if (r.site.cause) out.note = r.site.cause->confidence == Confidence::certain ? "[certain]" : "[likely]";
  for (const auto& finding : e.findings)
    if (!finding.text.empty()) out.sentences.push_back(clean(finding.text) + (needs_tag(finding) ? " [likely]" : ""));
  if (e.findings.empty() && !r.site.cause)
    if (auto fault = fault_sentence(r); !fault.empty()) out.sentences.push_back(std::move(fault));
  if (!r.fault.error_bits.empty() && !r.fault.error_code.empty() && !says(e, "rror code"))
    out.sentences.push_back("error code " + clean(r.fault.error_code) + ": " + joined(r.fault.error_bits, ", "));
  return out;
}

std::string frame_name(const Frame& f, const std::string& function) {
  if (!function.empty()) return clean(function);
  if (!f.ref.symbol.empty()) return "the function in front of " + clean(source_name(f.ref.symbol));
  return f.ref.address ? fmt::format("{:#x}", *f.ref.address) : "an unknown address";
}

// "kf_obj, inlined into kf_uaf_read, heap.c:13 [kfault]"; "kf_lock, lock.c:137 [kfault], in spin_lock
// (include/linux/spinlock.h:351)"
std::string frame_words(const Frame& f) {
  const auto place = place_of(f);
  std::string out = frame_name(f, place.function);
  if (!place.inlined_into.empty()) out += ", inlined into " + clean(place.inlined_into);
  if (place.at)
    if (auto words = place_text(*place.at, false); !words.empty()) out += ", " + words;
  if (!place.module.empty()) out += " [" + clean(place.module) + "]";
  if (place.within) out += ", in " + clean(place.within->function) + " (" + place_text(*place.within, false) + ")";
  return out;
}

std::string context_words(const Stack& stack) {
  if (stack.context == Context::irq) return "interrupt context";
  if (stack.context == Context::nmi) return "an NMI";
  if (stack.context == Context::exception) return "an exception's handler";
  return clean(context_word(stack));
}

Statement where(const Report& r) {
  Statement out{"Where", {}, ""};
  const Frame *named = culprit_frame(r), *f = look_frame(r);
  if (!named) return out;
  std::string words = frame_words(*f);
  if (f != named) words += "; the title names " + clean(source_name(named->ref.symbol)) + ", further out";
  // A watchdog's interrupt is not where the pc that it hit ran; behind "<EOI>" (Context::other) it is over.
  const bool was_hit = r.has(Trait::stall) && r.stacks[*r.culprit_stack].role == StackRole::pc;
  if (const auto* trace = culprit_trace(r);
      trace && !was_hit && trace->context != Context::task && trace->context != Context::other)
    words += ", in " + context_words(*trace);
  if (!f->reliable) words += " (no confirmed frame exists; this one is a guess)";
  out.sentences.push_back(std::move(words));
  const auto place = r.fact(fact::place);
  if (!place.empty() && !says(r.explanation, place) && !r.has(Trait::names_helper) &&
      !std::holds_alternative<std::vector<Location>>(f->lookup))
    out.sentences.push_back("the kernel names " + clean(place));
  return out;
}

std::string task_words(const Report& r) {
  std::string out;
  if (r.cpu) out += fmt::format("CPU {}", *r.cpu);
  if (!r.comm.empty()) out += (out.empty() ? "" : ", ") + clean(r.comm);
  std::string in_brackets = r.pid ? fmt::format("pid {}", *r.pid) : "";
  if (r.pid == 0) in_brackets = "idle, " + in_brackets;
  if (r.uid) in_brackets += fmt::format("{}uid {}", in_brackets.empty() ? "" : ", ", *r.uid);
  if (!in_brackets.empty()) out += out.empty() ? in_brackets : " (" + in_brackets + ")";
  return out;
}

// What the task ran, where a memory dump has it.
std::string program_words(const Report& r) {
  const auto task = std::ranges::find_if(r.tasks, [&](const DumpedTask& t) { return t.pid == r.pid; });
  if (task == r.tasks.end() || (task->program.empty() && task->command_line.empty())) return {};
  std::string out = "it ran " + (task->program.empty() ? "a program" : clean(task->program));
  if (!task->command_line.empty()) out += ", command line \"" + clean(task->command_line) + '"';
  if (task->cgroup.size() > 1) out += ", in control group " + clean(task->cgroup);
  return out;
}

Statement who(const Report& r) {
  Statement out{"Who", {}, ""};
  if (!r.explanation.who.empty()) {
    out.sentences.push_back(clean(r.explanation.who));
  } else if (std::string task = task_words(r); !task.empty()) {
    if (in_interrupt(r) && !r.has(Trait::stall)) task += " was interrupted; it need not be the culprit";
    out.sentences.push_back(std::move(task));
  }
  if (!r.workqueue.empty()) out.sentences.push_back("work item of " + clean(r.workqueue));
  if (auto program = program_words(r); !program.empty()) out.sentences.push_back(std::move(program));
  return out;
}

Statement fatal(const Report& r) {
  Statement out{"Fatal", {}, ""};
  if (!r.panic) return out;
  const auto& why = r.explanation.why_fatal;
  const auto words = clean(why.empty() ? '"' + r.panic->reason + '"' : why);
  out.sentences.push_back(fmt::format("{} (line {})", words, r.panic->line));
  return out;
}

// "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)" → "Debian 6.1.192-2": what tells builds apart for people.
std::string build_words(std::string_view version) {
  if (version.starts_with('#') && version.find(' ') == std::string_view::npos) return {};  // its number alone
  std::string out;
  while (!version.empty()) {
    const std::string_view word = version.substr(0, version.find(' '));
    version.remove_prefix(std::min(version.size(), word.size() + 1));
    if (word.empty() || word.starts_with("SMP") || word.starts_with("PREEMPT")) continue;
    if (word.starts_with('#') && !version.empty()) continue;
    if (word.starts_with('(') && !out.empty()) break;
    out += (out.empty() ? "" : " ") + std::string(word);
  }
  return out;
}

// "out-of-tree and unsigned module": meanings that end alike share their last word.
std::string taint_words(const Taint& taint) {
  static constexpr std::string_view shared = " module";
  std::vector<std::string> modules, others;
  std::string letters;
  for (const auto& flag : taint.flags) {
    letters += flag.letter;
    if (flag.meaning.ends_with(shared))
      modules.emplace_back(flag.meaning.substr(0, flag.meaning.size() - shared.size()));
    else if (!flag.meaning.empty())
      others.emplace_back(flag.meaning);
  }
  if (!modules.empty()) others.insert(others.begin(), joined(modules, " and ") + std::string(shared));
  if (letters.empty()) return taint.raw.empty() ? "" : clean(taint.raw);
  return clean(letters) + (others.empty() ? "" : ": " + joined(others, ", "));
}

Statement kernel(const Report& r) {
  Statement out{"Kernel", {}, ""};
  std::string words = clean(r.kernel.release);
  if (const auto build = clean(build_words(r.kernel.version)); !build.empty())
    words += words.empty() ? build : " (" + build + ")";
  if (r.arch && !words.empty() && words.find(r.arch->id) == std::string::npos) words += ", " + clean(r.arch->id);
  if (const auto taint = taint_words(r.taint); !taint.empty()) words += (words.empty() ? "taint " : ", taint ") + taint;
  if (!words.empty()) out.sentences.push_back(std::move(words));
  if (!r.hardware.empty()) out.sentences.push_back("on " + clean(r.hardware));
  return out;
}

Statement next(const Report& r) {
  Statement out{"Next", {}, ""};
  for (const auto& step : r.explanation.next_steps) out.sentences.push_back(clean(step));
  if (!r.explanation.next_none.empty()) out.sentences.push_back("no advice: " + clean(r.explanation.next_none));
  return out;
}

Statement after(const Report& r) {
  Statement out{"After", {}, ""};
  const auto completes = [](const std::string& warning) { return warning.find("has them all") != std::string::npos; };
  if (r.follows && !says(r.explanation, "follows report") && std::ranges::none_of(r.warnings, completes))
    out.sentences.push_back(
        fmt::format("report {}: judge that one first, this one may only be its consequence", *r.follows));
  return out;
}

std::string place_of(const FollowUp& later) {
  const auto lines = lines_text(later.line_first, later.line_last);
  return later.time_us ? time_text(*later.time_us) + " (" + lines + ")" : lines;
}

// "again at 14.3 s (line 5), 25.1 s (line 9)"; "again 59 times: at ... and, the last time, at 1656.2 s (line 60)"
std::string repetitions(const std::vector<const FollowUp*>& again) {
  static constexpr std::size_t most = 4;
  if (again.empty()) return {};
  std::string out = again.size() > most ? fmt::format("again {} times: at ", again.size()) : "again at ";
  for (std::size_t i = 0; i < again.size() && i < most; ++i) out += (i ? ", " : "") + place_of(*again[i]);
  if (again.size() > most) out += ", ..., the last time at " + place_of(*again.back());
  return out;
}

// The same once more: a stall that lasts, a check that fails in the same place whoever runs into it, a device that has
// the same kind of trouble.
bool is_again(const Report& r, const FollowUp& later) {
  if (later.kind != r.kind) return false;
  const bool same = later.signature == r.signature;
  return r.has(Trait::repeats) ? same && later.pid == r.pid : same || (!r.pid && !later.pid);
}

// Those of them that are titled otherwise: the same device, but another error.
void otherwise(const Report& r, const std::vector<const FollowUp*>& again, std::vector<std::string>& out) {
  std::vector<std::pair<std::string_view, std::size_t>> titles;
  for (const auto* later : again) {
    if (later->title == r.title) continue;
    const auto at = std::ranges::find(titles, later->title, [](const auto& t) { return t.first; });
    if (at == titles.end())
      titles.emplace_back(later->title, 1);
    else
      ++at->second;
  }
  for (const auto& [title, count] : titles) out.push_back(fmt::format("{} of these: {}", count, clean(title)));
}

// What went on with it: the same again in one sentence, another view of it each in its own.
Statement then(const Report& r) {
  static constexpr std::size_t most = 4;
  Statement out{"Then", {}, ""};
  std::vector<const FollowUp*> again;
  for (const auto& later : r.followed_by)
    if (is_again(r, later)) again.push_back(&later);
  out.sentences.push_back(repetitions(again));
  otherwise(r, again, out.sentences);
  std::size_t others = 0;
  for (const auto& later : r.followed_by)
    if (!is_again(r, later) && others++ < most) {
      const auto task =
          later.pid != r.pid && later.pid ? fmt::format(", {} (pid {})", clean(later.comm), *later.pid) : "";
      out.sentences.push_back(place_of(later) + ": " + clean(later.title) + task);
    }
  if (others > most) out.sentences.push_back(fmt::format("and {} more", others - most));
  std::erase(out.sentences, "");
  if (!out.sentences.empty()) out.sentences.back() += "; -v shows each";
  return out;
}

// Why the culprit is not to be relied on. A pc line that is whole stays true, whatever else is missing.
std::string damage(const Report& r) {
  const auto told = [&](DefectKind kind) {
    return std::ranges::find(r.defects, kind, &Defect::kind) != r.defects.end();
  };
  const bool no_trace = told(DefectKind::no_trace), cut = told(DefectKind::truncated) || told(DefectKind::over_limit);
  if (told(DefectKind::interleaved) && !cut && !no_trace)
    return "this report is mixed with another: its culprit may be the other's";
  std::string out = no_trace && !cut ? "this report lacks a trace to rely on" : "this report is cut short";
  const auto* culprit = culprit_frame(r);
  const bool whole = culprit && !culprit->ref.symbol.empty() && (culprit->ref.size || !culprit->printed.empty());
  if (whole && culprit == own_pc(r)) return out + ", but its pc line is whole: it happened there";
  if ((whole && r.stacks[*r.culprit_stack].occurrence == Occurrence::headline) || !r.fact(fact::place).empty())
    return out + ", but the kernel names the place";
  return out + ": nothing in it proves the culprit";
}

Statement beware(const Report& r) {
  Statement out{"Beware", {}, ""};
  if (r.corrupted) out.sentences.push_back(damage(r));
  const bool no_trace = std::ranges::find(r.defects, DefectKind::no_trace, &Defect::kind) != r.defects.end();
  for (const auto& defect : r.defects)
    if (!no_trace || !defect.text.starts_with("no frames behind"))
      out.sentences.push_back(clean(defect.text) + (defect.line ? fmt::format(" (line {})", *defect.line) : ""));
  for (const auto& warning : r.warnings) out.sentences.push_back(clean(warning));
  for (const auto& doubt : r.site.doubts) out.sentences.push_back(clean(doubt));
  return out;
}

Statement known(const Report& r) {
  Statement out{"Known", {}, ""};
  if (!r.known) return out;
  const Known& k = *r.known;
  out.sentences.push_back(clean(k.bug));
  if (k.regressed)
    out.sentences.push_back("it came back: it is said to be fixed in " + clean(k.fixed_in) + ", and this is " +
                            clean(r.kernel.release));
  else if (!k.fixed_in.empty())
    out.sentences.push_back("fixed in " + clean(k.fixed_in));
  if (!k.link.empty()) out.sentences.push_back(clean(k.link));
  std::string by = "by the rule at " + clean(k.rule);
  if (k.severity) by += ", which gives it the severity " + std::string(severity_id(*k.severity));
  if (k.ignored) by += ", which ignores it";
  out.sentences.push_back(std::move(by));
  return out;
}

}  // namespace

std::vector<Statement> statements_of(const Report& r, bool unfold) {
  std::vector<Statement> out;
  const auto add = [&](Statement one) {
    std::erase(one.sentences, "");
    if (!one.sentences.empty()) out.push_back(std::move(one));
  };
  for (auto make : {what, known, where, who, fatal, kernel, dump_statement, before, after, then, beware, next, later})
    add(make(r));
  add(tell(r, unfold));
  return out;
}

}  // namespace unoops::render
