#!/usr/bin/env python3
"""Real memory dumps of machines that nobody had stopped, against what their own locks and tasks say.

usage: live.py UNOOPS [DIR]     DIR (else dumps/, and UNOOPS_DUMPS): dumps, and the modules' files in modules/

A dump whose log tells of no crash, and of which no report of its log has the tasks, makes one report more. It is an error if, and
only if, a task waits for itself along the locks' owners, or has waited for long; each waiter is blocked, each owner is known, and a
lock that no slab object holds has the name of a variable. 77: no such dumps, or no vmlinux of theirs.
"""
from dump_check import decode, run, verdict

LONG_FOR_LOCK, LONG = 1_000_000, 10_000_000  # µs


def deadlocked(locks, pid):
    awaited = {waiter: lock for lock in locks for waiter in lock.get("waiting", [])}
    seen = set()
    while pid in awaited and pid not in seen:
        seen.add(pid)
        pid = awaited[pid].get("owner")
    return pid in seen


def check(unoops, dump, modules):
    reports, seconds, resident = decode(unoops, dump, *modules)
    live = [r for r in reports if r["kind"] == "live-dump"]
    if not live:
        return None
    wrong = [] if len(live) == 1 and reports[-1] is live[0] else ["it is not the last report"]
    wrong += [f"report {r['number']} is fatal" for r in reports if r["severity"] == "fatal"]
    report, tasks = live[0], {t["pid"]: t for t in live[0]["tasks"] if "cpu" not in t}
    locks = report["machine"].get("locks", [])
    waiting = {pid for lock in locks for pid in lock.get("waiting", [])}
    hangs = any(deadlocked(locks, pid) for pid in waiting)
    for pid, task in tasks.items():
        if task["state"] == "D" and "idle_us" in task:
            hangs |= task["idle_us"] >= (LONG_FOR_LOCK if pid in waiting else LONG)
    if (report["severity"] == "error") != hangs:
        wrong.append(f"it is {report['severity']}, and hangs: {hangs}")
    wrong += [f"{pid} waits, and is no blocked task" for pid in waiting if tasks.get(pid, {}).get("state") != "D"]
    for lock in locks:
        in_object = any(0 <= int(lock["address"], 16) - int(o["address"], 16) < 65536 for o in report.get("objects", []))
        if not in_object and "symbol" not in lock:
            wrong.append(f"the {lock['type']} at {lock['address']} has no name")
    return verdict(dump, f"{report['title']}, {len(tasks)} tasks shown, {len(locks)} locks; {seconds:.2f} s user, {resident} MB", wrong)


def jobs(unoops, where, modules):
    dumps = [d for d in sorted(where.iterdir()) if d.is_file() and d.suffix not in (".log", ".md")]
    return [check(unoops, dump, modules) for dump in dumps]


if __name__ == "__main__":
    run(__doc__, jobs)
