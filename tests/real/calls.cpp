// What is said of a call of NULL: random indirect call sites of a real kernel, each with the report that such a call
// would print (the caller is the trace's innermost frame, behind it another function with an indirect call). Named in
// another function, or wrong: never. Wrong is what two other witnesses deny: the data flow without location lists
// (another member of another structure), and the compiler's own list of the call's arguments (more than the named
// function pointer takes).
// kernel_sample.hpp says how to run it. SHOW=1: each of the sites, and what the data flow knows of those without a name.
// Exits with 1 if a figure does not hold.
#include <dwarf.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "inspect/inspect.hpp"
#include "inspect/naming.hpp"
#include "kernel_sample.hpp"

namespace {

using namespace unoops;
using namespace unoops::inspect;

struct Site {
  SymbolRef returns_to;
  Insn call;
};

struct Tally {
  unsigned sites = 0, named = 0, by_offsets = 0, certain = 0, elsewhere = 0, wrong = 0, compared = 0, counted = 0;
};

// An indirect call of the function, by chance.
std::optional<Site> choose(Namer& namer, const SymbolRef& ref, std::mt19937& random) {
  Subject* subject = namer.subject(ref);
  if (!subject || !subject->flow->info()) return std::nullopt;
  std::vector<const Insn*> calls;
  for (const Insn& insn : subject->flow->insns())
    if (insn.flow == Flow::indirect_call && insn.end() - subject->function.start < ref.size) calls.push_back(&insn);
  if (calls.empty()) return std::nullopt;
  Site out{ref, *calls[random() % calls.size()]};
  out.returns_to.offset = out.call.end() - subject->function.start;
  return out;
}

// Paravirt calls are patched away at boot: none of them is ever NULL.
bool is_patched(Namer& namer, const Site& site) {
  Subject* s = namer.subject(site.returns_to);
  const Insn* call = s ? s->flow->call_before(s->address) : nullptr;
  if (!call || !call->callee_mem) return false;
  for (const auto& raw : s->flow->address_of(*call->callee_mem, *call, s->flow->before(call->address))) {
    const Alternative a = s->flow->as_object(raw, false);
    if (a.node && a.node->kind == Node::Kind::object && a.node->text == "pv_ops") return true;
  }
  return false;
}

void add_stack(Report& report, StackRole role, std::vector<SymbolRef> places) {
  Stack stack;
  stack.role = role;
  for (auto& place : places) {
    Frame frame;
    frame.ref = std::move(place);
    stack.frames.push_back(std::move(frame));
  }
  report.stacks.push_back(std::move(stack));
}

// As the kernel prints a call of NULL: the register of the call is 0, the others hold addresses.
Report report_of(const Arch& arch, const Site& site, const Site& outer) {
  Report report;
  report.arch = &arch.info;
  report.kind = find_kind("null-pointer-dereference");
  report.fault.address = 0;
  report.fault.access = Access::execute;
  std::uint64_t value = 0xffff888004000000;
  for (Reg r = 0; r < max_regs; ++r)
    if (!arch.isa->name(r).empty())
      report.registers.push_back({std::string(arch.isa->name(r)), r == site.call.callee ? 0 : value += 0x1000});
  SymbolRef nothing;
  nothing.address = 0;
  add_stack(report, StackRole::pc, {nothing});
  add_stack(report, StackRole::trace, {site.returns_to, outer.returns_to});
  return report;
}

const Alternative* loaded(const Value& v) {
  for (const auto& a : v)
    if (a.node && a.node->kind == Node::Kind::load && a.offset == 0 && a.stride == 0 && !a.node->text.empty() &&
        is_aggregate(target_of(*a.node->base)))
      return &a;
  return nullptr;
}

Value target_in(FunctionFlow& flow, const Insn& call) {
  const State state = flow.before(call.address);
  if (call.callee_mem)
    return flow.load(flow.address_of(*call.callee_mem, call, state), flow.at(call.address) ? 8 : 0, state,
                     call.address);
  return call.callee == no_reg ? Value() : state.regs[call.callee];
}

// How many arguments the compiler lists of a call.
// -1: that call is not listed. (No std::optional: GCC 12 warns falsely of one that is not set.)
int listed_arguments(Dwarf_Die parent, std::uint64_t return_pc) {
  Dwarf_Die die;
  if (dwarf_child(&parent, &die) != 0) return -1;
  do {
    Dwarf_Attribute at;
    Dwarf_Addr pc = 0;
    if (dwarf_tag(&die) != DW_TAG_call_site) {
      if (const int found = listed_arguments(die, return_pc); found >= 0) return found;
    } else if (dwarf_attr(&die, DW_AT_call_return_pc, &at) && dwarf_formaddr(&at, &pc) == 0 && pc == return_pc) {
      int n = 0;
      Dwarf_Die child;
      if (dwarf_child(&die, &child) == 0) do
          n += dwarf_tag(&child) == DW_TAG_call_site_parameter;
        while (dwarf_siblingof(&child, &child) == 0);
      return n;
    }
  } while (dwarf_siblingof(&die, &die) == 0);
  return -1;
}

// Of a pointer to a function; none: it is none, or takes any number.
std::optional<unsigned> parameters_of(Type pointer) {
  const Type function = peel(pointee(pointer));
  Dwarf_Die die = function.die, child;
  if (!function || dwarf_tag(&die) != DW_TAG_subroutine_type) return std::nullopt;
  unsigned n = 0;
  if (dwarf_child(&die, &child) == 0) do {
      if (dwarf_tag(&child) == DW_TAG_unspecified_parameters) return std::nullopt;
      n += dwarf_tag(&child) == DW_TAG_formal_parameter;
    } while (dwarf_siblingof(&child, &child) == 0);
  return n;
}

// What the two other witnesses say of the name; empty: they do not deny it.
std::string denied(Namer& namer, const Site& site, const Cause& cause, Tally& tally) {
  Subject* s = namer.subject(site.returns_to);
  const Insn* call = s ? s->flow->call_before(s->address) : nullptr;
  if (!call) return "no call";
  FlowOptions options;
  options.lists = false;
  const auto bare = namer.flow_of(*s, options);
  const Value with = target_in(*s->flow, *call), without = target_in(*bare, *call);
  const Alternative *a = loaded(with), *b = loaded(without);
  if (a && b) {
    ++tally.compared;
    const bool same = a->node->offset == b->node->offset || type_name(a->node->type) == type_name(b->node->type);
    if (!same) return "without location lists it is " + expression(*b->node);
  }
  const auto die = s->unit->function_within(s->function.start, s->function.start + s->function.bytes.size());
  const auto listed = die ? listed_arguments(*die, call->end()) : -1;
  for (const auto& x : with) {
    if (!x.node || expression(*x.node) != cause.expression) continue;
    if (!is_pointer(x.node->type)) return "it is no pointer";
    const auto takes = parameters_of(x.node->type);
    if (!takes || listed < 0) continue;
    ++tally.counted;
    if (listed > static_cast<int>(*takes))
      return "it takes " + std::to_string(*takes) + ", gets " + std::to_string(listed);
  }
  return {};
}

std::string alternatives(const Value& value) {
  std::string out;
  for (const auto& a : value) {
    out += out.empty() ? "" : " or ";
    if (a.node) out += "(" + type_name(a.node->type) + ") " + expression(*a.node) + " ";
    out += std::to_string(a.offset) + (a.stride ? "%" + std::to_string(a.stride) : "");
  }
  return out.empty() ? "?" : out;
}

// What the data flow knows of a register before an instruction, and of those that it was loaded from.
std::string known_of(FunctionFlow& flow, const Isa& isa, const Insn* at, Reg reg) {
  std::string out = std::string(isa.name(reg)) + ": " + alternatives(flow.before(at->address).regs[reg]);
  for (at = flow.ending_at(at->address); at && reg != no_reg; at = flow.ending_at(at->address))
    for (const auto& e : at->effects) {
      if (e.dst != reg) continue;
      reg = e.verb == Verb::load || e.verb == Verb::address ? e.mem.base : e.a;
      if (reg == no_reg) break;
      out += "  <- " + std::to_string(e.mem.disp) + "(" + std::string(isa.name(reg)) +
             "): " + alternatives(flow.before(at->address).regs[reg]);
      break;
    }
  return out;
}

std::string known_of(Namer& namer, const Site& site) {
  Subject* s = namer.subject(site.returns_to);
  const Insn* call = s ? s->flow->call_before(s->address) : nullptr;
  if (!call) return "no call";
  const Reg reg = call->callee_mem ? call->callee_mem->base : call->callee;
  return reg == no_reg ? "no register" : known_of(*s->flow, namer.isa(), call, reg);
}

void judge(Namer& namer, const Site& site, const Report& report, Tally& tally) {
  ++tally.sites;
  const auto& cause = report.site.cause;
  std::string verdict = "-";
  if (cause && !cause->expression.empty()) {
    verdict = cause->expression;
    ++tally.named;
    tally.by_offsets += cause->type.empty();
    tally.certain += cause->confidence == Confidence::certain;
    Subject* s = namer.subject(site.returns_to);
    if (!s || cause->function != s->flow->info()->name()) {
      ++tally.elsewhere;
      verdict += "  IN " + cause->function;
    } else if (const auto why = denied(namer, site, *cause, tally); !why.empty()) {
      ++tally.wrong;
      verdict += "  WRONG: " + why;
    }
  }
  const bool bad = verdict.find("  IN ") != std::string::npos || verdict.find("  WRONG") != std::string::npos;
  if (verdict == "-" && std::getenv("SHOW")) verdict += "  " + known_of(namer, site);
  if (bad || std::getenv("SHOW"))
    std::printf("%s+0x%llx: %s\n", site.returns_to.symbol.c_str(),
                static_cast<unsigned long long>(*site.returns_to.offset), verdict.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  const auto kernel = real::KernelSample::open(argc, argv);
  if (!kernel) return 2;
  if (kernel->empty()) {
    std::printf("calls: no functions (is the debug kernel installed?): skipped\n");
    return 77;
  }
  Tally tally;
  std::optional<Site> outer;
  for (unsigned tries = 0; tally.sites < kernel->count && tries < kernel->count * 40; ++tries) {
    Report none;
    none.arch = &kernel->row.info;
    Namer namer(none, kernel->disassembler, &kernel->files);
    const auto site = choose(namer, kernel->pick(), kernel->random);
    if (!site || is_patched(namer, *site)) continue;
    if (outer && outer->returns_to.symbol != site->returns_to.symbol) {
      Report report = report_of(kernel->row, *site, *outer);
      inspect_fault(report, &kernel->files);
      judge(namer, *site, report, tally);
    }
    outer = site;
  }
  const double named = tally.sites ? 100.0 * tally.named / tally.sites : 0;
  std::printf(
      "%u call sites: named %.1f%% (certain %u, by offsets alone %u), in another function %u, wrong %u (of %u that two "
      "flows and %u that "
      "argument lists tell of)\n",
      tally.sites, named, tally.certain, tally.by_offsets, tally.elsewhere, tally.wrong, tally.compared, tally.counted);
  return tally.elsewhere || tally.wrong || named < 85;
}
