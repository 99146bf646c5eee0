#!/usr/bin/env python3
"""unoops next to the kernel's own decode_stacktrace.sh on real oopses: every line that differs must have its reason.

usage: decode_stacktrace_test.py UNOOPS [--modules DIR] [--kernels DIR] [LOG...]     default: the logs beside this file

Needs bash, binutils, the script (package linux-source-6.1, or DECODE_STACKTRACE=FILE) and the debug kernel that a log names
(./dev real). 77: one of them is missing. The numbers of the groups are those of docs/decode_stacktrace.md.
"""
import argparse
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

SOURCE = pathlib.Path("/usr/src/linux-source-6.1.tar.xz")
REF = re.compile(r"([\w.$]+)\+0x([0-9a-f]+)/0x([0-9a-f]+)")
LOCATIONS = re.compile(r" \(((?:[^()]|\(discriminator \d+\))*:[\d?]+(?: \(discriminator \d+\))?)\)")


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def script(directory):
    """decode_stacktrace.sh with decodecode beside it."""
    if given := os.environ.get("DECODE_STACKTRACE"):
        return given
    if not SOURCE.exists():
        skip(f"no {SOURCE} (apt install linux-source-6.1) and no DECODE_STACKTRACE")
    wanted = {f"linux-source-6.1/scripts/{name}" for name in ("decode_stacktrace.sh", "decodecode")}
    with tarfile.open(SOURCE) as archive:
        for member in archive:
            if member.name in wanted:
                archive.extract(member, directory)
                wanted.remove(member.name)
                if not wanted:
                    break
    return str(pathlib.Path(directory) / "linux-source-6.1/scripts/decode_stacktrace.sh")


def vmlinux_of(kernels, log):
    release = re.search(r"(?:Linux version|Comm: .*(?:tainted|Tainted: .*?)) (\d\S+)", log)
    path = pathlib.Path(kernels, f"vmlinux-{release[1]}") if release else None
    return path if path and path.exists() else None


def lost_by_script(line):
    """Group 22: the script looks for a build-id in this line, and never prints it."""
    return shutil.which("debuginfod-find") and re.search(r"PID: \d+ Comm:", line) and not REF.search(line)


def decoded(command, arguments, lines):
    text = "".join(line + "\n" for line in lines).encode("latin-1")
    run = subprocess.run([*command, *arguments], input=text, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return run.stdout.decode("latin-1").split("\n")[:-1]


def is_frame(line):
    """Nothing but a stamp, '?' and the module beside the reference: a return address, unless it is the pc again."""
    return re.fullmatch(r"(?:\[ *\d+\.\d+\](?:\[ *\w+\])?)? *(?:\? )?[\w.$]+\+0x\w+/0x\w+(?: \[.*\])? *", line) is not None


def one_back(line):
    """The line with its offset one less: what the script must say of the call before a return address."""
    return REF.sub(lambda m: f"{m[1]}+0x{max(int(m[2], 16) - 1, 0):x}/0x{m[3]}", line) if is_frame(line) else line


def plain(line):
    """Without what groups 1, 11, 14 and 15 tell of: blanks, brackets and build-ids, paths' beginnings, discriminators."""
    line = re.sub(r" \(discriminator \d+\)", "", line)
    line = re.sub(r"(?<=[ (])(?:[^\s()]*/linux-(?:headers-)?\d[^/ ]*/|\./)(\S+:\d+)", r"\1", line)
    line = re.sub(r"(?<=[ (])([^ ():]+):(\d+)", lambda m: f"{os.path.normpath(m[1])}:{m[2]}", line)
    line = re.sub(r"\[(\w+)(?: [0-9a-f]{40})?\]", r"\1", line)
    return " ".join(line.split())


def group(line, ours, theirs, back):
    """The number in docs/decode_stacktrace.md that tells why the two differ; None: nothing does."""
    if ours == theirs:
        return 0
    if plain(ours) == plain(theirs):
        if " ".join(ours.split()) == " ".join(theirs.split()):
            return 1
        return 15 if "(discriminator" in theirs else 11 if re.search(r"\[\w+( [0-9a-f]{40})?\]$", ours) else 14
    ref = REF.search(line)
    if not ref:
        return 10 if line.strip() == "" or "\\" in line else None
    offset, size = int(ref[2], 16), int(ref[3], 16)
    if plain(ours) == plain(back) and is_frame(line):
        return 2
    if in_section_of_its_own(line, ref[1]):
        return 6
    if not LOCATIONS.search(ours):
        if "?" in line.split() and offset in (0, size):
            return 13
        if plain(re.sub(r"\b[0-9a-f]{4}:(?=[\w.$]+\+0x)", "", ours)) == plain(theirs):
            return 11
        return 12 if "(??:" in theirs else 4 if LOCATIONS.search(theirs) else 8 if "[<" in line else None
    if not LOCATIONS.search(theirs):
        return 7 if not line.rstrip().endswith((ref[0], "]")) else 5
    return 4 if ambiguous(ref[1]) else None


NAMES = collections.Counter()


def ambiguous(name):
    return NAMES[name] > 1


OTHER_SECTIONS = collections.defaultdict(set)  # of a module: its functions that are not in .text


def read_sections(directory):
    OTHER_SECTIONS.clear()
    for file in pathlib.Path(directory).rglob("*.ko"):
        for row in subprocess.run(["objdump", "-t", file], capture_output=True, text=True, check=True).stdout.splitlines():
            if found := re.fullmatch(r"[0-9a-f]+ .{6}[F ] (\.\S+)\s+[0-9a-f]+ (\S+)", row):
                if found[1] != ".text":
                    OTHER_SECTIONS[file.stem.replace("-", "_")].add(found[2])


def in_section_of_its_own(line, name):
    module = re.search(r"\[(\w+)(?: [0-9a-f]{40})?\]\s*$", line)
    return module is not None and name in OTHER_SECTIONS[module[1]]


def lines_of(name):
    """Of a log: all lines but the Code: and those that the script loses. A file of several boots has the kernel of each."""
    lines = [line.rstrip("\r") for line in pathlib.Path(name).read_bytes().decode("latin-1").split("\n")]
    return [line for line in lines if (REF.search(line) or line.strip()) and "Code:" not in line and not lost_by_script(line)]


def compare(unoops, command, logs, arguments):
    """Logs of one kernel go through the script as one: what it costs is a look-up of a place, and it remembers those that it had."""
    NAMES.clear()
    NAMES.update(row.split()[-1] for row in subprocess.run(["nm", arguments[0]], capture_output=True, text=True, check=True).stdout.splitlines())
    rows = [(name, line) for name, lines in logs for line in lines]
    lines = [line for _, line in rows]
    ours = decoded([unoops, "decode-stacktrace"], arguments, lines)
    theirs = decoded(["bash", command], arguments, lines)
    back = decoded(["bash", command], arguments, map(one_back, lines))
    if not len(lines) == len(ours) == len(theirs) == len(back):
        return {}, [f"{len(lines)} lines in, {len(ours)} out, {len(theirs)} and {len(back)} by the script"]
    groups, unexplained = collections.defaultdict(collections.Counter), []
    for (name, line), mine, other, one in zip(rows, ours, theirs, back):
        number = group(line, mine, other, one)
        groups[name][number] += 1
        if number is None:
            unexplained.append(f"{name}: {line!r}\n  unoops: {mine!r}\n  script: {other!r}\n  one back: {one!r}")
    return groups, unexplained


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("unoops")
    parser.add_argument("--modules", help="where the .ko files are: the script's third argument")
    parser.add_argument("--kernels", default="/usr/lib/debug/boot", help="where vmlinux-RELEASE is")
    parser.add_argument("logs", nargs="*", default=sorted((pathlib.Path(__file__).parent / "logs").glob("*.log")))
    args = parser.parse_intermixed_args()
    kernels = collections.defaultdict(list)
    for name in args.logs:
        if vmlinux := vmlinux_of(args.kernels, pathlib.Path(name).read_bytes().decode("latin-1")):
            kernels[vmlinux].append((name, lines_of(name)))
    if not kernels:
        skip(f"no debug kernel of the logs' releases in {args.kernels} (./dev real installs it)")
    if args.modules:
        read_sections(args.modules)
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        command = script(directory)
        for vmlinux, logs in kernels.items():
            groups, unexplained = compare(args.unoops, command, logs, [str(vmlinux), *(("auto", args.modules) if args.modules else ())])
            for name, counts in groups.items():
                told = ", ".join(f"{count} by {number}" for number, count in sorted(counts.items(), key=str) if number)
                print(f"{os.path.basename(name)}: {counts[0]} lines equal, differences: {told or 'none'}")
            print(*unexplained, sep="\n", end="\n" if unexplained else "")
            failed += len(unexplained)
    print(f"{sum(map(len, kernels.values()))} logs, {failed} lines unexplained")
    return 1 if failed else 0


sys.exit(main())
