// The line program of one unit, run for one address at a time: that costs less than keeping its rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/dwarf_unit.hpp"

namespace unoops::debuginfo {

struct LineRow {
  std::uint64_t address = 0, file = 1, line = 1, column = 0;
};

class LineProgram {
 public:
  // Reads the header at an offset of .debug_line; nullopt: damaged or unknown.
  static std::optional<LineProgram> parse(DwarfSections&, std::uint64_t offset, UnitFormat, std::string_view comp_dir);

  std::optional<LineRow> find(std::uint64_t address) const;
  // The file's path as people know it (source_path.hpp); empty: no such file.
  std::string path(std::uint64_t file) const;

 private:
  struct File {
    std::string_view name;
    std::uint64_t directory = 0;
  };
  bool read_header(DwarfSections&, ByteReader&);
  void read_old_tables(ByteReader&);
  bool read_tables(DwarfSections&, ByteReader&);
  bool read_table(DwarfSections&, ByteReader&, bool files);
  bool extended(ByteReader&, LineRow&, bool& in_sequence) const;
  void standard(ByteReader&, std::uint8_t opcode, LineRow&) const;

  DwarfSections* sections_ = nullptr;
  UnitFormat format_;
  std::uint64_t program_ = 0, end_ = 0;
  std::uint8_t minimum_length_ = 1, line_range_ = 1, opcode_base_ = 1;
  std::int8_t line_base_ = 0;
  std::vector<std::uint8_t> lengths_;
  std::string_view comp_dir_;
  std::vector<std::string_view> directories_;
  std::vector<File> files_;
};

}  // namespace unoops::debuginfo
