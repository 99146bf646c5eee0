#include "inspect/value.hpp"

#include <algorithm>
#include <numeric>

#include "base/wrapping.hpp"

namespace unoops::inspect {
namespace {

// Ranks: the function's own variables; chains from them, from globals and from `current`; results of calls; the
// temporaries of macros; variables of inlined functions, outer ones first; things without a name.
constexpr std::uint8_t own_variable = 0, chain = 1, call_result = 3, temporary = 5, inlined = 8, argument_rank = 60,
                       nameless = 80;

Alternative normal(Alternative a) {
  a.stride = static_cast<std::int64_t>(magnitude(a.stride));
  return a;
}

std::int64_t common_stride(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(std::gcd(magnitude(a), magnitude(b)));
}

// Of two places of one array, each an Alternative or a Node.
template <class Place>
std::int64_t common_stride(const Place& x, const Place& y) {
  return common_stride(common_stride(x.stride, y.stride), wrapping_difference(x.offset, y.offset));
}

// rcu_dereference's, READ_ONCE's and the like's: "__p", "_________p1".
bool is_temporary(std::string_view name) { return name.starts_with("__") || name.starts_with("_p1"); }

bool points(const Alternative& a) { return a.node && a.node->points; }

}  // namespace

Type target_of(const Node& n) { return n.target; }

bool named(const Node& n) {
  for (const Node* at = &n;; at = at->base) {
    if (at->kind == Node::Kind::typed || at->kind == Node::Kind::argument || at->kind == Node::Kind::frame)
      return false;
    if (at->kind != Node::Kind::load) return true;
  }
}

std::string expression(const Node& n) {
  if (!named(n)) return {};
  std::vector<const Node*> way;
  for (const Node* at = &n;; at = at->base) {
    way.push_back(at);
    if (at->kind != Node::Kind::load) break;
  }
  const Node* root = way.back();
  std::string text = root->kind == Node::Kind::result ? root->text + "()" : root->text;
  for (std::size_t i = way.size() - 1; i-- > 0;) {
    const Node& step = *way[i];
    const bool of_object = way[i + 1]->kind == Node::Kind::object;
    if (step.text.empty()) {
      if (!of_object) text = i == 0 ? "*" + text : "(*" + text + ")";
    } else if (step.text[0] == '.') {
      text += of_object ? step.text : "->" + step.text.substr(1);
    } else {
      text += step.text;
    }
  }
  return text;
}

void Value::add(const Alternative& raw) {
  const Alternative a = normal(raw);
  if (!a.node && a.stride == 1) return;
  const auto rank = [](const Alternative& x) { return x.node ? x.node->rank : 255; };
  int at = 0;
  for (; at < count_; ++at) {
    if (items_[at] == a) return;
    if (rank(a) < rank(items_[at])) break;
  }
  for (int i = at; i < count_; ++i)
    if (items_[i] == a) return;
  if (at == capacity) return;
  if (count_ < capacity) ++count_;
  for (int i = count_ - 1; i > at; --i) items_[i] = items_[i - 1];
  items_[at] = a;
}

std::optional<std::int64_t> Value::constant() const {
  for (const auto& a : *this)
    if (!a.node && a.stride == 0) return a.offset;
  return std::nullopt;
}

bool Value::operator==(const Value& o) const { return count_ == o.count_ && std::equal(begin(), end(), o.begin()); }

Value plus(const Value& v, std::int64_t n) {
  Value out;
  for (auto a : v) {
    a.offset = wrapping_sum(a.offset, n);
    out.add(a);
  }
  return out;
}

Value times(const Value& v, std::int64_t factor) {
  if (const auto n = v.constant()) return Value::number(wrapping_product(*n, factor));
  for (const auto& a : v)
    if (!a.node && a.stride != 0)
      return Value(Alternative{nullptr, wrapping_product(a.offset, factor), wrapping_product(a.stride, factor)});
  return Value(Alternative{nullptr, 0, factor});
}

namespace {

// How sure it is that a value is an address: 2 sure, 1 an argument of no known type, 0 a number.
int pointerness(const Value& v) {
  int out = 0;
  for (const auto& a : v) {
    if (!a.node) continue;
    if (a.node->kind == Node::Kind::argument) return std::max(out, 1);  // the last of the alternatives
    if (points(a)) return 2;
    return 0;
  }
  return out;
}

}  // namespace

Value plus(const Value& a, const Value& b, std::int64_t factor) {
  const int left = pointerness(a), right = pointerness(b);
  if (right > left && factor == 1) return plus(b, a, 1);
  if (right != 0 && right == left) return {};
  const Value scaled = times(b, factor);
  Alternative by{nullptr, 0, 1};
  if (!scaled.empty()) by = *scaled.begin();
  Value out;
  for (auto x : a) {
    if (x.node && !points(x)) continue;  // a sum of numbers is not the number
    x.offset = wrapping_sum(x.offset, by.offset);
    x.stride = common_stride(x.stride, by.stride);
    out.add(x);
  }
  return out;
}

const Node* Nodes::known(const Key& key) const {
  const auto at = nodes_.find(key);
  return at == nodes_.end() ? nullptr : at->second.get();
}

const Node* Nodes::keep(Key key, Node&& made) {
  auto node = std::make_unique<Node>(std::move(made));
  const bool address = node->kind == Node::Kind::object || node->kind == Node::Kind::current;
  const bool pointer = is_pointer(node->type);
  node->target = address ? node->type : pointer ? pointee(node->type) : Type{};
  if (pointer && node->kind != Node::Kind::object)
    if (const Type target = peel(pointee(node->type)); is_aggregate(target)) node->aggregate = target.key();
  node->points = address || pointer || node->kind == Node::Kind::frame || node->kind == Node::Kind::argument;
  if (!std::get<std::string_view>(key).empty()) std::get<std::string_view>(key) = node->text;
  return nodes_.emplace(key, std::move(node)).first->second.get();
}

const Node* Nodes::variable(const Variable& v) {
  const Key key{Node::Kind::variable, &v, nullptr, 0, 0, {}};
  if (const Node* node = known(key)) return node;
  Node n;
  n.kind = Node::Kind::variable;
  n.rank = v.depth == 0 ? own_variable : static_cast<std::uint8_t>(std::min(inlined + 2 * v.depth, 50));
  if (is_temporary(v.name)) n.rank = static_cast<std::uint8_t>(n.rank + temporary);
  n.type = v.type;
  n.variable = &v;
  n.text = v.name;
  return keep(key, std::move(n));
}

const Node* Nodes::object(std::string_view name, Type type, const Variable* v, bool per_cpu, bool local) {
  const Key key{Node::Kind::object, v, nullptr, 0, 0, name};
  if (const Node* node = known(key)) return node;
  Node n;
  n.kind = Node::Kind::object;
  n.rank = local && v && v->depth > 0 ? static_cast<std::uint8_t>(std::min(inlined + 2 * v->depth, 50)) : chain;
  n.per_cpu = per_cpu;
  n.type = type;
  n.variable = v;
  n.text = name;
  return keep(key, std::move(n));
}

const Node* Nodes::load(const Node& base, std::int64_t offset, std::int64_t stride, const Path& path) {
  // x86's per-cpu current_task, in pcpu_hot from 6.2 to 6.14 (arch/x86/include/asm/current.h)
  if (base.kind == Node::Kind::object &&
      ((base.text == "current_task" && path.text.empty()) || (base.text == "pcpu_hot" && path.text == ".current_task")))
    return current(pointee(path.type));
  const Key key{Node::Kind::load, &base, path.type.key(), offset, stride, path.text};
  if (const Node* node = known(key)) return node;
  Node n;
  n.kind = Node::Kind::load;
  n.rank = std::max(base.rank, chain);
  n.base = &base;
  n.offset = offset;
  n.stride = stride;
  n.type = path.type;
  n.text = path.text;
  return keep(key, std::move(n));
}

const Node* Nodes::result(std::string_view callee, Type type) {
  const Key key{Node::Kind::result, type.key(), nullptr, 0, 0, callee};
  if (const Node* node = known(key)) return node;
  Node n;
  n.kind = Node::Kind::result;
  n.rank = call_result;
  n.type = type;
  n.text = callee;
  return keep(key, std::move(n));
}

const Node* Nodes::current(Type type) {
  const Key key{Node::Kind::current, nullptr, nullptr, 0, 0, {}};
  if (const Node* node = known(key)) return node;
  Node n;
  n.kind = Node::Kind::current;
  n.rank = chain;
  n.type = type;
  n.text = "current";
  return keep(key, std::move(n));
}

const Node* Nodes::typed(Type type) {
  const Key key{Node::Kind::typed, pointee(type).key(), nullptr, 0, 0, {}};
  if (const Node* node = known(key)) return node;
  Node n;
  n.kind = Node::Kind::typed;
  n.rank = nameless;
  n.type = type;
  return keep(key, std::move(n));
}

const Node* Nodes::argument(int number) {
  const Key key{Node::Kind::argument, nullptr, nullptr, number, 0, {}};
  if (const Node* node = known(key)) return node;
  Node n;
  n.kind = Node::Kind::argument;
  n.rank = argument_rank;
  n.offset = number;
  return keep(key, std::move(n));
}

const Node* Nodes::frame() {
  const Key key{Node::Kind::frame, nullptr, nullptr, 0, 0, {}};
  if (const Node* node = known(key)) return node;
  Node n;
  n.kind = Node::Kind::frame;
  n.rank = argument_rank;
  return keep(key, std::move(n));
}

namespace {

// "desc[0].len" and "desc[1].len": "desc[].len"; nullopt: they differ in more than an index.
std::optional<std::string> with_any_index(std::string_view a, std::string_view b) {
  std::string out;
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i] != b[j]) return std::nullopt;
    out += a[i];
    if (a[i++] == b[j++] && out.back() == '[') {
      const auto one = a.substr(i, a.find(']', i) - i), other = b.substr(j, b.find(']', j) - j);
      if (one == other) out += one;
      i += one.size(), j += other.size();
    }
  }
  return i == a.size() && j == b.size() ? std::optional(out) : std::nullopt;
}

}  // namespace

const Node* Nodes::element(const Node& x, const Node& y) {
  if (&x == &y) return &x;
  if (x.kind != Node::Kind::load || y.kind != Node::Kind::load || x.type.key() != y.type.key()) return nullptr;
  auto text = with_any_index(x.text, y.text);
  const Node* base = text ? element(*x.base, *y.base) : nullptr;
  if (!base) return nullptr;
  return load(*base, std::min(x.offset, y.offset), common_stride(x, y), Path{std::move(*text), 0, x.type, false});
}

Value Nodes::meet(const Value& a, const Value& b) {
  if (a == b) return a;
  Value out;
  for (const auto& x : a)
    for (const auto& y : b) {
      if (x.node != y.node) continue;
      if (!x.node && (x.stride != 0 || y.stride != 0 || x.offset != y.offset)) continue;
      const std::int64_t stride = common_stride(x, y);
      // the lowest place that is seen stands for the rest; once there is a stride it stays, so that loops settle
      out.add({x.node, x.stride != 0 && stride == x.stride ? x.offset : std::min(x.offset, y.offset), stride});
      break;
    }
  if (!out.empty()) return out;
  for (const auto& x : a)
    for (const auto& y : b) {
      if (!x.node || !y.node || x.offset != y.offset || x.stride != y.stride) continue;
      if (const Node* any = element(*x.node, *y.node)) return Value({any, x.offset, x.stride});
      if (x.node->aggregate && x.node->aggregate == y.node->aggregate)
        return Value({typed(x.node->type), x.offset, x.stride});
    }
  return out;
}

}  // namespace unoops::inspect
