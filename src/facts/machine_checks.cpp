#include "facts/machine_checks.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace unoops::facts {
namespace {

// "0:306e4": the vendor, and CPUID's signature.
unsigned family_of(std::string_view processor) {
  const auto digits = processor.substr(std::min(processor.find(':') + 1, processor.size()));
  unsigned signature = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), signature, 16);
  const auto family = signature >> 8 & 0xf;
  return family == 0xf ? family + (signature >> 20 & 0xff) : family;
}

struct Simple {
  unsigned code;
  std::string_view name;
  MachinePart part;
  std::string_view detail = {};
};
// SDM, table "IA32_MCi_Status [15:0] simple error code encoding".
constexpr auto simple = std::to_array<Simple>({
    {0x0000, "no error", MachinePart::unknown},
    {0x0001, "unclassified", MachinePart::unknown},
    {0x0002, "microcode ROM parity", MachinePart::core},
    {0x0003, "external error", MachinePart::unknown},
    {0x0004, "functional redundancy check", MachinePart::core},
    {0x0005, "internal parity", MachinePart::core},
    {0x0006, "SMM code access", MachinePart::unknown},
    {0x0400, "internal timer", MachinePart::timeout, "an instruction did not finish in time"},
    {0x0e0b, "I/O error", MachinePart::link},
});

// The fields of compound codes.
constexpr std::array<std::string_view, 4> transaction = {"instruction ", "data ", "", ""};
constexpr std::array<std::string_view, 9> request = {
    "",           "a read",      "a write", "a data read", "a data write", "an instruction fetch",
    "a prefetch", "an eviction", "a snoop"};
constexpr std::array<std::string_view, 5> memory_request = {"", "reading memory", "writing memory",
                                                            "an address or command", "memory scrubbing"};
constexpr std::array<std::string_view, 4> participation = {"this CPU asked", "this CPU answered",
                                                           "this CPU saw it as a third party", ""};
constexpr std::array<std::string_view, 4> place = {"memory", "", "I/O", ""};

std::string level(unsigned code, CpuVendor vendor) {
  const auto number = code & 3;
  if (number == 3) return vendor == CpuVendor::amd ? "level 3 or generic" : "generic level";
  return "level " + std::to_string(number);
}

std::string request_words(unsigned code) {
  const auto number = code >> 4 & 0xf;
  return number < request.size() ? std::string(request[number]) : std::string();
}

void add(std::string& words, std::string_view more) {
  if (!more.empty()) words += (words.empty() ? "" : ", ") + std::string(more);
}

// 1MMM CCCC
std::string memory_words(unsigned code) {
  std::string out;
  const auto number = code >> 4 & 7, channel = code & 0xf;
  if (number < memory_request.size()) add(out, memory_request[number]);
  if (channel != 0xf) add(out, "channel " + std::to_string(channel));
  return out;
}

// 1PPT RRRR IILL
std::string bus_words(unsigned code) {
  std::string out;
  if (code & 0x100) add(out, "timeout");
  add(out, request_words(code));
  add(out, place[code >> 2 & 3]);
  add(out, participation[code >> 9 & 3]);
  return out;
}

// RRRR TTLL
std::string cache_words(unsigned code, CpuVendor vendor) {
  auto out = request_words(code);
  add(out, std::string(transaction[code >> 2 & 3]) + "cache, " + level(code, vendor));
  return out;
}

struct OldBank {
  std::string_view name;
  MachinePart part;
};
// Families 0Fh to 16h: v6.1 drivers/edac/mce_amd.c decode_mc0_mce and its likes.
constexpr auto old_banks = std::to_array<OldBank>({{"Data Cache", MachinePart::core},
                                                   {"Instruction Cache", MachinePart::core},
                                                   {"Bus Unit", MachinePart::core},
                                                   {"Load Store Unit", MachinePart::core},
                                                   {"Northbridge", MachinePart::unknown},
                                                   {"Execution Unit", MachinePart::core},
                                                   {"Floating Point Unit", MachinePart::core}});
// mc4_mce_desc
constexpr auto northbridge = std::to_array<AmdUnit>({
    {"Northbridge", "DRAM ECC error detected on the NB", MachinePart::memory},
    {"Northbridge", "CRC error detected on HT link", MachinePart::link},
    {"Northbridge", "Link-defined sync error packets detected on HT link", MachinePart::link},
    {"Northbridge", "HT Master abort", MachinePart::link},
    {"Northbridge", "HT Target abort", MachinePart::link},
    {"Northbridge", "Invalid GART PTE entry during GART table walk", MachinePart::unknown},
    {"Northbridge", "Unsupported atomic RMW received from an IO link", MachinePart::link},
    {"Northbridge", "Watchdog timeout due to lack of progress", MachinePart::timeout},
    {"Northbridge", "DRAM ECC error detected on the NB", MachinePart::memory},
    {"Northbridge", "SVM DMA Exclusion Vector error", MachinePart::unknown},
    {"Northbridge", "HT data error detected on link", MachinePart::link},
    {"Northbridge", "Protocol error (link, L3, probe filter)", MachinePart::link},
    {"Northbridge", "NB internal arrays parity error", MachinePart::core},
    {"Northbridge", "DRAM addr/ctl signals parity error", MachinePart::memory},
});

struct Bit {
  int number;
  std::string_view intel, amd;  // empty: the vendor has no such bit
};
// IA32_MCi_STATUS (SDM 16.3.2.2), and what AMD has there (v6.1 arch/x86/include/asm/mce.h).
constexpr auto bits = std::to_array<Bit>({{63, "valid", "valid"},
                                          {62, "overflow", "overflow"},
                                          {61, "uncorrected", "uncorrected"},
                                          {60, "enabled", "enabled"},
                                          {59, "misc valid", "misc valid"},
                                          {58, "address valid", "address valid"},
                                          {57, "processor context corrupt", "processor context corrupt"},
                                          {56, "signalled", ""},
                                          {55, "action required", "task context corrupt"},
                                          {53, "", "syndrome valid"},
                                          {46, "", "ECC corrected"},
                                          {45, "", "ECC not corrected"},
                                          {44, "", "deferred"},
                                          {43, "", "poison"},
                                          {40, "", "found by scrubbing"}});

}  // namespace

CpuVendor vendor_of(std::string_view processor) {
  if (processor.starts_with("0:")) return CpuVendor::intel;
  return processor.starts_with("2:") || processor.starts_with("9:") ? CpuVendor::amd : CpuVendor::unknown;
}

bool has_amd_units(std::string_view processor) {
  return vendor_of(processor) == CpuVendor::amd && family_of(processor) >= 0x17;
}

MachineError machine_error(unsigned code, CpuVendor vendor) {
  code &= 0xefff;  // bit 12 says that the hardware filters corrected errors
  const auto row = std::ranges::find(simple, code, &Simple::code);
  if (row != simple.end()) return {row->name, std::string(row->detail), row->part};
  if ((code & 0xfc00) == 0x0400) return {"internal error", {}, MachinePart::core};
  if ((code & 0xfffc) == 0x000c) return {"cache error", level(code, vendor), MachinePart::cache};
  if ((code & 0xfff0) == 0x0010)
    return {"TLB error", std::string(transaction[code >> 2 & 3]) + "TLB, " + level(code, vendor), MachinePart::core};
  if (vendor != CpuVendor::amd && (code & 0xff80) == 0x0080)
    return {"memory controller error", memory_words(code), MachinePart::memory};
  if (vendor != CpuVendor::amd && (code & 0xff80) == 0x0280)
    return {"extended memory error", memory_words(code), MachinePart::memory};
  if ((code & 0xff00) == 0x0100) return {"cache error", cache_words(code, vendor), MachinePart::cache};
  if ((code & 0xf800) == 0x0800)
    return {"bus or interconnect error", bus_words(code), code & 0x100 ? MachinePart::timeout : MachinePart::link};
  return {};
}

AmdUnit old_amd_unit(int bank, std::uint64_t status) {
  constexpr int north = 4;
  const auto code = status >> 16 & 0x1f;
  if (bank == north && code < northbridge.size()) return northbridge[code];
  if (bank < 0 || static_cast<std::size_t>(bank) >= old_banks.size()) return {};
  const auto& row = old_banks[static_cast<std::size_t>(bank)];
  return {row.name, {}, row.part};
}

std::string status_words(std::uint64_t status, CpuVendor vendor) {
  std::string words;
  for (const auto& bit : bits) {
    const bool same = bit.intel == bit.amd;
    const auto word = vendor == CpuVendor::amd             ? bit.amd
                      : same || vendor == CpuVendor::intel ? bit.intel
                                                           : std::string_view();
    if (status >> bit.number & 1) add(words, word);
  }
  return words;
}

}  // namespace unoops::facts
