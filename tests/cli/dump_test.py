"""Memory dumps on the command line: alone, in directories, packed, through pipes, and those that are refused."""
import gzip
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import unittest

from helper import DEMO, OOPS, SANITIZED, UNOOPS, Case, environment, reports, run

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import dumps  # noqa: E402

TESTDATA = DEMO.parent
DUMP = TESTDATA / "null-pointer-dereference/kdump-null-read.kdump"
LOG = DUMP.with_suffix(".dmesg").read_bytes()


class Dumps(Case):
    def test_a_dump_is_read_as_its_log(self):
        (report,) = reports(DUMP)
        self.assertEqual(report["title"], "BUG: unable to handle kernel NULL pointer dereference in kfault_peek")
        self.assertEqual((report["severity"], report["caller"], report["kernel_offset"]), ("fatal", "T127", "0x18e00000"))
        self.assertEqual(report["kernel"]["build_id"], "6a2b4ac77585b8cf102cba771300e573c8489b69")
        (of_text,) = reports(self.file("dmesg.txt", LOG))
        self.assertEqual((of_text["signature"], of_text["line_first"]), (report["signature"], report["line_first"]))

    def test_a_dump_of_arm64_is_read_as_its_log(self):
        """Of a Debian kernel in QEMU (virt), crashed by sysrq-c: an ELF core by dump-guest-memory, cut to the pages of its log."""
        dump = TESTDATA / "panic/arm64-sysrq.elf.zst"
        self.assertEqual(run("--log", dump).stdout, dump.with_name("arm64-sysrq.dmesg").read_bytes())
        (report,) = reports(dump)
        self.assertEqual((report["title"], report["arch"], report["caller"]), ("kernel panic: sysrq triggered crash", "arm64", "T1"))

    def test_packed_dumps(self):
        for name, pack in (("d.gz", ["gzip", "-c"]), ("d.xz", ["xz", "-c"]), ("d.zst", ["zstd", "-qc"])):
            if not shutil.which(pack[0]):
                continue
            packed = subprocess.run([*pack, str(DUMP)], stdout=subprocess.PIPE, check=True).stdout
            self.assertEqual(run("--log", self.file(name, packed)).stdout, LOG, name)
            self.assertEqual(len(reports(self.tmp / name)), 1)
        cut = run(self.file("cut.gz", (packed := gzip.compress(DUMP.read_bytes()))[:len(packed) // 2]))
        self.assertEqual((cut.returncode, cut.stderr.count(b"\n")), (2, 1), cut.stderr)

    def test_directories_of_kdump_tools_and_of_rhel_tell_a_crash_once(self):
        for dump, text in (("crash/202611280930/dump.202611280930", "crash/202611280930/dmesg.202611280930"),
                           ("rhel/127.0.0.1-2026-11-28-09:30:12/vmcore", "rhel/127.0.0.1-2026-11-28-09:30:12/vmcore-dmesg.txt")):
            path = self.tmp / dump
            path.parent.mkdir(parents=True)
            shutil.copy(DUMP, path)
            (self.tmp / text).write_bytes(LOG)
            for where in (path.parent, path.parent.parent):
                (report,) = reports(where)
                self.assertEqual((report["file"], report["kernel_offset"]), (str(path), "0x18e00000"))
            self.assertEqual(run("--log", path.parent).stdout, LOG)
            (path.parent / "dump.sql").write_bytes(OOPS)  # named like one, and none
            self.assertEqual(len(reports(path.parent)), 1)
            path.write_bytes(DUMP.read_bytes()[:8000])  # damaged: the text is still there
            half = run("--no-symbols", "-f", "json", path.parent)
            self.assertEqual((half.returncode, half.stdout.count(b"\n"), half.stderr.count(b"\n")), (2, 1, 1), half.stderr)

    def test_a_dump_behind_the_text_of_its_log_tells_more(self):
        text = self.file("dmesg.txt", LOG)
        of_text, of_dump = reports(text, DUMP)
        self.assertEqual((of_text["file"], of_dump["file"]), (str(text), str(DUMP)))
        self.assertEqual((of_dump["number"], of_dump["kernel_offset"]), (2, "0x18e00000"))
        (alone,) = reports(DUMP, text)
        self.assertEqual(alone["file"], str(DUMP))

    def test_a_file_that_is_cut_is_named_as_that(self):
        cut = run(self.file("cut.kdump", DUMP.read_bytes()[:30000]))
        self.assertEqual((cut.returncode, cut.stdout), (2, b""))
        self.assertIn(b"copy the file again", cut.stderr)

    def test_log_as_dmesg_prints_it(self):
        self.assertEqual(run("--log", DUMP).stdout, LOG)
        whole = run("--log", "-v", DUMP).stdout
        self.assertEqual(whole.count(b"\n"), LOG.count(b"\n"))
        self.assertIn(b"<5>[    0.000000][    T0] Linux version 6.1.0-57-amd64", whole)
        both = run("--log", self.file("oops.log", OOPS), DUMP)
        self.assertEqual((both.returncode, both.stdout, both.stderr.count(b"\n")), (2, LOG, 1))
        self.assertEqual(run("--log").returncode, 2)
        self.assertEqual(run("--log", self.tmp / "missing").returncode, 2)

    def test_redacted_log_has_no_address(self):
        redacted = run("--log", "--redact", DUMP).stdout
        self.assertEqual(redacted.count(b"\n"), LOG.count(b"\n"))
        self.assertIn(b"ff17ed67c30fecc0", LOG)
        self.assertNotIn(b"ff17ed67c30fecc0", redacted)

    def test_annotate_passes_the_log_through(self):
        self.assertEqual(run("--no-symbols", "-f", "annotate", DUMP).stdout, run("--log", "-v", DUMP).stdout)

    def test_what_is_not_read_is_named_and_hides_nothing_else(self):
        kdump = bytearray(DUMP.read_bytes())
        kdump[4096 + 12] = 1  # split
        for content, word in ((bytes(kdump), b"--reassemble"), (b"DISKDUMP" + bytes(9000), b"diskdump"), (b"sadump" + bytes(9000), b"sadump"),
                              (b"LibvirtQemudSave" + bytes(9000), b"--memory-only"), (DUMP.read_bytes()[:6000], b"memory dump"),
                              (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x04\x00" + bytes(100), b"memory dump")):
            told = run("--no-symbols", "-f", "title", self.file("it", content), self.file("oops.log", OOPS))
            self.assertEqual((told.returncode, told.stdout.count(b"\n"), told.stderr.count(b"\n")), (2, 1, 1), told.stderr)
            self.assertIn(word, told.stderr)

    @unittest.skipUnless(dumps.can_be_read(), "no zstd")
    def test_a_damaged_log_is_printed_and_said_to_be(self):
        dump = dumps.Dump(DUMP.read_bytes())
        ring = next(at for at in dump.pages if dump.pages[at].count(b"ACPI: ") > 9)
        for content, words in ((bytes(4096), b"of its log's records are damaged"), (None, b"of its log's records are in pages that it does not hold")):
            pages = {pfn: content if pfn == ring else page for pfn, page in dump.pages.items()}
            path = self.file("it", dumps.elf(dump, {pfn: page for pfn, page in pages.items() if page}))
            told = run("--log", path)
            self.assertEqual((told.returncode, told.stderr.count(b"\n")), (2, 1), told.stderr)
            self.assertIn(words, told.stderr)
            # The record before the page begins in another one.
            lines = [line for line in told.stdout.splitlines() if b"printk messages dropped" not in line and b"\\x00" not in line]
            self.assertTrue(set(lines) < set(LOG.splitlines()))
            self.assertGreater(len(lines), 100)

    def test_a_pipe_is_refused_a_redirected_file_is_read(self):
        piped = subprocess.run([UNOOPS], input=DUMP.read_bytes(), capture_output=True, env=environment())
        self.assertEqual((piped.returncode, piped.stdout, piped.stderr.count(b"\n")), (2, b"", 1))
        self.assertIn(b"give unoops the file", piped.stderr)
        with open(DUMP, "rb") as dump:
            redirected = subprocess.run([UNOOPS, "--no-symbols"], stdin=dump, capture_output=True, env=environment())
        self.assertEqual(redirected.returncode, 0, redirected.stderr)


class Huge(Case):
    def test_a_dump_of_a_terabyte_costs_nothing(self):
        """A sparse kdump file whose bitmaps are those of 1 TiB; its log is not there."""
        block, pages = 4096, 1 << 28
        head = bytearray(DUMP.read_bytes()[:2 * block])
        half = pages // 8
        head[436:440] = (2 * half // block).to_bytes(4, "little")
        head[block + 96:block + 104] = pages.to_bytes(8, "little")
        huge = self.tmp / "huge.kdump"
        info_at, info_size = (int.from_bytes(head[block + at:block + at + 8], "little") for at in (32, 40))
        info = DUMP.read_bytes()[info_at:info_at + info_size]
        place = 2 * block + 2 * half + (64 << 20)
        head[block + 32:block + 40] = place.to_bytes(8, "little")
        with open(huge, "wb") as out:
            out.write(head)
            out.seek(place)
            out.write(info)
        script = "ulimit -v 400000; exec timeout 20 \"$0\" \"$1\""
        told = subprocess.run(["bash", "-c", script, UNOOPS, str(huge)], capture_output=True, env=environment())
        if b"AddressSanitizer" in told.stderr:
            self.skipTest("a sanitizer's shadow memory")
        self.assertEqual((told.returncode, told.stderr.count(b"\n")), (2, 1), told.stderr)
        self.assertIn(b"not in the dump", told.stderr)

    def peak(self, path):
        """Of the program's memory, in KB, while it prints the log, which must be the dump's."""
        script = "import resource, subprocess, sys; sys.stdout.buffer.write(subprocess.run(sys.argv[1:], stdout=subprocess.PIPE).stdout); " \
                 "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)"
        told = subprocess.run([sys.executable, "-S", "-E", "-c", script, UNOOPS, "--log", str(path)], capture_output=True, env=environment())
        self.assertEqual(told.stdout, LOG, told.stderr)
        return int(told.stderr)

    @unittest.skipIf(SANITIZED, "a sanitizer's shadow memory")
    @unittest.skipUnless(dumps.can_be_read(), "no zstd")
    def test_what_a_dump_claims_costs_nothing(self):
        dump = dumps.Dump(DUMP.read_bytes())
        room = self.peak(DUMP) + (8 << 10)

        gigabyte, first = 1 << 30, 1 << 33  # a thousand ranges of a GiB, of which nothing is written
        ranges = [[1, 7, first + i * gigabyte, 0, (1 << 40) + i * gigabyte, gigabyte, gigabyte, 0] for i in range(1024)]
        path = self.file("tera.elf", dumps.elf(dump, more=len(ranges), change=lambda headers: headers + ranges))
        os.truncate(path, first + 1024 * gigabyte)
        self.assertLess(self.peak(path), room)

        whole = bytearray(dumps.kdump(dump))  # the bitmaps of 1 TiB
        half, old = (1 << 28) // 8, len(dump.bitmaps) // 2
        at = (1 + int.from_bytes(whole[432:436], "little")) * dump.block
        whole[436:444] = (2 * half // dump.block).to_bytes(4, "little") + (1 << 28).to_bytes(4, "little")
        whole[dump.block + 96:dump.block + 104] = (1 << 28).to_bytes(8, "little")
        table, count = at + 2 * half, len(dump.pages)
        path = self.tmp / "tera.kdump"
        with open(path, "wb") as out:
            out.write(whole[:at] + dump.bitmaps[:old])
            out.seek(at + half)
            out.write(dump.bitmaps[old:])
            out.seek(table)
            out.write(b"".join(struct.pack("<QIIQ", table + 24 * count + i * 4096, 4096, 0, 0) for i in range(count)))
            out.write(b"".join(dump.pages[pfn] for pfn in sorted(dump.pages)))
        self.assertLess(self.peak(path), room)

        pieces = 200_000  # of eight bytes, far behind the rest: 16 bytes each
        more = [[(1 << 40) + 8 * (i * 7919 % pieces), 8, b"12345678"] for i in range(pieces)]
        self.assertLess(self.peak(self.file("pieces", dumps.flattened(dumps.kdump(dump), change=lambda all_of_it: all_of_it + more))), room)


if __name__ == "__main__":
    unittest.main()
