// The C interface as a C program meets it, and as one that gets it wrong does.
#include "unoops/unoops.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"
#include "unoops/version.hpp"

namespace {

struct Delete {
  void operator()(unoops_decoder* decoder) const { unoops_delete(decoder); }
};
using Handle = std::unique_ptr<unoops_decoder, Delete>;

const std::string path = TESTDATA "/demo/oops.log";

std::string demo_log() {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Collects, and says "stop" after `most` calls.
struct Collected {
  std::vector<std::string> pieces;
  std::size_t most = 100;

  static int take(void* user, const char* text, size_t size) {
    auto& self = *static_cast<Collected*>(user);
    self.pieces.emplace_back(text, size);
    return self.pieces.size() < self.most ? 0 : 1;
  }
};

std::string decode(unoops_decoder* decoder, const std::string& log) {
  char* text = unoops_decode(decoder, log.data(), log.size());
  const std::string out = text ? text : "";
  unoops_free(text);
  return out;
}

// The same crash of another boot: a copy would be told once.
std::string later(std::string log) {
  for (std::size_t at = 0; (at = log.find("[   41.", at)) != std::string::npos;) log.replace(at, 7, "[   77.");
  return log;
}

}  // namespace

TEST_CASE("C: a whole log gives one line of JSON a report", "[capi]") {
  const Handle decoder(unoops_new());
  REQUIRE(decoder);
  CHECK(unoops_version() == std::string(unoops::version));
  const auto text = decode(decoder.get(), demo_log());
  CHECK(text.starts_with("{\"schema\":\"unoops.report/1\","));
  CHECK(text.find("\"number\":1,") != std::string::npos);
  CHECK(text.find('\n') == text.size() - 1);
  CHECK(std::string(unoops_error(decoder.get())).empty());
  CHECK(decode(decoder.get(), demo_log()) == text);  // a new log, numbered anew
  char* none = unoops_decode(decoder.get(), nullptr, 0);
  REQUIRE(none);
  CHECK(std::string(none).empty());
  unoops_free(none);
}

TEST_CASE("C: pieces of any size, and a file, give what the whole gives", "[capi]") {
  const auto log = demo_log();
  const Handle decoder(unoops_new());
  const auto whole = decode(decoder.get(), log);
  Collected got;
  REQUIRE(unoops_output(decoder.get(), Collected::take, &got) == UNOOPS_OK);
  for (const std::size_t size : {1U, 7U, 4096U}) {
    got.pieces.clear();
    for (std::size_t at = 0; at < log.size(); at += size)
      REQUIRE(unoops_feed(decoder.get(), log.data() + at, std::min(size, log.size() - at)) == UNOOPS_OK);
    REQUIRE(unoops_finish(decoder.get()) == UNOOPS_OK);
    CHECK(got.pieces == std::vector<std::string>{whole});
  }
  got.pieces.clear();
  REQUIRE(unoops_read(decoder.get(), path.c_str()) == UNOOPS_OK);
  REQUIRE(unoops_finish(decoder.get()) == UNOOPS_OK);
  REQUIRE(got.pieces.size() == 1);
  CHECK_THAT(got.pieces.front(), ContainsSubstring("\"file\":\"" + path + "\""));
}

TEST_CASE("C: sources have names, and a pause hands out what there is", "[capi]") {
  const Handle decoder(unoops_new());
  Collected got;
  unoops_output(decoder.get(), Collected::take, &got);
  const auto first = demo_log(), second = later(first);
  REQUIRE(unoops_start(decoder.get(), "one") == UNOOPS_OK);
  REQUIRE(unoops_feed(decoder.get(), first.data(), first.size()) == UNOOPS_OK);
  REQUIRE(unoops_flush(decoder.get()) == UNOOPS_OK);
  REQUIRE(got.pieces.size() == 1);
  CHECK_THAT(got.pieces[0], ContainsSubstring("\"file\":\"one\""));
  REQUIRE(unoops_start(decoder.get(), "two") == UNOOPS_OK);
  REQUIRE(unoops_feed(decoder.get(), second.data(), second.size()) == UNOOPS_OK);
  REQUIRE(unoops_finish(decoder.get()) == UNOOPS_OK);
  REQUIRE(got.pieces.size() == 2);
  CHECK_THAT(got.pieces[1], ContainsSubstring("\"number\":2"));
  CHECK_THAT(got.pieces[1], ContainsSubstring("\"file\":\"two\""));
}

TEST_CASE("C: options have the program's names and meaning", "[capi]") {
  const Handle decoder(unoops_new());
  const auto set = [&](const char* name, const char* value) { return unoops_set(decoder.get(), name, value); };
  REQUIRE(set("vmlinux", TESTDATA "/demo/vmlinux") == UNOOPS_OK);
  REQUIRE(set("modules", TESTDATA "/demo") == UNOOPS_OK);
  CHECK_THAT(decode(decoder.get(), demo_log()), ContainsSubstring("\"expression\":\"dev->queue->head\"") ||
                                                    ContainsSubstring("\"expression\":\"dev->queue\""));
  REQUIRE(set("format", "title") == UNOOPS_OK);
  CHECK(decode(decoder.get(), demo_log()) ==
        "BUG: unable to handle kernel NULL pointer dereference in courier_submit\n");
  REQUIRE(set("severity", "fatal") == UNOOPS_OK);
  CHECK(decode(decoder.get(), demo_log()).empty());
  REQUIRE(set("severity", "notice") == UNOOPS_OK);
  REQUIRE(set("kind", "hung-task") == UNOOPS_OK);
  CHECK(decode(decoder.get(), demo_log()).empty());
  REQUIRE(set("kind", "null-pointer-dereference") == UNOOPS_OK);
  CHECK_FALSE(decode(decoder.get(), demo_log()).empty());
  REQUIRE(set("format", "html") == UNOOPS_OK);
  CHECK(decode(decoder.get(), demo_log()).starts_with("<!"));
}

TEST_CASE("C: a wrong option says what it takes, and changes nothing", "[capi]") {
  const Handle decoder(unoops_new());
  const auto refused = [&](const char* name, const char* value) {
    CHECK(unoops_set(decoder.get(), name, value) == UNOOPS_ERROR);
    return std::string(unoops_error(decoder.get()));
  };
  CHECK(refused("colour", "red") == "colour is no option of the library");
  CHECK(refused("redact", "yes") == "redact takes true or false, not 'yes'");
  CHECK(refused("context", "12x") == "context takes a number from 0 to 1000, not '12x'");
  CHECK(refused("context", "1001") == "context takes a number from 0 to 1000, not '1001'");
  CHECK_THAT(refused("format", "annotate"), ContainsSubstring("takes json, text"));
  CHECK_THAT(refused("kind", "no-such"), ContainsSubstring("a kind of report"));
  CHECK_THAT(refused(nullptr, "x"), ContainsSubstring("a name and a value"));
  CHECK(decode(decoder.get(), demo_log()).starts_with("{\"schema\""));
}

TEST_CASE("C: options and the output stay as they are while a log is open", "[capi]") {
  const Handle decoder(unoops_new());
  Collected got;
  unoops_output(decoder.get(), Collected::take, &got);
  const auto log = demo_log();
  REQUIRE(unoops_feed(decoder.get(), log.data(), log.size()) == UNOOPS_OK);
  CHECK(unoops_set(decoder.get(), "format", "title") == UNOOPS_ERROR);
  CHECK(unoops_output(decoder.get(), nullptr, nullptr) == UNOOPS_ERROR);
  REQUIRE(unoops_finish(decoder.get()) == UNOOPS_OK);
  REQUIRE(got.pieces.size() == 1);
  CHECK(got.pieces[0].starts_with("{\"schema\""));
}

TEST_CASE("C: who wants no more gets no more, until the next log", "[capi]") {
  const Handle decoder(unoops_new());
  Collected got;
  got.most = 1;
  unoops_output(decoder.get(), Collected::take, &got);
  const auto log = demo_log() + later(demo_log());
  const int fed = unoops_feed(decoder.get(), log.data(), log.size());
  const int ended = unoops_finish(decoder.get());
  CHECK((fed == UNOOPS_STOPPED || fed == UNOOPS_OK));
  CHECK(ended == UNOOPS_STOPPED);
  CHECK(got.pieces.size() == 1);
  CHECK(unoops_read(decoder.get(), path.c_str()) != UNOOPS_ERROR);
  CHECK(unoops_finish(decoder.get()) == UNOOPS_STOPPED);
  CHECK(got.pieces.size() == 2);
}

TEST_CASE("C: a file that cannot be read is an error, and the log goes on", "[capi]") {
  const Handle decoder(unoops_new());
  Collected got;
  unoops_output(decoder.get(), Collected::take, &got);
  CHECK(unoops_read(decoder.get(), TESTDATA "/no-such-file") == UNOOPS_ERROR);
  CHECK_THAT(unoops_error(decoder.get()), ContainsSubstring("no-such-file"));
  CHECK(unoops_read(decoder.get(), TESTDATA "/demo/vmlinux") == UNOOPS_ERROR);
  CHECK_FALSE(std::string(unoops_error(decoder.get())).empty());
  CHECK(unoops_read(decoder.get(), path.c_str()) == UNOOPS_OK);
  CHECK(unoops_finish(decoder.get()) == UNOOPS_OK);
  CHECK(got.pieces.size() == 1);
}

TEST_CASE("C: nothing that is thrown, and no null pointer, gets through", "[capi]") {
  CHECK(unoops_feed(nullptr, "x", 1) == UNOOPS_ERROR);
  CHECK(unoops_decode(nullptr, "x", 1) == nullptr);
  CHECK(std::string(unoops_error(nullptr)) == "no decoder");
  unoops_delete(nullptr);
  unoops_free(nullptr);
  const Handle decoder(unoops_new());
  CHECK(unoops_feed(decoder.get(), nullptr, 3) == UNOOPS_ERROR);
  CHECK(unoops_decode(decoder.get(), nullptr, 3) == nullptr);
  CHECK(unoops_read(decoder.get(), nullptr) == UNOOPS_ERROR);
  unoops_output(
      decoder.get(), [](void*, const char*, size_t) -> int { throw std::runtime_error("the sink broke"); }, nullptr);
  const auto log = demo_log();
  unoops_feed(decoder.get(), log.data(), log.size());
  CHECK(unoops_finish(decoder.get()) == UNOOPS_ERROR);
  CHECK(unoops_error(decoder.get()) == std::string("the sink broke"));
  CHECK_FALSE(decode(decoder.get(), log).empty());
}

TEST_CASE("C: a sink that calls back is refused", "[capi]") {
  const Handle decoder(unoops_new());
  struct Back {
    unoops_decoder* decoder;
    int answer = UNOOPS_OK;
  } back{decoder.get()};
  unoops_output(
      decoder.get(),
      [](void* user, const char*, size_t) {
        auto& self = *static_cast<Back*>(user);
        self.answer = unoops_finish(self.decoder);
        return 0;
      },
      &back);
  REQUIRE(unoops_read(decoder.get(), path.c_str()) == UNOOPS_OK);
  REQUIRE(unoops_finish(decoder.get()) == UNOOPS_OK);
  CHECK(back.answer == UNOOPS_ERROR);
}
