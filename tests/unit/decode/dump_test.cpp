// What a memory dump tells of the reports in its log.
#include <fstream>
#include <iterator>

#include "catch.hpp"
#include "unoops/decoder.hpp"

namespace unoops::test {
namespace {

// To the line before the end trace: there oops_end() hands over to the crash kernel.
std::string cut_oops() {
  std::ifstream in(TESTDATA "/demo/oops.log", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return bytes.substr(0, bytes.rfind('\n', bytes.find("---[ end trace")) + 1);
}

CrashDump dump_of(const std::string& crash_time) {
  return {.release = "6.1.0-demo",
          .build_id = "0123abcd",
          .arch = nullptr,
          .kernel_offset = 0x18e00000,
          .crash_time = crash_time};
}

Report decoded(const std::string& bytes, const CrashDump* dump) {
  std::vector<Report> reports;
  DecodeOptions options;
  options.symbols.none = true;
  Decoder decoder(options, [&](ParsedReport&& report) { reports.push_back(std::move(report).explained()); });
  decoder.start_source("vmcore");
  if (dump) decoder.dump(*dump);
  decoder.feed(bytes);
  decoder.finish();
  REQUIRE(reports.size() == 1);
  return reports[0];
}

}  // namespace

TEST_CASE("the report that the crash kernel cut short is fatal, and lacks nothing") {
  const auto text = decoded(cut_oops(), nullptr);
  CHECK(text.severity == Severity::error);
  CHECK_FALSE(text.defects.empty());

  const auto dump = dump_of("2026-11-28T09:30:12Z");
  const auto report = decoded(cut_oops(), &dump);
  CHECK(report.severity == Severity::fatal);
  CHECK(report.defects.empty());
  CHECK_FALSE(report.corrupted);
  REQUIRE(report.panic);
  CHECK(report.panic->kexec);
  CHECK(report.panic->line == report.line_last);
  CHECK(report.wall_time == "2026-11-28T09:30:12Z");
  CHECK(report.explanation.why_fatal.starts_with("the crash kernel took over"));
  CHECK(report.kernel.build_id == "0123abcd");
  CHECK(report.kernel_offset == 0x18e00000U);
  CHECK(report.title == text.title);
  CHECK(report.signature == text.signature);
}

TEST_CASE("a dump that a hypervisor took says nothing of how it would have gone on") {
  const auto dump = dump_of("");
  const auto report = decoded(cut_oops(), &dump);
  CHECK(report.severity == Severity::error);
  CHECK_FALSE(report.panic);
  CHECK(report.kernel.build_id == "0123abcd");
}

TEST_CASE("a panic that the log tells of has its own words") {
  const auto dump = dump_of("2026-11-28T09:30:12Z");
  const auto report = decoded(cut_oops() +
                                  "[   41.900000] ---[ end trace 0000000000000000 ]---\n"
                                  "[   41.900001] Kernel panic - not syncing: Fatal exception\n",
                              &dump);
  REQUIRE(report.panic);
  CHECK(report.panic->reason == "Fatal exception");
  CHECK_FALSE(report.panic->kexec);
  CHECK(report.wall_time == "2026-11-28T09:30:12Z");
}

}  // namespace unoops::test
