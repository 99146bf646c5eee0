#include "state/value_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "arch/arch.hpp"
#include "base/printable.hpp"
#include "facts/addresses.hpp"

namespace unoops::state {
namespace {

constexpr std::uint64_t most_text = 64, most_bytes = 16, most_elements = 8;
constexpr std::uint64_t most_of_array = 256;  // bytes of an array that are read
constexpr std::size_t most_members = 4096;    // of one structure, before some are chosen
constexpr unsigned deepest = 1;               // structures within a structure
constexpr std::uint64_t small = 100'000;      // larger numbers are mostly bits, and said in hex
constexpr std::uint64_t narrow = std::uint64_t{1} << 32;

std::uint64_t bits_of(std::uint64_t word, const MemberPlace& place) {
  if (place.bit_size == 0) return word;
  const auto value = word >> place.bit_offset;
  return place.bit_size >= 64 ? value : value & ((std::uint64_t{1} << place.bit_size) - 1);
}

// With the sign of a number of so many bits.
std::uint64_t extended(std::uint64_t value, unsigned bits) {
  if (bits == 0 || bits >= 64 || (value >> (bits - 1) & 1) == 0) return value;
  return value | ~std::uint64_t{0} << bits;
}

std::string quoted(std::string_view text, bool cut) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + (cut ? "...\"" : "\"");
}

// "slab poison 0x6b" of "slab poison 0x6b: the object was freed before (use after free)": on a stack somebody has written
// it, and nothing follows from it.
std::string pattern_in(std::string_view words) {
  return std::string(words.starts_with("0x") ? words : words.substr(0, words.find(": ")));
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t'; });
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else
      out += c;
  return out;
}

}  // namespace

std::string ValueReader::not_there(Got got) const {
  if (got == Got::damaged) return "the dump is damaged there";
  if (got == Got::outside) return "no memory is there";
  const auto level = target_.memory().core().dump_level;
  return level ? fmt::format("not in the dump (-d {})", *level) : "not in the dump";
}

std::string ValueReader::stack_at(std::uint64_t address) {
  for (const Cpu& cpu : machine_.cpus()) {
    const auto stack = cpu.task ? stack_of(target_, *cpu.task) : std::nullopt;
    if (stack && stack->holds(address))
      return fmt::format("on the stack of {} (pid {})", cpu.task->comm, cpu.task->pid);
  }
  return {};
}

std::string ValueReader::text_at(std::uint64_t address) {
  std::string text;
  while (text.size() < most_text) {
    const auto c = target_.memory().number(address + text.size(), 1);
    if (!c) return {};
    if (*c == 0) return is_printable(text) ? quoted(one_line(text), false) : std::string();
    text += static_cast<char>(*c);
  }
  return is_printable(text) ? quoted(one_line(text), true) : std::string();
}

void ValueReader::pointer(DumpedValue& out, Type type, std::uint64_t value) {
  const auto fact = address_fact(value, &target_.memory().core().arch->info);
  switch (fact.id) {
    case AddressClass::null:
      out.words = "NULL";
      return;
    case AddressClass::null_offset:
    case AddressClass::err_ptr:
      out.words = fact.words;
      return;
    case AddressClass::poison:
    case AddressClass::ascii:
    case AddressClass::non_canonical:
      out.words = on_stack_ ? pattern_in(fact.words) : fact.words;
      out.number = value;
      return;
    case AddressClass::user:
      out.words = "user space";
      out.number = value;
      return;
    default:
      break;
  }
  out.number = value;
  const Type target = pointee(type);
  if (shape_of(target).shape == Shape::character) out.content = text_at(value);
  out.symbol = machine_.code().name_of(value);
  if (out.symbol.empty()) out.slab = slabs_.find(value);
  if (out.symbol.empty() && !out.slab) out.words = stack_at(value);
  if (is_opaque(target)) out.words = words_of(machine_, target, value).value_or("");
}

void ValueReader::integer(DumpedValue& out, const TypeShape& shape, std::uint64_t value) {
  const auto negative = static_cast<std::int64_t>(value);
  if (shape.is_signed && negative < 0 && negative > -static_cast<std::int64_t>(narrow)) {
    out.words = fmt::format("{}", negative);
    return;
  }
  if (value < small)
    out.words = fmt::format("{}", value);
  else if (value < narrow)
    out.words = fmt::format("{:#x}", value);
  else
    out.number = value;
}

bool ValueReader::scalar(DumpedValue& out, Type type, std::uint64_t value) {
  const auto shape = shape_of(type);
  switch (shape.shape) {
    case Shape::pointer:
      pointer(out, type, value);
      return true;
    case Shape::boolean:
      out.words = value == 0 ? "false" : value == 1 ? "true" : fmt::format("{}, which is no bool", value);
      return true;
    case Shape::enumeration: {
      const auto name = enumerator(type, static_cast<std::int64_t>(value));
      integer(out, shape, value);
      if (!name.empty()) out.words = fmt::format("{} ({})", name, out.words);
      return true;
    }
    case Shape::integer:
    case Shape::character:
      integer(out, shape, value);
      return true;
    default:
      return false;
  }
}

void ValueReader::characters(DumpedValue& out, Bytes bytes) {
  auto text = text_of(bytes);
  const auto end = text.find('\0');
  const bool ends = end != std::string_view::npos;
  text = text.substr(0, std::min<std::size_t>(end, most_text));
  if (is_printable(text)) {
    out.content = quoted(one_line(text), !ends || end > most_text);
    return;
  }
  out.words = "no text";
}

bool ValueReader::array(DumpedValue& out, Type type, Bytes bytes) {
  const auto shape = array_of(type);
  if (!shape) return false;
  const auto element = shape_of(shape->element);
  if (element.shape == Shape::character && !bytes.empty()) {
    characters(out, bytes);
    return true;
  }
  const bool zeros = !bytes.empty() && std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
  if (zeros && bytes.size() == element.size * shape->count) {
    out.words = fmt::format("{} zeros", shape->count);
    return true;
  }
  if (element.shape != Shape::integer || element.size == 0 || element.size > 8 || bytes.empty()) {
    out.words = shape->count == 0 ? "array" : fmt::format("array of {}", shape->count);
    return true;
  }
  const auto shown =
      std::min({shape->count, element.size == 1 ? most_bytes : most_elements, bytes.size() / element.size});
  for (std::uint64_t i = 0; i < shown; ++i) {
    const auto value = little(bytes, i * element.size, static_cast<unsigned>(element.size));
    if (element.size == 1)
      out.content += fmt::format("{}{:02x}", i == 0 ? "" : " ", value);
    else
      out.content += fmt::format("{}{:#x}", i == 0 ? "" : ", ", value);
  }
  out.content = "{" + out.content + (shown < shape->count ? " ..." : "") + "}";
  return true;
}

bool ValueReader::describe(DumpedValue& out, Type type, Bytes bytes) {
  const auto shape = shape_of(type);
  if (shape.shape == Shape::array) return array(out, type, bytes);
  if (shape.size == 0 || shape.size > 8 || bytes.size() < shape.size) return false;
  auto value = little(bytes, 0, static_cast<unsigned>(shape.size));
  if (shape.is_signed) value = extended(value, static_cast<unsigned>(shape.size) * 8);
  return scalar(out, type, value);
}

std::optional<std::uint64_t> ValueReader::number(Type type, const ValuePlace& place) {
  const auto shape = shape_of(type);
  if (shape.size == 0 || shape.size > 8) return std::nullopt;
  if (place.address) return target_.memory().number(*place.address, static_cast<unsigned>(shape.size));
  if (place.bytes.size() < shape.size) return std::nullopt;
  return little(place.bytes, 0, static_cast<unsigned>(shape.size));
}

std::optional<DumpedValue> ValueReader::value(std::string_view name, Type type, const ValuePlace& place) {
  DumpedValue out{std::string(name), type_name(type)};
  const auto shape = shape_of(type);
  if (const auto array = array_of(type); array && array->count != 0) out.type += fmt::format("[{}]", array->count);
  if (shape.shape == Shape::aggregate) {
    if (!place.address) return std::nullopt;
    out.number = *place.address;
    out.symbol = machine_.code().name_of(*place.address);
    const auto known = words_of(machine_, type, *place.address);
    out.words = known.value_or(out.symbol.empty() ? "a structure on the stack" : "");
    return out;
  }
  std::vector<std::byte> bytes = place.bytes;
  if (place.address) {
    bytes.resize(std::min(shape.size, most_of_array));
    if (bytes.empty() || target_.memory().read(*place.address, bytes) != Got::yes) return std::nullopt;
  }
  if (!describe(out, type, bytes)) return std::nullopt;
  return out;
}

// Members as they come, and the one that was bad.
struct ValueReader::Listing {
  std::vector<DumpedValue> all = {};
  std::optional<std::uint64_t> bad = {};
  Got got = Got::yes;     // of what could not be read
  bool any_read = false;  // something could
};

void ValueReader::members(Listing& out, Type type, std::uint64_t address, unsigned depth) {
  for (const NamedMember& one : target_.types().members(type))
    if (out.all.size() < most_members) member(out, one, address, depth);
}

void ValueReader::member(Listing& out, const NamedMember& one, std::uint64_t address, unsigned depth) {
  const auto at = address + one.place.offset;
  const auto shape = shape_of(one.place.type);
  const bool aggregate = shape.shape == Shape::aggregate;
  if (one.name.empty() && aggregate) return members(out, one.place.type, at, depth);
  if (one.name.empty() || (one.place.size == 0 && shape.shape != Shape::array)) return;
  DumpedValue value{one.name, type_name(one.place.type)};
  value.depth = depth;
  value.bad = out.bad == at && shape.shape == Shape::pointer;
  if (aggregate) {
    const auto known = words_of(machine_, one.place.type, at);
    out.any_read |= known.has_value();
    const bool descends = !known && depth < deepest && !is_opaque(one.place.type);
    value.words = known.value_or(descends ? "" : "{...}");
    out.all.push_back(std::move(value));
    if (descends) members(out, one.place.type, at, depth + 1);
    return;
  }
  if (const auto array = array_of(one.place.type); array && array->count != 0)
    value.type += fmt::format("[{}]", array->count);
  std::vector<std::byte> bytes(std::min(one.place.size, most_of_array));
  const auto got = bytes.empty() ? Got::yes : target_.memory().read(at, bytes);
  if (got != Got::yes) {
    out.got = got;
    return;
  }
  out.any_read |= !bytes.empty();
  if (one.place.bit_size != 0) {
    if (bytes.size() > 8) return;
    auto bits = bits_of(little(bytes, 0, static_cast<unsigned>(bytes.size())), one.place);
    if (shape.is_signed) bits = extended(bits, one.place.bit_size);
    if (!scalar(value, one.place.type, bits)) return;
  } else if (!describe(value, one.place.type, bytes)) {
    return;
  }
  out.all.push_back(std::move(value));
}

DumpedObject ValueReader::object(std::string expression, Type type, std::uint64_t address,
                                 std::optional<std::uint64_t> bad, std::size_t most) {
  DumpedObject out{std::move(expression), type_name(type), address};
  out.slab = slabs_.find(address);
  on_stack_ = !stack_at(address).empty();
  Listing list;
  list.bad = bad;
  members(list, type, address, 0);
  on_stack_ = false;
  auto& all = list.all;
  if (!list.any_read) {
    out.missing = not_there(list.got == Got::yes ? Got::excluded : list.got);
    return out;
  }
  if (all.size() > most) {
    out.more_members = all.size() - most;
    const auto at = static_cast<std::size_t>(std::ranges::find(all, true, &DumpedValue::bad) - all.begin());
    const auto begin = at < all.size() && at >= most ? std::min(at - most / 2, all.size() - most) : 0;
    std::vector<DumpedValue> shown(all.begin() + static_cast<std::ptrdiff_t>(begin),
                                   all.begin() + static_cast<std::ptrdiff_t>(begin + most));
    all = std::move(shown);
  }
  out.members = std::move(all);
  return out;
}

}  // namespace unoops::state
