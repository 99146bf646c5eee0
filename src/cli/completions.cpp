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

// The first word of a command, and the second that it must have ("known add").
struct Subcommand {
  std::string name, second, help;
  bool is_apart = false;  // the options of unoops itself are not its own
  std::vector<Completion> options = {};
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

std::vector<Completion> options_of(CLI::App& app) {
  std::vector<Completion> out;
  for (auto* option : app.get_options())
    if (option->nonpositional() && !option->get_group().empty()) out.push_back(completion_of(*option));
  return out;
}

Table table_of(CLI::App& app) {
  Table table{options_of(app), {}};
  for (const auto& command : commands()) {
    const auto blank = std::min(command.name.find(' '), command.name.size());
    auto& sub = table.subcommands.emplace_back();
    sub.name = command.name.substr(0, blank);
    sub.second = command.name.substr(std::min(blank + 1, command.name.size()));
    sub.help = command.help;
    sub.is_apart = command.run != nullptr;
    if (command.show_options) command.show_options([&](CLI::App& own) { sub.options = options_of(own); });
  }
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

// What completes an option and its word; what is left is no option.
std::string bash_options(const std::vector<Completion>& options) {
  std::string cases, names;
  for (const auto& option : options) {
    for (const auto& name : option.names) names += (names.empty() ? "" : " ") + name;
    const auto way = option.takes == Takes::file        ? std::string("_unoops_paths -f")
                     : option.takes == Takes::directory ? std::string("_unoops_paths -d")
                     : option.takes == Takes::words ? fmt::format("_unoops_words '{}'", fmt::join(option.words, " "))
                                                    : std::string(":");
    if (option.takes != Takes::nothing)
      cases += fmt::format("    {}) {}; return ;;\n", fmt::join(option.names, "|"), way);
  }
  return fmt::format(
      "  case $prev in\n{}  esac\n  if [[ $cur == -* ]]; then\n    _unoops_words '{}'\n    return\n  fi\n", cases,
      names);
}

std::string bash_command(const Subcommand& sub) {
  if (!sub.second.empty())
    return fmt::format("  {}) ((COMP_CWORD == 2)) && _unoops_words {} && return ;;\n", sub.name, sub.second);
  if (!sub.is_apart) return {};
  if (sub.options.empty()) return fmt::format("  {}) _unoops_paths -f; return ;;\n", sub.name);
  return fmt::format("  {})\n{}  return ;;\n", sub.name, bash_options(sub.options));
}

// Needs nothing of the package bash-completion.
std::string bash(const Table& table) {
  std::string commands;
  for (const auto& sub : table.subcommands) commands += bash_command(sub);
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
  ((COMP_CWORD > 1)) && case ${{COMP_WORDS[1]}} in
{}  esac
{}  _unoops_paths -f
  if ((COMP_CWORD == 1)); then
    local files=("${{COMPREPLY[@]}}")
    _unoops_words '{}'
    COMPREPLY+=("${{files[@]}}")
  fi
}}
complete -F _unoops unoops
)",
                     commands, bash_options(table.options), names_of(table.subcommands));
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

std::string zsh_options(const std::vector<Completion>& options) {
  std::string out = "_arguments -s -S \\\n";
  for (const auto& option : options) {
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
  return out;
}

// _arguments counts words from the command on.
std::string zsh_command(const Subcommand& sub) {
  if (!sub.second.empty())
    return fmt::format("  {}) (( CURRENT == 3 )) && {{ compadd {}; return }} ;;\n", sub.name, sub.second);
  if (!sub.is_apart) return {};
  if (sub.options.empty()) return fmt::format("  {}) _files; return ;;\n", sub.name);
  return fmt::format("  {})\nshift words\n(( CURRENT-- ))\n{}  '*:address: '\nreturn ;;\n", sub.name,
                     zsh_options(sub.options));
}

std::string zsh(const Table& table) {
  std::string out = "#compdef unoops\n# zsh completion for unoops, made by: unoops --completions zsh\n";
  out += "(( CURRENT > 2 )) && case $words[2] in\n";
  for (const auto& sub : table.subcommands) out += zsh_command(sub);
  return out + "esac\n" + zsh_options(table.options) +
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

// `when`: a condition.
std::string fish_options(const std::vector<Completion>& options, const std::string& when) {
  std::string out;
  for (const auto& option : options) {
    out += fmt::format("complete -c unoops -n '{}'", when);
    for (const auto& name : option.names)
      out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (option.takes == Takes::file) out += " -r -F";
    if (option.takes == Takes::directory) out += " -x -a '(__fish_complete_directories)'";
    if (option.takes == Takes::anything) out += " -x";
    if (option.takes == Takes::words) out += fmt::format(" -x -a '{}'", fmt::join(option.words, " "));
    out += fmt::format(" -d '{}'\n", fish_text(option.help));
  }
  return out;
}

std::string fish(const Table& table) {
  constexpr std::string_view seen = "__fish_seen_subcommand_from";
  std::string out = "# fish completion for unoops, made by: unoops --completions fish\n", apart;
  for (const auto& sub : table.subcommands) {
    const auto help = fish_text(sub.help);
    out += fmt::format("complete -c unoops -n __fish_use_subcommand -a '{}' -d '{}'\n", sub.name, help);
    if (!sub.second.empty())
      out += fmt::format("complete -c unoops -f -n '{0} {1}; and not {0} {2}' -a '{2}' -d '{3}'\n", seen, sub.name,
                         sub.second, help);
    if (sub.is_apart) apart += ' ' + sub.name;
    if (sub.options.empty()) continue;
    const auto within = fmt::format("{} {}", seen, sub.name);
    out += fmt::format("complete -c unoops -f -n '{}'\n", within) + fish_options(sub.options, within);
  }
  return out + fish_options(table.options, fmt::format("not {}{}", seen, apart));
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
