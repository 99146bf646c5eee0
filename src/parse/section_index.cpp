#include "parse/section_index.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "base/text.hpp"
#include "grammar/frame_line.hpp"
#include "parse/common_sections.hpp"
#include "parse/header_index.hpp"
#include "parse/module_list.hpp"
#include "parse/state_sections.hpp"

namespace unoops::parse {
namespace {

// The first eight bytes as one word: most rows are told apart without a look at the text.
std::uint64_t first_word(std::string_view text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text.data(), std::min(text.size(), sizeof word));
  return word;
}

bool may_open(const Section& section) {
  return begins_dump(section.id) || is_within_dump(section.id) || section.traits.has(LineTrait::proves);
}

// All rows by the first character of what they start with.
class SectionIndex {
 public:
  SectionIndex() {
    for (const Kind* kind : kind_rows()) add(kind->sections, nullptr, kind), add(kind->shared, nullptr, kind);
    for (const Arch* arch : arch_rows()) add(arch->sections, arch, nullptr);
    // Of several that fit the one whose words say more: arm's "pc : [<" before arm64's "pc : ".
    for (auto& list : by_first_) {
      const auto arches = std::ranges::find_if(list, [](const Row& row) { return row.hit.arch != nullptr; });
      std::stable_sort(arches, list.end(), [](const Row& a, const Row& b) {
        return a.hit.section->starts.size() > b.hit.section->starts.size();
      });
    }
    for (const auto& shape : common_shapes()) first_bytes_.add(shape.section.starts);
    add(x86_sections(), nullptr, nullptr);
    for (const auto sections : {state_sections(), common_sections(), module_sections()})
      add(sections, nullptr, nullptr);
  }
  const FirstBytes& first_bytes() const { return first_bytes_; }
  Beginning beginning_of(std::string_view text) const {
    auto out = Beginning::unknown;
    each(text, [&](const Row& row) { out = row.opens ? Beginning::opening : std::max(out, Beginning::part); });
    return out;
  }
  void find(std::string_view text, std::vector<SectionHit>& out) const {
    each(text, [&](const Row& row) { out.push_back(row.hit); });
  }
  const std::vector<SectionHit>& unnamed() const { return unnamed_; }

 private:
  struct Row {
    std::uint64_t word, mask;
    SectionHit hit;
    bool opens = false;

    bool is_whole_word() const { return hit.section->starts.size() <= sizeof word; }
  };
  template <typename Use>
  void each(std::string_view text, Use use) const {
    if (!first_bytes_.may_begin(text)) return;
    const auto word = first_word(text);
    for (const auto& row : by_first_[static_cast<unsigned char>(text.front())])
      if ((word & row.mask) == row.word && (row.is_whole_word() || text.starts_with(row.hit.section->starts))) use(row);
  }
  void add(Sections sections, const Arch* arch, const Kind* kind) {
    for (const auto& section : sections) {
      const SectionHit hit{&section, arch, kind};
      const auto starts = section.starts;
      first_bytes_.add(starts);
      if (starts.empty())
        unnamed_.push_back(hit);
      else
        by_first_[static_cast<unsigned char>(starts.front())].push_back(
            {first_word(starts),
             first_word(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff").substr(0, starts.size())), hit,
             may_open(section)});
    }
  }
  FirstBytes first_bytes_;
  std::array<std::vector<Row>, 256> by_first_;
  std::vector<SectionHit> unnamed_;
};

const SectionIndex& section_index() {
  static const SectionIndex index;
  return index;
}

}  // namespace

bool begins_dump(SectionId id) {
  return id == SectionId::cpu || id == SectionId::trace_start || id == SectionId::backtrace;
}

bool is_within_dump(SectionId id) {
  return id == SectionId::pc || id == SectionId::code || id == SectionId::registers || id == SectionId::modules;
}

const FirstBytes& known_beginnings() { return section_index().first_bytes(); }

// Of the shapes only one has a first word, and none opens a report: a task's line and a row of code need one that is open.
Beginning beginning_of(std::string_view text) {
  text = trim_left(text);
  if (text.empty() || !known_beginnings().may_begin(text)) return Beginning::unknown;
  const auto found = section_index().beginning_of(text);
  if (found != Beginning::unknown) return found;
  for (const auto& shape : common_shapes())
    if (!shape.section.starts.empty() && text.starts_with(shape.section.starts) && shape.is(text))
      return Beginning::part;
  return Beginning::unknown;
}
const std::vector<SectionHit>& unnamed_rows() { return section_index().unnamed(); }

void find_sections(std::string_view text, std::vector<SectionHit>& out) {
  text = trim_left(text);
  if (text.empty()) return;
  section_index().find(text, out);
  for (const auto shapes : {common_shapes(), state_shapes()})
    for (const auto& shape : shapes)
      if (shape.is(text)) out.push_back({.section = &shape.section, .shape = &shape});
}

bool begins_known_line(std::string_view text) {
  constexpr std::size_t telling = 4;  // letters: shorter words begin many a line's rest, too
  std::vector<SectionHit> hits;
  find_sections(text, hits);
  if (std::ranges::any_of(hits, [](const SectionHit& hit) { return hit.section->starts.size() >= telling; }))
    return true;
  FrameLine frame;
  // "[#1]" stands behind a headline's words.
  const auto begins = [](const HeaderHit& hit) { return hit.at == 0 && !hit.needle().starts_with('['); };
  return read_frame(text, frame) || header_index().find(text, begins);
}

bool may_hold(const OpenReport& open, const SectionHit& hit) {
  if (hit.kind && hit.kind != open.kind) return false;
  if (hit.section->starts.empty() && hit.arch && !open.arch) return false;
  if (hit.shape && hit.shape->may_hold && !hit.shape->may_hold(open.builder)) return false;
  return !hit.arch || !open.arch || hit.arch == open.arch;
}

}  // namespace unoops::parse
