#include "render/redact.hpp"

#include <sstream>

#include "catch.hpp"
#include "render/redact_text.hpp"
#include "report/fields.hpp"
#include "reports.hpp"

using namespace unoops;
using namespace unoops::render;
using namespace unoops::report;

namespace {

std::string rendered(std::string_view format, const Report& report) {
  std::ostringstream out;
  RenderOptions options;
  options.redact = options.verbose = true;
  const auto renderer = find_format(format)->make(out, options);
  renderer->report(report);
  renderer->finish();
  return out.str();
}

// Something to hide in every member that is private.
struct Fill {
  void operator()(Privacy privacy, std::string& words) const {
    if (privacy == Privacy::text) words = "tower7 read 0xffff8b1f42f80c00 of /home/alice/notes.txt";
    if (privacy == Privacy::private_text) words = "tower7";
  }
  void operator()(Privacy privacy, std::uint64_t& value) const {
    if (privacy == Privacy::address) value = 0xffff8b1f42f80c00;
  }
  void operator()(Instruction& instruction) const {
    instruction.text = "mov $0xffff8b1f42f80c00, %rdi";
    instruction.note = "tower7 read 0xffff8b1f42f80c00";
  }
  void operator()(Privacy, const auto&) const {}
};

}  // namespace

TEST_CASE("equal addresses stay equal, others differ") {
  Redactor redactor;
  const std::string a = redactor.text("from ffff888002893000 to 0xffff888002893048, again ffff888002893000");
  CHECK(a == "from 00000000add00001 to 0xadd00002, again 00000000add00001");
  CHECK(redactor.text("[<ffff888002893048>]") == "[<00000000add00002>]");
}

TEST_CASE("what is no place in memory stays") {
  Redactor redactor;
  for (const char* kept :
       {"error 0xffffffffffffffea", "poison 6b6b6b6b6b6b6b6b and dead000000000100", "at 0x6b6b6b6b6b6b6b93",
        "kf_bug+0x1a/0x20", "build-id 3d82fc18413417c142940932e3a60836ae32d218", "deadbeef_name", "fffffff4",
        "EFLAGS: 00010246 CR0: 80050033", "bpf_prog_6deef7357e7b4530", "Bank 5: be00000000800400", "page 20240131",
        "PSW : 0704c00180000000", "flags: 0x17ffffc0010200(slab|head)", "Code: e5903000 (e5832008)",
        "shadow dffffc0000000001"})
    CHECK(redactor.text(kept) == kept);
  for (const char* kept : {"esr 0x96000004", "Code: d503233f a9bf7bfd (39400000)"})
    CHECK(redactor.text(kept, {64, false}) == kept);
}

TEST_CASE("places of 32 bits, of page tables and in separate address spaces are places, too") {
  CHECK(Redactor().text("EIP: c0123456", {32, false}) == "EIP: add00001");
  CHECK(Redactor().text("Code: e5903000 c0123456") == "Code: e5903000 add00001");
  CHECK(Redactor().text("pc : [<7f001234>]") == "pc : [<add00001>]");
  CHECK(Redactor().text("f: 0xffff888012345678", {32, false}) == "f: 0xadd00001");  // the guess was wrong
  CHECK(Redactor().text("in 3ff7fe32258 at 0x12ab34", {64, true}) == "in 3ff7fe32258 at 0xadd00001");
  CHECK(Redactor().text("PGD 2eb8067 P4D 2eb8067 PUD 0") == "PGD add00001 P4D add00001 PUD 0");
  CHECK(Redactor().text("[00000000] *pgd=41f87835, *pte=00000000") == "[00000000] *pgd=add00001, *pte=00000000");
  CHECK(Redactor().text("CR2: 0000000000000008 CR3: 0000000002810000", {64, false}) ==
        "CR2: 0000000000000008 CR3: 00000000add00001");
  CHECK(Redactor().text("Kernel Offset: 0x27000000 from 0xffffffff81000000") ==
        "Kernel Offset: 0xadd00001 from 0xadd00002");
  CHECK(Redactor().text("RSP: 0018:ffffc900001") == "RSP: 0018:000add00001");  // the line was cut
}

TEST_CASE("every row of the table takes its sample's secret out, and nothing else") {
  for (const auto& row : secret_rows()) {
    CAPTURE(row.sample);
    CHECK(Redactor().text(row.sample) == row.shown);
    CHECK(Redactor().text("kernel: " + std::string(row.sample)) == "kernel: " + std::string(row.shown));
  }
}

TEST_CASE("every announced value goes, wherever it stands, and none is made up") {
  for (const auto& row : announced_values()) {
    CAPTURE(row.words);
    const std::string words(row.words),
        secret = row.words.ends_with('=') || row.words.ends_with(' ') ? "tapir7" : ": tapir7";
    const std::string value = words + secret + (row.ends == Ends::quote ? "'" : "") + std::string(row.behind);
    for (const auto& line : {value, "x " + value, R"({"MESSAGE":")" + value + R"(","n":1})"}) {
      CAPTURE(line);
      const auto out = Redactor().text(line);
      CHECK_THAT(out, !ContainsSubstring("tapir7"));
      CHECK_THAT(out, ContainsSubstring(std::string(row.shown_as)));
    }
    if (row.words.ends_with('=') && row.ends == Ends::word)
      CHECK(Redactor().text(words + " next 5") == words + " next 5");
  }
  CHECK(Redactor().text("{\"MESSAGE\":\"Hardware name: X\",\"a\":\"b\"}") ==
        "{\"MESSAGE\":\"Hardware name: <hardware>\",\"a\":\"b\"}");
  CHECK(Redactor().text("SerialNumber: A1, SerialNumber: B2") == "SerialNumber: <serial>, SerialNumber: <serial>");
  CHECK(Redactor().text("UUID=3d82fc18-4134-17c1-4293-0932e3a60836 PARTUUID=8f1c22de-02") ==
        "UUID=<uuid> PARTUUID=<uuid>");
  for (const char* kept :
       {"Serial: 8250/16550 driver, 4 ports", "server mode", "host=0", "hostname=? addr=?", "device=00:14.0 domain=0x5",
        "Last login: Mon Jan  6 on tty1", "cmd=0x28 ok", "    host=, domain="})
    CHECK(Redactor().text(kept) == kept);
}

TEST_CASE("a host that a line names is hidden in the next ones, too") {
  Redactor redactor;
  redactor.text("systemd[1]: Hostname set to <tapir.example.org>.");
  CHECK(redactor.text("on tapir, tapir.example.org; tapirs") == "on <host>, <host>; tapirs");
  CHECK(redactor.line_of("Nov 22 10:00:00 pi kernel: a pi", "pi") == "Nov 22 10:00:00 <host> kernel: a pi");
  redactor.text("root@db1:~# echo c");
  CHECK(redactor.text("db1 up") == "<host> up");
  CHECK(redactor.text("by Rodolfo <giometti@linux.it> for linux") == "by Rodolfo <<user>@<host>> for linux");
  CHECK(redactor.text(R"("_HOSTNAME":"<host>" and host=tapir9)") == R"("_HOSTNAME":"<host>" and host=<host>)");
  redactor.hide("host", "<host>");
  CHECK(redactor.text(redactor.text("host up")) == "<host> up");
  for (int i = 0; i < 30'000; ++i) redactor.hide("web-" + std::to_string(i), "<host>");
  CHECK(redactor.text("web-29999 and web-29998") == "<host> and <host>");
}

TEST_CASE("bytes of memory go with their characters, fillings and shadow bytes stay") {
  CHECK(Redactor().text("Code: 48 c7 c7 00 10 80 81 e8 <0f> 0b") == "Code: <bytes>");
  CHECK(Redactor().text("{\"MESSAGE\":\"a8 9e 8c d7 82 88 ff ff  ........\",\"b\":1}") ==
        "{\"MESSAGE\":\"<bytes>\",\"b\":1}");
  for (const char* kept :
       {"Redzone: bb bb bb bb bb bb bb bb  ........", ">x: fa fb [fb] fc 00 00 03", "10 20 30 40 50"})
    CHECK(Redactor().text(kept) == kept);
}

TEST_CASE("of paths the place in the kernel's tree stays") {
  const auto shown = [](std::string_view line) { return Redactor().text(line); };
  CHECK(shown("(8.2) 6.1 (alice@tower) (gcc") == "(8.2) 6.1 (<builder>) (gcc");  // the line was cut
  CHECK(shown("kernel BUG at /home/alice/linux/drivers/net/x.c:19!") == "kernel BUG at drivers/net/x.c:19!");
  CHECK(shown("at ../../home/alice/linux/mm/x.c:19!") == "at mm/x.c:19!");
  CHECK(shown("at /home/net/secret/y.c:1") == "at y.c:1");
  CHECK(shown("at /home/net/y.c:1") == "at y.c:1");
  CHECK(shown("link /dev/disk/by-id/ata-WD10_WCC6Y4") == "link <path>");
  for (const char* kept :
       {"\"echo 0 > /proc/sys/kernel/x\"", "a/b and 1/2, foo+0x1/0x20", "drivers/net/x.c:19", "on /dev/sda1",
        "getty@tty1.service", "cpu@0", "mmc@1f000: up", "CPU @ 2.40GHz", "see https://www.kernel.org/doc/x.html"})
    CHECK(shown(kept) == kept);
}

TEST_CASE("what identifies a machine or a network goes, in every form") {
  const auto shown = [](std::string_view line) { return Redactor().text(line); };
  CHECK(shown("52-54-00-12-34-56 5254.0012.3456 enx525400123456: up") == "<mac> <mac> enx<mac>: up");
  CHECK(shown("10.0.0.1-10.0.0.9 10.0.0.1.8.1 10.0.0.1:80 64:ff9b::10.0.0.1") == "<ip>-<ip> <ip> <ip>:80 <ip>");
  CHECK(shown("on ip-172-31-5-9 up") == "on <host> up");
  CHECK(shown("dev-disk-by\\x2duuid\\x2d3d82fc18\\x2d4134\\x2d17c1\\x2d4293\\x2d0932e3a60836.device") ==
        "dev-disk-by\\x2duuid\\x2d<uuid>.device");
  CHECK(shown("_BOOT_ID=3d82fc18413417c142940932e3a60836") == "_BOOT_ID=<uuid>");
  for (const char* kept :
       {"6.1.0-56-amd64", "v1.2.3.4", "2.6.32.5-amd64", "linux-6.1.0.1", "12:34:56", "core::fmt::add", "0000:00:1f.2",
        "cmd 60/08:00:10:20:30/00:00:00:00:00/40", "10-11-12-13-14", "3d82fc18413417c142940932e3a60836ae32d218",
        "time 176768947012345", "-9223372036854775808 x"})
    CHECK(shown(kept) == kept);
}

TEST_CASE("nothing of it leaves by any format") {
  // Every member is filled by the list of them all: none is forgotten because nobody filled it here.
  Report r = test::oops();
  r.site.bad_pointer.value = r.site.index_value = r.site.effective_address = r.kernel_offset = 1;
  r.site.touched = r.site.cause;
  r.followed_by.resize(1);
  r.followed_by[0].kind = r.kind;
  r.raw.resize(2);
  r.stacks[0].frames[0].ref.address = 1;
  for_each_value(r, Fill{});
  r.file = "/home/alice/oops.txt";
  r.raw = {"Hardware name: " + r.hardware, "Code: 48 c7 c7 00 10 80 81 e8 <0f> 0b"};
  for (const auto& format : formats()) {
    if (format.streams_lines()) continue;
    const std::string all = rendered(format.id, r);
    for (const char* secret : {"ffff8b1f42f80c00", "tower7", "alice", "c7 c7 00 10"})
      CHECK_THAT(all, !ContainsSubstring(secret));
  }
  CHECK_THAT(rendered("json", r), ContainsSubstring("\"file\":\"oops.txt\""));
}

TEST_CASE("code keeps what was disassembled, without addresses") {
  Report r = test::oops();
  r.code.bytes = {0x11, 0x22, 0x48, 0xc7, 0xc7, 0x00, 0x10, 0x80, 0x81, 0x90, 0x33};
  r.code.fault_offset = 9;
  r.site.instructions = {
      {2, 0, {0x48, 0xc7, 0xc7, 0x00, 0x10, 0x80, 0x81}, "mov    $0xffffffff81801000,%rdi", false, ""},
      {9, 7, {0x90}, "nop", true, ""}};
  const Report out = Redactor().report(r);
  CHECK(out.code.bytes == std::vector<std::uint8_t>{0, 0, 0, 0, 0, 0, 0, 0x90});
  CHECK(out.code.fault_offset == 7u);
  CHECK(out.site.instructions[1].offset == 7);
  CHECK(out.site.instructions[0].text == "mov    $0xadd00003,%rdi");
}

TEST_CASE("operands that are addresses in disguise go, with their bytes; offsets stay") {
  Report r = test::oops();
  r.code.bytes = {0x48, 0xc7, 0xc7, 0x50, 0xa0, 0x61, 0xc0, 0x65, 0xff,
                  0x05, 0xc1, 0x83, 0x62, 0x6b, 0x48, 0x8b, 0x45, 0xf8};
  r.code.fault_offset = 14;
  r.site.instructions = {{0, 0, {0x48, 0xc7, 0xc7, 0x50, 0xa0, 0x61, 0xc0}, "movq $-0x3f9e5fb0, %rdi", false, ""},
                         {7, 7, {0x65, 0xff, 0x05, 0xc1, 0x83, 0x62, 0x6b}, "incl %gs:0x6b6283c1(%rip)", false, ""},
                         {14, 14, {0x48, 0x8b, 0x45, 0xf8}, "movq -0x8(%rbp), %rax", true, ""}};
  const Report out = Redactor().report(r);
  CHECK(out.site.instructions[0].text == "movq $-0xadd00003, %rdi");
  CHECK(out.site.instructions[1].text == "incl %gs:0xadd00004(%rip)");
  CHECK(out.site.instructions[2].text == "movq -0x8(%rbp), %rax");
  CHECK(out.code.bytes == std::vector<std::uint8_t>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x48, 0x8b, 0x45, 0xf8});
}

TEST_CASE("addresses among instructions of one size go") {
  static const ArchInfo& arm = *find_arch("arm");
  Report r = test::oops();
  r.arch = &arm;
  r.registers = {{"r0", 0xe0981f80, 32}};
  r.code = {{0x00, 0x30, 0x90, 0xe5, 0x56, 0x34, 0x12, 0xc0, 0x80, 0x1f, 0x98, 0xe0}, 0, 4, ""};
  r.site.instructions = {{0, 0, {0x00, 0x30, 0x90, 0xe5}, "ldr r3, [r0]", true, ""},
                         {4, 4, {0x56, 0x34, 0x12, 0xc0}, "andsgt r3, r2, r6, asr r4", false, ""}};
  const Report out = Redactor().report(r);
  CHECK(out.code.bytes == std::vector<std::uint8_t>{0x00, 0x30, 0x90, 0xe5, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK(out.site.instructions[0].text == "ldr r3, [r0]");
  CHECK(out.site.instructions[1].text == "<redacted>");
}
