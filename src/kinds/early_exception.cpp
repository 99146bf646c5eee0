// Exceptions before the kernel can handle any: it prints its state and stands still. v6.1 arch/x86/mm/extable.c
// early_fixup_exception, arch/x86/kernel/sev.c handle_vc_boot_ghcb.
#include <array>

#include "grammar/words.hpp"
#include "kinds/headers.hpp"
#include "kinds/kind.hpp"
#include "report/fact_names.hpp"

namespace unoops::kinds {
namespace {

constexpr std::uint64_t page_fault_vector = 14;
// By vector: v6.1 arch/x86/include/asm/trapnr.h
constexpr std::array<std::string_view, 15> names = {"a divide error",
                                                    "a debug exception",
                                                    "an NMI",
                                                    "a breakpoint",
                                                    "an overflow",
                                                    "a bound range exceeded",
                                                    "an invalid opcode",
                                                    "no FPU",
                                                    "a double fault",
                                                    "an FPU segment overrun",
                                                    "an invalid TSS",
                                                    "a segment that is not present",
                                                    "a stack segment fault",
                                                    "a general protection fault",
                                                    "a page fault"};

// "0x0e IP 10:ffffffff81a1b2c3 error 0 cr2 0xffff888000000010"
bool exception(std::string_view before, Scanner rest, ReportBuilder& d) {
  std::uint64_t vector = 0, value = 0;
  if (!only_prefixes(before) || !rest.lit("0x") || !rest.hex(vector)) return false;
  if (vector < names.size()) d.report.set_fact(fact::exception, names[vector]);
  std::string_view error;
  if (vector != page_fault_vector || !rest.skip_to(" error ") || !rest.word(error)) return true;
  d.report.fault.error_code = error;
  if (rest.skip_to("cr2 0x") && rest.hex(value)) d.report.fault.address = value;
  return true;
}

constexpr auto headers = std::to_array<Header>({
    {"PANIC: early exception ", exception},
    {"PANIC: Unsupported exit-code ", plain_header},
});

}  // namespace

extern constinit const Kind early_exception{
    .info = {"early-exception", "CPU exception before any can be handled", Severity::fatal, Trait::maybe_bad_pointer},
    .headers = headers,
    .title = "PANIC: early exception",
    .sentence =
        "the CPU raised an exception[ in {culprit}] so early at boot that nothing can handle it yet[: {exception}]",
    .next = "start with earlycon (or earlyprintk) and \"debug\": the lines before it say which step of the boot it was",
    .before_detectors = true,
};

}  // namespace unoops::kinds
