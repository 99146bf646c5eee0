#include "inspect/naming.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/wrapping.hpp"

namespace unoops::inspect {

std::string member_of(std::string_view path) { return std::string(path.starts_with('.') ? path.substr(1) : path); }

Namer::Namer(Report& report, const Disassembler& disassembler, FileStore* impl)
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

// Which file the types are of is not known, but they are of one that is looked at.
void Namer::tell_endless() {
  for (const auto& s : subjects_)
    if (s.program && s.flow && (types_.endless() || (s.flow->info() && s.flow->info()->endless())))
      s.program->view().file->elf().budget().refuse("its types or variables do not end");
}

Subject* Namer::analyse(CodeView view) {
  for (auto& s : subjects_)
    if (s.program && s.program->view().file == view.file && s.function.start == view.start) {
      s.address = view.address;
      return s.flow->ready() ? &s : nullptr;
    }
  Subject& s = subjects_.emplace_back();
  s.program = std::make_unique<ViewProgram>(std::move(view));
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

std::optional<Namer::Guess> Namer::best_guess(FunctionFlow& flow, const Value& address, const Touch& touch,
                                              std::uint64_t pc, const State& state) {
  std::optional<Guess> nameless;
  const auto look = [&](const Alternative& a) -> std::optional<Guess> {
    auto place = flow.place(a, touch, pc);
    if (!place) return std::nullopt;
    Guess guess{place->where, place->object, std::move(place->path)};
    if (named(*guess.where.node)) return guess;
    if (!nameless) nameless = std::move(guess);
    return std::nullopt;
  };
  for (const auto& a : address)
    if (auto guess = look(a)) return guess;
  for (const auto& a : address)
    for (const auto& other : flow.synonyms(a, state))
      if (auto guess = look(other)) return guess;
  return nameless;
}

// A pointer that the compiler knew to be NULL, or near it, needs no register: only its own variable's members lie
// there.
std::optional<Namer::Guess> Namer::constant_guess(FunctionFlow& flow, std::uint64_t address, const Touch& touch,
                                                  std::uint64_t pc) {
  std::optional<Guess> found;
  if (!flow.info()) return found;
  for (const Constant& c : flow.info()->constants()) {
    const auto offset = wrapping_difference(static_cast<std::int64_t>(address), c.value);
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
void Namer::name_by_next_copy(FunctionFlow& flow, std::uint64_t pc, Reg base, Guess& guess) {
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
void Namer::refine_index(const Scene& scene, FunctionFlow& flow, const State& state, Guess& guess,
                         std::uint64_t address, const Touch& touch) {
  std::uint64_t start = 0;
  if (const auto value = value_of(scene, state, guess.where.node))
    start = *value;
  else if (address >= 16 * limits::near_null)
    return;
  const auto offset = static_cast<std::int64_t>(address - start);
  if (offset < 0 || guess.where.stride == 0 ||
      wrapping_difference(offset, guess.where.offset) % guess.where.stride != 0)
    return;
  if (auto exact = flow.place({guess.where.node, offset, 0}, touch, scene.origin))
    guess = {exact->where, exact->object, std::move(exact->path)};
}

Cause Namer::conclude(const Guess& guess, FunctionFlow& flow, std::uint64_t pc, std::optional<std::uint64_t> address,
                      bool matches) {
  Cause cause;
  cause.expression = expression(*guess.where.node);
  cause.type = type_name(guess.object);
  cause.member = member_of(guess.path.text);
  cause.offset = guess.path.offset;
  if (address && guess.where.stride == 0) cause.value = *address - static_cast<std::uint64_t>(guess.where.offset);
  cause.embedded = embedded_below_null(guess.object, cause.value, disassembler_.isa().word);
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
  FunctionFlow& flow = *subject.flow;
  const Insn* insn = scene.faulting();
  const MemoryAccess* access = insn ? faulting_access(scene) : nullptr;
  const std::uint64_t pc = scene.origin;
  if (!access || !flow.at(pc)) return;
  if (access->mem.base == scene.isa.sp) return;  // the stack itself is bad, no variable
  const State state = flow.before(pc);
  const Value address = flow.address_of(access->mem, *insn, state);
  Touch touch;
  touch.size = access->size;
  touch.mask = access->mask;
  auto guess = best_guess(flow, address, touch, pc, state);
  auto effective = scene.effective(access->mem);
  // the log's own bytes are the code that ran: the file's may be patched at boot (memcpy's first jump, paravirt calls)
  const Subject* ran = subject_of_code(scene);
  const auto argument = came_in(ran ? *ran : subject, *insn, access->mem);
  const auto& fault = report_.fault.address;
  const bool matches =
      report_.site.agrees_with_fault_address || (fault && (!effective || agrees(scene, *access, *effective, *fault)));
  if (!effective) effective = fault;
  if (effective && fault && !matches) return;
  if (effective && !fault && scene.arch.protection_faults && !matches) return;
  // a copy that was under way has moved its registers on
  const bool moved = insn->string_op && effective >= limits::near_null;
  if (argument && !moved) follow_into_callers(scene, *argument, effective);
  if (const auto asked = asks_the_caller(argument, guess, effective);
      asked && name_in_callers(scene, *asked, effective, guess.has_value()))
    return;
  if (!guess && effective) guess = constant_guess(flow, *effective, touch, pc);
  if (!guess) return;
  if (!named(*guess->where.node)) name_by_next_copy(flow, pc, access->mem.base, *guess);
  if (guess->where.stride != 0 && effective) refine_index(scene, flow, state, *guess, *effective, touch);
  report_.site.cause = conclude(*guess, flow, pc, effective, matches);
}

std::optional<Cause> Namer::name_operand(Subject& subject, const Insn& insn, const MemoryAccess& access) {
  FunctionFlow& flow = *subject.flow;
  Touch touch;
  touch.size = access.size;
  touch.mask = access.mask;
  const State state = flow.before(insn.address);
  auto guess = best_guess(flow, flow.address_of(access.mem, insn, state), touch, insn.address, state);
  if (!guess) return std::nullopt;
  if (!named(*guess->where.node)) name_by_next_copy(flow, insn.address, access.mem.base, *guess);
  return conclude(*guess, flow, insn.address, std::nullopt, true);
}

std::unique_ptr<FunctionFlow> Namer::flow_of(const Subject& s, FlowOptions options) {
  options.info = s.flow->shared_info();
  return std::make_unique<FunctionFlow>(s.function, disassembler_, types_, nodes_, s.unit, std::move(options));
}

}  // namespace unoops::inspect
