#include "render/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "render/redact_text.hpp"
#include "report/fields.hpp"

namespace unoops::render {

namespace {

// Shown for addresses: hex, so that every reader of the formats still reads it, and in no kernel's range.
constexpr std::uint64_t first_stand_in = 0xadd00001;

// Structures are never so large: what an instruction adds to a pointer is an address itself.
constexpr std::uint64_t largest_offset = 0x1000000;

// "$0xffffffffffffffea" and masks: no address of the last page but one says where the kernel lies. Of 32 bits they could
// be a part of one.
bool is_small_negative(std::uint64_t value) { return 0 - value <= 0x2000; }

// The registers tell the width: MIPS and PowerPC have both.
Machine machine_of(const Report& r) {
  const bool narrow =
      !r.registers.empty() && std::ranges::none_of(r.registers, [](const Register& reg) { return reg.bits == 64; });
  return {narrow ? 32 : r.arch ? r.arch->bits : 0, r.arch && r.arch->low_kernel};
}

}  // namespace

std::uint64_t Redactor::stand_in(std::uint64_t value) {
  return stand_ins_.try_emplace(value, first_stand_in + stand_ins_.size()).first->second;
}

void Redactor::hide(std::string_view name, std::string_view shown_as) {
  constexpr std::size_t shortest = 3, most = 1000;  // shorter ones are words of the kernel's, too
  if (name.size() < shortest ||
      std::ranges::find(names_, name, &std::pair<std::string, std::string>::first) != names_.end())
    return;
  names_.emplace_back(name, shown_as);
  if (names_.size() > most) names_.pop_front();
}

std::string Redactor::without_addresses(std::string_view from, const Machine& machine) {
  return with_hex_words(from, [&](const HexWord& word) -> std::optional<std::uint64_t> {
    if (!looks_like_place(word, machine) && !stand_ins_.contains(word.value)) return std::nullopt;
    return stand_in(word.value);
  });
}

std::string Redactor::text(std::string_view from, const Machine& machine) {
  std::string out = without_values(without_bytes(from));
  out = without_identifiers(without_paths(without_builder(out)));
  for (const auto& [name, shown_as] : names_) out = with_word_replaced(out, name, shown_as);
  return without_addresses(out, machine);
}

std::string Redactor::line_of(std::string_view line, std::string_view host) {
  constexpr std::string_view shown_as = "<host>";
  hide(host, shown_as);
  return host.empty() ? std::string(line) : with_first_word_replaced(line, host, shown_as);
}

// Operands tell addresses in other forms, too: sign-extended (0xffffffffc061a050), as a distance (.-0x2f0bc986), or from the
// instruction to a per-CPU variable whose place everybody knows (%gs:0x6b6283c1(%rip)).
std::string Redactor::instruction(std::string_view from) {
  return with_hex_words(from, [&](const HexWord& word) -> std::optional<std::uint64_t> {
    if (!word.prefixed || word.value < largest_offset || is_small_negative(word.value)) return std::nullopt;
    return stand_in(word.value);
  });
}

// An address is in the bytes of its instruction, too. What no instruction covers could hold one, and goes.
void Redactor::code(Report& r) {
  auto& bytes = r.code.bytes;
  auto& all = r.site.instructions;
  if (all.empty()) {
    if (!bytes.empty()) r.code = {{}, std::nullopt, r.code.unit, "the code's bytes are redacted"};
    return;
  }
  const auto first = static_cast<std::size_t>(all.front().offset);
  const auto last = std::min(bytes.size(), static_cast<std::size_t>(all.back().offset) + all.back().bytes.size());
  for (auto& i : all) {
    const std::string shown = instruction(i.text);
    if (shown != i.text) std::ranges::fill(i.bytes, std::uint8_t{0});
    i.text = shown;
    for (std::size_t k = 0; k < i.bytes.size() && i.offset + k < bytes.size(); ++k) bytes[i.offset + k] = i.bytes[k];
    i.offset -= std::min<std::uint64_t>(i.offset, first);
  }
  bytes = first < last ? std::vector<std::uint8_t>(bytes.begin() + static_cast<std::ptrdiff_t>(first),
                                                   bytes.begin() + static_cast<std::ptrdiff_t>(last))
                       : std::vector<std::uint8_t>{};
  if (r.code.fault_offset && *r.code.fault_offset >= first) *r.code.fault_offset -= first;
}

// Instructions of one size have no room for an address; but what was executed may be data.
void Redactor::code_words(Report& r) {
  const auto size = static_cast<std::size_t>(r.code.unit);
  const auto is_hidden = [&](const std::uint8_t* bytes) {
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < size; ++k)
      word |= std::uint32_t{bytes[k]} << 8 * (r.arch->big_endian ? size - 1 - k : k);
    return stand_ins_.contains(word) || (r.arch->constants_in_code && may_be_address_in_code(word));
  };
  const auto hide_in = [&](std::vector<std::uint8_t>& bytes) {
    bool hidden = false;
    for (std::size_t at = 0; at + size <= bytes.size(); at += size) {
      if (size != 4 || !is_hidden(&bytes[at])) continue;
      std::fill_n(&bytes[at], size, std::uint8_t{0});
      hidden = true;
    }
    return hidden;
  };
  hide_in(r.code.bytes);
  for (auto& i : r.site.instructions) i.text = hide_in(i.bytes) ? "<redacted>" : instruction(i.text);
}

namespace {

// What is a place in memory, in registers, too, but for those that hold bits.
struct HideAddresses {
  std::function<std::uint64_t(std::uint64_t)> shown;

  void operator()(Register& reg) const {
    if (!holds_bits(reg.name)) reg.value = shown(reg.value);
  }
  void operator()(Privacy privacy, std::uint64_t& value) const {
    if (privacy == Privacy::address) value = shown(value);
  }
  void operator()(Privacy, const auto&) const {}
};

// Words. The text of an instruction was read when its operands were.
struct HideWords {
  std::function<std::string(std::string_view)> shown;

  void operator()(Instruction& instruction) const { instruction.note = shown(instruction.note); }
  void operator()(Privacy privacy, std::string& words) const {
    if (privacy == Privacy::text) words = shown(words);
    if (privacy == Privacy::private_text) words.clear();
  }
  void operator()(Privacy, const auto&) const {}
};

}  // namespace

Report Redactor::report(const Report& from) {
  Report r = from;
  hide(r.host, "<host>");
  hide(r.hardware, "<hardware>");
  r.file = r.file.substr(r.file.rfind('/') + 1);
  // Addresses first: in the words, too, they are known then, however short they are.
  for_each_value(r, HideAddresses{[this](std::uint64_t value) { return is_place(value) ? stand_in(value) : value; }});
  auto& displacement = r.site.displacement;
  if (displacement && static_cast<std::uint64_t>(std::abs(*displacement)) >= largest_offset)
    displacement = static_cast<std::int64_t>(stand_in(static_cast<std::uint64_t>(*displacement)));
  if (r.code.unit > 1 && r.arch && !r.arch->varying_instructions)
    code_words(r);
  else
    code(r);
  for_each_value(r,
                 HideWords{[&, machine = machine_of(from)](std::string_view words) { return text(words, machine); }});
  return r;
}

namespace {

class RedactingRenderer final : public Renderer {
 public:
  explicit RedactingRenderer(std::unique_ptr<Renderer> inner) : inner_(std::move(inner)) {}
  void report(const Report& r) override { inner_->report(redactor_.report(r)); }
  void flush() override { inner_->flush(); }
  void finish() override { inner_->finish(); }

 private:
  std::unique_ptr<Renderer> inner_;
  Redactor redactor_;
};

}  // namespace

std::unique_ptr<Renderer> make_redacting(std::unique_ptr<Renderer> inner) {
  return std::make_unique<RedactingRenderer>(std::move(inner));
}

}  // namespace unoops::render
