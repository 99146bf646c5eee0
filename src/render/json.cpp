#include "render/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/hex.hpp"
#include "base/printable.hpp"
#include "render/place.hpp"
#include "render/text_buffer.hpp"
#include "report/fact_names.hpp"
#include "report/fields.hpp"
#include "report/questions.hpp"
#include "unoops/version.hpp"

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

// JSON's numbers are decimal, and begin with no needless 0.
std::optional<Literal> as_number(std::string_view words, bool fraction = false) {
  const auto is_digits = [](std::string_view text) {
    constexpr std::size_t most = 18;  // of 64 bits
    return !text.empty() && text.size() <= most &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  };
  const bool negative = words.starts_with('-');
  const auto point = fraction ? words.find('.') : std::string_view::npos;
  auto whole = words.substr(negative, point == std::string_view::npos ? point : point - negative);
  if (!is_digits(whole) || (point != std::string_view::npos && !is_digits(words.substr(point + 1))))
    return std::nullopt;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size() - 1));
  const auto behind = point == std::string_view::npos ? std::string_view() : words.substr(point);
  return Literal{(negative ? "-" : "") + std::string(whole) + std::string(behind)};
}

// "1, 3"; a list that ends in other words says nothing.
std::vector<Literal> as_numbers(std::string_view words) {
  std::vector<Literal> out;
  while (!words.empty()) {
    const auto end = std::min(words.find(','), words.size());
    const auto number = as_number(words.substr(0, end));
    if (!number) return {};
    out.push_back(*number);
    words.remove_prefix(std::min(end + 1, words.size()));
    while (words.starts_with(' ')) words.remove_prefix(1);
  }
  return out;
}

// Words without the unit behind them; empty: it does not stand there.
std::string_view without(std::string_view words, std::string_view unit) {
  return words.ends_with(unit) ? words.substr(0, words.size() - unit.size()) : std::string_view();
}

std::string as_hex(std::optional<std::uint64_t> address) { return address ? hex(*address) : std::string(); }

// Where the code's bytes stand in memory, where the fault's own frame prints its address.
std::optional<std::uint64_t> code_address(const Report& report) {
  const Frame* pc = own_pc(report);
  if (!report.code.fault_offset || !pc || pc->ref.pc == PcKind::pointer || !pc->ref.address) return std::nullopt;
  return *pc->ref.address - *report.code.fault_offset;
}

// Writes straight into one text. The members of the model derive from their lists; what JSON prints besides is made of
// several members, and is written by beside().
class Json {
 public:
  // What was in `out` is lost: its room is what the caller keeps, because most reports need as much.
  Json(const Report& report, TextBuffer& out) : report_(report), code_address_(code_address(report)), out_(out) {
    out_.cut(0);
    out_ += '{';
    entry("schema", std::string_view("unoops.report/1"));
    out_ += R"(,"producer":{"name":"unoops","version":")";
    out_ += version;
    out_ += "\"}";
    members(report);
    out_ += "}\n";
  }

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
    out_ += std::string_view(digits.data(), digits.size());
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
      out_ += digits[byte >> 4];
      out_ += digits[byte & 0xf];
    }
    out_ += '"';
  }
  void list(const std::vector<Register>& registers) {
    out_ += '{';
    for (const auto& one : registers) entry(one.name, hex(one.value));
    out_ += '}';
  }
  // The facts. One whose words are not what its type says is left out: programs count on the type.
  void list(const std::vector<Named>& all) {
    out_ += '{';
    for (const auto& [name, what] : all) typed_fact(name, what);
    out_ += '}';
  }
  void typed_fact(std::string_view name, std::string_view words) {
    switch (fact::type_of(name)) {
      case FactType::text:
        return entry(name, words);
      case FactType::number:
        return told(name, as_number(words));
      case FactType::numbers:
        return told(name, as_numbers(words));
      case FactType::kilobytes:
        return told(name, as_number(without(words, "kB")));
      case FactType::seconds:
        return told(name, as_number(without(words, "s"), true));
      case FactType::flag:
        return told(name, words == "yes");
    }
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
    if (name == "corrupted") where();
    if (name != "stacks" || (!report.culprit_stack && !report.culprit_frame)) return;
    key("culprit");
    out_ += '{';
    told("stack", report.culprit_stack);
    told("frame", report.culprit_frame);
    out_ += '}';
  }

  // Where to look, as the text report says it.
  void where() {
    const auto* frame = look_frame(report_);
    if (!frame) return;
    const auto place = place_of(*frame);
    const auto before = out_.size();
    key("where");
    out_ += '{';
    told("function", place.function);
    told("inlined_into", place.inlined_into);
    // What the headline names is the culprit's, and not that of another frame to look at.
    const auto printed = !place.at && frame == culprit_frame(report_) ? printed_place(report_) : PrintedPlace{};
    told("file", place.at ? place.at->file : printed.file);
    told("line", place.at ? place.at->line : printed.line);
    told("module", place.module);
    out_ += '}';
    if (out_.ends_with("{}")) out_.cut(before);
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
    if (out_.ends_with("{}")) out_.cut(before);
  }
  void key(std::string_view name) {
    comma();
    quoted(name);
    out_ += ':';
  }
  void comma() {
    if (out_.back() != '{' && out_.back() != '[') out_ += ',';
  }

  void quoted(std::string_view text) {
    out_ += '"';
    if (is_plain_json(text)) {
      out_ += text;
    } else {
      std::string escaped;
      append_json_text(escaped, text);
      out_ += escaped;
    }
    out_ += '"';
  }

  const Report& report_;
  const std::optional<std::uint64_t> code_address_;
  TextBuffer& out_;
};

class JsonRenderer final : public Renderer {
 public:
  explicit JsonRenderer(std::ostream& out) : out_(out) {}
  void report(const Report& report) override {
    Json(report, text_);
    out_ << text_.text() << std::flush;
  }

 private:
  std::ostream& out_;
  TextBuffer text_;
};

}  // namespace

std::unique_ptr<Renderer> make_json(std::ostream& out, const RenderOptions&) {
  return std::make_unique<JsonRenderer>(out);
}

}  // namespace unoops::render
