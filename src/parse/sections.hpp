// Lines that every kind of report may hold, on every architecture.
#pragma once

#include <string_view>
#include <vector>

#include "grammar/draft.hpp"

namespace unoops {

Sections common_sections();

// One way to read a line. Frames are not told by their first word: read_frame does.
struct SectionHit {
  const Section* section = nullptr;
  const Arch* arch = nullptr;  // whose line it is; null: anybody's
  const Kind* kind = nullptr;  // which reports' line it is; null: anybody's
};

// Every section that a line may be, whatever report it belongs to: of the kinds, of the architectures, the common ones.
void find_sections(std::string_view text, std::vector<SectionHit>& out);
// May this report hold it? Rows that start with nothing continue a section of a known architecture.
bool may_hold(const Draft&, const SectionHit&);

// The rest of a module list that was broken at some 1,000 characters (v6.1 kernel/module/main.c print_modules).
bool looks_like_modules(std::string_view text);
void read_more_modules(std::string_view text, Draft&);

}  // namespace unoops
