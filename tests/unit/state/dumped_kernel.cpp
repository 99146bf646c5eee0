#include "unit/state/dumped_kernel.hpp"

#include <fmt/format.h>

#include "state/examine.hpp"

namespace unoops::test {
namespace {

constexpr std::uint64_t image = 0xffffffff80000000, phys_base = 0x2000000, page = 4096;
constexpr std::size_t registers_at = 112, ip = 16, cs = 17, sp = 19;

std::uint64_t physical(std::uint64_t address) { return address - image + phys_base; }

}  // namespace

DumpedKernel::DumpedKernel() {
  if (!run(fmt::format("cd {} && gcc -c -O1 -gdwarf-5 -ffreestanding -fno-pic -mcmodel=kernel -fcf-protection=none "
                       "-fno-asynchronous-unwind-tables -o kernel.o {}/debuginfo/dumped.c && "
                       "ld -Ttext=0xffffffff81000000 -e 0 --unique=.data..percpu "
                       "--build-id=0x0123456789abcdef0123456789abcdef01234567 -o vmlinux kernel.o",
                       dir_.path(), TESTDATA)))
    return;
  auto elf = debuginfo::ElfFile::open(dir_ / "vmlinux");
  REQUIRE(elf);
  for (const auto& section : (*elf)->sections()) {
    if (!section.allocated()) continue;
    const auto bytes = (*elf)->bytes(section);
    std::string content(section.size, '\0');
    std::copy(bytes.begin(), bytes.end(), content.begin());
    pages_.put(physical(section.addr), content);
  }
  file_ = std::make_unique<debuginfo::DebugFile>(std::move(*elf));
  pages_.info = fmt::format(
      "OSRELEASE=6.1.0-test\nBUILD-ID=0123456789abcdef0123456789abcdef01234567\nPAGESIZE=4096\nSYMBOL(_stext)={:x}\n"
      "NUMBER(phys_base)={}\nSIZE(page)=32\n",
      file_->symbols().find("_stext").front().address, phys_base);
  pages_.cpus = {std::string(336, '\0')};
  set_register(ip, address("inner") + 3);
  set_register(sp, address("runner_stack") + 8 * 480);
  set_register(cs, 0x10);
}

std::uint64_t DumpedKernel::address(const std::string& symbol) {
  if (const auto code = file_->symbols().find(symbol); !code.empty()) return code.front().address;
  const auto variable = file_->symbols().global_object(symbol);
  REQUIRE(variable);
  return variable->address;
}

void DumpedKernel::set(const std::string& symbol, std::size_t index, std::uint64_t value) {
  pages_.put(physical(address(symbol) + 8 * index), number(value, 8));
}

void DumpedKernel::set_register(std::size_t index, std::uint64_t value) {
  pages_.cpus[0].replace(registers_at + 8 * index, 8, number(value, 8));
}

void DumpedKernel::drop_page(std::uint64_t at) { pages_.by_address.erase(physical(at) / page * page); }

state::Machine* DumpedKernel::machine() {
  auto core = memory::open_core(std::make_unique<test::Bytes>(elf(pages_)));
  REQUIRE(core);
  core_ = std::move(*core);
  memory_.emplace(*core_);
  machine_ = state::Machine::of(*memory_, *file_);
  return machine_.get();
}

std::string DumpedKernel::text(const state::UnwoundStack& stack) {
  static constexpr std::string_view ends[] = {"entry", "absent", "lost", "long"};
  std::string out;
  for (const auto& f : stack.frames) {
    const auto ref = machine_->code().reference(f.ip, f.exact ? PcKind::exact : PcKind::return_address);
    out += fmt::format("{}+{:#x}{}{} ", ref.symbol, ref.offset.value_or(0), f.exact ? "!" : "",
                       f.context == Context::irq ? "(irq)" : "");
  }
  return out + "| " + std::string(ends[static_cast<std::size_t>(stack.end)]);
}

std::string DumpedKernel::stack_of_cpu() {
  auto* m = machine();
  REQUIRE(m);
  REQUIRE(m->cpus().size() == 1);
  return text(m->stack_of(m->cpus()[0]));
}

std::string DumpedKernel::stack_of_task(std::size_t index) {
  auto* m = machine();
  REQUIRE(m);
  REQUIRE(m->tasks().tasks.size() > index);
  return text(m->stack_of(m->tasks().tasks[index]));
}

Report DumpedKernel::examined(const std::vector<std::string>& trace, bool all_tasks) {
  Report r;
  r.severity = Severity::fatal;
  r.panic = Panic{.reason = "test", .line = 1};
  r.machine.emplace().dump_level = 31;
  Stack& stack = r.stacks.emplace_back();
  stack.label = "Call Trace";
  stack.role = StackRole::trace;
  for (const auto& name : trace) {
    Frame& f = stack.frames.emplace_back();
    f.reliable = !name.starts_with('?');
    f.ref.symbol = f.reliable ? name : name.substr(1);
    f.ref.offset = 5;
  }
  auto* m = machine();
  REQUIRE(m);
  state::examine(r, *m, all_tasks);
  return r;
}

}  // namespace unoops::test
