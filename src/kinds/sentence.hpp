// Sentences with gaps: "a CPU ran kernel code for {stuck-seconds|many} s[; it was in {culprit}]" (kinds/kind.hpp).
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "unoops/report.hpp"

namespace unoops::kinds {

// What happened: the sentence of the report's kind.
std::string summary_of(const Report&);

std::string fill(std::string_view sentence, const Report&);

}  // namespace unoops::kinds
