// DWARF's location expressions: a stack machine, of which compilers use the part that is here. What is not here, or asks
// for something that nobody knows, has no answer.
#include <dwarf.h>

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "debuginfo/live_variables.hpp"
#include "debuginfo/type_shape.hpp"

namespace unoops::debuginfo {
namespace {

using Ops = std::span<const Dwarf_Op>;

constexpr std::size_t most_operations = 256, most_stack = 64;
constexpr std::uint64_t most_bytes = 64;  // of a value that is in registers

void append(std::vector<std::byte>& out, std::uint64_t value, std::uint64_t bytes) {
  for (std::uint64_t i = 0; i < bytes; ++i)
    out.push_back(i < 8 ? static_cast<std::byte>(value >> 8 * i) : std::byte{0});
}

class StackMachine {
 public:
  StackMachine(const LiveScope& scope, const FrameContext& frame) : scope_(scope), frame_(frame) {}

  std::optional<ValuePlace> run(Ops ops, std::uint64_t size, bool is_frame_base = false) {
    size_ = size;
    is_frame_base_ = is_frame_base;
    if (ops.size() > most_operations) return std::nullopt;
    for (const Dwarf_Op& op : ops)
      if (!step(op)) return std::nullopt;
    return in_pieces_ ? pieces() : simple();
  }

 private:
  // What the expression has come to, as one place.
  std::optional<ValuePlace> simple() {
    if (stack_.empty()) return std::nullopt;
    if (!is_value_) return ValuePlace{stack_.back(), {}};
    if (size_ == 0 || size_ > 8) return std::nullopt;
    ValuePlace out;
    append(out.bytes, stack_.back(), size_);
    return out;
  }
  std::optional<ValuePlace> pieces() {
    if (pieces_.size() != size_) return std::nullopt;
    return ValuePlace{{}, std::move(pieces_)};
  }

  bool push(std::optional<std::uint64_t> value) {
    if (!value || stack_.size() == most_stack) return false;
    stack_.push_back(*value);
    return true;
  }
  bool push_plus(std::optional<std::uint64_t> value, std::uint64_t offset) { return value && push(*value + offset); }
  bool push_register(std::uint64_t reg) {
    is_value_ = true;
    return reg < max_regs && push(frame_.value_of(static_cast<Reg>(reg)));
  }

  std::optional<std::uint64_t> frame_base() {
    if (is_frame_base_) return std::nullopt;
    const auto base = StackMachine(scope_, frame_).run(scope_.frame_base, 8, true);
    if (!base) return std::nullopt;
    return base->address ? *base->address : little64(base->bytes, 0);  // it was asked for as eight bytes
  }

  bool load(unsigned bytes) {
    if (stack_.empty() || bytes == 0 || bytes > 8) return false;
    const auto value = frame_.load(stack_.back(), bytes);
    if (value) stack_.back() = *value;
    return value.has_value();
  }

  bool step(const Dwarf_Op& op) {
    const auto atom = op.atom;
    if (atom >= DW_OP_reg0 && atom <= DW_OP_reg31) return push_register(atom - DW_OP_reg0);
    if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31)
      return push_plus(frame_.value_of(static_cast<Reg>(atom - DW_OP_breg0)), op.number);
    if (atom >= DW_OP_lit0 && atom <= DW_OP_lit31) return push(atom - DW_OP_lit0);
    if (atom >= DW_OP_const1u && atom <= DW_OP_consts) return push(op.number);
    switch (atom) {
      case DW_OP_addr:
        return push(frame_.moved(op.number));
      case DW_OP_regx:
        return push_register(op.number);
      case DW_OP_bregx:
        return op.number < max_regs && push_plus(frame_.value_of(static_cast<Reg>(op.number)), op.number2);
      case DW_OP_fbreg:
        return push_plus(frame_base(), op.number);
      case DW_OP_call_frame_cfa:
        return push(frame_.frame_address);
      case DW_OP_deref:
        return load(8);
      case DW_OP_deref_size:
        return load(static_cast<unsigned>(op.number));
      case DW_OP_stack_value:
        is_value_ = true;
        return !stack_.empty();
      case DW_OP_piece:
        return piece(op.number);
      case DW_OP_nop:
        return true;
      default:
        return arrange(op) || compute(op);
    }
  }

  // Each is of the value that stands before it.
  bool piece(std::uint64_t bytes) {
    if (stack_.empty() || bytes == 0 || pieces_.size() + bytes > most_bytes) return false;
    const auto value = stack_.back();
    stack_.clear();
    in_pieces_ = true;
    const bool is_value = std::exchange(is_value_, false);
    for (std::uint64_t at = 0; at < bytes && !is_value; at += 8) {
      const auto part = std::min<std::uint64_t>(bytes - at, 8);
      const auto loaded = frame_.load(value + at, static_cast<unsigned>(part));
      if (!loaded) return false;
      append(pieces_, *loaded, part);
    }
    if (is_value) append(pieces_, value, bytes);
    return !is_value || bytes <= 8;
  }

  bool arrange(const Dwarf_Op& op) {
    const auto size = stack_.size();
    if (op.atom == DW_OP_dup) return size > 0 && push(stack_.back());
    if (op.atom == DW_OP_over) return size > 1 && push(stack_[size - 2]);
    if (op.atom == DW_OP_drop && size > 0) {
      stack_.pop_back();
      return true;
    }
    if (op.atom == DW_OP_swap && size > 1) {
      std::swap(stack_[size - 1], stack_[size - 2]);
      return true;
    }
    return false;
  }

  bool compute(const Dwarf_Op& op) {
    if (stack_.empty()) return false;
    auto& top = stack_.back();
    switch (op.atom) {
      case DW_OP_plus_uconst:
        top += op.number;
        return true;
      case DW_OP_neg:
        top = 0 - top;
        return true;
      case DW_OP_not:
        top = ~top;
        return true;
      default:
        return binary(op.atom);
    }
  }

  bool binary(std::uint8_t atom) {
    if (stack_.size() < 2) return false;
    const auto b = stack_.back();
    stack_.pop_back();
    auto& a = stack_.back();
    switch (atom) {
      case DW_OP_plus:
        a += b;
        return true;
      case DW_OP_minus:
        a -= b;
        return true;
      case DW_OP_mul:
        a *= b;
        return true;
      case DW_OP_and:
        a &= b;
        return true;
      case DW_OP_or:
        a |= b;
        return true;
      case DW_OP_xor:
        a ^= b;
        return true;
      case DW_OP_shl:
        a = b < 64 ? a << b : 0;
        return true;
      case DW_OP_shr:
        a = b < 64 ? a >> b : 0;
        return true;
      case DW_OP_shra:
        a = static_cast<std::uint64_t>(static_cast<std::int64_t>(a) >> std::min<std::uint64_t>(b, 63));
        return true;
      default:
        return false;
    }
  }

  const LiveScope& scope_;
  const FrameContext& frame_;
  std::uint64_t size_ = 0;
  std::vector<std::uint64_t> stack_;
  std::vector<std::byte> pieces_;
  bool is_value_ = false, is_frame_base_ = false, in_pieces_ = false;
};

}  // namespace

std::optional<ValuePlace> place_of(const LiveScope& scope, const LiveVariable& variable, const FrameContext& frame) {
  const auto size = shape_of(variable.type).size;
  if (!variable.location.empty()) return StackMachine(scope, frame).run(variable.location, size);
  if (!variable.constant || size == 0 || size > 8) return std::nullopt;
  ValuePlace out;
  append(out.bytes, *variable.constant, size);
  return out;
}

}  // namespace unoops::debuginfo
