#include "debuginfo/c_types.hpp"

#include <dwarf.h>

#include <algorithm>
#include <cstdlib>

#include "debuginfo/dies.hpp"

namespace unoops::debuginfo {
namespace {

constexpr int max_depth = 24;                             // of nested members and typedefs
constexpr std::int64_t farthest = std::int64_t{1} << 60;  // of a touch, as the code tells it
constexpr std::uint64_t most_bits = 128;                  // of a bit-field: an __int128's
constexpr std::size_t most_dimensions = 16;
// Of one search, which passes each member of the structures that hold a place.
constexpr std::size_t most_steps = 1 << 20;

std::optional<std::uint64_t> number(Dwarf_Die die, unsigned attribute) {
  Dwarf_Attribute attr;
  Dwarf_Word value;
  if (!dwarf_attr_integrate(&die, attribute, &attr) || dwarf_formudata(&attr, &value) != 0) return std::nullopt;
  return value;
}

int tag(Type t) { return t ? dwarf_tag(&t.die) : DW_TAG_invalid; }

std::int64_t member_offset(Dwarf_Die die) {
  Dwarf_Attribute attr;
  Dwarf_Word value;
  if (!dwarf_attr(&die, DW_AT_data_member_location, &attr)) return 0;
  if (dwarf_formudata(&attr, &value) == 0) return static_cast<std::int64_t>(value);
  Dwarf_Op* expr;
  std::size_t n;
  if (dwarf_getlocation(&attr, &expr, &n) == 0 && n == 1 && expr[0].atom == DW_OP_plus_uconst)
    return static_cast<std::int64_t>(expr[0].number);
  return 0;
}

bool is_big_endian(Dwarf_Die die) {
  Elf* elf = dwarf_getelf(dwarf_cu_getdwarf(die.cu));
  const char* ident = elf ? elf_getident(elf, nullptr) : nullptr;
  return ident && ident[EI_DATA] == ELFDATA2MSB;
}

// A bit-field's first bit, counted from the start of the struct as memory has it. DWARF 4 as gcc writes it, and every
// version as clang writes it for gdb, count from the highest bit of the integer that holds the field.
std::uint64_t first_bit(Dwarf_Die member, std::int64_t offset, std::uint64_t bits, std::uint64_t type_size) {
  if (const auto at = number(member, DW_AT_data_bit_offset)) return *at;
  const std::uint64_t start = static_cast<std::uint64_t>(offset) * 8;
  const auto from_top = number(member, DW_AT_bit_offset);
  if (!from_top || is_big_endian(member)) return start + from_top.value_or(0);
  return start + number(member, DW_AT_byte_size).value_or(type_size) * 8 - *from_top - bits;
}

// The sizes of the elements, dimension by dimension: the last is the element type's own.
std::vector<std::uint64_t> element_sizes(Type array) {
  std::vector<std::uint64_t> counts;
  each_child(array.die, [&](Dwarf_Die child) {
    if (dwarf_tag(&child) != DW_TAG_subrange_type || counts.size() > most_dimensions) return;
    const auto count = number(child, DW_AT_count);
    const auto upper = number(child, DW_AT_upper_bound);
    counts.push_back(count ? *count : upper ? *upper + 1 : 0);
  });
  if (counts.size() > most_dimensions) return {};
  std::uint64_t size = size_of(type_of(array.die));
  std::vector<std::uint64_t> sizes(counts.size(), size);
  for (std::size_t i = counts.size(); i-- > 1;) {
    size = counts[i] != 0 && size > most_bytes / counts[i] ? 0 : size * counts[i];
    sizes[i - 1] = size;
  }
  return sizes;
}

std::int64_t wrap(std::int64_t value, std::int64_t by) { return ((value % by) + by) % by; }

}  // namespace

const Types::Layout& Types::layout(Type aggregate) {
  if (const auto it = layouts_.find(aggregate.key()); it != layouts_.end()) return it->second;
  Layout out;
  out.is_union = tag(aggregate) == DW_TAG_union_type;
  out.size = size_of(aggregate);
  out.big_endian = is_big_endian(aggregate.die);
  each_child(aggregate.die, [&](Dwarf_Die child) {
    if (dwarf_tag(&child) != DW_TAG_member || !step()) return;
    Member m;
    m.name = name_of(child);
    m.type = type_of(child);
    m.size = size_of(m.type);
    m.offset = member_offset(child);
    if (const auto bits = number(child, DW_AT_bit_size)) {
      if (*bits > most_bits) return;
      m.bit_size = static_cast<int>(*bits);
      const std::uint64_t bit = first_bit(child, m.offset, *bits, m.size);
      m.offset = static_cast<std::int64_t>(bit / 8);
      m.bit_offset = static_cast<int>(bit % 8);
      m.size = (static_cast<std::uint64_t>(m.bit_offset) + *bits + 7) / 8;
    }
    if (m.offset < 0 || static_cast<std::uint64_t>(m.offset) > most_bytes) return;
    out.members.push_back(std::move(m));
  });
  return layouts_.emplace(aggregate.key(), std::move(out)).first->second;
}

std::optional<MemberPlace> Types::named(Type aggregate, std::string_view name, int depth) {
  const Type real = peel(aggregate);
  if (depth > max_depth || !is_aggregate(real)) return std::nullopt;
  for (const Member& m : layout(real).members) {
    if (!step()) return std::nullopt;
    const auto offset = static_cast<std::uint64_t>(m.offset);
    if (m.name == name)
      return MemberPlace{offset, m.size, static_cast<unsigned>(m.bit_offset), static_cast<unsigned>(m.bit_size),
                         m.type};
    if (!m.name.empty()) continue;
    auto inner = named(m.type, name, depth + 1);
    if (!inner) continue;
    inner->offset += offset;
    return inner;
  }
  return std::nullopt;
}

std::optional<MemberPlace> Types::member(Type aggregate, std::string_view path) {
  std::uint64_t before = 0;
  left_ = most_steps;
  for (;;) {
    const auto dot = path.find('.');
    auto found = named(aggregate, path.substr(0, dot), 0);
    if (!found) return std::nullopt;
    found->offset += before;
    if (dot == std::string_view::npos) return found;
    before = found->offset;
    aggregate = found->type;
    path.remove_prefix(dot + 1);
  }
}

std::vector<Type> Types::first_members(Type aggregate) {
  std::vector<Type> out;
  left_ = most_steps;
  for (const Member& m : layout(peel(aggregate)).members) {
    if (m.offset != 0) continue;
    Type t = peel(m.type);
    if (tag(t) == DW_TAG_array_type) t = peel(type_of(t.die));
    out.push_back(t);
  }
  return out;
}

std::optional<Types::Found> Types::in_scalar(Type t, const Touch& touch) {
  const auto size = static_cast<std::int64_t>(size_of(peel(t)));
  if (touch.stride != 0 && touch.stride < size) return std::nullopt;
  if (touch.offset < 0 || touch.offset >= std::max<std::int64_t>(size, 1)) return std::nullopt;
  int score = 4;
  if (touch.want_pointer && is_pointer(t)) score += 8;
  if (touch.is_called && is_function(pointee(t))) score += 8;
  if (touch.size == 0 || static_cast<std::int64_t>(touch.size) == size)
    score += 2;
  else if (touch.offset + static_cast<std::int64_t>(touch.size) > size)
    score -= 2;
  return Found{{"", 0, t, false}, score};
}

std::optional<Types::Found> Types::in_array(Type t, const Touch& touch, int depth) {
  const auto sizes = element_sizes(peel(t));
  if (sizes.empty() || sizes.back() == 0) return std::nullopt;
  Touch inner = touch;
  std::string text;
  std::int64_t at = 0;
  for (const auto unsigned_size : sizes) {
    const auto size = static_cast<std::int64_t>(unsigned_size);
    if (size == 0) return std::nullopt;
    if (inner.stride != 0 && inner.stride % size == 0) {
      text += "[]";
      inner.offset = wrap(inner.offset, size);
      inner.stride = 0;
    } else if (inner.stride != 0 && size % inner.stride == 0 && size != inner.stride) {
      text += "[]";  // a finer step than the element's: within it, too
      inner.offset = wrap(inner.offset, size);
    } else if (inner.stride != 0) {
      return std::nullopt;
    } else {
      if (inner.offset < 0) return std::nullopt;
      text += "[" + std::to_string(inner.offset / size) + "]";
      at += inner.offset / size * size;
      inner.offset %= size;
    }
  }
  auto found = descend(type_of(peel(t).die), inner, depth + 1);
  if (!found) return std::nullopt;
  found->path.text = text + found->path.text;
  found->path.offset += at;
  return found;
}

// Whether a touch of the whole may be one of the member, and then what of the member it touches. With an unknown index
// the offset is that of the lowest index that the code shows, so it tells which of several arrays is meant.
bool Types::reaches(const Layout& all, const Member& m, Touch& touch) {
  const Type kind = peel(m.type);
  const bool array = tag(kind) == DW_TAG_array_type;
  const bool last = &m == &all.members.back() || all.is_union;
  const bool flexible = array && last && m.size == 0;  // libdw has no size for an array whose bound is not told
  const auto size = static_cast<std::int64_t>(m.size);
  touch.offset -= m.offset;
  if (touch.anywhere && touch.stride != 0) {
    touch.offset = wrap(touch.offset, touch.stride);
    return array && size > 0;
  }
  if (touch.stride >= static_cast<std::int64_t>(all.size) && all.size > 0) {  // of another element of an array of these
    touch.offset = wrap(touch.offset, touch.stride);
    touch.stride = 0;
  }
  if (touch.stride != 0 && !array && !is_aggregate(kind)) return false;
  return touch.offset >= 0 && (touch.offset < size || flexible);
}

// Whether the access's mask has one of a bit-field's bits; the touch's offset is counted from the field's first byte.
bool Types::has_bit(const Layout& all, const Member& m, const Touch& touch) {
  const int bytes = touch.size != 0 ? static_cast<int>(touch.size) : 8;
  for (int i = m.bit_offset; i < m.bit_offset + m.bit_size; ++i) {
    const std::int64_t byte = i / 8 - touch.offset;
    if (byte < 0 || byte >= bytes || byte >= 8) continue;
    const std::int64_t bit = all.big_endian ? (bytes - 1 - byte) * 8 + 7 - i % 8 : byte * 8 + i % 8;
    if (bit >= 0 && bit < 64 && (touch.mask >> bit & 1) != 0) return true;
  }
  return false;
}

// What of a union's members may be meant.
struct Types::Candidates {
  int all = 0, functions = 0;
  const void* pointer_target = nullptr;  // of the pointers: the one type, if it is one
  bool pointers_differ = false;

  void add(Type member, Type touched) {
    ++all;
    functions += is_function(pointee(touched));
    if (!is_pointer(member)) return;
    const void* target = peel(pointee(member)).key();
    pointers_differ = pointers_differ || (pointer_target && target != pointer_target);
    pointer_target = target;
  }
};

std::optional<Types::Found> Types::in_aggregate(Type t, const Touch& touch, int depth) {
  const Layout& all = layout(peel(t));
  std::optional<Found> best;
  Candidates candidates;
  bool best_is_nested = false;
  for (const Member& m : all.members) {
    if (!step()) return std::nullopt;
    Touch inner = touch;
    const bool reached = reaches(all, m, inner), by_bits = m.bit_size != 0 && touch.mask != 0;
    if (by_bits ? !has_bit(all, m, inner) : !reached) continue;
    std::optional<Found> found;
    if (m.bit_size != 0)
      found = Found{{"", 0, m.type, false}, touch.mask != 0 ? 6 : 3};
    else
      found = descend(m.type, inner, depth + 1);
    if (found) candidates.add(m.type, found->path.type);
    if (!found || (best && best->score >= found->score)) continue;
    best = std::move(found);
    best_is_nested = is_aggregate(m.type) && !is_opaque(m.type);
    if (!m.name.empty()) best->path.text = "." + m.name + best->path.text;
    best->path.offset += m.offset;
  }
  if (touch.anywhere && touch.stride != 0 && candidates.all > 1) return std::nullopt;
  if (!best || !all.is_union || candidates.all == 1) return best;
  // LSM's hooks are a union of function pointers
  if (touch.is_called && candidates.functions > 1 && touch.offset == 0) return Found{{"", 0, t, false}, best->score};
  // sk_buff's destructor and its destination entry share their places with list links: which of them counts, the type
  // does not tell, but a call does
  const bool told = touch.is_called && candidates.functions == 1;
  best->path.ambiguous = !told && (best->path.ambiguous || best_is_nested || candidates.pointers_differ);
  return best;
}

std::optional<Types::Found> Types::descend(Type t, const Touch& touch, int depth) {
  if (depth > max_depth || !step()) return std::nullopt;
  const Type real = peel(t);
  if (is_opaque(t)) {
    const auto size = static_cast<std::int64_t>(size_of(real));
    if (touch.offset < 0 || (size > 0 && touch.offset >= size)) return std::nullopt;
    return Found{{"", 0, t, false}, 5};
  }
  switch (tag(real)) {
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_union_type:
      return in_aggregate(t, touch, depth);
    case DW_TAG_array_type:
      return in_array(t, touch, depth);
    case DW_TAG_base_type:
    case DW_TAG_pointer_type:
    case DW_TAG_enumeration_type:
      return in_scalar(t, touch);
    default:
      return std::nullopt;
  }
}

std::size_t Types::Hash::operator()(const Question& q) const {
  std::size_t h = std::hash<const void*>()(q.object);
  for (const auto part : {static_cast<std::uint64_t>(q.touch.offset), static_cast<std::uint64_t>(q.touch.stride),
                          std::uint64_t{q.touch.size}, q.touch.mask})
    h = (h ^ part) * 0x9e3779b97f4a7c15;
  return h ^ h >> 32;
}

const std::optional<Path>& Types::find(Type object, const Touch& touch) {
  const auto [at, fresh] = answers_.try_emplace({object.key(), touch});
  if (fresh) at->second = search(object, touch);
  return at->second;
}

std::optional<Path> Types::search(Type object, const Touch& touch) {
  const Type real = peel(object);
  if (!real || std::max(std::abs(touch.offset >> 1), std::abs(touch.stride >> 1)) > farthest) return std::nullopt;
  left_ = most_steps;
  const bool aggregate = is_aggregate(real);
  auto size = static_cast<std::int64_t>(aggregate ? layout(real).size : size_of(real));
  Touch inner = touch;
  std::string text;
  std::int64_t at = 0;
  // p[i]: the pointer's target is an array's element
  if (touch.stride != 0 && size > 0 && touch.stride % size == 0) {
    text = "[]";
    inner.offset = wrap(inner.offset, size);
    inner.stride = 0;
  } else if (!aggregate && tag(real) != DW_TAG_array_type && size > 0 && (touch.offset >= size || touch.offset < 0) &&
             touch.offset % size == 0) {
    text = "[" + std::to_string(touch.offset / size) + "]";
    at = touch.offset;
    inner.offset = 0;
  }
  auto found = descend(object, inner, 0);
  if (!found && inner.stride != 0) {
    // an index that is counted from before the array: only if one array alone fits
    inner.anywhere = true;
    found = descend(object, inner, 0);
  }
  if (!found || endless_) return std::nullopt;
  found->path.text = text + found->path.text;
  found->path.offset += at;
  return found->path;
}

bool Types::step() {
  if (left_ == 0) endless_ = true;
  return !endless_ && --left_ > 0;
}

}  // namespace unoops::debuginfo
