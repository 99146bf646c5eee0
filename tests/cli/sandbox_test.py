"""The sandbox: what an attacker inside could not do, that it takes nothing from a user, and that the program runs without."""
import errno
import gzip
import os
import re
import shutil
import subprocess
import time
import unittest

from helper import DEMO, OOPS, QUIET, SYMBOLS, UNOOPS, WARNING, Case, environment, run

ESCAPE = os.environ["ESCAPE"]
PARTS = re.search(r"^sandbox +(.*)$", run("--version").stdout.decode(), re.M)[1].split(", ")

FILES = {"read-outside", "list-outside", "read-through-link", "write-what-is-read", "cut-what-is-read", "remove-what-is-read",
         "write-outside", "make-outside", "make-directory-outside", "make-link-outside", "make-pipe-outside", "write-to-another",
         "rename-outside"}
ALWAYS = {"signal", "trace", "type-into-terminal", "ring"}
NETWORK = {"internet-socket", "unix-socket", "make-mode-outside"}
PROGRAMS = {"fork", "clone", "library-fork", "execute"}


class Escape(Case):
    """Rights are given away by the very code of the program, and tried by a program that holds nothing else."""

    def attempt(self, *kind):
        for name in ("read", "rename", "write", "outside"):
            (self.tmp / name).mkdir()
            for file in ("file", "beside", "another"):
                (self.tmp / name / file).write_text("kept")
        (self.tmp / "read/link").symlink_to("../outside/file")
        told = subprocess.run([ESCAPE, *kind, *(self.tmp / name for name in ("read", "rename", "write", "outside"))],
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
        lines = [line.split(" ", 1) for line in told.stdout.decode().splitlines()]
        self.assertEqual(lines.pop(0)[0], "parts", told.stderr)
        self.assertGreater(len(lines), 25)
        return {word: int(number) for word, number in lines}

    def expect(self, tried, refused):
        for part, words in (("Landlock", FILES), ("seccomp", ALWAYS | NETWORK | PROGRAMS)):
            if part not in PARTS:
                continue
            for word in words & set(tried):
                if word in refused:
                    self.assertIn(tried[word], (errno.EACCES, errno.EPERM, errno.EXDEV), word)
        self.assertEqual({word: number for word, number in tried.items() if word not in refused and number}, {})
        if "Landlock" in PARTS:
            self.assertEqual((self.tmp / "outside/file").read_text(), "kept")

    @unittest.skipIf(PARTS == ["none"], "neither Landlock nor seccomp")
    def test_nothing_that_a_decode_does_not_need(self):
        tried = self.attempt()
        self.assertLessEqual({"thread", "clone", "execute"}, set(tried))
        self.expect(tried, FILES | ALWAYS | NETWORK | PROGRAMS)

    @unittest.skipIf(PARTS == ["none"], "neither Landlock nor seccomp")
    def test_the_network_gives_no_programs_and_no_files(self):
        self.expect(self.attempt("network"), FILES | ALWAYS | PROGRAMS)

    @unittest.skipIf(PARTS == ["none"], "neither Landlock nor seccomp")
    def test_programs_that_are_started_write_nothing(self):
        tried = self.attempt("programs")
        self.assertNotIn("execute", tried)  # it was another program then
        self.expect(tried, (FILES - {"read-outside", "list-outside", "read-through-link"}) | ALWAYS | NETWORK)


class Features(Case):
    """With and without it the program does the same."""

    def same(self, *args, stdin=b"", env=None):
        inside, outside = run(*args, stdin=stdin, env=env), run("--no-sandbox", *args, stdin=stdin, env=env)
        self.assertEqual((inside.returncode, inside.stdout, inside.stderr), (outside.returncode, outside.stdout, outside.stderr), args)
        return inside

    def test_version_says_what_is_there(self):
        self.assertTrue(set(PARTS) <= {"none", "Landlock", "seccomp"}, PARTS)

    def test_inputs(self):
        log = self.file("o.log", OOPS)
        (self.tmp / "link.log").symlink_to("o.log")
        (self.tmp / "logs").mkdir()
        for name in ("kern.log", "kern.log.1", "syslog"):
            (self.tmp / "logs" / name).write_bytes(OOPS.replace(b"[   41.", b"[   %d." % (41 + len(name))))
        packed = self.tmp / "o.log.gz"
        packed.write_bytes(gzip.compress(OOPS))
        for files in ([log], [self.tmp / "link.log"], [self.tmp / "logs"], [packed], [log, self.tmp / "logs", packed], ["-"], [],
                      ["/dev/stdin"], [log, self.tmp / "missing"], ["/dev/fd/0"]):
            self.assertIn(self.same("--no-symbols", *files, stdin=OOPS).returncode, (0, 2))
        self.assertEqual(self.same("--no-symbols", log).returncode, 0)
        with open(log, "rb") as opened:
            told = subprocess.run([UNOOPS, "--no-symbols", "-f", "title"], stdin=opened, capture_output=True, env=environment(), check=True)
        self.assertIn(b"courier_submit", told.stdout)

    def test_symbols(self):
        log = self.file("o.log", OOPS)
        self.assertIn(b"courier/courier.c", self.same(*SYMBOLS, log).stdout)
        (self.tmp / "vmlinux").symlink_to(DEMO / "vmlinux")
        (self.tmp / "modules").symlink_to(DEMO)
        self.assertIn(b"courier/courier.c", self.same("-k", self.tmp / "vmlinux", "-m", self.tmp / "modules", log).stdout)
        self.assertIn(b"vmlinux fits", self.same("-k", self.tmp / "vmlinux", log).stdout)
        boot = self.tmp / "root/usr/lib/debug/boot"
        boot.mkdir(parents=True)
        shutil.copy(DEMO / "vmlinux", boot / "vmlinux-6.1.0-demo")
        self.same("--debug-root", self.tmp / "root", "-m", DEMO, "--explain-symbols", log)
        self.same("-k", self.tmp / "none", "--explain-symbols", log)
        symbols = self.file("System.map", b"ffffffff81000000 T _text\nffffffff81000010 T foo\nffffffff82000000 D bar\n")
        for option in ("--system-map", "--kallsyms"):
            self.same(option, symbols, "--explain-symbols", log)
        source = self.tmp / "source/courier"
        source.mkdir(parents=True)
        (source / "courier.c").write_text("".join("line %d\n" % i for i in range(100)))
        self.assertIn(b"line 2", self.same(*SYMBOLS, "--source", self.tmp / "source", "--context", "3", log).stdout)

    def test_decode_stacktrace(self):
        told = subprocess.run([UNOOPS, "decode-stacktrace", str(DEMO / "vmlinux"), "auto", str(DEMO)], input=OOPS, capture_output=True,
                              env=environment(), check=True)
        self.assertIn(b"courier.c:", told.stdout)

    def test_output(self):
        log = self.file("o.log", OOPS)
        wanted = run("--no-symbols", log).stdout
        (self.tmp / "there").mkdir()
        (self.tmp / "place").mkdir()
        (self.tmp / "place/link").symlink_to("../there/report")
        (self.tmp / "there/report").write_text("before")
        for target in (self.tmp / "new", self.tmp / "new", self.tmp / "place/link"):
            self.assertEqual(run("--no-symbols", "-o", target, log).returncode, 0)
            self.assertEqual(target.read_bytes(), wanted)
        self.assertTrue((self.tmp / "place/link").is_symlink())
        subprocess.run([UNOOPS, "--no-symbols", "-o", "here", log], cwd=self.tmp, env=environment(), check=True)
        self.assertEqual((self.tmp / "here").read_bytes(), wanted)
        self.assertEqual(run("--no-symbols", "-o", "/dev/null", log).returncode, 0)

    def follow(self, path, change):
        child = subprocess.Popen([UNOOPS, "--no-symbols", "-f", "title", "--follow", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=environment())
        time.sleep(0.7)
        change()
        lines = [child.stdout.readline()]
        child.terminate()
        lines.append(child.communicate(timeout=30))
        return lines

    def test_follow_reads_what_takes_the_place_of_the_file(self):
        place = self.tmp / "place"
        place.mkdir()
        (place / "kern.log").write_bytes(QUIET)

        def rotate(directory):
            os.rename(directory / "kern.log", directory / "kern.log.1")
            (directory / "kern.log").write_bytes(WARNING)

        self.assertIn(b"demo_warn", self.follow(place / "kern.log", lambda: rotate(place))[0])
        (self.tmp / "other").mkdir()
        (self.tmp / "other/kern.log").write_bytes(WARNING)
        link = self.tmp / "link"
        link.symlink_to("place/kern.log.1")

        def lead_elsewhere():
            os.symlink("other/kern.log", self.tmp / "next")
            os.rename(self.tmp / "next", link)

        self.assertIn(b"demo_warn", self.follow(link, lead_elsewhere)[0])

        def appear():
            (self.tmp / "later/on").mkdir(parents=True)
            (self.tmp / "later/on/kern.log").write_bytes(WARNING)

        self.assertIn(b"demo_warn", self.follow(self.tmp / "later/on/kern.log", appear)[0])

    def test_packed_dumps_are_unpacked(self):
        packed = self.file("dump.gz", gzip.compress((DEMO.parent / "null-pointer-dereference/kdump-null-read.kdump").read_bytes()))
        self.assertEqual(self.same("--no-symbols", "--log", packed).returncode, 0)
        scratch = self.tmp / "scratch"
        scratch.mkdir()
        told = self.same("--no-symbols", "-f", "title", packed, env=environment(TMPDIR=str(scratch)))
        self.assertIn(told.returncode, (0, 1))
        self.assertEqual(list(scratch.iterdir()), [])
        with open(packed, "rb") as opened:
            told = subprocess.run([UNOOPS, "--no-symbols", "-f", "title"], stdin=opened, capture_output=True, env=environment(), check=False)
        self.assertIn(told.returncode, (0, 1))


if __name__ == "__main__":
    unittest.main()
