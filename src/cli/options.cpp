#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <thread>

#include "base/release_name.hpp"
#include "base/wall_clock.hpp"
#include "cli/commands.hpp"
#include "cli/completions.hpp"
#include "cli/help.hpp"
#include "cli/manual.hpp"
#include "cli/nearest.hpp"
#include "cli/option_rows.hpp"
#include "cli/terminal.hpp"
#include "cli/version_text.hpp"
#include "unoops/version.hpp"

namespace unoops::cli {
namespace {

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const auto& format : formats()) names.emplace_back(format.id);
  return names;
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const auto* kind : all_kinds()) names.emplace_back(kind->id);
  return names;
}

const std::vector<std::string> severities = {"notice", "warning", "error", "fatal"};

// Options whose words are read when all are there.
struct Words {
  std::string severity = "notice", fail_on, boot, color = "auto", hyperlink = "auto", since, until;
};

constexpr const char* printed = "What is printed";
constexpr const char* input = "What is read";
constexpr const char* symbols = "Symbols (found from the log's release and build-ids if not given)";
constexpr const char* which = "Which reports";
constexpr const char* about = "About the program";

void add_input_options(CLI::App& app, Options& options) {
  app.add_option("FILE", options.files, "logs, memory dumps, or directories of them; none or '-': standard input")
      ->group(input);
  app.add_flag("--follow", options.follow, "input without end: print a report a second after its last line")
      ->group(input);
  app.add_flag("--log", options.log, "print the log out of memory dumps, as dmesg does; -v: with levels and callers")
      ->group(input);
  app.add_option("--host", options.host, "the host of logs that do not name theirs")->type_name("NAME")->group(input);
  app.add_option("-j,--jobs", options.jobs, "files that are decoded at the same time (as many as there are cores)")
      ->type_name("N")
      ->check(CLI::Range(1, 1024))
      ->group(input);
  app.add_flag("!--no-quiet-path", options.quiet_path, "read every line: for tests")->group("");
}

void add_output_options(CLI::App& app, Options& options) {
  app.add_option("-f,--format", options.format, choices(format_names()) + " (text)")
      ->type_name("FORMAT")
      ->check(one_of(format_names()))
      ->group(printed);
  app.add_option("-o", options.output, "write there instead of standard output")
      ->type_name("FILE")
      ->check(CLI::Validator([](std::string& word) { return word.empty() ? "takes the name of a file" : ""; }, ""))
      ->group(printed);
  app.add_flag("-v,--verbose", options.render.verbose, "unfold what reports fold; each report of an incident by itself")
      ->group(printed);
  app.add_flag("-q,--quiet", options.quiet, "do not say that there is no report, show no progress")->group(printed);
  app.add_flag("--redact", options.render.redact,
               "no address, host, hardware name, command line or user path leaves the program")
      ->group(printed);
  app.add_option("--source", options.render.source_dirs,
                 "a source tree: the text of checks that failed, members' comments, lines around places (again for "
                 "more: searched in order)")
      ->type_name("DIR")
      ->allow_extra_args(false)
      ->group(printed);
  app.add_option("--context", options.render.context, "source lines around a resolved line")
      ->type_name("N")
      ->check(CLI::Range(0, 1000))
      ->group(printed);
}

void add_terminal_options(CLI::App& app, Options& options, Words& words) {
  app.add_option("--color", words.color, "auto, always, never (auto: on a terminal)")
      ->type_name("WHEN")
      ->check(one_of({"auto", "always", "never"}))
      ->group(printed);
  app.add_option("--hyperlink", words.hyperlink,
                 "links of the terminal to file:line: auto, none, or a form such as vscode://file{path}:{line}")
      ->type_name("FORM")
      ->group(printed);
  app.add_flag("!--no-pager", options.pager, "do not show reports by a pager")->group(printed);
}

void add_about_options(CLI::App& app, Options& options) {
  app.add_flag("--explain-symbols", options.explain_symbols,
               "say which symbol files were tried, and why each was taken or refused")
      ->group(about);
  app.add_flag("--explain-parse", options.explain_parse,
               "say which report took a line and why, and why a report was dropped")
      ->group(about);
  app.add_flag("!--no-sandbox", options.sandbox, "leave the program the rights that it does not need")->group(about);
  app.add_flag_callback(
         "--list-kinds", [] { throw CLI::RuntimeError(show(kinds_text())); },
         "the kinds of report, with their severity")
      ->group(about);
  app.add_flag_callback(
         "--needles",
         [] {
           for (const auto needle : search_needles()) fmt::print("{}\n", needle);
           throw CLI::Success();
         },
         "print what large logs are searched for: for measuring")
      ->group("");
  app.set_help_flag("-h,--help", "this text; --help OPTION: one of them at length")->group(about);
  app.set_version_flag("--version", version_text)
      ->description("the version, the commit, and what this build and this machine can do")
      ->group(about);
}

void add_file_options(CLI::App& app, SymbolOptions& files) {
  add_symbol_options(app, files, symbols);
  app.add_flag("--no-symbols", files.none, "no file:line")->group(symbols);
  app.add_flag("--force", files.force, "use files that do not fit the log")->group(symbols);
}

void add_choice_options(CLI::App& app, Options& options, Words& words) {
  app.add_option("--kind", options.kinds, "only of this kind (again for more; --list-kinds)")
      ->check(one_of(kind_names(), "--list-kinds"))
      ->type_name("KIND")
      ->allow_extra_args(false)
      ->group(which);
  app.add_option("--severity", words.severity, "of this severity and above: " + choices(severities))
      ->type_name("S")
      ->check(one_of(severities))
      ->group(which);
  app.add_option("--boot", words.boot, "of this boot, or of the last")->type_name("N|last")->group(which);
  app.add_option("--since", words.since,
                 "not before this time: as journalctl takes it (-2h, yesterday, 2026-11-28 09:30)")
      ->type_name("TIME")
      ->group(which);
  app.add_option("--until", words.until, "not after this time")->type_name("TIME")->group(which);
  app.add_flag("--first", options.first, "the first one only")->group(which);
  app.add_flag("--last", options.last, "the last one only")->group(which);
  app.add_option("--fail-on", words.fail_on, "exit 3 if a report of this severity or above was found, 0 if not")
      ->type_name("S")
      ->check(one_of(severities))
      ->group(which);
  app.add_option("--known", options.known, "a team's rules of known bugs, told with the reports; --fail-on passes them")
      ->type_name("FILE")
      ->group(which);
}

// "last", or a boot's number; false: neither.
bool read_boot(const std::string& word, Options& options) {
  options.last_boot = word == "last";
  if (word.empty() || options.last_boot) return true;
  int number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size() || number < 1) return false;
  options.boot = number;
  return true;
}

// False: a time that nobody understands.
bool read_times(const Words& words, Options& options, std::string& wrong) {
  const auto now =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  const auto read = [&](const char* name, const std::string& word, std::optional<std::int64_t>& to) {
    if (word.empty()) return;
    to = base::moment(word, now);
    if (!to) wrong = fmt::format("{} takes a time (2026-11-28 09:30, yesterday, 09:30, -2h), not '{}'", name, word);
  };
  read("--since", words.since, options.since);
  read("--until", words.until, options.until);
  if (options.since && options.until && *options.since > *options.until) wrong = "--since is later than --until";
  return wrong.empty();
}

// Of a form as RenderOptions::hyperlink describes it; empty: it is one.
std::string wrong_in_link(std::string_view form) {
  constexpr std::string_view known = "{path}, {file}, {line}, {column} and {host}";
  if (std::ranges::any_of(form, [](char c) { return c <= ' ' || c > '~'; }))
    return "--hyperlink takes a form without blanks, such as file://{host}{path}";
  bool names_file = false;
  for (auto rest = form; !rest.empty();) {
    const auto brace = rest.find_first_of("{}");
    if (brace == std::string_view::npos) break;
    const auto part = rest.substr(brace, std::min(rest.find('}', brace), rest.size()) - brace + 1);
    if (!part.ends_with('}') || part.size() < 2 || known.find(part) == std::string_view::npos)
      return fmt::format("--hyperlink: '{}' stands for nothing, but {} do", part, known);
    names_file |= part == "{path}" || part == "{file}";
    rest.remove_prefix(brace + part.size());
  }
  if (names_file) return {};
  return fmt::format("--hyperlink takes auto, none, or a form with {{path}} or {{file}} in it, not '{}'", form);
}

// `known add` says what it does with the same options.
std::string whole_help(CLI::App& app, bool add_known) {
  const std::string last = "\nunoops --help OPTION explains an option at length, and unoops(1) all of them.\n";
  if (!add_known) return help_text(app, "unoops [OPTION...] [FILE...]") + command_list() + last;
  app.description(
      "unoops known add prints a rule for each bug of the logs that no rule of --known knows;\n"
      "with --known FILE it puts them at that file's end");
  return help_text(app, "unoops known add [--known FILE] [OPTION...] [FILE...]") + last;
}

// -h and --help before all else, so that nothing else on the command line hides it; "--help OPTION", "--help=OPTION".
std::optional<int> help(CLI::App& app, Arguments argv, bool add_known) {
  for (std::size_t i = 1; i < argv.size() && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view word = argv[i];
    const bool joined = word.starts_with("--help=");
    if (word != "-h" && word != "--help" && !joined) continue;
    const std::string_view option = joined ? word.substr(7) : i + 1 < argv.size() ? argv[i + 1] : "";
    if (option.empty()) return show(whole_help(app, add_known));
    const auto text = manual_entry(option, text_width(terminal_columns(), environment));
    if (!text.empty()) return show(text);
    std::vector<std::string> known;
    for (const auto* one : app.get_options())
      if (!one->get_group().empty())
        for (const auto& name : one->get_lnames()) known.push_back(name);
    const auto meant = nearest(option.substr(std::min(option.find_first_not_of('-'), option.size())), known);
    return refuse(fmt::format("{} is no option{} (unoops --help lists them)", option,
                              meant.empty() ? "" : fmt::format(": --{} is meant?", meant)));
  }
  return std::nullopt;
}

// Words of which none is a file, and the first may have been meant as a command; empty: it is like none. What --follow
// waits for may come later.
std::string command_meant(const Options& options) {
  const auto is_there = [](const std::string& file) {
    std::error_code error;
    return file == "-" || std::filesystem::exists(file, error);
  };
  if (options.follow || options.files.empty() || std::ranges::any_of(options.files, is_there)) return {};
  const std::string& word = options.files.front();
  constexpr std::size_t least = 3;  // letters that say what is meant
  if (word.size() < least || word.find_first_of("/.") != std::string::npos) return {};
  if (word == "help") return "unoops --help";
  std::vector<std::string> first_words;
  for (const auto& command : commands()) first_words.emplace_back(command.name.substr(0, command.name.find(' ')));
  const auto meant = nearest(word, first_words);
  const auto found = std::ranges::find_if(commands(), [&](const Command& c) { return c.name.starts_with(meant); });
  return meant.empty() ? "" : "unoops " + std::string(found->name);
}

// Options that make no sense together, or with what they name; empty: none.
std::string contradiction(const Options& options) {
  if (const auto meant = command_meant(options); !meant.empty())
    return options.files.front() + " is no file here: " + meant + " is meant?";
  if (options.log && options.files.empty())
    return "--log takes the file of a memory dump (unoops --log /var/crash/...)";
  if (options.follow && options.files.size() > 1) return "--follow takes one FILE, or standard input";
  std::error_code error;
  if (options.follow && !options.files.empty() && std::filesystem::is_directory(options.files.front(), error))
    return "--follow takes a file, and " + options.files.front() + " is a directory";
  if (!options.symbols.release.empty() && !base::is_release_name(options.symbols.release))
    return "-r takes a kernel's release, as uname -r prints it, not '" + options.symbols.release + "'";
  return {};
}

// What stands in words; nothing: all is well.
std::optional<int> read_words(const Words& words, Options& options) {
  options.severity = *severity_from_id(words.severity);
  if (!words.fail_on.empty()) options.fail_on = severity_from_id(words.fail_on);
  options.color = words.color == "always" ? Color::always : words.color == "never" ? Color::never : Color::automatic;
  if (!read_boot(words.boot, options))
    return refuse("--boot takes a number from 1, or 'last', not '" + words.boot + "'");
  if (std::string wrong; !read_times(words, options, wrong)) return refuse(wrong);
  options.hyperlink = words.hyperlink == "auto"   ? "file://{host}{path}"
                      : words.hyperlink == "none" ? ""
                                                  : words.hyperlink;
  if (const auto wrong = wrong_in_link(options.hyperlink); !options.hyperlink.empty() && !wrong.empty())
    return refuse(wrong);
  if (options.output == "-") options.output.clear();
  if (const auto wrong = contradiction(options); !wrong.empty()) return refuse(wrong);
  return std::nullopt;
}

}  // namespace

std::optional<Options> read_options(int argc, char** argv, int& status) {
  Options options;
  options.jobs = std::max(1U, std::thread::hardware_concurrency());
  CLI::App app{
      "unoops decodes the crash text of the Linux kernel:\n"
      "  dmesg | unoops        journalctl -k | unoops        unoops oops.txt"};
  app.name("unoops");
  Words words;
  add_output_options(app, options);
  add_terminal_options(app, options, words);
  add_input_options(app, options);
  add_choice_options(app, options, words);
  add_file_options(app, options.symbols);
  add_about_options(app, options);
  add_completions(app);

  // `unoops known add` takes the same options and files.
  if (argc > 2 && std::string_view(argv[1]) == "known" && std::string_view(argv[2]) == "add") {
    options.add_known = true;
    argv[2] = argv[0];
    argc -= 2;
    argv += 2;
  }
  auto ended = help(app, {argv, static_cast<std::size_t>(argc)}, options.add_known);
  if (!ended) ended = parse(app, argc, argv, "unoops --help");
  if (!ended) ended = read_words(words, options);
  if (!ended) return options;
  status = *ended;
  return std::nullopt;
}

}  // namespace unoops::cli
