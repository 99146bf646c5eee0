// Many sources at once: parsed by several threads, told of as one Decoder would tell of them one after the other.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "unoops/decoder.hpp"
#include "unoops/source.hpp"

namespace unoops {

struct ParallelWork {
  DecodeOptions decode;  // for the threads' own decoders; where there is a `warn`, its words come by said()
  // The decoder's sink asks no more of a report than what Format::tallies says: the rest is thrown away at once.
  bool tallies = false;
  unsigned threads = 2;  // where the system has no room for so many, fewer

  // The next source in the order of the output; null: there are no more. By one thread at a time.
  std::function<std::unique_ptr<Source>()> next;
  // By several threads at once: feeds the decoder with all of the source, which next() gave as its `index`th;
  // start_source() and finish() are called around it.
  std::function<void(std::size_t index, Source&, Decoder&, const std::function<void(std::string)>& say)> read;
  // What read() and the decoders say, by the caller's thread in the order of the sources.
  std::function<void(std::string_view)> said;
  // Called by the caller's thread several times a second while it waits for the others. May be empty.
  std::function<void()> waits = {};
};

// `decoder` gets the reports of all sources, as if it had read them itself: its sink is called by the caller's thread, in
// the order of the sources. It explains them, too, because what one report tells of its kernel helps those behind it.
// Memory is bounded by the number of threads: a source that is far ahead of its turn waits.
void decode_in_parallel(const ParallelWork&, Decoder& decoder);

}  // namespace unoops
