#include "parse/troubles.hpp"

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace unoops::parse {
namespace {

// Trouble that only time ties to a report is older news behind these. Where lines have no time, they are counted.
constexpr std::int64_t soon_us = 300'000'000;
constexpr std::uint64_t soon_ticks = 200;
constexpr std::size_t most_text = 1024;  // of a line: as long as printk's records

struct Subject {
  std::string device, driver;
};

std::string lowered(std::string_view word) {
  std::string out(word);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

std::string_view first_word(std::string_view text) { return text.substr(0, text.find_first_of(" ,:;")); }

// "nvme nvme0: ", "e1000e 0000:00:1f.6 eno1: ", "sd 2:0:0:0: [sdb] ", "ata1.00: ": the driver where there is one, and the
// device (include/linux/dev_printk.h, drivers/scsi/scsi_logging.c).
Subject of_prefix(std::string_view before) {
  const auto colon = before.find(": ");
  if (colon == std::string_view::npos) return {};  // the words of a sentence
  const auto head = trim(before.substr(0, colon));
  const auto blank = head.find(' ');
  if (blank == std::string_view::npos) return {std::string(head), std::string(head)};
  Subject out{std::string(trim(head.substr(blank))), std::string(head.substr(0, blank))};
  auto rest = before.substr(colon + 2);
  if (!rest.starts_with('[')) return out;
  rest.remove_prefix(1);
  const auto disk = rest.substr(0, rest.find(']'));
  if (is_device_name(disk) && disk.find_first_of(" :") == std::string_view::npos) out.device += ' ' + std::string(disk);
  return out;
}

// "I/O error, dev sda, sector 8", "Aborting journal on device dm-0-8."
Subject of_rest(std::string_view rest) {
  auto name = first_word(trim_left(rest.substr(std::min(rest.find(' '), rest.size()))));
  while (!name.empty() && (name.back() == '.' || name.back() == '\'')) name.remove_suffix(1);
  if (name.starts_with('\'')) name.remove_prefix(1);
  // fs/jbd2/journal.c jbd2_journal_init_inode: the journal's inode stands behind the device
  const auto dash = name.rfind('-');
  if (dash != std::string_view::npos && is_device_name(name.substr(0, dash)) &&
      name.substr(dash + 1).find_first_not_of("0123456789") == std::string_view::npos)
    name = name.substr(0, dash);
  return {std::string(name), {}};
}

// "EXT4-fs error (device sda1): ", "XFS (dm-4): ", "BTRFS error (device sda1: state EA): "
Subject of_file_system(std::string_view text) {
  const auto open = text.find('(');
  if (open == std::string_view::npos) return {};
  const auto type = text.substr(0, text.find_first_of("- :("));
  auto inside = text.substr(open + 1);
  if (inside.starts_with("device ")) inside.remove_prefix(7);
  return {std::string(inside.substr(0, inside.find_first_of(" :,)"))), lowered(type)};
}

Subject subject_of(const TroubleRow& row, std::string_view text, std::size_t at) {
  Subject out;
  if (row.whose == Whose::before) out = of_prefix(text.substr(0, at));
  if (row.whose == Whose::behind) out = of_rest(text.substr(at + row.needle.size()));
  if (row.whose == Whose::file_system) out = of_file_system(text);
  if (!row.driver.empty()) out.driver = row.driver;
  return out;
}

template <class Visit>
void for_each_word(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end != 0) visit(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// Words of text that may be a device: "jbd2/nvme0n1p2-8" is one behind the '/'.
bool names_device(std::string_view text, std::string_view device) {
  const auto whole = whole_device(device);
  for (auto at = text.find(whole); at != std::string_view::npos; at = text.find(whole, at + 1)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    if (is_word(before) || before == '-' || before == '.' || before == ':') continue;
    auto end = at + whole.size();
    while (end < text.size() && is_word(text[end])) ++end;
    if (same_device(text.substr(at, end - at), device)) return true;
  }
  return false;
}

bool names_device(const Report& r, std::string_view device) {
  const auto names = [&](std::string_view text) { return names_device(text, device); };
  return names(r.comm) || names(r.workqueue) || names(r.headline) || std::ranges::any_of(r.messages, names) ||
         std::ranges::any_of(r.stacks, names, &Stack::comm);
}

bool has_on_trace(const Report& r, std::string_view driver) {
  if (driver.size() < 3) return false;  // "sd" begins too many names
  const auto is_its = [&](const Frame& f) {
    const std::string_view symbol = f.ref.symbol;
    return f.reliable &&
           (f.ref.module == driver || (symbol.starts_with(driver) && symbol.substr(driver.size()).starts_with('_')));
  };
  return std::ranges::any_of(r.stacks, [&](const Stack& s) { return std::ranges::any_of(s.frames, is_its); });
}

// Came the one soon before the other?
bool is_soon(const Trouble& trouble, const Ticks& trouble_ticks, const OpenReport& open) {
  const auto& time = open.report().time_us;
  if (time && trouble.time_us) return *time - *trouble.time_us < soon_us;
  return open.ticks.first - trouble_ticks.first < soon_ticks;
}

std::string_view first_device(const Trouble& trouble) {
  std::string_view device;
  for_each_word(trouble.subject, [&](std::string_view word) {
    if (device.empty() && is_device_name(word)) device = word;
  });
  return device;
}

}  // namespace

void Troubles::note(const TroubleRow& row, const LogLine& line, std::size_t at, std::uint64_t tick) {
  if (std::exchange(last_tick_, tick) == tick) return;  // the line's first words tell
  auto subject = subject_of(row, line.text, at);
  if (subject.device.empty()) subject.device = subject.driver;
  const auto same = std::ranges::find_if(
      noted_, [&](const Noted& n) { return n.row->what == row.what && n.trouble.subject == subject.device; });
  if (same != noted_.end()) {
    ++same->trouble.count;
    same->trouble.line_last = line.number;
    same->ticks.last = tick;
    return;
  }
  if (noted_.size() >= limits::troubles) noted_.pop_front();
  Trouble trouble{.what = std::string(row.what),
                  .subject = std::move(subject.device),
                  .text = std::string(trim(line.text.substr(0, most_text))),
                  .time_us = line.time_us,
                  .line_first = line.number,
                  .line_last = line.number};
  noted_.push_back({&row, std::move(subject.driver), std::move(trouble), {tick, tick}});
}

std::vector<Trouble> Troubles::before(const OpenReport& open) const {
  const auto& r = open.report();
  std::vector<Trouble> out;
  if (r.severity == Severity::notice) return out;
  // What bears by more than time, and the devices that it is about: what else befell them bears as much.
  std::vector<std::pair<std::string_view, Bearing>> devices;
  const auto bearing_of = [&](const Noted& n) {
    auto bearing = Bearing::time;
    if (n.row->reach >= Reach::driver && has_on_trace(r, n.driver))
      bearing = n.row->whose == Whose::file_system ? Bearing::file_system : Bearing::driver;
    for_each_word(n.trouble.subject, [&](std::string_view word) {
      if (is_device_name(word) && names_device(r, word)) bearing = Bearing::device;
    });
    return bearing;
  };
  std::vector<std::pair<const Noted*, Bearing>> all;
  for (const auto& n : noted_) {
    if (n.ticks.first >= open.ticks.first) break;
    all.emplace_back(&n, bearing_of(n));
    if (const auto device = first_device(n.trouble); !device.empty() && all.back().second != Bearing::time)
      devices.emplace_back(device, all.back().second);
  }
  for (auto& [n, bearing] : all) {
    const auto device = first_device(n->trouble);
    for (const auto& [other, its] : devices)
      if (same_device(whole_device(device), whole_device(other))) bearing = std::min(bearing, its);
    const bool alone = n->row->reach == Reach::machine && r.severity >= Severity::error;
    if (bearing == Bearing::time && !(alone && is_soon(n->trouble, n->ticks, open))) continue;
    out.push_back(n->trouble);
    out.back().bearing = bearing;
    if (bearing == Bearing::driver && n->driver != n->trouble.subject)
      out.back().subject = n->driver + ' ' + n->trouble.subject;
    if (n->ticks.last < open.ticks.first) continue;
    out.back().count = 1;  // how many of them came before is not known any more
    out.back().line_last = out.back().line_first;
  }
  return out;
}

}  // namespace unoops::parse
