#include "input/directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "input/byte_stream.hpp"
#include "input/dump_source.hpp"
#include "input/rows.hpp"

namespace unoops::input {

namespace fs = std::filesystem;

namespace {

constexpr int deepest = 8;  // sosreports nest five directories

// How the names of kernel logs begin: pstore, kdump, sosreport's commands, syslog daemons. Rotated and compressed ones,
// too.
constexpr std::array<std::string_view, 14> beginnings{
    "dmesg",  "console-ramoops", "vmcore-dmesg", "journalctl", "messages",   "kern.log",    "kernel.log",
    "syslog", "last_kmsg",       "boot.log",     "kmsg",       "netconsole", "console.log", "serial"};
constexpr std::array<std::string_view, 8> endings{".log",     ".log.gz",  ".log.xz", ".log.zst",
                                                  ".log.bz2", ".log.lz4", ".dmesg",  ".kmsg"};
// What sosreport prints about logs, and what is no text.
constexpr std::array<std::string_view, 3> no_logs{"journalctl_--list-boots", "journalctl_--disk-usage", ".journal"};

bool is_log(std::string_view name) {
  for (const auto part : no_logs)
    if (name.find(part) != std::string_view::npos) return false;
  for (const auto beginning : beginnings)
    if (name.starts_with(beginning)) return true;
  for (const auto ending : endings)
    if (name.ends_with(ending)) return true;
  return false;
}

// kdump-tools writes dump.202611280930 and, where makedumpfile fails, vmcore.202611280930; kexec-tools of Fedora and RHEL
// vmcore, vmcore.flat and vmcore-incomplete. What is in them decides.
constexpr std::array<std::string_view, 2> dump_beginnings{"dump.", "vmcore"};
constexpr std::array<std::string_view, 2> dump_endings{".kdump", ".vmcore"};

bool may_be_dump(std::string_view name) {
  return std::ranges::any_of(dump_beginnings, [&](std::string_view part) { return name.starts_with(part); }) ||
         std::ranges::any_of(dump_endings, [&](std::string_view part) { return name.ends_with(part); });
}

bool is_pstore_part(std::string_view name) { return name.starts_with("dmesg-"); }

std::string first_line(const std::string& path) {
  constexpr std::size_t longest = 64;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  std::uint64_t taken = 0;
  const auto stream = open_stream(fd, path, taken);
  std::string text;
  while (text.size() < longest && text.find_first_of("\r\n") == std::string::npos) {
    const auto more = stream->read();
    if (!more || more->empty()) break;
    text += more->substr(0, longest);
  }
  return text.substr(0, text.find_first_of("\r\n"));
}

// The parts of one event, the oldest text first: the highest part. Events stand in the order of their counters.
struct PartFile {
  std::string backend;  // "dmesg-efi"
  PstorePart part;
  std::string path;
  auto key() const {
    return std::tuple(backend, part.count, std::string(part.reason), -static_cast<long>(part.part), path);
  }
  bool same_event(const PartFile& other) const {
    return backend == other.backend && part.count == other.part.count && part.reason == other.part.reason;
  }
};

PartFile part_file(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  PartFile out{name.substr(0, name.rfind('-')), {}, path};
  pstore_header(first_line(path), out.part);
  return out;
}

void add_parts(const std::vector<std::string>& paths, std::vector<LogGroup>& out) {
  std::vector<PartFile> parts;
  parts.reserve(paths.size());
  for (const auto& path : paths) parts.push_back(part_file(path));
  std::sort(parts.begin(), parts.end(), [](const PartFile& a, const PartFile& b) { return a.key() < b.key(); });
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool joins = i != 0 && parts[i].part.part != 0 && parts[i].same_event(parts[i - 1]);
    if (!joins) out.push_back({parts[i].path, {}});
    out.back().files.push_back(parts[i].path);
  }
}

// A log's name without what logrotate puts behind it ("kern.log.2.gz", "messages-20261128"), and the order of time: dates
// as they are, then the highest number, and the one that is still written to last.
struct Rotated {
  std::string_view name;  // the beginning of the path
  int rank = 2;
  long long at = 0;
  auto key() const { return std::tuple(name, rank, at); }
};

Rotated rotated(const std::string& path) {
  constexpr std::size_t longest_number = 3, shortest_date = 8, longest_date = 14;
  std::string_view name = path;
  for (const std::string_view suffix : {".gz", ".xz", ".zst", ".bz2", ".lz4"})
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  const auto digits = name.size() - (name.find_last_not_of("0123456789") + 1);
  if (digits == 0 || digits >= name.size() || digits > longest_date) return {name};
  const auto number = name.substr(name.size() - digits);
  const auto before = name.substr(0, name.size() - digits - 1);
  const char joint = name[before.size()];
  long long value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  if (digits >= shortest_date && (joint == '-' || joint == '.')) return {before, 0, value};
  if (digits <= longest_number && joint == '.') return {before, 1, -value};
  return {name};
}

bool earlier(const std::string& one, const std::string& other) {
  const auto a = rotated(one), b = rotated(other);
  return a.key() != b.key() ? a.key() < b.key() : one < other;
}

bool is_readable(const std::string& path) { return ::access(path.c_str(), R_OK) == 0; }

// The files of a directory tree that may be logs.
class Walk {
 public:
  Walk(std::string top, std::size_t most) : top_(std::move(top)), most_(most) {
    look_into(top_, 0);
    cut();
  }
  const std::vector<std::string>& files() const { return files_; }

  std::vector<std::string> errors() const {
    std::vector<std::string> words;
    if (unreadable_ > 0)
      words.push_back(unread_ + (unreadable_ > 1 ? fmt::format(" (and {} more directories)", unreadable_ - 1) : ""));
    if (left_out_ > 0)
      words.push_back(fmt::format("{}: {} logs are read, and {} more are left out: name their directories", top_, most_,
                                  left_out_));
    return words;
  }
  std::string note() const {
    return too_deep_.empty() ? ""
                             : fmt::format("{}: is not looked into, for it is more than {} directories below {}",
                                           too_deep_, deepest, top_);
  }

 private:
  // Links are not followed: a sosreport's lead out of it or in circles.
  void look_into(const std::string& directory, int depth) {
    std::vector<std::string> below;
    std::error_code error;
    for (fs::directory_iterator it(directory, error); !error && it != fs::directory_iterator(); it.increment(error)) {
      std::error_code ignored;
      if (it->is_symlink(ignored)) continue;
      if (it->is_directory(ignored))
        below.push_back(it->path().string());
      else if (it->is_regular_file(ignored))
        add(it->path());
    }
    if (error && ++unreadable_ == 1) unread_ = directory + ": cannot read the directory: " + error.message();
    std::sort(below.begin(), below.end());  // what is told of the first one is to be the same at each run
    for (const auto& path : below) {
      if (depth < deepest)
        look_into(path, depth + 1);
      else if (too_deep_.empty())
        too_deep_ = path;
    }
  }

  void add(const fs::path& path) {
    const auto name = path.filename().string();
    if (is_log(name) || may_be_dump(name)) files_.push_back(path.string());
    if (files_.size() >= 2 * most_) cut();
  }

  // By the order of names, because that of readdir(3) is another one on each file system.
  void cut() {
    std::sort(files_.begin(), files_.end(), earlier);
    if (files_.size() <= most_) return;
    left_out_ += files_.size() - most_;
    files_.resize(most_);
  }

  const std::string top_;
  const std::size_t most_;
  std::vector<std::string> files_;
  std::size_t left_out_ = 0, unreadable_ = 0;
  std::string unread_, too_deep_;  // the first ones
};

}  // namespace

Logs logs_in(const std::string& directory, std::size_t most) {
  const Walk walk(directory, most);
  Logs logs{{}, walk.errors(), walk.note()};
  auto& out = logs.groups;
  std::vector<LogGroup> dumps;
  std::map<std::string, std::vector<std::string>> parts;  // by directory
  for (const auto& path : walk.files()) {
    const fs::path p(path);
    const auto name = p.filename().string();
    if (may_be_dump(name) && is_dump(path))
      dumps.push_back({path, {path}, true});
    else if (!is_log(name) && is_readable(path))
      continue;  // named like a dump, and something else
    else if (is_pstore_part(name))
      parts[p.parent_path().string()].push_back(path);
    else
      out.push_back({path, {path}});
  }
  out.insert(out.begin(), std::make_move_iterator(dumps.begin()), std::make_move_iterator(dumps.end()));
  for (const auto& [where, paths] : parts) add_parts(paths, out);
  return logs;
}

}  // namespace unoops::input
