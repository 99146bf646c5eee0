// Trouble that came before: a sentence for each device.
#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "facts/troubles.hpp"
#include "render/view.hpp"

namespace unoops::render {

namespace {

// All that befell one device, or one driver.
struct Befallen {
  const Trouble* first;
  std::string whole;                                             // "nvme0" of "nvme0n1p2"
  std::vector<std::pair<std::string_view, std::uint64_t>> what;  // and how often
  std::uint64_t line_last;
};

// "0000:00:1f.6 eno1": people know the name better than the bus address.
std::string whole_of(std::string_view subject) {
  return std::string(whole_device(subject.substr(subject.rfind(' ') + 1)));
}

std::vector<Befallen> by_device(const Report& r) {
  std::vector<Befallen> out;
  for (const auto& trouble : r.before) {
    const auto whole = whole_of(trouble.subject);
    auto same = std::ranges::find_if(
        out, [&](const Befallen& one) { return one.whole == whole && one.first->bearing == trouble.bearing; });
    if (same == out.end()) same = out.insert(out.end(), {&trouble, whole, {}, trouble.line_last});
    const auto again = std::ranges::find(same->what, trouble.what, [](const auto& one) { return one.first; });
    if (again == same->what.end())
      same->what.emplace_back(trouble.what, trouble.count);
    else
      again->second += trouble.count;
    same->line_last = std::max(same->line_last, trouble.line_last);
  }
  std::ranges::stable_sort(out, {}, [](const Befallen& one) { return one.first->bearing; });
  return out;
}

// "controller down, I/O error (12 times)"
std::string all_of_it(const Befallen& one) {
  std::string out;
  for (const auto& [what, count] : one.what) {
    out += (out.empty() ? "" : ", ") + clean(what);
    if (count > 1) out += fmt::format(" ({} times)", count);
  }
  return out;
}

std::string_view why(const Befallen& one) {
  switch (one.first->bearing) {
    case Bearing::device:
      return "which this report names";
    case Bearing::driver:
      return one.first->subject.find(' ') == std::string::npos ? "which is on its trace"
                                                               : "whose driver is on its trace";
    case Bearing::file_system:
      return "whose kind of file system is on its trace";
    case Bearing::time:
      return "by time alone";
  }
  return "";
}

std::string sentence(const Report& r, const Befallen& one) {
  const auto& first = *one.first;
  std::string when = lines_text(first.line_first, one.line_last);
  if (r.time_us && first.time_us && *r.time_us > *first.time_us)
    when = time_text(*r.time_us - *first.time_us) + " before, " + when;
  const auto subject = clean(first.bearing == Bearing::driver ? first.subject : one.whole);
  const auto tie = why(one);
  const auto whom = subject.empty() ? std::string(tie) : subject + ", " + std::string(tie);
  return fmt::format("{}: {} ({})", whom, all_of_it(one), when);
}

}  // namespace

Statement before(const Report& r) {
  constexpr std::size_t most = 4;
  Statement out{"Before", {}, ""};
  const auto all = by_device(r);
  for (const auto& one : all)
    if (out.sentences.size() < most) out.sentences.push_back(sentence(r, one));
  if (all.size() > most)
    out.sentences.push_back(fmt::format("and {} more; JSON's \"before\" has all", all.size() - most));
  return out;
}

}  // namespace unoops::render
