"""Pipes that pause, break or never end, and input that means harm (tests/hostile floods the reports)."""
import os
import random
import re
import signal
import subprocess
import time
import unittest

from helper import OOPS, QUIET, SANITIZED, UNOOPS, Case, environment, run, start

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
            self.assertEqual(program.wait(20), 0)

    def test_interrupt_ends_endless_input(self):
        feeder = subprocess.Popen(["yes", QUIET.decode().strip()], stdout=subprocess.PIPE)
        program = subprocess.Popen([UNOOPS, "-q"], stdin=feeder.stdout, stdout=subprocess.DEVNULL, env=environment())
        feeder.stdout.close()
        time.sleep(0.5)
        program.send_signal(signal.SIGINT)
        self.assertEqual(program.wait(20), 1)
        feeder.wait(20)

    def read_within(self, program, seconds):
        os.set_blocking(program.stdout.fileno(), False)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if got := program.stdout.read():
                return got
            time.sleep(0.02)
        return b""

    def test_a_pipe_that_pauses_is_flushed(self):
        for args in (["--follow"], []):
            with start("-f", "json", "--no-symbols", *args) as program:
                program.stdin.write(OOPS)
                program.stdin.flush()
                self.assertIn(b"NULL pointer", self.read_within(program, 3), args)
                program.stdin.close()
                self.assertEqual(program.wait(20), 0)


if __name__ == "__main__":
    unittest.main()
