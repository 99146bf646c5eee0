#include <algorithm>
#include <array>

#include "arch/arch.hpp"
#include "base/text.hpp"
#include "kinds/kind.hpp"
#include "parse/module_list.hpp"
#include "parse/sections.hpp"

namespace unoops {
namespace {

// All rows by the first character of what they start with.
class SectionIndex {
 public:
  SectionIndex() {
    for (const Kind* kind : kind_rows()) add(kind->sections, nullptr, kind), add(kind->shared, nullptr, kind);
    for (const Arch* arch : arch_rows()) add(arch->sections, arch, nullptr);
    // Of several that fit the one whose words say more: arm's "pc : [<" before arm64's "pc : ".
    for (auto& list : by_first_) {
      const auto arches = std::ranges::find_if(list, [](const SectionHit& h) { return h.arch != nullptr; });
      std::stable_sort(arches, list.end(), [](const SectionHit& a, const SectionHit& b) {
        return a.section->starts.size() > b.section->starts.size();
      });
    }
    add(x86_sections(), nullptr, nullptr);
    for (const auto sections : {state_sections(), common_sections(), module_sections()})
      add(sections, nullptr, nullptr);
  }
  void find(std::string_view text, std::vector<SectionHit>& out) const {
    for (const auto& hit : by_first_[static_cast<unsigned char>(text.front())])
      if (text.starts_with(hit.section->starts)) out.push_back(hit);
    out.insert(out.end(), continuing_.begin(), continuing_.end());
  }

 private:
  void add(Sections sections, const Arch* arch, const Kind* kind) {
    for (const auto& section : sections) {
      auto& list = section.starts.empty() ? continuing_ : by_first_[static_cast<unsigned char>(section.starts.front())];
      list.push_back({&section, arch, kind});
    }
  }
  std::array<std::vector<SectionHit>, 256> by_first_;
  std::vector<SectionHit> continuing_;
};

}  // namespace

void find_sections(std::string_view text, std::vector<SectionHit>& out) {
  static const SectionIndex index;
  text = trim_left(text);
  if (text.empty()) return;
  index.find(text, out);
  for (const auto shapes : {common_shapes(), state_shapes()})
    for (const auto& shape : shapes)
      if (shape.is(text)) out.push_back({.section = &shape.section, .shape = &shape});
}

bool may_hold(const Draft& draft, const SectionHit& hit) {
  if (hit.kind && hit.kind != draft.kind) return false;
  if (hit.section->starts.empty() && hit.arch && !draft.arch) return false;
  if (hit.shape && hit.shape->may_hold && !hit.shape->may_hold(draft)) return false;
  return !hit.arch || !draft.arch || hit.arch == draft.arch;
}

}  // namespace unoops
