#include "parse/trace.hpp"

#include <fmt/core.h>

#include "base/printable.hpp"

namespace unoops::parse {

// Everything passes here: what is quoted from a log must not reach a terminal as it stands.
void Trace::say(std::string_view what) const { sink_(clean(what)); }

void Trace::took(const LogLine& line, const OpenReport& open, std::string_view why) const {
  say(fmt::format("line {} → report {} ({})", line.number, open.serial, why));
}

void Trace::at(const LogLine& line, std::string_view what) const { say(fmt::format("line {}: {}", line.number, what)); }

void Trace::of(const OpenReport& open, std::string_view what) const {
  say(fmt::format("report {} {}", open.serial, what));
}

std::string_view words_of(SectionId id) {
  switch (id) {
    case SectionId::detail:
      return "detail";
    case SectionId::die:
      return "die";
    case SectionId::cpu:
      return "CPU";
    case SectionId::task_info:
      return "task";
    case SectionId::pc:
      return "pc";
    case SectionId::code:
      return "code";
    case SectionId::registers:
      return "registers";
    case SectionId::trace_start:
      return "trace start";
    case SectionId::trace_mark:
      return "trace mark";
    case SectionId::frame:
      return "frame";
    case SectionId::stack_label:
      return "stack label";
    case SectionId::modules:
      return "modules";
    case SectionId::modules_more:
      return "more modules";
    case SectionId::end_mark:
      return "end mark";
    case SectionId::locks:
      return "locks";
    case SectionId::backtrace:
      return "backtrace";
    case SectionId::trailer:
      return "trailer";
    case SectionId::text:
      return "text";
  }
  return "";
}

}  // namespace unoops::parse
