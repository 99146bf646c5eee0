// A sign of life on the terminal, where reading takes longer than a second.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <streambuf>
#include <string>

#include "base/rooms.hpp"
#include "cli/options.hpp"

namespace unoops::cli {

class Progress {
 public:
  Progress(const Options&, std::ostream& out);

  // What reports are written to: `out`, but where that is a screen the line is gone before anything else comes to it.
  std::ostream& out() { return wanted_ && shares_screen_ ? room_maker_ : out_; }

  // ---- by any thread: counted, not shown ----
  void expect(std::uint64_t bytes) { total_ = bytes; }  // of all sources; 0: not known
  void read(std::uint64_t bytes) { done_ += bytes; }    // more of them

  // ---- by the thread that prints ----
  void found(std::size_t reports);
  void show();   // if it is time
  void pause();  // nothing comes from a pipe
  void end();    // all is read

 private:
  using Clock = std::chrono::steady_clock;

  class RoomMaker final : public std::streambuf {
   public:
    RoomMaker(Progress& progress, std::streambuf* out) : progress_(progress), out_(out) {}

   private:
    int_type overflow(int_type letter) override;
    std::streamsize xsputn(const char* text, std::streamsize size) override;
    int sync() override;

    Progress& progress_;
    std::streambuf* const out_;
  };

  void make_room();
  std::string words(Clock::time_point now) const;

  const bool wanted_, shares_screen_;
  std::ostream& out_;
  RoomMaker maker_;
  std::ostream room_maker_;
  std::atomic<std::uint64_t> total_ = 0, done_ = 0;
  std::size_t reports_ = 0;
  Clock::time_point begun_, seen_;  // of the work without pauses; the last other sign of life
  std::uint64_t done_before_ = 0;   // when it began
};

}  // namespace unoops::cli
