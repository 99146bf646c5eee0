// What the kernel printed, without the transport that brought it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::grammar {

// The views are borrowed: they live until the sink returns.
struct LogLine {
  std::uint64_t number = 0;
  std::uint64_t offset = 0;
  std::string_view raw;                 // the whole line of the source
  std::string_view text;                // without transport, levels, stamps, \r and escapes; indentation kept
  std::optional<std::int64_t> time_us;  // since boot
  std::optional<int> level;             // 0 emerg .. 7 debug
  std::string_view caller;              // "T123" or "C0" (CONFIG_PRINTK_CALLER and vendors' likes), else empty
  std::string_view wall_time;           // as the transport prints it
  std::string_view host;
  bool kernel = true;     // false: another program's line (sshd[99]: ...)
  bool prefixed = false;  // some transport was recognised
  bool glued = false;     // other text stood before the kernel's prefix on the same line
  bool goes_on = false;   // of one record with the line before it
  bool bare = false;      // it was searched (scan/), and no needle stands in it but a frame's
  std::string_view cut;   // the half word at which something cut the line, with its name: `text` ends before it
};

}  // namespace unoops::grammar
