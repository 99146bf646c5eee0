#include "debuginfo/split_and_dwz.hpp"

#include <dwarf.h>
#include <fmt/format.h>
#include <unistd.h>

#include "debuginfo/build_id_path.hpp"

namespace unoops::debuginfo {

namespace {

// The paths are of the file's own words: they lead nowhere else than to symbols.
std::unique_ptr<ElfFile> open_first(ElfFile& main, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (!main.roots()->hold(path) || access(path.c_str(), R_OK) != 0) continue;
    auto file = ElfFile::open(path, main.shared_budget());
    if (!file) continue;
    (*file)->trust(main.roots());
    return std::move(*file);
  }
  return nullptr;
}

// A .dwo unit leans on its skeleton: addresses and (before DWARF 5) range lists stay in the main file.
Unit* join(Unit* unit, const Unit& skeleton) {
  if (!unit) return nullptr;
  unit->address_sections = skeleton.sections;
  unit->addr_base = skeleton.addr_base;
  unit->ranges_base = skeleton.ranges_base;
  unit->low_pc = skeleton.low_pc;
  return unit;
}

constexpr std::uint32_t column_info = 1, column_abbrev = 3, column_locations = 5, column_str_offsets = 6,
                        column_rnglists = 8;

}  // namespace

// The file that dwz moved to what several have in common: .gnu_debugaltlink (a path, then its build-id) or DWARF 5's
// own .debug_sup (7.3.6: version, whether this is that file, a path, the length of its checksum, the checksum).
std::unique_ptr<DwarfReader::Other> DwarfReader::Other::open_alternate(ElfFile& main) {
  const ElfSection* link = main.section(".gnu_debugaltlink");
  const ElfSection* standard = link ? nullptr : main.section(".debug_sup");
  if (!link && !standard) return nullptr;
  ByteReader in(main.bytes(link ? *link : *standard), main.big_endian());
  if (standard && (in.u16() != 5 || in.u8() != 0)) return nullptr;
  const std::string path(in.text());
  if (standard) in.uleb();
  std::string id;
  while (!in.at_end()) id += fmt::format("{:02x}", in.u8());
  const std::string directory = directory_of(main.path());
  auto file =
      open_first(main, {path.starts_with('/') ? path : directory + "/" + path, "/usr/lib/debug/" + build_id_path(id),
                        directory + "/" + path.substr(path.rfind('/') + 1),
                        "/usr/lib/debug/.dwz/" + path.substr(path.rfind('/') + 1)});
  if (!file) return nullptr;
  // In a .debug_sup of its own the file has its checksum; as often it is the build-id.
  if (link && !id.empty() && file->build_id() != id) return nullptr;
  return std::make_unique<Other>(std::move(file), false);
}

std::unique_ptr<DwarfReader::Other> DwarfReader::Other::open_package(ElfFile& main) {
  auto file = open_first(main, {main.path() + ".dwp"});
  return file ? std::make_unique<Other>(std::move(file), true) : nullptr;
}

std::unique_ptr<DwarfReader::Other> DwarfReader::Other::open_object(ElfFile& main, const Unit& skeleton) {
  const std::string name(skeleton.dwo_name), directory = directory_of(main.path());
  const std::string written = name.starts_with('/') ? name : std::string(skeleton.comp_dir) + "/" + name;
  auto file = open_first(main, {written, directory + "/" + name, directory + "/" + name.substr(name.rfind('/') + 1)});
  return file ? std::make_unique<Other>(std::move(file), true) : nullptr;
}

Unit* DwarfReader::Other::object(const Unit& skeleton) {
  for (const std::uint64_t offset : units.offsets()) {
    Unit* unit = units.at(offset);
    if (unit && unit->dwo_id == skeleton.dwo_id) return join(unit, skeleton);
  }
  return nullptr;
}

// DWARF 5, 7.3.5.3: a hash table of dwo ids, then for each unit where its part of every section begins.
Unit* DwarfReader::Other::packaged(const Unit& skeleton) {
  ByteReader in = sections.reader(DebugSection::cu_index);
  const std::uint32_t version = in.u32() & 0xffff, columns = in.u32(), count = in.u32(), slots = in.u32();
  if (in.failed() || (version != 2 && version != 5) || slots == 0 || (slots & (slots - 1)) != 0 || columns > 16)
    return nullptr;
  const std::uint64_t hashes = in.offset(), indices = hashes + 8ull * slots, table = indices + 4ull * slots;
  const std::uint64_t id = *skeleton.dwo_id, mask = slots - 1, step = (id >> 32 & mask) | 1;
  std::uint64_t slot = id & mask;
  std::uint32_t row = 0;
  for (std::uint32_t tries = 0; tries < slots && row == 0; ++tries, slot = (slot + step) & mask) {
    in.seek(indices + 4 * slot);
    const std::uint32_t index = in.u32();
    if (index == 0) return nullptr;
    in.seek(hashes + 8 * slot);
    if (in.u64() == id) row = index;
  }
  if (row == 0 || row > count) return nullptr;
  std::uint64_t info = 0, abbrev = 0, locations = 0, str_offsets = 0, rnglists = 0;
  for (std::uint32_t i = 0; i < columns; ++i) {
    in.seek(table + 4ull * i);
    const std::uint32_t column = in.u32();
    in.seek(table + 4ull * columns * row + 4ull * i);
    const std::uint32_t offset = in.u32();
    if (column == column_info)
      info = offset;
    else if (column == column_abbrev)
      abbrev = offset;
    else if (column == column_locations)
      locations = offset;
    else if (column == column_str_offsets)
      str_offsets = offset;
    else if (column == column_rnglists)
      rnglists = offset;
  }
  auto unit = in.failed() ? nullptr : Unit::parse(sections, info);
  if (!unit) return nullptr;
  unit->abbrev_offset += abbrev;
  const bool tables = unit->format.version >= 5;
  unit->str_offsets_base = str_offsets + (tables ? unit->table_header() : 0);
  unit->rnglists_base = rnglists + (tables ? unit->lists_header() : 0);
  unit->locations_at = locations;
  return join(units.add(std::move(unit)), skeleton);
}

}  // namespace unoops::debuginfo
