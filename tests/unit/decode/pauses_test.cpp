// What a decoder hands out while its input goes on (--follow).
#include <string>
#include <vector>

#include "catch.hpp"
#include "unoops/decoder.hpp"

using namespace unoops;

namespace {

const std::string head =
    "[    7.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
    "[    7.000001] Oops: 0000 [#1] SMP\n"
    "[    7.000002] CPU: 1 PID: 812 Comm: postman Not tainted 6.1.0-demo #1\n"
    "[    7.000003] RIP: 0010:foo+0xe/0x40\n"
    "[    7.000004] Call Trace:\n"
    "[    7.000005]  bar+0x1d/0x40\n";
const std::string rest =
    "[    7.000006]  baz+0x3b/0x40\n"
    "[    7.000007] ---[ end trace 0000000000000000 ]---\n";
const std::string others = "[    8.000000] usb 1-1: new high-speed USB device number 2 using xhci_hcd\n";

struct Told {
  std::vector<Report> reports;
  Decoder decoder{{}, [this](ParsedReport&& report) { reports.push_back(*report); }};
};

}  // namespace

TEST_CASE("what comes after a pause joins what was told", "[decode]") {
  Told told;
  told.decoder.feed(head);
  told.decoder.flush();
  REQUIRE(told.reports.size() == 1);
  CHECK(told.reports[0].number == 1);
  told.decoder.flush();  // nothing more came
  CHECK(told.reports.size() == 1);
  told.decoder.feed(rest);
  told.decoder.finish();
  REQUIRE(told.reports.size() == 2);
  CHECK(told.reports[1].follows == 1);
  CHECK(told.reports[1].line_first == told.reports[0].line_first);
  CHECK(told.reports[1].line_last == 8);
  CHECK_FALSE(told.reports[1].warnings.empty());
}

TEST_CASE("a report that was told whole is told once", "[decode]") {
  Told told;
  told.decoder.feed(head + rest);
  told.decoder.flush();
  told.decoder.feed(others + "[    8.000001] note: postman[812] exited with irqs disabled\n");
  told.decoder.flush();
  told.decoder.finish();
  CHECK(told.reports.size() == 1);
}

TEST_CASE("a report is due when it is silent, whatever others print", "[decode]") {
  Told told;
  told.decoder.feed(head + rest);
  const auto lines = told.decoder.lines();
  told.decoder.feed(others);
  CHECK(told.reports.empty());
  told.decoder.flush_until(lines - 1);
  CHECK(told.reports.empty());
  told.decoder.flush_until(lines);
  REQUIRE(told.reports.size() == 1);
  told.decoder.finish();
  CHECK(told.reports.size() == 1);
}
