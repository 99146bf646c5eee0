#!/usr/bin/env python3
"""Many logs: places of titles, sums of parts, times, hosts, known bugs (docs/fleet.md)."""
import json
import pathlib
import random
import re
import unittest

from helper import DEMO, LATER, OOPS, SANITIZED, SYMBOLS, WARNING, Case, reports, run, start


def stamped(log, host, clock="2026-11-28T09:30:{:02}+00:00"):
    lines = log.decode().splitlines()
    return "".join(f"{clock.format(n % 60)} {host} kernel: {line}\n" for n, line in enumerate(lines)).encode()


class Titles(Case):
    def test_of_one_log_are_what_people_paste(self):
        titles = run("-f", "title", "--no-symbols", self.file("one.log", OOPS + LATER)).stdout.decode()
        self.assertEqual(set(titles.splitlines()), {"BUG: unable to handle kernel NULL pointer dereference in courier_submit"})

    def test_of_several_files_say_where(self):
        files = self.file("a.log", OOPS), self.file("b.log", stamped(LATER, "web2"))
        lines = run("-f", "title", *files).stdout.decode().splitlines()
        self.assertRegex(lines[0], r"^/.*/a\.log:\d+: BUG: ")
        self.assertRegex(lines[1], r"^/.*/b\.log:\d+: web2, 2026-11-28T09:30:\d\d\+00:00: BUG: ")

    def test_of_several_hosts_in_a_stream_say_which(self):
        lines = run("-f", "title", stdin=stamped(OOPS, "web1") + stamped(LATER, "web2")).stdout.decode().splitlines()
        self.assertEqual([line.split(",")[0] for line in lines], ["web1", "web2"])

    def test_several_files_of_which_one_has_reports(self):
        lines = run("-f", "title", self.file("a.log", b"nothing\n"), self.file("b.log", OOPS)).stdout.decode().splitlines()
        self.assertTrue(lines[0].startswith("BUG: "))


class Symbols(Case):
    def logs(self, kernels):
        return [self.file(f"{n:02}.log", OOPS.replace(b"6.1.0-demo", b"6.1.%d-none" % n).replace(b"[   41.", b"[  1%02d." % n))
                for n in range(kernels)]

    def test_kernels_without_a_vmlinux_are_told_one_by_one_if_they_are_few(self):
        told = run("-f", "json", *self.logs(4)).stderr.decode()
        for n in range(4):
            self.assertIn(f"no vmlinux of 6.1.{n}-none at ", told)

    def test_of_many_kernels_one_line_tells(self):
        told = run("-f", "json", *self.logs(30)).stderr.decode()
        self.assertEqual(told.count("no vmlinux of"), 1)
        self.assertIn("no vmlinux of 6.1.0-none, 6.1.1-none, 6.1.2-none and 27 other kernels (--explain-symbols tells of each)", told)
        self.assertIn("vmlinux-6.1.29-none", run("-f", "json", "--explain-symbols", *self.logs(30)).stderr.decode())

    def test_a_log_is_told_of_as_if_it_were_the_only_one(self):
        alien, own = self.file("alien.log", OOPS.replace(b"/0x20 [courier]", b"/0x40 [courier]")), self.file("own.log", LATER)

        def files_of(*logs):
            return [json.loads(line)["symbol_files"] for line in run("-f", "json", *SYMBOLS, *logs).stdout.splitlines()]

        self.assertEqual(files_of(alien, own), files_of(alien) + files_of(own))
        self.assertNotEqual(files_of(alien), files_of(own))


class Warnings(Case):
    def test_a_log_that_is_read_from_its_end_is_named(self):
        turned = b"".join(reversed(OOPS.splitlines(keepends=True)))
        words = "the log has its newest line on top: it is read from its end\n"
        for jobs in ("1", "2"):
            told = run("--no-symbols", "-j", jobs, self.file("a.log", LATER), self.file("b.log", turned)).stderr.decode()
            self.assertIn(f"unoops: {self.tmp}/b.log: {words}", told)
        self.assertEqual(run("--no-symbols", stdin=turned).stderr.decode(), f"unoops: {words}")


class Sums(Case):
    def parts_of(self, logs, count, seed):
        """The logs, in their order, as JSON of `count` runs."""
        whole = run("-q", "--no-symbols", "-f", "json", *logs).stdout.splitlines()
        telling = {json.loads(line)["file"] for line in whole}  # a part that ends with another log lacks its boot (docs/fleet.md)
        behind = [n for n in range(1, len(logs)) if str(logs[n - 1]) in telling]
        cuts = sorted(random.Random(seed).sample(behind, count - 1))
        parts = []
        for begin, end in zip([0, *cuts], [*cuts, len(logs)]):
            out = run("-q", "--no-symbols", "-f", "json", *logs[begin:end])
            self.assertIn(out.returncode, (0, 1), out.stderr)
            parts.append(self.file(f"part{len(parts):03}.json", out.stdout))
        return parts

    def test_of_parts_are_that_of_the_whole(self):
        logs = sorted(DEMO.parent.glob("*/*.log"))[:: 6 if SANITIZED else 1]
        self.assertGreater(len(logs), 50)
        for form in ("summary", "title"):
            whole = run("-f", form, *logs).stdout
            for count, seed in ((2, 1), (7, 2), (40, 3)):
                parts = self.parts_of(logs, count, seed)
                self.assertEqual(run("-f", form, *parts).stdout, whole)
                self.assertEqual(run("-f", form, "-j", "1", *parts).stdout, whole)
                self.assertEqual(run("-f", form, stdin=b"".join(p.read_bytes() for p in parts)).stdout, whole)

    def test_say_hosts_and_files(self):
        files = [self.file(f"{host}.log", stamped(log, host)) for host, log in (("web1", OOPS), ("web2", LATER), ("web3", WARNING))]
        out = run("-f", "summary", *files).stdout.decode()
        self.assertRegex(out, r"    2  ERROR    2026-11-28T09:30:\S+ +2026-11-28T09:30:\S+ +2 hosts +2 files +BUG: ")
        self.assertRegex(out, r"    1  WARNING .* web3 +web3\.log +WARNING in demo_warn\n")
        self.assertTrue(out.endswith("3 incidents in 3 boots on 3 hosts: 2 errors, 1 warning\n"), out)

    def test_first_and_last_are_told_by_the_clock(self):
        late, early = stamped(OOPS, "web1", "2026-11-28T11:00:{:02}Z"), stamped(LATER, "web2", "2026-11-28T11:30:{:02}+01:00")
        row = run("-f", "summary", self.file("a.log", late), self.file("b.log", early)).stdout.decode().splitlines()[1]
        self.assertRegex(row, r"ERROR +2026-11-28T11:30:\S+ +2026-11-28T11:00:")

    def test_a_cut_part_is_an_error(self):
        whole = run("-q", "-f", "json", "--no-symbols", stdin=OOPS + LATER).stdout
        for bad in (whole[:-100], whole + b"rubbish\n", whole.replace(b'"severity":"error"', b'"severity":7', 1)):
            for jobs in ("1", "2"):
                got = run("-f", "summary", "-j", jobs, self.file("part.json", bad), self.file("good.json", whole))
                self.assertEqual(got.returncode, 2)
                self.assertIn(b"part.json: 1 line of it is no report of unoops, or cut", got.stderr)

    def test_reports_are_no_log_for_other_formats(self):
        part = self.file("part.json", run("-q", "-f", "json", "--no-symbols", stdin=OOPS).stdout)
        for form in ("text", "json", "html"):
            got = run("-f", form, part)
            self.assertEqual((got.returncode, got.stderr.count(b"reports of unoops (--format json)")), (2, 1))

    def test_filters_choose_among_reports_of_parts(self):
        part = self.file("part.json", run("-q", "-f", "json", "--no-symbols", stdin=OOPS + WARNING).stdout)
        self.assertEqual(run("-f", "title", "--kind", "warning", part).stdout, b"WARNING in demo_warn\n")
        self.assertEqual(run("-f", "title", "--fail-on", "error", part).returncode, 3)

    @unittest.skipIf(SANITIZED, "its shadow memory counts as ours")
    def test_memory_is_of_bugs_and_not_of_machines(self):
        def peak(machines):
            with start("-q", "-f", "summary") as summary:
                for n in range(machines):
                    summary.stdin.write(b'{"schema":"unoops.report/1","number":%d,"kind":"warning","severity":"warning","title":"WARNING in f",'
                                        b'"signature":"1:%d","boot":1,"line_first":1,"line_last":2,"host":"web%d","file":"web%d.log"}\n'
                                        % (n + 1, n % 7, n, n))
                summary.stdin.flush()
                status = pathlib.Path(f"/proc/{summary.pid}/status").read_text(encoding="ascii")
                out = summary.communicate()[0].decode()
            self.assertIn("on about " if machines > 1024 else f"on {machines:,} hosts", out)
            self.assertIn(f"{machines:,} incidents", out)
            return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])

        peak(800)
        # With both, as many names and events are kept as ever are. A busy machine hands out more at once.
        few, many = (min(peak(machines) for _ in range(3)) for machines in (110000, 300000))
        self.assertLess(many - few, 512, f"{few} kB with 110,000 machines, {many} kB with 300,000")

    def test_counts_are_the_same_in_every_format(self):
        log = self.file("a.log", OOPS + LATER + WARNING)
        words = re.compile(r"(\d+) incidents?(?: \((\d+) reports\))?(?: in \d boots)?: 2 errors, 1 warning")
        found = {form: words.search(run("-f", form, "--no-symbols", log).stdout.decode()) for form in ("text", "summary", "html")}
        self.assertEqual({form: match and match[1] for form, match in found.items()}, {"text": "3", "summary": "3", "html": "3"})
        self.assertEqual(sum("follows" not in r for r in reports(log)), 3)

    def test_unfolded_reports_are_of_the_same_incidents(self):
        unfolded = 0
        for log in sorted(DEMO.parent.glob("*/*.log"))[:: 6 if SANITIZED else 1]:
            folded, parts = (run("-q", "--no-symbols", "-f", "summary", *more, log).stdout.decode().splitlines()[-1:] for more in ((), ("-v",)))
            self.assertEqual(*([re.sub(r" \([\d,]+ reports?\)", "", line) for line in lines] for lines in (folded, parts)), log)
            unfolded += folded != parts
        self.assertGreater(unfolded, 1 if SANITIZED else 20)


class Hosts(Case):
    def test_a_log_that_names_none_gets_one(self):
        self.assertEqual([r["host"] for r in reports("--host", "web9", stdin=OOPS)], ["web9"])
        self.assertEqual([r["host"] for r in reports("--host", "web9", stdin=stamped(OOPS, "web1"))], ["web1"])

    def test_it_is_redacted(self):
        self.assertNotIn(b"web9", run("-f", "json", "--redact", "--no-symbols", "--host", "web9", stdin=OOPS).stdout)


class Times(Case):
    def titles(self, *args, log=None):
        got = run("-f", "title", *args, stdin=log or stamped(OOPS, "web1", "2026-11-28T09:30:{:02}Z") + stamped(LATER, "web1", "2026-11-28T12:00:{:02}Z"))
        return got.stdout.count(b"\n"), got.returncode, got.stderr.decode()

    def test_since_and_until(self):
        self.assertEqual(self.titles("--since", "2026-11-28T10:00Z"), (1, 0, ""))
        self.assertEqual(self.titles("--until", "2026-11-28T10:00Z"), (1, 0, ""))
        self.assertEqual(self.titles("--since", "2026-11-28T09:00Z", "--until", "2026-11-28T13:00Z"), (2, 0, ""))
        count, status, words = self.titles("--since", "2026-11-29T09:00Z")
        self.assertEqual((count, status), (0, 1))
        self.assertIn("2 reports, none of that time", words)

    def test_spans_begin_with_a_dash(self):
        self.assertEqual(self.titles("--since", "-2h")[1], 1)
        self.assertEqual(self.titles("--since=-100y")[:2], (2, 0))

    def test_a_report_without_a_clock_stays_and_that_is_said(self):
        count, status, words = self.titles("--since", "yesterday", log=OOPS)
        self.assertEqual((count, status), (1, 0))
        self.assertIn("1 report has no clock: --since and --until do not leave it out", words)

    def test_a_bad_time_is_one_line(self):
        for args in (["--since", "soon"], ["--until", "25:61"], ["--since", "tomorrow", "--until", "yesterday"]):
            got = run(*args, stdin=OOPS)
            self.assertEqual((got.returncode, got.stderr.count(b"\n"), got.stdout), (2, 1, b""))


class Known(Case):
    RULE = b'[[known]]\nbug = "the queue is not there yet"\nlink = "https://bugs.example.org/7"\nfunction = "courier_*"\n'

    def rules(self, more=b""):
        return self.file("rules.toml", self.RULE + more)

    def test_it_is_told_in_every_format(self):
        for form in ("text", "title", "summary", "json", "html"):
            out = run("-f", form, "--no-symbols", "--known", self.rules(), stdin=OOPS).stdout.decode()
            self.assertIn("the queue is not there yet", out, form)
            self.assertIn("bugs.example.org/7", out, form)
        known = reports("--known", self.rules(), stdin=OOPS)[0]["known"]
        self.assertEqual(known, {"bug": "the queue is not there yet", "link": "https://bugs.example.org/7", "rule": f"{self.tmp}/rules.toml:1"})

    def gate(self, more=b"", log=OOPS):
        return run("-q", "-f", "title", "--fail-on", "error", "--known", self.rules(more), stdin=log).returncode

    def test_a_gate_passes_what_is_known(self):
        self.assertEqual(self.gate(), 0)
        self.assertEqual(self.gate(log=OOPS + b"[   99.000000] Kernel panic - not syncing: test\n"), 3)  # this one is not
        self.assertEqual(self.gate(b'severity = "error"\n'), 3)
        self.assertEqual(self.gate(b'severity = "notice"\n'), 0)
        self.assertEqual(self.gate(b'ignore = true\n'), 0)
        self.assertEqual(self.gate(b'fixed_in = "6.1.0"\nignore = true\n'), 3)  # it came back
        self.assertEqual(self.gate(b'release = "5.10"\n'), 3)

    def test_what_is_ignored_is_left_out_and_said(self):
        rules = self.rules(b"ignore = true\n")
        got = run("-f", "title", "--known", rules, stdin=OOPS + WARNING)
        self.assertEqual(got.stdout, b"WARNING in demo_warn\n")
        self.assertIn(b"1 report is left out: ", got.stderr)
        self.assertEqual(run("-v", "-f", "title", "--known", rules, stdin=OOPS).stdout.count(b"courier_submit"), 1)
        got = run("-f", "title", "--known", rules, stdin=OOPS)
        self.assertEqual((got.returncode, got.stdout), (1, b""))
        self.assertIn(b"1 report, none", got.stderr)

    def test_rules_hold_for_parts_as_for_logs(self):
        part = self.file("part.json", run("-q", "-f", "json", "--no-symbols", stdin=OOPS).stdout)
        wanted = run("-f", "summary", "--known", self.rules(), stdin=OOPS).stdout
        self.assertIn(b"1 incident, an error; known", wanted)
        self.assertEqual(run("-f", "summary", "--known", self.rules(), part).stdout, wanted)
        mapped = self.file("mapped.json", run("-q", "-f", "json", "--no-symbols", "--known", self.rules(), stdin=OOPS).stdout)
        self.assertEqual(run("-f", "summary", mapped).stdout, wanted)

    def test_a_bad_file_is_one_line(self):
        for rules, words in ((b"[[known]]\nbug = 3\n", b"rules.toml:2: bug takes words in quotes"), (b"=", b"rules.toml:1: ")):
            got = run("--known", self.file("rules.toml", rules), stdin=OOPS)
            self.assertEqual((got.returncode, got.stderr.count(b"\n"), got.stdout), (2, 1, b""))
            self.assertIn(words, got.stderr)
        got = run("--known", self.tmp / "none.toml", stdin=OOPS)
        self.assertEqual((got.returncode, got.stderr.count(b"\n")), (2, 1))

    def test_add_prints_or_appends_what_is_not_known(self):
        printed = run("known", "add", stdin=OOPS + LATER + WARNING)
        self.assertEqual((printed.returncode, printed.stdout.count(b"[[known]]")), (0, 2))
        rules = self.tmp / "new.toml"
        for _ in range(2):
            self.assertEqual(run("known", "add", "--known", rules, stdin=OOPS).returncode, 0)
            self.assertEqual(rules.read_bytes().count(b"[[known]]"), 1)
        run("known", "add", "--known", rules, stdin=OOPS + WARNING)
        self.assertEqual(rules.read_bytes().count(b"[[known]]"), 2)
        self.assertEqual(run("-q", "-f", "title", "--fail-on", "notice", "--known", rules, stdin=OOPS + WARNING).returncode, 0)


if __name__ == "__main__":
    unittest.main()
