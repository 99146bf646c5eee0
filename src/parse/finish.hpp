// The last look at a report: its kind, culprit, title, signature, and what about it can't be trusted.
#pragma once

#include <string>
#include <string_view>

#include "base/rooms.hpp"
#include "parse/open_report.hpp"

namespace unoops::parse {

void finish(OpenReport&);

// Of kind and culprit; where there is none, of the title's words without its numbers.
std::string signature_of(const Report&, std::string_view culprit);

}  // namespace unoops::parse
