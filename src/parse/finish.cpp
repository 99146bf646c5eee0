#include "parse/finish.hpp"

#include <algorithm>
#include <cstdio>

#include "arch/arch.hpp"
#include "base/text.hpp"
#include "kinds/kind.hpp"
#include "parse/culprit.hpp"
#include "parse/doubts.hpp"

namespace unoops::parse {
namespace {

void refine(Draft& d) {
  for (const Kind* kind : kind_rows())
    if (kind->refines == d.kind && kind->claims && kind->claims(d.report)) {
      d.kind = kind;
      return;
    }
}

std::string title_of(const Draft& d, std::string_view culprit) {
  if (culprit.empty()) culprit = "corrupted";
  if (d.kind->title_of) return d.kind->title_of(d.report, culprit);
  if (d.kind->culprit.from == Culprit::From::none) return std::string(d.kind->title);
  return std::string(d.kind->title) + " in " + std::string(culprit);
}

// FNV-1a, 64 bits: stable over builds and machines.
std::uint64_t fnv(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) {
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3;
  return hash;
}

// Kind and culprit; where there is none, the title's words without its numbers.
std::string signature_of(const Draft& d, std::string_view culprit) {
  auto hash = fnv(d.kind->info.id);
  hash = fnv("\n", hash);
  if (!culprit.empty()) {
    hash = fnv(culprit, hash);
  } else {
    for (const char c : d.report.title)
      if (!is_digit(c)) hash = fnv({&c, 1}, hash);
  }
  char text[24];
  std::snprintf(text, sizeof text, "1:%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace

void finish(Draft& d) {
  auto& r = d.report;
  refine(d);
  r.kind = &d.kind->info;
  r.severity = r.panic ? Severity::fatal : r.kind->severity;
  r.arch = d.arch ? &d.arch->info : nullptr;
  if (d.arch && d.arch->decode_fault) d.arch->decode_fault(r);
  const auto culprit = find_culprit(r, d.kind->culprit);
  r.title = title_of(d, culprit);
  r.signature = signature_of(d, culprit);
  judge(d, culprit);
  std::erase_if(r.stacks, [](const Stack& s) { return s.frames.empty(); });
}

}  // namespace unoops::parse
