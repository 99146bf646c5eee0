// The parts of a pstore dump in one stream (cat dmesg-efi-*): Part1 is the newest text.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "unoops/raw_line.hpp"

namespace unoops::input {

class PartSorter {
 public:
  using Deliver = std::function<void(const RawLine&)>;
  using Gap = std::function<void(unsigned missing_part)>;
  PartSorter(Deliver deliver, Gap gap) : deliver_(std::move(deliver)), gap_(std::move(gap)) {}

  // True: the line was kept, to be delivered in its order. False: it belongs to no part, go on with it.
  bool take(const RawLine&);
  void finish();
  bool waits() const { return !parts_.empty(); }  // for the rest of a part

 private:
  struct Kept {
    RawLine line;
    std::string bytes;
    bool cut = false;  // another part's header stands behind it on the line
  };
  struct Part {
    unsigned number;
    std::vector<Kept> lines;
  };
  void begins_part(std::string_view header);
  void keep(const RawLine&, std::string_view bytes);
  void hand_out(const Kept&);
  void hand_out_open();
  void release();

  Deliver deliver_;
  Gap gap_;
  std::string event_;        // "Panic#2"
  std::vector<Part> parts_;  // of the event, in the order of the stream: 1, 2, 3
  std::size_t kept_ = 0;     // bytes
  RawLine open_line_;        // the last line of the part before,
  std::string open_;         // which was cut between two parts
  unsigned last_ = 0;        // the part that was delivered last
  bool passing_ = false;     // inside of delivering
};

}  // namespace unoops::input
