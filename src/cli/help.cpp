#include "cli/help.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

#include "base/environment.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/pager.hpp"
#include "cli/terminal.hpp"
#include "unoops/kind.hpp"

namespace unoops::cli {
namespace {

constexpr std::size_t help_width = 80, description_column = 27;

// CLI11 writes what an option checks behind a colon.
std::string without_checks(const std::string& type) { return type.substr(0, type.find(':')); }

// "-f, --format FORMAT", long options under one another.
std::string names_of(const CLI::Option& option) {
  std::string out;
  for (const auto& name : option.get_snames()) out += (out.empty() ? "-" : ", -") + name;
  if (out.empty()) out = "   ";
  for (const auto& name : option.get_lnames()) out += (out.back() == ' ' ? " --" : ", --") + name;
  if (option.get_items_expected_max() > 0) out += ' ' + without_checks(option.get_type_name());
  return out;
}

// Words are not broken: what is longer than a line runs over its end.
void wrap(std::string& out, std::string_view text, std::size_t column, std::size_t width = help_width) {
  std::size_t at = column;
  bool first = true;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (!first && at + 1 + word.size() > width) {
      out += '\n' + std::string(column, ' ');
      at = column;
      first = true;
    }
    if (!first) out += ' ', ++at;
    out += word;
    at += word.size();
    first = false;
  }
  out += '\n';
}

void row(std::string& out, const std::string& left, std::string_view right) {
  out += "  " + left;
  if (left.size() + 3 >= description_column)
    out += '\n' + std::string(description_column, ' ');
  else
    out += std::string(description_column - left.size() - 2, ' ');
  wrap(out, right, description_column);
}

}  // namespace

std::string table_cell(std::string_view text, std::size_t column) {
  if (!stdout_is_terminal()) return std::string(text);
  std::string out;
  wrap(out, text, column, static_cast<std::size_t>(text_width(terminal_columns(), environment)));
  out.pop_back();
  return out;
}

std::string command_list() {
  std::string out = "\nCommands:\n";
  for (const auto& command : commands()) row(out, std::string(command.name), command.help);
  return out;
}

std::string help_text(const CLI::App& app, std::string_view usage) {
  std::string out = fmt::format("{}\n\nusage: {}\n", app.get_description(), usage);
  std::vector<std::string> groups;
  for (const auto* option : app.get_options())
    if (!option->get_group().empty() && std::ranges::find(groups, option->get_group()) == groups.end())
      groups.push_back(option->get_group());
  for (const auto& group : groups) {
    out += '\n' + group + ":\n";
    for (const auto* option : app.get_options())
      if (option->get_group() == group)
        row(out, option->get_positional() ? option->get_name(true) : names_of(*option), option->get_description());
  }
  return out;
}

std::string kinds_text() {
  std::size_t id = 0;
  for (const auto* kind : all_kinds()) id = std::max(id, std::size(kind->id));
  std::string out;
  for (const auto* kind : all_kinds()) {
    const auto left = fmt::format("{:<{}}  {:<8} ", kind->id, id, severity_id(kind->severity));
    out += left + table_cell(kind->name, left.size()) + '\n';
  }
  return out;
}

int show(const std::string& text, bool by_pager) {
  Pager pager;
  if (by_pager && stdout_is_terminal()) pager.start();
  Output output("", true, &pager);
  output.stream() << text;
  return output.finish() ? 0 : 2;
}

}  // namespace unoops::cli
