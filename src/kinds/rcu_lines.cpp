#include "kinds/rcu_lines.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "grammar/scanner.hpp"

namespace unoops::kinds {
namespace {

std::optional<std::uint64_t> number_behind(std::string_view text, std::string_view words) {
  const auto at = text.find(words);
  std::uint64_t value = 0;
  if (at == std::string_view::npos || !Scanner(text.substr(at + words.size())).dec(value)) return std::nullopt;
  return value;
}

// "idle=60cc/1/0x4000000000000000 softirq=...": the word behind "idle="
std::string_view word_behind(std::string_view text, std::string_view name) {
  const auto at = text.find(name);
  if (at == std::string_view::npos) return {};
  const auto rest = text.substr(at + name.size());
  return rest.substr(0, rest.find(' '));
}

// "-...0", "-O..!", "-....": offline, and the interrupt that RCU asks for halfway (rcu_iw_handler, since v4.15): a
// number where it is pending, '.' where it came, '!' where it was not asked for.
void read_marks(std::string_view marks, StalledCpu& out) {
  if (marks.size() != 5 || marks[0] != '-') return;
  out.offline = marks[1] == 'O';
  out.irqs_off = is_digit(marks[4]);
  out.took_irq = marks[4] == '.';
}

}  // namespace

std::optional<StalledCpu> read_stalled_cpu(std::string_view text) {
  Scanner s(trim(text));
  StalledCpu out;
  if (s.lit("rcu:")) s.blanks();
  if (!s.dec(out.cpu)) return std::nullopt;
  const auto rest = s.rest();
  const auto colon = rest.find(':');
  if (colon > 6 || rest.find("GP") == std::string_view::npos) return std::nullopt;
  read_marks(rest.substr(0, colon), out);
  const auto count = number_behind(rest, "(");
  if (rest.find(" ticks this GP)") != std::string_view::npos) out.ticks = count;
  if (rest.find(" GPs behind)") != std::string_view::npos) out.behind = count;
  const auto idle = word_behind(rest, "idle=");
  out.idle = idle.ends_with("/0/0x0") || idle.ends_with("/0/0");
  out.softirqs = word_behind(rest, "softirq=");
  out.false_positive = rest.find("(false positive?)") != std::string_view::npos;
  if (const auto word = word_behind(rest, "rcuc="); rest.find("jiffies(starved)") != std::string_view::npos)
    out.starved = word;
  return out;
}

std::vector<StalledCpu> stalled_cpus(const Report& r) {
  std::vector<StalledCpu> out;
  for (const auto& message : r.messages) {
    const auto row = read_stalled_cpu(message);
    if (row && std::ranges::find(out, row->cpu, &StalledCpu::cpu) == out.end()) out.push_back(*row);
  }
  return out;
}

std::vector<std::int64_t> blocking_tasks(std::string_view text) {
  std::vector<std::int64_t> out;
  for (auto at = text.find(" P"); at != std::string_view::npos; at = text.find(" P", at + 1)) {
    std::int64_t pid = 0;
    Scanner s(text.substr(at + 2));
    if (s.dec(pid) && (s.at_end() || s.peek() == ' ' || s.peek() == '/')) out.push_back(pid);
  }
  return out;
}

}  // namespace unoops::kinds
