#include "debuginfo/call_frames.hpp"

#include <dwarf.h>

#include <algorithm>

#include "debuginfo/byte_reader.hpp"

namespace unoops::debuginfo {
namespace {

constexpr std::uint32_t common_id = 0xffffffff, long_length = 0xffffffff;
constexpr std::size_t most_remembered = 64;

// The instructions of one entry, up to the one that is about code behind the address.
class Program {
 public:
  Program(std::uint64_t code_factor, std::int64_t data_factor) : code_factor_(code_factor), data_factor_(data_factor) {}

  CallFrame row;

  // False: an instruction is not known, or leads nowhere.
  bool run(ByteReader in, std::uint64_t location, std::uint64_t address) {
    location_ = location;
    address_ = address;
    while (!in.at_end() && !in.failed() && location_ <= address_)
      if (!step(in)) return false;
    return !in.failed();
  }
  void keep_initial() { initial_ = row; }

 private:
  bool advance(std::uint64_t by) {
    location_ += by * code_factor_;
    return true;
  }
  // Rules for code behind the address are not applied: the loop ends before the next one.
  bool set(std::uint64_t reg, RegisterRule::Kind kind, std::int64_t offset = 0) {
    if (reg < row.rules.size()) row.rules[reg] = {kind, offset};
    return true;
  }
  bool restore(std::uint64_t reg) {
    if (reg < row.rules.size()) row.rules[reg] = initial_.rules[reg];
    return true;
  }
  bool cfa(std::uint64_t reg, std::int64_t offset) {
    row.cfa_register = reg < row.rules.size() ? static_cast<Reg>(reg) : no_reg;
    row.cfa_offset = offset;
    return true;
  }
  std::int64_t factored(std::uint64_t offset) const { return static_cast<std::int64_t>(offset) * data_factor_; }
  static bool skip_block(ByteReader& in) {
    in.skip(in.uleb());
    return !in.failed();
  }

  bool step(ByteReader& in) {
    const auto code = in.u8();
    const std::uint8_t low = code & 0x3f;
    switch (code & 0xc0) {
      case DW_CFA_advance_loc:
        return advance(low);
      case DW_CFA_offset:
        return set(low, RegisterRule::Kind::saved, factored(in.uleb()));
      case DW_CFA_restore:
        return restore(low);
      default:
        return extended(code, in) || of_rules(code, in);
    }
  }

  // Where the code goes on, and the canonical frame address.
  bool extended(std::uint8_t code, ByteReader& in) {
    switch (code) {
      case DW_CFA_nop:
        return true;
      case DW_CFA_advance_loc1:
        return advance(in.u8());
      case DW_CFA_advance_loc2:
        return advance(in.u16());
      case DW_CFA_advance_loc4:
        return advance(in.u32());
      case DW_CFA_def_cfa: {
        const auto reg = in.uleb();
        return cfa(reg, static_cast<std::int64_t>(in.uleb()));
      }
      case DW_CFA_def_cfa_sf: {
        const auto reg = in.uleb();
        return cfa(reg, in.sleb() * data_factor_);
      }
      case DW_CFA_def_cfa_register:
        return cfa(in.uleb(), row.cfa_offset);
      case DW_CFA_def_cfa_offset:
        row.cfa_offset = static_cast<std::int64_t>(in.uleb());
        return true;
      case DW_CFA_def_cfa_offset_sf:
        row.cfa_offset = in.sleb() * data_factor_;
        return true;
      case DW_CFA_def_cfa_expression:
        row.cfa_register = no_reg;
        return skip_block(in);
      default:
        return false;
    }
  }

  bool of_rules(std::uint8_t code, ByteReader& in) {
    using Kind = RegisterRule::Kind;
    switch (code) {
      case DW_CFA_remember_state:
        if (remembered_.size() == most_remembered) return false;
        remembered_.push_back(row);
        return true;
      case DW_CFA_restore_state:
        if (remembered_.empty()) return false;
        row = remembered_.back();
        remembered_.pop_back();
        return true;
      case DW_CFA_undefined:
        return set(in.uleb(), Kind::undefined);
      case DW_CFA_same_value:
        return set(in.uleb(), Kind::same);
      case DW_CFA_restore_extended:
        return restore(in.uleb());
      case DW_CFA_offset_extended: {
        const auto reg = in.uleb();
        return set(reg, Kind::saved, factored(in.uleb()));
      }
      case DW_CFA_offset_extended_sf: {
        const auto reg = in.uleb();
        return set(reg, Kind::saved, in.sleb() * data_factor_);
      }
      case DW_CFA_val_offset: {
        const auto reg = in.uleb();
        return set(reg, Kind::address, factored(in.uleb()));
      }
      case DW_CFA_expression:
      case DW_CFA_val_expression: {
        const auto reg = in.uleb();
        return set(reg, Kind::expression) && skip_block(in);
      }
      case DW_CFA_GNU_args_size:
        in.uleb();
        return true;
      default:
        return false;  // a register in another one, the vector units' windows: no kernel code has them
    }
  }

  std::uint64_t code_factor_;
  std::int64_t data_factor_;
  std::uint64_t location_ = 0, address_ = 0;
  CallFrame initial_;
  std::vector<CallFrame> remembered_;
};

}  // namespace

// What several entries share.
struct CallFrames::Common {
  std::uint64_t code_factor = 1;
  std::int64_t data_factor = 1;
  std::uint64_t begin = 0, end = 0;  // of its instructions
};

// Once, because the entries stand in no order.
void CallFrames::list() {
  listed_ = true;
  ByteReader in(bytes_, big_endian_);
  while (!in.at_end()) {
    const auto offset = in.offset();
    const auto length = in.u32();
    if (length == long_length || length > in.left()) return;  // the 64-bit form: no kernel is so large
    const auto next = in.offset() + length;
    if (length >= 20 && in.u32() != common_id) {
      const auto begin = in.u64(), size = in.u64();
      if (size != 0) entries_.push_back({begin, begin + size, offset});
    }
    in.seek(next);
  }
  std::ranges::sort(entries_, {}, &Entry::begin);
}

std::optional<CallFrames::Common> CallFrames::common(std::uint64_t offset) const {
  ByteReader in(bytes_, big_endian_, offset);
  const auto length = in.u32();
  if (in.failed() || length > in.left() || length == long_length) return std::nullopt;
  Common out;
  out.end = in.offset() + length;
  in.limit(out.end);
  if (in.u32() != common_id) return std::nullopt;
  const auto version = in.u8();
  if (!in.text().empty()) return std::nullopt;  // an augmentation, which .debug_frame has none of
  if (version >= 4 && (in.u8() != 8 || in.u8() != 0)) return std::nullopt;  // bytes of an address, of a segment
  out.code_factor = in.uleb();
  out.data_factor = in.sleb();
  if (version == 1)
    in.u8();  // the return address's column
  else
    in.uleb();
  out.begin = in.offset();
  if (in.failed()) return std::nullopt;
  return out;
}

std::optional<CallFrame> CallFrames::find(std::uint64_t address) {
  if (!listed_) list();
  auto at = std::ranges::upper_bound(entries_, address, {}, &Entry::begin);
  if (at == entries_.begin() || address >= (--at)->end) return std::nullopt;
  ByteReader in(bytes_, big_endian_, at->offset);
  const auto length = in.u32();
  const auto end = in.offset() + length;
  const auto head = common(in.u32());
  if (!head) return std::nullopt;
  Program program(head->code_factor, head->data_factor);
  ByteReader first(bytes_, big_endian_, head->begin);
  first.limit(head->end);
  if (!program.run(first, 0, 0)) return std::nullopt;
  program.keep_initial();
  in.skip(16);  // where its code begins, and how much it is
  in.limit(end);
  if (!program.run(in, at->begin, address)) return std::nullopt;
  return program.row;
}

}  // namespace unoops::debuginfo
