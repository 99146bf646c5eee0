// The task, the interrupt, the taint, what came before, and what the log does not hold.
#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "arch/arch.hpp"
#include "explain/rules.hpp"
#include "facts/addresses.hpp"
#include "facts/conditions.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::explain {
namespace {

// The modules of the trace that are not the distribution's (their taint flags in "Modules linked in").
void foreign_modules(const Report& r, Explanation& e, std::string_view id) {
  std::string names;
  std::vector<std::string_view> told;
  for (const auto& module : r.modules) {
    if (module.flags.find_first_of("OPF") == std::string::npos) continue;
    const bool on_stack = std::ranges::any_of(r.stacks, [&](const Stack& s) {
      return std::ranges::any_of(s.frames, [&](const Frame& f) { return f.reliable && f.ref.module == module.name; });
    });
    if (!on_stack || std::ranges::find(told, module.name) != told.end()) continue;
    told.push_back(module.name);  // a broken list may hold a name twice
    const bool proprietary = module.flags.find('P') != std::string::npos,
               forced = module.flags.find('F') != std::string::npos;
    names += (names.empty() ? "" : ", ") + module.name +
             (proprietary ? " (proprietary)"
              : forced    ? " (force-loaded)"
                          : " (out of tree)");
  }
  if (!names.empty())
    add_certain(e, id, "code from outside the kernel's tree is on the stack: " + names,
                "the trace and the flags of \"Modules linked in\"");
}

// 28 of "Transaction aborted (error -28)"; 0: the words name no error, or its name stands behind it.
int error_in(std::string_view words) {
  static constexpr std::string_view before[] = {"error -", "error: -", "error=-", "errno -",    "errno=-", "err -",
                                                "err=-",   "ret -",    "ret=-",   "returned -", "rc -",    "rc=-"};
  for (const auto word : before) {
    const auto at = words.find(word);
    if (at == std::string_view::npos || (at != 0 && is_word(words[at - 1]))) continue;
    const auto digits = words.substr(at + word.size());
    int number = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const auto behind = digits.substr(static_cast<std::size_t>(end - digits.data()));
    if (failure == std::errc() && (behind.empty() || behind.find_first_of(" ).,;:") == 0) && !behind.starts_with(" ("))
      return number;
  }
  return 0;
}

void named_error(const Report& r, Explanation& e, std::string_view id) {
  for (const auto& message : r.messages) {
    const int number = error_in(message);
    const auto name = number > 0 ? facts::errno_name(number, r.arch) : std::string_view();
    const auto tells = [&](const Finding& told) { return told.text.find(name) != std::string::npos; };
    if (name.empty() || std::ranges::any_of(e.findings, tells)) continue;
    const auto digits = std::to_string(number);
    return add_certain(e, id, "error -" + digits + " is " + std::string(name), "the number in the kernel's own words");
  }
}

// "exitcode=0x00000100": a wait status (v6.1 kernel/exit.c do_exit): the low 7 bits a signal, the next byte the exit
// code.
void init_exit(const Report& r, Explanation& e, std::string_view id) {
  if (r.panic && !r.has(Trait::derives_panic)) return;  // an oops killed it: do_exit(SIGSEGV) is the kernel's own
  const auto reason = r.panic ? std::string_view(r.panic->reason) : r.fact(fact::reason);
  const auto at = reason.find("exitcode=0x");
  if (at == std::string_view::npos) return;
  unsigned code = 0;
  const auto digits = reason.substr(at + 11);
  std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  static constexpr std::string_view wait_status = "the wait status that the panic names";
  struct Name {
    unsigned number;
    std::string_view name;
  };
  static constexpr auto signals = std::to_array<Name>({{4, "SIGILL"},
                                                       {5, "SIGTRAP"},
                                                       {6, "SIGABRT"},
                                                       {7, "SIGBUS"},
                                                       {8, "SIGFPE"},
                                                       {9, "SIGKILL"},
                                                       {11, "SIGSEGV"},
                                                       {13, "SIGPIPE"},
                                                       {15, "SIGTERM"}});
  if (const auto signal = code & 0x7f) {
    // do_exit(SIGSEGV) is how the kernel ends a task whose oops it was (v6.1 kernel/exit.c make_task_dead).
    if (signal == 11 && r.follows) {
      add_likely(e, id, "signal 11 is how the kernel ends a task that oopsed: it was no fault of init's",
                 std::string(wait_status));
      return add_step(e, "look at report " + std::to_string(*r.follows) + ": it is the cause");
    }
    const auto name = std::ranges::find(signals, signal, &Name::number);
    add_certain(e, id,
                "init was killed by signal " + std::to_string(signal) +
                    (name == signals.end() ? "" : " (" + std::string(name->name) + ")"),
                std::string(wait_status));
    if (signal == 11 && !r.follows)
      add_step(e,
               "look above for a user-space segfault line of init; if there is none, its libraries or the initramfs "
               "are damaged");
  } else {
    add_certain(e, id, "init ended by itself with exit code " + std::to_string(code >> 8 & 0xff),
                std::string(wait_status));
    if (!r.panic)
      add_step(e, code >> 8 == 127 ? "127 is a shell's \"command not found\": look at what init's script starts"
                                   : "look at init's own last messages: it chose to end");
  }
}

// The taint still shows an earlier oops or warning if the log no longer holds it.
void earlier(const Report& r, Explanation& e, std::string_view id) {
  if (r.follows || r.die_number.value_or(1) <= 1) return;
  add_certain(e, id,
              "the kernel counts this as its oops number " + std::to_string(*r.die_number) +
                  ": an earlier one is not in this log, and may be the cause",
              "the number in the die header");
}

void no_code(const Report& r, Explanation& e, std::string_view) {
  if (const auto* arch = arch::row_of(r.arch); arch && (!arch->prints_code || !arch->isa))
    return;  // nobody here could read it
  if (r.has(Trait::bad_pointer) && r.code.bytes.empty() && r.site.operation != Operation::execute &&
      !r.site.bad_pointer.value && !r.corrupted)
    add_step(e, "the \"Code:\" line is missing: with it the register that held the pointer could be told");
}

// Symbols were looked for and not found: says what they would add.
void no_symbols(const Report& r, Explanation& e, std::string_view) {
  const auto* frame = look_frame(r);
  if (!frame || r.symbol_notes.empty() || r.severity == Severity::notice) return;
  const auto* miss = std::get_if<Unresolved>(&frame->lookup);
  if (!miss) return;
  const std::string told =
      r.site.bad_pointer.address_class == AddressClass::none ? "the line" : "the line and the variable";
  if (!frame->ref.module.empty() && (miss->reason == Miss::module_not_found || miss->reason == Miss::no_symbols))
    add_step(e, "with " + frame->ref.module + ".ko and its debug information (-m) " + told + " can be named");
  else if (miss->reason == Miss::no_symbols)
    add_step(e, "with the vmlinux of this kernel (-k, or its debug package) " + told + " can be named");
}

// What the check asks: by the source (DecodeOptions::source_dirs), or as kernels since v6.19 print it.
void failed_check(const Report& r, Explanation& e, std::string_view id) {
  const auto& check = r.site.check;
  const auto printed = r.fact(fact::condition);
  if (!check && printed.empty()) return;
  const auto failed = failed_condition(check ? std::string_view(check->macro) : "",
                                       check ? std::string_view(check->condition) : printed);
  const auto meaning = failed.words.empty() ? std::string() : ": " + failed.words;
  if (!check) {
    if (!meaning.empty()) add_certain(e, id, "the check found" + meaning, "the condition that the headline prints");
  } else {
    auto asked = check->macro == "BUG" && !check->condition.empty() ? "if (" + check->condition + ") BUG()"
                                                                    : check->macro + "(" + check->condition + ")";
    const auto place = "the source at " + check->at.file + ":" + std::to_string(check->at.line);
    if (check->confidence == Confidence::certain)
      add_certain(e, id, "the check is " + std::move(asked) + meaning, place + ", and the function that the log names");
    else
      add_likely(e, id, place + " is " + std::move(asked) + meaning + "; whether it is the log's version is not proven",
                 place);
  }
  if (!failed.step.empty()) add_step(e, failed.step);
}

// A comment is a promise, not a proof.
void member_comment(const Report& r, Explanation& e, std::string_view id) {
  const auto& cause = r.site.cause;
  if (cause && !cause->comment.empty())
    add_likely(e, id, "the source says of " + cause->member + ": \"" + cause->comment + "\"",
               "the comment of " + cause->type);
}

constexpr auto rows = std::to_array<Rule>({
    {"asked", failed_check},
    {"member-comment", member_comment},
    {"named-error", named_error},
    {"init-exit", init_exit},
    {"foreign-module", foreign_modules},
    {"earlier-oops", earlier},
    {"no-code", no_code},
    {"no-symbols", no_symbols},
});

}  // namespace

std::span<const Rule> context_rules() { return rows; }

}  // namespace unoops::explain
