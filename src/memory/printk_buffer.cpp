// v4.19 kernel/printk/printk.c: records one behind the other in log_buf, from log_first_idx to log_next_idx. A record of
// length 0 says that the next one is at the buffer's start.
#include <algorithm>

#include "memory/printk_layout.hpp"

namespace unoops::memory {
namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 31;  // LOG_BUF_LEN_MAX

class PrintkBuffer final : public PrintkLog {
 public:
  std::string open(TargetMemory& memory) {
    memory_ = &memory;
    Layout layout(memory.info());
    // The struct was named log to v3.10.
    const std::string record = memory.info().size("printk_log") ? "printk_log" : "log";
    const auto buffer = memory.number(layout.symbol("log_buf"));
    const auto size = memory.number(layout.symbol("log_buf_len"), 4);
    const auto first = memory.number(layout.symbol("log_first_idx"), 4);
    const auto next = memory.number(layout.symbol("log_next_idx"), 4);
    header_.resize(std::min(layout.size(record), most_struct_bytes));
    ts_ = layout.offset(record + ".ts_nsec");
    length_ = layout.offset(record + ".len");
    text_length_ = layout.offset(record + ".text_len");
    dict_length_ = layout.offset(record + ".dict_len");
    if (!layout.missing().empty()) return "VMCOREINFO lacks " + layout.missing();
    if (!buffer || !size || !first || !next) return why_absent(memory);
    if (*size > most_bytes || *first > *size || *next > *size || header_.size() < 16 ||
        header_.size() == most_struct_bytes)
      return std::string(damaged);
    buffer_ = *buffer;
    at_ = *first;
    end_ = *next;
    size_ = *size;
    left_ = std::min(size_, memory.core().present_bytes());
    return {};
  }

  bool next(PrintkRecord& record) override {
    for (bool wrapped = false; at_ != end_;) {
      if (memory_->read(buffer_ + at_, header_) != Got::yes) return stop("a page of it is not in the dump");
      const std::uint64_t length = little16(header_, length_);
      if (length == 0) {
        if (wrapped || at_ == 0) return stop("its records go in circles");
        wrapped = true;
        at_ = 0;
        continue;
      }
      if (length < header_.size() || length > left_ || at_ + length > size_) return stop("a record of it is damaged");
      left_ -= length;
      if (!read_record(record, length)) return stop("a page of it is not in the dump");
      at_ += length;
      return true;
    }
    return false;
  }

 private:
  bool read_record(PrintkRecord& record, std::uint64_t length) {
    record.ns = little64(header_, ts_);
    record.lost = 0;
    // u16 dict_len; u8 facility; u8 flags:5, level:3
    record.priority =
        static_cast<unsigned>(little(header_, dict_length_ + 2, 1) << 3 | little(header_, dict_length_ + 3, 1) >> 5);
    record.text.resize(std::min<std::uint64_t>(little16(header_, text_length_), length - header_.size()));
    return memory_->read(buffer_ + at_ + header_.size(), std::as_writable_bytes(std::span(record.text))) == Got::yes;
  }

  bool stop(std::string_view why) {
    damage_ = "its log ends early: ";
    damage_ += why;
    at_ = end_;
    return false;
  }

  TargetMemory* memory_ = nullptr;
  std::uint64_t buffer_ = 0, size_ = 0, at_ = 0, end_ = 0, left_ = 0;
  std::size_t ts_ = 0, length_ = 0, text_length_ = 0, dict_length_ = 0;
  std::vector<std::byte> header_;
};

}  // namespace

Expected<std::unique_ptr<PrintkLog>> open_printk_buffer(TargetMemory& memory) {
  auto log = std::make_unique<PrintkBuffer>();
  if (const auto words = log->open(memory); !words.empty()) return no_log(words);
  return log;
}

}  // namespace unoops::memory
