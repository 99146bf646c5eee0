// A memory dump of a kernel: its pages by physical address, and what it says of itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "arch/arch.hpp"
#include "base/rooms.hpp"
#include "memory/notes.hpp"
#include "memory/vmcoreinfo.hpp"
#include "unoops/error.hpp"

namespace unoops::memory {

class Storage;

// What reading memory answers. That a page is not in the dump (makedumpfile -d 31 leaves most out) is no error.
enum class Got {
  yes,
  excluded,  // the machine has this memory, the dump has not
  outside,   // the machine has no such memory, or nothing is mapped there
  damaged,   // the dump should have it, but the file is cut or its data is wrong
};

class CoreFile {
 public:
  explicit CoreFile(std::shared_ptr<const Storage> bytes) : storage(std::move(bytes)) {}
  virtual ~CoreFile() = default;
  // All of `out`, or none of it.
  virtual Got read(std::uint64_t physical, std::span<std::byte> out) = 0;
  // The first address from there on whose page the dump has; nothing: there is none.
  virtual std::optional<std::uint64_t> next_page(std::uint64_t physical) = 0;
  // No more than so many bytes of memory are in the dump: a bound for what its structures may claim to hold.
  virtual std::uint64_t present_bytes() const = 0;

  // Unpacked and in their order: who needs a reader of his own opens them again, at no cost.
  const std::shared_ptr<const Storage> storage;
  const arch::Arch* arch = nullptr;  // never null once opened
  std::string machine;               // as the container's header names it, if it does
  VmcoreInfo info;
  std::vector<Note> notes;  // a "CORE" note is a CPU's registers, in the order of the CPUs
  // Where the container has them, and the notes have not.
  std::optional<std::uint64_t> phys_base = {};
  std::optional<unsigned> dump_level = {};  // makedumpfile -d
  bool packed = false;                      // each page has to be unpacked to see its first byte
  bool incomplete = false;                  // the program that wrote it says so: its disk was full
};

// The container is told by its content: ELF, kdump-compressed, flattened ones of both, each packed or not. The error says
// what the file is, and what to do with it.
Expected<std::unique_ptr<CoreFile>> open_core(std::shared_ptr<const Storage>);

// A memory dump begins so, be it one that open_core() refuses. `head` is what head_of() gives.
bool begins_dump(std::string_view head);

}  // namespace unoops::memory
