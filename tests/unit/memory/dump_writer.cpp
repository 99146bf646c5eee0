#include "unit/memory/dump_writer.hpp"

#include <lzo/lzo1x.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>

namespace unoops::test {
namespace {

constexpr std::uint64_t page = 4096;

std::string big(std::uint64_t value) {
  auto out = number(value, 8);
  std::reverse(out.begin(), out.end());
  return out;
}

std::string padded(std::string bytes, std::size_t to) {
  bytes.resize((bytes.size() + to - 1) / to * to, '\0');
  return bytes;
}

std::string note(const std::string& name, std::uint32_t type, const std::string& bytes) {
  return number(name.size() + 1, 4) + number(bytes.size(), 4) + number(type, 4) + padded(name + '\0', 4) +
         padded(bytes, 4);
}

struct Run {
  std::uint64_t physical;
  std::string bytes;
};

std::vector<Run> runs_of(const Pages& pages) {
  std::vector<Run> runs;
  for (const auto& [at, bytes] : pages.by_address)
    if (!runs.empty() && runs.back().physical + runs.back().bytes.size() == at)
      runs.back().bytes += bytes;
    else
      runs.push_back({at, bytes});
  return runs;
}

std::string header_of(std::uint32_t type, std::uint64_t at, std::uint64_t physical, std::uint64_t size,
                      std::uint64_t virtual_base = 0) {
  return number(type, 4) + number(7, 4) + number(at, 8) + number(virtual_base == 0 ? 0 : virtual_base + physical, 8) +
         number(physical, 8) + number(size, 8) + number(size, 8) + number(0, 8);
}

std::string packed(std::uint32_t packing, const std::string& in) {
  std::string out(in.size() * 2 + 1024, '\0');
  if (packing == 0) return in;
  if (packing == 1) {
    auto size = static_cast<uLongf>(out.size());
    compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(in.data()), in.size());
    return out.substr(0, size);
  }
  if (packing == 2) {
    std::string work(LZO1X_1_MEM_COMPRESS, '\0');
    lzo_uint size = 0;
    lzo1x_1_compress(reinterpret_cast<const unsigned char*>(in.data()), in.size(),
                     reinterpret_cast<unsigned char*>(out.data()), &size, work.data());
    return out.substr(0, size);
  }
  std::size_t size = out.size();
  if (packing == 4) snappy_compress(in.data(), in.size(), out.data(), &size);
  if (packing == 0x20) size = ZSTD_compress(out.data(), out.size(), in.data(), in.size(), 1);
  return out.substr(0, size);
}

void set(std::string& bits, std::uint64_t bit) { bits[bit / 8] |= static_cast<char>(1 << bit % 8); }

}  // namespace

std::string number(std::uint64_t value, unsigned bytes) {
  std::string out;
  for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(i < sizeof value ? value >> 8 * i : 0);
  return out;
}

void Pages::put(std::uint64_t physical, const std::string& bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto& there = by_address[(physical + i) / page * page];
    there.resize(page, '\0');
    there[(physical + i) % page] = bytes[i];
  }
}

std::string elf(const Pages& pages, const ElfForm& form) {
  const auto runs = runs_of(pages);
  std::string notes;
  for (const auto& cpu : pages.cpus) notes += note("CORE", 1, cpu);
  if (form.note) notes += note("VMCOREINFO", 0, pages.info);
  if (!form.more_notes.empty()) notes += note(form.more_notes, 0, "x");
  const auto count = 1 + runs.size() * (form.overlapping ? 3 : 1);
  const auto table = padded(std::string(form.phoff + count * 56 + 64, '\0'), page).size();
  std::string headers = header_of(4, table, 0, notes.size());
  std::string content = padded(notes, page);
  for (const auto& run : runs) {
    const auto at = table + content.size();
    headers += header_of(1, at, run.physical, run.bytes.size(), form.virtual_base);
    if (form.overlapping) headers += header_of(1, at, run.physical, run.bytes.size());
    if (form.overlapping) headers += header_of(1, at + 16, run.physical + 16, run.bytes.size() - 16);
    content += run.bytes;
  }
  const auto section = form.phoff + headers.size();
  std::string out = std::string(
                        "\x7f"
                        "ELF\2\1\1",
                        7) +
                    std::string(9, '\0') + number(4, 2) + number(pages.elf_machine, 2) + number(1, 4) + number(0, 8) +
                    number(form.phoff, 8) + number(form.many_headers ? section : 0, 8) + number(0, 4) + number(64, 2) +
                    number(56, 2) + number(form.many_headers ? 0xffff : count, 2) + number(64, 2) +
                    number(form.many_headers, 2) + number(0, 2);
  out.resize(form.phoff, '\0');
  out += headers;
  if (form.many_headers) out += std::string(44, '\0') + number(count, 4) + std::string(16, '\0');
  out.resize(table, '\0');
  return out + content;
}

std::string kdump(const Pages& pages, const KdumpForm& form) {
  std::map<std::uint64_t, std::string> blocks;
  for (const auto& [at, bytes] : pages.by_address) {
    auto& block = blocks[at / form.block];
    block.resize(form.block, '\0');
    block.replace(at % form.block, bytes.size(), bytes);
  }
  const auto most = blocks.rbegin()->first + 2;
  std::string machine_bits = padded(std::string(most / 8 + 1, '\0'), form.block), dumped = machine_bits;
  for (const auto& [pfn, bytes] : blocks) set(machine_bits, pfn), set(dumped, pfn);
  set(machine_bits, most - 1);  // the machine's, and left out
  const auto uts = [&](const std::string& field) { return (field + std::string(65, '\0')).substr(0, 65); };
  std::string header = "KDUMP   " + number(form.version, 4) + uts("Linux") + uts("host") + uts("6.1.0-test") +
                       uts("#1") + uts(pages.machine) + uts("(none)");
  header.resize(424, '\0');
  const auto notes_at = form.block + 1024;
  std::string notes;
  for (const auto& cpu : pages.cpus) notes += note("CORE", 1, cpu);
  const auto text_at = notes_at + notes.size() + 24;  // behind the note's header and name
  if (form.note) notes += note("VMCOREINFO", 0, pages.info);
  std::string sub = number(0, 8) + number(31, 4) + number(form.split, 4) + number(0, 16) +
                    number(form.note ? text_at : 0, 8) + number(form.note ? pages.info.size() : 0, 8) +
                    number(notes_at, 8) + number(notes.size(), 8) + number(0, 24) + number(0, 8) + number(most, 8);
  sub.resize(1024, '\0');
  sub = padded(sub + notes, form.block);
  header += number(form.incomplete ? 8 : 0, 4) + number(form.block, 4) + number(sub.size() / form.block, 4) +
            number(2 * dumped.size() / form.block, 4) + number(most, 4);
  std::string out = padded(header, form.block) + sub + machine_bits + dumped;
  auto at = out.size() + 24 * blocks.size();
  std::string descriptors, data;
  for (const auto& [pfn, bytes] : blocks) {
    auto content = packed(form.packing, bytes);
    const bool smaller = content.size() < bytes.size();
    if (!smaller) content = bytes;  // as makedumpfile does
    descriptors +=
        number(at + data.size(), 8) + number(content.size(), 4) + number(smaller ? form.packing : 0, 4) + number(0, 8);
    data += content;
  }
  return out + descriptors + data;
}

std::string flattened(const std::string& bytes, bool end_mark) {
  constexpr std::size_t piece = 5000;
  std::string out = std::string("makedumpfile\0\0\0\0", 16) + big(1) + big(1);
  out.resize(page, '\0');
  const auto add = [&](std::size_t at, const std::string& content) { out += big(at) + big(content.size()) + content; };
  add(0, std::string(464, 'x'));
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < bytes.size(); at += piece) places.push_back(at);
  std::reverse(places.begin() + 1, places.end());
  for (const auto at : places) {
    const auto content = bytes.substr(at, piece);
    if (content.find_first_not_of('\0') != std::string::npos || at == places[1]) add(at, content);  // else a gap
  }
  if (end_mark) out += std::string(16, '\xff');
  return out;
}

Pages pages_of(memory::CoreFile& core) {
  Pages out;
  out.machine = core.machine;
  out.cpus.clear();
  for (const auto& n : core.notes) {
    const std::string bytes(reinterpret_cast<const char*>(n.bytes.data()), n.bytes.size());
    if (n.name == "CORE") out.cpus.push_back(bytes);
    if (n.name == "VMCOREINFO") out.info = bytes;
  }
  for (auto at = core.next_page(0); at; at = core.next_page(*at + page)) {
    std::string bytes(page, '\0');
    if (core.read(*at, std::as_writable_bytes(std::span(bytes))) == memory::Got::yes) out.by_address[*at] = bytes;
  }
  return out;
}

bool Bytes::read(std::uint64_t at, std::span<std::byte> out) const {
  if (at > bytes_.size() || out.size() > bytes_.size() - at) return false;
  if (!out.empty()) std::memcpy(out.data(), bytes_.data() + at, out.size());
  return true;
}

}  // namespace unoops::test
