#include "debuginfo/budget.hpp"

namespace unoops::debuginfo {

namespace {

// Debian's vmlinux and modules (6.1) stay below 2 bytes that are kept, and below 1 step, for each byte of the file. The first
// numbers are for small files: one table may be larger than the rest of such a file.
constexpr std::uint64_t memory_at_least = 64 << 20, memory_a_byte = 16;
constexpr std::uint64_t work_at_least = 16 << 20, work_a_byte = 8;

}  // namespace

void Budget::grow(std::uint64_t file_bytes) {
  if (memory_ == 0) memory_ = memory_at_least, work_ = work_at_least;
  memory_ += file_bytes * memory_a_byte;
  work_ += file_bytes * work_a_byte;
}

bool Budget::refuse(std::string_view why) {
  if (why_.empty()) why_ = why;
  return false;
}

}  // namespace unoops::debuginfo
