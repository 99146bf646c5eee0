#include "debuginfo/dwarf_reader.hpp"

#include <dwarf.h>

#include <algorithm>

#include "debuginfo/demangle.hpp"
#include "debuginfo/split_and_dwz.hpp"

namespace unoops::debuginfo {

namespace {

// An abstract origin may have an origin or a specification; more steps than this is a loop in a damaged file.
constexpr int most_references = 8;
// Inlining is a tree of calls within one function; gcc and clang stop far below this.
constexpr std::size_t most_levels = 256;
// Rust's longest names, with all their type arguments, have some 2,000 characters.
constexpr std::size_t longest_name = 4096;

}  // namespace

DwarfReader::DwarfReader(ElfFile& elf, Relocator& relocator)
    : elf_(elf), relocator_(relocator), sections_(elf, relocator), units_(sections_), map_(units_) {}

DwarfReader::~DwarfReader() = default;

UnitTable* DwarfReader::alternate() {
  if (!alternate_tried_) {
    alternate_tried_ = true;
    alternate_ = Other::open_alternate(elf_);
    if (alternate_) units_.alternate = &alternate_->sections;
  }
  return alternate_ ? &alternate_->units : nullptr;
}

ElfFile* DwarfReader::alternate_file() {
  alternate();
  return alternate_ ? alternate_->elf.get() : nullptr;
}

void DwarfReader::open_split(Visited& visited) {
  Unit& skeleton = *visited.skeleton;
  visited.unit = &skeleton;
  visited.table = &units_;
  if (skeleton.dwo_name.empty() || !skeleton.dwo_id) return;
  if (!package_tried_) {
    package_tried_ = true;
    package_ = Other::open_package(elf_);
  }
  Other* other = package_.get();
  Unit* unit = other ? other->packaged(skeleton) : nullptr;
  if (!unit) {
    auto object = Other::open_object(elf_, skeleton);
    if (!object) return;
    split_.push_back(std::move(object));
    other = split_.back().get();
    unit = other->object(skeleton);
  }
  if (!unit) return;
  visited.unit = unit;
  visited.table = &other->units;
}

const Unit* DwarfReader::split_unit(Unit& skeleton) {
  const Unit* unit = visit(skeleton)->unit;
  return unit == &skeleton ? nullptr : unit;
}

DwarfReader::Visited* DwarfReader::visit(Unit& skeleton) {
  auto& slot = visited_[skeleton.begin];
  if (slot) return slot.get();
  slot = std::make_unique<Visited>();
  slot->skeleton = &skeleton;
  alternate();
  skeleton.alternate = units_.alternate;
  skeleton.ready();
  open_split(*slot);
  if (skeleton.line_offset)
    if (auto lines = LineProgram::parse(sections_, *skeleton.line_offset, skeleton.format, skeleton.comp_dir))
      slot->lines = std::make_unique<LineProgram>(std::move(*lines));
  read_functions(*slot);
  return slot.get();
}

// Reads a subprogram's ranges; gives back the offset to go on at: its sibling, or its first child.
std::uint64_t DwarfReader::walk_function(Visited& visited, const Die& die) {
  const Unit& unit = *visited.unit;
  Unit::RangeBuilder builder;
  std::uint64_t sibling = 0;
  unit.attributes(die, [&](const Attribute& a) {
    builder.see(unit, a);
    if (a.name == DW_AT_sibling) sibling = unit.reference(a).value_or(DieReference{}).offset;
  });
  if (builder.low || builder.list)
    for (const AddressRange& range : unit.finish(builder)) {
      if (!sections_.budget().keep(sizeof(Function))) break;
      visited.functions.push_back({range.low, range.high, die.offset});
    }
  return sibling > die.attributes ? sibling : 0;
}

void DwarfReader::read_functions(Visited& visited) {
  const Unit& unit = *visited.unit;
  const auto root = unit.die(unit.root);
  if (!root || !root->abbrev->children) return;
  const bool nested = nests_code(unit.language);
  // Depth of the DIE at `at`; below `hidden` nothing is looked at (the inside of a function without DW_AT_sibling).
  int depth = 1, hidden = INT32_MAX;
  std::uint64_t at = unit.behind(*root);
  while (at < unit.end && depth > 0) {
    ByteReader in = unit.reader(at);
    if (in.u8() == 0) {
      ++at;
      if (--depth <= hidden) hidden = INT32_MAX;
      continue;
    }
    const auto die = unit.die(at);
    if (!die) break;
    const std::uint16_t tag = die->tag();
    std::uint64_t next = 0;
    if (tag == DW_TAG_subprogram && depth <= hidden) {
      next = walk_function(visited, *die);
      if (next == 0 && die->abbrev->children) hidden = std::min(hidden, depth);
    } else if (die->abbrev->children && die->abbrev->sibling_at >= 0 &&
               !(tag == DW_TAG_namespace || tag == DW_TAG_module || (nested && tag != DW_TAG_lexical_block))) {
      ByteReader sibling = unit.reader(die->attributes + static_cast<std::uint64_t>(die->abbrev->sibling_at));
      next = unit.begin + sibling.u32();
      if (next <= at) next = 0;
    }
    if (next == 0) {
      next = unit.behind(*die);
      if (die->abbrev->children) ++depth;
    }
    at = next;
  }
  std::sort(visited.functions.begin(), visited.functions.end());
}

std::uint64_t DwarfReader::find_function(const Visited& visited, std::uint64_t address) const {
  auto at = std::upper_bound(visited.functions.begin(), visited.functions.end(), Function{address, 0, 0});
  for (int steps = 0; at != visited.functions.begin() && steps < 16; ++steps)
    if ((--at)->high > address) return at->die;
  return 0;
}

std::string DwarfReader::name_of(UnitTable& table, Unit& unit, std::uint64_t offset) {
  UnitTable* where = &table;
  Unit* home = &unit;
  std::string_view plain, linkage;
  for (int step = 0; step < most_references; ++step) {
    const auto die = home->die(offset);
    if (!die) break;
    std::optional<DieReference> next;
    home->attributes(*die, [&](const Attribute& a) {
      if (a.name == DW_AT_name && plain.empty())
        plain = home->text(a);
      else if ((a.name == DW_AT_linkage_name || a.name == DW_AT_MIPS_linkage_name) && linkage.empty())
        linkage = home->text(a);
      else if (a.name == DW_AT_abstract_origin || a.name == DW_AT_specification)
        next = home->reference(a);
    });
    const bool wants_linkage = nests_code(home->language);
    if (!next || (!plain.empty() && (!wants_linkage || !linkage.empty()))) break;
    if (next->alternate) where = alternate();
    if (!where) break;
    if (next->alternate || next->offset < home->begin || next->offset >= home->end) home = where->holding(next->offset);
    if (!home) break;
    home->ready();
    offset = next->offset;
  }
  if (plain.size() > longest_name) plain = {};
  if (linkage.size() > longest_name) linkage = {};
  if (linkage.starts_with("_R") || linkage.starts_with("_Z")) return demangle(linkage);
  return std::string(plain.empty() ? linkage : plain);
}

DwarfReader::Level DwarfReader::level(Visited& visited, const Die& die) {
  Level out;
  out.inlined = die.tag() == DW_TAG_inlined_subroutine;
  out.name = name_of(*visited.table, *visited.unit, die.offset);
  visited.unit->attributes(die, [&](const Attribute& a) {
    if (a.name == DW_AT_call_file)
      out.call_file = visited.unit->number(a).value_or(0);
    else if (a.name == DW_AT_call_line)
      out.call_line = static_cast<unsigned>(visited.unit->number(a).value_or(0));
    else if (a.name == DW_AT_call_column)
      out.call_column = static_cast<unsigned>(visited.unit->number(a).value_or(0));
  });
  return out;
}

// Looks among the children that begin at `at` for the block or inlined function that holds the address; moves `at` to
// that one's children.
bool DwarfReader::descend(Visited& visited, std::uint64_t& at, std::uint64_t address, std::vector<Level>& out) {
  const Unit& unit = *visited.unit;
  int depth = 0;
  while (at < unit.end) {
    const auto die = unit.die(at);
    if (!die) {
      ++at;  // the null that ends a list of siblings
      if (--depth < 0) return false;
      continue;
    }
    const std::uint16_t tag = die->tag();
    std::uint64_t sibling = 0;
    if (depth == 0 && (tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block)) {
      Unit::RangeBuilder builder;
      unit.attributes(*die, [&](const Attribute& a) {
        builder.see(unit, a);
        if (a.name == DW_AT_sibling) sibling = unit.reference(a).value_or(DieReference{}).offset;
      });
      if (unit.contains(builder, address)) {
        if (tag == DW_TAG_inlined_subroutine) out.push_back(level(visited, *die));
        at = unit.behind(*die);
        return die->abbrev->children && out.size() < most_levels;
      }
    } else if (die->abbrev->children && die->abbrev->sibling_at >= 0) {
      ByteReader reader = unit.reader(die->attributes + static_cast<std::uint64_t>(die->abbrev->sibling_at));
      sibling = unit.begin + reader.u32();
    }
    if (die->abbrev->children && sibling > at) {
      at = sibling;
      continue;
    }
    at = unit.behind(*die);
    if (die->abbrev->children) ++depth;
  }
  return false;
}

std::vector<DwarfReader::Level> DwarfReader::levels(Visited& visited, std::uint64_t address) {
  std::vector<Level> out;
  const std::uint64_t function = find_function(visited, address);
  const auto die = function ? visited.unit->die(function) : std::nullopt;
  if (!die) return out;
  out.push_back(level(visited, *die));
  std::uint64_t at = visited.unit->behind(*die);
  if (!die->abbrev->children) return out;
  while (descend(visited, at, address, out)) {
  }
  return out;
}

std::vector<Location> DwarfReader::locate(std::uint64_t address) {
  std::vector<Location> chain;
  if (sections_.budget().spent()) return chain;
  Unit* unit = map_.find(address);
  Visited* visited = unit ? visit(*unit) : nullptr;
  if (!visited || !visited->lines) return chain;
  const auto row = visited->lines->find(address);
  Location place;
  if (row)
    place = {"", visited->lines->path(row->file), static_cast<unsigned>(row->line), static_cast<unsigned>(row->column),
             false};
  // A function's first bytes may lie before its first row; where they are an inlined function's, its call has a line.
  bool known = row.has_value();
  const std::vector<Level> outermost_first = levels(*visited, address);
  for (auto level = outermost_first.rbegin(); level != outermost_first.rend(); ++level) {
    place.function = level->name;
    place.inlined = level->inlined;
    if (known) chain.push_back(place);
    known = true;
    place = {"", visited->lines->path(level->call_file), level->call_line, level->call_column, false};
  }
  if (row && chain.empty()) chain.push_back(place);
  if (sections_.budget().spent()) chain.clear();
  return chain;
}

}  // namespace unoops::debuginfo
