// The dumps of testdata in every container: the same log, and the same report.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "catch.hpp"
#include "unit/memory/dump_writer.hpp"
#include "unit/symbols/fixture.hpp"
#include "unoops/decoder.hpp"
#include "unoops/render.hpp"

namespace unoops::test {
namespace {

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> dumps() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(TESTDATA))
    if (entry.path().extension() == ".kdump") out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

// The JSON of a dump's reports; or "error: ...". The file has the same name each time, because reports name it.
std::string report_of(const TempDir& dir, const std::string& dump) {
  const auto path = dir / "dump";
  std::ofstream(path, std::ios::binary) << dump;
  DecodeOptions options;
  options.symbols.none = true;
  auto reports = decode_file(path, options);
  if (!reports) return "error: " + reports.error().message;
  std::ostringstream out;
  const auto renderer = find_format("json")->make(out, {});
  for (auto& report : *reports) renderer->report(report);
  renderer->finish();
  return std::move(out).str();
}

std::vector<std::pair<std::string, std::string>> in_every_container(const Pages& pages) {
  constexpr std::uint64_t direct_map = 0xffff888000000000;
  std::vector<std::pair<std::string, std::string>> out = {
      {"ELF", elf(pages)},
      {"ELF of QEMU", elf(pages, {.phoff = 192})},
      {"ELF of many headers", elf(pages, {.many_headers = true, .overlapping = true})},
      {"ELF of makedumpfile -E", elf(pages, {.virtual_base = direct_map})},
      {"kdump raw", kdump(pages, {.packing = 0})},
      {"kdump zlib", kdump(pages, {.packing = 1})},
      {"kdump lzo", kdump(pages, {.packing = 2})},
      {"kdump snappy", kdump(pages, {.packing = 4})},
      {"kdump zstd", kdump(pages, {.packing = 0x20})},
      {"kdump of version 5", kdump(pages, {.version = 5})},
      {"kdump of version 4", kdump(pages, {.version = 4})},
      {"kdump of version 3", kdump(pages, {.version = 3})},
      {"kdump in blocks of 64 KiB", kdump(pages, {.block = 65536})},
      {"kdump, incomplete", kdump(pages, {.incomplete = true})},
  };
  for (std::size_t i = 0, count = out.size(); i < count; ++i)
    out.emplace_back("flattened " + out[i].first, flattened(out[i].second));
  return out;
}

// What -d left out is told by kdump's header alone.
std::string without_level(const std::string& json) {
  auto report = nlohmann::json::parse(json);
  if (auto machine = report.find("machine"); machine != report.end()) {
    machine->erase("dump_level");
    if (machine->empty()) report.erase(machine);
  }
  return report.dump(1);
}

}  // namespace

TEST_CASE("containers: the same log and the same report out of each") {
  const TempDir dir;
  REQUIRE(dumps().size() >= 2);
  for (const auto& path : dumps()) {
    const auto dump = bytes_of(path);
    const auto log = log_of(dump);
    const auto report = report_of(dir, dump);
    REQUIRE(log.size() > 100);
    REQUIRE(report.find("\"kind\"") != std::string::npos);
    const auto core = memory::open_core(std::make_unique<Bytes>(dump));
    REQUIRE(core);
    auto pages = pages_of(**core);
    for (const auto& [name, content] : in_every_container(pages)) {
      INFO(path << " as " << name);
      CHECK(log_of(content) == log);
      CHECK(without_level(report_of(dir, content)) == without_level(report));
    }
    // Nobody asked the kernel for its note: its page tells, if the dump has it.
    pages.put(0x7f000000, pages.info);
    CHECK(log_of(elf(pages, {.note = false})) == log);
    CHECK(log_of(kdump(pages, {.note = false})) == log);
    CHECK(log_of(flattened(kdump(pages, {.packing = 4, .note = false}))) == log);
  }
}

TEST_CASE("containers: a report comes with its opened dump, also from another decoder") {
  const auto path = dumps().front().string();
  auto sources = open_sources(path);
  REQUIRE((sources && sources->size() == 1));
  Source& source = *sources->front();
  DecodeOptions options;
  options.symbols.none = true;
  DumpBytes dump;
  std::vector<DumpBytes> adopted;
  Decoder explains(options, [&](ParsedReport&& report) { adopted.push_back(report.dump()); });
  Decoder parses(options, [&](ParsedReport&& report) {
    dump = report.dump();
    explains.adopt(std::move(report).unexplained(), dump);
  });
  parses.start_source(path);
  for (;;) {
    const auto bytes = source.read();
    REQUIRE(bytes);
    if (bytes->empty()) break;
    REQUIRE(source.dump());
    parses.dump(*source.dump());
    parses.feed(*bytes);
  }
  parses.finish();
  REQUIRE(dump);
  CHECK(dump == source.dump()->bytes);
  CHECK(adopted == std::vector<DumpBytes>{dump});
}

}  // namespace unoops::test
