#include "cli/option_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/help.hpp"
#include "cli/nearest.hpp"
#include "cli/say.hpp"

namespace unoops::cli {

CLI::Validator one_of(std::vector<std::string> words, std::string lister) {
  auto name = fmt::format("{}", fmt::join(words, ","));  // from which completions are made
  const auto check = [words = std::move(words), lister = std::move(lister)](const std::string& word) {
    if (std::ranges::find(words, word) != words.end()) return std::string();
    constexpr std::size_t few = 12;
    if (const auto meant = nearest(word, words); !meant.empty()) return fmt::format("{}: {} is meant?", word, meant);
    return words.size() > few ? fmt::format("{} is none of the {} that {} lists", word, words.size(), lister)
                              : fmt::format("{} is not in {{{}}}", word, fmt::join(words, ","));
  };
  return CLI::Validator(check, "", std::move(name));
}

std::string choices(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

void add_symbol_options(CLI::App& app, SymbolOptions& symbols, const char* group) {
  app.add_option("-k,--vmlinux", symbols.vmlinux, "this vmlinux, and no search for one")
      ->type_name("FILE")
      ->group(group);
  app.add_option("-r,--release", symbols.release, "the release to look for, instead of the log's")
      ->type_name("REL")
      ->group(group);
  app.add_option("-m,--modules", symbols.modules, "look here for modules first (again for more)")
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
}

int refuse(const std::string& words) {
  say(words);
  return 2;
}

std::optional<int> parse(CLI::App& app, int argc, const char* const* argv, const std::string& help) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::CallForVersion& e) {
    return show(std::string(e.what()) + "\n", false);
  } catch (const CLI::Success&) {
    return 0;
  } catch (const CLI::RuntimeError& e) {  // what an option printed
    return e.get_exit_code();
  } catch (const CLI::ExtrasError&) {
    std::vector<std::string> known;
    for (const auto* option : app.get_options())
      for (const auto& name : option->get_lnames()) known.push_back("--" + name);
    const auto word = app.remaining().front();
    const auto meant = nearest(word.substr(0, word.find('=')), known);
    return refuse(fmt::format("{} is no option{} ({} lists them)", word,
                              meant.empty() ? "" : fmt::format(": {} is meant?", meant), help));
  } catch (const CLI::ParseError& e) {
    return refuse(fmt::format("{} ({} lists the options)", e.what(), help));
  }
}

}  // namespace unoops::cli
