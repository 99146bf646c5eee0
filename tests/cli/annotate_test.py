"""--format annotate: byte for byte, with file:line behind each reference, as soon as may be."""
import os
import re
import shutil
import time
import unittest

from helper import DEMO, OOPS, QUIET, SYMBOLS, Case, run, start

ADDED = re.compile(rb" \([^()\n]*:\d+\)")


def annotate(log, *args):
    return run("-q", "-f", "annotate", *args, stdin=log).stdout


class Annotate(Case):
    def test_every_reference_gains_its_lines_and_keeps_its_own(self):
        got = annotate(OOPS, *SYMBOLS)
        self.assertIn(b"RIP: 0010:courier_submit+0xe/0x20 [courier] (courier/courier.c:27 courier/courier.c:43)\n", got)
        self.assertIn(b" vfs_write+0x1d/0x40 (fs/read_write.c:18)\n", got)
        self.assertEqual(ADDED.sub(b"", got), OOPS)

    def test_redacted_without_colours(self):
        for before, between in (("", ""), ("\x1b[32m", "\x1b[0m"), ("\x1b[1;38;5;12m", "\x1b[K\x1b[0m")):
            log = f"{before}[    0.000000] {between}\x1b[33mCommand line: {between}nfsroot=zanzibar:/srv quux=1\n".encode()
            self.assertEqual(annotate(log, "--redact", "--no-symbols"), b"[    0.000000] Command line: <command line>\n")
        self.assertIn(b"\x1b[", annotate(b"\x1b[1\x01 cut \x1b[33", "--redact", "--no-symbols"))

    def test_redacted(self):
        log = (b"Nov 22 10:00:00 myhost kernel: [    1.0] RIP: 0010:vfs_write+0x1d/0x40 ffff888012345678\n"
               b"Nov 22 10:00:00 myhost kernel: [    1.0] Hardware name: Secret Corp Model 1\n")
        got = annotate(log, "--redact", *SYMBOLS)
        for secret in (b"myhost", b"ffff888012345678", b"Secret"):
            self.assertNotIn(secret, got)
        self.assertIn(b"vfs_write+0x1d/0x40 (fs/read_write.c:19)", got)
        self.assertEqual(annotate(log, "--redact", "--no-symbols").count(b"\n"), 2)

    def test_twice_is_once(self):
        once = annotate(OOPS, *SYMBOLS)
        self.assertEqual(annotate(once, *SYMBOLS), once)

    def test_all_bytes_pass(self):
        odd = b"\x00\xff\r\r\n\n \t\x1b[1mx\x1b[0m\r\n" + QUIET + b"a" * 200000 + b"\nlast line without an end"
        self.assertEqual(annotate(odd), odd)
        crlf = OOPS.replace(b"\n", b"\r\n")[:-2]
        self.assertEqual(ADDED.sub(b"", annotate(crlf, *SYMBOLS)), crlf)
        self.assertIn(b"vfs_write+0x1d/0x40 (fs/read_write.c:18)\r\n", annotate(crlf, *SYMBOLS))

    def test_lines_outside_of_reports(self):
        got = annotate(b"mydrv: called from vfs_write+0x1d/0x40, again\n", *SYMBOLS)
        self.assertEqual(got, b"mydrv: called from vfs_write+0x1d/0x40 (fs/read_write.c:18), again\n")

    def test_the_exit_status_is_that_of_the_reports(self):
        self.assertEqual(run("-q", "-f", "annotate", stdin=OOPS).returncode, 0)
        self.assertEqual(run("-q", "-f", "annotate", stdin=QUIET).returncode, 1)

    def test_the_log_names_its_kernel(self):
        root = self.tmp / "usr/lib/debug/boot"
        root.mkdir(parents=True)
        shutil.copy(DEMO / "vmlinux", root / "vmlinux-6.1.0-demo")
        got = annotate(OOPS, "--debug-root", self.tmp)
        self.assertIn(b" vfs_write+0x1d/0x40 (fs/read_write.c:18)\n", got)
        # A line that stands before the first word of the release waits for it.
        body = OOPS[OOPS.index(b"BUG: kernel NULL") :]
        early = b"mydrv: trouble in vfs_write+0x1d/0x40\n"
        self.assertIn(b"in vfs_write+0x1d/0x40 (fs/read_write.c:18)\n", annotate(early + body, "--debug-root", self.tmp))


class Waiting(Case):
    def test_lines_do_not_wait_for_long(self):
        log = QUIET + b"vfs_write+0x1d/0x40\n"
        with start("-q", "-f", "annotate") as program:
            program.stdin.write(log)
            program.stdin.flush()
            time.sleep(1)
            os.set_blocking(program.stdout.fileno(), False)
            got = program.stdout.read()
            program.stdin.close()
        self.assertEqual(got, log)

    def test_no_more_than_200_lines_wait(self):
        log = b"vfs_write+0x1d/0x40\n" + QUIET * 250
        with start("-q", "-f", "annotate") as program:
            begin = time.monotonic()
            program.stdin.write(log)
            program.stdin.flush()
            first = program.stdout.readline()
            took = time.monotonic() - begin
            program.stdin.close()
            rest = program.stdout.read()
        self.assertEqual(first + rest, log)
        self.assertLess(took, 5)


if __name__ == "__main__":
    unittest.main()
