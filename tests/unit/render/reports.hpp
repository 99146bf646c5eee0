// Reports made by hand: one of each shape that a renderer must cope with.
#pragma once

#include <string>
#include <vector>

#include "unoops/report.hpp"

namespace unoops::test {

Frame frame(std::string symbol, std::uint64_t offset, std::uint64_t size, std::string module = "");
Frame guessed(Frame);                                                         // a '?' entry
Frame at(Frame, std::string file, unsigned line);                             // resolved
Frame inlined(Frame, std::string function, std::string file, unsigned line);  // one level more, innermost first

Report oops();        // NULL write in a timer on an idle CPU, panicked, all symbols found
Report kasan();       // use after free with three stacks that share a tail
Report warning();     // no symbols, no registers
Report hung_task();   // arm64
Report lockdep();     // many messages
Report oom();         // a notice
Report bare_panic();  // nothing but a reason
Report hostile();     // bytes that are no UTF-8, escapes, markup, huge numbers

std::vector<Report> all_reports();

}  // namespace unoops::test
