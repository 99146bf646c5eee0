#include "kinds/rule.hpp"

#include <algorithm>

#include "report/questions.hpp"

namespace unoops::kinds {

void add_likely(Explanation& e, std::string_view rule, std::string text, std::string evidence) {
  e.findings.push_back({std::string(rule), std::move(text), std::move(evidence), Confidence::likely});
}

void add_certain(Explanation& e, std::string_view rule, std::string text, std::string evidence) {
  const auto confidence = evidence.empty() ? Confidence::likely : Confidence::certain;
  e.findings.push_back({std::string(rule), std::move(text), std::move(evidence), confidence});
}

void add_step(Explanation& e, std::string text) { e.next_steps.push_back(std::move(text)); }

std::string place_name(const Report& r) {
  const auto* frame = look_frame(r);
  return frame ? source_name(frame->ref.symbol) : std::string();
}

std::string place_or(const Report& r, std::string_view otherwise) {
  auto name = place_name(r);
  return name.empty() ? std::string(otherwise) : name;
}

std::string place_of(const Frame& frame) {
  std::string text = source_name(frame.ref.symbol);
  if (const auto* chain = std::get_if<std::vector<Location>>(&frame.lookup); chain && !chain->empty()) {
    const auto own = std::ranges::find_if(*chain, [](const Location& at) { return !is_kernel_header(at.file); });
    const auto& at = own == chain->end() ? chain->front() : *own;
    text += ", " + at.file.substr(at.file.rfind('/') + 1) + ":" + std::to_string(at.line);
  }
  if (!frame.ref.module.empty()) text += " [" + frame.ref.module + "]";
  return text;
}

RoleSet roles_of(const Frame& frame) {
  const auto roles = frame_roles(frame.ref.symbol);
  const bool by_name_alone = !frame.ref.module.empty() && roles.has(FrameRole::allocator | FrameRole::sanitizer);
  return by_name_alone ? RoleSet() : roles;
}

const Frame* first_frame(const Stack& stack, RoleSet noise) {
  const auto at = std::ranges::find_if(
      stack.frames, [&](const Frame& f) { return f.reliable && !f.ref.symbol.empty() && !roles_of(f).has(noise); });
  return at == stack.frames.end() ? nullptr : &*at;
}

}  // namespace unoops::kinds
