#include "machine/disassembler.hpp"

#include <utility>
#include <vector>

namespace unoops::machine {
Disassembler::Disassembler(const Isa& isa) : isa_(isa) {
  if (!capstone().error.empty() || capstone().open(isa.arch, isa.mode, &handle_) != CS_ERR_OK) {
    handle_ = 0;
    return;
  }
  capstone().option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
  scratch_ = capstone().malloc(handle_);
  if (!isa.att_syntax) return;
  if (capstone().open(isa.arch, isa.mode, &text_) != CS_ERR_OK)
    text_ = 0;
  else
    capstone().option(text_, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
}

Disassembler::~Disassembler() {
  if (scratch_) capstone().free(scratch_, 1);
  if (text_) capstone().close(&text_);
  if (handle_) capstone().close(&handle_);
}

Disassembler::Disassembler(Disassembler&& o) noexcept
    : isa_(o.isa_),
      handle_(std::exchange(o.handle_, 0)),
      text_(std::exchange(o.text_, 0)),
      scratch_(std::exchange(o.scratch_, nullptr)) {}

// Of the handle with details; those of an instruction set that att_style() is not asked for are not x86's.
Encoding Disassembler::encoding_of(const cs_insn& raw) const {
  if (!isa_.att_syntax || !raw.detail) return {};
  const cs_x86& x86 = raw.detail->x86;
  return {raw.size, x86.encoding.disp_size != 0 && x86.disp == 0};
}

// " (%edx),%rdi", by an instruction with the same operands.
std::string Disassembler::operands_of(std::span<const std::uint8_t> bytes, const Undefined& of) const {
  std::vector<std::uint8_t> stand_in(bytes.begin(), bytes.begin() + of.size);
  stand_in.erase(stand_in.begin() + of.opcode_at);
  stand_in[of.opcode_at] = 0x8b;
  const std::uint8_t* at = stand_in.data();
  std::size_t left = stand_in.size();
  std::uint64_t pc = 0;
  if (!text_ || !capstone().disasm_iter(text_, &at, &left, &pc, scratch_)) return {};
  const auto text = att_style(scratch_->mnemonic, scratch_->op_str);
  const auto blank = text.find(' ');
  return blank == std::string::npos ? std::string() : text.substr(blank);
}

std::optional<Decoded> Disassembler::decode(std::span<const std::uint8_t> bytes, std::uint64_t address,
                                            bool with_text) const {
  if (!handle_ || bytes.empty()) return std::nullopt;
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t pc = address;
  if (!capstone().disasm_iter(handle_, &at, &left, &pc, scratch_)) return std::nullopt;
  Decoded out;
  out.insn.address = address;
  out.insn.size = scratch_->size;
  isa_.lift(*scratch_, out.insn);
  if (const auto undefined = isa_.undefined ? isa_.undefined(bytes) : Undefined{}; undefined.size > scratch_->size) {
    out.insn.size = undefined.size;
    if (with_text) out.text = "ud1" + operands_of(bytes, undefined);
    return out;
  }
  if (with_text) {
    out.registers = isa_.operand_registers(handle_, *scratch_->detail);
    const Encoding encoding = encoding_of(*scratch_);
    at = bytes.data(), left = bytes.size(), pc = address;
    if (text_ && !capstone().disasm_iter(text_, &at, &left, &pc, scratch_)) return out;
    if (text_) {
      out.text = att_style(scratch_->mnemonic, scratch_->op_str, encoding);
    } else {
      out.text = scratch_->mnemonic;
      if (scratch_->op_str[0]) out.text += std::string(" ") + scratch_->op_str;
    }
  }
  return out;
}

}  // namespace unoops::machine
