#include "debuginfo/budget.hpp"

namespace unoops::debuginfo {

namespace {

// What is kept of a good file is less than the file, and a report passes a part of it. The first numbers are for small files, in
// which one table may be larger than all the rest.
constexpr std::uint64_t memory_at_least = 64 << 20, memory_a_byte = 16;
constexpr std::uint64_t work_at_least = 64 << 20, work_a_byte = 8;

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
