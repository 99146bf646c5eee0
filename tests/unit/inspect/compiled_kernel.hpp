// A kernel of a few functions that the machine's own compilers make when the test runs, and what is said of its faults.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "../symbols/fixture.hpp"
#include "arch/arch.hpp"
#include "catch.hpp"
#include "inspect/inspect.hpp"
#include "machine/disassembler.hpp"
#include "report/stack_role.hpp"
#include "symbols/code_view.hpp"
#include "symbols/file_store.hpp"

namespace unoops::test {

inline const machine::Isa& x86_64() {
  const machine::Isa* isa = arch::row_of(find_arch("x86_64"))->isa;
  REQUIRE(isa);
  return *isa;
}

inline std::string upper(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

class Kernel {
 public:
  Kernel(const std::string& compiler, const std::string& source) {
    built_ =
        run(fmt::format("cd {} && {} -c -O2 -gdwarf-5 -ffreestanding -fno-pic -mcmodel=kernel -fcf-protection=none "
                        "-fno-optimize-sibling-calls -o kernel.o {}/debuginfo/{} && ld -Ttext=0xffffffff81000000 -e 0 "
                        "-o vmlinux kernel.o",
                        dir_.path(), compiler, TESTDATA, source));
    if (!built_) return;
    SymbolOptions options;
    options.vmlinux = dir_ / "vmlinux";
    options.force = true;
    KernelIdentity identity;
    identity.arch = find_arch("x86_64");
    symbols_.emplace(options, identity);
  }
  bool built() const { return built_; }

  // The report of a NULL that the function's instruction with that displacement met; `called_from`: by whom.
  // "dev->queue (struct queue).head", "nothing"
  std::string cause(const std::string& function, std::int64_t displacement, const std::string& called_from = {}) {
    Report r;
    r.arch = find_arch("x86_64");
    r.kind = find_kind("null-pointer-dereference");
    const auto view = symbols::code_view(*symbols_, ref(function));
    REQUIRE(view);
    const auto insn = find(*view, [&](const machine::Insn& i) {
      return std::ranges::any_of(i.accesses, [&](const auto& a) { return a.mem.disp == displacement; });
    });
    r.fault.address = static_cast<std::uint64_t>(displacement);
    r.registers = {{upper(x86_64().name(insn.accesses[0].mem.base)), 0, 64}};
    r.stacks.push_back(stack("pc", function, insn.address - view->start, PcKind::exact));
    if (!called_from.empty()) {
      const auto from = symbols::code_view(*symbols_, ref(called_from));
      REQUIRE(from);
      const auto call = find(*from, [](const machine::Insn& i) { return i.flow == machine::Flow::call; });
      r.stacks.push_back(stack("Call Trace", called_from, call.end() - from->start, PcKind::return_address));
    }
    inspect::inspect_fault(r, &*symbols_);
    if (!r.site.cause) return "nothing";
    const Cause& c = *r.site.cause;
    return fmt::format("{} ({}){}{}", c.expression, c.type, c.member.empty() ? "" : ".", c.member);
  }

  // What is said of a call of NULL by the function: "dev->ops->start", "nothing".
  std::string called(const std::string& function) {
    Report r;
    r.arch = find_arch("x86_64");
    r.kind = find_kind("null-pointer-dereference");
    r.fault.address = 0;
    r.fault.access = Access::execute;
    Stack nowhere;
    nowhere.label = "pc";
    nowhere.role = StackRole::pc;
    nowhere.frames.emplace_back();
    nowhere.frames[0].ref.address = 0;
    r.stacks.push_back(std::move(nowhere));
    r.stacks.push_back(trace({function}, machine::Flow::indirect_call));
    inspect::inspect_fault(r, &*symbols_);
    return r.site.cause ? r.site.cause->expression : "nothing";
  }

  // What the caller handed to the function whose copy met NULL in that register.
  std::string handed(const std::string& function, const std::string& bad, const std::string& caller) {
    Report r;
    r.arch = find_arch("x86_64");
    r.kind = find_kind("null-pointer-dereference");
    const auto view = symbols::code_view(*symbols_, ref(function));
    REQUIRE(view);
    const auto insn = find(*view, [](const machine::Insn& i) { return i.string_op; });
    r.fault.address = 0;
    r.fault.access = bad == "RSI" ? Access::read : Access::write;
    r.registers = {{"RDI", 0xffff888004000000, 64}, {"RSI", 0xffff888005000000, 64}, {"RCX", 0x200, 64}};
    std::ranges::find(r.registers, bad, &Register::name)->value = 0;
    r.stacks.push_back(stack("pc", function, insn.address - view->start, PcKind::exact));
    r.stacks.push_back(trace({caller}, machine::Flow::call));
    inspect::inspect_fault(r, &*symbols_);
    return r.site.handed ? r.site.handed->expression + " to " + r.site.handed->callee : "nothing";
  }

  // What the innermost of the callers asks for, who sleeps in the function: "&dev->lock (struct mutex) by waits".
  std::string wanted(const std::string& function, const std::vector<std::string>& callers) {
    Report r;
    r.arch = find_arch("x86_64");
    r.kind = find_kind("hung-task");
    r.stacks.push_back(stack("Call Trace", function, 4, PcKind::return_address));
    for (auto& frame : trace(callers, machine::Flow::call).frames) r.stacks[0].frames.push_back(std::move(frame));
    inspect::inspect_fault(r, &*symbols_);
    const auto& handed = r.site.handed;
    return handed ? fmt::format("{} ({}) by {}", handed->expression, handed->type, handed->function) : "nothing";
  }

 private:
  // Each function at its first call of that form.
  Stack trace(const std::vector<std::string>& functions, machine::Flow flow) {
    Stack out;
    out.label = "Call Trace";
    out.role = report::role_of_label(out.label);
    for (const auto& function : functions) {
      const auto view = symbols::code_view(*symbols_, ref(function));
      REQUIRE(view);
      const auto call = find(*view, [flow](const machine::Insn& i) { return i.flow == flow; });
      out.frames.push_back(stack(out.label, function, call.end() - view->start, PcKind::return_address).frames.front());
    }
    return out;
  }
  template <class Looked>
  machine::Insn find(const symbols::CodeView& view, Looked wanted) {
    const machine::Disassembler disassembler(x86_64());
    for (std::size_t at = 0; at < view.bytes.size();) {
      auto decoded = disassembler.decode(view.bytes.subspan(at), view.start + at, false);
      REQUIRE(decoded);
      if (wanted(decoded->insn)) return decoded->insn;
      at += decoded->insn.size;
    }
    FAIL(view.function << " has no such instruction");
    return {};
  }
  static Stack stack(const std::string& label, const std::string& symbol, std::uint64_t offset, PcKind pc) {
    Stack s;
    s.label = label;
    s.role = report::role_of_label(label);
    s.frames.emplace_back();
    s.frames[0].ref = ref(symbol, offset, pc);
    return s;
  }

  TempDir dir_;
  bool built_ = false;
  std::optional<OwnStore> symbols_;
};

template <class Check>
void each_compiler(const std::string& source, Check check) {
#ifndef __x86_64__
  SUCCEED("the instructions are x86-64's");
#else
  for (const char* compiler : {"gcc", "clang"}) {
    if (!have(compiler)) continue;
    INFO(compiler);
    Kernel kernel(compiler, source);
    REQUIRE(kernel.built());
    check(kernel);
  }
#endif
}

}  // namespace unoops::test
