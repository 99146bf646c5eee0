#include "input/dump_source.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "input/utc_time.hpp"
#include "memory/core_file.hpp"
#include "memory/printk_log.hpp"
#include "memory/storage.hpp"

namespace unoops::input {
namespace {

constexpr std::size_t chunk = 64 * 1024;

CrashDump facts_of(const memory::CoreFile& core) {
  CrashDump out;
  out.release = core.info.value("OSRELEASE");
  out.build_id = core.info.value("BUILD-ID");
  out.arch = &core.arch->info;
  out.dump_level = core.dump_level;
  out.kernel_offset = core.info.hexadecimal("KERNELOFFSET");
  out.bytes = core.storage;
  // The kernel writes it down when it hands over to the crash kernel, and at no other time.
  constexpr std::uint64_t most_seconds = 99'999'999'999;
  const auto crash_time = core.info.decimal("CRASHTIME").value_or(0);
  if (crash_time != 0 && crash_time <= most_seconds) out.crash_time = utc_text(static_cast<std::time_t>(crash_time));
  return out;
}

class DumpSource final : public Source {
 public:
  DumpSource(std::string path, DumpLines lines) : path_(std::move(path)), lines_(lines) {}

  const std::string& name() const override { return path_; }
  const CrashDump* dump() const override { return facts_ ? &*facts_ : nullptr; }

  Expected<std::string_view> read() override {
    if (ended_) return std::string_view();
    if (!log_) {
      auto opened = open();
      if (!opened) return ended_ = true, tl::unexpected(Error{path_ + " is " + opened.error().message});
    }
    text_.erase(0, given_);
    memory::PrintkRecord record;
    while (text_.size() < chunk && log_->next(record)) write(record);
    given_ = std::min(text_.size(), chunk);
    if (given_ != 0) return std::string_view(text_).substr(0, given_);
    ended_ = true;
    auto doubts = doubts_at_end();
    if (!doubts.empty()) return tl::unexpected(Error{path_ + ": " + doubts});
    return std::string_view();
  }

 private:
  Expected<std::unique_ptr<memory::PrintkLog>> open() {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return tl::unexpected(Error{"a memory dump that cannot be opened"});
    auto core = memory::open_core(memory::file_storage(fd));
    if (!core) return tl::unexpected(core.error());
    core_ = std::move(*core);
    facts_ = facts_of(*core_);
    memory_.emplace(*core_);
    auto log = memory::open_printk_log(*memory_);
    if (!log) {
      auto words = log.error().message;
      if (core_->incomplete) words += "; it is incomplete, because the disk was full when it was written";
      return tl::unexpected(Error{std::move(words)});
    }
    log_ = std::move(*log);
    return nullptr;
  }

  void write(const memory::PrintkRecord& record) {
    if (record.lost != 0) text_ += fmt::format("** {} printk messages dropped **\n", record.lost);
    std::string prefix;
    if (lines_ == DumpLines::whole) prefix = fmt::format("<{}>", record.priority);
    prefix += memory::stamp_text(record);
    if (lines_ == DumpLines::whole && record.caller) prefix += memory::caller_text(*record.caller);
    prefix += ' ';
    std::string_view rest = record.text;
    for (;;) {
      const auto end = rest.find('\n');
      text_ += prefix;
      add_line(rest.substr(0, end));
      text_ += '\n';
      if (end == std::string_view::npos) return;
      rest.remove_prefix(end + 1);
    }
  }

  // What stands in a log may be anything, and a terminal obeys some of it.
  void add_line(std::string_view line) {
    for (const char c : line)
      if (lines_ == DumpLines::whole || c == '\t' || (c >= ' ' && c <= '~'))
        text_ += c;
      else
        text_ += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }

  std::string doubts_at_end() const {
    std::string words = log_->damage();
    if (log_->lost() == 0) return words;
    if (!words.empty()) words += "; ";
    return words + fmt::format("{} of its log's records are in pages that it does not hold{}", log_->lost(),
                               core_->incomplete ? " (the disk was full when it was written)" : "");
  }

  std::string path_;
  DumpLines lines_;
  std::unique_ptr<memory::CoreFile> core_;
  std::optional<memory::TargetMemory> memory_;
  std::unique_ptr<memory::PrintkLog> log_;
  std::optional<CrashDump> facts_;
  std::string text_;
  std::size_t given_ = 0;  // bytes of it, by the last read()
  bool ended_ = false;
};

}  // namespace

bool is_dump(int fd) {
  const auto file = memory::file_storage(::dup(fd));
  return memory::begins_dump(memory::head_of(*file));
}

bool is_dump(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return false;
  const auto file = memory::file_storage(fd);
  return memory::begins_dump(memory::head_of(*file));
}

std::unique_ptr<Source> dump_source(std::string path, DumpLines lines) {
  return std::make_unique<DumpSource>(std::move(path), lines);
}

}  // namespace unoops::input
