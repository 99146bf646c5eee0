// Any bytes as the code of any architecture, with registers that a fuzzer chose: disassembly, effects, call sites and the
// site of the fault. No crash, no hang; and what is shown is within the code that was printed.
#include <map>

#include "inspect/inspect.hpp"
#include "logs.hpp"
#include "unoops/arch.hpp"

namespace {

using namespace unoops;
using namespace unoops::fuzz;

Report report_of(const ArchInfo& arch, Edits head, std::string_view code) {
  Report r;
  r.arch = &arch;
  r.kind = fuzz::decode(std::string(oops_head) + std::string(oops_tail)).at(0).kind;
  for (const auto name : arch.registers) {
    if (!head.next()) break;
    r.registers.push_back({std::string(name), head.word(), arch.bits});
  }
  r.code.bytes.assign(code.begin(), code.end());
  r.code.unit = arch.varying_instructions ? 1 : 4;
  if (!code.empty()) r.code.fault_offset = static_cast<std::size_t>(head.place()) % code.size();
  r.fault.address = head.word();
  return r;
}

void check(const Report& r) {
  for (const auto& instruction : r.site.instructions) {
    require(instruction.offset + instruction.bytes.size() <= r.code.bytes.size(), "instructions lie within the code");
    require(!instruction.bytes.empty(), "an instruction has bytes");
  }
  const auto faulting = std::ranges::count(r.site.instructions, true, &Instruction::faulting);
  require(faulting <= 1, "at most one instruction faults");
  rendered("json", {r});
  rendered("text", {r});
}

std::string printed(std::string_view code) {
  std::ostringstream out;
  out << std::hex;
  for (const char c : code) out << (c & 0xf0 ? "" : "0") << (static_cast<unsigned>(c) & 0xffU) << ' ';
  return std::move(out).str();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t head = 1 + 4 * 12, longest = 512;
  if (size < head || size > longest) return 0;
  const auto all = arches();
  const ArchInfo& arch = *all[data[0] % all.size()];
  const auto code = text_of(data + head, size - head);
  Report r = report_of(arch, Edits(data + 1, head - 1), code);
  inspect::inspect_fault(r, nullptr);
  check(r);
  disassemble_code(printed(code), data[0] & 0x80 ? nullptr : &arch);
  disassemble_code(code, &arch);
  return 0;
}
