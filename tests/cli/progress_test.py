"""The line on the terminal that says how far a long run is: shown after a second, gone before anything else is written."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
import tty
import unittest
from concurrent.futures import ThreadPoolExecutor

from helper import LATER, OOPS, QUIET, UNOOPS, WARNING, Case, environment, run

LINE = re.compile(rb"unoops: [0-9.]+ [kMGT]B(?: of [0-9.]+ [kMGT]B)?, [0-9.]+ [kMGT]B/s, \d+ reports?(?:, \d+ (?:s|min|h) left)?")


class Terminal:
    """What a program wrote to a terminal, and what is to be seen there."""

    def __init__(self, columns=100, raw=False):
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        if raw:
            tty.setraw(self.slave)
        self.written = b""
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        try:
            while part := os.read(self.master, 4096):
                self.written += part
        except OSError:  # the other end is closed
            pass

    def close(self):
        os.close(self.slave)
        self.reader.join(timeout=20)
        os.close(self.master)

    def screen(self):
        """The lines as a person sees them at the end; nothing but CR, LF and 'erase to the end' moves or erases."""
        lines, column = [b""], 0
        for part in re.findall(rb"\r|\n|\x1b\[K|\x1b|[^\r\n\x1b]+", self.written):
            if part == b"\r":
                column = 0
            elif part == b"\n":
                lines.append(b"")
            elif part == b"\33[K":
                lines[-1] = lines[-1][:column]
            else:
                assert part != b"\33", self.written
                lines[-1] = lines[-1][:column] + part + lines[-1][column + len(part):]
                column += len(part)
        return b"\n".join(lines)


class Progress(Case):
    def play(self, *args, parts=(QUIET,) * 18, stdout=subprocess.DEVNULL, columns=100, raw=False, env=None):
        """Runs on a log that comes slowly, standard error being a terminal; a stdout of None is the same terminal."""
        terminal = Terminal(columns, raw)
        child = subprocess.Popen([UNOOPS, "--no-symbols", *map(str, args)], stdin=subprocess.PIPE, stderr=terminal.slave,
                                 stdout=terminal.slave if stdout is None else stdout, env=environment(**(env or {})))
        for part in parts:
            child.stdin.write(part)
            child.stdin.flush()
            time.sleep(0.1)
        child.stdin.close()
        child.wait(timeout=60)
        terminal.close()
        return terminal

    def test_is_shown_after_a_second_and_gone_at_the_end(self):
        terminal = self.play()
        self.assertRegex(terminal.written, LINE)
        self.assertNotIn(b"left", terminal.written)  # nobody knows how long a pipe is
        self.assertEqual(terminal.screen(), b"unoops: no kernel report in 18 lines\n")

    def test_not_for_a_short_run_nor_when_quiet_nor_for_a_log_without_end(self):
        self.assertNotIn(b"/s", self.play(parts=[QUIET]).written)
        self.assertEqual(self.play("-q").written, b"")
        self.assertNotIn(b"/s", self.play("--follow").written)

    def test_not_where_another_program_has_the_terminal_nor_on_a_dumb_one(self):
        self.assertNotIn(b"/s", self.play(raw=True).written)
        self.assertNotIn(b"\33", self.play(env={"TERM": "dumb"}).written)

    def test_nothing_of_it_where_there_is_no_terminal(self):
        child = subprocess.Popen([UNOOPS, "--no-symbols"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 env=environment())
        for _ in range(14):
            child.stdin.write(QUIET)
            child.stdin.flush()
            time.sleep(0.1)
        self.assertEqual(child.communicate(timeout=60), (b"", b"unoops: no kernel report in 14 lines\n"))

    def test_a_narrow_terminal(self):
        terminal = self.play(columns=20)
        self.assertIn(b"\runoops: ", terminal.written)
        for line in terminal.written.split(b"\33[K"):
            if b"\n" not in line:
                self.assertLess(len(line.strip(b"\r")), 20, terminal.written)

    def test_is_gone_before_reports_come_to_the_same_terminal(self):
        slow = [QUIET] * 13
        parts = [*slow, OOPS, *slow, LATER + WARNING, *slow]
        forms = ("title", "text", "annotate")
        with ThreadPoolExecutor() as pool:
            played = pool.map(lambda form: self.play("-f", form, "--color", "never", parts=parts, stdout=None), forms)
        for form, terminal in zip(forms, played):
            plain = run("--no-symbols", "-f", form, "--color", "never", stdin=b"".join(parts))
            self.assertEqual(terminal.screen().decode(), (plain.stdout + plain.stderr).decode(), form)
            if form == "title":
                self.assertRegex(terminal.written, LINE)
                self.assertIn(b"1 report", terminal.written)

    def test_a_pause_ends_it(self):
        terminal = Terminal()
        child = subprocess.Popen([UNOOPS, "--no-symbols"], stdin=subprocess.PIPE, stderr=terminal.slave,
                                 stdout=subprocess.DEVNULL, env=environment())
        for _ in range(15):
            child.stdin.write(QUIET)
            child.stdin.flush()
            time.sleep(0.1)
        time.sleep(1.5)
        self.assertRegex(terminal.written, LINE)
        self.assertEqual(terminal.screen(), b"")
        child.stdin.close()
        child.wait(timeout=60)
        terminal.close()

    def test_files_tell_how_long_it_takes(self):
        """Also those that are read at the same time, and those of a directory."""
        copies = 256
        logs = {name: b"".join(OOPS.replace(b"[   41.", b"[%5d." % (first + i)) for i in range(copies))
                for name, first in (("a.log", 100), ("b.log", 5000))}
        left = re.compile(rb" of [0-9.]+ [kM]B, [0-9.]+ [kM]B/s, \d+ reports?, \d+ s left")
        for args in (["-j1", "a.log"], ["-j2", "a.log", "b.log", "absent.log"], ["-j1", "."]):
            while True:
                for name, log in logs.items():
                    self.file(name, log)
                terminal = Terminal()
                begun = time.monotonic()
                subprocess.run([UNOOPS, "--no-symbols", "-f", "json", *args], stdin=subprocess.DEVNULL, stderr=terminal.slave,
                               stdout=subprocess.DEVNULL, cwd=self.tmp, env=environment(), check=False)
                terminal.close()
                if time.monotonic() - begun > 1.6:
                    break
                logs = {name: log * 2 for name, log in logs.items()}  # a fast machine
            self.assertRegex(terminal.written, left, args)
            said = b"unoops: absent.log: cannot open: No such file or directory\n" if "absent.log" in args else b""
            self.assertEqual(terminal.screen(), said)


if __name__ == "__main__":
    unittest.main()
