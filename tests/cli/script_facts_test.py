"""Every numbered fact of docs/decode_stacktrace.md on lines made by hand: what unoops prints, and the kernel's script does not."""
import gzip
import lzma
import pathlib
import re
import shutil
import subprocess
import unittest

from helper import DEMO, Case, run

WRITE = b"vfs_write (fs/read_write.c:18)"
SUBMIT = b"courier_submit (courier/courier.c:27 courier/courier.c:43) courier"
POSTED = b"courier_write (courier/courier.c:58 courier/courier.c:66) courier"

# Fact, line, what is printed; None: the line itself.
FACTS = [
    (1, b"[   12.300000]   vfs_write+0x1d/0x40\n", b"[   12.300000]   " + WRITE + b"\n"),
    (1, b"\tcourier_write+0x3e/0x70  [courier]\n", b"\t" + POSTED + b"\n"),
    (2, b"RIP: 0010:vfs_write+0x1d/0x40\n", b"RIP: 0010:vfs_write (fs/read_write.c:19)\n"),
    (2, b"pc : vfs_write+0x1d/0x40\n", b"pc : vfs_write (fs/read_write.c:19)\n"),
    (2, b" vfs_write+0x1d/0x40 (P)\n", b" vfs_write (fs/read_write.c:19) (P)\n"),
    (2, b" vfs_write+0x1d/0x40\n", b" " + WRITE + b"\n"),
    (3, b" courier_write+0x3e/0x70 [courier]\n", b" " + POSTED + b"\n"),
    (4, b" vfs_write+0x1d/0x50\n", None),
    (4, b" vfs_write+0x41/0x40\n", None),
    (4, b" no_such_function+0x1d/0x40\n", None),
    (7, b"vfs_write+0x1d/0x40, vfs_write+0x1d/0x40\n", WRITE + b", " + WRITE + b"\n"),
    (7, b" vfs_write+0x1d/0x40 (unreliable)\n", b" " + WRITE + b" (unreliable)\n"),
    (8, b" [<ffffffff81234567>] vfs_write+0x1d/0x40\n", b" " + WRITE + b"\n"),
    (8, b" [<ffffffff81234567>] no_such_function+0x1d/0x40\n", None),
    (8, b"[<ffffffff81234567>]\n", None),
    (8, b"RIP: 0010:[<ffffffff81234567>]  [<ffffffff81234567>] vfs_write+0x1d/0x40\n", b"RIP: 0010: vfs_write (fs/read_write.c:19)\n"),
    (8, b"([<0000000081234567>] vfs_write+0x1d/0x40)\n", b"(" + WRITE + b")\n"),
    (9, b"CPU: 1 PID: 812 Comm: postman Tainted: G           OE      6.1.0-demo #1\n", None),
    (10, b"no line end", None),
    (10, b"a\0b\\x \\\n", None),
    (10, b" vfs_write+0x1d/0x40\r\n", b" " + WRITE + b"\n"),
    (11, b" no_such_function+0x1d/0x40 [courier 0123456789abcdef0123456789abcdef01234567]\n", None),
    (11, b"RIP: 0010:no_such_function+0x14/0x20 [courier]\n", None),
    (13, b"hint: vfs_write+0x0/0x40\n", None),
    (13, b" ? vfs_write+0x0/0x40\n", None),
    (13, b"workqueue: function: vfs_write+0x0/0x40\n", None),
    (16, b"usb 1-1: Error Code: 12\n", None),
    (16, b"Code: Bad RIP value.\n", None),
    (22, b"CPU: 0 PID: 115 Comm: sh Not tainted 6.1.0-demo #1\n", None),
]

KERNEL = r"""
int volatile sink;
__attribute__((weak, noinline)) int weak_one(int x) { sink = x; sink += x; return x + 1; }
int rusty(int) __asm__("_RNvCs1234_3foo3bar");
__attribute__((noinline)) int rusty(int x) { sink = x; sink += 2; return weak_one(x) + 2; }
__asm__(".text\n.globl no_line\n.type no_line,@function\nno_line: nop\n nop\n nop\n nop\n ret\n.size no_line, .-no_line\n");
int _start(void) { return rusty(sink) + weak_one(sink); }
"""
MODULE = r"""
int volatile sink;
__attribute__((noinline, section(".init.text"))) int at_start(int x) { sink = x; sink += x; return x + 1; }
__attribute__((noinline)) int later(int x) { sink = x; sink += x; return x + 1; }
"""


def decode(log, *args, vmlinux=DEMO / "vmlinux", modules=DEMO):
    return run("decode-stacktrace", vmlinux, "auto", modules, *args, stdin=log)


def size_of(file, name):
    rows = subprocess.run(["nm", "-n", file], capture_output=True, text=True, check=True).stdout.splitlines()
    places = [(int(row.split()[0], 16), row.split()[-1]) for row in rows if len(row.split()) == 3]
    start = next(at for at, is_name in places if is_name == name)
    return next((at for at, _ in places if at > start), start) - start


class Lines(Case):
    def test_each_fact(self):
        for number, line, expected in FACTS:
            got = decode(line)
            self.assertEqual((got.returncode, got.stdout), (0, line if expected is None else expected), number)

    def test_15_discriminators(self):
        self.assertNotIn(b"discriminator", decode(b" vfs_write+0x1d/0x40\n").stdout)

    def test_16_17_18_code(self):
        code = b"Code: 31 c0 5b c3 90 e8 00 00 00 00 <48> 8b 50 08 eb f0 48 c7 c7 ea ff ff ff\n"
        got = decode(code).stdout.decode()
        self.assertTrue(got.startswith(code.decode() + "All code\n========\n"))
        all_code, faulting = got.split("Code starting with the faulting instruction\n")
        # From an instruction's start on, the marked one begins one; targets count from the listing's start, as objdump's.
        self.assertRegex(all_code, r"(?m)^   a:\*\t48 8b 50 08 +\tmov +0x8\(%rax\),%rdx\t\t<-- trapping instruction$")
        self.assertRegex(all_code, r"(?m)^   5:\te8 00 00 00 00 +\tcall +0xa$")
        self.assertRegex(all_code, r"(?m)^   e:\teb f0 +\tjmp +0x0$")
        self.assertRegex(faulting, r"(?m)^   4:\teb f0 +\tjmp +0xfffffffffffffff6$")
        self.assertRegex(faulting, r"(?m)^   6:\t48 c7 c7 ea ff ff ff +\tmov +\$0xffffffffffffffea,%rdi$")

    def test_19_messages(self):
        got = decode(b" f+0x1/0x2 [nothere]\n" * 3)
        self.assertEqual(got.stderr, b"WARNING! Cannot find .ko for module nothere, please pass a valid module path\n")
        self.assertIn(b"/no/vmlinux", decode(b"\n", vmlinux="/no/vmlinux").stderr)

    def test_20_packed_files_and_blanks(self):
        place = self.tmp / "a dir"
        place.mkdir()
        (place / "vmlinux.gz").write_bytes(gzip.compress((DEMO / "vmlinux").read_bytes()))
        (place / "courier.ko.xz").write_bytes(lzma.compress((DEMO / "courier.ko").read_bytes()))
        got = decode(b" vfs_write+0x1d/0x40\n courier_write+0x3e/0x70 [courier]\n", vmlinux=place / "vmlinux.gz", modules=place)
        self.assertEqual(got.stdout, b" " + WRITE + b"\n " + POSTED + b"\n")


@unittest.skipUnless(shutil.which("gcc"), "no gcc")
class Compiled(Case):
    """What the demo's kernel has not got."""

    def build(self, name, text, *options):
        source, out = self.tmp / f"{name}.c", self.tmp / name
        source.write_text(text)
        subprocess.run(["gcc", "-g", "-O1", "-fno-pic", "-fcf-protection=none", "-fno-asynchronous-unwind-tables", *options, "-o", out, source],
                       check=True, cwd=self.tmp)
        return out

    def setUp(self):
        super().setUp()
        self.vmlinux = self.build("vmlinux", KERNEL, "-nostdlib", "-static", "-no-pie", "-Wl,--build-id=none")

    def line(self, name):
        return b" %s+0x3/%#x\n" % (name.encode(), size_of(self.vmlinux, name))

    def decoded(self, line):
        return decode(line, vmlinux=self.vmlinux, modules=self.tmp).stdout

    def test_5_weak_symbols(self):
        self.assertRegex(self.decoded(self.line("weak_one")), rb"^ weak_one \(\S*vmlinux\.c:3\)\n$")

    def test_12_no_line(self):
        line = self.line("no_line")
        self.assertEqual(self.decoded(line), line)

    def test_21_rust_names(self):
        self.assertRegex(self.decoded(self.line("_RNvCs1234_3foo3bar")), rb"^ foo::bar \(\S*vmlinux\.c:5\)\n$")

    def test_6_sections_of_modules(self):
        module = self.build("mod.ko", MODULE, "-c", "-x", "c")
        lines = module.with_suffix(".s")
        self.assertTrue(module.exists(), lines)
        for name, number in (("at_start", 3), ("later", 4)):
            size = subprocess.run(["nm", "-S", module], capture_output=True, text=True, check=True).stdout
            printed = int(re.search(rf"^\w+ (\w+) \w {name}$", size, re.MULTILINE)[1], 16)
            got = decode(b" %s+0x3/%#x [mod]\n" % (name.encode(), printed), vmlinux=self.vmlinux, modules=self.tmp).stdout
            self.assertRegex(got, rb"^ %s \(\S*mod\.ko\.c:%d\) mod\n$" % (name.encode(), number))

    def test_14_paths(self):
        got = self.decoded(self.line("weak_one"))
        self.assertNotIn(b"/../", got)
        based = run("decode-stacktrace", self.vmlinux, self.tmp, self.tmp, stdin=self.line("weak_one")).stdout
        self.assertRegex(based, rb"^ weak_one \(vmlinux\.c:3\)\n$")

    def test_every_fact_of_the_page_has_lines(self):
        page = (pathlib.Path(__file__).parents[2] / "docs/decode_stacktrace.md").read_text()
        told = {int(n) for n in re.findall(r"(?m)^\| (\d+) \|", page[page.index("## Where the lines differ"):])}
        here = {number for number, _, _ in FACTS}
        for test in (*dir(Lines), *dir(Compiled)):
            here |= {int(n) for n in re.findall(r"(?<=_)\d+(?=_)", test)} if test.startswith("test_") else set()
        self.assertEqual(told - here, set())


if __name__ == "__main__":
    unittest.main()
