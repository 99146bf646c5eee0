// Which reports the user wants, and what the exit status says of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "base/rooms.hpp"
#include "cli/options.hpp"
#include "cli/pump.hpp"
#include "unoops/decoder.hpp"

namespace unoops::cli {

class Chooser {
 public:
  using Sink = std::function<void(ParsedReport&&)>;
  Chooser(const Options& options, Sink sink) : options_(options), sink_(std::move(sink)) {}
  void offer(ParsedReport&&);
  void finish();  // --last, --boot last: only now it is known
  std::size_t found() const { return found_ + waiting_.size(); }
  int status(const Pumped&, const std::ostream&) const;

 private:
  bool wanted(const Report&);
  bool is_in_time(const Report&);
  std::string filters() const;
  void keep(ParsedReport&&);
  void forget();
  void hand_out(ParsedReport&&);

  const Options& options_;
  // What a year that a log does not print is told by.
  const std::int64_t now_ =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  Sink sink_;
  std::deque<ParsedReport> waiting_;  // --last keeps one, --boot last those of one boot
  std::size_t kept_ = 0;              // bytes of waiting_
  std::size_t found_ = 0, offered_ = 0, forgotten_ = 0, timeless_ = 0, ignored_ = 0;
  std::optional<Severity> worst_;
  std::optional<Severity> forgotten_worst_;  // of the boot whose reports wait
};

}  // namespace unoops::cli
