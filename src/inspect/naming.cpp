#include "inspect/naming.hpp"

#include <algorithm>

#include "facts/frames.hpp"

namespace unoops::inspection {
namespace {

constexpr std::uint64_t near_null = 4096;
constexpr std::size_t frames_to_try = 6;

constexpr RoleSet helpers = FrameRole::memory_helper | FrameRole::lock | FrameRole::check;

// Whether a trace's frame may be the caller of `callee`, as the call's own target says.
bool calls(std::string_view target, std::string_view callee) {
  if (target.empty() || plain_symbol(target) == plain_symbol(callee)) return true;
  return (frame_roles(target) & frame_roles(callee) & helpers)
      .any();  // memcpy → memcpy_orig, mutex_lock → its slow path
}

// What a helper's own code says of its argument tells little of the bug: void, bytes, locks, list heads.
bool says_little(Type object) {
  static constexpr std::string_view links[] = {"list_head", "hlist_head", "hlist_node", "rb_node",
                                               "rb_root",   "llist_node", "llist_head", "kref"};
  if (!object || is_opaque(object)) return true;
  const Type real = peel(object);
  return !is_aggregate(real) || std::ranges::find(links, name_of(real.die)) != std::end(links);
}

std::string member_of(std::string_view path) { return std::string(path.starts_with('.') ? path.substr(1) : path); }

const Insn* call_before(const FunctionFlow& flow, std::uint64_t return_pc) {
  if (const Insn* exact = flow.ending_at(return_pc)) return exact;
  // a retpoline call that the kernel made shorter at boot: the return address lies in what was one instruction
  for (const Insn& insn : flow.insns())
    if (insn.address < return_pc && return_pc < insn.end()) return &insn;
  return nullptr;
}

}  // namespace

Namer::Namer(Report& report, const Disassembler& disassembler, KernelSymbols::Impl* impl)
    : report_(report), disassembler_(disassembler), impl_(impl) {}

std::vector<Subject*> Namer::subjects(const SymbolRef& ref) {
  constexpr std::size_t most = 4;
  std::vector<Subject*> out;
  if (!impl_ || ref.symbol.empty()) return out;
  auto views = code_views(*impl_, ref);
  if (views.size() > most) return out;
  for (auto& view : views)
    if (!view.bytes.empty())
      if (Subject* s = analyse(std::move(view))) out.push_back(s);
  return out;
}

Subject* Namer::subject(const SymbolRef& ref) {
  const auto all = subjects(ref);
  return all.size() == 1 ? all.front() : nullptr;
}

Subject* Namer::analyse(CodeView view) {
  for (auto& s : subjects_)
    if (s.program && s.program->view().file == view.file && s.function.start == view.start) {
      s.address = view.address;
      return s.flow->ready() ? &s : nullptr;
    }
  Subject& s = subjects_.emplace_back();
  s.program = std::make_unique<ViewProgram>(*impl_, std::move(view));
  const CodeView& v = s.program->view();
  s.address = v.address;
  s.function = {&disassembler_.isa(), v.function, v.start, v.bytes, v.cu, s.program.get()};
  if (v.cu) {
    const void* key = v.cu->addr;
    const auto known = std::ranges::find_if(units_, [&](const auto& u) { return u.first == key; });
    s.unit = known != units_.end() ? &known->second : &units_.emplace_back(key, UnitIndex(*v.cu)).second;
  }
  FlowOptions options;
  options.goal = s.address;
  s.flow = std::make_unique<FunctionFlow>(s.function, disassembler_, types_, nodes_, s.unit, std::move(options));
  if (!s.flow->ready()) return nullptr;
  explain_isra(s);
  return &s;
}

Subject* Namer::subject_of_code(const Scene& scene) {
  if (!scene.function || scene.bytes.empty() || static_cast<std::int64_t>(*scene.function - scene.base) < 0)
    return nullptr;
  Subject& s = subjects_.emplace_back();
  s.address = scene.origin;
  s.function = {&disassembler_.isa(), scene.pc->symbol,
                *scene.function,      scene.bytes.subspan(*scene.function - scene.base),
                std::nullopt,         nullptr};
  s.flow = std::make_unique<FunctionFlow>(s.function, disassembler_, types_, nodes_, nullptr);
  return s.flow->ready() ? &s : nullptr;
}

std::optional<Namer::Guess> Namer::best_guess(const FunctionFlow& flow, const Value& address, const Touch& touch,
                                              std::uint64_t pc) const {
  std::optional<Guess> nameless;
  for (const auto& a : address) {
    auto place = flow.place(a, touch, pc);
    if (!place) continue;
    Guess guess{place->where, place->object, std::move(place->path)};
    if (named(*guess.where.node)) return guess;
    if (!nameless) nameless = std::move(guess);
  }
  return nameless;
}

// A pointer that the compiler knew to be NULL, or near it, needs no register: only its own variable's members lie
// there.
std::optional<Namer::Guess> Namer::constant_guess(const FunctionFlow& flow, std::uint64_t address, const Touch& touch,
                                                  std::uint64_t pc) {
  std::optional<Guess> found;
  if (!flow.info()) return found;
  for (const Constant& c : flow.info()->constants()) {
    const auto offset = static_cast<std::int64_t>(address) - c.value;
    if (pc < c.begin || pc >= c.end || offset < 0 ||
        static_cast<std::uint64_t>(offset) >= size_of(peel(pointee(c.variable->type))))
      continue;
    auto place = flow.place({nodes_.variable(*c.variable), offset, 0}, touch, pc);
    if (!place) continue;
    if (found && peel(found->object).key() != peel(place->object).key()) return std::nullopt;
    if (!found) found = Guess{place->where, place->object, std::move(place->path)};
  }
  return found;
}

// The value of an expression, if some register holds it.
std::optional<std::uint64_t> Namer::value_of(const Scene& scene, const State& state, const Node* node) const {
  if (!named(*node)) return std::nullopt;
  for (Reg r = 0; r < max_regs; ++r)
    for (const auto& a : state.regs[r])
      if (a.node == node && a.stride == 0)
        if (const auto value = scene.reg(r)) return (*value - static_cast<std::uint64_t>(a.offset)) & scene.mask();
  return std::nullopt;
}

// A pointer that has no name yet, and gets one: the loop's variable is assigned behind the access that read through its
// new value (n = n->left; while (n->key != key)). Only in a straight line, and if the type is the same.
void Namer::name_by_next_copy(const FunctionFlow& flow, std::uint64_t pc, Reg base, Guess& guess) {
  const FunctionInfo* info = flow.info();
  const Type wanted = peel(guess.object);
  if (!info || base == no_reg || guess.where.offset != guess.path.offset) return;
  const auto holder = [&](Reg r, std::uint64_t at) -> const Variable* {
    for (const auto& b : info->bindings())
      if (b.reg == r && b.delta == 0 && b.begin <= at && at < b.end &&
          peel(pointee(b.variable->type)).key() == wanted.key())
        return b.variable;
    return nullptr;
  };
  for (const Insn* insn = flow.at(pc); insn && insn->flow == Flow::next; insn = flow.at(insn->end())) {
    for (const auto& e : insn->effects) {
      const Variable* v = e.verb == Verb::copy && e.a == base && e.size == disassembler_.isa().word
                              ? holder(e.dst, insn->end())
                              : nullptr;
      if (v) guess.where.node = nodes_.variable(*v);
      if (v || e.dst == base) return;
    }
  }
}

// An index that the code does not tell: from the pointer's value if a register holds it, or supposing that it was NULL.
void Namer::refine_index(const Scene& scene, const FunctionFlow& flow, const State& state, Guess& guess,
                         std::uint64_t address, const Touch& touch) const {
  std::uint64_t start = 0;
  if (const auto value = value_of(scene, state, guess.where.node))
    start = *value;
  else if (address >= 16 * near_null)
    return;
  const auto offset = static_cast<std::int64_t>(address - start);
  if (offset < 0 || guess.where.stride == 0 || (offset - guess.where.offset) % guess.where.stride != 0) return;
  if (auto exact = flow.place({guess.where.node, offset, 0}, touch, scene.origin))
    guess = {exact->where, exact->object, std::move(exact->path)};
}

Cause Namer::conclude(const Guess& guess, const FunctionFlow& flow, std::uint64_t pc,
                      std::optional<std::uint64_t> address, bool matches) const {
  Cause cause;
  cause.expression = expression(*guess.where.node);
  cause.type = type_name(guess.object);
  cause.member = member_of(guess.path.text);
  cause.offset = guess.path.offset;
  if (address && guess.where.stride == 0) cause.value = *address - static_cast<std::uint64_t>(guess.where.offset);
  if (const FunctionInfo* info = flow.info()) cause.function = info->name();
  const bool straight = flow.follows_nearby(pc, guess.where.node);
  cause.confidence = matches && straight && !guess.path.ambiguous && named(*guess.where.node) ? Confidence::certain
                                                                                              : Confidence::likely;
  cause.reason = cause.confidence == Confidence::certain ? "location list, Code bytes and fault address agree"
                 : straight                              ? "location list and data flow"
                                                         : "data flow";
  return cause;
}

void Namer::name_fault(const Scene& scene, Subject& subject) {
  if (!subject.flow->ready()) return;
  const FunctionFlow& flow = *subject.flow;
  const Insn* insn = scene.faulting();
  const Access* access = insn ? faulting_access(scene) : nullptr;
  const std::uint64_t pc = scene.origin;
  if (!access || !flow.at(pc)) return;
  if (access->mem.base == scene.isa.sp) return;  // the stack itself is bad, no variable
  const State state = flow.before(pc);
  const Value address = flow.address_of(access->mem, *insn, state);
  Touch touch;
  touch.size = access->size;
  touch.mask = access->mask;
  auto guess = best_guess(flow, address, touch, pc);
  auto effective = scene.effective(access->mem);
  const auto& fault = report_.fault.address;
  const bool matches =
      report_.site.agrees_with_fault_address || (fault && (!effective || agrees(scene, *access, *effective, *fault)));
  if (!effective) effective = fault;
  if (effective && fault && !matches) return;
  if (effective && !fault && scene.isa.arch == CS_ARCH_X86 && !matches)
    return;  // a protection fault for another reason
  if (const auto argument = asks_the_caller(address, guess, effective);
      argument && name_in_callers(scene, *argument, effective, guess.has_value()))
    return;
  if (!guess && effective) guess = constant_guess(flow, *effective, touch, pc);
  if (!guess) return;
  if (!named(*guess->where.node)) name_by_next_copy(flow, pc, access->mem.base, *guess);
  if (guess->where.stride != 0 && effective) refine_index(scene, flow, state, *guess, *effective, touch);
  report_.site.cause = conclude(*guess, flow, pc, effective, matches);
}

std::optional<Cause> Namer::name_operand(Subject& subject, const Insn& insn, const Access& access) {
  const FunctionFlow& flow = *subject.flow;
  Touch touch;
  touch.size = access.size;
  touch.mask = access.mask;
  auto guess = best_guess(flow, flow.address_of(access.mem, insn, flow.before(insn.address)), touch, insn.address);
  if (!guess) return std::nullopt;
  if (!named(*guess->where.node)) name_by_next_copy(flow, insn.address, access.mem.base, *guess);
  return conclude(*guess, flow, insn.address, std::nullopt, true);
}

std::unique_ptr<FunctionFlow> Namer::flow_of(const Subject& s, FlowOptions options) {
  return std::make_unique<FunctionFlow>(s.function, disassembler_, types_, nodes_, s.unit, std::move(options),
                                        s.flow->shared_info());
}

// Whether the bad pointer is a parameter as it came in, of which the caller can say more: the helper's type says
// little, or the value is NULL plus a bit, so that the caller took a member's address.
std::optional<Namer::Argument> Namer::asks_the_caller(const Value& address, const std::optional<Guess>& guess,
                                                      std::optional<std::uint64_t> effective) const {
  std::optional<Argument> found;
  for (const auto& a : address) {
    if (found || !a.node || a.stride != 0) continue;
    const bool own = a.node->kind == Node::Kind::variable && a.node->variable->parameter >= 0;
    if (own)
      found = Argument{a.node->variable->parameter, a.offset};
    else if (a.node->kind == Node::Kind::argument)
      found = Argument{static_cast<int>(a.node->offset), a.offset};
  }
  if (!found || found->number >= static_cast<int>(disassembler_.isa().arguments.size())) return std::nullopt;
  if (!guess) return found;
  const bool root = guess->where.node->kind == Node::Kind::variable || guess->where.node->kind == Node::Kind::argument;
  if (!root) return std::nullopt;
  if (says_little(guess->object)) return found;
  const std::uint64_t value = effective ? *effective - static_cast<std::uint64_t>(found->inner) : 0;
  if (value != 0 && value < near_null) return found;
  return std::nullopt;
}

std::vector<const Frame*> Namer::callers() const {
  std::vector<const Frame*> out;
  const Frame* pc = pc_frame(report_);
  const auto add = [&](const Stack* stack, bool doubtful) {
    if (!stack) return;
    for (const auto& f : stack->frames) {
      if (f.ref.symbol.empty() || !f.ref.offset || (!f.reliable && !doubtful)) continue;
      if (pc && f.ref.symbol == pc->ref.symbol && f.ref.offset == pc->ref.offset) continue;
      out.push_back(&f);
    }
  };
  add(find_stack(report_, "lr"), false);
  const Stack* trace = find_stack(report_, "Call Trace");
  add(trace, false);
  if (out.empty() || (pc && pc->ref.symbol.empty())) add(trace, true);  // a wild call leaves only '?' entries
  if (out.size() > frames_to_try) out.resize(frames_to_try);
  return out;
}

// What a call passes as an argument: a member's address, or a pointer itself (then the path is empty).
std::optional<Namer::Guess> Namer::passed_by(const FunctionFlow& flow, const Insn& call, int argument,
                                             bool typed) const {
  const State state = flow.before(call.address);
  for (const auto& raw : state.regs[disassembler_.isa().arguments[static_cast<std::size_t>(argument)]]) {
    const Alternative a = flow.as_object(raw, false);
    if (!a.node || a.stride != 0 || !named(*a.node)) continue;
    if (a.offset != 0 || a.node->kind == Node::Kind::object) {
      if (auto place = flow.place(a, Touch{}, call.address))
        return Guess{place->where, place->object, std::move(place->path)};
    } else if (is_pointer(a.node->type) && (!typed || says_little(target_of(*a.node)))) {
      return Guess{a, target_of(*a.node), Path{}};
    }
  }
  return std::nullopt;
}

bool Namer::name_in_callers(const Scene& scene, Argument argument, std::optional<std::uint64_t> effective, bool typed) {
  std::string_view callee = scene.pc->symbol;
  bool found = false;
  for (const Frame* frame : callers()) {
    Subject* caller = subject(frame->ref);
    if (!caller) continue;
    const FunctionFlow& flow = *caller->flow;
    const Insn* call = call_before(flow, caller->address);
    if (!call || call->flow != Flow::call) continue;
    const CallSite* site = flow.info() ? flow.info()->call_returning_to(call->end()) : nullptr;
    if (!calls(site && site->has_callee ? site->callee : flow.callee_name(*call), callee)) continue;
    const auto guess = passed_by(flow, *call, argument.number, typed);
    if (!guess) return found;
    std::optional<std::uint64_t> value;
    if (effective) value = *effective - static_cast<std::uint64_t>(argument.inner);
    report_.site.cause = conclude(*guess, flow, call->address, value, report_.site.agrees_with_fault_address);
    report_.site.cause->reason = "passed to " + std::string(callee) + ": " + report_.site.cause->reason;
    found = true;
    // a helper that only passes its own parameter on: its caller says more
    const Node& node = *guess->where.node;
    const bool passed_on =
        node.kind == Node::Kind::variable && node.variable->parameter >= 0 && says_little(guess->object);
    if (!passed_on || !frame_roles(frame->ref.symbol).has(helpers) ||
        node.variable->parameter >= static_cast<int>(scene.isa.arguments.size()))
      return true;
    argument = {node.variable->parameter, argument.inner + guess->where.offset};
    callee = frame->ref.symbol;
  }
  return found;
}

std::optional<Cause> Namer::call_target(const Scene& scene, Subject& caller, const Insn& call) const {
  const FunctionFlow& flow = *caller.flow;
  const State state = flow.before(call.address);
  Cause cause;
  const Frame* pc = pc_frame(report_);
  std::optional<std::uint64_t> bad = pc ? pc->ref.address : std::nullopt;
  if (!bad) bad = report_.fault.address;
  cause.value = bad;
  cause.function = flow.info() ? std::string(flow.info()->name()) : "";
  cause.reason = "the call instruction of the caller";
  if (call.callee_mem) {
    Touch touch;
    touch.size = scene.isa.word;
    touch.want_pointer = true;
    const auto guess = best_guess(flow, flow.address_of(*call.callee_mem, call, state), touch, call.address);
    if (!guess || !named(*guess->where.node)) return std::nullopt;
    const Node* held =
        const_cast<Nodes&>(nodes_).load(*guess->where.node, guess->where.offset, guess->where.stride, guess->path);
    cause.expression = expression(*held);
    cause.type = type_name(guess->object);
    cause.member = member_of(guess->path.text);
    cause.offset = guess->path.offset;
    return cause;
  }
  if (call.callee == no_reg) return std::nullopt;
  const auto held = scene.reg(call.callee);
  if (held && bad && *held != *bad) return std::nullopt;
  const bool certain = held && bad && *held == *bad;
  const Alternative* best = nullptr;
  for (const auto& a : state.regs[call.callee]) {
    if (!a.node || a.offset != 0 || a.stride != 0 || !named(*a.node)) continue;
    const bool from_memory = a.node->kind == Node::Kind::load && !a.node->text.empty();
    if (!best || (from_memory && best->node->kind == Node::Kind::variable)) best = &a;
  }
  if (!best) return std::nullopt;
  cause.confidence = certain ? Confidence::certain : Confidence::likely;
  cause.expression = expression(*best->node);
  if (best->node->kind == Node::Kind::load && !best->node->text.empty()) {
    cause.type = type_name(target_of(*best->node->base));
    cause.member = member_of(best->node->text);
  } else {
    cause.type = type_name(best->node->type);
  }
  return cause;
}

void Namer::name_call(const Scene& scene) {
  for (const Frame* frame : callers()) {
    Subject* caller = subject(frame->ref);
    if (!caller) continue;
    const Insn* call = call_before(*caller->flow, caller->address);
    if (!call || call->flow != Flow::indirect_call) continue;
    if (auto cause = call_target(scene, *caller, *call)) {
      report_.site.cause = std::move(*cause);
      return;
    }
  }
}

// The compiler's check before each access passes the address; the report's headline tells where it returns to.
void Namer::name_sanitizer() {
  const Stack* headline = find_stack(report_, "BUG: KASAN");
  if (!headline || headline->frames.empty()) return;
  const SymbolRef& ref = headline->frames.front().ref;
  Subject* s = subject(ref);
  if (!s) return;
  const FunctionFlow& flow = *s->flow;
  Touch touch;
  touch.size = static_cast<unsigned>(report_.fault.size.value_or(0));
  std::uint64_t pc = s->address;
  Value address;
  const Insn* call = call_before(flow, s->address);
  if (call && call->flow == Flow::call) {
    const std::string target = flow.callee_name(*call);
    const bool check = target.starts_with("__asan_") || target.starts_with("__kasan_") ||
                       target.starts_with("kasan_check") || target.starts_with("__hwasan_");
    const bool copies = plain_symbol(target) == "memcpy" || plain_symbol(target) == "memmove" ||
                        target == "__asan_memcpy" || target == "__asan_memmove";
    if (!check && !copies) return;
    pc = call->address;
    const auto& arguments = disassembler_.isa().arguments;
    address = flow.before(pc).regs[arguments[copies && report_.fault.access == "read" ? 1 : 0]];
  } else if (const Insn* at = flow.at(s->address); at && !at->accesses.empty()) {
    address = flow.address_of(at->accesses.front().mem, *at, flow.before(pc));
  }
  auto guess = best_guess(flow, address, touch, pc);
  if (!guess && report_.fault.address) guess = constant_guess(flow, *report_.fault.address, touch, pc);
  if (!guess) return;
  // of freed or short objects the pointer's value is not what was bad (v6.1 mm/kasan/report_generic.c,
  // get_wild_bug_type)
  static constexpr std::string_view by_value[] = {"null-ptr-deref", "wild-memory-access", "user-memory-access"};
  const bool bad_value = std::ranges::find(by_value, report_.fact("bug-type")) != std::end(by_value);
  (bad_value ? report_.site.cause : report_.site.touched) =
      conclude(*guess, flow, pc, report_.fault.address, report_.fault.address.has_value());
  if (report_.site.operation.empty()) report_.site.operation = report_.fault.access == "write" ? "store" : "load";
  report_.site.access_size = touch.size;
}

}  // namespace unoops::inspection
