#!/usr/bin/env python3
"""What is kept while a log is read is bounded, whatever the log names: kernels, modules, symbols, reports of a boot, repetitions.

usage: caches.py UNOOPS DEMO     DEMO: the directory with vmlinux

Each log is read at two lengths, the second four times the first, at which the bounds are reached: the memory may not grow with it, and
what is printed only in proportion.
"""
import os
import subprocess
import sys
import tempfile

LENGTH, FACTOR = 1_300_000, 4
MOST_GROWTH_KB = 24 * 1024
MOST_KB = 192 * 1024
MOST_OUTPUT = 1.5 * FACTOR  # times that of the first

OOPS = """[%(t)5d.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008
[%(t)5d.000001] Oops: 0000 [#1] SMP
[%(t)5d.000002] CPU: 1 PID: 812 Comm: postman Not tainted %(release)s #1
[%(t)5d.000003] RIP: 0010:%(pc)s
[%(t)5d.000004] Call Trace:
[%(t)5d.000005]  %(frame)s
[%(t)5d.000006] ---[ end trace 0000000000000000 ]---
"""


def oops(i, release="6.1.0-demo", pc="foo+0xe/0x40", frame="bar+0x1d/0x40"):
    return OOPS % {"t": i % 90000, "release": release, "pc": pc, "frame": frame}


def cases(demo):
    """Name -> (the arguments, the i-th piece of the log, the most that a byte of it may be told in)."""
    symbols = ["-k", os.path.join(demo, "vmlinux"), "-f"]
    return {
        "reports of the last boot": (["--boot", "last", "--no-symbols", "-f", "json"], oops, 16),
        "kernels": ([*symbols, "json"], lambda i: oops(i, release="6.1.%d-demo" % i), 32),
        "symbols": ([*symbols, "json"], lambda i: oops(i, pc="foo%d+0xe/0x40" % i, frame="bar%d+0x1d/0x40" % i), 32),
        "modules": ([*symbols, "json"], lambda i: oops(i, pc="foo%d+0xe/0x40 [mod%d]" % (i, i), frame="bar%d+0x1d/0x40 [other%d]" % (i, i)), 32),
        "symbols to annotate": ([*symbols, "annotate"], lambda i: " foo%d+0x1/0x%x\n" % (i, i + 16), 2),
        "modules to annotate": ([*symbols, "annotate"], lambda i: " foo%d+0x1/0x%x [mod%d]\n" % (i, i + 16, i), 2),
        "repetitions": (["--no-symbols", "-f", "json"], lambda i: (
            "Nov 28 09:00:00 host kernel: [%d.0] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
            "Nov 28 09:00:00 host last message repeated 99999999 times\n" % i), 32),
    }


def measure(unoops, arguments, piece, length, folder):
    """(peak memory in KB, bytes printed, bytes read)"""
    log, out = os.path.join(folder, "log"), os.path.join(folder, "out")
    with open(log, "w", encoding="ascii") as file:
        written = i = 0
        while written < length:
            written += file.write(piece(i))
            i += 1
    with open(out, "wb") as output:
        child = subprocess.Popen([unoops, "-q", *arguments, log], stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit("exit %d" % os.waitstatus_to_exitcode(status))
    return usage.ru_maxrss, os.path.getsize(out), written


def main(unoops, demo):
    if subprocess.run(["grep", "-q", "__asan_init", unoops], check=False).returncode == 0:
        print("a sanitizer keeps what was freed: its memory says nothing about ours")
        return 77
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for name, (arguments, piece, most) in cases(demo).items():
            (short, little, _), (long, much, read) = (measure(unoops, arguments, piece, n, folder) for n in (LENGTH, FACTOR * LENGTH))
            fine = long - short < MOST_GROWTH_KB and long < MOST_KB and much < MOST_OUTPUT * little + 4096 and much < most * read
            print(f"{name}: {short // 1024} and {long // 1024} MB, {little:,} and {much:,} bytes of output{'' if fine else ': TOO MUCH'}", flush=True)
            good &= fine
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
