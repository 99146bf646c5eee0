// Dumps of small kernels with changes in them: in the container's file, or in the memory that it holds. No crash, no hang,
// and no more comes out than went in.
#include <algorithm>
#include <functional>
#include <iterator>
#include <vector>

#include "edits.hpp"
#include "memory/core_file.hpp"
#include "memory/printk_log.hpp"
#include "memory/target_memory.hpp"
#include "unit/memory/dump_writer.hpp"

namespace {

using namespace unoops;
using namespace unoops::test;
using fuzz::Edits;
using fuzz::require;

void read(std::string dump) {
  auto core = memory::open_core(std::make_unique<Bytes>(std::move(dump)));
  if (!core) return require(!core.error().message.empty(), "what is refused is named");
  memory::TargetMemory target(**core);
  auto log = memory::open_printk_log(target);
  if (!log) return require(!log.error().message.empty(), "what is refused is named");
  memory::PrintkRecord record;
  std::uint64_t records = 0, bytes = 0;
  while ((*log)->next(record)) ++records, bytes += record.text.size();
  require(bytes <= (*core)->present_bytes(), "a log is no longer than the memory that holds it");
  require(records <= (*core)->present_bytes(), "a log has no more records than the memory has bytes");
}

constexpr Made kernels[] = {Made::x86_4_levels, Made::x86_5_levels, Made::arm64, Made::old};

const std::vector<Pages>& wholes() {
  static const auto all = [] {
    std::vector<Pages> out;
    for (const auto kind : kernels) out.push_back(kernel(kind));
    return out;
  }();
  return all;
}

const std::vector<std::string>& files() {
  static const auto all = [] {
    std::vector<std::string> out;
    const Pages& pages = wholes()[0];
    out.push_back(elf(pages));
    out.push_back(elf(pages, {.phoff = 192, .many_headers = true, .overlapping = true}));
    out.push_back(elf(pages, {.note = false}));
    for (const std::uint32_t packing : {0, 1, 2, 4, 0x20}) out.push_back(kdump(pages, {.packing = packing}));
    out.push_back(kdump(wholes()[2], {.block = 65536, .version = 5, .note = false}));
    for (std::size_t i = 0; i < 4; ++i) out.push_back(flattened(out[i]));
    return out;
  }();
  return all;
}

// The text of VMCOREINFO, or a page.
void change_memory(Pages& pages, Edits edits) {
  while (edits.next()) {
    const auto which = edits.what() >> 3 & 3;
    if (which == 0) {
      edits.apply(pages.info);
      continue;
    }
    if (pages.by_address.empty()) return;
    const auto at = std::next(pages.by_address.begin(),
                              static_cast<std::ptrdiff_t>(edits.place() / 4096 % pages.by_address.size()));
    edits.apply(at->second);
    at->second.resize(4096);
    if (which == 3 && edits.what() % 8 == 7) pages.by_address.erase(at);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t mode = data[0] % (std::size(kernels) + files().size());
  const Edits edits(data + 1, size - 1);
  if (mode < std::size(kernels)) {
    Pages pages = wholes()[mode];
    change_memory(pages, edits);
    if (!pages.by_address.empty()) read(data[0] & 0x80 ? elf(pages) : kdump(pages, {.packing = 0}));
    return 0;
  }
  std::string dump = files()[mode - std::size(kernels)];
  for (Edits some = edits; some.next();) some.apply(dump);
  read(std::move(dump));
  return 0;
}
