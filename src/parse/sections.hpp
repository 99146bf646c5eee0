// Lines that every kind of report may hold, on every architecture.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "grammar/report_builder.hpp"

namespace unoops::parse {

Sections state_sections();   // who ran, and the code at the pc
Sections common_sections();  // traces, locks, what follows the end

// Lines that begin with no fixed word, told by their shape.
struct Shape {
  Section section;
  bool (*is)(std::string_view text);
  bool (*may_hold)(const ReportBuilder&) = nullptr;  // null: every report
};
std::span<const Shape> state_shapes();
std::span<const Shape> common_shapes();

// The line is told as a message.
bool message_line(Scanner, ReportBuilder&);

// One way to read a line. Frames are not told by their first word: read_frame does.
struct SectionHit {
  const Section* section = nullptr;
  const Arch* arch = nullptr;  // whose line it is; null: anybody's
  const Kind* kind = nullptr;  // which reports' line it is; null: anybody's
  const Shape* shape = nullptr;
};

// Every section that a line may be, whatever report it belongs to: of the kinds, of the architectures, the common ones.
void find_sections(std::string_view text, std::vector<SectionHit>& out);
// May this report hold it? Rows that start with nothing continue a section of a known architecture.
bool may_hold(const ReportBuilder&, const SectionHit&);

}  // namespace unoops::parse
