#include "memory/printk_log.hpp"

#include <cstdio>

#include "memory/printk_layout.hpp"

namespace unoops::memory {

Expected<std::unique_ptr<PrintkLog>> open_printk_log(TargetMemory& memory) {
  if (memory.info().symbol("prb")) return open_printk_ring(memory);
  if (memory.info().symbol("log_buf")) return open_printk_buffer(memory);
  return tl::unexpected(
      Error{"a memory dump of a kernel without a log (CONFIG_PRINTK), or one that does not say where "
            "it is"});
}

std::string stamp_text(const PrintkRecord& record) {
  constexpr std::uint64_t second = 1'000'000'000;
  char text[40];
  std::snprintf(text, sizeof text, "[%5llu.%06llu]", static_cast<unsigned long long>(record.ns / second),
                static_cast<unsigned long long>(record.ns % second / 1000));
  return text;
}

std::string caller_text(std::uint32_t caller) {
  constexpr std::uint32_t is_cpu = 1U << 31;
  char id[16];
  char text[24];
  std::snprintf(id, sizeof id, "%c%u", caller & is_cpu ? 'C' : 'T', caller & ~is_cpu);
  std::snprintf(text, sizeof text, "[%6s]", id);
  return text;
}

}  // namespace unoops::memory
