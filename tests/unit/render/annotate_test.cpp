#include "unoops/annotate.hpp"

#include <map>
#include <sstream>

#include "catch.hpp"
#include "unoops/decoder.hpp"

using namespace unoops;
using namespace unoops::render;

namespace {

// Answers "f" by one line, "g" by an inline chain, and says in the line which byte was asked for.
struct FakeSymbols {
  std::map<std::string, Lookup> answers;
  const Lookup& operator()(const SymbolRef& ref) {
    const auto line = static_cast<unsigned>(*ref.offset + (ref.pc == PcKind::exact ? 1000 : 0));
    if (ref.pc == PcKind::pointer || (ref.symbol != "f" && ref.symbol != "g" && ref.symbol != "_RNvC1a1b"))
      answers[ref.symbol] = Unresolved{Miss::no_such_symbol, ""};
    else if (ref.symbol == "g")
      answers[ref.symbol] =
          std::vector<Location>{{"h", "include/linux/h.h", 7, 0, true}, {"g", "fs/g.c", line, 0, false}};
    else
      answers[ref.symbol] =
          std::vector<Location>{{ref.symbol == "f" ? "f" : "a::b", "/src/linux/fs/f.c", line, 3, false}};
    return answers[ref.symbol];
  }
};

// Knows nothing, and keeps whose symbols it was asked for.
struct NoSymbols final : Symbolizer {
  Lookup none;
  std::vector<std::string> asked;
  const Lookup& resolve(const KernelIdentity&, const SymbolRef&) override { return none; }
  SymbolMatches matches(const KernelIdentity&, const SymbolRef&) override { return {}; }
  void check(const KernelIdentity& kernel, const std::vector<const SymbolRef*>&) override {
    asked.push_back(kernel.release);
  }
  std::vector<KernelFiles> files() const override { return {}; }
};

std::string annotated(std::string_view line) {
  std::ostringstream out;
  FakeSymbols symbols;
  write_annotated(out, line, find_symbol_refs(line), [&](const SymbolRef& r) -> const Lookup& { return symbols(r); });
  return out.str();
}

std::string scripted(std::string_view text, ScriptOptions options = {"/src/linux", false}) {
  std::ostringstream out;
  FakeSymbols symbols;
  ScriptDecoder decoder(
      out, [&](const SymbolRef& r) -> const Lookup& { return symbols(r); },
      [](std::string_view) { return std::vector<Instruction>{}; }, options);
  Decoder lines({}, nullptr);
  lines.listen(decoder);
  lines.feed(text);
  lines.finish();
  return out.str();
}

}  // namespace

TEST_CASE("annotate adds and takes nothing away") {
  CHECK(annotated(" f+0x5/0x10") == " f+0x5/0x10 (/src/linux/fs/f.c:5)");
  CHECK(annotated("RIP: 0010:g+0x5/0x10 [m] RSP: 1") ==
        "RIP: 0010:g+0x5/0x10 [m] (include/linux/h.h:7 fs/g.c:1005) RSP: 1");
  CHECK(annotated(" ? x+0x5/0x10\r") == " ? x+0x5/0x10\r");
  CHECK(annotated("f+0x1/0x2, g+0x3/0x4") ==
        "f+0x1/0x2 (/src/linux/fs/f.c:1), g+0x3/0x4 (include/linux/h.h:7 fs/g.c:3)");
  CHECK(annotated("\xff\x00 f+0x1/0x2 \x1b[0m").starts_with("\xff"));
}

TEST_CASE("annotating twice changes nothing") {
  for (const auto line :
       {" f+0x5/0x10", "RIP: 0010:g+0x5/0x10 [m] RSP: 1", "f+0x1/0x2, g+0x3/0x4", " f+0x1/0x2 [m] (P)"})
    CHECK(annotated(annotated(line)) == annotated(line));
  CHECK(annotated(" f+0x1/0x2 fs/f.c:9") == " f+0x1/0x2 fs/f.c:9");
  CHECK(annotated(" f+0x1/0x2 (unreliable)") == " f+0x1/0x2 (/src/linux/fs/f.c:1) (unreliable)");
}

TEST_CASE("lines wait for the kernel's name, and no longer") {
  std::ostringstream out;
  NoSymbols symbols;
  Annotator annotator(out, symbols, true);
  annotator.read({1, 0, "first", true, false});
  CHECK(out.str() == "first\n");
  annotator.read({2, 6, "RIP: 0010:f+0x5/0x10", true, false});
  annotator.read({3, 9, "plain", true, false});
  CHECK(annotator.waiting());
  CHECK(out.str() == "first\n");
  KernelIdentity identity;
  identity.release = "6.1.0-13-amd64";
  annotator.kernel(identity);
  CHECK(out.str() == "first\nRIP: 0010:f+0x5/0x10\nplain\n");
  annotator.read({4, 15, "f+0x5/0x10", false, false});
  CHECK(out.str().ends_with("plain\nf+0x5/0x10"));
  CHECK(symbols.asked == std::vector<std::string>{"6.1.0-13-amd64", "6.1.0-13-amd64"});
}

TEST_CASE("a log that never names its kernel flows on") {
  std::ostringstream out;
  NoSymbols symbols;
  Annotator annotator(out, symbols, true);
  for (int i = 0; i < 199; ++i) annotator.read({1, 0, "f+0x5/0x10", true, false});
  CHECK(out.str().empty());
  annotator.read({1, 0, "f+0x5/0x10", true, false});
  CHECK(out.str().size() == 200 * 11);
  annotator.read({1, 0, "f+0x5/0x10", true, false});
  annotator.flush();
  CHECK(out.str().size() == 201 * 11);
}

TEST_CASE("the script's manner") {
  CHECK(scripted(" f+0x5/0x10\n") == " f (fs/f.c:5)\n");
  CHECK(scripted("[    1.0]  f+0x5/0x10\r\n") == "[    1.0]  f (fs/f.c:5)\n");
  CHECK(scripted("[    1.0]  ? g+0x5/0x10 [m 0123456789abcdef0123456789abcdef01234567]\n") ==
        "[    1.0]  ? g (include/linux/h.h:7 fs/g.c:5) m\n");
  CHECK(scripted("RIP: 0010:f+0x5/0x10\n") == "RIP: 0010:f (fs/f.c:1005)\n");
  CHECK(scripted(" f+0x5/0x10 [m] (P)\n") == " f (fs/f.c:1005) m (P)\n");
  CHECK(scripted(" [<ffffffff81234567>] ? f+0x5/0x10\n") == " ? f (fs/f.c:5)\n");
  CHECK(scripted("[<c0012345>] (x) from [<c0023456>] (f+0x5/0x10)\n") == " (x) from f (fs/f.c:5)\n");
  CHECK(scripted(" f+0x5/0x10\n", {"auto", false}) == " f (/src/linux/fs/f.c:5)\n");
  CHECK(scripted(" f+0x5/0x10\n", {"/src/linux/", true}) == " f (fs/f.c:1005)\n");
  CHECK(scripted(" _RNvC1a1b+0x5/0x10\n") == " a::b (fs/f.c:5)\n");
}

TEST_CASE("what the script loses is kept") {
  CHECK(scripted("a\\nb\\") == "a\\nb\\");
  CHECK(scripted("CPU: 0 PID: 1 Comm: sh Not tainted\n") == "CPU: 0 PID: 1 Comm: sh Not tainted\n");
  CHECK(scripted(" [<ffffffff81234567>]\n") == " [<ffffffff81234567>]\n");
  CHECK(scripted(" [<ffffffff81234567>] x+0x5/0x10 [m]\n") == " [<ffffffff81234567>] x+0x5/0x10 [m]\n");
  CHECK(scripted("RIP: 0010:x+0x5/0x10\n") == "RIP: 0010:x+0x5/0x10\n");
  CHECK(scripted("f+0x5/0x10, g+0x2/0x10 done\n") == "f (fs/f.c:5), g (include/linux/h.h:7 fs/g.c:2) done\n");
  CHECK(scripted("WARNING: a.c:13 at f+0x7/0x20, CPU#1: sh/123\n") ==
        "WARNING: a.c:13 at f (fs/f.c:1007), CPU#1: sh/123\n");
  CHECK(scripted("WARNING: at a.c:13 f+0x7/0x20()\n") == "WARNING: at a.c:13 f (fs/f.c:7)()\n");
  CHECK(scripted("([<0000001aa5123456>] f+0x5/0x10)\n") == "(f (fs/f.c:5))\n");
  CHECK(scripted(" f+0x5/0x10 (fs/f.c:4)\n") == " f+0x5/0x10 (fs/f.c:4)\n");
  CHECK(scripted("usb 1-1: Error Code: 12\n") == "usb 1-1: Error Code: 12\n");
}
