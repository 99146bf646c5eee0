#include "inspect/flow.hpp"

#include <algorithm>

namespace unoops::inspect {
namespace {

constexpr std::size_t max_insns = 60'000;

// Calls that change nothing: the function tracer's.
bool is_tracer(std::string_view name) {
  return name == "__fentry__" || name == "mcount" || name == "_mcount" || name == "__gnu_mcount_nc";
}

// Functions that DWARF does not always mark.
bool is_noreturn_name(std::string_view name) {
  return name == "__stack_chk_fail" || name == "panic" || name == "fortify_panic" || name == "__fortify_panic";
}

}  // namespace

FunctionFlow::FunctionFlow(const Function& function, const Disassembler& disassembler, Types& types, Nodes& nodes,
                           UnitIndex* unit, FlowOptions options)
    : function_(function),
      disassembler_(disassembler),
      types_(types),
      nodes_(nodes),
      unit_(unit),
      options_(std::move(options)),
      info_(options_.info) {
  if (!info_ && unit_ && function_.unit)
    if (const auto die = unit_->function_within(function_.start, function_.start + function_.bytes.size()))
      info_ = std::make_shared<FunctionInfo>(*die);
  entry_ =
      info_ && !info_->ranges().empty() ? std::max(info_->ranges().front().begin, function_.start) : function_.start;
  decode(function_.start, function_.bytes);
  if (info_ && function_.program)
    for (const auto& r : info_->ranges())
      if (r.end <= function_.start || r.begin >= function_.start + function_.bytes.size())
        decode(r.begin, function_.program->code(r.begin, r.end));
  if (insns_.empty()) return;
  std::ranges::sort(insns_, {}, &Insn::address);
  for (std::size_t i = 0; i < insns_.size(); ++i) index_.emplace(insns_[i].address, i);
  build_blocks();
  connect();
  choose_blocks();
  run();
}

void FunctionFlow::decode(std::uint64_t begin, std::span<const std::uint8_t> bytes) {
  for (std::size_t at = 0; at < bytes.size() && insns_.size() < max_insns;) {
    auto decoded =
        disassembler_.decode(bytes.subspan(at, std::min<std::size_t>(bytes.size() - at, 16)), begin + at, false);
    Insn insn;
    if (decoded) {
      insn = std::move(decoded->insn);
    } else {  // not known: assume that it changes everything a call changes
      insn.address = begin + at;
      insn.size = function_.isa->step;
      for (Reg r : function_.isa->call_clobbers) {
        Effect e;
        e.dst = r;
        insn.effects.push_back(e);
      }
    }
    fix_special(insn);
    at += insn.size;
    insns_.push_back(std::move(insn));
  }
}

std::string FunctionFlow::callee_name(const Insn& insn) const {
  if (!function_.program || !insn.target) return {};
  if (insn.target_field != 0)
    if (const auto reloc =
            function_.program->relocation(insn.target_field, insn.target_field == insn.address ? insn.size : 4))
      if (!reloc->symbol.empty()) return std::string(reloc->symbol);
  if (const auto place = function_.program->symbol_at(*insn.target); place && place->offset == 0) return place->symbol;
  return {};
}

// Retpolines and return thunks are calls and jumps by their bytes only.
void FunctionFlow::fix_special(Insn& insn) {
  if (insn.flow != Flow::call && insn.flow != Flow::jump) return;
  const bool inside =
      insn.target && *insn.target >= function_.start && *insn.target < function_.start + function_.bytes.size();
  if (inside && insn.flow == Flow::jump && !(function_.program && function_.program->relocation(insn.target_field, 4)))
    return;
  const std::string name = callee_name(insn);
  if (name.empty()) return;
  const Isa& isa = *function_.isa;
  if (name == isa.return_thunk) {
    insn.flow = Flow::ret;
    insn.target.reset();
  } else if (const auto reg = isa.thunk_register(name); !reg.empty()) {
    insn.flow = insn.flow == Flow::call ? Flow::indirect_call : Flow::indirect_jump;
    insn.target.reset();
    for (Reg r = 0; r < max_regs; ++r)
      if (isa.name(r) == reg) insn.callee = r;
  } else if (is_tracer(name)) {
    insn.flow = Flow::next;
    insn.target.reset();
  } else if (insn.flow == Flow::jump && function_.program->relocation(insn.target_field, 4)) {
    // an unresolved field looks like a jump to the next instruction: take the relocation's word
    const auto reloc = function_.program->relocation(insn.target_field, 4);
    insn.target = reloc->target;
    if (insn.target) *insn.target += isa.field_bytes;
    if (!insn.target) insn.flow = Flow::ret;
  }
}

void FunctionFlow::build_blocks() {
  std::vector<bool> leader(insns_.size(), false);
  leader[0] = true;
  for (std::size_t i = 0; i < insns_.size(); ++i) {
    const Insn& insn = insns_[i];
    const bool ends = insn.flow != Flow::next && insn.flow != Flow::call && insn.flow != Flow::indirect_call;
    const bool gap = i + 1 < insns_.size() && insns_[i + 1].address != insn.end();
    if (i + 1 < insns_.size() && (ends || gap || no_return(insn))) leader[i + 1] = true;
    if ((insn.flow == Flow::jump || insn.flow == Flow::branch) && insn.target)
      if (const auto it = index_.find(*insn.target); it != index_.end()) leader[it->second] = true;
  }
  block_index_.resize(insns_.size());
  blocks_.reserve(static_cast<std::size_t>(std::ranges::count(leader, true)));
  for (std::size_t i = 0; i < insns_.size(); ++i) {
    if (leader[i]) {
      if (!blocks_.empty()) blocks_.back().last = i;
      blocks_.emplace_back().first = i;
    }
    block_index_[i] = blocks_.size() - 1;
  }
  blocks_.back().last = insns_.size();
  if (!info_) return;
  for (Block& b : blocks_) {
    const std::uint64_t pc = insns_[b.first].address;
    for (const auto& binding : info_->bindings()) {
      if (binding.begin > pc) break;
      if (pc < binding.end) b.places.push_back(&binding);
    }
  }
}

bool FunctionFlow::no_return(const Insn& insn) const {
  if (insn.flow != Flow::call) return false;
  const DwarfCall* site = info_ ? info_->call_returning_to(insn.end()) : nullptr;
  if (site && site->noreturn) return true;
  return is_noreturn_name(site && site->has_callee ? site->callee : callee_name(insn));
}

void FunctionFlow::connect() {
  const auto link = [this](Block& from, std::size_t insn) {
    Block& to = blocks_[block_index_[insn]];
    from.next.push_back(block_index_[insn]);
    if (to.has_predecessor)
      to.before.reset();
    else
      to.before = static_cast<std::size_t>(&from - blocks_.data());
    to.has_predecessor = true;
  };
  for (Block& b : blocks_) {
    const Insn& last = insns_[b.last - 1];
    if ((last.flow == Flow::jump || last.flow == Flow::branch) && last.target)
      if (const auto it = index_.find(*last.target); it != index_.end()) link(b, it->second);
    const bool falls = (last.flow == Flow::next || last.flow == Flow::branch || last.flow == Flow::call ||
                        last.flow == Flow::indirect_call) &&
                       !no_return(last);
    if (falls && b.last < insns_.size() && insns_[b.last].address == last.end()) link(b, b.last);
  }
  // A WARN's trap goes on behind it, a BUG's does not: behind a BUG stands code that is reached from elsewhere.
  for (Block& b : blocks_) {
    const Insn& last = insns_[b.last - 1];
    if (last.flow == Flow::trap && b.last < insns_.size() && insns_[b.last].address == last.end() &&
        !blocks_[block_index_[b.last]].has_predecessor)
      link(b, b.last);
  }
  // arm64's room for the tracer's nops stands before DW_AT_low_pc; a .cold part is not the entry
  const bool cold = info_ && !info_->ranges().empty() && info_->ranges().front().begin < function_.start;
  const auto it = index_.find(cold ? info_->ranges().front().begin : function_.start);
  blocks_[it == index_.end() ? 0 : block_index_[it->second]].entry = true;
}

void FunctionFlow::enter_function(State& s) {
  const Isa& isa = *function_.isa;
  s.regs[isa.sp] = Value({nodes_.frame(), -isa.cfa_at_entry, 0});
  for (std::size_t i = 0; i < isa.arguments.size(); ++i)
    s.regs[isa.arguments[i]] = Value({nodes_.argument(static_cast<int>(i)), 0, 0});
  for (const auto& [reg, value] : options_.entry) s.regs[reg].add(value);
}

bool FunctionFlow::left_out(const Variable* v) const {
  return std::ranges::find(options_.without, v) != options_.without.end();
}

void FunctionFlow::bind(State& s, const Binding& b) {
  if (b.reg == no_reg || b.reg >= max_regs || left_out(b.variable) || !options_.names) return;
  if (!options_.lists && b.begin > entry_) return;
  const Node* node = nodes_.variable(*b.variable);
  Value v;
  v.add({node, b.delta, 0});
  for (const auto& a : s.regs[b.reg])
    if (a.node != node) v.add(a);
  s.regs[b.reg] = v;
}

void FunctionFlow::overlay(State& s, const Block& block) {
  for (const Binding* b : block.places) bind(s, *b);
}

// What begins behind the instruction before. Behind a call ranges begin one byte early, within the call: compilers mean
// that the callee still sees the old place.
void FunctionFlow::overlay_behind(State& s, const Insn& last, std::uint64_t pc) {
  if (!info_) return;
  const auto& bindings = info_->bindings();
  for (auto it = std::ranges::upper_bound(bindings, last.address, {}, &Binding::begin);
       it != bindings.end() && it->begin <= pc; ++it)
    if (pc < it->end) bind(s, *it);
}

const Insn* FunctionFlow::at(std::uint64_t pc) const {
  const auto it = index_.find(pc);
  return it == index_.end() ? nullptr : &insns_[it->second];
}

const Insn* FunctionFlow::ending_at(std::uint64_t pc) const {
  auto it = std::ranges::lower_bound(insns_, pc, {}, &Insn::address);
  if (it == insns_.begin()) return nullptr;
  --it;
  return it->end() == pc ? &*it : nullptr;
}

const Insn* FunctionFlow::call_before(std::uint64_t return_pc) const {
  if (const Insn* exact = ending_at(return_pc)) return exact;
  // a retpoline call that the kernel made shorter at boot: the return address lies in what was one instruction
  for (const Insn& insn : insns_)
    if (insn.address < return_pc && return_pc < insn.end()) return &insn;
  return nullptr;
}

const Insn* FunctionFlow::giver(const Insn& before, Reg reg) const {
  const auto it = index_.find(before.address);
  if (it == index_.end() || reg == no_reg) return nullptr;
  constexpr int most_blocks = 16;
  std::size_t i = it->second;
  for (int n = 0; n < most_blocks; ++n) {
    const Block& block = blocks_[block_index_[i]];
    while (i > block.first) {
      const Insn& insn = insns_[--i];
      if (insn.writes(reg)) return &insn;
      const bool calls = insn.flow == Flow::call || insn.flow == Flow::indirect_call;
      if (calls && std::ranges::find(function_.isa->call_clobbers, reg) != function_.isa->call_clobbers.end())
        return nullptr;
    }
    if (block.entry || !block.before) return nullptr;
    i = blocks_[*block.before].last;
  }
  return nullptr;
}

bool FunctionFlow::follows_nearby(std::uint64_t pc, const Node* node) {
  if (node->kind == Node::Kind::object) return true;
  const auto it = index_.find(pc);
  if (it == index_.end()) return false;
  const Block& b = settled(block_index_[it->second]);
  State s;
  if (b.entry) enter_function(s);
  s.regs[function_.isa->sp] = b.in.regs[function_.isa->sp];
  overlay(s, b);
  for (std::size_t k = b.first; k < it->second; ++k) {
    step(insns_[k], s);
    overlay_behind(s, insns_[k], insns_[k + 1].address);
  }
  return std::ranges::any_of(s.regs, [node](const Value& v) {
    return std::any_of(v.begin(), v.end(), [node](const Alternative& a) { return a.node == node; });
  });
}

State FunctionFlow::at_entry() {
  State s;
  enter_function(s);
  for (const Block& b : blocks_)
    if (b.entry) overlay(s, b);
  return s;
}

State FunctionFlow::before(std::uint64_t pc) {
  const auto it = index_.find(pc);
  if (it == index_.end()) return {};
  const Block& b = settled(block_index_[it->second]);
  State s = b.in;
  overlay(s, b);
  for (std::size_t k = b.first; k < it->second; ++k) {
    step(insns_[k], s);
    overlay_behind(s, insns_[k], insns_[k + 1].address);
  }
  return s;
}

}  // namespace unoops::inspect
