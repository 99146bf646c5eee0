#include "render/json.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <iterator>

#include "base/hex.hpp"
#include "base/printable.hpp"
#include "report/fields.hpp"
#include "report/questions.hpp"

namespace unoops::render {

namespace {

std::string_view word(Severity value) { return severity_id(value); }
std::string_view word(DefectKind value) { return defect_id(value); }
std::string_view word(Bearing value) { return bearing_id(value); }
std::string_view word(Access value) { return access_id(value); }
std::string_view word(AddressClass value) { return address_class_id(value); }
std::string_view word(Operation value) { return operation_id(value); }
std::string_view word(Miss value) { return miss_id(value); }
std::string_view word(Confidence value) { return value == Confidence::certain ? "certain" : "likely"; }
std::string_view word(PcKind value) {
  return value == PcKind::exact ? "exact" : value == PcKind::return_address ? "return" : "pointer";
}
std::string_view word(const KindInfo* kind) { return kind ? kind->id : "unknown"; }
std::string_view word(const ArchInfo* arch) { return arch ? arch->id : std::string_view(); }
template <std::same_as<char> Letter>
std::string_view word(const Letter& letter) {
  return {&letter, 1};
}
std::string_view word(std::string_view text) { return text; }

template <class T>
concept Word = requires(const T& value) {
  word(value);
};
template <class T>
concept Number = std::integral<T> && !Word<T>;

// Text that is JSON already.
struct Literal {
  std::string text;
};

// 1447000 → 1.447: the shortest that reads back as the same number, with a digit behind the point.
std::optional<Literal> as_seconds(std::optional<std::int64_t> microseconds) {
  if (!microseconds) return std::nullopt;
  const double value = static_cast<double>(*microseconds) / 1e6;
  const bool tiny = *microseconds != 0 && std::abs(value) < 1e-4;
  char text[32];
  const auto format = tiny ? std::chars_format::scientific : std::chars_format::fixed;
  std::string out(text, std::to_chars(std::begin(text), std::end(text), value, format).ptr);
  return Literal{out.find_first_of(".e") == std::string::npos ? out + ".0" : out};
}

std::string as_hex(std::optional<std::uint64_t> address) { return address ? hex(*address) : std::string(); }

// Where the code's bytes stand in memory, where the fault's own frame prints its address.
std::optional<std::uint64_t> code_address(const Report& report) {
  const Frame* pc = own_pc(report);
  if (!report.code.fault_offset || !pc || pc->ref.pc != PcKind::exact || !pc->ref.address) return std::nullopt;
  return *pc->ref.address - *report.code.fault_offset;
}

// Writes straight into one text. The members of the model derive from their lists; what JSON prints besides is made of
// several members, and is written by beside().
class Json {
 public:
  explicit Json(const Report& report) : report_(report), code_address_(code_address(report)) {
    out_ = '{';
    entry("schema", std::string_view("unoops.report/1"));
    members(report);
    out_ += "}\n";
  }
  const std::string& text() const { return out_; }

 private:
  template <class T>
  void value(const T& of) {
    if constexpr (Word<T>)
      quoted(word(of));
    else if constexpr (std::same_as<T, Literal>)
      out_ += of.text;
    else if constexpr (std::same_as<T, bool>)
      out_ += of ? "true" : "false";
    else if constexpr (Number<T>)
      number(of);
    else if constexpr (is_optional<T>)
      value(*of);
    else if constexpr (is_list<T>)
      list(of);
    else
      object(of);
  }

  template <class T>
  void number(T of) {
    const fmt::format_int digits(of);
    out_.append(digits.data(), digits.size());
  }

  template <class T>
  void list(const std::vector<T>& of) {
    out_ += '[';
    for (const auto& one : of) {
      comma();
      value(one);
    }
    out_ += ']';
  }
  void list(const std::vector<std::uint8_t>& bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    out_ += '"';
    for (const auto byte : bytes) {
      if (out_.back() != '"') out_ += ' ';
      out_ += {digits[byte >> 4], digits[byte & 0xf]};
    }
    out_ += '"';
  }
  void list(const std::vector<Register>& registers) {
    out_ += '{';
    for (const auto& one : registers) entry(one.name, hex(one.value));
    out_ += '}';
  }
  void list(const std::vector<Named>& all) {
    out_ += '{';
    for (const auto& [name, what] : all) entry(name, what);
    out_ += '}';
  }

  template <class T>
  void object(const T& of) {
    out_ += '{';
    members(of);
    out_ += '}';
  }

  void object(const Fault& fault) {
    out_ += '{';
    members(fault);
    members(report_.site.bad_pointer);
    out_ += '}';
  }
  void object(const Code& code) {
    out_ += '{';
    members(code);
    if (!report_.site.instructions.empty()) {
      key("instructions");
      list(report_.site.instructions);
    }
    out_ += '}';
  }
  void object(const Instruction& instruction) {
    out_ += '{';
    if (code_address_) entry("address", hex(*code_address_ + instruction.offset));
    members(instruction);
    out_ += '}';
  }

  template <class Owner>
  void members(const Owner& owner) {
    for_each_field(owner, [&](const auto& field, const auto& of) {
      member(field, of);
      beside(owner, field.name);
    });
  }

  template <class Owner, class T, Privacy privacy, Print print, bool kept>
  void member(const Field<Owner, T, privacy, print, kept>& field, const T& of) {
    if constexpr (print == Print::always)
      entry(field.name, of);
    else if constexpr (print == Print::spread)
      spread_out(field.name, of);
    else if constexpr (print == Print::seconds)
      told(field.name, as_seconds(of));
    else if constexpr (print == Print::told && privacy == Privacy::address)
      told(field.name, as_hex(of));
    else if constexpr (print == Print::told)
      told(field.name, of);
  }

  void spread_out(std::string_view, const SymbolRef& ref) { members(ref); }
  void spread_out(std::string_view, const Upkeep& upkeep) { members(upkeep); }
  void spread_out(std::string_view name, const Lookup& lookup) {
    if (const auto* chain = std::get_if<std::vector<Location>>(&lookup))
      told(name, *chain);
    else
      members(std::get<Unresolved>(lookup));
  }

  // What JSON prints after the member of this name, made from several members.
  template <class Owner>
  void beside(const Owner&, std::string_view) {}
  void beside(const Frame& frame, std::string_view name) {
    if (name == "reliable") entry("pc", frame.ref.pc);
  }
  void beside(const Stack& stack, std::string_view name) {
    if (name == "label") told("context", context_word(stack));
  }
  void beside(const FaultSite& site, std::string_view name) {
    if (name == "access_size" && site.effective_address)
      entry("agrees_with_fault_address", site.agrees_with_fault_address);
  }
  void beside(const Explanation& explanation, std::string_view name) {
    if (name != "summary") return;
    told("cause", report_.site.cause);
    told("handed", report_.site.handed);
    std::vector<std::string_view> notes;
    for (const auto& finding : explanation.findings) notes.push_back(finding.text);
    told("notes", notes);
  }
  void beside(const Report& report, std::string_view name) {
    if (name != "stacks" || (!report.culprit_stack && !report.culprit_frame)) return;
    key("culprit");
    out_ += '{';
    told("stack", report.culprit_stack);
    told("frame", report.culprit_frame);
    out_ += '}';
  }

  template <class T>
  void told(std::string_view name, const T& of) {
    if (!says_nothing(of)) entry(name, of);
  }

  // An object that turns out to be empty says nothing, so it is taken out again.
  template <class T>
  void entry(std::string_view name, const T& of) {
    const auto before = out_.size();
    key(name);
    value(of);
    if (out_.ends_with("{}")) out_.resize(before);
  }
  void key(std::string_view name) {
    comma();
    quoted(name);
    out_ += ':';
  }
  void comma() {
    if (out_.back() != '{' && out_.back() != '[') out_ += ',';
  }

  // RFC 8259: quotes, backslashes and control characters are escaped; the rest is UTF-8.
  void quoted(std::string_view text) {
    out_ += '"';
    for (std::size_t at = 0, from = 0;; from = ++at) {
      while (at < text.size() && !is_escaped(text[at])) ++at;
      append_valid_utf8(out_, text.substr(from, at - from));
      if (at == text.size()) break;
      if (const auto letter = escape_of(text[at]))
        out_ += {'\\', letter};
      else
        fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(text[at]));
    }
    out_ += '"';
  }
  static bool is_escaped(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }
  // What stands behind the backslash; 0: there is no such short form.
  static char escape_of(char c) {
    static constexpr std::string_view characters = "\b\t\n\f\r\"\\", letters = "btnfr\"\\";
    const auto at = characters.find(c);
    return at == std::string_view::npos ? '\0' : letters[at];
  }

  const Report& report_;
  const std::optional<std::uint64_t> code_address_;
  std::string out_;
};

class JsonRenderer final : public Renderer {
 public:
  explicit JsonRenderer(std::ostream& out) : out_(out) {}
  void report(const Report& report) override { out_ << Json(report).text() << std::flush; }

 private:
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<Renderer> make_json(std::ostream& out, const RenderOptions&) {
  return std::make_unique<JsonRenderer>(out);
}

}  // namespace unoops::render
