// The rooms' namespaces, each with the names that it may use without a prefix: those of the rooms that it may include.
// tests/layers/layers.py holds this list to its table.
#pragma once

namespace unoops {

namespace base {}

namespace report {
using namespace base;
}
namespace grammar {
using namespace base;
using namespace report;
}  // namespace grammar
namespace facts {
using namespace base;
using namespace report;
}  // namespace facts
namespace known_bugs {
using namespace base;
using namespace report;
using namespace facts;
}  // namespace known_bugs
namespace machine {
using namespace base;
}
namespace arch {
using namespace base;
using namespace report;
using namespace grammar;
using namespace facts;
using namespace machine;
}  // namespace arch
namespace kinds {
using namespace base;
using namespace report;
using namespace grammar;
using namespace facts;
}  // namespace kinds
namespace debuginfo {
using namespace base;
using namespace machine;
using namespace arch;
}  // namespace debuginfo
namespace memory {
using namespace base;
using namespace arch;
}  // namespace memory
namespace input {
using namespace base;
using namespace memory;
using namespace grammar;
}  // namespace input
namespace parse {
using namespace base;
using namespace report;
using namespace grammar;
using namespace facts;
using namespace arch;
using namespace kinds;
using namespace input;
}  // namespace parse
namespace scan {
using namespace base;
using namespace facts;
using namespace kinds;
using namespace input;
using namespace parse;
}  // namespace scan
namespace symbols {
using namespace base;
using namespace report;
using namespace arch;
using namespace debuginfo;
}  // namespace symbols
namespace state {
using namespace base;
using namespace report;
using namespace facts;
using namespace arch;
using namespace debuginfo;
using namespace memory;
using namespace symbols;
}  // namespace state
namespace source {
using namespace base;
using namespace report;
}  // namespace source
namespace inspect {
using namespace base;
using namespace report;
using namespace facts;
using namespace arch;
using namespace machine;
using namespace debuginfo;
using namespace symbols;
}  // namespace inspect
namespace explain {
using namespace base;
using namespace report;
using namespace facts;
using namespace arch;
using namespace kinds;
}  // namespace explain
namespace render {
using namespace base;
using namespace report;
using namespace facts;
}  // namespace render
namespace decode {
using namespace base;
using namespace report;
using namespace memory;
using namespace input;
using namespace parse;
using namespace scan;
using namespace symbols;
using namespace state;
using namespace inspect;
using namespace explain;
using namespace source;
using namespace known_bugs;
}  // namespace decode
namespace cli {
using namespace base;
}

}  // namespace unoops
