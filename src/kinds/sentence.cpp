#include "kinds/sentence.hpp"

#include <algorithm>
#include <array>

#include "facts/tried.hpp"
#include "kinds/access_words.hpp"
#include "kinds/lost_head.hpp"
#include "kinds/place.hpp"
#include "kinds/rule.hpp"
#include "report/fact_names.hpp"
#include "report/questions.hpp"

namespace unoops::kinds {
namespace {

// What the check asks: as the log prints it, or as the source has it.
std::string condition(const Report& r) {
  if (const auto printed = r.fact(fact::condition); !printed.empty()) return std::string(printed);
  const auto& check = r.site.check;
  return check && check->confidence == Confidence::certain ? check->condition : std::string();
}

// Which of the kernel's own tools that name who freed an object are not on already.
std::string freer_finders(const Report& r) {
  if (runs_kasan(r)) return {};
  return slub_tracks_users(r.kernel) ? "a kernel with KASAN" : "slub_debug=FZPU or a kernel with KASAN";
}

// The gaps that every kind has, besides those of pointers (access_words.cpp).
constexpr auto common = std::to_array<Gap>({
    {"culprit", place_name},
    {"cpu", [](const Report& r) { return r.cpu ? std::to_string(*r.cpu) : std::string(); }},
    {"task", [](const Report& r) { return r.comm; }},
    {"condition", condition},
    {"source-hint", [](const Report& r) { return std::string(r.site.check ? "" : " (--source DIR prints it)"); }},
    {"freer-finders", freer_finders},
    {"try-kasan", [](const Report& r) { return std::string(runs_kasan(r) ? "" : "a kernel with KASAN"); }},
    {"message", [](const Report& r) { return std::string(first_message(r)); }},
    {"size", [](const Report& r) { return r.fault.size ? std::to_string(*r.fault.size) : std::string(); }},
    {"access", [](const Report& r) { return std::string(access_id(r.fault.access)); }},
    {"address", [](const Report& r) { return r.fault.address ? hex(*r.fault.address) : std::string(); }},
    {"traced-exception", [](const Report& r) { return std::string(traced_exception(r)); }},
    {"its-words",
     [](const Report& r) { return std::string(traced_exception(r).empty() ? "" : "what the kernel said of it"); }},
    {"goes-on",
     [](const Report& r) { return std::string(outcome_of(r) == Outcome::went_on ? "the kernel goes on" : ""); }},
    {"end",
     [](const Report& r) {
       return std::string(r.severity == Severity::fatal ? "the machine stopped" : "it killed the task");
     }},
});

const Gap* find_gap(std::string_view name, const Kind& kind) {
  for (const auto gaps : {kind.gaps, std::span<const Gap>(common), access_gaps()})
    if (const auto at = std::ranges::find(gaps, name, &Gap::name); at != gaps.end()) return &*at;
  return nullptr;
}

const FactName* find_fact(std::string_view name) {
  const auto at = std::ranges::find(fact::all, name, &FactName::id);
  return at == std::end(fact::all) ? nullptr : at;
}

std::string gap(std::string_view name, const Report& r) {
  if (const auto* row = find_gap(name, kind_row(*r.kind))) return row->words(r);
  const auto* fact = find_fact(name);
  return fact ? std::string(r.fact(*fact)) : std::string();
}

// Until the closing mark; false in `whole` where a gap without other words was empty.
std::string fill_part(std::string_view part, const Report& r, bool& whole) {
  std::string out;
  while (!part.empty()) {
    const auto open = part.find('{');
    out += part.substr(0, open);
    if (open == std::string_view::npos) break;
    part.remove_prefix(open + 1);
    const auto close = part.find('}');
    auto name = part.substr(0, close);
    part.remove_prefix(close + 1);
    const auto bar = name.find('|');
    auto value = gap(name.substr(0, bar), r);
    if (value.empty() && bar != std::string_view::npos) value = name.substr(bar + 1);
    whole &= !value.empty();
    out += value;
  }
  return out;
}

// The first that fits; null: the kind's own sentence does.
const Wording* wording_of(const Report& r) {
  const auto& wordings = kind_row(*r.kind).wordings;
  const auto at = std::ranges::find_if(wordings, [&](const Wording& w) {
    const auto told = gap(w.told_by.empty() ? "message" : w.told_by, r);
    return !told.empty() && told.find(w.word) != std::string::npos;
  });
  return at == wordings.end() ? nullptr : &*at;
}

// `whole`: no gap outside of brackets was empty.
std::string fill_all(std::string_view sentence, const Report& r, bool& whole) {
  std::string out;
  while (!sentence.empty()) {
    const auto open = sentence.find('[');
    out += fill_part(sentence.substr(0, open), r, whole);
    if (open == std::string_view::npos) break;
    sentence.remove_prefix(open + 1);
    const auto close = sentence.find(']');
    bool told = true;
    const auto part = fill_part(sentence.substr(0, close), r, told);
    if (told) out += part;
    sentence.remove_prefix(close + 1);
  }
  return out;
}

std::string fill_whole(std::string_view sentence, const Report& r) {
  bool whole = true;
  auto out = fill_all(sentence, r, whole);
  return whole ? out : std::string();
}

}  // namespace

bool is_gap(std::string_view name, const Kind& kind) { return find_gap(name, kind) || find_fact(name); }

std::string fill(std::string_view sentence, const Report& r) {
  bool ignored = true;
  return fill_all(sentence, r, ignored);
}

std::string summary_of(const Report& r) {
  const auto* lost = lost_head_of(r);
  if (lost && !lost->sentence.empty()) return fill(lost->sentence, r);
  const auto* wording = wording_of(r);
  return fill(wording ? wording->sentence : kind_row(*r.kind).sentence, r);
}

std::string next_of(const Report& r) {
  const auto* wording = wording_of(r);
  for (const auto next : {wording ? wording->next : std::string_view(), kind_row(*r.kind).next})
    if (auto step = fill_whole(next, r); !step.empty()) return step;
  return {};
}

}  // namespace unoops::kinds
