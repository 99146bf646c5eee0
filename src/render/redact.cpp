#include "render/redact.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
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
  constexpr std::size_t shortest = 3, most = 10'000;  // shorter ones are words of the kernel's, too
  while (!name.empty() && !is_word(name.front())) name.remove_prefix(1);
  if (name.size() < shortest || !names_.try_emplace(std::string(name), shown_as).second) return;
  in_order_.emplace_back(name);
  if (in_order_.size() <= most) return;
  names_.erase(in_order_.front());
  in_order_.pop_front();
}

// "tower.example.org" is "tower" elsewhere.
void Redactor::hide_host(std::string_view name) {
  constexpr std::string_view shown_as = "<host>";
  hide(name, shown_as);
  const auto label = name.substr(0, name.find('.'));
  if (std::ranges::any_of(label, [](char c) { return !is_digit(c); })) hide(label, shown_as);
}

// The longest name that stands there as a whole, but not in the "<host>" that was put there before. A name that is not
// the text's beginning, but the last one before it in order, tells how long one that is can be at most.
std::optional<Secret> Redactor::known_name(const Spot& spot) const {
  if (names_.empty() || !spot.begins_word()) return std::nullopt;
  constexpr int most = 16;  // names that a hostile log made for this search to be long
  const auto text = spot.rest();
  auto front = text;
  for (int step = 0; step < most && !front.empty(); ++step) {
    auto name = names_.upper_bound(front);
    if (name == names_.begin()) return std::nullopt;
    --name;
    const auto& [hidden, shown_as] = *name;
    const auto same = static_cast<std::size_t>(std::ranges::mismatch(hidden, text).in1 - hidden.begin());
    if (same == hidden.size() && (same == text.size() || !is_word(text[same]))) {
      const auto within = shown_as.find(hidden);
      const bool done =
          within != std::string::npos && spot.at >= within && spot.text.substr(spot.at - within).starts_with(shown_as);
      return Secret{same, done ? hidden : shown_as};
    }
    front = text.substr(0, same == hidden.size() ? same - 1 : same);
  }
  return std::nullopt;
}

std::string Redactor::without_secrets(std::string_view text) {
  std::string out;
  for (Spot spot{text}; spot.at < text.size();) {
    const bool within_word = !spot.begins_word() && is_word(text[spot.at]);
    auto secret = within_word ? std::nullopt : known_name(spot);
    if (!within_word && !secret) secret = find_secret(spot);
    if (!secret) {
      out += text[spot.at];
      spot.advance(1);
      continue;
    }
    out += secret->shown;
    if (!secret->host.empty()) hide_host(secret->host);
    spot.advance(secret->length);
  }
  return out;
}

std::string Redactor::without_addresses(std::string_view from, const Machine& machine) {
  return with_hex_words(from, [&](const HexWord& word) -> std::optional<std::uint64_t> {
    if (!looks_like_place(word, machine) && !stand_ins_.contains(word.value)) return std::nullopt;
    return stand_in(word.value);
  });
}

std::string Redactor::text(std::string_view from, const Machine& machine) {
  return without_addresses(without_secrets(from), machine);
}

namespace {

// Without the sequences that colour it (ECMA-48's CSI: "\x1b[33m"; util-linux' dmesg -L): they would stand between the
// words and the value that these announce.
std::string without_colours(std::string_view line) {
  std::string out;
  for (auto at = line.find("\x1b["); at != std::string_view::npos; at = line.find("\x1b[")) {
    const auto rest = line.substr(at + 2);
    const auto end = std::ranges::find_if_not(rest, [](char c) { return c >= ' ' && c <= '?'; });
    const bool whole = end != rest.end() && *end >= '@' && *end <= '~';
    const auto taken = at + 2 + static_cast<std::size_t>(end - rest.begin()) + (whole ? 1 : 0);
    out += line.substr(0, whole ? at : taken);
    line.remove_prefix(taken);
  }
  return out += line;
}

}  // namespace

std::string Redactor::line_of(std::string_view coloured, std::string_view host) {
  const std::string line = without_colours(coloured);
  hide_host(host);
  return host.empty() ? std::string(line) : with_first_word_replaced(line, host, "<host>");
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
    if (!holds_bits(reg.name) || is_kernel_half(reg.value)) reg.value = shown(reg.value);
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
  hide_host(r.host);
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
