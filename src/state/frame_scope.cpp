#include "state/frame_scope.hpp"

namespace unoops::state {

std::optional<FramePlace> place_of(const UnwoundFrame& frame, Machine& machine, FileStore& files) {
  auto& target = machine.target();
  const std::uint64_t back = frame.exact ? 0 : 1;
  const auto linked = frame.ip - target.offset() - back;
  if (target.vmlinux().elf().section_at(linked)) return FramePlace{&target.vmlinux(), linked, target.offset()};
  const auto ref = machine.code().reference(frame.ip, frame.exact ? PcKind::exact : PcKind::return_address);
  if (ref.symbol.empty() || ref.module.empty()) return std::nullopt;
  const auto place = files.place(ref);
  if (!place || !place->others.empty()) return std::nullopt;
  return FramePlace{place->file, place->address - back, frame.ip - place->address};
}

std::optional<FrameScope> FrameScope::of(Machine& machine, const FramePlace& place, const FrameRegisters& registers) {
  const auto unit = place.file->unit_of(place.address);
  auto scope = unit ? variables_at(*unit, place.address) : std::nullopt;
  if (!scope) return std::nullopt;
  return FrameScope(machine, place, registers, std::move(*scope));
}

std::optional<ValuePlace> FrameScope::find(const LiveVariable& variable) const {
  FrameContext frame;
  frame.value_of = [&](Reg reg) -> std::optional<std::uint64_t> {
    const auto index = static_cast<std::size_t>(reg);
    return reg >= 0 && index < registers_.values.size() ? registers_.values[index] : std::nullopt;
  };
  frame.load = [&](std::uint64_t address, unsigned bytes) {
    return machine_->target().memory().number(address, bytes);
  };
  // The loader has placed each section of a module by itself.
  frame.moved = [&](std::uint64_t address) -> std::optional<std::uint64_t> {
    auto& elf = place_.file->elf();
    if (!elf.relocatable()) return address + place_.moved;
    const auto* section = elf.section_at(address);
    if (section == elf.section_at(place_.address)) return address + place_.moved;
    if (!section) return std::nullopt;
    const auto loaded = machine_->code().section_beside(place_.address + place_.moved, section->name);
    return loaded ? std::optional(address - section->addr + *loaded) : std::nullopt;
  };
  frame.frame_address = registers_.frame_address;
  return place_of(scope_, variable, frame);
}

}  // namespace unoops::state
