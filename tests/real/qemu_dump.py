#!/usr/bin/env python3
"""A memory dump made here: a kernel is crashed in QEMU, dumped in each container that QEMU writes, and read back.

usage: qemu_dump.py UNOOPS [KEEP]      KEEP: a directory that the dumps are left in

Needs qemu-system-x86_64, a static busybox, and of one Debian kernel the image and its debug vmlinux; UNOOPS_GUEST=DIR names a directory
with unpacked packages (boot/vmlinuz-..., bin/busybox) where they are not installed. 77: one of them is missing. Emulation takes 10 to
60 s. The guest has no vmcoreinfo driver, so VMCOREINFO is found by its text.
"""
import gzip
import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dump_check  # noqa: E402
import stacks  # noqa: E402

CONTAINERS = {"elf": {}, "zlib": {"format": "kdump-zlib"}, "lzo": {"format": "kdump-lzo"}, "snappy": {"format": "kdump-snappy"}}
INIT = "#!/bin/busybox sh\n/bin/busybox mount -t proc proc /proc\n/bin/busybox sleep 1\necho c > /proc/sysrq-trigger\n"
PATIENCE = 240  # seconds, until the guest has crashed


def is_static(program):
    """An ELF file of 64 bits whose program headers ask for no interpreter (PT_INTERP)."""
    at, size, count = *struct.unpack_from("<Q", program, 32), *struct.unpack_from("<HH", program, 54)
    return all(struct.unpack_from("<I", program, at + i * size)[0] != 3 for i in range(count))


def guest():
    """(image, busybox) of a kernel whose vmlinux is there."""
    roots = [pathlib.Path(os.environ[name]) for name in ("UNOOPS_GUEST",) if name in os.environ] + [pathlib.Path("/")]
    releases = [p.name.removeprefix("vmlinux-") for p in stacks.TEXT.glob("vmlinux-*-amd64")] if stacks.TEXT.is_dir() else []
    images = [p for root in roots for release in releases if (p := root / f"boot/vmlinuz-{release}").exists()]
    if not images:
        dump_check.skip("no image of a kernel whose debug vmlinux is installed")
    shells = [p for root in roots for name in ("bin/busybox", "usr/bin/busybox") if (p := root / name).exists()]
    static = [p for p in shells if is_static(p.read_bytes())]
    if not static:
        dump_check.skip("no static busybox")
    if not shutil.which("qemu-system-x86_64"):
        dump_check.skip("no qemu-system-x86_64")
    return images[-1], static[0]


def archive(files):
    """An initramfs (cpio, newc) of {path: (mode, bytes)}."""
    out = b""
    for number, (name, (mode, data)) in enumerate([*files.items(), ("TRAILER!!!", (0, b""))], 1):
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
        out += head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)
    return gzip.compress(out, 1)


class Monitor:
    """QEMU's own protocol, a JSON object a line."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.file = self.socket.makefile("rw")
        self.file.readline()
        self("qmp_capabilities")

    def __call__(self, command, **arguments):
        self.file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.file.flush()
        for line in self.file:
            answer = json.loads(line)
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']}")
            if "return" in answer:
                return


def crash(image, busybox, where):
    """Leaves crash.log and a dump in each container in the directory."""
    initrd, log, monitor = where / "initrd", where / "crash.log", where / "monitor"
    initrd.write_bytes(archive({"bin": (0o40755, b""), "proc": (0o40755, b""), "bin/busybox": (0o100755, busybox.read_bytes()),
                                "init": (0o100755, INIT.encode())}))
    command = ["qemu-system-x86_64", "-M", "pc", "-accel", "tcg,thread=multi", "-cpu", "qemu64", "-smp", "2", "-m", "192M", "-kernel", str(image),
               "-initrd", str(initrd), "-serial", f"file:{log}", "-display", "none", "-no-reboot", "-nodefaults",
               "-qmp", f"unix:{monitor},server=on,wait=off", "-append", "console=ttyS0,115200 no_timer_check"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as qemu:
        try:
            for _ in range(PATIENCE * 2):
                time.sleep(0.5)
                if qemu.poll() is not None or (log.exists() and b"end Kernel panic" in log.read_bytes()):
                    break
            if qemu.poll() is not None or b"end Kernel panic" not in log.read_bytes():
                dump_check.skip("the guest did not crash in time")
            send = Monitor(monitor)
            for name, arguments in CONTAINERS.items():
                try:
                    send("dump-guest-memory", paging=False, protocol=f"file:{where / ('crash.' + name)}", **arguments)
                except RuntimeError as error:  # built without lzo or snappy
                    print(f"not written: {error}")
            send("quit")
            qemu.wait(30)
        finally:
            qemu.kill()


def plain(lines):
    """The lines of a log without time, caller and level."""
    return {re.sub(rb"^(?:<\d+>)?\[ *[\d.]+\](?:\[ *[TC]\d+\])? ?", b"", line.rstrip()) for line in lines if b"[" in line[:8]}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    unoops = sys.argv[1]
    image, busybox = guest()
    with tempfile.TemporaryDirectory() as directory:
        where = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else directory)
        crash(image, busybox, where)
        log = where / "crash.log"
        dumps = [where / f"crash.{name}" for name in CONTAINERS if (where / f"crash.{name}").exists()]
        good = bool(dumps)
        texts = set()
        for dump in dumps:
            text = subprocess.run([unoops, "--log", dump], capture_output=True, check=True).stdout
            texts.add(text)
            lost = plain(log.read_bytes().splitlines()) - plain(text.splitlines())
            good &= stacks.check(unoops, dump, log, []) is True
            if lost:
                print(f"{dump.name}: {len(lost)} lines of the console are not in its log, as {sorted(lost)[0]!r}")
                good = False
        if len(texts) != 1:
            print("the containers' logs differ")
        sys.exit(0 if good and len(texts) == 1 else 1)


if __name__ == "__main__":
    main()
