"""What a log or a symbol file names leads nowhere; what is written is whole or not at all, and every failure is said."""
import fcntl
import json
import os
import pathlib
import re
import resource
import shutil
import struct
import subprocess
import sys
import time
import unicodedata
import unittest

from helper import DEMO, OOPS, QUIET, UNOOPS, WARNING, Case, environment, run

HERE = pathlib.Path(__file__).resolve().parent
HOSTILE = HERE / "hostile"
sys.path.insert(0, str(HERE.parent / "hostile"))
import symbols  # noqa: E402
TRACE = ["strace", "-f", "-y", "-e", "trace=open,openat,openat2,connect,execve"]


def traces():
    """strace is there, and may be used."""
    try:
        return subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def oops(release=b"6.1.0-demo", module=b""):
    return b"""[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008
[    1.000001] Oops: 0000 [#1] SMP
[    1.000002] CPU: 1 PID: 812 Comm: postman Not tainted %s #1
[    1.000003] RIP: 0010:foo+0xe/0x40%s
[    1.000004] Code: 48 8b 47 10 48 83 47 08 01 90 90 90 90 90 <48> 8b 50 08 48 89 16 83 40 10 01 48 89 70 08 8b 07 c3
[    1.000006] RAX: 0000000000000000 RBX: 000000000000001d RCX: ffffa1c2c0b7bf20
[    1.000009] Call Trace:
[    1.000011]  bar+0x1d/0x40
[    1.000015] ---[ end trace 0000000000000000 ]---
""" % (release, module)


@unittest.skipUnless(traces(), "strace is not installed, or may not be used")
class ForeignFiles(Case):
    """Nothing outside the symbol roots is opened because a log or a symbol file names it."""

    def setUp(self):
        super().setUp()
        (self.tmp / "outside").mkdir()
        (self.tmp / "inside").mkdir()
        for name in ("vmlinux", "foo.ko", "link", "file"):
            shutil.copy(DEMO / "vmlinux", self.tmp / "outside" / name)

    def opened(self, log, *args, where=None):
        trace = self.tmp / "trace"
        subprocess.run([*TRACE, "-o", trace, UNOOPS, *map(str, args)], input=log, capture_output=True, check=False, cwd=where,
                       env=environment(ASAN_OPTIONS="detect_leaks=0"), timeout=120)
        # By O_PATH the sandbox names the roots to the kernel; nothing can be read of them.
        return [line for line in trace.read_text(errors="replace").splitlines() if "ENOENT" not in line and "O_PATH" not in line]

    def assertNotOpened(self, word, *args, **more):
        self.assertEqual([line for line in self.opened(*args, **more) if word in line], [])

    def hostile(self, name, written, wanted):
        """The file with another name in it, of the same length."""
        content = (HOSTILE / name).read_bytes()
        self.assertEqual(content.count(written), 1)
        path = self.tmp / "inside" / name
        path.write_bytes(content.replace(written, wanted.replace(b"@", b"/" * (len(written) - len(wanted) + 1))))
        return path

    def test_a_release_with_a_path_in_it(self):
        root = self.tmp / "root"
        (root / "usr/lib/debug/lib/modules").mkdir(parents=True)
        self.assertNotOpened("outside", oops(b"../../../../../../outside"), "--debug-root", root)

    def test_what_stands_in_the_working_directory(self):
        shutil.copy(DEMO / "vmlinux", self.tmp / ".debug")
        self.assertNotOpened("debug", oops(module=b" [foo 0123456789abcdef0123456789abcdef01234567]"), where=self.tmp)

    def test_debuglink_altlink_and_dwo(self):
        for name, written in (("l-debuglink.elf", b"../../../../../../tmp/trust-link"), ("l-altlink-rel.elf", b"../../../../../../../tmp/trust-alt"),
                              ("l-dwo-rel.elf", b"../../../../../../../tmp/trust-rel.dwo")):
            for wanted in (b"..@outside/link", str(self.tmp).encode() + b"@outside/link"):
                if len(wanted) > len(written):
                    continue
                file = self.hostile(name, written, wanted)
                self.assertNotOpened("outside", oops(), "-k", file)

    def test_links_that_leave_the_root(self):
        boot = self.tmp / "root/usr/lib/debug/boot"
        boot.mkdir(parents=True)
        (boot / "vmlinux-6.1.0-demo").symlink_to("../../../../../outside/vmlinux")
        self.assertNotOpened("outside", oops(), "--debug-root", self.tmp / "root")
        (self.tmp / "inside/foo.ko").symlink_to("../outside/foo.ko")
        self.assertNotOpened("outside", oops(module=b" [foo]"), "-m", self.tmp / "inside")

    def test_directories_that_a_symbol_file_names(self):
        """DW_AT_comp_dir with a name of a .dwo: absolute, and out of the place of the file."""
        outside = self.tmp / "outside"
        for place, name in ((str(outside), "file"), ("../outside", "file"), (str(outside / "x"), "../file"), ("/", str(outside / "file")[1:]),
                            ("/proc/self/root" + str(outside), "file")):
            table = symbols.abbrevs((1, 0x11, 0, [(0x11, 1), (0x12, 7), (0x10, 0x17), (0x2130, 8), (0x2131, 7), (0x1b, 8)]))
            unit = bytes([1]) + struct.pack("<QQI", symbols.TEXT, 192, 0) + name.encode() + bytes(1) + struct.pack("<Q", 7) + place.encode() + bytes(1)
            file = self.tmp / "inside/split.elf"
            file.write_bytes(symbols.dwarf(symbols.unit(unit), table))
            for roots in (["-k", file], ["-k", file, "--force"]):
                self.assertNotOpened("outside", oops(), *roots)
        # The same name below the roots is looked for: the file is read as it was meant.
        (self.tmp / "inside/file").write_bytes(b"no ELF")
        file.write_bytes(symbols.dwarf(symbols.unit(unit.replace(place.encode(), str(self.tmp / "inside").encode()).replace(name.encode() + b"\0", b"file\0", 1)), table))
        self.assertTrue(any("inside/file" in line for line in self.opened(oops(), "-k", file)))

    def test_names_of_source_lines(self):
        """In the line table: directory and name of the module's only source file."""
        written = b"\0courier\0courier/..\0courier.c\0courier.c\0"
        (self.tmp / "evil").mkdir()
        for path in ("evil/courier.c", "f.c"):
            (self.tmp / path).write_text("secret\n" * 99)
        tree = self.tmp / "inside"
        (tree / "courier").mkdir()
        (tree / "courier/courier.c").symlink_to("../../evil/courier.c")
        data = (DEMO / "courier.ko").read_bytes()
        self.assertEqual(data.count(written), 1)
        args = ["--force", "-k", DEMO / "vmlinux", "-m", tree, "--source", tree, "--context", "3"]
        for place, name in ((b"../evil", b"courier.c"), (b"courier", b"../../f.c"), (b"///etc/", b"///passwd"), (b"courier", b"courier.c")):
            (tree / "courier.ko").write_bytes(data.replace(written, b"\0%s\0courier/..\0%s\0%s\0" % (place, name, name)))
            told = self.opened(OOPS, *args)
            self.assertEqual([line for line in told if re.search(r"evil|/f\.c|passwd|courier/courier\.c", line)], [], (place, name))
        # The last one is found where it is a file of the tree: so all were looked for.
        (tree / "courier/courier.c").unlink()
        (tree / "courier/courier.c").write_text("line\n" * 99)
        self.assertTrue(any("courier/courier.c" in line for line in self.opened(OOPS, *args)))

    def test_modules_and_build_ids_with_paths_in_them(self):
        root = self.tmp / "root"
        for directory in ("usr/lib/debug/.build-id/..", "lib/modules/6.1.0-demo"):
            (root / directory).mkdir(parents=True, exist_ok=True)
        for module in (b" [../outside/foo]", b" [../../../../outside/foo]", b" [foo ../../../outside/link]", b" [foo /////outside/link]",
                       b" [foo 0123456789abcdef0123456789abcdef../../file]", b" [foo\0/../outside]"):
            self.assertNotOpened("outside", oops(module=module), "--debug-root", root, "-m", self.tmp / "inside")
        log = OOPS.replace(b"Linux version 6.1.0-demo", b"Linux version ../outside").replace(b"6.1.0-demo #1", b"../outside/link #1")
        self.assertNotOpened("outside", log, "--debug-root", root)

    def test_links_of_build_ids_and_directories_that_leave_the_root(self):
        root = self.tmp / "root"
        ids = root / "usr/lib/debug/.build-id/01"
        ids.mkdir(parents=True)
        (ids / "23456789abcdef0123456789abcdef01234567.debug").symlink_to(self.tmp / "outside/foo.ko")
        (root / "lib/modules").mkdir(parents=True)
        (root / "lib/modules/6.1.0-demo").symlink_to(self.tmp / "outside")
        (root / "usr/lib/debug/boot").symlink_to(self.tmp / "outside")
        for name in ("vmlinux-6.1.0-demo", "vmlinux"):
            shutil.copy(DEMO / "vmlinux", self.tmp / "outside" / name)
        module = b" [foo 0123456789abcdef0123456789abcdef01234567]"
        for more in ([], ["--no-sandbox"]):
            told = self.opened(oops(module=module), "--debug-root", root, *more)
            self.assertEqual([line for line in told if "outside" in line or "4567.debug" in line or "/foo.ko" in line or "vmlinux-6.1.0-demo" in line], [])
        os.rename(self.tmp / "outside/foo.ko", root / "foo.ko.debug")
        (ids / "23456789abcdef0123456789abcdef01234567.debug").unlink()
        (ids / "23456789abcdef0123456789abcdef01234567.debug").symlink_to(root / "foo.ko.debug")
        self.assertTrue(any("4567.debug" in line for line in self.opened(oops(module=module), "--debug-root", root)))

    def test_links_within_the_root_and_files_that_the_user_names_are_read(self):
        boot = self.tmp / "root/usr/lib/debug/boot"
        boot.mkdir(parents=True)
        shutil.copy(DEMO / "vmlinux", boot / "real")
        (boot / "vmlinux-6.1.0-demo").symlink_to("real")
        self.assertTrue(any("vmlinux-6.1.0-demo" in line for line in self.opened(OOPS, "--debug-root", self.tmp / "root")))
        (self.tmp / "named").symlink_to("outside/vmlinux")
        self.assertTrue(any("named" in line for line in self.opened(OOPS, "-k", self.tmp / "named")))

    def test_no_shell_text_of_a_log_is_advice(self):
        self.assertNotIn(b"$(", run("--debug-root", self.tmp, stdin=oops(b"6.1.0-$(reboot)-amd64")).stderr.replace(b"no vmlinux of 6.1.0-$(reboot)-amd64", b""))

    def test_a_title_opens_nothing_and_starts_nobody(self):
        lines = self.opened(oops(), "-f", "text")
        self.assertEqual(len([line for line in lines if "execve(" in line]), 1)
        self.assertEqual([line for line in lines if "connect(" in line], [])


class StandardError(Case):
    """It obeys the rules of standard output: nothing that a terminal obeys comes from a log, a file or its name."""

    def assertClean(self, told):
        text = told.decode("utf-8")  # it is UTF-8
        self.assertEqual([c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")], [], told)
        self.assertTrue(all(line.startswith("unoops: ") for line in text.splitlines()))

    def test_of_the_log(self):
        for release in ("6.1\x1b]0;x\x07", "6.1\u009b31m", "6.1\u202e", "6.1\x08\x08"):
            told = run("--explain-symbols", "--debug-root", self.tmp, stdin=oops(release.encode()))
            self.assertTrue(told.stderr)
            self.assertClean(told.stderr)
        self.assertClean(run("--explain-symbols", stdin=oops(b"6.1\x9b31m")).stderr)

    def test_of_names(self):
        for args in ([self.tmp / "a\x1b[31m\nb.log"], ["-k", self.tmp / "a\x1b[31m\u202e", self.file("o.log", OOPS)],
                     ["--kind", "\x1b[31m"], ["--x\x1b[31m"], ["-m", self.tmp / "\x1b]0;x\x07", self.file("p.log", OOPS)]):
            told = run(*args)
            self.assertTrue(told.stderr)
            self.assertClean(told.stderr)

    def test_closed_or_full_it_stops_nobody(self):
        log = self.file("o.log", OOPS)
        wanted = run("-f", "json", "-k", self.tmp / "none", log).stdout
        for errors in ("2>&-", "2>/dev/full"):
            for args in ("-f json -k none", "-f json -k none --explain-symbols", "-f json --explain-parse --no-symbols"):
                told = subprocess.run(["sh", "-c", f"exec {UNOOPS} {args} {log} {errors}"], capture_output=True, env=environment(), cwd=self.tmp)
                self.assertEqual(told.returncode, 0, (errors, args))
                self.assertEqual(told.stdout.splitlines()[0][:200], wanted.splitlines()[0][:200])

    def test_a_file_never_gets_the_number_of_standard_error(self):
        out = self.tmp / "out"
        subprocess.run(["sh", "-c", f"exec {UNOOPS} -f title -k none -o {out} - 2>&-"], input=OOPS, env=environment(), cwd=self.tmp, check=True)
        self.assertNotIn(b"unoops:", out.read_bytes())


class Writing(Case):
    def test_an_error_is_said(self):
        for args in ([], ["-f", "json"], ["-f", "annotate"], ["--help"], ["--version"]):
            with open("/dev/full", "wb") as full:
                told = subprocess.run([UNOOPS, "--no-symbols", *args], input=OOPS, stdout=full, stderr=subprocess.PIPE, env=environment())
            self.assertEqual((told.returncode, told.stderr.count(b"\n")), (2, 1), args)
            self.assertIn(b"standard output: cannot be written: No space left", told.stderr)

    def test_closed_standard_output(self):
        told = subprocess.run(["sh", "-c", f"exec {UNOOPS} --no-symbols >&-"], input=OOPS, stderr=subprocess.PIPE, env=environment())
        self.assertEqual((told.returncode, told.stderr.count(b"\n")), (2, 1))

    def test_a_slow_reader_that_does_not_block_gets_everything(self):
        log = self.file("many.log", b"".join(OOPS.replace(b"[   41.", b"[  %03d." % i) for i in range(100, 300)))
        wanted = run("--no-symbols", "-f", "json", log).stdout
        read, write = os.pipe()
        fcntl.fcntl(write, fcntl.F_SETFL, os.O_NONBLOCK)
        child = subprocess.Popen([UNOOPS, "--no-symbols", "-f", "json", log], stdout=write, stderr=subprocess.DEVNULL, env=environment())
        os.close(write)
        time.sleep(0.5)
        with os.fdopen(read, "rb") as end:
            self.assertEqual(end.read(), wanted)
        self.assertEqual(child.wait(30), 0)

    def test_an_output_that_is_an_input_is_refused(self):
        log = self.file("o.log", OOPS)
        os.link(log, self.tmp / "hard.log")
        (self.tmp / "soft.log").symlink_to(log)
        (self.tmp / "logs").mkdir()
        os.link(log, self.tmp / "logs/kern.log")
        for args in ([log], [self.tmp / "hard.log"], [self.tmp / "soft.log"], [self.tmp / "logs"], ["-k", log, self.file("q.log", QUIET)]):
            told = run("--no-symbols", "-o", log if args != [self.tmp / "logs"] else self.tmp / "logs/kern.log", *args)
            self.assertEqual((told.returncode, told.stdout, told.stderr.count(b"\n")), (2, b"", 1), args)
            self.assertEqual(log.read_bytes(), OOPS)
        for command in (f"{UNOOPS} -f annotate {log} >> {log}", f"{UNOOPS} -f annotate < {log} >> {log}", f"{UNOOPS} -o {log} < {log}"):
            told = subprocess.run(["sh", "-c", command], capture_output=True, env=environment(), timeout=60)
            self.assertEqual((told.returncode, told.stderr.count(b"\n")), (2, 1), command)
            self.assertEqual(log.read_bytes(), OOPS)

    def test_a_file_appears_whole_or_not_at_all(self):
        log = self.file("o.log", OOPS)
        place = self.tmp / "place"
        place.mkdir()
        target = place / "report"
        target.write_bytes(b"the last one")
        target.chmod(0o640)

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        told = subprocess.run([UNOOPS, "--no-symbols", "-o", target, log], capture_output=True, env=environment(), preexec_fn=limit)
        self.assertEqual((told.returncode, told.stderr.count(b"\n")), (2, 1))
        self.assertEqual(target.read_bytes(), b"the last one")
        self.assertEqual(os.listdir(place), ["report"])
        run("--no-symbols", "-o", target, log)
        self.assertEqual(target.read_bytes(), run("--no-symbols", log).stdout)
        self.assertEqual((target.stat().st_mode & 0o777, os.listdir(place)), (0o640, ["report"]))
        link = place / "link"
        link.symlink_to("report")
        run("--no-symbols", "-f", "title", "-o", link, log)
        self.assertTrue(link.is_symlink())
        self.assertEqual(target.read_bytes(), run("--no-symbols", "-f", "title", log).stdout)
        self.assertEqual(run("--no-symbols", "-o", "/dev/null", log).returncode, 0)

    def test_is_not_there_before_it_is_whole(self):
        target = self.tmp / "report"
        child = subprocess.Popen([UNOOPS, "--no-symbols", "-o", target], stdin=subprocess.PIPE, env=environment())
        child.stdin.write(OOPS)
        child.stdin.flush()
        time.sleep(0.3)
        self.assertFalse(target.exists())
        child.communicate()
        self.assertTrue(target.read_bytes())


class Words(Case):
    """What was typed wrong, and what the filters leave: one line that helps."""

    def said(self, *args, stdin=OOPS):
        told = run(*args, stdin=stdin)
        self.assertEqual(told.stderr.count(b"\n"), 1, told.stderr)
        return told.returncode, told.stderr.decode()

    def test_a_command_that_is_not_whole_is_no_file(self):
        for words, meant in ((("known",), b"unoops known add"), (("known", "ad"), b"unoops known add"), (("adr", "f+0x1"), b"unoops addr"),
                             (("help",), b"unoops --help"), (("decode_stacktrace", "vmlinux"), b"unoops decode-stacktrace")):
            got = run(*words)
            self.assertEqual((got.returncode, got.stdout), (2, b""))
            self.assertEqual(got.stderr, b"unoops: %s is no file here: %s is meant?\n" % (words[0].encode(), meant))
        for words in (("ad",), ("known.log",), (self.file("known", OOPS), "known"), ("oops",)):
            self.assertNotIn(b"meant", run("-q", "--no-symbols", *words).stderr)

    def test_the_nearest_right_word(self):
        for args, word in ((["--kind", "oom"], "oom-kill"), (["--kind", "null-pointer"], "null-pointer-dereference"), (["-f", "jsn"], "json"),
                           (["--folow"], "--follow"), (["--severity", "eror"], "error"), (["--vmlinx=x"], "--vmlinux"), (["-r", "../x"], "../x")):
            status, line = self.said(*args)
            self.assertEqual(status, 2)
            self.assertIn(word, line)

    def test_filters_that_leave_nothing(self):
        self.assertEqual(self.said("--no-symbols", "--kind", "oom-kill"), (1, "unoops: 1 report, none of kind oom-kill\n"))
        self.assertEqual(self.said("--no-symbols", "--severity", "error", stdin=WARNING), (1, "unoops: 1 report, none of severity error or above\n"))
        self.assertEqual(self.said("--no-symbols", "--boot", "7", stdin=OOPS)[1], "unoops: 1 report, none of boot 7\n")
        self.assertEqual(run("-q", "--kind", "oom-kill", stdin=OOPS).stderr, b"")

    def test_directories_and_servers_that_are_none(self):
        missing = str(self.tmp / "missing")
        for option in ("-m", "--debug-root", "--source"):
            status, line = self.said("-f", "title", option, missing)
            self.assertEqual(status, 0)
            self.assertIn(missing, line)
        self.assertIn("/vmlinux", self.said("-f", "json", "-k", self.tmp)[1])
        told = run("-f", "title", "--debuginfod", stdin=OOPS, env=environment(DEBUGINFOD_URLS="servers"))
        self.assertIn(b"servers is no address", told.stderr)

    def test_force_and_a_wrong_release_say_what_is_true(self):
        other = self.tmp / "vmlinux-other"
        shutil.copy(DEMO / "vmlinux", other)
        log = OOPS.replace(b"6.1.0-demo", b"6.1.0-other")
        self.assertIn("it is not used", self.said("-f", "json", "-k", other, stdin=log)[1])
        self.assertIn("is used all the same", self.said("-f", "json", "--force", "-k", other, stdin=log)[1])
        boot = self.tmp / "root/usr/lib/debug/boot"
        boot.mkdir(parents=True)
        shutil.copy(DEMO / "vmlinux", boot / "vmlinux-6.1.0-demo")
        line = self.said("-f", "json", "--debug-root", self.tmp / "root", "-r", "6.1.0-demo", stdin=log)[1]
        self.assertIn("vmlinux-6.1.0-demo", line)
        self.assertIn("does not fit the log", line)

    def test_a_module_of_another_build_is_named(self):
        modules = self.tmp / "modules"
        modules.mkdir()
        content = (DEMO / "courier.ko").read_bytes()
        self.assertIn(b"vermagic=6.1.0-demo ", content)
        (modules / "courier.ko").write_bytes(content.replace(b"vermagic=6.1.0-demo ", b"vermagic=6.1.0-dEmo "))
        kernel = shutil.copy(DEMO / "vmlinux", self.tmp / "vmlinux")
        line = self.said("-f", "json", "-k", kernel, "-m", modules)[1]
        self.assertRegex(line, r"courier.*6\.1\.0-dEmo")

    def test_what_is_packed_too_well_is_not_called_damaged(self):
        if not shutil.which("zstd"):
            self.skipTest("zstd is not installed")
        log = self.file("o.log", OOPS + bytes(300 << 20))
        packed = self.tmp / "o.zst"
        with open(log, "rb") as plain, open(packed, "wb") as out:
            subprocess.run(["zstd", "-q", "-1", "--long=31", "-c"], stdin=plain, stdout=out, check=True)
        status, line = self.said(packed)
        self.assertEqual(status, 2)
        self.assertIn("memory", line)
        self.assertNotIn("damaged", line)

    def test_containers_are_named(self):
        for head, word in ((b"LZIP\x01", "lzip"), (b"\x1f\x9d\x90", "compress"), (b"Rar!\x1a\x07\x01", "rar"), (b"hsqs", "squashfs"),
                           (b"!<arch>\ndebian-binary", "Debian")):
            status, line = self.said(self.file("it", head + b"\0Oops: 0000 [#1] SMP\n"))
            self.assertEqual(status, 2)
            self.assertIn(word, line)

    def test_rotated_logs_are_in_the_order_of_time(self):
        for i, name in enumerate(("messages-20261101", "messages-20261108", "messages", "kern.log.10", "kern.log.2", "kern.log.1", "kern.log")):
            self.file(name, WARNING.replace(b"[    7.", b"[   %d." % (20 + i)).replace(b"demo_warn", b"demo_%d" % i))
        titles = run("--no-symbols", "-f", "title", self.tmp).stdout.decode().split()
        self.assertEqual([t for t in titles if t.startswith("demo_")], ["demo_%d" % i for i in (3, 4, 5, 6, 0, 1, 2)])


if __name__ == "__main__":
    unittest.main()
