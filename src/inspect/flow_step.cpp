// What one instruction does to the state.
#include <algorithm>

#include "base/wrapping.hpp"
#include "inspect/flow.hpp"

namespace unoops::inspect {
namespace {

constexpr std::int64_t lowest_address = 0x1000;

bool is_per_cpu_offset(std::string_view symbol) { return symbol == "this_cpu_off" || symbol == "__per_cpu_offset"; }

// Past the end of a variable another one stands: compilers reach both from one address (-fsection-anchors).
bool is_beyond(const Alternative& a) {
  if (a.node->kind != Node::Kind::object || a.stride != 0) return false;
  const auto size = static_cast<std::int64_t>(size_of(peel(a.node->type)));
  return size > 0 && (a.offset < 0 || a.offset >= size);
}

// Part of a value that survives an operation on fewer bytes than a pointer has.
Value narrowed(const Value& v, unsigned size) {
  Value out;
  for (const auto& a : v) {
    if (!a.node) {
      if (size == 4)
        out.add(
            {nullptr, a.stride ? a.offset : static_cast<std::int64_t>(static_cast<std::uint32_t>(a.offset)), a.stride});
      continue;
    }
    if (a.node->kind == Node::Kind::object || a.node->kind == Node::Kind::frame || a.node->kind == Node::Kind::argument)
      continue;
    const auto has = size_of(a.node->type);
    if (has != 0 && has <= size && a.offset == 0) out.add(a);
  }
  return out;
}

const Value& held(const State& s, Reg r) {
  static const Value nothing;
  return r >= 0 && r < max_regs ? s.regs[r] : nothing;
}

// What is known of a product whose one factor is a number; of an unknown factor: 1.
Value product(const Value& a, const Value& b) {
  if (const auto factor = b.constant()) return times(a, *factor);
  if (const auto factor = a.constant()) return times(b, *factor);
  return times(a, 1);
}

// Low bits cleared: a pointer stays what it was, but for one into the frame.
Value aligned(const Value& v) {
  Value out;
  for (const auto& a : v)
    if (a.node && a.stride == 0 && a.node->kind != Node::Kind::frame) out.add(a);
  return out;
}

}  // namespace

void FunctionFlow::step(const Insn& insn, State& s) {
  for (const auto& e : insn.effects) apply(e, insn, s);
  if (insn.flow == Flow::call || insn.flow == Flow::indirect_call) after_call(insn, s);
}

void FunctionFlow::apply(const Effect& e, const Insn& insn, State& s) {
  if (e.verb == Verb::store || e.verb == Verb::modify) return store(e, insn, s);
  Value out = result_of(e, insn, s);
  const bool cuts = e.verb == Verb::copy || e.verb == Verb::add || e.verb == Verb::add_const || e.verb == Verb::address;
  if (cuts && e.size < function_.isa->word) out = narrowed(out, e.size);
  if (e.dst >= 0 && e.dst < max_regs) s.regs[e.dst] = out;
}

// What an effect gives its register.
Value FunctionFlow::result_of(const Effect& e, const Insn& insn, const State& s) {
  const Value& a = held(s, e.a);
  switch (e.verb) {
    case Verb::copy:
      return a;
    case Verb::constant:
      return constant_of(e, insn);
    case Verb::add_const:
      return sum_with_constant(e, insn, a);
    case Verb::add:
      if (e.b == no_reg) return sum_with_memory(e, insn, s);
      if (e.a == e.b) return times(a, wrapping_sum(e.imm, 1));
      return plus(resolved(a), resolved(held(s, e.b)), e.imm);
    case Verb::shift:
      return times(a, 1LL << (e.imm & 63));
    case Verb::multiply:
      return product(a, e.b == no_reg ? Value::number(e.imm) : held(s, e.b));
    case Verb::align:
      return aligned(a);
    case Verb::merge:
      return nodes_.meet(held(s, e.dst), e.a != no_reg ? a : load(address_of(e.mem, insn, s), e.size, s, insn.address));
    case Verb::address:
      return address_of(e.mem, insn, s);
    case Verb::load: {
      Value out = load(address_of(e.mem, insn, s), e.size, s, insn.address, e.mem.per_cpu);
      if (e.size != function_.isa->word) return out;
      name_computed(out, insn, s);
      return typed_by_inlined(out, insn);
    }
    case Verb::current:
      if (const auto task = unit_ ? unit_->structure("task_struct") : std::nullopt)
        return Value({nodes_.current(Type{*task}), 0, 0});
      return {};
    case Verb::shift_right:
    case Verb::clobber:
    case Verb::store:
    case Verb::modify:
      break;
  }
  return {};
}

Value FunctionFlow::constant_of(const Effect& e, const Insn& insn) {
  if (const Value symbol = symbolic(e.field, insn, true); !symbol.empty()) return symbol;
  if (e.size < 4) return {};
  const bool half = e.size == 4 && function_.isa->word == 8;
  return Value::number(half ? static_cast<std::int64_t>(static_cast<std::uint32_t>(e.imm)) : e.imm);
}

// Where several instructions make up an address, the register holds it already: the symbol is the rest of it.
Value FunctionFlow::sum_with_constant(const Effect& e, const Insn& insn, const Value& a) {
  const Value symbol = symbolic(e.field, insn, true);
  if (symbol.empty()) return plus(a, e.imm);
  return function_.isa->field_bytes ? plus(symbol, a, 1) : a;
}

// Numbers among the alternatives that are addresses of variables become those.
Value FunctionFlow::resolved(const Value& v) {
  Value out;
  for (const auto& a : v) out.add(as_object(a, false));
  return out;
}

// A relocated field's meaning. Empty: no relocation stands there.
Value FunctionFlow::symbolic(std::uint64_t field, const Insn& insn, bool absolute) {
  if (field == 0 || !function_.program) return {};
  const unsigned bytes = function_.isa->field_bytes;
  const auto reloc = function_.program->relocation(field, bytes ? bytes : insn.size);
  if (!reloc) return {};
  const std::int64_t fix = bytes && !absolute ? static_cast<std::int64_t>(insn.end() - field) : 0;
  if (reloc->target) {
    const auto at = wrapping_sum(static_cast<std::int64_t>(*reloc->target), fix);
    const Alternative found = as_object({nullptr, at, 0}, false);
    if (found.node || reloc->symbol.empty()) return Value(found);
  }
  if (!reloc->symbol.empty() && unit_)
    if (const auto die = unit_->variable(reloc->symbol))
      return Value(
          {nodes_.object(reloc->symbol, type_of(*die), nullptr, false, false), wrapping_sum(reloc->addend, fix), 0});
  return reloc->target ? Value::number(wrapping_sum(static_cast<std::int64_t>(*reloc->target), fix))
                       : Value(Alternative{nullptr, 0, 2});
}

Alternative FunctionFlow::as_object(const Alternative& a, bool per_cpu) {
  if (a.node || a.stride != 0 || !function_.program || (!per_cpu && a.offset >= 0 && a.offset < lowest_address))
    return a;
  const auto address = static_cast<std::uint64_t>(a.offset);
  const auto [it, fresh] = objects_.try_emplace(address ^ (per_cpu ? 1ULL << 63 : 0), a);
  if (!fresh) return it->second;
  if (info_)
    if (const Variable* v = info_->static_at(address))
      return it->second = {nodes_.object(v->name, v->type, v, false, false), 0, 0};
  const auto place = function_.program->symbol_at(address);
  if (!place || !unit_) return a;
  if (const auto die = unit_->variable(place->symbol))
    return it->second = {nodes_.object(place->symbol, type_of(*die), nullptr, per_cpu, false),
                         static_cast<std::int64_t>(place->offset), 0};
  if (is_per_cpu_offset(place->symbol))
    return it->second = {nodes_.object(place->symbol, {}, nullptr, per_cpu, false),
                         static_cast<std::int64_t>(place->offset), 0};
  return a;
}

Value FunctionFlow::address_of(const Mem& mem, const Insn& insn, const State& s) {
  const auto value = [&](Reg r) {
    Value out;
    if (r >= 0 && r < max_regs)
      for (const auto& a : s.regs[r]) out.add(mem.index != no_reg ? as_object(a, mem.per_cpu) : a);
    return out;
  };
  const Isa& isa = *function_.isa;
  const bool part = isa.field_bytes == 0 && mem.field != 0 && function_.program &&
                    function_.program->relocation(mem.field, insn.size);
  // ":lo12:" is a part of an address that the base register holds already.
  const bool absolute = !isa.pc_relative(mem) || mem.per_cpu;
  const Value symbol = isa.field_bytes ? symbolic(mem.field, insn, absolute) : Value();
  Value out;
  if (mem.base != no_reg && mem.base == mem.index && symbol.empty())
    return plus(times(value(mem.base), wrapping_sum(mem.scale, 1)), mem.disp);
  if (mem.base == no_reg) {
    out = !symbol.empty() ? symbol : Value(as_object({nullptr, mem.disp, 0}, mem.per_cpu));
  } else {
    out = value(mem.base);
    if (!symbol.empty())
      out = plus(symbol, out, 1);
    else if (!part)
      out = plus(out, mem.disp);
  }
  if (mem.index != no_reg) {
    Value index = value(mem.index);
    if (index.empty()) index.add({nullptr, 0, 1});
    out = plus(out, index, mem.scale);
  }
  if (mem.per_cpu) {
    Value objects;
    for (const auto& a : out) objects.add(as_object(a, true));
    return objects;
  }
  return out;
}

std::optional<FunctionFlow::Place> FunctionFlow::frame_variable(std::int64_t offset, const Touch& touch,
                                                                std::uint64_t pc) {
  if (!info_) return std::nullopt;
  const Binding* best = nullptr;
  for (const auto& b : info_->in_frame()) {
    if (b.begin > pc) break;
    if (pc >= b.end || offset < b.delta || left_out(b.variable)) continue;
    if (magnitude(wrapping_difference(offset, b.delta)) >= std::max<std::uint64_t>(size_of(b.variable->type), 1))
      continue;
    if (!best || b.variable->depth < best->variable->depth) best = &b;
  }
  if (!best) return std::nullopt;
  Touch inner = touch;
  inner.offset = wrapping_difference(offset, best->delta);
  const Variable& v = *best->variable;
  const auto& path = types_.find(v.type, inner);
  if (!path) return std::nullopt;
  return Place{{nodes_.object(v.name, v.type, &v, false, true), inner.offset, inner.stride}, v.type, *path};
}

Value FunctionFlow::synonyms(const Alternative& a, const State& s) {
  Value out;
  if (!a.node || a.node->kind == Node::Kind::frame || a.node->kind == Node::Kind::argument) return out;
  for (const Value& held : s.regs) {
    const auto same = std::find_if(held.begin(), held.end(),
                                   [&a](const Alternative& x) { return x.node == a.node && x.stride == 0; });
    if (same == held.end()) continue;
    for (const auto& x : held)
      if (x.node && x.node != a.node && x.stride == 0)
        out.add({x.node, wrapping_sum(x.offset, wrapping_difference(a.offset, same->offset)), a.stride});
  }
  return out;
}

std::optional<FunctionFlow::Place> FunctionFlow::place(const Alternative& raw, const Touch& touch, std::uint64_t pc) {
  const Alternative a = as_object(raw, false);
  if (!a.node) return std::nullopt;
  Touch inner = touch;
  inner.offset = a.offset;
  inner.stride = a.stride;
  if (a.node->kind == Node::Kind::frame) return frame_variable(a.offset, inner, pc);
  const Type object = target_of(*a.node);
  if (!object || is_beyond(a)) return std::nullopt;
  const auto& path = types_.find(object, inner);
  if (!path) return std::nullopt;
  return Place{a, object, *path};
}

Value FunctionFlow::load(const Value& address, unsigned size, const State& s, std::uint64_t pc, bool per_cpu) {
  Value out;
  Touch touch;
  touch.size = size;
  touch.want_pointer = size == function_.isa->word;
  for (const auto& raw : address) {
    const Alternative a = as_object(raw, per_cpu);
    if (!a.node) continue;
    if (a.node->kind == Node::Kind::frame && a.stride == 0)
      for (const auto& [at, value] : s.slots)
        if (at == a.offset)
          for (const auto& x : value) out.add(x);
    if (a.node->kind == Node::Kind::object && is_per_cpu_offset(a.node->text)) {
      out.add({nullptr, 0, 0});
      continue;
    }
    auto found = place(a, touch, pc);
    if (!found)
      for (const auto& other : synonyms(a, s))
        if ((found = place(other, touch, pc))) break;
    if (!found) continue;
    if (size < function_.isa->word && is_pointer(found->path.type)) continue;  // half a pointer
    if (touch.want_pointer && found->path.ambiguous) continue;
    out.add({nodes_.load(*found->where.node, found->where.offset, found->where.stride, found->path), 0, 0});
  }
  return out;
}

// What was loaded may be a variable that DWARF describes by the very memory that it came from.
void FunctionFlow::name_computed(Value& loaded, const Insn& insn, const State& s) {
  if (!info_ || !options_.lists || loaded.empty()) return;
  const auto& all = info_->computed();
  if (all.empty()) return;
  Value found;
  for (const auto& c : all) {
    const bool here =
        (c.begin <= insn.end() && insn.end() < c.end) || (c.begin <= insn.address && insn.address < c.end);
    if (!here || c.reg >= max_regs || left_out(c.variable)) continue;
    Value v = s.regs[c.reg];
    for (const auto offset : c.offsets) v = load(plus(v, offset), function_.isa->word, s, insn.address);
    for (const auto& a : v)
      for (const auto& b : loaded)
        if (a.node && a == b && b.offset == 0) found.add({nodes_.variable(*c.variable), wrapping_negation(c.plus), 0});
  }
  for (const auto& a : found) loaded.add(a);
}

// A void pointer that an inlined function reads and gives back has the type of its result: NFS_SB() of
// sb->s_fs_info.
Value FunctionFlow::typed_by_inlined(const Value& loaded, const Insn& insn) {
  const auto untyped = [](const Alternative& a) {
    return a.node && a.node->kind == Node::Kind::load && a.offset == 0 && is_pointer(a.node->type) && !a.node->target;
  };
  if (!info_ || std::none_of(loaded.begin(), loaded.end(), untyped)) return loaded;
  const Type type = info_->returned_at(insn.address, insn.end());
  if (!type) return loaded;
  Value out;
  for (auto a : loaded) {
    if (untyped(a))
      a.node = nodes_.load(*a.node->base, a.node->offset, a.node->stride, Path{a.node->text, 0, type, false});
    out.add(a);
  }
  return out;
}

void FunctionFlow::store(const Effect& e, const Insn& insn, State& s) {
  const Value address = address_of(e.mem, insn, s);
  for (const auto& a : address) {
    if (!a.node || a.node->kind != Node::Kind::frame) continue;
    if (a.stride != 0) return s.slots.clear();
    const auto word = static_cast<std::int64_t>(function_.isa->word);
    std::erase_if(s.slots, [&](const auto& slot) {
      const auto behind = wrapping_difference(slot.first, a.offset);
      return behind > -word && behind < std::max<std::int64_t>(e.size, 1);
    });
    if (e.verb != Verb::store || e.size != word) return;
    Value v;
    if (e.a != no_reg)
      v = s.regs[e.a];
    else
      v = symbolic(e.field, insn, true);
    if (e.a == no_reg && v.empty()) v = Value::number(e.imm);
    if (v.empty()) return;
    const auto at = std::ranges::lower_bound(s.slots, a.offset, {}, [](const auto& slot) { return slot.first; });
    s.slots.insert(at, {a.offset, v});
    return;
  }
}

// dst += *mem: a pointer plus a number from memory, or a per-cpu variable's address plus this CPU's offset.
Value FunctionFlow::sum_with_memory(const Effect& e, const Insn& insn, const State& s) {
  const Value address = address_of(e.mem, insn, s);
  for (const auto& raw : address) {
    const Alternative a = as_object(raw, e.mem.per_cpu);
    if (!a.node || a.node->kind != Node::Kind::object || !is_per_cpu_offset(a.node->text)) continue;
    Value out;
    for (const auto& x : s.regs[e.a]) out.add(as_object(x, true));
    return out;
  }
  return plus(s.regs[e.a], load(address, e.size, s, insn.address), 1);
}

void FunctionFlow::after_call(const Insn& insn, State& s) {
  const Isa& isa = *function_.isa;
  const DwarfCall* site = info_ ? info_->call_returning_to(insn.end()) : nullptr;
  Value result;
  if (site && site->has_callee && site->result) {
    result = Value({nodes_.result(site->callee, site->result), 0, 0});
  } else if (insn.flow == Flow::indirect_call) {
    const Value target = insn.callee_mem ? load(address_of(*insn.callee_mem, insn, s), isa.word, s, insn.address)
                         : insn.callee != no_reg ? s.regs[insn.callee]
                                                 : Value();
    for (const auto& a : target) {
      if (!a.node || !named(*a.node)) continue;
      if (const Type function = peel(target_of(*a.node)))
        result = Value({nodes_.result(expression(*a.node), type_of(function.die)), 0, 0});
      break;
    }
  }
  // what the callee may change of the frame: variables whose address it got, and all aggregates
  std::erase_if(s.slots, [&](const auto& slot) {
    for (Reg r : isa.arguments)
      for (const auto& a : s.regs[r])
        if (a.node && a.node->kind == Node::Kind::frame && a.offset == slot.first) return true;
    const auto variable = frame_variable(slot.first, Touch{}, insn.address);
    return variable && is_aggregate(variable->object);
  });
  for (Reg r : isa.call_clobbers) s.regs[r] = Value();
  s.regs[isa.result] = result;
}

}  // namespace unoops::inspect
