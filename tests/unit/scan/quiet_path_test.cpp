#include "scan/quiet_path.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "catch.hpp"
#include "parse/section_index.hpp"
#include "scan/needles.hpp"

using namespace unoops;
using namespace unoops::scan;

namespace {

// The way of the data up to the parser, with and without the quiet path.
struct Way {
  std::vector<Report> reports;
  ReportParser parser{"", [this](Report&& report) { reports.push_back(std::move(report)); }, {}};
  LogReader reader{[this](const LogLine& line) { parser.read(line); }, begins_known_line};
  LineSplitter splitter{[this](const RawLine& line) { reader.read(line); }};
  QuietPath quiet{splitter, reader, parser};
};

std::string boot_of(std::string (*line)(unsigned)) {
  std::string out;
  for (unsigned i = 0; i < 400; ++i) out += line(i);
  return out;
}

std::string number(unsigned n) { return std::to_string(100000 + n % 100000); }

const std::string words =
    "e1000e 0000:00:19.0 eth0: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx and more\n";
const std::string few = "usb 3-2: new full-speed USB device number 5 using xhci_hcd\n";

std::uint64_t passed(const std::string& log) {
  Way way;
  way.quiet.feed(log);
  CHECK(way.splitter.lines() == static_cast<std::uint64_t>(std::ranges::count(log, '\n')));
  return way.quiet.passed();
}

}  // namespace

TEST_CASE("the lines of an ordinary log are passed, whatever transport brought them") {
  const auto most = 350U;
  CHECK(passed(boot_of([](unsigned i) { return "[    1." + number(i) + "] " + (i % 7 ? few : words); })) > most);
  CHECK(passed(boot_of([](unsigned i) { return "[    1." + number(i) + "][    T1] " + (i % 7 ? few : words); })) >
        most);
  CHECK(passed(boot_of([](unsigned i) {
          return "Jan  6 10:11:" + number(i).substr(4) + " host kernel: [    1." + number(i) + "] " +
                 (i % 7 ? few : words);
        })) > most);
  CHECK(passed(boot_of([](unsigned i) {
          return "Jan  6 10:11:" + number(i).substr(4) + " host systemd[" + number(i) + "]: " + (i % 7 ? few : words);
        })) == 0);  // no line of the kernel's was read: nobody knows yet how the log begins
  CHECK(passed(boot_of([](unsigned i) {
          return "2025-01-06T10:11:" + number(i).substr(4) + "+0100 host kernel: " + (i % 7 ? few : words);
        })) > most);
  CHECK(passed(boot_of([](unsigned i) { return "6," + number(i) + "," + number(i) + ",-;" + (i % 7 ? few : words); })) >
        most);
  CHECK(passed(boot_of([](unsigned i) {
          const auto line = i % 7 ? few : words;
          return R"({"_TRANSPORT":"kernel","__MONOTONIC_TIMESTAMP":")" + number(i) + R"(","MESSAGE":")" +
                 line.substr(0, line.size() - 1) + "\"}\n";
        })) > most);
}

TEST_CASE("a run of lines that begin alike ends where the log's time begins anew") {
  const auto boot = boot_of([](unsigned i) { return "[   91." + number(i) + "] " + (i % 7 ? few : words); });
  const auto next = boot_of([](unsigned i) { return "[    0." + number(i) + "] " + (i % 7 ? few : words); });
  Way way;
  way.quiet.feed(boot + boot + next + next);
  CHECK(way.quiet.passed() > 1500);
  CHECK(way.parser.boots() == 2);
}

TEST_CASE("a record of /dev/kmsg that is missing ends a run, and the dictionaries behind records do not") {
  const auto with_dictionaries = [](unsigned i) {
    return "6," + number(i) + "," + number(i) + ",-;" + (i % 7 ? few : words) +
           " SUBSYSTEM=pci\n DEVICE=+pci:0000:00:1f.2\n";
  };
  CHECK(passed(boot_of(with_dictionaries)) > 1100);
  std::string log;
  for (unsigned i = 0; i < 400; ++i)
    if (i != 200) log += "6," + number(i) + "," + number(i) + ",-;" + (i % 7 ? few : words);
  Way way;
  way.quiet.feed(log);
  CHECK(way.quiet.passed() < 399);
  CHECK(way.quiet.passed() > 300);
}

TEST_CASE("records with tabs, and words that begin with a bracket, are passed") {
  const auto most = 350U;
  const auto record = [](unsigned i, std::string_view text) {
    return "6," + number(i) + "," + number(i) + ",-;" + (i == 0 ? words : i % 3 == 0 ? few : std::string(text) + "\n");
  };
  std::string tabs, names, hidden;
  for (unsigned i = 0; i < 400; ++i) {
    tabs += record(
        i, i % 2 ? "rcu: \\x09Max phase no-delay instances is 1000." : "\\x09Rude variant of Tasks RCU enabled.");
    names += record(i, "[drm] Initialized i915 1.6.0 20201103 for 0000:00:02.0 on minor 0");
    hidden += record(i, "BUG:\\x20kernel NULL pointer dereference, address: 0000000000000010");
  }
  CHECK(passed(tabs) > most);
  CHECK(passed(names) > most);
  CHECK(passed(hidden) < most);
}

TEST_CASE("a line with a needle is read, and the lines behind the report that it opened are passed again") {
  std::string log = boot_of([](unsigned i) { return "[    1." + number(i) + "] " + (i % 7 ? few : words); });
  log += "[    2.000000] BUG: kernel NULL pointer dereference, address: 0000000000000010\n";
  const auto first = static_cast<std::uint64_t>(std::ranges::count(log, '\n'));
  for (int i = 0; i < 4; ++i)
    log += boot_of([](unsigned n) { return "[    3." + number(n) + "] " + (n % 7 ? few : words); });
  Way way;
  way.quiet.feed(log);
  way.parser.finish();
  REQUIRE(way.reports.size() == 1);
  CHECK(way.reports.front().line_first == first);
  CHECK(way.quiet.passed() > 1000);
}

TEST_CASE("both searches find every needle, wherever it stands") {
  const auto words_of_all = needles();
  std::string bytes;
  struct Wanted {
    std::size_t begin, end;
    Needs needs;
  };
  std::vector<Wanted> wanted;
  for (const auto& [needle, needs] : words_of_all) {
    bytes += "ordinary words ";
    wanted.push_back({bytes.size(), bytes.size() + needle.size(), needs});
    bytes += needle;
  }
  for (const auto& search : {table_search(), vector_search()}) {
    if (!search) continue;
    std::vector<Hit> hits;
    search->find(bytes, hits);
    CHECK(std::ranges::is_sorted(hits, {}, &Hit::end));
    for (const auto& needle : wanted)
      CHECK(std::ranges::any_of(hits, [&](const Hit& hit) {
        return hit.end > needle.begin && hit.end <= needle.end && hit.needs >= needle.needs;
      }));
  }
}
