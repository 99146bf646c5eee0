// For callers that want the lines of the log, not only its reports.
#pragma once

#include <string_view>

#include "unoops/raw_line.hpp"
#include "unoops/symbolizer.hpp"

namespace unoops {

// Gets every line after the decoder has read it.
class LineListener {
 public:
  virtual ~LineListener() = default;
  // Called when the log has said more about its kernel, before the next read() or flush().
  virtual void kernel(const KernelIdentity&) {}
  // True: read() gets the host that the line's transport names. This costs a second look at every line.
  virtual bool wants_host() const { return false; }
  virtual void read(const RawLine&, std::string_view host) = 0;
  virtual void flush() {}  // the source ended: kernel() will say no more about the lines that were read
};

}  // namespace unoops
