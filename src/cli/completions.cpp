#include "cli/completions.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "cli/commands.hpp"

namespace unoops::cli {
namespace {

enum class Takes { nothing, file, directory, words, anything };

struct Completion {
  std::vector<std::string> names;  // with their dashes
  std::string help;
  Takes takes = Takes::nothing;
  std::vector<std::string> words = {};
};

struct Subcommand {
  std::string name, help;
};

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const auto comma = list.find(',');
    words.emplace_back(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return words;
}

// The words that an option takes: one_of() names its check by them (option_rows.hpp).
std::vector<std::string> words_of(CLI::Option& option) {
  try {
    return split(option.get_validator("")->get_name());
  } catch (const CLI::OptionNotFound&) {
    return {};
  }
}

Completion completion_of(CLI::Option& option) {
  Completion out;
  for (const auto& name : option.get_snames()) out.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) out.names.push_back("--" + name);
  out.help = option.get_description();
  std::ranges::replace(out.help, '\n', ' ');
  if (option.get_items_expected_max() == 0) return out;
  out.words = words_of(option);
  const std::string type = option.get_type_name();
  out.takes = !out.words.empty()           ? Takes::words
              : type.starts_with("FILE")   ? Takes::file
              : type.starts_with("DIR")    ? Takes::directory
              : type.starts_with("N|last") ? Takes::words
                                           : Takes::anything;
  if (out.takes == Takes::words && out.words.empty()) out.words = {"last"};
  return out;
}

struct Table {
  std::vector<Completion> options;
  std::vector<Subcommand> subcommands;
};

Table table_of(CLI::App& app) {
  Table table;
  for (auto* option : app.get_options())
    if (option->nonpositional() && !option->get_group().empty()) table.options.push_back(completion_of(*option));
  for (const auto& command : commands())
    table.subcommands.push_back({std::string(command.name), std::string(command.help)});
  return table;
}

// Within '...' of bash and zsh.
std::string within_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out;
}

std::string names_of(const std::vector<Subcommand>& subcommands) {
  std::string out;
  for (const auto& sub : subcommands) out += (out.empty() ? "" : " ") + sub.name;
  return out;
}

// Needs nothing of the package bash-completion.
std::string bash(const Table& table) {
  std::string cases, names;
  for (const auto& option : table.options) {
    for (const auto& name : option.names) names += (names.empty() ? "" : " ") + name;
    const auto way = option.takes == Takes::file        ? std::string("_unoops_paths -f")
                     : option.takes == Takes::directory ? std::string("_unoops_paths -d")
                     : option.takes == Takes::words ? fmt::format("_unoops_words '{}'", fmt::join(option.words, " "))
                                                    : std::string(":");
    if (option.takes != Takes::nothing)
      cases += fmt::format("    {}) {}; return ;;\n", fmt::join(option.names, "|"), way);
  }
  return fmt::format(R"(# bash completion for unoops, made by: unoops --completions bash
_unoops_words() {{
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}}
_unoops_paths() {{
  compopt -o filenames 2> /dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}}
_unoops() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}}
  # "--format=js" comes as three words.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]] && ((COMP_CWORD > 1)); then
    prev=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  COMPREPLY=()
  case $prev in
{}  esac
  if [[ $cur == -* ]]; then
    _unoops_words '{}'
    return
  fi
  _unoops_paths -f
  if ((COMP_CWORD == 1)); then
    local files=("${{COMPREPLY[@]}}")
    _unoops_words '{}'
    COMPREPLY+=("${{files[@]}}")
  fi
}}
complete -F _unoops unoops
)",
                     cases, names, names_of(table.subcommands));
}

// "[", "]" and ":" mean something in a specification of _arguments.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : within_quotes(text)) {
    if (c == '[' || c == ']' || c == ':') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh(const Table& table) {
  std::string out =
      "#compdef unoops\n# zsh completion for unoops, made by: unoops --completions zsh\n_arguments -s -S \\\n";
  for (const auto& option : table.options) {
    const auto way = option.takes == Takes::file        ? std::string(":file:_files")
                     : option.takes == Takes::directory ? std::string(":directory:_files -/")
                     : option.takes == Takes::words     ? fmt::format(":word:({})", fmt::join(option.words, " "))
                     : option.takes == Takes::anything  ? std::string(":value: ")
                                                        : std::string();
    for (const auto& name : option.names) {
      const char* joined = option.takes == Takes::nothing ? "" : name.starts_with("--") ? "=" : "+";
      out += fmt::format("  '*{}{}[{}]{}' \\\n", name, joined, zsh_text(option.help), way);
    }
  }
  return out +
         fmt::format("  '1: :{{_alternative \"commands:command:({})\" \"files:log:_files\"}}' \\\n  '*:log:_files'\n",
                     names_of(table.subcommands));
}

std::string fish_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string fish(const Table& table) {
  std::string out = "# fish completion for unoops, made by: unoops --completions fish\n";
  for (const auto& option : table.options) {
    out += "complete -c unoops";
    for (const auto& name : option.names)
      out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (option.takes == Takes::file) out += " -r -F";
    if (option.takes == Takes::directory) out += " -x -a '(__fish_complete_directories)'";
    if (option.takes == Takes::anything) out += " -x";
    if (option.takes == Takes::words) out += fmt::format(" -x -a '{}'", fmt::join(option.words, " "));
    out += fmt::format(" -d '{}'\n", fish_text(option.help));
  }
  for (const auto& sub : table.subcommands)
    out += fmt::format("complete -c unoops -n __fish_use_subcommand -a {} -d '{}'\n", sub.name, fish_text(sub.help));
  return out;
}

}  // namespace

void add_completions(CLI::App& app) {
  app.add_option_function<std::string>(
         "--completions",
         [&app](const std::string& shell) {
           const auto table = table_of(app);
           const auto script = shell == "bash" ? bash(table) : shell == "zsh" ? zsh(table) : fish(table);
           throw CLI::CallForVersion(script, CLI::ExitCodes::Success);  // printed as --version is
         },
         "print a shell's completion script")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->group("");
}

}  // namespace unoops::cli
