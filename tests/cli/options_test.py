"""The contract's command line: exit statuses, options, where output goes."""
import gzip
import lzma
import os
import pty
import re
import shutil
import subprocess
import unittest

from helper import DEMO, LATER, OOPS, QUIET, SYMBOLS, UNOOPS, WARNING, Case, environment, reports, run


class ExitStatus(Case):
    def test_report_is_0_none_is_1(self):
        self.assertEqual(run("--no-symbols", stdin=OOPS).returncode, 0)
        self.assertEqual(run(stdin=QUIET).returncode, 1)
        self.assertEqual(run(stdin=b"").returncode, 1)

    def test_no_report_is_told_in_one_line_unless_quiet(self):
        told = run(stdin=QUIET * 4711)
        self.assertEqual((told.stdout, told.stderr), (b"", b"unoops: no kernel report in 4,711 lines\n"))
        self.assertEqual(run("-q", stdin=QUIET).stderr, b"")

    def test_what_is_no_log_is_told_in_one_line(self):
        core = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x04\x00" + bytes(100)
        for head, word in ((b"BZh91AY&SY", b"bzip2"), (b"\x04\x22\x4d\x18", b"lz4"), (core, b"memory dump"), (b"KDUMP   ", b"memory dump"),
                           (b"LPKSHHRH", b"journalctl"), (b"\x89PNG\r\n\x1a\n", b"picture")):
            told = run(self.file("it", head + b"\0Oops: 0000 [#1] SMP\n"))
            self.assertEqual((told.returncode, told.stdout, told.stderr.count(b"\n")), (2, b"", 1), word)
            self.assertIn(word, told.stderr)

    def test_another_programs_words_are_named_where_there_is_no_report(self):
        for text, word in ((b"(XEN) Panic on CPU 0:\n(XEN) FATAL PAGE FAULT\n", b"Xen"), (b"crash> bt\n", b"crash"), (b"0:mon> t\n", b"xmon")):
            told = run(stdin=QUIET + text)
            self.assertEqual((told.returncode, told.stdout, told.stderr.count(b"\n")), (1, b"", 1), word)
            self.assertIn(word, told.stderr)
            self.assertEqual(run("--no-symbols", stdin=OOPS + text).returncode, 0)

    def test_error_is_2_with_the_file_in_the_message(self):
        missing = run(self.tmp / "missing.log")
        self.assertEqual((missing.returncode, missing.stdout), (2, b""))
        self.assertIn(b"missing.log", missing.stderr)
        for wrong in (["--no-such-option"], ["-f", "prose"], ["--severity", "loud"], ["--boot", "0"], ["--kind", "no-such-kind"]):
            bad = run(*wrong, stdin=OOPS)
            self.assertEqual((bad.returncode, bad.stdout), (2, b""), wrong)
            self.assertTrue(bad.stderr)

    def test_one_unreadable_file_does_not_hide_the_others(self):
        both = run("--no-symbols", "-f", "json", self.tmp / "missing.log", self.file("good.log", OOPS))
        self.assertEqual(both.returncode, 2)
        self.assertIn(b"NULL pointer", both.stdout)

    def test_fail_on(self):
        self.assertEqual(run("--no-symbols", "--fail-on", "error", stdin=OOPS).returncode, 3)
        self.assertEqual(run("--no-symbols", "--fail-on", "fatal", stdin=WARNING).returncode, 0)
        self.assertEqual(run("--fail-on", "notice", stdin=QUIET).returncode, 0)

    def test_broken_output_is_2(self):
        for form in ("json", "text", "annotate"):
            with open("/dev/full", "wb") as full:
                ended = subprocess.run([UNOOPS, "--no-symbols", "-f", form], input=OOPS, stdout=full, stderr=subprocess.PIPE, env=environment())
            self.assertEqual(ended.returncode, 2, form)
        self.assertEqual(run("-o", "/no/such/directory/x", stdin=OOPS).returncode, 2)


def traces():
    """strace is there, and may be used."""
    try:
        return subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


NO_LEAKS = {"ASAN_OPTIONS": "detect_leaks=0"}  # the search for them is refused where a program is traced


@unittest.skipUnless(traces(), "strace is not installed, or may not be used")
class NoSymbolFiles(Case):
    """A title and a summary come from the log's words: they open no symbol file, and ask no server."""

    def opened(self, form):
        trace = self.tmp / "trace"
        subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=open,openat,connect", UNOOPS, "-f", form, "--debuginfod", *SYMBOLS],
                       input=OOPS, capture_output=True, env=environment(DEBUGINFOD_URLS="http://127.0.0.1:9", **NO_LEAKS), check=True)
        # The sandbox names directories to the kernel, and asks which there are.
        return [line for line in trace.read_text().splitlines() if "O_PATH" not in line and "O_DIRECTORY" not in line
                if re.search(r"vmlinux|/lib/modules|/lib/debug|\.ko|libdebuginfod|connect\(", line)]

    def test_title_and_summary_open_none(self):
        self.assertEqual((self.opened("title"), self.opened("summary")), ([], []))
        self.assertNotEqual(self.opened("json"), [])  # the test sees them where there are some


class ExplainSymbols(Case):
    def explain(self, log, *options):
        return run("--explain-symbols", "-f", "title", "--debug-root", self.tmp, *options, stdin=log).stderr.decode()

    def test_not_found_names_places_and_the_package(self):
        said = self.explain(OOPS.replace(b"6.1.0-demo", b"6.1.0-999-amd64"))
        self.assertIn("unoops: vmlinux: not found\n", said)
        self.assertIn("unoops:   tried %s/usr/lib/debug/boot/vmlinux-6.1.0-999-amd64[.xz|.zst|.gz]\n" % self.tmp, said)
        self.assertIn("unoops:   tried %s/lib/modules/6.1.0-999-amd64/**/courier.ko*\n" % self.tmp, said)
        self.assertEqual(said.count("unoops:   would help: apt install linux-image-6.1.0-999-amd64-dbg\n"), 2)

    def test_found_with_evidence_refused_with_a_reason(self):
        place = self.tmp / "usr/lib/debug/boot"
        place.mkdir(parents=True)
        shutil.copy(DEMO / "vmlinux", place / "vmlinux-6.1.0-demo")
        said = self.explain(OOPS)
        self.assertRegex(said, r"unoops: vmlinux: %s/vmlinux-6\.1\.0-demo: fits \(banner, \d+ of \d+ sizes" % place)
        self.assertRegex(said, r"unoops: courier: not found\n(unoops:   tried .*\n)+unoops:   would help: -m DIR")
        (place / "vmlinux-6.1.0-demo").rename(place / "vmlinux-6.1.0-other")
        said = self.explain(OOPS.replace(b"6.1.0-demo", b"6.1.0-other"))
        self.assertRegex(said, r"tried %s/vmlinux-6\.1\.0-other: its banner is .*6\.1\.0-demo" % place)


class ExplainParse(Case):
    def test_says_on_standard_error_who_took_a_line_and_changes_nothing_else(self):
        said, plain = run("--explain-parse", "--no-symbols", stdin=OOPS), run("--no-symbols", stdin=OOPS)
        self.assertEqual((said.returncode, said.stdout, plain.stderr), (plain.returncode, plain.stdout, b""))
        told = said.stderr.decode()
        self.assertRegex(told, r"(?m)^unoops: line \d+ → report 1 \(opens: the header ")
        self.assertRegex(told, r"(?m)^unoops: line \d+ → report 1 \(registers: surely\)$")
        self.assertRegex(told, r"(?m)^unoops: report 1 is number 1: BUG: unable to handle kernel NULL pointer dereference in ")
        self.assertTrue(all(line.startswith("unoops: ") for line in told.splitlines()))

    def test_says_it_for_annotate_too(self):
        self.assertIn("report 1 is number 1: ", run("--explain-parse", "-f", "annotate", "--no-symbols", stdin=OOPS).stderr.decode())

    def test_escapes_of_a_name_are_spelled_out(self):
        said = run("--explain-parse", "--no-symbols", self.file("a\x1b[31mb.log", OOPS))
        self.assertIn(b"a\\x1b[31mb.log", said.stderr)
        self.assertNotIn(b"\x1b", said.stderr)


class Which(Case):
    def test_kind_severity_first_last(self):
        log = WARNING + OOPS[OOPS.index(b"[   41.770233]") :]
        self.assertEqual([r["kind"] for r in reports(stdin=log)], ["warning", "null-pointer-dereference"])
        self.assertEqual([r["kind"] for r in reports("--severity", "error", stdin=log)], ["null-pointer-dereference"])
        self.assertEqual([r["kind"] for r in reports("--kind", "warning", stdin=log)], ["warning"])
        self.assertEqual([r["kind"] for r in reports("--first", stdin=log)], ["warning"])
        self.assertEqual([r["kind"] for r in reports("--last", stdin=log)], ["null-pointer-dereference"])
        self.assertEqual(run("--kind", "kasan", stdin=log).returncode, 1)

    def test_a_gate_counts_reports_of_the_last_boot_that_are_not_kept(self):
        def warning(n):
            return WARNING.replace(b"[    7.", b"[%5d." % (n + 100)).replace(b"drivers/demo/demo.c:13", b"drivers/demo/demo.c:%d" % n)
        panic = b"[    8.000000] Kernel panic - not syncing: demo\n[    8.000001] ---[ end Kernel panic - not syncing: demo ]---\n"
        log = panic + b"".join(warning(n) for n in range(4300))
        got = run("--no-symbols", "-v", "-f", "title", "--boot", "last", "--fail-on", "fatal", stdin=log)
        self.assertIn(b"are left out", got.stderr)
        self.assertNotIn(b"panic", got.stdout)
        self.assertEqual(got.returncode, 3)

    def test_kind_takes_one_word_and_may_be_repeated(self):
        log = self.file("both.log", WARNING + OOPS)
        self.assertEqual([r["kind"] for r in reports("--kind", "warning", log)], ["warning"])
        self.assertEqual(len(reports("--kind", "warning", "--kind", "null-pointer-dereference", log)), 2)

    def test_boot(self):
        log = OOPS + LATER
        self.assertEqual([r["boot"] for r in reports(stdin=log)], [1, 2])
        self.assertEqual([r["boot"] for r in reports("--boot", "2", stdin=log)], [2])
        self.assertEqual([r["boot"] for r in reports("--boot", "last", stdin=log)], [2])


class Input(Case):
    def test_file_dash_and_standard_input_are_the_same_log(self):
        log = self.file("oops.log", OOPS)
        piped = run("-f", "json", "--no-symbols", stdin=OOPS).stdout
        self.assertEqual(run("-f", "json", "--no-symbols", "-", stdin=OOPS).stdout, piped)
        named, unnamed = reports(log)[0], reports(stdin=OOPS)[0]
        self.assertEqual(named.pop("file"), str(log))
        self.assertEqual(named, unnamed)

    def test_each_report_names_its_file(self):
        logs = [self.file("a.log", OOPS), self.file("b.log", QUIET + LATER)]
        found = reports(*logs)
        self.assertEqual([r["file"] for r in found], [str(log) for log in logs])
        self.assertEqual([r["number"] for r in found], [1, 2])
        self.assertEqual(found[1]["line_first"], found[0]["line_first"] + 1)

    def test_compressed(self):
        packed = {"a.gz": gzip.compress(OOPS), "a.xz": lzma.compress(OOPS)}
        if shutil.which("zstd"):
            packed["a.zst"] = subprocess.run(["zstd", "-qc"], input=OOPS, stdout=subprocess.PIPE, check=True).stdout
        for name, content in packed.items():
            self.assertEqual(len(reports(self.file(name, content))), 1, name)
            self.assertEqual(len(reports(stdin=content)), 1, name)
        self.assertIn(run(self.file("cut.gz", packed["a.gz"][:-20])).returncode, (0, 2))

    def test_directory(self):
        (self.tmp / "var").mkdir()
        self.file("var/kern.log", OOPS)
        self.file("var/empty.log", b"")
        found = reports(self.tmp)
        self.assertEqual([os.path.basename(r["file"]) for r in found], ["kern.log"])

    def test_a_terminal_gets_a_hint(self):
        master, slave = pty.openpty()
        with subprocess.Popen([UNOOPS], stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as program:
            os.write(master, b"\x04")
            _, told = program.communicate(timeout=60)
        os.close(master)
        os.close(slave)
        self.assertIn(b"terminal", told)


class Messages(Case):
    """What was typed wrongly is told in one line."""

    def assertRefused(self, words, *args):
        got = run(*args, stdin=OOPS)
        self.assertEqual((got.returncode, got.stdout, got.stderr.count(b"\n")), (2, b"", 1), args)
        self.assertIn(words, got.stderr)

    def test_words(self):
        self.assertRefused(b"--list-kinds", "--kind", "xyzzy")
        self.assertRefused(b"json is meant", "-f", "JSON")
        self.assertRefused(b"-o", "-o", "")

    def test_forms_of_links(self):
        for form, words in (("foo", b"'foo'"), ("x{foo}y{path}", b"'{foo}'"), ("{path}:{line", b"'{line'"), ("}{path}", b"'}'"), ("{line}", b"{path}")):
            self.assertRefused(words, "--hyperlink", form)
        for form in ("auto", "none", "x:{file}", "vscode://file{path}:{line}:{column}"):
            self.assertEqual(run("--no-symbols", "--hyperlink", form, stdin=OOPS).returncode, 0, form)

    def test_rules_that_are_no_file(self):
        for path in (self.tmp, "/dev/zero"):
            self.assertRefused(str(path).encode(), "--known", path)

    def test_help_of_known_add(self):
        self.assertIn(b"usage: unoops known add", run("known", "add", "--help").stdout)


class Output(Case):
    def test_dash_is_standard_output(self):
        got = run("--no-symbols", "-f", "title", "-o", "-", stdin=OOPS)
        self.assertEqual((got.returncode, got.stdout.count(b"\n")), (0, 1))

    def test_a_link_to_nothing_stays_and_leads_to_the_reports(self):
        link, target = self.tmp / "link", self.tmp / "target"
        link.symlink_to("target")
        self.assertEqual(run("--no-symbols", "-f", "title", "-o", link, stdin=OOPS).returncode, 0)
        self.assertTrue(link.is_symlink())
        self.assertIn(b"NULL pointer", target.read_bytes())

    def test_what_is_read_is_not_overwritten(self):
        here = self.tmp / "demo"
        shutil.copytree(DEMO, here)
        rules = self.file("rules.toml", b"")
        source = next((here / "src").rglob("*.c"))
        report = self.file("demo/report.txt", b"old")
        for output, args in ((rules, ["--known", rules]), (here / "courier.ko", ["-m", here]), (source, ["--source", here / "src"])):
            held = output.read_bytes()
            got = run("-k", here / "vmlinux", *args, "-o", output, stdin=OOPS)
            self.assertEqual((got.returncode, got.stderr.count(b"\n"), output.read_bytes()), (2, 1, held), output)
        self.assertEqual(run("-k", here / "vmlinux", "-m", here, "--source", here, "-o", report, stdin=OOPS).returncode, 0)

    def test_o(self):
        target = self.tmp / "out.json"
        written = run("-f", "json", "--no-symbols", "-o", target, stdin=OOPS)
        self.assertEqual((written.returncode, written.stdout), (0, b""))
        self.assertEqual(target.read_bytes(), run("-f", "json", "--no-symbols", stdin=OOPS).stdout)

    def colored(self, *args, **more):
        return b"\x1b[" in run("-f", "text", "--no-symbols", *args, stdin=OOPS, env=environment(**more)).stdout

    def test_color(self):
        self.assertFalse(self.colored())
        self.assertFalse(self.colored("--color", "never"))
        self.assertTrue(self.colored("--color", "always"))

    def terminal_output(self, *args, **more):
        master, slave = pty.openpty()
        program = subprocess.Popen([UNOOPS, "--no-symbols", *args], stdin=subprocess.PIPE, stdout=slave, stderr=subprocess.DEVNULL,
                                   env=environment(TERM="xterm", **more))
        os.close(slave)
        program.stdin.write(OOPS)
        program.stdin.close()
        text = b""
        try:
            while chunk := os.read(master, 65536):
                text += chunk
        except OSError:  # a terminal's way of saying end of file
            pass
        os.close(master)
        program.wait(20)
        return text

    def test_color_on_a_terminal_obeys_no_color(self):
        self.assertIn(b"\x1b[", self.terminal_output())
        self.assertNotIn(b"\x1b[", self.terminal_output(NO_COLOR="1"))
        self.assertNotIn(b"\x1b[", self.terminal_output("--color", "never"))
        self.assertIn(b"\x1b[", self.terminal_output("--color", "always", NO_COLOR="1"))

    def test_help_and_version(self):
        for option in ("--help", "--version"):
            told = run(option)
            self.assertEqual((told.returncode, told.stderr), (0, b""))
            self.assertIn(b"unoops", told.stdout)
        options = run("--help").stdout
        for option in (b"--format", b"--vmlinux", b"--severity", b"--follow", b"--fail-on", b"--redact", b"annotate"):
            self.assertIn(option, options)


class Symbols(Case):
    def test_missing_vmlinux_is_a_warning_and_no_more(self):
        got = run("-f", "json", "-k", self.tmp / "no-vmlinux", stdin=OOPS)
        self.assertEqual(got.returncode, 0)
        self.assertIn(b"no-vmlinux", got.stderr)
        self.assertIn(b"courier_submit", got.stdout)

    def test_m_takes_one_directory(self):
        self.assertIn(b'"courier/courier.c"', run(*SYMBOLS, "-f", "json", self.file("oops.log", OOPS)).stdout)


if __name__ == "__main__":
    unittest.main()
