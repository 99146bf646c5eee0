// Sources → decoder, with what --follow and a pausing pipe need.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/rooms.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "unoops/annotate.hpp"
#include "unoops/decoder.hpp"

namespace unoops::cli {

struct Pumped {
  std::uint64_t lines = 0;
  bool failed = false;  // a source could not be read to its end; said on standard error
  bool cut = false;     // because a signal stopped the program, without --follow
  std::string foreign;  // what the text is where it is no kernel's log; empty: nothing is known
};

// Feeds all that there is to read, to the end, or until progress.out() fails. The annotator (may be null) listens to the
// decoder; pump() sees that its lines do not wait too long. `paused` is called when a source pauses, so that what was
// handed out is printed. A report that is still open is handed out at a pause only with --follow.
Pumped pump(const Options&, Decoder&, Annotator*, Progress&, const std::function<void()>& paused);

// The same for files and directories, several at a time; the decoder gets what comes of them in the order of the files.
bool can_pump_apart(const Options&);
Pumped pump_apart(const Options&, const DecodeOptions& of_each, Decoder&, Progress&);

}  // namespace unoops::cli
