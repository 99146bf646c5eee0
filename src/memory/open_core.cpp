// Which container a file is, and what a dump of any container must have to be of use.
#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/decompress.hpp"
#include "base/text.hpp"
#include "memory/containers.hpp"

namespace unoops::memory {
namespace {

using namespace std::string_view_literals;

constexpr auto elf_magic =
    "\x7f"
    "ELF"sv;
constexpr auto kdump_magic = "KDUMP   "sv;
constexpr auto flattened_magic = "makedumpfile\0"sv;

struct Refusal {
  std::string_view begins;
  std::string_view words;
};

constexpr auto vmware = "a suspended VMware machine: convert it first (vmss2core) and give unoops the core"sv;
constexpr auto lkcd =
    "a memory dump of LKCD, which unoops does not read: take the log out of it (crash: \"log > LOG\") and give that to "
    "unoops"sv;
constexpr auto saved =
    "a saved virtual machine, no memory dump: take one with virsh dump --memory-only, or dump-guest-memory of QEMU"sv;
constexpr auto windows = "a memory dump of Windows: unoops reads those of Linux"sv;

// makedumpfile 1.7.2 sadump_mod.h, diskdump_mod.h; crash 8.0.2 lkcd_common.h, vmware_vmss.h; libvirt qemu_saveimage.h;
// QEMU migration/savevm.h; arch/s390/include/asm/os_info.h's dump format begins as LKCD's with its bytes turned.
constexpr auto refusals = std::to_array<Refusal>({
    {"DISKDUMP",
     "a memory dump of diskdump, which unoops does not read: take the log out of it (crash: \"log > LOG\") and give "
     "that "
     "to unoops"},
    {"sadump",
     "a memory dump of sadump, which unoops does not read: convert it (makedumpfile -c -d 31 DUMP NEW) and give unoops "
     "NEW"},
    {"\xed\x23\x8f\x61\x73\x01\x19\xa8"sv, lkcd},
    {"\xa8\x19\x01\x73\x61\x8f\x23\xed"sv, lkcd},
    {"\xa8\x19\x01\x73\x61\x8f\x23\xfd"sv,
     "a memory dump of s390, which unoops does not read: take the log out of it (crash: \"log > LOG\") and give that "
     "to "
     "unoops"},
    {"\xd0\xbe\xd0\xbe"sv, vmware},
    {"\xd2\xbe\xd2\xbe"sv, vmware},
    {"\xd3\xbe\xd3\xbe"sv, vmware},
    {"\xd1\xba\xd1\xba"sv, vmware},
    {"LibvirtQemud", saved},
    {"QEVM", saved},
    {"PAGEDU", windows},
});

bool is_elf_core(std::string_view head) {
  constexpr std::size_t type = 16;
  if (!head.starts_with(elf_magic) || head.size() < type + 2) return false;
  const bool little = head[5] == 1;
  return head[little ? type : type + 1] == 4;  // ET_CORE
}

Expected<std::unique_ptr<CoreFile>> open_container(std::shared_ptr<const Storage> file) {
  if (packing_of(first_bytes(*file)) != Packing::none) {
    auto copy = unpacked_copy(*file);
    if (!copy) return tl::unexpected(copy.error());
    file = std::move(*copy);
  }
  if (head_of(*file).starts_with(flattened_magic)) {
    auto ordered = unflattened(std::move(file));
    if (!ordered) return tl::unexpected(ordered.error());
    file = std::move(*ordered);
  }
  const auto head = head_of(*file);
  if (head.starts_with(kdump_magic)) return open_kdump(std::move(file));
  if (head.starts_with(elf_magic)) return open_elf(std::move(file));
  const auto words = refusal_of(head);
  return tl::unexpected(Error{std::string(words.empty() ? "a damaged memory dump: copy the file again" : words)});
}

// A kernel that nobody asked for the note (QEMU without -device vmcoreinfo) has its text all the same, at the start of a
// page of its own (v6.1 kernel/crash_core.c crash_save_vmcoreinfo_init).
VmcoreInfo find_info(CoreFile& core) {
  constexpr std::uint64_t page = 4096;
  // 4 GiB of pages, of which only the beginnings are read; or 1 GiB, which zlib unpacks in 4 s.
  const std::size_t most_pages = core.packed ? 1 << 18 : 1 << 20;
  constexpr auto begins = "OSRELEASE="sv;
  std::array<std::byte, page> bytes{};
  const auto head = std::span(bytes).first(begins.size());
  std::uint64_t at = 0;
  for (std::size_t pages = 0; pages < most_pages; ++pages, at += page) {
    const auto next = core.next_page(at);
    if (!next) break;
    at = *next / page * page;
    if (core.read(at, head) != Got::yes || text_of(head) != begins || core.read(at, bytes) != Got::yes) continue;
    VmcoreInfo info(text_of(bytes));
    if (!info.value("PAGESIZE").empty()) return info;
  }
  return {};
}

Error without_info() {
  return {
      "a memory dump without VMCOREINFO, in which unoops cannot find the log: have it written by kdump, or by QEMU "
      "with "
      "-device vmcoreinfo and its driver in the guest (qemu_fw_cfg)"};
}

Error of_other_arch(const CoreFile& core) {
  const bool named = !core.machine.empty() && std::ranges::all_of(core.machine, is_word);
  const auto which = core.arch ? core.arch->info.id
                     : named   ? std::string_view(core.machine)
                               : "an unknown architecture";
  return {"a memory dump of " + std::string(which) +
          ": unoops reads those of x86-64 and arm64; take the log out of it (makedumpfile --dump-dmesg DUMP LOG) and "
          "give that to unoops"};
}

}  // namespace

std::string_view refusal_of(std::string_view head) {
  const auto row = std::ranges::find_if(refusals, [&](const Refusal& r) { return head.starts_with(r.begins); });
  return row == refusals.end() ? std::string_view() : row->words;
}

bool begins_dump(std::string_view head) {
  return head.starts_with(kdump_magic) || head.starts_with(flattened_magic) || is_elf_core(head) ||
         !refusal_of(head).empty();
}

const arch::Arch* arch_named(std::string_view machine) {
  const auto rows = arch::arch_rows();
  const auto row = std::ranges::find_if(
      rows, [&](const arch::Arch* a) { return a->page_tables && a->page_tables->machine == machine; });
  return row == rows.end() ? nullptr : *row;
}

const arch::Arch* arch_told_by(const VmcoreInfo& info) {
  const auto rows = arch::arch_rows();
  const auto row = std::ranges::find_if(
      rows, [&](const arch::Arch* a) { return a->page_tables && info.number(a->page_tables->image.offset); });
  return row == rows.end() ? nullptr : *row;
}

Expected<std::unique_ptr<CoreFile>> open_core(std::shared_ptr<const Storage> file) {
  auto opened = open_container(std::move(file));
  if (!opened) return opened;
  auto& core = **opened;
  if (core.arch && !core.arch->page_tables) return tl::unexpected(of_other_arch(core));
  const auto* note = find_note(core.notes, "VMCOREINFO");
  if (core.info.empty() && note) core.info = VmcoreInfo(text_of(note->bytes));
  if (core.info.empty()) core.info = find_info(core);
  if (core.info.empty()) return tl::unexpected(without_info());
  if (!core.arch) core.arch = arch_told_by(core.info);
  if (!core.arch) return tl::unexpected(of_other_arch(core));
  return opened;
}

}  // namespace unoops::memory
