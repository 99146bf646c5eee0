#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "catch.hpp"
#include "report/fact_names.hpp"
#include "reports.hpp"
#include "unoops/render.hpp"
#include "unoops/version.hpp"

using namespace unoops;
using nlohmann::json;

namespace {

std::string lines_of(const std::vector<Report>& reports) {
  std::ostringstream out;
  const auto renderer = find_format("json")->make(out, {});
  for (const auto& report : reports) renderer->report(report);
  renderer->finish();
  return out.str();
}

json object_of(const Report& report) { return json::parse(lines_of({report})); }

std::string random_text(std::mt19937& random) {
  std::string text(random() % 12, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

// Fields left out and filled with arbitrary bytes, at random.
Report shaken(Report r, std::mt19937& random) {
  const auto maybe = [&] { return random() % 2 == 0; };
  for (std::string* text :
       {&r.title, &r.comm, &r.host, &r.hardware, &r.workqueue, &r.headline, &r.wall_time, &r.caller})
    if (maybe()) *text = random_text(random);
  if (maybe()) r.time_us.reset();
  if (maybe()) r.fault = {};
  if (maybe()) r.code = {};
  if (maybe()) r.site = {};
  if (maybe()) r.explanation = {};
  if (maybe()) r.kernel = {};
  if (maybe()) r.taint = {};
  if (maybe()) r.uid = static_cast<std::int64_t>(random());
  if (maybe()) r.lines = {{1, 2}, {5, 9}};
  for (auto& stack : r.stacks)
    for (auto& frame : stack.frames) {
      if (maybe()) frame.lookup = Unresolved{static_cast<Miss>(random() % 13), random_text(random)};
      if (maybe()) frame.ref = {};
      frame.ref.pc = static_cast<PcKind>(random() % 3);
    }
  for (int i = 0; i < 7; ++i)
    if (maybe()) r.defects.push_back({static_cast<DefectKind>(i), random_text(random)});
  return r;
}

}  // namespace

TEST_CASE("facts are of the type that their names say") {
  Report r = test::warning();
  r.facts.clear();
  r.set_fact(report::fact::order, "009");
  r.set_fact(report::fact::stalled_cpus, "1, 3");
  r.set_fact(report::fact::victim_anon_rss, "478076kB");
  r.set_fact(report::fact::age, "41.230s");
  r.set_fact(report::fact::memcg, "yes");
  r.set_fact(report::fact::preempt_count, "00000002");
  r.set_fact(report::fact::irq, "16]");  // a cut line: no number
  r.set_fact(report::fact::stalled_tasks, "4, P5");
  r.set_fact(report::fact::uncorrected, "no");
  r.set_fact(report::fact::usage_count, "-1");
  CHECK(object_of(r)["facts"] == json::parse(R"({"order":9,"stalled-cpus":[1,3],"victim-anon-rss":478076,"age":41.23,)"
                                             R"("memcg":true,"preempt-count":"00000002","usage-count":-1})"));
  CHECK_THAT(lines_of({r}), ContainsSubstring(R"("age":41.230,)"));
}

TEST_CASE("where to look is said at the top") {
  Report r = test::warning();
  r.culprit_stack = r.culprit_frame = 0;
  auto& frame = r.stacks[0].frames[0];
  frame.ref.symbol = "outer.cold";
  frame.ref.offset = 4;
  frame.ref.module = "demo";
  frame.lookup = std::vector<Location>{{"spin_lock", "include/linux/spinlock.h", 350, 0, true},
                                       {"inner", "drivers/demo/demo.c", 27, 0, true},
                                       {"outer", "drivers/demo/demo.c", 40, 0, false}};
  const json at = object_of(r)["where"];
  CHECK(at ==
        json::parse(
            R"({"function":"inner","inlined_into":"outer","file":"drivers/demo/demo.c","line":27,"module":"demo"})"));
  frame.lookup = Unresolved{Miss::no_symbols, ""};
  frame.printed.clear();
  CHECK(object_of(r)["where"] == json::parse(R"({"function":"outer","module":"demo"})"));
  frame.ref = {};
  CHECK_FALSE(object_of(r).contains("where"));
  const auto text = lines_of({test::warning()});
  CHECK(text.find("\"where\"") < text.find("\"line_first\""));
}

TEST_CASE("JSON has the contract's names and forms") {
  const json o = object_of(test::oops());
  CHECK(o["schema"] == "unoops.report/1");
  CHECK(o["producer"] == json{{"name", "unoops"}, {"version", std::string(version)}});
  CHECK(o["kind"] == "null-pointer-dereference");
  CHECK(o["severity"] == "fatal");
  CHECK(o["panic"]["reason"] == "Fatal exception in interrupt");
  CHECK(o["fault"]["address"] == "0x8");
  CHECK(o["fault"]["error_code"] == "0002");
  CHECK(o["registers"]["RBX"] == "0xffff8b1f42f80c00");
  CHECK(o["time"] == 1.447);
  CHECK(o["taint"]["flags"][0]["letter"] == "O");
  CHECK(o["code"]["bytes"] == "48 8b 43 50 48 c7 40 08 00 00 00 00 5b");
  CHECK(o["code"]["fault_offset"] == 4);
  CHECK(o["code"]["instructions"][1]["faulting"] == true);
  CHECK(o["stacks"][0]["label"] == "pc");
  CHECK(o["stacks"][0]["frames"][0]["pc"] == "exact");
  const json timers = o["stacks"][1]["frames"][2];
  CHECK(timers["offset"] == 0x222);
  CHECK(timers["source"][0]["function"] == "expire_timers");
  CHECK(timers["source"][0]["inlined"] == true);
  CHECK(timers["source"][1]["line"] == 2023);
  CHECK(o["stacks"][2]["frames"][1]["unresolved"] == "pointer");
  CHECK(o["explanation"]["cause"]["expression"] == "dev->port.tx");
  CHECK(o["explanation"]["cause"]["offset"] == 8);
  CHECK(o["explanation"]["cause"]["value"] == "0x0");
  CHECK(o["explanation"]["notes"].size() == 1);
}

TEST_CASE("a field with nothing to say is left out") {
  Report r;
  const json o = object_of(r);
  for (const char* name : {"file", "time", "cpu", "kernel", "taint", "fault", "registers", "code", "stacks", "modules",
                           "explanation", "panic"})
    CHECK_FALSE(o.contains(name));
}

TEST_CASE("JSON is one line of UTF-8 whatever the bytes") {
  const std::string line = lines_of({test::hostile()});
  CHECK(line.find('\n') == line.size() - 1);
  const json o = json::parse(line);  // throws on invalid UTF-8
  CHECK(o["comm"] ==
        "a\nb\r\x07\"&<>\xef\xbf\xbd"
        "31m");
  CHECK(o["uid"] == 4294967295);
}

TEST_CASE("JSON escapes what must be and what misleads, in the shortest form, and nothing else") {
  Report report = test::hostile();
  const auto title_as = [&](std::string_view title, std::string_view expected) {
    report.title = title;
    const std::string line = lines_of({report}), member = "\"title\":\"" + std::string(expected) + "\",";
    INFO(line.substr(0, 200));
    CHECK(line.find(member) != std::string::npos);
  };
  title_as("", "");
  title_as("plain words / of <a kernel> & 'it'", "plain words / of <a kernel> & 'it'");
  title_as("\"\\\b\f\n\r\t", R"(\"\\\b\f\n\r\t)");
  title_as(std::string_view("a\0b\x01\x1f\x7f", 6), "a\\u0000b\\u0001\\u001f\\u007f");
  title_as(
      "\xc2\x9b"
      "31m \xe2\x80\xae \xef\xbb\xbf",
      "\\u009b31m \\u202e \\ufeff");
  title_as("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7");
  // A quote where a character is cut short: the byte is replaced, and the quote is escaped.
  title_as("\xe2\x82\"\xff\\", "\xef\xbf\xbd\xef\xbf\xbd\\\"\xef\xbf\xbd\\\\");
  title_as(std::string(3, '"') + std::string(40, 'x') + "\n", R"(\"\"\")" + std::string(40, 'x') + R"(\n)");
}

TEST_CASE("numbers and bytes of JSON") {
  Report report;
  const auto full = test::hostile();
  report.kind = full.kind;
  report.line_last = std::numeric_limits<std::uint64_t>::max();
  report.boot = -1;
  report.pid = std::numeric_limits<std::int64_t>::min();
  report.code.bytes = {0x00, 0x0f, 0xf0, 0xff};
  report.time_us = 1447000;
  const std::string line = lines_of({report});
  for (const std::string_view member :
       {"\"line_last\":18446744073709551615,", "\"boot\":-1,", "\"pid\":-9223372036854775808", "\"time\":1.447,",
        "\"bytes\":\"00 0f f0 ff\""}) {
    INFO(member);
    CHECK(line.find(member) != std::string::npos);
  }
}

TEST_CASE("every report fits docs/report.schema.json") {
  std::mt19937 random(1);
  std::vector<Report> reports = test::all_reports();
  reports.emplace_back();
  for (int round = 0; round < 25; ++round)
    for (const auto& report : test::all_reports()) reports.push_back(shaken(report, random));
  for (auto& report : reports)  // the explanation sees to it
    if (report.explanation.next_steps.empty()) report.explanation.next_none = "nobody knows";
  const std::string file = "json_test.jsonl", root = TESTDATA "/..";
  std::ofstream(file) << lines_of(reports);
  const int status = std::system(("$(command -v /usr/bin/python3 || echo python3) " + root +
                                  "/tests/schema/validate.py " + root + "/docs/report.schema.json " + file)
                                     .c_str());
  if (WEXITSTATUS(status) == 77)
    WARN("skipped: python3-jsonschema is not installed");
  else
    CHECK(status == 0);
  std::remove(file.c_str());
}
