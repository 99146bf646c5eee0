// v6.1 kernel/printk/printk_ringbuffer.{h,c}: descriptors say which records are there, infos are told of each, and the
// texts lie in a ring of their own.
#include <algorithm>

#include "memory/printk_layout.hpp"

namespace unoops::memory {
namespace {

// printk.c LOG_BUF_LEN_MAX. Of records there is one for 32 bytes of text (PRB_AVGBITS): so many are for 512 MB.
constexpr unsigned most_size_bits = 31, most_count_bits = 24;
constexpr unsigned state_shift = 62;
constexpr std::uint64_t id_mask = (std::uint64_t{1} << state_shift) - 1;
constexpr std::uint64_t committed = 1, finalized = 2;
// struct prb_data_block begins with the descriptor's id.
constexpr std::uint64_t block_header = 8;
// A CPU may have been stopped between taking an id and writing it down: in a task, a softirq, an interrupt and an NMI.
constexpr std::uint64_t most_nested = 4;

class PrintkRing final : public PrintkLog {
 public:
  // The error is the words for what is missing; empty: none.
  std::string open(TargetMemory& memory) {
    memory_ = &memory;
    Layout layout(memory.info());
    const auto ring = memory.number(layout.symbol("prb"));
    const auto desc_ring = ring.value_or(0) + layout.offset("printk_ringbuffer.desc_ring");
    const auto text_ring = ring.value_or(0) + layout.offset("printk_ringbuffer.text_data_ring");
    const auto counter = layout.offset("atomic_long_t.counter");
    const auto count_bits = memory.number(desc_ring + layout.offset("prb_desc_ring.count_bits"), 4);
    const auto descs = memory.number(desc_ring + layout.offset("prb_desc_ring.descs"));
    const auto infos = memory.number(desc_ring + layout.offset("prb_desc_ring.infos"));
    const auto head = memory.number(desc_ring + layout.offset("prb_desc_ring.head_id") + counter);
    const auto tail = memory.number(desc_ring + layout.offset("prb_desc_ring.tail_id") + counter);
    const auto size_bits = memory.number(text_ring + layout.offset("prb_data_ring.size_bits"), 4);
    const auto data = memory.number(text_ring + layout.offset("prb_data_ring.data"));
    read_members(layout, counter);
    if (!layout.missing().empty()) return "VMCOREINFO lacks " + layout.missing();
    if (!ring || !count_bits || !descs || !infos || !head || !tail || !size_bits || !data) return why_absent(memory);
    if (*count_bits > most_count_bits || *size_bits > most_size_bits || desc_.size() == most_struct_bytes ||
        info_.size() == most_struct_bytes)
      return std::string(damaged);
    count_ = std::uint64_t{1} << *count_bits;
    text_size_ = std::uint64_t{1} << *size_bits;
    descs_ = *descs;
    infos_ = *infos;
    data_ = *data;
    id_ = *tail & id_mask;
    left_ = ((*head - *tail) & id_mask) + 1;
    text_left_ = text_size_;
    const auto& notes = memory.core().notes;
    const auto cpus = std::ranges::count(notes, "CORE", &Note::name);
    in_flight_ = most_nested * static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(cpus, 1));
    // A small dump may claim a large ring by mapping one page again and again.
    const auto most = std::min(count_, memory.core().present_bytes() / std::max<std::size_t>(desc_.size(), 1));
    if (left_ > most) return std::string(damaged);
    return {};
  }

  bool next(PrintkRecord& record) override {
    const auto lost_before = lost_;
    while (left_ != 0) {
      const auto id = id_;
      id_ = (id_ + 1) & id_mask;
      --left_;
      const auto read = read_one(id, record);
      if (read == Read::lost) ++lost_;
      if (read == Read::broken) ++broken_;
      if (read != Read::yes) continue;
      record.lost = lost_ - lost_before;
      return true;
    }
    if (broken_ > in_flight_) damage_ = std::to_string(broken_) + " of its log's records are damaged";
    return false;
  }

 private:
  enum class Read { yes, none, lost, broken };

  void read_members(Layout& layout, std::uint64_t counter) {
    desc_.resize(std::min(layout.size("prb_desc"), most_struct_bytes));
    info_.resize(std::min(layout.size("printk_info"), most_struct_bytes));
    const auto lpos = layout.offset("prb_desc.text_blk_lpos");
    state_ = layout.offset("prb_desc.state_var") + counter;
    begin_ = lpos + layout.offset("prb_data_blk_lpos.begin");
    next_ = lpos + layout.offset("prb_data_blk_lpos.next");
    ts_ = layout.offset("printk_info.ts_nsec");
    text_len_ = layout.offset("printk_info.text_len");
    caller_ = layout.offset("printk_info.caller_id");
  }

  Read read_one(std::uint64_t id, PrintkRecord& record) {
    const auto index = id & (count_ - 1);
    if (memory_->read(descs_ + index * desc_.size(), desc_) != Got::yes) return Read::lost;
    const auto state = little64(desc_, state_);
    const auto is = state >> state_shift;
    if ((state & id_mask) != id) return Read::broken;
    if (is != committed && is != finalized) return Read::none;
    if (memory_->read(infos_ + index * info_.size(), info_) != Got::yes) return Read::lost;
    record.ns = little64(info_, ts_);
    record.caller = little32(info_, caller_);
    // u16 text_len; u8 facility; u8 flags:5, level:3
    record.priority =
        static_cast<unsigned>(little(info_, text_len_ + 2, 1) << 3 | little(info_, text_len_ + 3, 1) >> 5);
    return read_text(id, record);
  }

  // A block that would not fit before the ring's end lies at its start (get_data()). It begins with the record's id.
  Read read_text(std::uint64_t id, PrintkRecord& record) {
    record.text.clear();
    const auto from = little64(desc_, begin_), to = little64(desc_, next_);
    if ((from & 1) != 0 && (to & 1) != 0) return Read::yes;  // a record without text
    auto begin = from & (text_size_ - 1);
    const auto end = to & (text_size_ - 1);
    if (begin > end && end != 0) begin = 0;
    const auto room = (end == 0 ? text_size_ : end) - begin;
    const auto length =
        std::min<std::uint64_t>(little16(info_, text_len_), room < block_header ? 0 : room - block_header);
    if (length > text_left_) return Read::broken;
    const auto owner = memory_->number(data_ + begin);
    if (!owner) return Read::lost;
    if (*owner != id) return Read::broken;
    text_left_ -= length;
    record.text.resize(length);
    const auto got = memory_->read(data_ + begin + block_header, std::as_writable_bytes(std::span(record.text)));
    return got == Got::yes ? Read::yes : Read::lost;
  }

  TargetMemory* memory_ = nullptr;
  std::uint64_t descs_ = 0, infos_ = 0, data_ = 0, count_ = 0, text_size_ = 0;
  std::uint64_t id_ = 0, left_ = 0;
  std::uint64_t broken_ = 0, in_flight_ = 0;  // records that are not what their ids say; so many may be
  std::uint64_t text_left_ = 0;               // texts of all records lie in the ring: together they are no longer
  std::size_t state_ = 0, begin_ = 0, next_ = 0, ts_ = 0, text_len_ = 0, caller_ = 0;
  std::vector<std::byte> desc_, info_;
};

}  // namespace

Expected<std::unique_ptr<PrintkLog>> open_printk_ring(TargetMemory& memory) {
  auto log = std::make_unique<PrintkRing>();
  if (const auto words = log->open(memory); !words.empty()) return no_log(words);
  return log;
}

}  // namespace unoops::memory
