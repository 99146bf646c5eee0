// Where an assembler's directives say that registers were saved, and what the reader finds of it.
#include "debuginfo/call_frames.hpp"

#include <fmt/format.h>

#include "debuginfo/debug_file.hpp"
#include "unit/symbols/fixture.hpp"

namespace unoops::test {
namespace {

using namespace debuginfo;

constexpr std::string_view code = R"(
.cfi_sections .debug_frame
.text
.globl f
.type f,@function
f:
.cfi_startproc
nop
pushq %rbx
.cfi_adjust_cfa_offset 8
.cfi_offset rbx, -16
nop
.cfi_remember_state
popq %rbx
.cfi_adjust_cfa_offset -8
.cfi_restore rbx
ret
.cfi_restore_state
nop
.cfi_def_cfa rbp, 32
.cfi_undefined r12
.cfi_same_value r13
nop
.cfi_escape 0x0f,0x02,0x77,0x08
nop
ret
.cfi_endproc
.size f,.-f
)";

std::unique_ptr<DebugFile> assembled(const TempDir& dir, const std::string& link) {
  std::ofstream(dir / "f.s") << code;
  if (!run(fmt::format("cd {} && gcc -c -o f.o f.s && {}", dir.path(), link))) return nullptr;
  auto elf = ElfFile::open(dir / (link == "true" ? "f.o" : "f"));
  REQUIRE(elf);
  return std::make_unique<DebugFile>(std::move(*elf));
}

}  // namespace

TEST_CASE("call frames: registers that are saved, restored, lost, and a frame that an expression tells of") {
  for (const std::string link : {"ld -e 0 -o f f.o", "true"}) {
    const TempDir dir;
    const auto file = assembled(dir, link);
    if (!file) return;
    const auto f = file->symbols().find("f").front().address;
    auto& frames = file->call_frames();
    const auto at = [&](std::uint64_t offset) {
      const auto row = frames.find(f + offset);
      REQUIRE(row);
      return *row;
    };
    using Kind = RegisterRule::Kind;
    CHECK(at(0).cfa_register == 7);
    CHECK(at(0).cfa_offset == 8);
    CHECK(at(0).rules[3].kind == Kind::unspecified);
    CHECK(at(0).rules[16].kind == Kind::saved);
    CHECK(at(0).rules[16].offset == -8);
    CHECK(at(2).cfa_offset == 16);
    CHECK(at(2).rules[3].kind == Kind::saved);
    CHECK(at(2).rules[3].offset == -16);
    CHECK(at(4).cfa_offset == 8);
    CHECK(at(4).rules[3].kind == Kind::unspecified);
    CHECK(at(5).cfa_offset == 16);
    CHECK(at(5).rules[3].kind == Kind::saved);
    CHECK(at(6).cfa_register == 6);
    CHECK(at(6).cfa_offset == 32);
    CHECK(at(6).rules[12].kind == Kind::undefined);
    CHECK(at(6).rules[13].kind == Kind::same);
    CHECK(at(7).cfa_register == machine::no_reg);
    CHECK_FALSE(frames.find(f + 9));
    CHECK_FALSE(frames.find(f - 1));
  }
}

TEST_CASE("call frames: a table that is cut or damaged anywhere has no answer, or another one, and ends") {
  const TempDir dir;
  const auto file = assembled(dir, "ld -e 0 -o f f.o");
  if (!file) return;
  const auto f = file->symbols().find("f").front().address;
  const auto* section = file->elf().section(".debug_frame");
  REQUIRE(section);
  const auto bytes = file->elf().bytes(*section);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    CallFrames frames(bytes.first(cut), false);
    for (std::uint64_t offset = 0; offset < 9; ++offset) CHECK_FALSE(frames.find(f + offset));
    std::vector<std::uint8_t> damaged(bytes.begin(), bytes.end());
    damaged[cut] ^= 0xff;
    CallFrames others(damaged, false);
    for (std::uint64_t offset = 0; offset < 9; ++offset) static_cast<void>(others.find(f + offset));
  }
}

}  // namespace unoops::test
