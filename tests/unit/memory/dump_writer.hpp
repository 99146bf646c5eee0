// One set of pages in every container that a kernel's memory is dumped in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "memory/core_file.hpp"
#include "memory/storage.hpp"

namespace unoops::test {

// Little-endian.
std::string number(std::uint64_t value, unsigned bytes);

// Physical memory, in pages of 4 KiB, and what the kernel says of itself.
struct Pages {
  std::map<std::uint64_t, std::string> by_address;
  std::string info;  // VMCOREINFO
  std::string machine = "x86_64";
  std::uint16_t elf_machine = 62;                            // EM_X86_64
  std::vector<std::string> cpus = {std::string(336, '\1')};  // each one's struct elf_prstatus

  void put(std::uint64_t physical, const std::string& bytes);
};

struct ElfForm {
  std::uint64_t phoff = 64;
  bool many_headers = false;  // PN_XNUM
  bool overlapping = false;   // each run of pages once more, and a part of it, as QEMU does with paging=true
  bool note = true;
  std::string more_notes = {};     // the name of one that others write
  std::uint64_t virtual_base = 0;  // what /proc/vmcore and makedumpfile -E add to p_paddr for p_vaddr
};
std::string elf(const Pages&, const ElfForm& = {});

struct KdumpForm {
  std::uint32_t packing = 1;  // a page descriptor's flag: 0 raw, 1 zlib, 2 lzo, 4 snappy, 0x20 zstd
  std::uint32_t block = 4096;
  std::uint32_t version = 6;
  std::uint32_t split = 0;
  bool incomplete = false;  // the disk was full
  bool note = true;
};
std::string kdump(const Pages&, const KdumpForm& = {});

// The same of a dump that is there.
Pages pages_of(memory::CoreFile&);

// In pieces that stand in no order; the first bytes are written twice, wrongly first.
std::string flattened(const std::string& bytes, bool end_mark = true);

class Bytes final : public memory::Storage {
 public:
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}
  bool read(std::uint64_t at, std::span<std::byte> out) const override;
  std::uint64_t size() const override { return bytes_.size(); }

 private:
  std::string bytes_;
};

// The log of a dump, line by line, each as the kernel would print it with its level; or "error: ...".
std::vector<std::string> log_of(const std::string& dump);

// A kernel whose log holds every shape of a record: several lines, none, wrapped, of a CPU, never finished.
enum class Made { x86_4_levels, x86_5_levels, arm64, old };
Pages kernel(Made);
std::vector<std::string> lines_of(Made);

}  // namespace unoops::test
