// Several sources, each decoded by itself → one run: numbers, boots, and reports that two sources tell of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::decode {

class Sequence {
 public:
  // The next report of the source, in its order. False: an earlier source told all of it already (a journal and a
  // syslog of one boot). A memory dump tells more than the text of its log did.
  bool take(Report&);
  void end_source(int boots);  // how many the source had; 0: it was empty

 private:
  struct Told {
    std::uint64_t number;
    std::string host;
    bool of_dump;
  };
  struct Dropped {
    std::uint64_t in_source, number;  // the number of the one that was told before
  };
  using Keys = std::unordered_map<std::size_t, Told>;  // by what tells one event from all others

  const Told* told_before(const Report&) const;
  void remember(const Report&);
  std::uint64_t number_of(std::uint64_t in_source) const;

  Keys earlier_, current_;
  std::deque<Dropped> dropped_;           // of this source, the last ones: nothing follows an older one
  std::uint64_t dropped_count_ = 0;       // of this source
  std::uint64_t before_ = 0, count_ = 0;  // reports of the earlier sources; of all
  int boots_ = 0;                         // of the earlier sources
};

}  // namespace unoops::decode
