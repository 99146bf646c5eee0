#include "cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <thread>

#include "base/release_name.hpp"
#include "base/wall_clock.hpp"
#include "cli/nearest.hpp"
#include "cli/output.hpp"
#include "cli/say.hpp"
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

// As CLI::IsMember, with the word that was most likely meant, or those there are if they fit on a line.
CLI::Validator one_of(const std::vector<std::string>& words) {
  const auto list = fmt::format("{{{}}}", fmt::join(words, ","));
  return {[words, list](const std::string& word) {
            if (std::ranges::find(words, word) != words.end()) return std::string();
            constexpr std::size_t few = 12;
            if (const auto meant = nearest(word, words); !meant.empty())
              return fmt::format("{}: {} is meant?", word, meant);
            return words.size() > few ? fmt::format("{} is none of the {} that there are", word, words.size())
                                      : fmt::format("{} is not in {}", word, list);
          },
          list};
}

// Options whose words are read when all are there.
struct Words {
  std::string severity = "notice", fail_on, boot, color = "auto", since, until;
};

void add_general_options(CLI::App& app, Options& options, Words& words) {
  app.add_option("FILE", options.files, "logs, memory dumps, or directories of them; none or '-': standard input");
  app.add_option("-f,--format", options.format, "what to print")->check(one_of(format_names()))->capture_default_str();
  app.add_option("-o", options.output, "write there instead of standard output")->type_name("FILE");
  app.add_flag("-v,--verbose", options.render.verbose,
               "unfold what reports fold; each report of an incident by itself");
  app.add_flag("-q,--quiet", options.quiet, "do not say that there is no report, show no progress");
  app.add_option("-j,--jobs", options.jobs, "files that are decoded at the same time (as many as there are cores)")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app.add_flag("--log", options.log, "print the log out of memory dumps, as dmesg does; -v: with levels and callers");
  app.add_option("--host", options.host, "the host of logs that do not name theirs")->type_name("NAME");
  app.add_flag("--follow", options.follow, "input without end: print a report a second after its last line");
  app.add_flag("--redact", options.render.redact,
               "no address, host, hardware name, command line or user path leaves the program");
  app.add_option("--color", words.color, "colours")->check(one_of({"auto", "always", "never"}))->capture_default_str();
  app.add_option("--source", options.render.source_dir,
                 "a source tree: the text of checks that failed, members' comments, lines around places")
      ->type_name("DIR");
  app.add_option("--context", options.render.context, "source lines around a resolved line")
      ->type_name("N")
      ->check(CLI::Range(0, 1000));
  app.add_flag("--explain-symbols", options.explain_symbols,
               "say which symbol files were tried, and why each was taken or refused");
  app.add_flag("--explain-parse", options.explain_parse,
               "say which report took a line and why, and why a report was dropped");
  app.add_flag_callback(
         "--needles",
         [] {
           for (const auto needle : search_needles()) fmt::print("{}\n", needle);
           throw CLI::Success();
         },
         "print what large logs are searched for: for measuring")
      ->group("");
  app.add_flag("!--no-quiet-path", options.quiet_path, "read every line: for tests")->group("");
}

void add_symbol_options(CLI::App& app, SymbolOptions& symbols) {
  const char* group = "Symbols (found from the log's release and build-ids where none is given)";
  app.add_option("-k,--vmlinux", symbols.vmlinux, "this vmlinux, and no search for one")
      ->type_name("FILE")
      ->group(group);
  app.add_option("-r,--release", symbols.release, "the release to look for, instead of the log's")
      ->type_name("REL")
      ->group(group);
  app.add_option("-m,--modules", symbols.modules, "look here for modules first")
      ->type_name("DIR")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--debug-root", symbols.debug_root, "a copy of a machine's / to search first")
      ->type_name("DIR")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--kallsyms", symbols.kallsyms, "a copy of /proc/kallsyms of that boot")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--system-map", symbols.system_map, "its System.map")->type_name("FILE")->group(group);
  app.add_flag("--debuginfod", symbols.debuginfod, "fetch what is missing from DEBUGINFOD_URLS")->group(group);
  app.add_flag("--no-symbols", symbols.none, "no file:line")->group(group);
  app.add_flag("--force", symbols.force, "use files that do not fit the log")->group(group);
}

void add_choice_options(CLI::App& app, Options& options, Words& words) {
  const char* which = "Which reports";
  app.add_option("--kind", options.kinds, "only of this kind (again for more)")
      ->check(one_of(kind_names()))
      ->type_name("KIND")
      ->allow_extra_args(false)
      ->group(which);
  app.add_option("--severity", words.severity, "of this severity and above")
      ->check(one_of(severities))
      ->capture_default_str()
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

int refuse(const std::string& words) {
  say(words);
  return 2;
}

// What --help and --version print goes the way of the reports: a full disk is said.
int print(const CLI::App& app, const CLI::Success& what) {
  Output output("", true);
  std::ostringstream nothing;
  const int status = app.exit(what, output.stream(), nothing);
  return output.finish() ? status : 2;
}

// Nothing: all is well. Else the program ends with this status; said already.
std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& e) {  // --help, --version
    return print(app, e);
  } catch (const CLI::ExtrasError&) {
    std::vector<std::string> known;
    for (const auto* option : app.get_options())
      for (const auto& name : option->get_lnames()) known.push_back("--" + name);
    const auto word = app.remaining().front();
    const auto meant = nearest(word.substr(0, word.find('=')), known);
    return refuse(fmt::format("{} is no option{} (unoops --help lists them)", word,
                              meant.empty() ? "" : fmt::format(": {} is meant?", meant)));
  } catch (const CLI::ParseError& e) {
    return refuse(std::string(e.what()) + " (unoops --help lists the options)");
  }
}

// Options that make no sense together, or with what they name; empty: none.
std::string contradiction(const Options& options) {
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

}  // namespace

std::optional<Options> read_options(int argc, char** argv, int& status) {
  Options options;
  options.jobs = std::max(1U, std::thread::hardware_concurrency());
  CLI::App app{
      "unoops decodes the crash text of the Linux kernel.\n"
      "  dmesg | unoops        journalctl -k | unoops        unoops oops.txt\n"
      "  unoops decode-stacktrace ...   the kernel script's own arguments and output\n"
      "  unoops known add [--known FILE] ...   rules for the bugs of a log: printed, or put at the file's end"};
  app.name("unoops");
  app.set_version_flag(
      "--version", "unoops " + std::string(version) + "\nlarge logs are searched with " + std::string(search_engine()));
  app.set_help_flag("-h,--help", "this text");
  Words words;

  add_general_options(app, options, words);
  add_symbol_options(app, options.symbols);
  add_choice_options(app, options, words);

  // `unoops known add` takes the same options and files.
  if (argc > 2 && std::string_view(argv[1]) == "known" && std::string_view(argv[2]) == "add") {
    options.add_known = true;
    argv[2] = argv[0];
    argc -= 2;
    argv += 2;
  }
  if (const auto ended = parse(app, argc, argv)) {
    status = *ended;
    return std::nullopt;
  }
  options.severity = *severity_from_id(words.severity);
  if (!words.fail_on.empty()) options.fail_on = severity_from_id(words.fail_on);
  options.color = words.color == "always" ? Color::always : words.color == "never" ? Color::never : Color::automatic;
  if (!read_boot(words.boot, options)) {
    status = refuse("--boot takes a number from 1, or 'last', not '" + words.boot + "'");
    return std::nullopt;
  }
  if (std::string wrong; !read_times(words, options, wrong)) {
    status = refuse(wrong);
    return std::nullopt;
  }
  if (const auto wrong = contradiction(options); !wrong.empty()) {
    status = refuse(wrong);
    return std::nullopt;
  }
  return options;
}

}  // namespace unoops::cli
