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
  // What the log has said of its kernel, and the host that its transport names, up to the line that is read next.
  virtual void kernel(const KernelIdentity&) {}
  virtual void host(std::string_view) {}
  virtual void read(const RawLine&) = 0;
  virtual void flush() {}  // the source ended: nothing more will be told of the lines that were read
};

}  // namespace unoops
