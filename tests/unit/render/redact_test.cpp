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

TEST_CASE("bytes of memory go with their characters, fillings and shadow bytes stay") {
  CHECK(without_bytes("Code: 48 c7 c7 00 10 80 81 e8 <0f> 0b") == "Code: <bytes>");
  CHECK(without_bytes("Object x: 88 77 66 55 80 88 ff ff 6b 6b  .wfU...kk") == "Object x: <bytes>");
  CHECK(without_bytes("{\"MESSAGE\":\"a8 9e 8c d7 82 88 ff ff  ........\",\"b\":1}") ==
        "{\"MESSAGE\":\"<bytes>\",\"b\":1}");
  for (const char* kept :
       {"Redzone: bb bb bb bb bb bb bb bb  ........", ">x: fa fb [fb] fc 00 00 03", "10 20 30 40 50"})
    CHECK(without_bytes(kept) == kept);
}

TEST_CASE("names of hosts, hardware, builders and paths of users go") {
  CHECK(without_builder("Linux version 6.1 (alice@tower) (gcc 12) #1") == "Linux version 6.1 (<builder>) (gcc 12) #1");
  CHECK(without_builder("(8.2) 6.1 (alice@tower) (gcc") == "(8.2) 6.1 (<builder>) (gcc");  // the line was cut
  CHECK(without_values("Hardware name: Dell X1/0ABC, BIOS 1") == "Hardware name: <hardware>");
  CHECK(without_values("Pid: 1, comm: init Not tainted 2.6.32 #1 Dell X1") ==
        "Pid: 1, comm: init Not tainted 2.6.32 #1 <hardware>");
  CHECK(without_values("Kernel command line: root=/dev/sda secret=1") == "Kernel command line: <command line>");
  CHECK(without_values("{\"_HOSTNAME\" : \"tower\",\"x\":1}") == "{\"_HOSTNAME\" : \"<host>\",\"x\":1}");
  CHECK(without_paths("kernel BUG at /home/alice/linux/drivers/net/x.c:19!") == "kernel BUG at drivers/net/x.c:19!");
  CHECK(without_paths("at /home/net/secret/y.c:1") == "at y.c:1");
  CHECK(without_paths("exe /home/alice/bin/tool ran") == "exe <path> ran");
  CHECK(without_paths("\"echo 0 > /proc/sys/kernel/x\"") == "\"echo 0 > /proc/sys/kernel/x\"");
  CHECK(without_paths("a/b and 1/2, foo+0x1/0x20") == "a/b and 1/2, foo+0x1/0x20");
  CHECK(Redactor().line_of("Nov 22 10:00:00 pi kernel: a pi", "pi") == "Nov 22 10:00:00 <host> kernel: a pi");
}

TEST_CASE("what identifies a machine or a network goes") {
  CHECK(without_identifiers("eth0: 52:54:00:12:34:56: up") == "eth0: <mac>: up");
  CHECK(without_identifiers("nfs: 192.168.0.1, fe80::5054:ff:fe12:3456 gone") == "nfs: <ip>, <ip> gone");
  CHECK(without_identifiers("UUID=3d82fc18-4134-17c1-4293-0932e3a60836") == "UUID=<uuid>");
  CHECK(without_identifiers("_BOOT_ID=3d82fc18413417c142940932e3a60836") == "_BOOT_ID=<uuid>");
  CHECK(without_identifiers("from https://al:pw@host/x") == "from https://<login>@host/x");
  for (const char* kept : {"6.1.0-56-amd64", "v1.2.3.4", "2.6.32.5-amd64", "12:34:56", "core::fmt::add", "0000:00:1f.2",
                           "cmd 60/08:00:10:20:30/00:00:00:00:00/40", "3d82fc18413417c142940932e3a60836ae32d218"})
    CHECK(without_identifiers(kept) == kept);
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
