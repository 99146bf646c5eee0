#include "inspect/scene.hpp"

#include <algorithm>

#include "report/questions.hpp"
#include "unoops/arch.hpp"

namespace unoops::inspect {
namespace {

constexpr std::uint64_t page = 4096;

// Without boundaries: the alignment from which decoding meets the marked byte, and on which most starts agree
// (x86 code synchronises itself after a few instructions).
std::size_t first_boundary(const Scene& scene, std::span<const std::uint8_t> bytes, std::size_t fault,
                           std::uint64_t first) {
  if (scene.isa.step > 1) return fault % scene.isa.step;
  for (std::size_t start = 0; start < fault; ++start) {
    std::size_t at = start;
    while (at < fault) {
      const auto decoded = scene.disassembler.decode(bytes.subspan(at), first + at, false);
      if (!decoded) break;
      at += decoded->insn.size;
    }
    if (at == fault) return start;
  }
  return fault;
}

bool within(std::uint64_t address, std::uint64_t begin, std::uint64_t size) { return address - begin < size; }

}  // namespace

// The kernel prints the address of the byte that failed: somewhere in the access; s390 tells the page only
// (v6.1 arch/s390/mm/fault.c, get_fault_address).
bool agrees(const Scene& scene, const MemoryAccess& access, std::uint64_t effective, std::uint64_t fault) {
  auto m = scene.mask();
  if (scene.isa.id == "arm64") m >>= 8;  // FAR is printed without its tag (v6.1 arch/arm64/mm/fault.c, untagged_addr)
  if (scene.isa.id == "s390x") return ((effective ^ fault) & m & ~(page - 1)) == 0;
  if (within(fault & m, effective & m, std::max(access.size, 1u))) return true;
  return false;
}

bool non_canonical(std::uint64_t address) {
  const auto top = static_cast<std::int64_t>(address) >> 47;
  return top != 0 && top != -1;
}

std::optional<std::uint64_t> Scene::reg(Reg wanted) const {
  if (wanted == no_reg) return std::nullopt;  // so are the registers that the instruction set does not name
  for (const auto& r : report.registers)
    if (register_by_log_name(isa, r.name) == wanted) return r.value;
  return std::nullopt;
}

std::string Scene::log_name(Reg wanted) const {
  for (const auto& r : report.registers)
    if (register_by_log_name(isa, r.name) == wanted) return r.name;
  return {};
}

std::optional<std::uint64_t> Scene::per_cpu_base() const {
  const auto* gs = isa.arch == CS_ARCH_X86 && isa.word == 8 ? report.reg("GS") : nullptr;
  return gs && gs->value >> 63 ? std::optional(gs->value) : std::nullopt;
}

std::optional<std::uint64_t> Scene::effective(const Mem& mem) const {
  // x86-64's per-cpu memory lies behind the base of GS, which the dump has; i386 prints FS's selector alone.
  const auto per_cpu = mem.per_cpu ? per_cpu_base() : std::optional<std::uint64_t>(0);
  if (!per_cpu ||
      (mem.base == no_reg && mem.index == no_reg && isa.arch == CS_ARCH_X86 && isa.word == 8 && mem.field != 0))
    return std::nullopt;
  std::uint64_t sum = *per_cpu + static_cast<std::uint64_t>(mem.disp);
  if (mem.base != no_reg) {
    const auto value = reg(mem.base);
    if (!value) return std::nullopt;
    sum += *value;
  }
  if (mem.index != no_reg) {
    const auto value = reg(mem.index);
    if (!value) return std::nullopt;
    sum += *value * static_cast<std::uint64_t>(mem.scale);
  }
  return sum & mask();
}

bool executed_bad_address(const Report& report, const Isa&) {
  const Frame* pc = own_pc(report);
  if (!pc) return false;
  if (pc->ref.symbol.empty()) return true;
  return report.fault.access == Access::execute && report.code.bytes.empty();
}

void decode_window(Scene& scene, const std::vector<std::uint64_t>& boundaries) {
  const auto bytes = scene.bytes;
  if (bytes.empty() || !scene.disassembler.usable()) return;
  const std::uint64_t first = scene.base;
  const std::size_t fault = scene.origin - first;
  std::size_t at;
  const auto known =
      std::ranges::find_if(boundaries, [first](std::uint64_t b) { return static_cast<std::int64_t>(b - first) >= 0; });
  if (known != boundaries.end() && *known <= scene.origin)
    at = *known - first;
  else if (scene.function && *scene.function >= first && *scene.function <= scene.origin)
    at = *scene.function - first;
  else
    at = first_boundary(scene, bytes, fault, first);
  while (at < bytes.size()) {
    // an instruction never runs over the marked byte: it would be misread
    const std::size_t room = at < fault ? fault - at : bytes.size() - at;
    auto decoded = scene.disassembler.decode(bytes.subspan(at, room), first + at, true);
    if (!decoded) {
      if (at >= fault) break;
      at += scene.isa.step;
      continue;
    }
    if (at == fault) scene.fault = scene.window.size();
    at += decoded->insn.size;
    scene.window.push_back(std::move(*decoded));
  }
}

const MemoryAccess* faulting_access(const Scene& scene) {
  const Insn* insn = scene.faulting();
  if (!insn || insn->accesses.empty()) return nullptr;
  const Fault& fault = scene.report.fault;
  if (fault.address)
    for (const auto& a : insn->accesses)
      if (const auto ea = scene.effective(a.mem); ea && agrees(scene, a, *ea, *fault.address)) return &a;
  if (!fault.address && scene.isa.word == 8)
    for (const auto& a : insn->accesses)
      if (const auto ea = scene.effective(a.mem); ea && non_canonical(*ea)) return &a;
  for (const auto& a : insn->accesses)
    if ((fault.access == Access::write && a.write) || (fault.access == Access::read && a.read)) return &a;
  return &insn->accesses.front();
}

}  // namespace unoops::inspect
