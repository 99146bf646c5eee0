"""What the command line's tests share: running the program, and logs to feed it."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

UNOOPS = os.path.abspath(os.environ["UNOOPS"])
DEMO = pathlib.Path(os.environ["TESTDATA"]).resolve() / "demo"
OOPS = (DEMO / "oops.log").read_bytes()
SYMBOLS = ["-k", str(DEMO / "vmlinux"), "-m", str(DEMO)]
QUIET = b"[    1.000000] usb 1-1: new high-speed USB device number 2 using xhci_hcd\n"
# Another crash of the same machine, in its next boot: a copy of the same one would be told once.
LATER = OOPS.replace(b"[   41.", b"[   77.").replace(b"PID: 812 Comm: postman", b"PID: 900 Comm: carrier")
WARNING = b"""[    7.000000] ------------[ cut here ]------------
[    7.000001] WARNING: CPU: 0 PID: 12 at drivers/demo/demo.c:13 demo_warn+0x7/0x20 [demo]
[    7.000002] Modules linked in: demo(O)
[    7.000003] CPU: 0 PID: 12 Comm: sh Tainted: G           O       6.1.0-demo #1
[    7.000004] RIP: 0010:demo_warn+0x7/0x20 [demo]
[    7.000005] Call Trace:
[    7.000006]  <TASK>
[    7.000007]  vfs_write+0x1d/0x40
[    7.000008]  </TASK>
[    7.000009] ---[ end trace 0000000000000000 ]---
"""

# Its shadow memory counts as ours. (Not read here: a child's peak counts what its parent held.)
SANITIZED = subprocess.run(["grep", "-q", "__asan_init", UNOOPS], check=False).returncode == 0


def environment(**more):
    unset = ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DEBUGINFOD") and k not in unset}
    return {**clean, "LC_ALL": "C.UTF-8", "UNOOPS_PAGER": "", **more}


def run(*args, stdin=b"", env=None):
    return subprocess.run([UNOOPS, *map(str, args)], input=stdin, capture_output=True, env=env or environment(), timeout=120)


def start(*args):
    return subprocess.Popen([UNOOPS, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment())


def reports(*args, stdin=b""):
    return [json.loads(line) for line in run("-f", "json", "--no-symbols", *args, stdin=stdin).stdout.splitlines()]


class Case(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tmp = pathlib.Path(directory.name)

    def file(self, name, content):
        path = self.tmp / name
        path.write_bytes(content)
        return path
