#!/usr/bin/env python3
"""Stacks out of real memory dumps, against the log of the same crash and the code of its kernel.

usage: stacks.py UNOOPS [DIR]     DIR (else dumps/, and UNOOPS_DUMPS): NAME.log beside the dump NAME.*, and the modules' files in modules/

A dump is judged by its log (every confirmed frame of its traces must be in the unwound stacks, and no guess may be left where one
was found) and by the kernel: behind every return address there must be a call, and a task's stack ends where the kernel was entered.
77: no dumps, or no vmlinux of theirs.
"""
import pathlib
import re
import subprocess

from dump_check import decode, run, verdict

ENTRIES = {"ret_from_fork", "ret_from_fork_asm", "entry_SYSCALL_64_after_hwframe", "entry_SYSENTER_compat_after_hwframe"}
PANIC = {"panic", "vpanic", "dump_stack_lvl", "dump_stack", "__dump_stack"}  # gone when the dump is taken
TEXT = pathlib.Path("/usr/lib/debug/boot")


class Code:
    """The bytes of vmlinux's .text."""

    def __init__(self, path):
        rows = subprocess.run(["readelf", "-SW", path], capture_output=True, text=True, check=True).stdout
        row = re.search(r"\] \.text +PROGBITS +(\w+) (\w+) (\w+)", rows)
        self.begin, at, size = (int(n, 16) for n in row.groups())
        with open(path, "rb") as file:
            file.seek(at)
            self.bytes = file.read(size)

    def follows_call(self, address):
        """None: not in .text."""
        at = address - self.begin
        if not 8 <= at <= len(self.bytes):
            return None
        before = self.bytes[at - 7:at]
        # A call of five bytes, perhaps where the kernel has put it in place of a longer one (pv_ops), or an indirect one.
        return before[-5] in (0xe8, 0xff) or any(before[-n] == 0xff and before[1 - n] & 0x38 == 0x10 for n in (2, 3, 6, 7))


def place(frame):
    return frame.get("symbol"), frame.get("offset"), frame.get("module")


def frames_of(report, label):
    return [f for s in report["stacks"] if s.get("label", "").startswith(label) and s.get("context") != "repeat" for f in s["frames"]]


def check(unoops, dump, log, modules):
    wrong = []
    text, _, _ = decode(unoops, log, "--no-symbols", "-v")
    reports, seconds, resident = decode(unoops, dump, "-v", *modules)
    # With -v each task that hangs is a report of its own, and the one that the kernel panicked on has the machine.
    report = next((r for r in reports if "tasks" in r), None)
    if report is None:
        return None
    code = Code(TEXT / f"vmlinux-{report['kernel']['release']}")
    offset = int(report["kernel_offset"], 16)
    stacks = [s for s in report["stacks"] if s.get("label") != "pc"]
    there = {place(f) for s in report["stacks"] for f in s["frames"]}
    confirmed = {place(f) for r in text if r["title"] == report["title"] for f in frames_of(r, "Call Trace")
                 if f["reliable"] and f["symbol"] not in PANIC}
    wrong += [f"not found: {p}" for p in confirmed - there]
    wrong += [f"still a guess: {place(f)}" for f in frames_of(report, "Call Trace") if not f["reliable"]]
    calls = 0
    for frame in (f for s in stacks for f in s["frames"]):
        if "address" not in frame or frame["pc"] != "return" or frame.get("module"):
            continue
        follows = code.follows_call(int(frame["address"], 16) - offset)
        calls += follows is True
        if follows is False and frame["symbol"] not in ENTRIES and not frame["symbol"].startswith(("asm_", "secondary_startup")):
            wrong.append(f"no call stands before {place(frame)}")
    # A stack of several contexts is several in the JSON: the last one ends it.
    tasks = [t for t in report["tasks"] if "cpu" not in t]
    ended = [t for t in tasks if "stack" in t and report["stacks"][t["stack"]]["frames"][-1]["symbol"] in ENTRIES]
    if len(ended) < 0.99 * len(tasks):
        wrong.append(f"{len(tasks) - len(ended)} tasks' stacks do not end at an entry")
    return verdict(dump, f"{len(confirmed)} confirmed frames of the log, {len(ended)} of {len(tasks)} sleeping tasks end at an entry, "
                   f"{calls} return addresses behind calls; -v: {seconds:.2f} s user, {resident} MB", wrong)


def jobs(unoops, where, modules):
    return [check(unoops, dump, log, modules) for log in sorted(where.glob("*.log"))
            for dump in sorted(where.glob(log.stem + ".*")) if dump != log and decode(unoops, dump, "--no-symbols")[0]]


if __name__ == "__main__":
    run(__doc__, jobs)
