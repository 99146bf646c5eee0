// Bytes in, reports out: what a user of the library relies on.
#include "unoops/decoder.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "catch.hpp"
#include "unoops/render.hpp"

namespace unoops::test {
namespace {

const std::string oops = TESTDATA "/demo/oops.log";

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

DecodeOptions with_symbols() {
  DecodeOptions options;
  options.symbols.vmlinux = TESTDATA "/demo/vmlinux";
  options.symbols.modules = {TESTDATA "/demo"};
  return options;
}

std::string json_of(const std::vector<Report>& reports) {
  std::ostringstream out;
  const auto renderer = find_format("json")->make(out, {});
  for (const Report& report : reports) renderer->report(report);
  renderer->finish();
  return std::move(out).str();
}

// Keeps all that it is told, in order.
struct Told final : LineListener {
  std::vector<std::string> all;
  bool hosts = false;
  void kernel(const KernelIdentity& kernel) override { all.push_back("kernel " + kernel.release); }
  bool wants_host() const override { return hosts; }
  void read(const RawLine& line, std::string_view host) override {
    all.push_back(std::to_string(line.number) + " " + std::string(host));
  }
  void flush() override { all.emplace_back("end"); }
};

}  // namespace

TEST_CASE("a file, its bytes, and its bytes one by one give the same reports") {
  const auto file = decode_file(oops, with_symbols());
  REQUIRE(file);
  REQUIRE(file->size() == 1);
  CHECK(file->front().file == oops);
  CHECK(file->front().site.cause);
  CHECK_FALSE(file->front().explanation.summary.empty());

  const std::string bytes = bytes_of(oops);
  std::vector<Report> pieces;
  Decoder decoder(with_symbols(), [&](ParsedReport&& report) { pieces.push_back(std::move(report).explained()); });
  decoder.start_source(oops);
  for (const char& c : bytes) decoder.feed({&c, 1});
  decoder.finish();
  CHECK(json_of(pieces) == json_of(*file));
  pieces.front().file.clear();
  CHECK(json_of(pieces) == json_of(decode_log(bytes, with_symbols())));
}

TEST_CASE("a file that is not there is an error that names it") {
  const auto reports = decode_file("/no/such/log");
  REQUIRE_FALSE(reports);
  CHECK(reports.error().message.find("/no/such/log") != std::string::npos);
}

TEST_CASE("a report costs no symbol work before it is explained") {
  std::vector<ParsedReport> found;
  Decoder decoder(with_symbols(), [&](ParsedReport&& report) { found.push_back(std::move(report)); });
  decoder.feed(bytes_of(oops));
  decoder.finish();
  REQUIRE(found.size() == 1);
  CHECK(found.front()->explanation.summary.empty());
  CHECK(decoder.symbolizer().files().empty());

  const Report report = std::move(found.front()).explained();
  CHECK_FALSE(report.explanation.summary.empty());
  REQUIRE(decoder.symbolizer().files().size() == 1);
  CHECK(std::ranges::find(decoder.symbolizer().files().front().files, "vmlinux", &FileVerdict::what)->path == TESTDATA
        "/demo/vmlinux");
}

TEST_CASE("without explanation a report keeps to what the log says") {
  DecodeOptions options = with_symbols();
  options.explain = false;
  const auto reports = decode_log(bytes_of(oops), options);
  REQUIRE(reports.size() == 1);
  CHECK(reports.front().symbol_notes.empty());
  CHECK(reports.front().site.instructions.empty());
  CHECK(reports.front().explanation.summary.empty());
}

TEST_CASE("lines count anew in each source, boots go on, and the last line needs no end") {
  std::vector<Report> reports;
  Decoder decoder({}, [&](ParsedReport&& report) { reports.push_back(*report); });
  const std::string log = "] BUG: unable to handle page fault for address: ffff88800000f000";
  decoder.start_source("first");
  decoder.feed("[    1.000000" + log);
  decoder.start_source("second");
  decoder.feed("[    2.000000" + log);
  decoder.finish();
  REQUIRE(reports.size() == 2);
  CHECK(reports[1].file == "second");
  CHECK(reports[1].line_first == 1);
  CHECK(reports[1].boot == 2);
  CHECK(decoder.lines() == 2);
}

TEST_CASE("a listener is told of the kernel, of every line, and last of the end") {
  Told told;
  Decoder decoder({}, [](ParsedReport&&) {});
  decoder.listen(told);
  decoder.start_source("");
  decoder.feed("[    0.000000] Linux version 6.1.0-9-test (a@b) (gcc) #1 SMP\n");
  decoder.feed("no line end");
  decoder.finish();
  CHECK(std::ranges::count(told.all, "kernel 6.1.0-9-test") == 1);
  std::erase(told.all, "kernel 6.1.0-9-test");  // the reader may wait for a line more before it hands one out
  CHECK(told.all == std::vector<std::string>{"1 ", "2 ", "end"});
}

TEST_CASE("a listener that asks for it is told a line's host, and without a sink lines come unread") {
  Told told;
  told.hosts = true;
  Decoder decoder({}, nullptr);
  decoder.listen(told);
  decoder.feed("Jan  1 00:00:01 alpha kernel: Linux version 6.1.0-9-test (a@b) (gcc) #1 SMP\n");
  decoder.finish();
  CHECK(told.all == std::vector<std::string>{"1 alpha", "end"});
}

TEST_CASE("decoders of several threads do not know of each other") {
  const std::string bytes = bytes_of(oops), want = json_of(decode_log(bytes, with_symbols()));
  std::vector<std::string> got(4);
  std::vector<std::thread> threads;
  for (std::string& one : got) threads.emplace_back([&] { one = json_of(decode_log(bytes, with_symbols())); });
  for (std::thread& thread : threads) thread.join();
  for (const std::string& one : got) CHECK(one == want);
}

}  // namespace unoops::test
