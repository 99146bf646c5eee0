// What the readers of both kinds of logs ask VMCOREINFO for.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "memory/printk_log.hpp"

namespace unoops::memory {

// Of what the log is made of; who claims more is damaged.
constexpr std::uint64_t most_struct_bytes = 4096;

// Why a log cannot be read.
constexpr std::string_view absent = "the pages that describe it are not in the dump";
constexpr std::string_view cut = "the file ends before the pages that describe it, or is damaged there";
constexpr std::string_view damaged = "what describes it is damaged";

// Remembers the first entry that is missing: then the log cannot be read.
class Layout {
 public:
  explicit Layout(const VmcoreInfo& info) : info_(info) {}
  std::uint64_t offset(std::string_view member) { return take(info_.offset(member), "OFFSET", member); }
  std::uint64_t size(std::string_view type) { return take(info_.size(type), "SIZE", type); }
  std::uint64_t symbol(std::string_view name) { return take(info_.symbol(name), "SYMBOL", name); }
  const std::string& missing() const { return missing_; }

 private:
  std::uint64_t take(const std::optional<std::uint64_t>& value, std::string_view kind, std::string_view name) {
    if (!value && missing_.empty()) missing_.append(kind).append("(").append(name).append(")");
    return value.value_or(0);
  }
  const VmcoreInfo& info_;
  std::string missing_;
};

// Why they cannot be read.
inline std::string why_absent(const TargetMemory& memory) { return std::string(memory.met_damage() ? cut : absent); }

// The log cannot be read, and why.
tl::unexpected<Error> no_log(std::string_view why);

Expected<std::unique_ptr<PrintkLog>> open_printk_ring(TargetMemory&);
Expected<std::unique_ptr<PrintkLog>> open_printk_buffer(TargetMemory&);

}  // namespace unoops::memory
