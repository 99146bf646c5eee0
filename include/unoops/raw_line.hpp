// One line of a log as it is in the source.
#pragma once

#include <cstdint>
#include <string_view>

namespace unoops {

// Lines end at \n only; \r belongs to `bytes`. The view is borrowed: it lives until the call that was given it returns.
struct RawLine {
  std::uint64_t number = 0;  // 1-based
  std::uint64_t offset = 0;  // of the first byte in the (decompressed) source
  std::string_view bytes;    // without the \n
  bool ended = true;         // a \n stood behind it; false: the source ended, or the line was cut
  bool continued = false;    // this is not the line's first piece: the line passed limits::line_bytes
};

}  // namespace unoops
