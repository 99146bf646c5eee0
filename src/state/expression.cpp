#include "state/expression.hpp"

#include <algorithm>
#include <charconv>

#include "debuginfo/type_shape.hpp"

namespace unoops::state {
namespace {

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

std::size_t name_length(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_name) - text.begin());
}

std::optional<std::uint64_t> pointer_in(Target& target, const ValuePlace& place) {
  if (place.address) return target.memory().number(*place.address);
  if (place.bytes.size() != 8) return std::nullopt;
  return little64(place.bytes, 0);
}

}  // namespace

std::optional<Expression> Expression::of(std::string_view text) {
  Expression out;
  out.text_ = text;
  auto at = name_length(text);
  if (at == 0) return std::nullopt;
  out.root_ = text.substr(0, at);
  while (at < text.size()) {
    Step step{Step::Kind::dot, {}};
    const auto rest = text.substr(at);
    const bool arrow = rest.starts_with("->");
    if (arrow || rest.starts_with('.')) {
      const std::size_t skip = arrow ? 2 : 1;
      const auto length = name_length(rest.substr(skip));
      if (length == 0) return std::nullopt;
      step.kind = arrow ? Step::Kind::arrow : Step::Kind::dot;
      step.member = rest.substr(skip, length);
      at += skip + length;
    } else if (rest.starts_with('[')) {
      const auto close = rest.find(']');
      if (close == std::string_view::npos) return std::nullopt;
      const auto* end = rest.data() + close;
      const auto [behind, error] = std::from_chars(rest.data() + 1, end, step.index);
      if (error != std::errc() || behind != end) return std::nullopt;
      step.kind = Step::Kind::index;
      at += close + 1;
    } else {
      return std::nullopt;
    }
    step.end = at;
    out.steps_.push_back(std::move(step));
  }
  return out;
}

std::string_view Expression::prefix(std::size_t steps) const {
  return std::string_view(text_).substr(0, steps == 0 ? root_.size() : steps_[steps - 1].end);
}

std::size_t Expression::container(std::size_t steps) const {
  while (steps > 0 && steps_[steps - 1].kind != Step::Kind::arrow) --steps;
  return steps == 0 ? 0 : steps - 1;
}

bool Expression::take_step(const Step& step, Target& target, Value& value) {
  if (step.kind == Step::Kind::arrow || (step.kind == Step::Kind::index && is_pointer(value.type))) {
    const auto to = pointer_in(target, value.place);
    value.type = pointee(value.type);
    if (!to || !value.type) return false;
    value.place = {*to, {}};
  }
  if (!value.place.address) return false;
  if (step.kind == Step::Kind::index) {
    const auto array = array_of(value.type);
    if (array) value.type = array->element;
    const auto size = shape_of(value.type).size;
    if (size == 0) return false;
    *value.place.address += step.index * size;
    return true;
  }
  const auto at = target.types().member(value.type, step.member);
  if (!at || at->bit_size != 0) return false;
  *value.place.address += at->offset;
  value.type = at->type;
  return true;
}

// The types lead from the root on; of the values the last one that is known counts.
std::optional<Expression::Value> Expression::evaluate(
    Target& target, std::size_t steps, const Value& root, bool root_has_value,
    const std::function<std::optional<std::uint64_t>(std::string_view)>& known) const {
  Value value = root;
  bool has_value = root_has_value;
  const auto learn = [&](std::size_t step) {
    const auto told = is_pointer(value.type) ? known(prefix(step)) : std::nullopt;
    if (!told) return;
    // Where the value lies is worth more than the value, as long as both are one.
    const auto there = has_value ? pointer_in(target, value.place) : std::nullopt;
    if (there == told) return;
    value.place = {};
    for (unsigned i = 0; i < 8; ++i) value.place.bytes.push_back(static_cast<std::byte>(*told >> 8 * i));
    has_value = true;
  };
  learn(0);
  for (std::size_t i = 0; i < steps; ++i) {
    Value next = value;
    if (!has_value) {
      // Only the type: from an address that is not read.
      next.place = {};
      if (steps_[i].kind == Step::Kind::arrow) next.type = pointee(next.type);
      if (steps_[i].kind == Step::Kind::index) return std::nullopt;
      const auto at = target.types().member(next.type, steps_[i].member);
      if (!at) return std::nullopt;
      next.type = at->type;
    } else if (!take_step(steps_[i], target, next)) {
      return std::nullopt;
    }
    value = next;
    learn(i + 1);
  }
  if (!has_value) return std::nullopt;
  return value;
}

}  // namespace unoops::state
