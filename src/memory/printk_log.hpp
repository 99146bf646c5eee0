// The kernel's own log, record by record, as it lies in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "memory/target_memory.hpp"
#include "unoops/error.hpp"

namespace unoops::memory {

struct PrintkRecord {
  std::uint64_t ns = 0;                      // since boot
  std::optional<std::uint32_t> caller = {};  // task's pid, or with the highest bit set a CPU (v5.10 and later)
  unsigned priority = 0;                     // facility and level, as in "<6>"
  std::string text;                          // may have several lines
  std::uint64_t lost = 0;                    // records before it whose memory is not in the dump
};

class PrintkLog {
 public:
  virtual ~PrintkLog() = default;
  // The next record, from the oldest. False: there are no more. What the memory claims is bounded by what is there.
  virtual bool next(PrintkRecord&) = 0;
  std::uint64_t lost() const { return lost_; }  // of all
  // Once there are no more records: what is wrong with the log as a whole, as a clause; empty: nothing.
  const std::string& damage() const { return damage_; }

 protected:
  std::uint64_t lost_ = 0;
  std::string damage_;
};

// The lockless ring (v5.10 and later) or the buffer before it (v3.5 and later), whichever the kernel has. The memory must
// outlive it.
Expected<std::unique_ptr<PrintkLog>> open_printk_log(TargetMemory&);

// "[    7.119213]", as the kernel prints it.
std::string stamp_text(const PrintkRecord&);
// "[  T130]", "[    C1]" (v6.1 kernel/printk/printk.c print_caller).
std::string caller_text(std::uint32_t caller);

}  // namespace unoops::memory
