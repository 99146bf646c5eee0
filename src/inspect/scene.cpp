#include "inspect/scene.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "report/questions.hpp"
#include "unoops/arch.hpp"

namespace unoops::inspect {
namespace {

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

// Where an instruction is known to begin, as an offset into the bytes.
std::optional<std::size_t> known_start(const Scene& scene, const std::vector<std::uint64_t>& boundaries) {
  const auto first = scene.base;
  const auto known =
      std::ranges::find_if(boundaries, [first](std::uint64_t b) { return static_cast<std::int64_t>(b - first) >= 0; });
  if (known != boundaries.end() && *known <= scene.origin) return *known - first;
  if (scene.function && *scene.function >= first && *scene.function <= scene.origin) return *scene.function - first;
  return std::nullopt;
}

void decode_from(Scene& scene, std::size_t at) {
  const auto bytes = scene.bytes;
  const std::uint64_t first = scene.base;
  const std::size_t fault = scene.origin - first;
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

struct DecodedWindow {
  std::vector<Decoded> window;
  std::optional<std::size_t> fault;
};

// What the same bytes were decoded to before; empty: they are new. A machine in trouble prints the same code again and
// again, and Capstone takes longer than all else that is done for a report without symbols.
DecodedWindow& decoded_before(const Scene& scene, std::optional<std::size_t> start) {
  static constexpr std::size_t most = 512;  // windows, of some 20 instructions
  static thread_local std::unordered_map<std::string, DecodedWindow> windows;
  if (windows.size() >= most) windows.clear();
  const auto place = std::to_array<std::uint64_t>(
      {reinterpret_cast<std::uintptr_t>(&scene.isa), scene.base, scene.origin, start.value_or(~std::size_t{0})});
  std::string key(scene.bytes.begin(), scene.bytes.end());
  key.append(reinterpret_cast<const char*>(place.data()), sizeof place);
  return windows[std::move(key)];
}

bool within(std::uint64_t address, std::uint64_t begin, std::uint64_t size) { return address - begin < size; }

}  // namespace

// The kernel prints the address of the byte that failed, or a part of it: somewhere in the access.
bool agrees(const Scene& scene, const MemoryAccess& access, std::uint64_t effective, std::uint64_t fault) {
  const auto printed = scene.mask() & scene.arch.fault_address_mask;
  return within(fault & printed, effective & printed, std::max(access.size, 1u));
}

bool non_canonical(const ArchInfo& arch, std::uint64_t address) {
  const auto top = static_cast<std::int64_t>(address) >> arch.canonical_bit;
  return arch.canonical_bit != 0 && top != 0 && top != -1;
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
  const auto* start = arch.per_cpu_base.empty() ? nullptr : report.reg(arch.per_cpu_base);
  return start && start->value >> 63 ? std::optional(start->value) : std::nullopt;
}

std::optional<std::uint64_t> Scene::effective(const Mem& mem) const {
  const auto per_cpu = mem.per_cpu ? per_cpu_base() : std::optional<std::uint64_t>(0);
  if (!per_cpu || (isa.pc_relative(mem) && mem.field != 0)) return std::nullopt;
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

bool executed_bad_address(const Report& report) {
  const Frame* pc = own_pc(report);
  if (!pc) return false;
  if (pc->ref.symbol.empty()) return true;
  return report.fault.access == Access::execute && report.code.bytes.empty();
}

void decode_window(Scene& scene, const std::vector<std::uint64_t>& boundaries) {
  if (scene.bytes.empty() || !scene.disassembler.usable()) return;
  const auto start = known_start(scene, boundaries);
  auto& decoded = decoded_before(scene, start);
  if (decoded.window.empty()) {
    decode_from(scene, start ? *start : first_boundary(scene, scene.bytes, scene.origin - scene.base, scene.base));
    decoded = {scene.window, scene.fault};
  } else {
    scene.window = decoded.window;
    scene.fault = decoded.fault;
  }
}

const MemoryAccess* faulting_access(const Scene& scene) {
  const Insn* insn = scene.faulting();
  if (!insn || insn->accesses.empty()) return nullptr;
  const Fault& fault = scene.report.fault;
  if (fault.address)
    for (const auto& a : insn->accesses)
      if (const auto ea = scene.effective(a.mem); ea && agrees(scene, a, *ea, *fault.address)) return &a;
  if (!fault.address)
    for (const auto& a : insn->accesses)
      if (const auto ea = scene.effective(a.mem); ea && non_canonical(scene.arch.info, *ea)) return &a;
  for (const auto& a : insn->accesses)
    if ((fault.access == Access::write && a.write) || (fault.access == Access::read && a.read)) return &a;
  return &insn->accesses.front();
}

}  // namespace unoops::inspect
