// Sentences with gaps: "a CPU ran kernel code for {stuck-seconds|many} s[; it was in {culprit}]".
#pragma once

#include <string>
#include <string_view>

#include "unoops/report.hpp"

namespace unoops {

// {name} is a fact of the report, or one of its own: culprit (the function), cpu, task, message (the first of the
// kind's lines), size, access, address. {name|words}: words where it is missing. [...]: left out where a gap within it
// has nothing to say.
std::string fill(std::string_view sentence, const Report&);

// What the kernel's first message says, without the name of the report and its rulers.
std::string_view first_message(const Report&);

}  // namespace unoops
