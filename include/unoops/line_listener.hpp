// Who wants the log itself beside its reports.
#pragma once

#include <string_view>

#include "unoops/raw_line.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops {

// Told of every line, after the decoder has read it.
class LineListener {
 public:
  virtual ~LineListener() = default;
  // What the log has said of its kernel up to the line that is read next.
  virtual void kernel(const KernelIdentity&) {}
  // True: read() is told the host that the line's transport names. It costs a second look at every line.
  virtual bool wants_host() const { return false; }
  virtual void read(const RawLine&, std::string_view host) = 0;
  virtual void flush() {}  // the source ended: nothing more will be told of the lines that were read
};

}  // namespace unoops
