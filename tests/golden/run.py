#!/usr/bin/env python3
"""Compare what unoops says of the logs in testdata with what it is known to say rightly.

usage: run.py [--update] UNOOPS TESTDATA [KIND/SCENARIO...]

For each TESTDATA/KIND/SCENARIO.log: `-f json` with SCENARIO.json, `-f text` with SCENARIO.txt beside it, and `-f annotate`
without symbols with the log itself. SCENARIO.kdump is a memory dump: instead of the last, `--log` with SCENARIO.dmesg. SCENARIO.args holds the options, with {dir} for the log's directory; without it there
are no symbols, so that this machine's own debug kernels change nothing. A log with neither file is not golden yet.
--update writes the golden files of all logs, or of those that are named: read the diff before you commit it.
"""
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys

FORMATS = {"json": (["-f", "json"], ".json"), "text": (["-f", "text"], ".txt")}
DUMPED = {"log": (["--log"], ".dmesg")}
# A new version changes no golden file.
PRODUCER = re.compile(rb'("producer":\{"name":"unoops","version":)"[^"]+"')
SHOWN = 60  # lines of a diff
ENVIRONMENT = {**{k: v for k, v in os.environ.items() if not k.startswith("DEBUGINFOD")}, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def options_of(log):
    args = log.with_suffix(".args")
    if not args.exists():
        return ["--no-symbols"]
    return [word.format(dir=log.parent) for word in shlex.split(args.read_text(), comments=True)]


def output(unoops, options, log):
    """The decoder's words; it fails if it dies or finds the log unreadable."""
    run = subprocess.run([unoops, "-q", *options, log], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, timeout=60)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"exit status {run.returncode}: {run.stderr.decode(errors='replace')[:500]}")
    return PRODUCER.sub(rb'\1"any"', run.stdout)


def diff(expected, got, name):
    lines = difflib.unified_diff(expected.decode(errors="replace").splitlines(), got.decode(errors="replace").splitlines(),
                                 name, "unoops", lineterm="", n=1)
    return [line[:300] for line in lines][:SHOWN]


def check(unoops, log, update):
    """What is wrong with this log, as lines; none: nothing."""
    wrong = []
    options = options_of(log)
    is_dump = log.suffix == ".kdump"
    for form, suffix in (FORMATS | (DUMPED if is_dump else {})).values():
        golden = log.with_suffix(suffix)
        got = output(unoops, [*options, *form], log)
        if update:
            golden.write_bytes(got)
        elif not golden.exists():
            wrong.append(f"{golden}: missing (--update writes it)")
        elif golden.read_bytes() != got:
            wrong += diff(golden.read_bytes(), got, str(golden))
    if is_dump:
        return wrong
    raw = log.read_bytes()
    passed = output(unoops, ["--no-symbols", "-f", "annotate"], log)
    if raw != passed:
        wrong += ["-f annotate --no-symbols does not pass the log through:", *diff(raw, passed, str(log))]
    return wrong


def main(args):
    update = "--update" in args
    args = [a for a in args if a != "--update"]
    if len(args) < 2:
        sys.exit(__doc__)
    unoops = str(pathlib.Path(args[0]).resolve())
    os.chdir(args[1])  # reports name their file: as it stands below testdata
    logs = sorted([*pathlib.Path().glob("*/*.log"), *pathlib.Path().glob("*/*.kdump")])
    if args[2:]:
        logs = [log for log in logs if str(log.with_suffix("")) in args[2:]]
    if not update:
        logs = [log for log in logs if any(log.with_suffix(suffix).exists() for _, suffix in FORMATS.values())]
    if not logs:
        print("skipped: no golden log")
        return 77
    failed = 0
    for log in logs:
        try:
            wrong = check(unoops, log, update)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            wrong = [str(error)]
        if wrong:
            failed += 1
            print(f"FAILED {log.with_suffix('')}", *wrong, sep="\n  ")
    print(f"{len(logs) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
