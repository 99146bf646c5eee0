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
  const Arch* arch = nullptr;      // whose line it is
};

// Every section that a line may be: of the draft's kind, then of its architecture (of all, while it is not known), then the
// common ones. Rows that start with nothing continue a section of a known architecture.
void find_sections(std::string_view text, const Draft&, std::vector<SectionHit>& out);

// The rest of a module list that was broken at some 1,000 characters (v6.1 kernel/module/main.c print_modules).
bool looks_like_modules(std::string_view text);
void read_more_modules(std::string_view text, Draft&);

}  // namespace unoops
