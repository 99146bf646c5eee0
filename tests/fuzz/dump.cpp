// Any bytes as a memory dump: its container, the walk through its page tables, the log in it. No crash, no hang, and no
// more comes out than went in.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "memory/core_file.hpp"
#include "memory/printk_log.hpp"
#include "memory/storage.hpp"
#include "memory/target_memory.hpp"

namespace {

using namespace unoops::memory;

class Bytes final : public Storage {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool read(std::uint64_t at, std::span<std::byte> out) const override {
    if (at > size_ || out.size() > size_ - at) return false;
    if (!out.empty()) std::memcpy(out.data(), data_ + at, out.size());
    return true;
  }
  std::uint64_t size() const override { return size_; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

void require(bool held, const char* promise) {
  if (held) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto core = open_core(std::make_unique<Bytes>(data, size));
  if (!core) return require(!core.error().message.empty(), "what is refused is named"), 0;
  TargetMemory target(**core);
  auto log = open_printk_log(target);
  if (!log) return require(!log.error().message.empty(), "what is refused is named"), 0;
  PrintkRecord record;
  std::uint64_t records = 0, bytes = 0;
  while ((*log)->next(record)) ++records, bytes += record.text.size();
  require(bytes <= (*core)->present_bytes(), "a log is no longer than the memory that holds it");
  require(records <= (*core)->present_bytes(), "a log has no more records than the memory has bytes");
  return 0;
}
