#include "cli/addr.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <algorithm>
#include <iostream>

#include "base/printable.hpp"
#include "base/source_tree.hpp"
#include "cli/help.hpp"
#include "cli/option_rows.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/sandbox.hpp"
#include "cli/sandbox_needs.hpp"
#include "cli/say.hpp"
#include "cli/symbol_files.hpp"
#include "unoops/decoder.hpp"

namespace unoops::cli {
namespace {

using base::clean;

struct Asked {
  Options options;  // symbols, source trees, context
  std::vector<std::string> words;
  std::string kaslr, format = "text";
  bool list = false, return_addresses = false;
};

void add_options(CLI::App& app, Asked& asked) {
  const char* symbols = "Symbols (those of the running kernel without -k and -r)";
  const char* printed = "What is printed";
  app.add_option("ADDRESS", asked.words,
                 "[MODULE:]func[+0x78[/0x1a0]] or 0xffffffff81234567; none: standard input is read")
      ->group("What is asked");
  add_symbol_options(app, asked.options.symbols, symbols);
  app.add_option("--kaslr", asked.kaslr, "\"Kernel Offset\" of the boot that bare addresses are of (0)")
      ->type_name("OFFSET")
      ->group(symbols);
  app.add_option("-f,--format", asked.format, "text, json (text)")
      ->type_name("FORMAT")
      ->check(one_of({"text", "json"}))
      ->group(printed);
  app.add_flag("--return", asked.return_addresses, "return addresses, as in a trace: the line of the call before each")
      ->group(printed);
  app.add_flag("--list", asked.list, "the source lines around each place; needs --source")->group(printed);
  app.add_option("--source", asked.options.render.source_dirs, "a source tree (again for more: searched in order)")
      ->type_name("DIR")
      ->allow_extra_args(false)
      ->group(printed);
  app.add_option("--context", asked.options.render.context, "lines before and behind each (5)")
      ->type_name("N")
      ->check(CLI::Range(0, 1000))
      ->group(printed);
  app.set_help_flag("-h,--help", "this text")->group(printed);
}

std::string name_of(const SymbolMatch& m) {
  return fmt::format("{}+{:#x}/{:#x}{}", clean(m.symbol), m.offset, m.size,
                     m.module.empty() ? "" : " [" + clean(m.module) + "]");
}

std::string file_line(const Location& at) {
  if (at.file.empty()) return "?";
  return clean(at.file) + (at.line ? fmt::format(":{}", at.line) : ":?");
}

class Answers {
 public:
  virtual ~Answers() = default;
  // `words`: why there is no place; empty: there is one.
  virtual void answer(const Question&, const SymbolMatches&, const std::string& words) = 0;
};

class TextAnswers final : public Answers {
 public:
  TextAnswers(std::ostream& out, const Asked& asked)
      : out_(out), tree_(asked.options.render.source_dirs), lines_(asked.list ? asked.options.render.context : -1) {}

  void answer(const Question& question, const SymbolMatches& found, const std::string& words) override {
    if (!words.empty()) return;
    if (any_) out_ << '\n';
    any_ = true;
    const auto fitting = std::ranges::count(found.all, true, &SymbolMatch::fits);
    if (fitting > 1) out_ << fmt::format("{}: {} symbols of that name\n", clean(question.text), fitting);
    for (const auto& match : found.all) {
      if (!match.fits) {
        out_ << fmt::format("(not {} at {:#x}: its size is {:#x})\n", clean(match.symbol), match.address - match.offset,
                            match.size);
        continue;
      }
      const std::string where = fitting > 1 ? fmt::format(" at {:#x}", match.address) : "";
      const std::string asked = question.ref->symbol.empty() ? clean(question.text) + " " : "";
      out_ << asked << name_of(match) << where << ":\n";
      chain(match);
    }
  }

 private:
  void chain(const SymbolMatch& match) {
    if (match.source.empty()) out_ << "? (no debug information, or no line there)\n";
    bool first = true;
    for (const auto& at : match.source) {
      const auto function = at.function.empty() ? clean(match.symbol) : clean(at.function);
      out_ << (first ? "" : " (inlined by) ") << function << " at " << file_line(at) << '\n';
      first = false;
      if (lines_ >= 0) list(at);
    }
  }

  void list(const Location& at) {
    const auto& lines = tree_.lines_of(at.file);
    if (at.line == 0 || at.line > lines.size()) return;
    const auto around = static_cast<unsigned>(lines_);
    const unsigned first = at.line > around ? at.line - around : 1;
    for (unsigned n = first; n <= lines.size() && n <= at.line + around; ++n)
      out_ << fmt::format("{}{:>6} | {}\n", n == at.line ? '>' : ' ', n, base::shown_source(lines[n - 1]));
  }

  std::ostream& out_;
  base::SourceTree tree_;
  const int lines_;
  bool any_ = false;
};

std::string json_text(std::string_view text) {
  std::string out = "\"";
  base::append_json_text(out, text);
  return out + '"';
}

// One object a line for each address; the places of a match are a report's `source`.
class JsonAnswers final : public Answers {
 public:
  explicit JsonAnswers(std::ostream& out) : out_(out) {}

  void answer(const Question& question, const SymbolMatches& found, const std::string& words) override {
    out_ << "{\"asked\":" << json_text(question.text) << ",\"matches\":[";
    bool first = true;
    for (const auto& match : found.all) {
      out_ << (first ? "" : ",") << object(match);
      first = false;
    }
    out_ << ']' << (words.empty() ? "" : ",\"error\":" + json_text(words)) << "}\n";
  }

 private:
  static std::string object(const SymbolMatch& m) {
    auto out = fmt::format("{{\"symbol\":{},\"offset\":{},\"size\":{},", json_text(m.symbol), m.offset, m.size);
    if (!m.module.empty()) out += "\"module\":" + json_text(m.module) + ",";
    if (!m.section.empty()) out += "\"section\":" + json_text(m.section) + ",";
    out += fmt::format("\"address\":\"{:#x}\",\"fits\":{},\"source\":[", m.address, m.fits);
    for (std::size_t i = 0; i < m.source.size(); ++i) {
      const auto& at = m.source[i];
      out += fmt::format("{}{{\"function\":{},\"file\":{}", i ? "," : "", json_text(at.function), json_text(at.file));
      if (at.line) out += fmt::format(",\"line\":{}", at.line);
      if (at.column) out += fmt::format(",\"column\":{}", at.column);
      out += fmt::format(",\"inlined\":{}}}", at.inlined);
    }
    return out + "]}";
  }

  std::ostream& out_;
};

// Why the question has no answer; empty: it has one.
std::string failure(const Question& question, const SymbolMatches& found) {
  if (!question.ref) return "neither func+0x12/0x34 nor an address";
  if (std::ranges::any_of(found.all, &SymbolMatch::fits)) return {};
  const auto& why = found.miss ? *found.miss : Unresolved{Miss::no_such_symbol, ""};
  std::string words(miss_text(why.reason));
  if (!why.detail.empty()) words += ": " + why.detail;
  // A size that does not fit: those that there are.
  std::string sizes;
  for (const auto& match : found.all)
    sizes += fmt::format("{}{:#x} at {:#x}", sizes.empty() ? "" : ", ", match.size, match.address - match.offset);
  if (why.reason == Miss::size_differs && found.all.size() > 1) words += fmt::format(" ({})", sizes);
  return words;
}

class Asker {
 public:
  Asker(const Asked& asked, KernelIdentity kernel, Answers& answers)
      : asked_(asked), kernel_(std::move(kernel)), decoder_({asked.options.symbols}, nullptr), answers_(answers) {}

  void ask(Question question) {
    SymbolMatches found;
    if (question.ref) {
      question.ref->pc = asked_.return_addresses ? PcKind::return_address : PcKind::exact;
      found = decoder_.symbolizer().matches(kernel_, *question.ref);
    }
    const auto words = failure(question, found);
    answers_.answer(question, found, words);
    if (words.empty()) return;
    say(question.text + ": " + words);
    failed_ = true;
  }

  bool failed() const { return failed_; }
  Symbolizer& symbolizer() { return decoder_.symbolizer(); }

 private:
  const Asked& asked_;
  const KernelIdentity kernel_;
  Decoder decoder_;
  Answers& answers_;
  bool failed_ = false;
};

// -r, or the running kernel; "--kaslr 0x1e000000".
std::optional<KernelIdentity> kernel_of(const Asked& asked) {
  KernelIdentity kernel;
  kernel.release = asked.options.symbols.release;
  utsname running{};
  if (kernel.release.empty() && asked.options.symbols.vmlinux.empty() && ::uname(&running) == 0)
    kernel.release = running.release;
  kernel.kernel_offset = 0;
  if (asked.kaslr.empty()) return kernel;
  const auto offset = read_address(asked.kaslr.starts_with("0x") ? asked.kaslr : "0x" + asked.kaslr);
  if (!offset || !offset->address) return std::nullopt;
  kernel.kernel_offset = offset->address;
  return kernel;
}

// As many questions as there are words; on standard input line by line, each answered at once.
void ask_all(const Asked& asked, Asker& asker, std::ostream& out) {
  for (const auto& word : asked.words) asker.ask({word, read_address(word)});
  if (!asked.words.empty()) return;
  for (std::string line; std::getline(std::cin, line) && out.good(); out.flush())
    for (auto& question : questions_of(line)) asker.ask(std::move(question));
}

}  // namespace

void show_addr_options(const std::function<void(CLI::App&)>& look) {
  Asked asked;
  CLI::App app;
  add_options(app, asked);
  look(app);
}

int addr(const std::string& name, Arguments arguments) {
  Asked asked;
  asked.options.render.context = 5;
  CLI::App app{"functions with offsets, and addresses, into file:line"};
  add_options(app, asked);
  for (const std::string_view word : arguments)
    if (word == "-h" || word == "--help") return show(help_text(app, "unoops addr [OPTION...] [ADDRESS...]"));
  std::vector<const char*> argv{name.c_str()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  if (const auto ended = parse(app, static_cast<int>(argv.size()), argv.data(), "unoops addr --help")) return *ended;
  const auto kernel = kernel_of(asked);
  if (!kernel) return refuse("--kaslr takes an offset such as 0x1e000000, not '" + asked.kaslr + "'");
  asked.options.symbols.release = kernel->release;
  say_of_places(asked.options);
  if (asked.list && asked.options.render.source_dirs.empty()) return refuse("--list needs --source DIR");
  Output output("", true);
  enter(needs_of(asked.options));
  std::unique_ptr<Answers> answers;
  if (asked.format == "json")
    answers = std::make_unique<JsonAnswers>(output.stream());
  else
    answers = std::make_unique<TextAnswers>(output.stream(), asked);
  Asker asker(asked, *kernel, *answers);
  ask_all(asked, asker, output.stream());
  output.stream().flush();
  say_of_symbols(asked.options, asker.symbolizer());
  return output.finish() && !asker.failed() ? 0 : 2;
}

}  // namespace unoops::cli
