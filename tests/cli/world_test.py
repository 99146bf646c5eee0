"""Faults of the world: a right report, or one line and exit 2, never a wrong answer."""
import gzip
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import threading
import time
import unittest

from helper import DEMO, OOPS, QUIET, SANITIZED, SYMBOLS, UNOOPS, Case, environment, run

TITLE = b"courier_submit"


def mounts():
    """Root may mount in a namespace of its own."""
    return shutil.which("unshare") and subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0


def world_may_read(path):
    """Every directory on the way, and the file itself, is open to others."""
    parts = [path]
    while parts[-1] != "/":
        parts.append(os.path.dirname(parts[-1]))
    return all(os.stat(part).st_mode & 0o001 for part in parts)


class Faults(Case):
    def assertRightOrSaid(self, told, wanted):
        if told.returncode == 0:
            self.assertEqual(told.stdout, wanted)
        else:
            self.assertSaid(told)

    def assertSaid(self, told):
        self.assertEqual((told.returncode, told.stdout, told.stderr.count(b"\n")), (2, b"", 1), told.stderr)

class Limits(Faults):
    """Descriptors, memory, time."""

    def limited(self, which, amount, *args, **more):
        return subprocess.run([UNOOPS, *map(str, args)], capture_output=True, timeout=120, env=more.pop("env", environment()),
                              preexec_fn=lambda: resource.setrlimit(which, (amount, amount)), **more)

    @unittest.skipIf(SANITIZED, "UBSan asks through a pipe whether memory can be read, and takes a no for a fault")
    def test_few_descriptors(self):
        log, wanted = self.file("o.log", OOPS), None
        for number in range(4, 12):
            wanted = run("-f", "title", log).stdout
            self.assertRightOrSaid(self.limited(resource.RLIMIT_NOFILE, number, "-f", "title", log), wanted)
        self.assertRightOrSaid(self.limited(resource.RLIMIT_NOFILE, 6, "-f", "title", self.tmp), wanted)

    @unittest.skipIf(SANITIZED, "the shadow memory alone is larger")
    def test_little_memory(self):
        log = self.file("o.log", QUIET * 100000 + OOPS)
        told = self.limited(resource.RLIMIT_AS, 256 << 20, "--no-symbols", "-f", "json", log)
        self.assertEqual((told.returncode, told.stdout), (0, run("--no-symbols", "-f", "json", log).stdout))
        for megabytes in (16, 32, 64, 128):
            told = self.limited(resource.RLIMIT_AS, megabytes << 20, "--no-symbols", "-f", "json", log)
            if told.returncode == 127:  # the loader had no room
                continue
            wanted = run("--no-symbols", "-f", "json", log).stdout
            if b"the faulting code is not told: libcapstone" in told.stdout:  # nor for that library: the rest is right
                report, whole = json.loads(told.stdout), json.loads(wanted)
                self.assertEqual([report[name] for name in ("title", "stacks", "registers")], [whole[name] for name in ("title", "stacks", "registers")])
            else:
                self.assertRightOrSaid(told, wanted)

    @unittest.skipIf(SANITIZED, "the shadow memory alone is larger")
    def test_more_threads_than_memory_has_room_for(self):
        (self.tmp / "logs").mkdir()
        for i in range(40):
            (self.tmp / "logs" / f"{i}.log").write_bytes(OOPS.replace(b"[   41.", b"[%5d." % (100 + i)))
        wanted = run("--no-symbols", "-f", "title", "-v", "-j", "1", self.tmp / "logs").stdout
        told = self.limited(resource.RLIMIT_AS, 256 << 20, "--no-symbols", "-f", "title", "-v", "-j", "32", self.tmp / "logs")
        self.assertEqual((told.returncode, told.stdout, told.stderr), (0, wanted, b""))

    @unittest.skipIf(SANITIZED, "the shadow memory alone is larger")
    def test_little_memory_with_symbols_and_packed(self):
        log = self.file("o.log.gz", gzip.compress(QUIET * 100000 + OOPS))
        for args in ([*SYMBOLS, "-f", "title"], ["--no-symbols", "-f", "annotate"], ["--no-symbols", "-f", "html"]):
            told = self.limited(resource.RLIMIT_AS, 256 << 20, *args, log)
            self.assertEqual((told.returncode, told.stdout), (0, run(*args, log).stdout), (args, told.stderr))

    @unittest.skipIf(SANITIZED, "the sanitizer has a thread of its own")
    def test_no_threads(self):
        (self.tmp / "logs").mkdir()
        for i in range(4):
            (self.tmp / "logs" / ("kern.log.%d" % i)).write_bytes(OOPS.replace(b"[   41.", b"[   %d." % (41 + i)))
        wanted = run("--no-symbols", "-f", "title", self.tmp / "logs").stdout
        if os.geteuid() == 0 and not world_may_read(UNOOPS):
            self.skipTest("root starts as many as it likes, and another user cannot run the program")
        os.chmod(self.tmp, 0o755)
        told = subprocess.run([UNOOPS, "--no-symbols", "-f", "title", "-j", "4", self.tmp / "logs"], capture_output=True, env=environment(),
                              user="nobody" if os.geteuid() == 0 else None, timeout=60, check=False,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NPROC, (1, 1)))
        self.assertRightOrSaid(told, wanted)


class Files(Faults):
    """What stands where a log should be, or a symbol file."""

    def test_pipes_devices_and_loops_in_a_directory(self):
        os.mkfifo(self.tmp / "messages")
        (self.tmp / "kern.log").symlink_to("kern.log")
        (self.tmp / "loop").symlink_to(".")
        os.mkfifo(self.tmp / "dump.202611280930")
        self.file("syslog", OOPS)
        self.assertEqual(run("--no-symbols", "-f", "title", self.tmp).stdout, run("--no-symbols", "-f", "title", stdin=OOPS).stdout)

    def test_all_logs_of_a_large_directory_are_read(self):
        many = self.tmp / "many"
        many.mkdir()
        for i in range(5000):
            (many / f"a{i:04}.log").write_bytes(b"")
        (many / "a4999.log").write_bytes(OOPS)  # the last by name
        for jobs in ("1", "2"):
            told = run("--no-symbols", "-f", "title", "-j", jobs, many)
            self.assertEqual((told.returncode, told.stdout.count(b"\n"), told.stderr), (0, 1, b""))

    def test_logs_below_many_directories_are_not_read_and_that_is_said(self):
        deep = self.tmp / "deep"
        below = deep.joinpath(*["s"] * 9)
        below.mkdir(parents=True)
        for place in (deep, below):
            (place / "a.log").write_bytes(OOPS)
        told = run("--no-symbols", "-f", "title", deep)
        self.assertEqual((told.returncode, told.stdout.count(b"\n"), told.stderr.count(b"\n")), (0, 1, 1))
        self.assertIn(os.fsencode(below), told.stderr)

    def test_directories_that_may_not_be_read(self):
        if os.geteuid() == 0 and not world_may_read(UNOOPS):
            self.skipTest("root may read all, and another user cannot run the program")
        os.chmod(self.tmp, 0o755)
        logs = self.tmp / "logs"
        for name in ("one", "two"):
            (logs / name).mkdir(parents=True)
            os.chmod(logs / name, 0)
            self.addCleanup(os.chmod, logs / name, 0o700)

        def told(path):
            return subprocess.run([UNOOPS, "--no-symbols", "-f", "title", path], capture_output=True, env=environment(), timeout=60,
                                  user="nobody" if os.geteuid() == 0 else None, check=False)
        for path, more in ((logs / "one", b""), (logs, b" (and 1 more directories)")):
            got = told(path)
            words = b"unoops: %s: cannot read the directory: Permission denied%s\n" % (os.fsencode(logs / "one"), more)
            self.assertEqual((got.returncode, got.stdout, got.stderr), (2, b"", words))
        (logs / "a.log").write_bytes(OOPS)
        got = told(logs)
        self.assertEqual((got.returncode, got.stdout.count(b"\n"), got.stderr), (2, 1, words))

    def test_a_file_that_shrinks(self):
        log = self.file("o.log", QUIET * 200000 + OOPS)
        with subprocess.Popen([UNOOPS, "--no-symbols", log], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as child:
            os.truncate(log, 1000)
            _, told = child.communicate(timeout=60)
        self.assertIn((child.returncode, told.count(b"\n")), ((0, 0), (1, 1), (2, 1)))

    def test_devices_and_missing_files(self):
        for path in (self.tmp / "missing", self.tmp / "missing/below", self.file("plain", b"") / "below"):
            self.assertSaid(run("--no-symbols", path))
        (self.tmp / "loop").symlink_to("loop")
        self.assertSaid(run("--no-symbols", self.tmp / "loop"))
        self.assertEqual(run("--no-symbols", "/dev/null").returncode, 1)
        self.assertEqual(run("--no-symbols", self.tmp / "plain").returncode, 1)

    def test_symbol_files_that_are_none(self):
        """A warning; the report is there."""
        os.mkfifo(self.tmp / "pipe")
        (self.tmp / "loop").symlink_to("loop")
        wanted = json.loads(run("--no-symbols", "-f", "json", stdin=OOPS).stdout)["title"]
        for path in ("/dev/zero", "/dev/null", self.tmp / "pipe", self.tmp / "loop", self.tmp, self.tmp / "missing", self.file("empty", b"")):
            for option in ("-k", "--system-map")[:1 if path == self.tmp / "pipe" else 2]:  # whose writer would be waited for
                told = run("-f", "json", option, path, stdin=OOPS)
                self.assertEqual((told.returncode, json.loads(told.stdout)["title"]), (0, wanted), (option, path, told.stderr))
        modules = self.tmp / "modules"
        modules.mkdir()
        os.mkfifo(modules / "courier.ko")
        (modules / "courier.ko.debug").symlink_to("courier.ko.debug")
        (modules / "again").symlink_to(".")
        told = run("-f", "json", "-k", DEMO / "vmlinux", "-m", modules, stdin=OOPS)
        self.assertEqual((told.returncode, json.loads(told.stdout)["title"]), (0, wanted))

    def test_files_that_may_not_be_read(self):
        os.chmod(self.tmp, 0o755)
        secret = self.file("secret.log", OOPS)
        secret.chmod(0)
        (self.tmp / "closed").mkdir(mode=0)
        (self.tmp / "logs").mkdir()
        shutil.copy(secret, self.tmp / "logs/kern.log") if os.geteuid() == 0 else (self.tmp / "logs/kern.log").write_bytes(OOPS)
        (self.tmp / "logs/kern.log").chmod(0o644)
        (self.tmp / "logs/syslog").write_bytes(OOPS.replace(b"[   41.", b"[   77."))
        (self.tmp / "logs/syslog").chmod(0)
        if os.geteuid() == 0 and not world_may_read(UNOOPS):
            self.skipTest("root reads everything, and another user cannot run the program")
        user = "nobody" if os.geteuid() == 0 else None

        def told(*args):
            return subprocess.run([UNOOPS, *map(str, args)], capture_output=True, env=environment(), user=user, cwd="/", timeout=60, check=False)

        self.assertSaid(told("--no-symbols", secret))
        self.assertEqual(told("--no-symbols", self.tmp / "closed").returncode, 2)
        directory = told("--no-symbols", "-f", "title", self.tmp / "logs")
        self.assertEqual((directory.returncode, directory.stdout.count(TITLE)), (2, 1), directory.stderr)
        self.assertIn(b"syslog", directory.stderr)
        self.assertIn(b"secret.log", told("-f", "json", "-k", secret, self.tmp / "logs/kern.log").stderr)

    def test_a_directory_with_links_in_a_circle_for_symbols_and_source(self):
        (self.tmp / "a").symlink_to("b")
        (self.tmp / "b").symlink_to("a")
        for option in ("-m", "--debug-root", "--source"):
            self.assertEqual(run("--no-symbols", option, self.tmp / "a", stdin=OOPS).returncode, 0)
            self.assertEqual(run("-f", "title", option, self.tmp, stdin=OOPS).returncode, 0)


class Disk(Faults):
    """Full, or read-only."""

    def test_full_device(self):
        for form in ("text", "json", "annotate", "title", "summary", "html"):
            with open("/dev/full", "wb") as full:
                told = subprocess.run([UNOOPS, "--no-symbols", "-f", form], input=OOPS, stdout=full, stderr=subprocess.PIPE, env=environment())
            self.assertEqual((told.returncode, told.stderr.count(b"\n")), (2, 1), form)
            self.assertIn(b"No space left", told.stderr)
        self.assertSaid(run("--no-symbols", "-o", "/dev/full", stdin=OOPS))

    def in_mount(self, options, script):
        """Runs a shell script with a small file system of its own at $D."""
        place = self.tmp / "mount"
        place.mkdir(exist_ok=True)
        return subprocess.run(["unshare", "-m", "sh", "-c", f"mount -t tmpfs -o {options} none {place} && D={place} && {script}"],
                              capture_output=True, input=OOPS, env=environment(), timeout=60, check=False)

    @unittest.skipUnless(os.geteuid() == 0 and mounts(), "only root mounts")
    def test_full_disk(self):
        log = self.file("many.log", b"".join(OOPS.replace(b"[   41.", b"[  %03d." % i) for i in range(100, 400)))
        told = self.in_mount("size=64k", f"echo before > $D/report; {UNOOPS} --no-symbols -f json -o $D/report {log}; echo $?; cat $D/report; ls -A $D")
        self.assertEqual(told.stdout, b"2\nbefore\nreport\n", told.stderr)
        self.assertEqual((told.stderr.count(b"\n"), b"No space left" in told.stderr), (1, True))

    @unittest.skipUnless(os.geteuid() == 0 and mounts(), "only root mounts")
    def test_no_room_to_unpack_a_dump(self):
        dump = self.file("dump.gz", gzip.compress((DEMO.parent / "null-pointer-dereference/kdump-null-read.kdump").read_bytes()))
        told = self.in_mount("size=16k", f"mount -t tmpfs -o size=16k none /var/tmp; TMPDIR=$D {UNOOPS} --no-symbols -f title {dump}; echo $?; ls -A $D /var/tmp")
        self.assertEqual(told.stdout.split()[0], b"2", told.stderr)
        self.assertEqual(told.stderr.count(b"\n"), 1, told.stderr)
        self.assertNotIn(b"unoops-", told.stdout)

    @unittest.skipUnless(os.geteuid() == 0 and mounts(), "only root mounts")
    def test_read_only_file_system(self):
        told = self.in_mount("size=1m", f"cat > $D/o.log; mount -o remount,ro $D; {UNOOPS} --no-symbols -f title $D/o.log; echo $?; "
                             f"{UNOOPS} --no-symbols -f title -o $D/report $D/o.log; echo $?")
        lines = told.stdout.splitlines()
        self.assertIn(TITLE, lines[0])
        self.assertEqual((lines[1:], told.stderr.count(b"\n")), ([b"0", b"2"], 1), told.stderr)
        self.assertIn(b"Read-only file system", told.stderr)

    @unittest.skipUnless(os.geteuid() == 0 and mounts(), "only root mounts")
    def test_without_the_libraries_that_are_opened_late(self):
        log = self.file("large.log", QUIET * 100000 + OOPS)
        loader = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, check=True).stdout.decode()
        libraries = re.findall(r"=> (/\S*/lib(?:capstone|hs)\.so\.\d+)$", loader, re.M)
        if not libraries:
            self.skipTest("the libraries are not where the loader looks")
        hide = "; ".join(f"mount --bind /dev/null {path}" for path in libraries)
        told = self.in_mount("size=16k", f"{hide}; {UNOOPS} --no-symbols -f json {log}")
        report, whole = json.loads(told.stdout), json.loads(run("--no-symbols", "-f", "json", log).stdout)
        self.assertEqual((told.returncode, told.stderr, report["title"], report["line_first"]), (0, b"", whole["title"], whole["line_first"]))
        self.assertIn("the faulting code is not told: ", report["warnings"][-1])
        self.assertEqual((report["fault"]["address_class"], report["stacks"] == whole["stacks"]), (whole["fault"]["address_class"], True))

    def test_a_directory_that_is_not_there_or_not_ours(self):
        self.assertSaid(run("--no-symbols", "-o", self.tmp / "none/report", stdin=OOPS))
        self.assertSaid(run("--no-symbols", "-o", self.tmp, stdin=OOPS))
        self.assertSaid(run("--no-symbols", "-o", "/proc/report", stdin=OOPS))


class Pipes(Faults):
    """Slow, silent, closed."""

    def test_a_pipe_that_says_nothing(self):
        for text in (b"", b"\x1f", b"\x28\xb5", OOPS[:100]):
            child = subprocess.Popen([UNOOPS, "-q"], stdin=subprocess.PIPE, env=environment())
            child.stdin.write(text)
            child.stdin.flush()
            time.sleep(0.2)
            self.assertIsNone(child.poll())
            child.stdin.close()
            self.assertIn(child.wait(30), (0, 1, 2))

    def test_nobody_reads(self):
        log = self.file("many.log", b"".join(OOPS.replace(b"[   41.", b"[  %03d." % i) for i in range(100, 500)))
        for form in ("text", "json", "annotate", "title", "summary", "html"):
            read, write = os.pipe()
            child = subprocess.Popen([UNOOPS, "--no-symbols", "-f", form, log], stdout=write, stderr=subprocess.PIPE, env=environment(),
                                     restore_signals=False)  # SIGPIPE is ignored, as in many services
            os.close(write)
            os.close(read)
            _, said = child.communicate(timeout=60)
            self.assertIn((child.returncode, said.count(b"\n")), ((2, 1), (2, 0)), (form, said))

    def test_a_slow_writer(self):
        """A byte at a time, and with pauses within lines."""
        wanted = run("--no-symbols", "-f", "json", stdin=OOPS).stdout
        for pieces in ([OOPS[i:i + 1] for i in range(len(OOPS))], [OOPS[i:i + 997] for i in range(0, len(OOPS), 997)]):
            child = subprocess.Popen([UNOOPS, "--no-symbols", "-f", "json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), bufsize=0)
            reader = threading.Thread(target=lambda: setattr(self, "got", child.stdout.read()))
            reader.start()
            for piece in pieces:
                child.stdin.write(piece)
                if len(piece) > 1:
                    time.sleep(0.05)
            child.stdin.close()
            reader.join(60)
            child.stdout.close()
            self.assertEqual((child.wait(60), self.got), (0, wanted))

    def test_a_socket_is_an_input(self):
        ours, theirs = socket.socketpair()
        child = subprocess.Popen([UNOOPS, "--no-symbols", "-f", "title"], stdin=theirs, stdout=subprocess.PIPE, env=environment())
        theirs.close()
        ours.sendall(OOPS)
        ours.close()
        self.assertIn(TITLE, child.communicate(timeout=60)[0])

    def test_standard_input_that_is_closed_or_a_directory(self):
        for redirection in ("<&-", "< /", "< /dev/null"):
            told = subprocess.run(["sh", "-c", f"exec {UNOOPS} --no-symbols {redirection}"], capture_output=True, env=environment(), timeout=60, check=False)
            self.assertEqual((told.returncode, told.stdout, told.stderr.count(b"\n")), (1 if "null" in redirection else 2, b"", 1), redirection)


class Places(Faults):
    """Locale, time zone, home, working directory."""

    def test_journal_times_are_times_in_every_format(self):
        entries = b"".join(b'{"MESSAGE":%s,"_TRANSPORT":"kernel","__REALTIME_TIMESTAMP":"%d","__MONOTONIC_TIMESTAMP":"%d"}\n'
                           % (json.dumps(line.split("] ", 1)[1]).encode(), 1795900000000000 + i, 41000000 + i)
                           for i, line in enumerate(OOPS.decode().splitlines()))
        for form in ("text", "json", "summary", "html"):
            told = run("--no-symbols", "-f", form, stdin=entries, env=environment(TZ="Asia/Kathmandu")).stdout
            self.assertNotIn(b"17959000", told, form)
            if form != "summary":
                self.assertIn(b"2026-11-28T21:06:40.0000", told, form)

    def test_locale_time_zone_and_home(self):
        wanted = run("-f", "json", *SYMBOLS, stdin=OOPS).stdout
        for more in ({"LC_ALL": "C"}, {"LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Kathmandu"}, {"LC_ALL": "tr_TR.UTF-8", "TZ": ":/no/where"}, {"TERM": ""}):
            self.assertEqual(run("-f", "json", *SYMBOLS, stdin=OOPS, env=environment(**more)).stdout, wanted)
        bare = subprocess.run([UNOOPS, "-f", "json", *SYMBOLS], input=OOPS, capture_output=True, env={}, check=True)
        self.assertEqual(bare.stdout, wanted)

    def test_odd_time_zones_and_locales(self):
        syslog = b"".join(b"Nov 28 21:06:%02d host kernel: " % (i % 60) + line + b"\n" for i, line in enumerate(OOPS.splitlines()))
        wanted = {form: run("--no-symbols", "-f", form, stdin=syslog).stdout for form in ("text", "json", "html")}
        for more in ({"TZ": "garbage"}, {"TZ": ":/nonexistent"}, {"TZ": ""}, {"TZ": ":" + "x" * 5000}, {"TZ": "<+99>-99"}, {"LC_ALL": "xx_XX"},
                     {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR"}, {"LC_ALL": "", "LANG": ""}, {"LC_NUMERIC": "de_DE.UTF-8", "LC_ALL": ""},
                     {"LC_ALL": "ja_JP.SJIS"}, {"HOME": "/nonexistent"}, {"HOME": ""}, {"TMPDIR": "/nonexistent"}, {"COLUMNS": "-1"}, {"TERM": "x" * 999}):
            for form, text in wanted.items():
                told = run("--no-symbols", "-f", form, stdin=syslog, env=environment(**more))
                self.assertEqual((told.returncode, told.stdout, told.stderr), (0, text, b""), (more, form))

    def test_no_home_with_debuginfod(self):
        clean = {k: v for k, v in environment(DEBUGINFOD_URLS="http://127.0.0.1:9").items() if k not in ("HOME", "XDG_CACHE_HOME")}
        told = run("--debuginfod", "-f", "title", stdin=OOPS, env={**clean, "DEBUGINFOD_CACHE_PATH": str(self.tmp / "cache")})
        self.assertEqual((told.returncode, TITLE in told.stdout), (0, True))

    def test_a_working_directory_that_is_gone(self):
        gone = self.tmp / "gone"
        gone.mkdir()
        told = subprocess.run(["sh", "-c", f"cd {gone} && rmdir {gone} && exec {UNOOPS} -f title -k {DEMO}/vmlinux -m {DEMO}"], input=OOPS,
                              capture_output=True, env=environment(), timeout=60, check=False)
        self.assertEqual((told.returncode, TITLE in told.stdout), (0, True), told.stderr)


if __name__ == "__main__":
    unittest.main()
