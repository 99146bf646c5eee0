"""unoops as decode_stacktrace.sh: the script's arguments, exit statuses and manner (docs/decode_stacktrace.md)."""
import os
import subprocess
import unittest

from helper import DEMO, OOPS, UNOOPS, Case, environment, run

VMLINUX = str(DEMO / "vmlinux")


def decode(log, *args):
    return run("decode-stacktrace", VMLINUX, "auto", DEMO, *args, stdin=log)


class Manner(Case):
    def test_lines(self):
        for line, expected in [
            (b"[    1.0]  vfs_write+0x1d/0x40\n", b"[    1.0]  vfs_write (fs/read_write.c:18)\n"),
            (b" [<ffffffff81234567>] ? vfs_write+0x1d/0x40\r\n", b" ? vfs_write (fs/read_write.c:18)\n"),
            (b"RIP: 0010:courier_submit+0xe/0x20 [courier]\n",
             b"RIP: 0010:courier_submit (courier/courier.c:27 courier/courier.c:43) courier\n"),
            (b" vfs_write+0x1d/0x40 (P)\n", b" vfs_write (fs/read_write.c:19) (P)\n"),
            (b" no_such_function+0x1d/0x40 [courier]\n", b" no_such_function+0x1d/0x40 [courier]\n"),
            (b"a\\nb \t c\\\n", b"a\\nb \t c\\\n"),
            (b"CPU: 1 PID: 812 Comm: postman Tainted: G\n", b"CPU: 1 PID: 812 Comm: postman Tainted: G\n"),
            (b"no line end", b"no line end"),
        ]:
            got = decode(line)
            self.assertEqual((got.returncode, got.stdout), (0, expected))

    def test_size_and_end_are_checked(self):
        for line in (b" vfs_write+0x1d/0x50\n", b" vfs_write+0x41/0x40\n"):
            self.assertEqual(decode(line).stdout, line)

    def test_base_path_is_taken_off(self):
        got = run("decode-stacktrace", VMLINUX, "fs", stdin=b" vfs_write+0x1d/0x40\n").stdout
        self.assertEqual(got, b" vfs_write (read_write.c:18)\n")

    def test_whole_log(self):
        got = decode(OOPS).stdout
        self.assertIn(b"  courier_write (courier/courier.c:58 courier/courier.c:66) courier\n", got)
        self.assertNotIn(b"+0x1d/0x40", got)


class Arguments(Case):
    def script(self, *args, stdin=b""):
        link = self.tmp / "decode_stacktrace.sh"
        if not link.exists():
            os.symlink(UNOOPS, link)
        run = subprocess.run([link, *args], input=stdin, capture_output=True, env=environment(PATH="/nonexistent"), timeout=60)
        return run, str(link)

    def test_no_argument(self):
        got, name = self.script()
        self.assertEqual((got.returncode, got.stderr), (1, b"ERROR! vmlinux image must be specified\n"))
        self.assertTrue(got.stdout.startswith(f"Usage:\n\t{name} [-R] -r <release>\n".encode()))

    def test_release_that_is_not_there(self):
        got, _ = self.script("-r", "0.0.0-none")
        self.assertEqual((got.returncode, got.stderr), (2, b"ERROR! vmlinux image for release 0.0.0-none is not found\n"))
        self.assertTrue(got.stdout.startswith(b"Usage:\n"))
        got, _ = self.script("-r")
        self.assertEqual((got.returncode, got.stderr), (2, b"ERROR! vmlinux image for release  is not found\n"))

    def test_help(self):
        got, name = self.script("-h")
        self.assertEqual((got.returncode, got.stderr), (0, b""))
        self.assertEqual(got.stdout.decode(), f"Usage:\n\t{name} [-R] -r <release>\n"
                         f"\t{name} [-R] [<vmlinux> [<base_path>|auto [<modules_path>]]]\n\t{name} -h\n"
                         "Options:\n  -R: decode return address instead of caller address.\n")

    def test_vmlinux_that_is_not_there_is_no_error(self):
        got, _ = self.script("/no/vmlinux", stdin=b" vfs_write+0x1d/0x40\n")
        self.assertEqual((got.returncode, got.stdout), (0, b" vfs_write+0x1d/0x40\n"))
        self.assertIn(b"/no/vmlinux", got.stderr)

    def test_module_that_is_not_there_is_told_once(self):
        got, _ = self.script(VMLINUX, "auto", str(self.tmp), stdin=b" f+0x1/0x2 [nothere]\n" * 3)
        self.assertEqual((got.returncode, got.stdout), (0, b" f+0x1/0x2 [nothere]\n" * 3))
        self.assertEqual(got.stderr, b"WARNING! Cannot find .ko for module nothere, please pass a valid module path\n")

    def test_by_name(self):
        got, _ = self.script(VMLINUX, stdin=b" vfs_write+0x1d/0x40\n")
        self.assertEqual((got.returncode, got.stdout), (0, b" vfs_write (fs/read_write.c:18)\n"))


if __name__ == "__main__":
    unittest.main()
