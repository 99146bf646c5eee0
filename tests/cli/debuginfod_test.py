"""debuginfod on loopback: the real server over the demo's files, and servers that fail in the ways that servers fail."""
import ctypes.util
import http.server
import json
import os
import pty
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest
import urllib.error
import urllib.request

from helper import DEMO, OOPS, UNOOPS, Case, environment, run

BUILD_ID = "b7dc2c1990a3eba214d90cbd2aadcd95552c042f"  # of testdata/demo/vmlinux
REASON = "debuginfod, build-id " + BUILD_ID + ": "


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Slow(http.server.BaseHTTPRequestHandler):
    """Serves the demo's vmlinux in four parts with pauses."""

    def do_GET(self):
        whole = (DEMO / "vmlinux").read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        for i in range(4):
            self.wfile.write(whole[i * len(whole) // 4:(i + 1) * len(whole) // 4])
            self.wfile.flush()
            time.sleep(0.3)

    def log_message(self, *_):
        pass


class Debuginfod(Case):
    """The client's own files have symbols but no DWARF."""

    def setUp(self):
        super().setUp()
        for name in ("vmlinux", "courier.ko"):
            subprocess.run(["objcopy", "--strip-debug", DEMO / name, self.tmp / name], check=True)
        self.log = self.file("oops.log", OOPS)
        self.cache = self.tmp / "cache"

    def environment(self, port, **more):
        return environment(DEBUGINFOD_URLS="http://127.0.0.1:%d" % port, DEBUGINFOD_CACHE_PATH=str(self.cache), **more)

    def decode(self, env, *options):
        return run("-f", "json", "--explain-symbols", "-k", self.tmp / "vmlinux", "-m", self.tmp, *options, self.log, env=env)

    def lines(self, ended):
        """Source lines of the frames: (those of the kernel, those of modules)."""
        frames = [f for line in ended.stdout.splitlines() for s in json.loads(line)["stacks"] for f in s["frames"] if f.get("source")]
        return sum("module" not in f for f in frames), sum("module" in f for f in frames)

    def serve(self, directory):
        """The real server over a directory; gives its port when it has read the files."""
        port = free_port()
        server = subprocess.Popen(["debuginfod", "-d", ":memory:", "-p", str(port), "-F", directory], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, env=environment())
        self.addCleanup(lambda: (server.kill(), server.wait()))
        for _ in range(150):
            try:
                with urllib.request.urlopen("http://127.0.0.1:%d/buildid/%s/debuginfo" % (port, BUILD_ID), timeout=5) as answer:
                    if answer.read(4) == b"\x7fELF":
                        return port, server
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        self.fail("debuginfod did not start")

    def test_found_then_cached(self):
        served = self.tmp / "served"
        served.mkdir()
        for name in ("vmlinux", "courier.ko"):
            shutil.copy(DEMO / name, served)
        self.assertEqual(self.lines(self.decode(environment())), (0, 0))
        port, server = self.serve(served)
        first = self.decode(self.environment(port))
        kernel, modules = self.lines(first)
        self.assertGreater(kernel, 0, first.stderr)
        self.assertGreater(modules, 0, first.stderr)
        self.assertIn(str(self.cache).encode(), first.stderr)
        server.kill()
        server.wait()
        self.assertEqual(self.lines(self.decode(self.environment(port))), (kernel, modules))

    def test_no_server_has_it(self):
        served = self.tmp / "served"
        served.mkdir()
        shutil.copy(DEMO / "vmlinux", served)
        port, _ = self.serve(served)
        ended = self.decode(self.environment(port))
        kernel, modules = self.lines(ended)
        self.assertGreater(kernel, 0)
        self.assertEqual(modules, 0)
        self.assertRegex(ended.stderr.decode(), "debuginfod, build-id e1d15b30[0-9a-f]*: no server has it")

    def test_no_server_answers(self):
        ended = self.decode(self.environment(free_port()))
        self.assertEqual((ended.returncode, self.lines(ended)), (0, (0, 0)))
        self.assertIn(REASON + "no server answers", ended.stderr.decode())

    def test_server_that_says_nothing_times_out(self):
        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen(8)
            begun = time.monotonic()
            ended = self.decode(self.environment(deaf.getsockname()[1], DEBUGINFOD_TIMEOUT="1"))
            self.assertLess(time.monotonic() - begun, 20)
        self.assertEqual((ended.returncode, self.lines(ended)), (0, (0, 0)))
        self.assertIn(REASON + "timed out", ended.stderr.decode())

    def test_flag_without_a_server_says_so(self):
        ended = self.decode(environment(), "--debuginfod")
        self.assertIn("DEBUGINFOD_URLS names no server", ended.stderr.decode())

    def test_progress_on_a_terminal_only(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        env = self.environment(server.server_address[1])
        master, slave = pty.openpty()
        command = [UNOOPS, "-f", "json", "-k", self.tmp / "vmlinux", "-m", self.tmp, self.log]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=slave, env=env, check=True, timeout=60)
        os.close(slave)
        shown = b""
        try:
            while part := os.read(master, 4096):
                shown += part
        except OSError:  # the other end is closed
            pass
        os.close(master)
        self.assertIn(b"unoops: debuginfod: vmlinux: 0.0 of 0.0 MB", shown)
        self.assertIn(b"\r\33[K", shown)
        shutil.rmtree(self.cache)
        quiet = subprocess.run(command, capture_output=True, env=env, check=True, timeout=60)
        self.assertNotIn(b"\33", quiet.stderr)


if __name__ == "__main__":
    if not shutil.which("debuginfod") or not ctypes.util.find_library("debuginfod") or not shutil.which("objcopy"):
        print("skipped: debuginfod, libdebuginfod1 or objcopy is not installed")
        sys.exit(77)
    unittest.main()
