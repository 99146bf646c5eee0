// What a register may hold, in the programmer's words: nodes are C expressions, values are nodes plus an offset.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "base/rooms.hpp"
#include "debuginfo/c_types.hpp"
#include "debuginfo/variables.hpp"
#include "machine/insn.hpp"

namespace unoops::inspect {

struct Node {
  enum class Kind : std::uint8_t {
    variable,  // the value of a variable
    object,    // the address of a variable: a global, a static one, one in the frame
    load,      // what stands at base + offset
    result,    // what a call gave back
    current,   // the task that runs
    typed,     // something of a known type, from several sources
    argument,  // the n-th argument, as it came in
    frame,     // the canonical frame address
  };
  Kind kind = Kind::typed;
  std::uint8_t rank = 0;  // how good a name it is: smaller is better
  bool per_cpu = false;
  const Node* base = nullptr;  // of a load
  std::int64_t offset = 0;     // of a load, in what base points to; an argument's number
  std::int64_t stride = 0;
  Type type;  // of the value; of an object: of the variable itself
  const Variable* variable = nullptr;
  // What follows from kind and type, kept because DWARF is slow to ask.
  Type target;                      // what the value points to
  const void* aggregate = nullptr;  // the struct or union that a pointer's target is, whatever its name
  bool points = false;              // it is an address
  std::string text;                 // a name; a load's path: "->queue" without the arrow, "[2]"
};

// The type of what stands at the node's value; empty: not known, or void.
Type target_of(const Node&);
// As a programmer would write the node's value: "dev->queue"; an object: "kfault_table"; empty: it has no name.
std::string expression(const Node&);
bool named(const Node&);

// node + offset, plus any multiple of stride. Without a node: a number.
struct Alternative {
  const Node* node = nullptr;
  std::int64_t offset = 0;
  std::int64_t stride = 0;
  bool operator==(const Alternative&) const = default;
};

// Several ways to say what a register holds, the best first. Empty: anything.
class Value {
 public:
  static constexpr int capacity = 3;
  Value() = default;
  Value(const Alternative& a) { add(a); }  // NOLINT: a value of one alternative
  static Value number(std::int64_t n) { return Value(Alternative{nullptr, n, 0}); }

  void add(const Alternative&);
  bool empty() const { return count_ == 0; }
  const Alternative* begin() const { return items_; }
  const Alternative* end() const { return items_ + count_; }
  // A plain number, where that is all that is known.
  std::optional<std::int64_t> constant() const;
  bool operator==(const Value&) const;

 private:
  Alternative items_[capacity];
  int count_ = 0;
};

Value plus(const Value&, std::int64_t);
Value plus(const Value& a, const Value& b, std::int64_t factor);  // a + b * factor
Value times(const Value&, std::int64_t factor);

// Owns the nodes; equal nodes are the same node.
class Nodes {
 public:
  const Node* variable(const Variable&);
  const Node* object(std::string_view name, Type, const Variable*, bool per_cpu, bool local);
  const Node* load(const Node& base, std::int64_t offset, std::int64_t stride, const Path&);
  const Node* result(std::string_view callee, Type);
  const Node* current(Type);
  const Node* typed(Type);
  const Node* argument(int number);
  const Node* frame();
  // What agrees in both: the same expression, or at least the same type.
  Value meet(const Value&, const Value&);
  // What any of two elements of one array holds: "pipe[].tg" of pipe[0].tg and pipe[1].tg; null: they are none.
  const Node* element(const Node&, const Node&);

 private:
  using Key = std::tuple<Node::Kind, const void*, const void*, std::int64_t, std::int64_t, std::string_view>;
  const Node* known(const Key&) const;
  const Node* keep(Key, Node&&);
  std::map<Key, std::unique_ptr<Node>> nodes_;  // a key's words are its node's text
};

}  // namespace unoops::inspect
