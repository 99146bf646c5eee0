// Finds the sections that a line may be, by the words that it starts with or by its shape.
#pragma once

#include <string_view>
#include <vector>

#include "base/first_bytes.hpp"
#include "base/rooms.hpp"
#include "input/plain_line.hpp"
#include "parse/open_report.hpp"
#include "parse/shape.hpp"

namespace unoops::parse {

// One way to read a line.
struct SectionHit {
  const Section* section = nullptr;  // null: a frame, which has no first word (grammar/frame_line)
  const Arch* arch = nullptr;        // whose line it is; null: anybody's
  const Kind* kind = nullptr;        // which reports' line it is; null: anybody's
  const Shape* shape = nullptr;      // what it was known by; null: by its first words

  SectionId id() const { return section ? section->id : SectionId::frame; }
};

// Every section that a line may be by its words or its shape (these stand last), whatever report it belongs to: of the
// kinds, of the architectures, the common ones.
void find_sections(std::string_view text, std::vector<SectionHit>& out);
// Rows that start with nothing: a line of any text may be one, in a report of their kind or architecture.
const std::vector<SectionHit>& unnamed_rows();
// Does a line of some report begin so, by its first words or as a frame?
bool begins_known_line(std::string_view text);
// The lines with which a dump begins, and those behind them, if the log begins there: who has no header may open with them.
bool begins_dump(SectionId);
bool is_within_dump(SectionId);
Beginning beginning_of(std::string_view text);
// Of all texts whose beginning is known, and of a few others.
const FirstBytes& known_beginnings();
// May this report hold it? Rows that start with nothing continue a section of a known architecture.
bool may_hold(const OpenReport&, const SectionHit&);

}  // namespace unoops::parse
