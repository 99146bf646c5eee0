// The fixed point: states flow from block to block until nothing changes.
#include <algorithm>
#include <utility>

#include "inspect/flow.hpp"

namespace unoops::inspect {
namespace {

constexpr int max_rounds = 12;
constexpr std::uint64_t goal_reach = 96;  // bytes around a goal: as much as the log's Code line shows

}  // namespace

// Each block behind those that lead to it, loops aside: so most states are final when they are first looked at.
std::vector<std::size_t> FunctionFlow::block_order() const {
  std::vector<std::size_t> order;
  std::vector<bool> seen(blocks_.size(), false);
  struct Visit {
    std::size_t block, child;
  };
  std::vector<Visit> way;
  const auto walk = [&](std::size_t root) {
    if (seen[root]) return;
    seen[root] = true;
    way.push_back({root, 0});
    while (!way.empty()) {
      auto& [block, child] = way.back();
      if (child == blocks_[block].next.size()) {
        order.push_back(block);
        way.pop_back();
      } else if (const auto next = blocks_[block].next[child++]; !seen[next]) {
        seen[next] = true;
        way.push_back({next, 0});
      }
    }
  };
  for (std::size_t i = blocks_.size(); i-- > 0;)
    if (!blocks_[i].has_predecessor || blocks_[i].entry) walk(i);
  for (std::size_t i = blocks_.size(); i-- > 0;) walk(i);
  std::ranges::reverse(order);
  return order;
}

// Where control may go on at a place that no edge leads to: a jump table, a nop that a static key turns into a jump.
// The nops at the function's start are the tracer's.
bool FunctionFlow::is_source(const Block& b, std::size_t insn) const {
  return insns_[insn].flow == Flow::indirect_jump || (insns_[insn].maybe_patched && !(b.entry && insn - b.first < 3));
}

// With a goal only the blocks that may lead there count.
void FunctionFlow::choose_blocks() {
  needed_.assign(blocks_.size(), options_.goal == 0);
  if (options_.goal == 0) return;
  std::vector<std::vector<std::size_t>> before(blocks_.size());
  for (std::size_t i = 0; i < blocks_.size(); ++i)
    for (const std::size_t next : blocks_[i].next) before[next].push_back(i);
  std::vector<std::size_t> waiting;
  const auto need = [&](std::size_t i) {
    if (needed_[i]) return;
    needed_[i] = true;
    waiting.push_back(i);
  };
  for (std::size_t i = 0; i < blocks_.size(); ++i)
    if (insns_[blocks_[i].first].address < options_.goal + goal_reach &&
        insns_[blocks_[i].last - 1].end() + goal_reach > options_.goal)
      need(i);
  for (bool sources_needed = false; !waiting.empty();) {
    const std::size_t i = waiting.back();
    waiting.pop_back();
    for (const std::size_t b : before[i]) need(b);
    if (blocks_[i].has_predecessor || blocks_[i].entry || std::exchange(sources_needed, true)) continue;
    for (std::size_t k = 0; k < blocks_.size(); ++k)
      for (std::size_t n = blocks_[k].first; n < blocks_[k].last; ++n)
        if (is_source(blocks_[k], n)) need(k);
  }
}

// A block whose state is known; one that the goal did not need costs a second run, over everything.
const FunctionFlow::Block& FunctionFlow::settled(std::size_t block) {
  if (!needed_[block]) {
    needed_.assign(blocks_.size(), true);
    for (Block& b : blocks_) b.reached = false, b.in = {};
    run();
  }
  return blocks_[block];
}

void FunctionFlow::flow_into(std::size_t block, const State& from, std::vector<bool>& dirty) {
  Block& to = blocks_[block];
  if (!needed_[block]) return;
  if (!to.reached) {
    to.in = from;
    to.reached = true;
  } else if (!join(to.in, from)) {
    return;
  }
  dirty[block] = true;
}

State FunctionFlow::behind(const Block& b) {
  State s = b.in;
  overlay(s, b);
  for (std::size_t k = b.first; k < b.last; ++k) {
    if (k != b.first) overlay_behind(s, insns_[k - 1], insns_[k].address);
    step(insns_[k], s);
  }
  return s;
}

void FunctionFlow::settle(const std::vector<std::size_t>& order, std::vector<bool>& dirty) {
  bool any = true;
  for (int round = 0; any && round < max_rounds; ++round) {
    any = false;
    for (const std::size_t i : order) {
      if (!dirty[i]) continue;
      dirty[i] = false;
      any = true;
      const State s = behind(blocks_[i]);
      for (const std::size_t next : blocks_[i].next) flow_into(next, s, dirty);
    }
  }
}

// What holds at all places that may lead to a block that no edge leads to.
State FunctionFlow::anywhere() {
  std::optional<State> all;
  for (const Block& b : blocks_) {
    if (!b.reached) continue;
    State s = b.in;
    for (std::size_t k = b.first; k < b.last; ++k) {
      if (is_source(b, k)) {
        if (!all)
          all = s;
        else
          join(*all, s);
      }
      step(insns_[k], s);
    }
  }
  return all ? *all : State{};
}

// Optimistic: a block's state is what agrees in all predecessors seen so far, until nothing changes.
void FunctionFlow::run() {
  std::vector<bool> dirty(blocks_.size(), false);
  const auto order = block_order();
  State start;
  enter_function(start);
  for (std::size_t i = 0; i < blocks_.size(); ++i)
    if (blocks_[i].entry) flow_into(i, start, dirty);
  settle(order, dirty);
  // Blocks that only a jump table, a static key or an exception leads to.
  std::optional<State> from;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    if (blocks_[i].reached || blocks_[i].has_predecessor || !needed_[i]) continue;
    if (!from) from = anywhere();
    flow_into(i, *from, dirty);
  }
  settle(order, dirty);
}

// What agrees in both states; true: `into` knows less than before.
bool FunctionFlow::join(State& into, const State& from) {
  bool changed = false;
  for (std::size_t r = 0; r < into.regs.size(); ++r) {
    if (into.regs[r] == from.regs[r]) continue;
    Value met = nodes_.meet(into.regs[r], from.regs[r]);
    if (met == into.regs[r]) continue;
    into.regs[r] = met;
    changed = true;
  }
  auto keep = into.slots.begin();
  auto other = from.slots.begin();
  for (auto& [at, value] : into.slots) {
    while (other != from.slots.end() && other->first < at) ++other;
    Value met = other != from.slots.end() && other->first == at ? nodes_.meet(value, other->second) : Value();
    changed |= !(met == value);
    if (!met.empty()) *keep++ = {at, met};
  }
  into.slots.erase(keep, into.slots.end());
  return changed;
}

}  // namespace unoops::inspect
