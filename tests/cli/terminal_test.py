"""What the program looks like on a terminal: width, colours, links, the pager, and its help."""
import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import termios
import unittest

from helper import DEMO, OOPS, QUIET, SYMBOLS, UNOOPS, WARNING, Case, environment, run

ESCAPES = re.compile(rb"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\")
UNSET = ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "PAGER", "UNOOPS_PAGER", "LESS")


def settings(**more):
    clean = {k: v for k, v in environment(TERM="xterm").items() if k not in UNSET}
    return {**clean, "UNOOPS_PAGER": "", **more}


def on_terminal(*args, columns=100, stdin=OOPS, **more):
    """What a terminal of that width gets, and the exit status."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 40, columns, 0, 0))
    program = subprocess.Popen([UNOOPS, *map(str, args)], stdin=subprocess.PIPE, stdout=theirs, stderr=subprocess.PIPE, env=settings(**more))
    os.close(theirs)
    try:
        program.stdin.write(stdin)
        program.stdin.close()
    except BrokenPipeError:
        pass  # it does not read
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    program.said = program.stderr.read()
    program.stderr.close()
    return shown.replace(b"\r\n", b"\n"), program.wait(timeout=60), program.said


class Width(Case):
    def widest(self, *args, **more):
        shown, _, _ = on_terminal("--no-symbols", *args, **more)
        return max(len(ESCAPES.sub(b"", line).decode()) for line in shown.splitlines())

    def test_the_terminals_between_80_and_200(self):
        for columns, width in ((40, 80), (80, 80), (132, 132), (200, 200), (500, 200)):
            shown, _, _ = on_terminal("--no-symbols", columns=columns)
            head = ESCAPES.sub(b"", shown.splitlines()[0])
            self.assertEqual(len(head), width, columns)

    def test_tables_of_the_program_itself(self):
        for table in ("--version", "--list-kinds"):
            self.assertLessEqual(self.widest(table, columns=80), 80, table)
            rows = run(table).stdout.decode().splitlines()  # a program gets a row a line
            self.assertEqual([row for row in rows if row.startswith(" ")], [], table)

    def test_a_summary_of_long_rows(self):
        files = [self.file("%s.log" % name, OOPS.replace(b"courier_submit", name.encode() + b"_submit_of_the_parcels"))
                 for name in ("first-host.example.org", "second")]
        asked = ("-f", "summary", "--no-symbols", *files)
        rows = run(*asked).stdout.decode().splitlines()
        self.assertEqual((rows[0].split(), len(rows), max(map(len, rows)) > 80), (["count", "worst", "first", "last", "file", "title"], 4, True))
        self.assertLessEqual(self.widest(*asked, columns=80), 80)
        shown, _, _ = on_terminal(*asked, columns=80)
        for row in rows[1:3]:
            self.assertIn(row.split()[-1], ESCAPES.sub(b"", shown).decode().split())
        self.assertEqual(ESCAPES.sub(b"", on_terminal(*asked, columns=200)[0]).decode().splitlines(), rows)

    def test_columns_where_the_terminal_does_not_know(self):
        head = lambda **more: len(ESCAPES.sub(b"", on_terminal("--no-symbols", columns=0, **more)[0].splitlines()[0]))
        self.assertEqual((head(COLUMNS="120"), head(COLUMNS="x"), head()), (120, 80, 80))

    def test_a_pipe_gets_100_whatever_is_set(self):
        plain = run("--no-symbols", stdin=OOPS, env=settings())
        wide = run("--no-symbols", stdin=OOPS, env=settings(COLUMNS="180"))
        self.assertEqual(len(plain.stdout.splitlines()[0]), 100)
        self.assertEqual(plain.stdout, wide.stdout)

    def test_no_word_is_broken(self):
        words = set(run(*SYMBOLS, stdin=OOPS, env=settings()).stdout.split())
        for columns in (80, 90, 120, 200):
            narrow = set(ESCAPES.sub(b"", on_terminal(*SYMBOLS, columns=columns)[0]).split())
            self.assertEqual(narrow - words, set(), columns)


class Colours(Case):
    def test_on_a_terminal(self):
        for more, colours in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False), ({"TERM": ""}, False),
                              ({"CLICOLOR": "0"}, False), ({"CLICOLOR": "1"}, True), ({"FORCE_COLOR": "0"}, False),
                              ({"TERM": "dumb", "FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, False)):
            self.assertEqual(b"\x1b[" in on_terminal("--no-symbols", **more)[0], colours, more)
        self.assertNotIn(b"\x1b[", on_terminal("--no-symbols", "--color", "never")[0])
        self.assertIn(b"\x1b[", on_terminal("--no-symbols", "--color", "always", NO_COLOR="1", TERM="dumb")[0])

    def test_in_a_pipe(self):
        for more, colours in (({}, False), ({"CLICOLOR": "1"}, False), ({"CLICOLOR_FORCE": "1"}, True), ({"CLICOLOR_FORCE": "0"}, False),
                              ({"FORCE_COLOR": "3"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)):
            self.assertEqual(b"\x1b[" in run("--no-symbols", stdin=OOPS, env=settings(**more)).stdout, colours, more)


class Links(Case):
    LINK = re.compile(rb"\x1b\]8;;([^\x1b]+)\x1b\\([^\x1b]+)\x1b\]8;;\x1b\\")

    def links(self, *args, **more):
        return dict((text.decode(), uri.decode()) for uri, text in self.LINK.findall(on_terminal(*SYMBOLS, *args, **more)[0]))

    def test_to_a_tree_that_has_the_file(self):
        (self.tmp / "a tree/courier").mkdir(parents=True)
        (self.tmp / "a tree/courier/courier.c").write_text("\n" * 100)
        there = self.links("--source", self.tmp / "a tree")
        self.assertEqual(set(there), {place for place in there if place.startswith("courier/courier.c:")})
        uri = there["courier/courier.c:43"]
        self.assertEqual(uri, f"file://{os.uname().nodename}{self.tmp}/a%20tree/courier/courier.c")
        self.assertEqual(self.links(), {})

    def test_forms(self):
        there = self.links("--source", DEMO / "src", "--hyperlink", "vscode://file/{path}:{line}")
        path = next(pathlib.Path(DEMO).rglob("courier.c"))
        self.assertEqual(there["courier/courier.c:43"], f"vscode://file{path}:43")
        web = self.links("--hyperlink", "https://example.org/{file}#L{line}")
        self.assertEqual(web["courier/courier.c:43"], "https://example.org/courier/courier.c#L43")

    def test_only_where_somebody_can_follow_them(self):
        tree = ["--source", DEMO / "src"]
        self.assertNotEqual(self.links(*tree), {})
        for args, more in ((["--hyperlink", "none"], {}), (["--redact"], {}), ([], {"TERM": "dumb"}), ([], {"TERM": "linux"})):
            self.assertEqual(self.links(*tree, *args, **more), {}, (args, more))
        self.assertNotIn(b"\x1b", run(*SYMBOLS, *tree, "--hyperlink", "x:{path}", stdin=OOPS, env=settings()).stdout)
        self.assertEqual(run("--hyperlink", "a\x1bb", stdin=OOPS).returncode, 2)

    def test_hostile_text_is_in_no_link(self):
        evil = OOPS.replace(b"courier_submit+0xe/0x20 [courier]", b"a\x1b\\b (fs/x\x1b]8;;evil\x07.c:3) +0xe/0x20", 1)
        shown = on_terminal(*SYMBOLS, "--source", DEMO / "src", "--hyperlink", "x:{file}", stdin=evil)[0]
        self.assertNotIn(b"\x1b\\b", shown)
        self.assertNotIn(b"evil\x07", shown)


class ThePager(Case):
    def pager(self, text):
        path = self.tmp / "pager"
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return str(path)

    def test_it_gets_the_text_and_the_status_is_kept(self):
        pager = self.pager('echo "$LESS$1"; cat; exit 7')
        shown, status, said = on_terminal("--no-symbols", "--color", "never", UNOOPS_PAGER=f"{pager} 'a b'")
        self.assertEqual((shown, status), (b"FRXa b\n" + run("--no-symbols", stdin=OOPS, env=settings()).stdout, 0))
        self.assertEqual(on_terminal("--no-symbols", "--fail-on", "error", UNOOPS_PAGER=pager)[1], 3)
        self.assertEqual(on_terminal(stdin=QUIET, UNOOPS_PAGER=pager)[1], 1)
        self.assertIn(b"-X", on_terminal("--no-symbols", UNOOPS_PAGER=pager, LESS="-X")[0].splitlines()[0])

    def test_which(self):
        mine, other = self.pager("echo mine"), ""
        self.assertEqual(on_terminal("--no-symbols", UNOOPS_PAGER=mine, PAGER="false")[0], b"mine\n")
        for args, more in ((["--no-pager"], {"UNOOPS_PAGER": mine}), ([], {"UNOOPS_PAGER": other}), ([], {"UNOOPS_PAGER": "cat"}),
                           (["--follow"], {"UNOOPS_PAGER": mine})):
            self.assertIn(b"courier_submit", on_terminal("--no-symbols", *args, **more)[0], (args, more))
        into = self.tmp / "out"
        self.assertEqual(on_terminal("--no-symbols", "-o", into, UNOOPS_PAGER=mine)[0], b"")
        self.assertIn(b"courier_submit", run("--no-symbols", stdin=OOPS, env=settings(UNOOPS_PAGER=mine)).stdout)

    def test_one_that_cannot_be_run_is_told_and_done_without(self):
        for broken in ("/no/such/pager -x", str(self.tmp), "'"):
            shown, status, said = on_terminal("--no-symbols", UNOOPS_PAGER=broken)
            self.assertIn(b"courier_submit", shown)
            self.assertEqual((status, said.count(b"\n")), (0, 0 if broken == "'" else 1), said)

    def test_one_that_leaves_early_is_no_error(self):
        log = b"".join(OOPS.replace(b"PID: 812", b"PID: %d" % (1000 + n)) for n in range(300))
        shown, status, said = on_terminal("--no-symbols", "-v", stdin=log, UNOOPS_PAGER=self.pager("head -n 1"))
        self.assertEqual((shown.count(b"\n"), status), (1, 0), said)

    def test_no_shell_reads_the_variable(self):
        shown, _, _ = on_terminal("--no-symbols", UNOOPS_PAGER=f"{self.pager('echo [$*]')} $HOME ; rm \"x y\" a\\ b")
        self.assertEqual(shown, b"[$HOME ; rm x y a b]\n")


class Help(Case):
    def test_within_80_columns_by_groups(self):
        text = run("--help").stdout.decode()
        self.assertLessEqual(max(map(len, text.splitlines())), 80)
        self.assertEqual(len(re.findall(r"(?m)^[A-Z].*:$", text)), 6, text)
        self.assertLessEqual(max(map(len, run("addr", "--help").stdout.decode().splitlines())), 80)

    def test_one_option(self):
        for asked in (["--help", "--follow"], ["--help=follow"], ["-h", "follow"], ["--no-such", "--help", "--follow"]):
            told = run(*asked)
            self.assertTrue(told.stdout.startswith(b"--follow\n    The input has no end:"), told.stdout)
            self.assertEqual((told.returncode, told.stderr), (0, b""))
        self.assertTrue(run("--help", "-f").stdout.startswith(b"-f, --format FORMAT\n    What to print.\n      text      the annotated report (default)\n"))
        wrong = run("--help", "--folow")
        self.assertEqual((wrong.returncode, wrong.stdout), (2, b""))
        self.assertIn(b"--follow is meant?", wrong.stderr)

    def test_kinds(self):
        rows = run("--list-kinds").stdout.decode().splitlines()
        self.assertIn(["null-pointer-dereference", "error", "NULL pointer dereference"], [row.split(maxsplit=2) for row in rows])
        for row in rows:
            self.assertIn(row.split()[1], ("notice", "warning", "error", "fatal"))
            self.assertIn(run("--kind", row.split()[0], stdin=QUIET).returncode, (1,))


if __name__ == "__main__":
    unittest.main()
