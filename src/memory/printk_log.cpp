#include "memory/printk_log.hpp"

#include <cstdio>

#include "memory/printk_layout.hpp"

namespace unoops::memory {

tl::unexpected<Error> no_log(std::string_view why) {
  Error error{"a memory dump whose log unoops cannot read ("};
  error.message.append(why);
  error.message.append(why == cut ? "): copy the file again, or look whether the disk was full when it was written"
                                  : "): if crash can, \"log > LOG\" there, and give LOG to unoops");
  return tl::unexpected(std::move(error));
}

Expected<std::unique_ptr<PrintkLog>> open_printk_log(TargetMemory& memory) {
  if (memory.info().symbol("prb")) return open_printk_ring(memory);
  if (memory.info().symbol("log_buf")) return open_printk_buffer(memory);
  return no_log("VMCOREINFO does not say where it is");
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
