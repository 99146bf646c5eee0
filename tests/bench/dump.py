#!/usr/bin/env python3
"""How fast a memory dump is read: unoops against makedumpfile (the log), crash and drgn (the whole report), in one run.

usage: dump.py UNOOPS VMLINUX DUMP [--runs N]

The page cache is warm, the programs take turns, the least CPU time (user and system) of each counts. A program that is not installed, or
does not read the dump, is left out and named. Exits with 1 where a wanted ratio is missed: the log in twice makedumpfile's time, the whole
report in a twentieth of crash's.
"""
import argparse
import importlib.util
import os
import resource
import shutil
import subprocess
import sys
import tempfile

DRGN = """
import drgn, sys
prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]], main=False)
print(prog.crashed_thread().stack_trace())
"""


def cpu(command, **options):
    """(seconds, did it end well and print something)"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, out.returncode == 0 and bool(out.stdout)


def jobs(args, scratch):
    """{name: (command, options)}"""
    unoops, vmlinux, dump = args.unoops, args.vmlinux, args.dump
    out = {"unoops --log": ([unoops, "--log", dump], {}), "unoops": ([unoops, "-k", vmlinux, dump], {}),
           "unoops -v": ([unoops, "-v", "-k", vmlinux, dump], {})}
    if shutil.which("makedumpfile"):
        dmesg = os.path.join(scratch, "dmesg")
        shell = f'makedumpfile -f --dump-dmesg "$0" "{dmesg}" >&2 && wc -c < "{dmesg}"'
        out["makedumpfile --dump-dmesg"] = (["sh", "-c", shell, dump], {})
    if shutil.which("crash"):
        out["crash -s: bt, log"] = (["crash", "-s", vmlinux, dump], {"input": b"bt\nlog\nexit\n"})
    if importlib.util.find_spec("drgn"):
        out["drgn: crashed thread"] = ([sys.executable, "-c", DRGN, dump, vmlinux], {})
    return out


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("unoops")
    parser.add_argument("vmlinux")
    parser.add_argument("dump")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    best, unread = {}, set()
    with tempfile.TemporaryDirectory() as scratch:
        todo = jobs(args, scratch)
        for _ in range(args.runs):
            for name, (command, options) in todo.items():
                seconds, read = cpu(command, **options)
                best[name] = min(best.get(name, seconds), seconds)
                if not read:
                    unread.add(name)
    for name in todo:
        print(f"{name:28} " + ("does not read this dump" if name in unread else f"{best[name] * 1000:9.1f} ms"))
    if any(name in unread for name in ("unoops", "unoops --log")):
        sys.exit("unoops does not read this dump")
    missed = False
    for ours, other, most in (("unoops --log", "makedumpfile --dump-dmesg", 2), ("unoops", "crash -s: bt, log", 1 / 20)):
        if other not in best or other in unread:
            print(f"not compared with {other}")
            continue
        ratio = best[ours] / max(best[other], 1e-4)
        missed |= ratio > most
        print(f"{ours} takes {ratio:.3f} of the time of {other}, wanted: at most {most:.3g}" + (" MISSED" if ratio > most else ""))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
