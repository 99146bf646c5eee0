// VMCOREINFO: what a kernel writes down of itself for those who read its memory (v6.1 kernel/crash_core.c,
// Documentation/admin-guide/kdump/vmcoreinfo.rst). Layouts come from here, never from a version.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/rooms.hpp"

namespace unoops::memory {

class VmcoreInfo {
 public:
  VmcoreInfo() = default;
  // Up to the first byte that is no text, because the kernel's page of it is filled with zeros.
  explicit VmcoreInfo(std::string_view text);

  bool empty() const { return text_.size() <= 1; }
  std::string_view value(std::string_view key) const;  // "OSRELEASE"; empty: not there

  // Each is "KIND(name)=value"; nothing where that is not there or no number.
  std::optional<std::uint64_t> symbol(std::string_view name) const;  // hexadecimal without 0x
  std::optional<std::uint64_t> offset(std::string_view member) const;
  std::optional<std::uint64_t> size(std::string_view type) const;
  std::optional<std::uint64_t> number(std::string_view name) const;  // may be negative (x86), or hexadecimal (arm64)
  std::optional<std::uint64_t> decimal(std::string_view key) const;  // "CRASHTIME"
  std::optional<std::uint64_t> hexadecimal(std::string_view key) const;  // "KERNELOFFSET"

 private:
  std::string text_;  // begins with a line's end
};

}  // namespace unoops::memory
