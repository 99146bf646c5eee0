#include "symbols/call_site.hpp"

namespace unoops::symbols {

namespace {

struct Before {
  const Section* section = nullptr;
  Bytes bytes;  // of the section, up to the return address
};

Before bytes_before(DebugFile& file, std::uint64_t address) {
  const Section* section = address ? file.elf().section_at(address - 1) : nullptr;
  if (!section || section->addr == 0) return {};
  const Bytes all = file.elf().bytes(*section);
  const std::uint64_t length = address - section->addr;
  return length <= all.size() ? Before{section, all.first(length)} : Before{};
}

// The target of a 4-byte field at the end of the section's bytes: relocated by us in a module, in place in vmlinux.
std::optional<std::uint64_t> relocated_target(DebugFile& file, const Section& section, std::uint64_t field) {
  const auto found = file.code_relocations(section, field, field + 4);
  if (found.empty() || !found.front().target) return std::nullopt;
  return *found.front().target + 4;  // PC-relative: the addend is 4 less than the offset behind the symbol
}

CallSite x86_call(DebugFile& file, const Before& before, std::uint64_t address) {
  const Bytes b = before.bytes;
  const std::size_t n = b.size();
  if (n >= 5 && b[n - 5] == 0xe8) {  // call rel32
    CallSite site{CallBefore::direct, std::nullopt};
    if (file.elf().relocatable()) {
      site.target = relocated_target(file, *before.section, n - 4);
    } else {
      const std::uint32_t field =
          b[n - 4] | b[n - 3] << 8 | b[n - 2] << 16 | static_cast<std::uint32_t>(b[n - 1]) << 24;
      site.target = address + static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(field)));
    }
    return site;
  }
  // ff /2: call *%reg, *disp8(%reg), *disp32(%reg), *sym(%rip), with a SIB byte or without.
  for (std::size_t length = 2; length <= 7 && length <= n; ++length) {
    if (b[n - length] != 0xff || (b[n - length + 1] & 0x38) != 0x10) continue;
    const unsigned mod = b[n - length + 1] >> 6, rm = b[n - length + 1] & 7;
    const bool sib = mod != 3 && rm == 4;
    const std::size_t displacement = mod == 1 ? 1 : mod == 2 || (mod == 0 && rm == 5) ? 4 : 0;
    if (length == 2 + (sib ? 1 : 0) + displacement) return {CallBefore::indirect, std::nullopt};
  }
  return {CallBefore::no, std::nullopt};
}

CallSite arm64_call(const Before& before, std::uint64_t address) {
  const Bytes b = before.bytes;
  const std::size_t n = b.size();
  if (n < 4) return {};
  const std::uint32_t word = b[n - 4] | b[n - 3] << 8 | b[n - 2] << 16 | static_cast<std::uint32_t>(b[n - 1]) << 24;
  if ((word & 0xfc000000u) == 0x94000000u) {  // bl
    const auto offset = static_cast<std::int32_t>(word << 6) >> 4;
    return {CallBefore::direct, address - 4 + static_cast<std::uint64_t>(static_cast<std::int64_t>(offset))};
  }
  const bool blr = (word & 0xfffffc1fu) == 0xd63f0000u || (word & 0xfefff800u) == 0xd63f0800u;  // blr, blraa
  return {blr ? CallBefore::indirect : CallBefore::no, std::nullopt};
}

CallSite word_call(DebugFile& file, const Before& before) {
  const Bytes b = before.bytes;
  const std::size_t n = b.size();
  if (n < 4) return {};
  std::uint32_t word = 0;
  for (unsigned i = 0; i < 4; ++i) word = word << 8 | b[file.elf().big_endian() ? n - 4 + i : n - 1 - i];
  switch (file.elf().machine()) {
    case EM_PPC:
    case EM_PPC64:  // bl, bctrl, blrl
      return {(word & 0xfc000003u) == 0x48000001u          ? CallBefore::direct
              : word == 0x4e800421u || word == 0x4e800021u ? CallBefore::indirect
                                                           : CallBefore::no,
              std::nullopt};
    case EM_ARM:  // bl, blx
      return {(word & 0x0f000000u) == 0x0b000000u   ? CallBefore::direct
              : (word & 0x0ffffff0u) == 0x012fff30u ? CallBefore::indirect
                                                    : CallBefore::no,
              std::nullopt};
    default:
      return {};
  }
}

CallSite s390_call(const Before& before) {
  const Bytes b = before.bytes;
  const std::size_t n = b.size();
  if (n >= 6 && b[n - 6] == 0xc0 && (b[n - 5] & 0x0f) == 5) return {CallBefore::direct, std::nullopt};  // brasl
  if (n >= 2 && b[n - 2] == 0x0d) return {CallBefore::indirect, std::nullopt};                          // basr
  return {CallBefore::no, std::nullopt};
}

}  // namespace

CallSite call_before(DebugFile& file, std::uint64_t address) {
  const Before before = bytes_before(file, address);
  if (before.bytes.empty()) return {};
  switch (file.elf().machine()) {
    case EM_X86_64:
    case EM_386:
      return x86_call(file, before, address);
    case EM_AARCH64: {
      CallSite site = arm64_call(before, address);
      if (file.elf().relocatable()) site.target.reset();  // the field is filled by a relocation
      return site;
    }
    case EM_S390:
      return s390_call(before);
    default:
      return word_call(file, before);
  }
}

}  // namespace unoops::symbols
