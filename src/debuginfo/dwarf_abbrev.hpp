// Abbreviation tables: what the bytes of a DIE mean, with the sizes worked out so that most DIEs are passed in one
// step.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/budget.hpp"
#include "debuginfo/byte_reader.hpp"

namespace unoops::debuginfo {

struct AttributeSpec {
  std::uint16_t name = 0, form = 0;
  std::int64_t implicit = 0;  // DW_FORM_implicit_const
};

// How wide a unit's words are.
struct UnitFormat {
  std::uint16_t version = 0;
  std::uint8_t address_size = 8, offset_size = 4;
  bool operator<(const UnitFormat& other) const {
    return std::tie(version, address_size, offset_size) <
           std::tie(other.version, other.address_size, other.offset_size);
  }
};

struct Abbrev {
  std::uint16_t tag = 0;
  bool children = false;
  std::uint32_t first = 0, count = 0;  // of AbbrevTable::specs
  std::int32_t fixed = -1;             // bytes of all attributes; -1: varies
  std::int32_t sibling_at = -1;        // where DW_AT_sibling stands as ref4; -1: not at a fixed place, or not there
};

class AbbrevTable {
 public:
  AbbrevTable(ByteReader, UnitFormat, Budget&);
  const Abbrev* find(std::uint64_t code) const {
    return code < rows_.size() && rows_[code].tag ? &rows_[code] : nullptr;
  }
  // Some DIE may refer to another unit or file.
  bool refers_out() const { return refers_out_; }
  std::uint64_t codes() const { return rows_.size(); }  // all of its codes are smaller
  std::size_t bytes() const { return bytes_; }          // of the table in the file
  const AttributeSpec* specs(const Abbrev& abbrev) const { return specs_.data() + abbrev.first; }

 private:
  void finish(Abbrev&, UnitFormat) const;
  std::vector<Abbrev> rows_;  // by code: compilers count from 1
  std::vector<AttributeSpec> specs_;
  bool refers_out_ = false;
  std::size_t bytes_ = 0;
};

// Bytes of a form that is always as wide; -1: it varies.
int fixed_size(std::uint16_t form, UnitFormat);

// Moves behind a value of the form. False: an unknown form, nothing behind it can be read.
bool skip_form(ByteReader&, std::uint16_t form, UnitFormat);

}  // namespace unoops::debuginfo
