"""--follow, pipes that pause, and signals: nothing is lost, nothing is split, nothing is late."""
import json
import os
import pathlib
import select
import signal
import subprocess
import time
import unittest

from helper import OOPS, QUIET, UNOOPS, WARNING, Case, environment, run

LINES = OOPS.splitlines(True)
LATEST = 1.2  # seconds behind a report's last line; machines that are busy get more
PATIENCE = 30


def noise(number):
    return b"[%12.6f] usb 1-1: reset high-speed USB device number %d using xhci_hcd\n" % (1000 + number / 200, number)


class Program:
    """The program with its standard input, output (a report a line) and errors in our hands."""

    def __init__(self, *args, stdin=subprocess.PIPE, form="json"):
        self.child = subprocess.Popen([UNOOPS, "--no-symbols", "-f", form, *map(str, args)], stdin=stdin, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, env=environment())
        self.rest = b""

    def wait_until_ready(self):
        """Until it catches SIGTERM: before that it ends as any program."""
        status = pathlib.Path(f"/proc/{self.child.pid}/status")
        for _ in range(PATIENCE * 100):
            caught = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("SigCgt:")]
            if caught and int(caught[0], 16) >> (signal.SIGTERM - 1) & 1:
                return
            time.sleep(0.01)

    def write(self, text):
        self.child.stdin.write(text)
        self.child.stdin.flush()

    def report(self, seconds=PATIENCE):
        """The next line that it prints; None: it prints none in that time."""
        end = time.monotonic() + seconds
        while b"\n" not in self.rest:
            ready, _, _ = select.select([self.child.stdout], [], [], max(0, end - time.monotonic()))
            got = os.read(self.child.stdout.fileno(), 1 << 20) if ready else b""
            if not got:
                return None
            self.rest += got
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def end(self):
        """Standard input ends: what else it prints, its errors and its status."""
        out, err = self.child.communicate(timeout=PATIENCE)
        return [json.loads(line) for line in (self.rest + out).splitlines()], err, self.child.returncode


def frames(report):
    return sum(len(stack["frames"]) for stack in report["stacks"]) if "stacks" in report else 0


class Pauses(Case):
    whole = json.loads(run("--no-symbols", "-f", "json", stdin=OOPS).stdout)

    def told(self, at, *args):
        program = Program(*args)
        program.write(b"".join(LINES[:at]))
        time.sleep(1.1)
        program.child.stdin.write(b"".join(LINES[at:]))
        return program.end()

    def test_a_pause_never_splits_a_report(self):
        running = []
        for at in range(1, len(LINES)):
            program = Program()
            program.write(b"".join(LINES[:at]))
            running.append((at, program))
        time.sleep(1.5)
        for at, program in running:
            program.child.stdin.write(b"".join(LINES[at:]))
            self.assertEqual(program.end(), ([self.whole], b"", 0), at)

    def test_what_comes_after_a_pause_joins_what_was_told(self):
        for at in range(5, len(LINES), 7):
            with self.subTest(at):
                told, _, status = self.told(at, "--follow")
                self.assertEqual(status, 0)
                self.assertLessEqual(len(told), 2)
                self.assertEqual({r["line_first"] for r in told}, {self.whole["line_first"]})
                self.assertEqual([r.get("follows") for r in told], [None, 1][: len(told)])
                self.assertEqual((told[-1]["title"], frames(told[-1])), (self.whole["title"], frames(self.whole)))

    def test_a_line_behind_the_end_tells_nothing_anew(self):
        self.assertIn(b"note: postman[812] exited", LINES[-1])
        told, _, _ = self.told(len(LINES) - 1, "--follow")
        self.assertEqual([r["title"] for r in told], [self.whole["title"]])


class Busy(Case):
    def test_a_report_is_out_in_time_however_busy_the_log_is(self):
        """200 lines a second without pause; UNOOPS_FOLLOW_ROUNDS=100 for the figure that the contract names."""
        rounds = int(os.environ.get("UNOOPS_FOLLOW_ROUNDS", "2"))
        program = Program("--follow")
        number, late = 0, []
        for _ in range(rounds):
            stamp = b"[%5d." % (1000 + number // 200)
            program.write(OOPS.replace(b"[   41.", stamp))
            number += 200
            last, seen = time.monotonic(), None
            while seen is None and time.monotonic() - last < PATIENCE:
                program.write(noise(number))
                number += 1
                seen = program.report(0.005)
            self.assertIsNotNone(seen)
            late.append(time.monotonic() - last)
            for _ in range(50):
                program.write(noise(number))
                number += 1
        program.end()
        print("seconds behind the last line: %.2f at most" % max(late))
        # A machine that is busy with other tests says nothing of the program's own delay; the noise alone would never end it.
        self.assertLess(max(late), LATEST if rounds >= 100 else 3)


class Signals(Case):
    def test_what_is_open_is_told(self):
        rounds = int(os.environ.get("UNOOPS_FOLLOW_ROUNDS", "6"))
        for i in range(rounds):
            for sent in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                for args in ([], ["--follow"]):
                    program = Program(*args)
                    program.wait_until_ready()
                    program.write(OOPS)
                    time.sleep(0.002 * (i % 10))  # whether or not it has read the pipe
                    program.child.send_signal(sent)
                    # Nothing more comes of the pipe, which stays open.
                    self.assertIsNotNone(program.report(), (sent, args))
                    self.assertEqual(program.child.wait(PATIENCE), 0 if args else 2)
                    program.end()

    def test_a_summary_and_a_page_too(self):
        for form, word in (("summary", b"courier_submit"), ("html", b"</html>")):
            program = Program(form=form)
            program.wait_until_ready()
            program.write(OOPS)
            program.child.send_signal(signal.SIGTERM)
            out, _ = program.child.communicate(timeout=PATIENCE)
            self.assertIn(word, out)

    def test_one_that_comes_at_any_moment_ends_the_wait(self):
        for i in range(20):
            program = Program("--follow")
            program.wait_until_ready()
            program.write(QUIET)
            time.sleep(0.001 * i)
            program.child.send_signal(signal.SIGTERM)
            self.assertEqual(program.child.wait(PATIENCE), 1)
            program.end()

    def test_nohup_stays_so(self):
        child = subprocess.Popen(["nohup", UNOOPS, "--no-symbols", "--follow"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, env=environment())
        time.sleep(0.5)
        child.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        self.assertIsNone(child.poll())
        out, _ = child.communicate(OOPS, timeout=PATIENCE)
        self.assertIn(b"courier_submit", out)


class Tail(Case):
    """--follow FILE is tail -F FILE | unoops --follow."""

    def start(self, path, *args):
        program = Program("--follow", *args, path, stdin=subprocess.DEVNULL)
        self.addCleanup(program.child.communicate)
        self.addCleanup(program.child.kill)
        return program

    def append(self, path, text):
        with open(path, "ab") as file:
            file.write(text)

    def test_what_is_there_and_what_comes(self):
        log = self.file("kern.log", WARNING)
        program = self.start(log)
        self.assertEqual(program.report()["kind"], "warning")
        self.append(log, OOPS)
        self.assertEqual(program.report()["kind"], "null-pointer-dereference")
        self.assertIsNone(program.child.poll())
        program.child.send_signal(signal.SIGTERM)
        self.assertEqual(program.child.wait(PATIENCE), 0)

    def test_rotation_truncation_and_a_file_that_appears_later(self):
        log = pathlib.Path(self.tmp / "kern.log")
        program = self.start(log)
        time.sleep(0.3)
        log.write_bytes(WARNING)
        self.assertEqual(program.report()["kind"], "warning")
        log.rename(self.tmp / "kern.log.1")
        self.append(self.tmp / "kern.log.1", b"".join(LINES[:20]))  # its writer has not reopened it yet
        log.write_bytes(b"".join(LINES[20:]))
        told = program.report()
        while told["title"] != Pauses.whole["title"] or frames(told) != frames(Pauses.whole):  # a pause may have come between
            told = program.report()
        self.assertEqual(told["kind"], "null-pointer-dereference")
        os.truncate(log, 0)
        time.sleep(0.5)
        self.append(log, WARNING.replace(b"[    7.", b"[   99.").replace(b"demo_warn", b"demo_other"))
        self.assertIn("demo_other", program.report()["title"])

    def test_a_second_run_appends_to_the_file(self):
        out = self.tmp / "reports.json"
        for log in (WARNING, OOPS):
            self.assertEqual(run("--follow", "--no-symbols", "-f", "json", "-o", out, stdin=log).returncode, 0)
        self.assertEqual([json.loads(line)["kind"] for line in out.read_text().splitlines()],
                         ["warning", "null-pointer-dereference"])

    def test_takes_one_file(self):
        for files in ([self.file("a.log", OOPS), self.file("b.log", OOPS)], [self.tmp]):
            told = run("--follow", *files)
            self.assertEqual((told.returncode, told.stdout, told.stderr.count(b"\n")), (2, b"", 1))

    def test_a_gate_ends_at_the_first(self):
        log = self.file("kern.log", QUIET)
        program = self.start(log, "--fail-on", "error")
        self.append(log, WARNING)
        self.assertEqual(program.report()["kind"], "warning")
        self.append(log, OOPS)
        self.assertEqual(program.child.wait(PATIENCE), 3)


if __name__ == "__main__":
    unittest.main()
