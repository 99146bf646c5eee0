#include "parse/finish.hpp"

#include <algorithm>
#include <cstdio>

#include "arch/arch.hpp"
#include "arch/interrupts.hpp"
#include "base/text.hpp"
#include "kinds/kind.hpp"
#include "kinds/lost_head.hpp"
#include "parse/completeness.hpp"
#include "parse/culprit.hpp"
#include "parse/link_register.hpp"
#include "parse/settle.hpp"
#include "report/fact_names.hpp"

namespace unoops::parse {
namespace {

void refine(OpenReport& open) {
  for (const Kind* kind : kind_rows())
    if (kind->refines == open.kind && kind->claims && kind->claims(open.report())) {
      open.kind = kind;
      return;
    }
}

// The function that the headline names, whatever it is: better than none.
std::string function_in_headline(const OpenReport& open) {
  if (open.kind->culprit.from != Culprit::From::headline) return {};
  for (const auto& stack : open.report().stacks)
    if (stack.occurrence == Occurrence::headline && !stack.frames.empty())
      return culprit_name(stack.frames.front().ref.symbol);
  return {};
}

std::string title_of(const OpenReport& open, std::string_view culprit) {
  const auto* lost = lost_head_of(open.report());
  if (lost && !lost->title.empty())
    return std::string(lost->title) + (culprit.empty() ? "" : " in " + std::string(culprit));
  const auto named = culprit.empty() ? function_in_headline(open) : std::string(culprit);
  const auto place = open.report().fact(fact::place);
  const auto where = !named.empty() ? std::string_view(named) : !place.empty() ? place : "corrupted";
  if (open.kind->title_of) return open.kind->title_of(open.report(), where);
  if (open.kind->culprit.from == Culprit::From::none) return std::string(open.kind->title);
  return std::string(open.kind->title) + (named.empty() && !place.empty() ? " at " : " in ") + std::string(where);
}

// FNV-1a, 64 bits: stable over builds and machines.
std::uint64_t fnv(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) {
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3;
  return hash;
}

}  // namespace

std::string signature_of(const Report& r, std::string_view culprit) {
  auto hash = fnv(r.kind->id);
  hash = fnv("\n", hash);
  if (!culprit.empty()) {
    hash = fnv(culprit, hash);
  } else {
    for (const char c : r.title)
      if (!is_digit(c)) hash = fnv({&c, 1}, hash);
  }
  char text[24];
  std::snprintf(text, sizeof text, "1:%016llx", static_cast<unsigned long long>(hash));
  return text;
}

void finish(OpenReport& open) {
  auto& r = open.report();
  settle_by_rest(open);
  refine(open);
  r.kind = &open.kind->info;
  r.severity = r.panic ? Severity::fatal : r.kind->severity;
  if (open.arch && open.arch->decode_fault) open.arch->decode_fault(r);
  if (const auto interrupts = interrupts_of(r)) {
    r.fault.interrupts_on = interrupts->on;
    r.fault.interrupts_told_by = interrupts->evidence;
  }
  name_link(r);
  const auto culprit = find_culprit(r, open.kind->culprit);
  r.title = title_of(open, culprit);
  r.signature = signature_of(r, culprit);
  check_completeness(open, culprit);
  std::erase_if(r.stacks, [](const Stack& s) { return s.frames.empty(); });
}

}  // namespace unoops::parse
