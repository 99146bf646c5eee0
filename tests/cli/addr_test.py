"""`unoops addr`: functions with offsets, and addresses, into file:line (docs/unoops.1, "Addresses")."""
import json
import re
import subprocess
import unittest

from helper import DEMO, OOPS, SYMBOLS, Case, run


def addr(*args, stdin=b""):
    return run("addr", *SYMBOLS, *args, stdin=stdin)


def address_of(name):
    rows = subprocess.run(["nm", DEMO / "vmlinux"], capture_output=True, text=True, check=True).stdout
    return int(re.search(rf"^([0-9a-f]+) \w {name}$", rows, re.MULTILINE)[1], 16)


WRITE = b"vfs_write+0x1d/0x40:\nvfs_write at fs/read_write.c:19\n"
SUBMIT = (b"courier_submit+0xe/0x20 [courier]:\nqueue_push at courier/courier.c:27\n"
          b" (inlined by) courier_submit at courier/courier.c:43\n")


class Questions(Case):
    def test_size_and_offset_are_optional(self):
        for asked in ("vfs_write+0x1d/0x40", "vfs_write+0x1d", "vfs_write+29", "vmlinux:vfs_write+0x1d"):
            self.assertEqual(addr(asked).stdout, WRITE, asked)
        self.assertEqual(addr("vfs_write").stdout.splitlines()[0], b"vfs_write+0x0/0x40:")

    def test_modules(self):
        for asked in ("courier:courier_submit+0xe/0x20", "courier:courier_submit+0xe", "courier_submit+0xe/0x20 [courier]"):
            self.assertEqual((addr(asked).stdout, addr(asked).returncode), (SUBMIT, 0), asked)

    def test_several_and_standard_input(self):
        both = addr("vfs_write+0x1d", "courier:courier_submit+0xe")
        self.assertEqual((both.stdout, both.returncode), (WRITE + b"\n" + SUBMIT, 0))
        lines = b"[    1.0]  ? vfs_write+0x1d/0x40\nRIP: 0010:courier_submit+0xe/0x20 [courier]\n"
        self.assertEqual(addr(stdin=lines).stdout, both.stdout)
        self.assertEqual(addr(stdin=b"vfs_write+0x1d courier:courier_submit+0xe\n").stdout, both.stdout)

    def test_return_addresses(self):
        self.assertIn(b"fs/read_write.c:18\n", addr("--return", "vfs_write+0x1d/0x40").stdout)

    def test_addresses_and_kaslr(self):
        place = address_of("vfs_write") + 0x1d
        for asked, more in ((f"{place:#x}", []), (f"{place:x}", []), (f"{place + 0x1e000000:#x}", ["--kaslr", "0x1e000000"])):
            got = addr(asked, *more)
            self.assertEqual((got.stdout, got.returncode), (asked.encode() + b" " + WRITE, 0))
        self.assertEqual(addr("0x10").returncode, 2)

    def test_list(self):
        got = addr("--list", "--source", DEMO / "src", "--context", "1", "courier:courier_submit+0xe").stdout.decode()
        self.assertRegex(got, r"(?m)^ +26 \|.*\n> +27 \|.*\n +28 \|")
        self.assertEqual(addr("--list", "vfs_write").returncode, 2)


class Failures(Case):
    def test_each_has_a_line_and_the_others_an_answer(self):
        got = addr("nothing_there+0x1", "vfs_write+0x1d", "vfs_write+0x41", "%%")
        self.assertEqual((got.stdout, got.returncode), (WRITE, 2))
        said = got.stderr.decode().splitlines()
        self.assertEqual(len(said), 3, said)
        for words, line in zip(("nothing_there+0x1: ", "vfs_write+0x41: ", "%%: neither"), said):
            self.assertTrue(line.startswith("unoops: " + words), line)

    def test_a_size_that_does_not_fit_is_told(self):
        got = addr("vfs_write+0x1d/0x50")
        self.assertEqual((got.stdout, got.returncode), (b"", 2))
        self.assertIn(b"size is 0x40 there, 0x50 in the log", got.stderr)

    def test_hostile_words(self):
        got = addr("\x1b]0;x\x07+0x1/0x2", "a" * 100000, ":", "+", "/", "[", "x]", "0x", "f+0x/0x")
        self.assertEqual((got.stdout, got.returncode), (b"", 2))
        self.assertNotIn(b"\x1b", got.stderr)


class BareAddressesOfALog(Case):
    """A frame without a symbol has a name where the log tells how far its kernel was moved, and none where it does not."""

    def frame(self, offset):
        place = f"{address_of('vfs_write') + 0x1d + offset:#x}".encode()
        end = OOPS.index(b"\n", OOPS.rindex(b"---[ end trace")) + 1
        panic = (b"[   41.773000] Kernel panic - not syncing: Fatal exception\n"
                 b"[   41.773100] Kernel Offset: %#x from 0xffffffff81000000 (relocation range: 0xffffffff80000000-0xffffffffbfffffff)\n"
                 b"[   41.773200] ---[ end Kernel panic - not syncing: Fatal exception ]---\n" % offset)
        log = OOPS[:end].replace(b" vfs_write+0x1d/0x40", b" " + place, 1) + (panic if offset else b"")
        return next(line for line in run(*SYMBOLS, stdin=log).stdout.splitlines() if place in line).split(maxsplit=1)[1]

    def test_by_the_offset(self):
        self.assertEqual(self.frame(0x1E000000), b"(vfs_write)  fs/read_write.c:18")

    def test_without_it(self):
        self.assertEqual(self.frame(0), b"(the kernel's load offset (KASLR) is not known)")


class Json(Case):
    def test_objects(self):
        rows = [json.loads(line) for line in addr("-f", "json", "vfs_write+0x1d/0x40", "courier:courier_submit+0xe", "no+0x1\"", "vfs_write+0x1/0x50").stdout.splitlines()]
        first = rows[0]["matches"][0]
        self.assertEqual((first["symbol"], first["offset"], first["size"], first["fits"]), ("vfs_write", 0x1D, 0x40, True))
        self.assertEqual(first["source"], [{"function": "vfs_write", "file": "fs/read_write.c", "line": 19, "inlined": False, **({"column": first["source"][0]["column"]} if "column" in first["source"][0] else {})}])
        self.assertEqual([at["inlined"] for at in rows[1]["matches"][0]["source"]], [True, False])
        self.assertEqual((rows[1]["matches"][0]["module"], rows[2]["asked"], rows[2]["matches"]), ("courier", 'no+0x1"', []))
        self.assertFalse(rows[3]["matches"][0]["fits"])
        self.assertTrue(rows[2]["error"] and rows[3]["error"])


if __name__ == "__main__":
    unittest.main()
