"""Nothing that a terminal obeys gets out: every field of a log, a symbol file, a source file and a fleet's JSON is hostile, in every format
and on standard error. Only line ends and tabs are left of the control characters."""
import collections
import json
import os
import random
import re
import subprocess
import unicodedata
import unittest

from helper import DEMO, OOPS, SANITIZED, SYMBOLS, UNOOPS, Case, environment, run

# Escapes, C1 controls as UTF-8 and as bare bytes, marks that reorder, line ends that are none, bytes that are no text.
ATTACKS = [b"\x1b[2J", b"\x1b]0;t\x07", b"\x1bP", b"\x08\x08", b"\r", b"\x0b", b"\x0c", b"\x0e", b"\x7f", b"\x00", "\u009b31m".encode(), b"\x9b31m",
           "\u202e".encode(), "\u2066".encode(), "\u200f".encode(), "\u2028".encode(), "\u061c".encode(), "\ufeff".encode(), b"\xff\xfe", b"\xc3"]
# These print the log itself: what they add is clean, and the rest is as it was.
PASS_ON = {"annotate"}


def formats():
    """As --help lists them, and what else shapes the output."""
    listed = re.search(r"--format FORMAT +([a-z, ]+) \(", run("--help").stdout.decode())[1].split(", ")
    assert {"text", "json", "html", "annotate"} <= set(listed), listed
    more = ["text -v", "text --redact", "json --redact", "html --redact", "html -v", "text --explain-symbols", "text --explain-parse"]
    return [["-f", form] for form in listed if form not in PASS_ON] + [["-f", *words.split()] for words in more]


def spoil(log, rng, every):
    """Some words of a log get an attack at their begin, within, or at their end."""
    def word(match):
        text = match[0]
        if rng.randrange(every):
            return text
        at = rng.randrange(len(text) + 1)
        return text[:at] + rng.choice(ATTACKS) + text[at:]
    return re.sub(rb"[^\s\[\]<>():+/]+", word, log)


def fields(log):
    """Everything of the log that is a name gets every attack, and it stays a report."""
    names = rb"Comm: (\w+)|Hardware name: (\S+)|Not tainted (\S+)|Tainted: .{12} +(\S+)|\[(courier)\]|(courier_\w+)\+|(vfs_write)\+|Linux version (\S+)"
    for attack in ATTACKS:
        yield re.sub(names, lambda m, a=attack: m[0].replace(next(g for g in m.groups() if g), next(g for g in m.groups() if g)[:3] + a + b"x"), log)


class Controls(Case):
    def assertClean(self, told, what):
        """Of bytes that a terminal gets."""
        text = told.decode("utf-8")  # it is UTF-8
        bad = {repr(c) for c in text if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Zl", "Zp")}
        bad |= {repr(c) for c in text if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")}
        where = [line for line in text.splitlines() if any(c[1:-1] in repr(line) for c in bad)][:2]
        self.assertEqual(bad, set(), (what, where))

    def assertOutput(self, *args, stdin=b"", least=1, statuses=(0,)):
        told = run(*args, stdin=stdin)
        self.assertIn(told.returncode, statuses, told.stderr)
        self.assertGreaterEqual(len(told.stdout), least, args)
        self.assertClean(told.stdout, ("standard output", args))
        self.assertClean(told.stderr, ("standard error", args))
        return told


class Logs(Controls):
    def test_every_name_of_an_oops(self):
        for form in formats():
            for log in list(fields(OOPS))[:: 4 if SANITIZED else 1]:
                self.assertOutput(*form, "--no-symbols", stdin=log)

    def test_every_word_of_every_golden_log(self):
        logs = sorted(DEMO.parent.glob("*/*.log"))[:: 12 if SANITIZED else 2]
        self.assertGreaterEqual(len(logs), 30)
        for seed, every in ((1, 3), (2, 12), (3, 40)):
            rng = random.Random(seed)
            place = self.tmp / f"logs\x1b[31m{seed}"
            place.mkdir()
            for log in logs:
                (place / f"{log.parent.name}-{log.stem}\x07.log").write_bytes(spoil(log.read_bytes(), rng, every))
            for form in formats():
                self.assertOutput(*form, "-q", place, statuses=(0, 1), least=0 if every == 3 else 1000)

    def test_what_is_passed_on_gets_nothing_more(self):
        def controls(text):
            return collections.Counter(b for b in text if b < 32 and b not in b"\n\t" or b == 127)
        for log in fields(OOPS):
            for command in (["-f", "annotate", *SYMBOLS], ["decode-stacktrace", DEMO / "vmlinux", "auto", DEMO]):
                told = run(*command, stdin=log)
                self.assertEqual((told.returncode, controls(told.stdout)), (0, controls(log)), (command, told.stderr))
                self.assertClean(told.stderr, command)

    def test_known_add(self):
        rules = self.tmp / "rules\x1b.toml"
        for log in fields(OOPS):
            self.assertOutput("known", "add", "--known", rules, "--no-symbols", stdin=log, least=0)
            self.assertClean(rules.read_bytes(), "rules")
            for form in formats():
                self.assertOutput(*form, "--known", rules, "--no-symbols", stdin=log)


class Files(Controls):
    """Names within symbol files and source files, and JSON that is read again."""

    def hostile_symbols(self):
        place = self.tmp / "symbols\x1b[2J"
        place.mkdir()
        for name in ("vmlinux", "courier.ko"):
            data = (DEMO / name).read_bytes()
            for good, bad in ((b"courier/courier.c", b"courier/\x1b[2J\xe2\x80\xae.c"), (b"queue\0", b"q\x1b[2J\0"), (b"courier_post", b"courier\x1b\x07st\x9b")):
                self.assertEqual(len(good), len(bad))
                data = data.replace(good, bad)
            (place / name).write_bytes(data)
        return ["--force", "-k", place / "vmlinux", "-m", place]

    def test_symbol_files(self):
        symbols = self.hostile_symbols()
        self.assertIn(b"x1b[2J", self.assertOutput(*symbols, stdin=OOPS).stdout)
        for form in formats():
            self.assertOutput(*form, *symbols, stdin=OOPS)
        annotated = run("-f", "annotate", *symbols, stdin=OOPS)
        self.assertClean(annotated.stdout + annotated.stderr, "annotate")
        told = run("decode-stacktrace", symbols[2], "auto", symbols[4], stdin=OOPS)
        self.assertClean(told.stdout + told.stderr, "decode-stacktrace")
        for names in (["courier:courier_submit+0xe"], ["courier:courier_post", "vfs_write\x1b[2J+0x1", "\u202e:x+0x1", "0xffffffff81000010"]):
            for more in ([], ["-f", "json"]):
                told = run("addr", "-k", symbols[2], "-m", symbols[4], *more, *names)
                self.assertClean(told.stdout + told.stderr, ("addr", names, more))

    def test_source_files(self):
        tree = self.tmp / "tree/courier"
        tree.mkdir(parents=True)
        (tree / "courier.c").write_bytes(b"".join(b"int x%d; /* %s */\n" % (i, ATTACKS[i % len(ATTACKS)]) for i in range(200)))
        (self.tmp / "tree/MAINTAINERS").write_bytes(b"COURIER\x1b[2J\nM:\tA \x1b[31m B <a@b\x07>\nL:\tl\x9b@x\nS:\tMaintained\nF:\tcourier/\n")
        for form in formats():
            self.assertOutput(*form, *SYMBOLS, "--source", self.tmp / "tree", "--context", "9", stdin=OOPS)

    def test_json_that_is_read_again(self):
        report = json.loads(run("-f", "json", "--no-symbols", stdin=OOPS).stdout)

        def spoiled(value, key=""):
            if isinstance(value, dict):
                return {k: v if k == "producer" else spoiled(v, k) for k, v in value.items()}
            if isinstance(value, list):
                return [spoiled(v, key) for v in value]
            return value + "\x1b[2J\u009b\u202e\n\x07" if key in ("title", "headline", "comm", "host", "release", "culprit", "banner", "name", "file") and isinstance(value, str) else value

        part = self.file("part.json", json.dumps(spoiled(report), ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        for form in ("title", "summary"):
            self.assertOutput("-f", form, part)
            self.assertOutput("-f", form, part, self.file("o.log", OOPS), "--no-symbols")


class Words(Controls):
    """What is typed, and the names that the program is called by."""

    def test_about_the_program(self):
        for args in (["--help"], ["--version"], ["--list-kinds"], ["addr", "--help"], ["decode-stacktrace", "-h"], *(["--completions", s] for s in ("bash", "zsh", "fish"))):
            self.assertOutput(*args, least=100)
        for option in set(re.findall(r"--([a-z][a-z-]+)", run("--help").stdout.decode())):
            self.assertOutput("--help", option)

    def test_called_by_a_hostile_name(self):
        name = self.tmp / "decode_stacktrace\x1b[2J\u202e"
        os.symlink(UNOOPS, name)
        for args in ([], ["-h"], ["-x"]):
            told = subprocess.run([name, *args], capture_output=True, env={**environment(), "PATH": "/none"}, input=b"", check=False)
            self.assertClean(told.stdout + told.stderr, args)


if __name__ == "__main__":
    unittest.main()
