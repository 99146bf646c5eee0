"""Pipes that pause, break or never end, and input that means harm (tests/hostile floods the reports)."""
import json
import os
import random
import re
import signal
import subprocess
import time
import unittest

from helper import DEMO, LATER, OOPS, QUIET, SANITIZED, UNOOPS, WARNING, Case, environment, run, start

MEGABYTE = 1 << 20
MEMORY = 64 * MEGABYTE
# Enough to see growth; the contract's own sizes with UNOOPS_HOSTILE_MB=4096.
AMOUNT = int(os.environ.get("UNOOPS_HOSTILE_MB", "128")) * MEGABYTE


class ClosedOutput(Case):
    def test_is_noticed_while_there_is_nothing_to_print(self):
        read, write = os.pipe()
        feed, log = os.pipe()
        child = subprocess.Popen([UNOOPS, "--no-symbols", "--follow"], stdin=feed, stdout=write, stderr=subprocess.DEVNULL,
                                 env=environment())
        os.close(write)
        os.close(feed)
        time.sleep(0.2)
        os.close(read)
        self.assertEqual(child.wait(timeout=20), 2)
        os.close(log)


class Hostile(Case):
    def measure(self, script, *args):
        """The program behind `script | unoops`: its exit status and the memory that it took."""
        feeder = subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE)
        pid = os.posix_spawn(UNOOPS, [UNOOPS, "-q", *args], environment(),
                             file_actions=[(os.POSIX_SPAWN_DUP2, feeder.stdout.fileno(), 0),
                                           (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
        feeder.stdout.close()
        _, status, usage = os.wait4(pid, 0)
        feeder.wait()
        return os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024

    def assertBounded(self, script, *args):
        status, took = self.measure(script, *args)
        self.assertIn(status, (0, 1), script)
        if not SANITIZED:
            self.assertLess(took, MEMORY, (script, args))

    def test_annotate_passes_anything_on(self):
        for script in (f"head -c {AMOUNT} /dev/zero", f"head -c {AMOUNT // 4} /dev/urandom",
                       f"head -c {AMOUNT} /dev/zero | tr '\\0' 'a'", f"head -c {AMOUNT // 16} /dev/zero | tr '\\0' '\\n'"):
            self.assertBounded(script, "-f", "annotate")

    def test_a_line_of_references(self):
        self.assertBounded("yes 'f+0x1/0x2 ' | head -n 1000000 | tr -d '\\n'", "-f", "annotate", "--no-symbols")

    def test_empty(self):
        formats = re.search(rb"\{([a-z,]+)\}", run("-f", "no-such-format").stderr)[1].decode().split(",")
        self.assertIn("annotate", formats)
        for form in formats:
            self.assertEqual(run("-q", "-f", form, stdin=b"").returncode, 1, form)

    def test_a_log_with_bytes_changed(self):
        chance = random.Random(4711)
        for _ in range(30):
            log = bytearray(OOPS)
            for _ in range(40):
                log[chance.randrange(len(log))] = chance.randrange(256)
            for form in ("json", "text", "annotate"):
                self.assertIn(run("-q", "-f", form, "--no-symbols", stdin=bytes(log)).returncode, (0, 1))


class Jobs(Case):
    """Files that are decoded at the same time give what they give one after the other."""

    def same(self, *args):
        one, many = run("--no-symbols", "-j", 1, *args), run("--no-symbols", "-j", 4, *args)
        self.assertEqual(many.stdout, one.stdout)
        self.assertEqual(many.returncode, one.returncode)
        self.assertEqual(sorted(many.stderr.splitlines()), sorted(one.stderr.splitlines()))
        return one

    def some_files(self):
        return [self.file("a.log", OOPS), self.file("empty.log", b""), self.file("b.log", LATER + WARNING),
                self.file("again.log", OOPS), self.file("quiet.log", QUIET * 1000), self.file("packed.log", b"BZh91AY&SY" + b"x" * 100),
                self.tmp / "missing.log", self.file("c.log", WARNING + LATER.replace(b"[   77.", b"[   99."))]

    def test_formats_and_choices(self):
        files = self.some_files()
        for args in (["-f", "json"], ["-f", "text"], ["-f", "summary"], ["-f", "html"], ["--last"], ["--first"], ["--boot", "2"],
                     ["--boot", "last"], ["--severity", "error"], ["-v", "-f", "title"], ["-q"]):
            with self.subTest(args):
                self.assertEqual(self.same(*args, *files).returncode, 2)  # one file is missing
        self.assertEqual(self.same("-f", "title", files[0], files[2]).returncode, 0)
        self.assertEqual(self.same(files[1], files[4]).returncode, 1)
        self.assertEqual(self.same("--fail-on", "error", files[0], files[4]).returncode, 3)

    def test_numbers_and_boots_go_on(self):
        told = [json.loads(line) for line in self.same("-f", "json", *self.some_files()).stdout.splitlines()]
        self.assertEqual([r["number"] for r in told], list(range(1, len(told) + 1)))
        self.assertEqual([os.path.basename(r["file"]) for r in told], ["a.log", "b.log", "b.log", "c.log"])
        self.assertEqual([r["boot"] for r in told], [1, 2, 2, 6])  # c.log has a banner in its midst

    def test_a_directory_of_many(self):
        for i in range(100):
            stamp = b"[  1%02d." % i
            self.file(f"{i:03}.log", (QUIET * 50 + OOPS + LATER).replace(b"[   41.", stamp).replace(b"[   77.", stamp.replace(b"1", b"2", 1)))
        self.assertEqual(len(self.same("-f", "title", self.tmp).stdout.splitlines()), 200)

    def test_every_log_that_we_have(self):
        logs = sorted(p for p in DEMO.parent.iterdir() if p.is_dir())
        for args in (["json"], ["title"], ["title", "--redact"], ["summary"], ["summary", "--kind", "null-pointer-dereference"]):
            with self.subTest(args):
                self.same("-f", *args, *logs)

    def test_a_reader_that_goes_away(self):
        files = [self.file(f"{i}.log", OOPS.replace(b"[   41.", b"[   %02d." % i) * 20) for i in range(10, 40)]
        child = start("--no-symbols", "-j", "3", "-f", "json", *map(str, files))
        child.stdout.readline()
        child.stdout.close()
        child.stdin.close()
        self.assertNotEqual(child.wait(timeout=60), 0)


class Pipes(Case):
    def test_closed_output_ends_the_program(self):
        program = start("-f", "annotate", "-q")
        program.stdout.close()
        with self.assertRaises(BrokenPipeError):
            for _ in range(10000):
                program.stdin.write(QUIET * 100)
        self.assertIn(program.wait(20), (2, -signal.SIGPIPE))

    def test_interrupt_reports_what_was_read(self):
        with start("-f", "json", "--no-symbols") as program:
            program.stdin.write(OOPS)
            program.stdin.flush()
            time.sleep(0.3)
            program.send_signal(signal.SIGINT)
            told = program.stdout.read()
            program.stdin.close()
            self.assertIn(b"NULL pointer", told)
            self.assertEqual(program.wait(20), 2)

    def test_interrupt_ends_endless_input(self):
        feeder = subprocess.Popen(["yes", QUIET.decode().strip()], stdout=subprocess.PIPE)
        program = subprocess.Popen([UNOOPS, "-q"], stdin=feeder.stdout, stdout=subprocess.DEVNULL, env=environment())
        feeder.stdout.close()
        time.sleep(0.5)
        program.send_signal(signal.SIGINT)
        self.assertEqual(program.wait(20), 2)
        feeder.wait(20)

    def stopped(self, *args, stdin=None):
        """What a program tells that gets SIGTERM while it waits for a log that does not end."""
        keep = self.file("kept", b"old\n")
        program = subprocess.Popen([UNOOPS, "--no-symbols", "-o", keep, *args], stdin=stdin or subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment())
        if not stdin:
            program.stdin.write(OOPS)
            program.stdin.flush()
        time.sleep(0.5)
        program.send_signal(signal.SIGTERM)
        status = program.wait(20)
        said = program.stderr.read()
        for end in (program.stdin, program.stdout, program.stderr):
            if end:
                end.close()
        self.assertEqual(sorted(path.name for path in self.tmp.iterdir() if path.name.startswith(".")), [])
        return status, said, keep.read_bytes()

    def test_a_gate_does_not_pass_on_a_log_that_was_cut(self):
        words = b"unoops: stopped by SIGTERM before the end of standard input\n"
        for args in ([], ["--fail-on", "fatal"], ["-f", "annotate"], ["-q", "-f", "html"]):
            self.assertEqual(self.stopped(*args), (2, words, b"old\n"), args)

    def test_files_that_were_not_begun_are_named(self):
        fifo = self.tmp / "fifo"
        os.mkfifo(fifo)
        held = os.open(fifo, os.O_RDWR)
        self.addCleanup(os.close, held)
        status, said, kept = self.stopped(fifo, self.file("next.log", OOPS))
        self.assertEqual((status, kept), (2, b"old\n"))
        self.assertEqual(said, b"unoops: stopped by SIGTERM before the end of %s\n" % os.fsencode(fifo))

    def test_rules_are_not_added_from_a_part_of_a_log(self):
        rules = self.file("rules.toml", b"")
        program = subprocess.Popen([UNOOPS, "known", "add", "--known", rules], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=environment())
        program.stdin.write(OOPS)
        program.stdin.flush()
        time.sleep(0.5)
        program.send_signal(signal.SIGTERM)
        self.assertEqual(program.wait(20), 2)
        program.stdin.close()
        self.assertEqual(rules.read_bytes(), b"")


if __name__ == "__main__":
    unittest.main()
