// How much of a real kernel the naming knows: random instructions that touch memory through a register other than the
// stack pointer, and what is said of each. The self-check: where a location list names the variable in the base
// register, the data flow without that list must find the same type. kernel_sample.hpp says how to run it.
#include "inspect/naming.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "kernel_sample.hpp"

namespace {

using namespace unoops;
using namespace unoops::inspect;

struct Tally {
  unsigned sampled = 0, listed = 0, typed = 0, named = 0, compared = 0, agreed = 0, silent = 0;
  std::vector<double> milliseconds;
  std::map<std::string, unsigned> disagreements;
};

// Variables that a location list puts into the register: pointers to structs only.
std::vector<const Variable*> listed(const FunctionFlow& flow, Reg base, std::uint64_t pc) {
  std::vector<const Variable*> out;
  for (const auto& b : flow.info()->bindings())
    if (b.reg == base && b.delta == 0 && b.begin <= pc && pc < b.end) out.push_back(b.variable);
  return out;
}

const Variable* pointer_to_struct(const std::vector<const Variable*>& variables) {
  for (const Variable* v : variables)
    if (is_pointer(v->type) && is_aggregate(pointee(v->type))) return v;
  return nullptr;
}

Type flow_target(const State& state, Reg base) {
  for (const auto& a : state.regs[base])
    if (a.node && a.stride == 0 && a.offset == 0 && is_aggregate(target_of(*a.node))) return peel(target_of(*a.node));
  return {};
}

// A pointer to a struct points to its first member, too: container_of at offset 0, casts between an object and its
// base.
bool begins_with(Types& types, Type outer, Type inner) {
  std::vector<Type> waiting{outer};
  for (std::size_t i = 0; i < waiting.size() && i < 64; ++i) {
    if (waiting[i].key() == inner.key() || type_name(waiting[i]) == type_name(inner)) return true;
    if (is_aggregate(waiting[i]))
      for (const Type& member : types.first_members(waiting[i])) waiting.push_back(member);
  }
  return false;
}

void self_check(Namer& namer, Subject& subject, const Insn& insn, Reg base, Tally& tally) {
  const auto variables = listed(*subject.flow, base, insn.address);
  const Variable* v = pointer_to_struct(variables);
  if (!v) return;
  FlowOptions options;
  options.without = variables;
  const auto flow = namer.flow_of(subject, options);
  const State state = flow->before(insn.address);
  const Type found = flow_target(state, base);
  if (!found) return void(++tally.silent);
  ++tally.compared;
  const Type wanted = peel(pointee(v->type));
  if (begins_with(namer.types(), found, wanted) || begins_with(namer.types(), wanted, found))
    return void(++tally.agreed);
  ++tally.disagreements[type_name(wanted) + " *" + v->name + " is said to be " + type_name(found) + "  in " +
                        subject.function.symbol];
}

const MemoryAccess* operand_of(const Insn& insn, Reg sp) {
  for (const MemoryAccess& a : insn.accesses)
    if (a.mem.base != no_reg && a.mem.base != sp && !a.mem.per_cpu) return &a;
  return nullptr;
}

// The n-th instruction that touches memory, by chance: its offset in the function.
std::optional<std::uint64_t> choose(const FunctionFlow& flow, Reg sp, std::uint64_t start, std::mt19937& random) {
  std::vector<const Insn*> candidates;
  for (const Insn& insn : flow.insns())
    if (operand_of(insn, sp)) candidates.push_back(&insn);
  if (candidates.empty()) return std::nullopt;
  return candidates[random() % candidates.size()]->address - start;
}

// As a report asks: everything is read anew. The clock is the process's own: the machine may be busy.
bool sample(Namer& namer, SymbolRef ref, std::uint64_t offset, Tally& tally) {
  ref.offset = offset;
  const std::clock_t start = std::clock();
  Subject* subject = namer.subject(ref);
  if (!subject) return false;
  FunctionFlow& flow = *subject->flow;
  const Insn* insn = flow.at(subject->address);
  const MemoryAccess* access = insn ? operand_of(*insn, namer.isa().sp) : nullptr;
  if (!access) return false;
  // a frame pointer is the stack pointer's double
  const State before = flow.before(insn->address);
  for (const auto& a : before.regs[access->mem.base])
    if (a.node && a.node->kind == Node::Kind::frame) return false;
  const auto cause = namer.name_operand(*subject, *insn, *access);
  const double ms = 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  ++tally.sampled;
  tally.milliseconds.push_back(ms);
  tally.listed += pointer_to_struct(listed(flow, access->mem.base, insn->address)) != nullptr;
  tally.typed += cause.has_value();
  tally.named += cause && !cause->expression.empty();
  self_check(namer, *subject, *insn, access->mem.base, tally);
  if (std::getenv("SLOW") && ms > 10)
    std::printf("%s: %zu instructions, %.1f ms\n", ref.symbol.c_str(), flow.insns().size(), ms);
  if (std::getenv("SHOW")) {
    std::printf("%s+0x%llx: %s\n", ref.symbol.c_str(), static_cast<unsigned long long>(offset),
                cause ? (cause->expression + "  (" + cause->type + ")  " + cause->member).c_str() : "-");
  }
  return true;
}

double percent(unsigned part, unsigned all) { return all ? 100.0 * part / all : 0; }

// The naming may add this much to a report.
constexpr double allowed_ms = 15;

void print_times(std::vector<double> times) {
  if (times.empty()) return;
  std::ranges::sort(times);
  const auto at = [&](double part) {
    return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
  };
  std::printf("  %.2f ms each: half below %.2f, 99%% below %.1f, worst %.1f; above %.0f ms: %td\n",
              std::accumulate(times.begin(), times.end(), 0.0) / static_cast<double>(times.size()), at(0.5), at(0.99),
              times.back(), allowed_ms, std::ranges::count_if(times, [](double ms) { return ms > allowed_ms; }));
}

void print(const char* what, const Tally& t) {
  std::printf(
      "%s: %u instructions: type and member %.1f%%, by name %.1f%% (a list names the base register in %.1f%%)\n", what,
      t.sampled, percent(t.typed, t.sampled), percent(t.named, t.sampled), percent(t.listed, t.sampled));
  std::printf("  self-check: of %u lists data flow finds the type itself in %.1f%%, and agrees in %.2f%% (%u of %u)\n",
              t.compared + t.silent, percent(t.compared, t.compared + t.silent), percent(t.agreed, t.compared),
              t.agreed, t.compared);
  print_times(t.milliseconds);
  for (const auto& [text, n] : t.disagreements) std::printf("  %3u  %s\n", n, text.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  const auto kernel = real::KernelSample::open(argc, argv);
  if (!kernel) return 2;
  if (kernel->empty()) return std::fprintf(stderr, "naming: no functions\n"), 2;
  const Disassembler& disassembler = kernel->disassembler;
  Tally tally;
  for (unsigned tries = 0; tally.sampled < kernel->count && tries < kernel->count * 20; ++tries) {
    Report report;
    report.arch = &kernel->row.info;
    const SymbolRef& ref = kernel->pick();
    Namer first(report, disassembler, &kernel->files);
    const Subject* subject = first.subject(ref);
    if (!subject || !subject->flow->info()) continue;
    const auto offset = choose(*subject->flow, kernel->row.isa->sp, subject->function.start, kernel->random);
    if (!offset || *offset >= ref.size) continue;
    Namer namer(report, disassembler, &kernel->files);
    sample(namer, ref, *offset, tally);
  }
  print(kernel->modules ? "modules" : "vmlinux", tally);
  return 0;
}
