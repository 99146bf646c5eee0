#include "cli/progress.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "cli/say.hpp"

namespace unoops::cli {
namespace {

// How long there may be no sign of life.
constexpr auto most_silence = std::chrono::seconds(1);

// What is printed comes to a screen, by itself or by another program behind a pipe (tee, grep): the line must not stand
// in its way.
bool prints_to_screen(const Options& options) {
  struct stat info {};
  return options.output.empty() && ::fstat(STDOUT_FILENO, &info) == 0 && !S_ISREG(info.st_mode) &&
         (::isatty(STDOUT_FILENO) || !S_ISCHR(info.st_mode));
}

bool reads_terminal(const Options& options) {
  return ::isatty(STDIN_FILENO) && (options.files.empty() || std::ranges::count(options.files, "-") > 0);
}

// "1.2 GB": as a person would say it.
std::string amount(double bytes) {
  static constexpr std::array units = {"kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (bytes /= 1e3; bytes >= 999.5 && unit + 1 < units.size(); bytes /= 1e3) ++unit;
  return bytes < 9.95 ? fmt::format("{:.1f} {}", bytes, units[unit]) : fmt::format("{:.0f} {}", bytes, units[unit]);
}

std::string duration(double seconds) {
  constexpr double most_minutes = 120;
  if (seconds < most_minutes) return fmt::format("{:.0f} s", seconds);
  if (seconds / 60 < most_minutes) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.0f} h", seconds / 3600);
}

}  // namespace

// --follow waits more than it works, and where the log is typed the screen is the person's own.
Progress::Progress(const Options& options, std::ostream& out)
    : wanted_(!options.quiet && !options.follow && ::isatty(STDERR_FILENO) && !reads_terminal(options)),
      shares_screen_(prints_to_screen(options)),
      out_(out),
      maker_(*this, out.rdbuf()),
      room_maker_(&maker_),
      begun_(Clock::now()),
      seen_(begun_) {}

void Progress::found(std::size_t reports) {
  reports_ = reports;
  show();
}

void Progress::show() {
  if (!wanted_) return;
  const auto now = Clock::now();
  if (now - seen_ < most_silence || !status_line().is_due()) return;
  status_line().show(words(now));
}

void Progress::make_room() {
  status_line().hide();
  seen_ = Clock::now();
}

void Progress::pause() {
  status_line().hide();
  seen_ = begun_ = Clock::now();
  done_before_ = done_;
}

void Progress::end() { status_line().hide(); }

Progress::RoomMaker::int_type Progress::RoomMaker::overflow(int_type letter) {
  if (traits_type::eq_int_type(letter, traits_type::eof())) return traits_type::not_eof(letter);
  progress_.make_room();
  return out_->sputc(traits_type::to_char_type(letter));
}

std::streamsize Progress::RoomMaker::xsputn(const char* text, std::streamsize size) {
  progress_.make_room();
  return out_->sputn(text, size);
}

int Progress::RoomMaker::sync() {
  progress_.make_room();
  return out_->pubsync();
}

std::string Progress::words(Clock::time_point now) const {
  const std::uint64_t done = done_, total = total_;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  const double rate = static_cast<double>(done - done_before_) / seconds;
  auto text = amount(static_cast<double>(done));
  if (total > 0) text += " of " + amount(static_cast<double>(total));
  text += fmt::format(", {}/s, {} report{}", amount(rate), reports_, reports_ == 1 ? "" : "s");
  // A log that grows may have more than it had.
  if (total > done && rate > 0) text += fmt::format(", {} left", duration(static_cast<double>(total - done) / rate));
  return text;
}

}  // namespace unoops::cli
