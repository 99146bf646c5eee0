// The bytes behind "Code:" alone → instructions.
#include "inspect/inspect.hpp"
#include "unoops/annotate.hpp"

namespace unoops {

using namespace inspect;

// Bytes one by one are those of the architecture that most logs come from, if nothing else tells.
std::vector<Instruction> disassemble_code(std::string_view code, const ArchInfo* arch) {
  Report report;
  if (!read_code(code, arch, report.code)) return {};
  report.arch = arch || report.code.unit != 1 ? arch : arches().front();
  inspect_fault(report, nullptr);
  return std::move(report.site.instructions);
}

}  // namespace unoops
