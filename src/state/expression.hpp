// C expressions of variables and members, as the inspect room names bad pointers, evaluated in a dump's memory.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rooms.hpp"
#include "debuginfo/live_variables.hpp"
#include "state/target.hpp"

namespace unoops::state {

// "dev->port.tx->desc[3]": a variable, and steps from it.
class Expression {
 public:
  // Nothing: it has anything else in it.
  static std::optional<Expression> of(std::string_view text);

  const std::string& root() const { return root_; }
  std::size_t steps() const { return steps_.size(); }
  // The text of its first so many steps.
  std::string_view prefix(std::size_t steps) const;

  struct Value {
    Type type;
    ValuePlace place;
  };
  // `known`: the value of a prefix that is known otherwise (a register held it). Nothing: a type or a value is missing.
  std::optional<Value> evaluate(Target&, std::size_t steps, const Value& root, bool root_has_value,
                                const std::function<std::optional<std::uint64_t>(std::string_view)>& known) const;
  // The object whose member the last of the first `steps` steps takes: *(dev) of "dev->queue", dev->queue of
  // "dev->queue->tail", dev of "dev->port.tx".
  std::size_t container(std::size_t steps) const;

 private:
  struct Step {
    enum class Kind { arrow, dot, index } kind;
    std::string member;
    std::uint64_t index = 0;
    std::size_t end = 0;  // of its text
  };
  static bool take_step(const Step&, Target&, Value&);

  std::string text_, root_;
  std::vector<Step> steps_;
};

}  // namespace unoops::state
