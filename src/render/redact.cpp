#include "render/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "render/redact_text.hpp"
#include "render/visit.hpp"

namespace unoops::render {

namespace {

// Shown for addresses: hex, so that every reader of the formats still reads it, and in no kernel's range.
constexpr std::uint64_t first_stand_in = 0xadd00001;

bool arch_is(const Report& r, std::string_view start) { return r.arch && r.arch->id.starts_with(start); }

// The kernel and its modules share the low half with nobody: s390 has separate address spaces, sparc64 and parisc, too.
bool has_low_kernel(const Report& r) { return arch_is(r, "s390") || arch_is(r, "sparc") || arch_is(r, "parisc"); }

int bits_of(const Report& r) { return r.arch ? r.arch->bits : 0; }

// Registers that hold no addresses but look as if: flags and control bits.
bool is_flags(std::string_view name) {
  static constexpr std::string_view names[] = {"EFLAGS", "RFLAGS", "CR0",  "CR4", "DR6", "DR7",
                                               "pstate", "PSTATE", "cpsr", "MSR", "CR",  "XER",
                                               "status", "PKRU",   "CS",   "DS",  "ES",  "SS"};
  return std::ranges::find(names, name) != std::end(names);
}

}  // namespace

std::uint64_t Redactor::stand_in(std::uint64_t value) {
  return stand_ins_.try_emplace(value, first_stand_in + stand_ins_.size()).first->second;
}

std::uint64_t Redactor::address(std::uint64_t value, const Report& r) {
  return is_kernel_address(value, bits_of(r), low_kernel_) ? stand_in(value) : value;
}

void Redactor::hide(std::string_view name, std::string_view shown_as) {
  if (name.size() < 3 || std::ranges::find(names_, name, &std::pair<std::string, std::string>::first) != names_.end())
    return;
  if (names_.size() < 1000) names_.emplace_back(name, shown_as);
}

std::string Redactor::without_addresses(std::string_view from, int bits) {
  std::string out;
  for_each_hex_word(from, [&](std::string_view before, std::string_view digits, bool prefixed) {
    out += before;
    std::uint64_t value = 0;
    const bool fits = digits.size() <= 16 &&
                      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16).ec == std::errc{};
    if (!fits || !looks_like_kernel_address(value, digits.size(), prefixed, bits, low_kernel_))
      out += digits;
    else
      out += prefixed ? fmt::format("{:x}", stand_in(value)) : fmt::format("{:0{}x}", stand_in(value), digits.size());
  });
  return out;
}

std::string Redactor::text(std::string_view from, int bits) {
  std::string out = without_paths(without_builder(without_code(from)));
  for (const auto& [name, shown_as] : names_) out = with_word_replaced(out, name, shown_as);
  return without_addresses(without_hardware(out), bits);
}

// Operands tell addresses in other forms, too: sign-extended (-0x3f9e5fb0), as a distance (.-0x2f0bc986), or from the
// instruction to a per-CPU variable whose place everybody knows (%gs:0x6b6283c1(%rip)). Structures are never so large.
std::string Redactor::instruction(std::string_view from) {
  constexpr std::uint64_t largest_offset = 0x1000000;
  std::string out;
  for_each_hex_word(from, [&](std::string_view before, std::string_view digits, bool prefixed) {
    std::uint64_t value = 0;
    const bool number =
        prefixed && std::from_chars(digits.data(), digits.data() + digits.size(), value, 16).ec == std::errc{};
    out += before;
    out += number && value >= largest_offset ? fmt::format("{:x}", stand_in(value)) : std::string(digits);
  });
  return out;
}

// An immediate operand is an address in the bytes, too; what no instruction covers could hold one, and goes.
void Redactor::code(Report& r) {
  if (r.code.unit > 1 && !arch_is(r, "s390")) return;  // four bytes of code hold no address
  auto& bytes = r.code.bytes;
  const auto& all = r.site.instructions;
  if (all.empty()) {
    if (!bytes.empty()) r.code = {{}, std::nullopt, r.code.unit, "the code's bytes are redacted"};
    return;
  }
  const auto first = static_cast<std::size_t>(all.front().offset);
  const auto last = std::min(bytes.size(), static_cast<std::size_t>(all.back().offset) + all.back().bytes.size());
  for (auto& i : r.site.instructions) {
    const std::string shown = instruction(i.text);
    const bool tells = shown != i.text && i.bytes.size() > 4;
    i.text = shown;
    if (tells) std::fill(i.bytes.end() - 4, i.bytes.end(), std::uint8_t{0});
    for (std::size_t k = 0; k < i.bytes.size() && i.offset + k < bytes.size(); ++k) bytes[i.offset + k] = i.bytes[k];
    i.offset -= std::min<std::uint64_t>(i.offset, first);
  }
  bytes = first < last ? std::vector<std::uint8_t>(bytes.begin() + static_cast<std::ptrdiff_t>(first),
                                                   bytes.begin() + static_cast<std::ptrdiff_t>(last))
                       : std::vector<std::uint8_t>{};
  if (r.code.fault_offset && *r.code.fault_offset >= first) *r.code.fault_offset -= first;
}

void Redactor::places(Report& r) {
  r.file = r.file.substr(r.file.rfind('/') + 1);
  r.host.clear();
  r.hardware.clear();
  r.kernel_offset.reset();
  for (auto& stack : r.stacks)
    for (auto& frame : stack.frames) {
      auto* chain = std::get_if<std::vector<Location>>(&frame.lookup);
      if (chain)
        for (auto& at : *chain) at.file = without_user_path(at.file);
      for (auto& at : frame.printed) at.file = without_user_path(at.file);
    }
}

Report Redactor::report(const Report& from) {
  Report r = from;
  low_kernel_ = has_low_kernel(r);
  hide(r.host, "<host>");
  hide(r.hardware, "<hardware>");
  code(r);
  places(r);
  for_each_text(r, [&](std::string& s) { s = text(s, bits_of(r)); });
  for_each_address(r, [&](std::uint64_t& value) { value = address(value, r); });
  for (auto* file : {&r.registers, &r.user_registers})
    for (auto& reg : *file)
      if (!is_flags(reg.name)) reg.value = address(reg.value, r);
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
