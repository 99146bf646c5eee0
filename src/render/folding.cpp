#include "render/folding.hpp"

#include <algorithm>

#include "facts/frames.hpp"

namespace unoops::render {

namespace {

using enum FrameRole;

// In the order in which a frame with several roles is named.
constexpr FrameRole folded[] = {sanitizer,   report, stall,  exception, interrupt,
                                system_call, idle,   thread, boot,      FrameRole::trace};

std::string_view sanitizer_name(const Report& r) {
  return r.kind && !r.kind->detector.empty() ? r.kind->detector : "sanitizer";
}

std::string_view caption_of(const Report& r, RoleSet roles) {
  for (const FrameRole role : folded)
    if (roles.has(role)) return role == sanitizer ? sanitizer_name(r) : role_name(role);
  return {};
}

// Sleeping is what a hung task does, not why: the frames above the lock or the wait that it called.
bool only_sleeps(RoleSet roles) { return roles.has(wait) && !roles.has(lock); }

void fold_machinery(const Report& r, const Section& section, Folding& out) {
  bool leading = true;
  for (std::size_t i = 0; i < section.frames.size(); ++i) {
    const SectionFrame& f = section.frames[i];
    if (!f.frame->reliable) continue;
    const RoleSet roles = frame_roles(f.frame->ref.symbol);
    std::string_view caption = caption_of(r, roles);
    if (caption.empty() && leading && only_sleeps(roles)) caption = role_name(wait);
    if (f.culprit || f.interrupted || caption.empty()) {
      leading = false;
      continue;
    }
    out.marks[i] = {true, caption, 0, 0};
  }
}

// A trace of nothing but machinery shows where it starts; a fold of one saves nothing.
void unfold_what_saves_nothing(const Section& section, Folding& out) {
  std::size_t shown = 0, run = 0, run_at = 0;
  const auto end_run = [&] {
    if (run == 1 && shown) out.marks[run_at].hidden = false;
    run = 0;
  };
  for (std::size_t i = 0; i < section.frames.size(); ++i) {
    if (!section.frames[i].frame->reliable) continue;
    if (out.marks[i].hidden) {
      if (!run++) run_at = i;
    } else {
      end_run();
      ++shown;
    }
  }
  end_run();
  if (shown) return;
  const auto first = std::ranges::find_if(section.frames, [](const SectionFrame& f) { return f.frame->reliable; });
  if (first != section.frames.end()) out.marks[static_cast<std::size_t>(first - section.frames.begin())].hidden = false;
}

void fold_guesses(const Section& section, Folding& out) {
  out.only_guesses =
      std::ranges::none_of(section.frames, [](const SectionFrame& f) { return f.frame->reliable && !f.link_register; });
  if (out.only_guesses) return;
  for (std::size_t i = 0; i < section.frames.size(); ++i)
    if (!section.frames[i].frame->reliable && !section.frames[i].culprit) {
      out.marks[i].hidden = true;
      ++out.guesses;
    }
}

bool same_frame(const SectionFrame& a, const SectionFrame& b) {
  const SymbolRef &x = a.frame->ref, &y = b.frame->ref;
  return x.symbol == y.symbol && x.offset == y.offset && x.module == y.module && x.address == y.address;
}

std::vector<std::size_t> confirmed(const Section& section) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < section.frames.size(); ++i)
    if (section.frames[i].frame->reliable) out.push_back(i);
  return out;
}

// A recursion's frames are shown once: the shortest cycle that repeats at once, three times or more.
void fold_cycles(const Section& section, Folding& out) {
  constexpr std::size_t longest = 24, least_times = 3;
  const auto frames = confirmed(section);
  const auto same = [&](std::size_t a, std::size_t b) {
    return same_frame(section.frames[frames[a]], section.frames[frames[b]]);
  };
  for (std::size_t at = 0; at < frames.size(); ++at)
    for (std::size_t length = 1; length <= longest && at + length * least_times <= frames.size(); ++length) {
      auto end = at + length;
      while (end < frames.size() && same(end, end - length)) ++end;
      end -= (end - at) % length;
      if (end - at < length * least_times) continue;
      for (auto k = at + length; k < end; ++k)
        if (!section.frames[frames[k]].culprit) out.marks[frames[k]] = {true, "repeated", 0, 0};
      at = end - 1;
      break;
    }
}

// "... as A: 7 frames": the longest tail that a trace shares with one above it.
class Tails {
 public:
  Tails(const std::vector<Section>& sections, std::vector<Folding>& foldings)
      : sections_(sections), foldings_(foldings) {}

  void fold() {
    for (std::size_t later = 1; later < sections_.size(); ++later) fold_one(later);
  }

 private:
  // Fewer frames are no saving; more traces than this (sysrq-t) are not compared all with all.
  static constexpr std::size_t least = 3, most_sections = 16;

  void fold_one(std::size_t later) {
    std::size_t best = 0, length = 0;
    for (std::size_t earlier = 0; earlier < std::min(later, most_sections); ++earlier)
      if (const auto n = shared(earlier, later); n > length) best = earlier, length = n;
    if (length < least) return;
    const auto from = confirmed(sections_[best]), to = confirmed(sections_[later]);
    auto& start = foldings_[best].marks[from[from.size() - length]];
    if (start.hidden) return;  // only machinery is shared
    if (!start.letter) start.letter = next_letter_ <= 'Z' ? next_letter_++ : 0;
    if (!start.letter) return;
    auto& marks = foldings_[later].marks;
    marks[to[to.size() - length]].as = start.letter;
    for (std::size_t k = to.size() - length; k < to.size(); ++k) marks[to[k]].hidden = true;
  }

  std::size_t shared(std::size_t earlier, std::size_t later) const {
    const auto a = confirmed(sections_[earlier]), b = confirmed(sections_[later]);
    std::size_t n = 0;
    while (n < a.size() && n < b.size()) {
      const auto &x = sections_[earlier].frames[a[a.size() - 1 - n]], &y = sections_[later].frames[b[b.size() - 1 - n]];
      if (!same_frame(x, y) || x.culprit || y.culprit) break;  // the culprit's mark leaves no room for a letter
      ++n;
    }
    return n;
  }

  const std::vector<Section>& sections_;
  std::vector<Folding>& foldings_;
  char next_letter_ = 'A';
};

}  // namespace

std::vector<Folding> fold(const Report& report, const std::vector<Section>& sections) {
  std::vector<Folding> out(sections.size());
  for (std::size_t i = 0; i < sections.size(); ++i) {
    out[i].marks.resize(sections[i].frames.size());
    fold_guesses(sections[i], out[i]);
    if (out[i].only_guesses) continue;
    fold_machinery(report, sections[i], out[i]);
    fold_cycles(sections[i], out[i]);
    unfold_what_saves_nothing(sections[i], out[i]);
  }
  Tails(sections, out).fold();
  return out;
}

}  // namespace unoops::render
