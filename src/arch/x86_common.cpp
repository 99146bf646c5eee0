// Lines that both x86 kernels print: a row of the table that is no architecture, only lines (v6.1 arch/x86/mm/fault.c
// show_fault_oops, dump_pagetable; arch/x86/kernel/dumpstack.c).
#include <array>

#include "arch/arch.hpp"
#include "arch/registers.hpp"
#include "arch/x86.hpp"
#include "base/text.hpp"
#include "report/fact_names.hpp"

namespace unoops::arch {
namespace {

// "#PF: error_code(0x0002) - not-present page", v5.2
bool pf_error(Scanner rest, ReportBuilder& d) {
  std::string_view code;
  if (rest.run(is_hex, code) && d.report.fault.error_code.empty()) d.report.fault.error_code = code;
  return detail_line(rest, d);
}

// "KASAN: null-ptr-deref in range [0x0-0x7]": mm/kasan/report.c kasan_non_canonical_hook
bool kasan_range(Scanner rest, ReportBuilder& d) {
  d.report.set_fact(fact::kasan_range, trim(rest.rest()));
  return detail_line(rest, d);
}

constexpr auto sections = std::to_array<Section>({
    {SectionId::detail, "#PF: error_code(0x", pf_error, 0, LineTrait::shared},
    {SectionId::detail, "#PF: supervisor ", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "#PF: user ", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "#PF", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "PGD ", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "P4D ", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "PUD ", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "PMD ", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "PTE ", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "BAD", nullptr, 0, LineTrait::shared},
    {SectionId::detail, "IDT: ", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "LDTR: ", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "TR: ", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "kernel tried to execute NX-protected page", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "unable to execute userspace code", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "Thread overran stack, or stack corrupted", detail_line, 0, LineTrait::shared},
    {SectionId::detail, "KASAN: ", kasan_range, 0, LineTrait::shared},
    {SectionId::pc, "IP: ", pc_line, 0, LineTrait::shared | LineTrait::again},  // to v4.18
});

}  // namespace

Sections x86_sections() { return sections; }

void take_cr2(Scanner rest, ReportBuilder& d) {
  std::uint64_t address = 0;
  auto& fault = d.report.fault;
  if (d.is_own() && rest.blanks().hex(address) && !fault.address && !fault.address_hashed && !fault.error_code.empty())
    d.set_fault_address(address);
}

}  // namespace unoops::arch
