#!/usr/bin/env python3
"""Variables and objects out of real memory dumps, against what the report itself proves.

usage: values.py UNOOPS [DIR]     DIR (else dumps/, and UNOOPS_DUMPS): dumps, and the modules' files in modules/

The bad pointer of a report is known from its registers and code; the member that memory shows for it must have that value. The
pointers of variables must lead to objects that are as large as their types, a lock that CPUs spin on must be locked, and one with an
owner must name him. Nothing of all that may be in a redacted report. 77: no dumps, or no vmlinux of theirs.
"""
import json
import re

from dump_check import decode, run, verdict


def values_of(report):
    """Every variable and member."""
    for stack in report["stacks"]:
        for frame in stack["frames"]:
            yield from frame.get("variables", [])
    for thing in report.get("objects", []):
        yield from thing.get("members", [])


def culprit_of(report):
    at = report.get("culprit", {})
    return report["stacks"][at["stack"]]["frames"][at["frame"]] if len(at) == 2 else {}


def check_cause(report):
    cause = report["explanation"].get("cause")
    if not cause or "->" not in cause["expression"]:
        return
    wanted = "*" + re.sub(r"->[^>]*$", "", cause["expression"])
    objects = [o for o in report.get("objects", []) if o.get("expression") == wanted]
    if not objects:
        root = re.match(r"\w+", cause["expression"]).group()
        if any(v["name"] == root and "number" in v for v in culprit_of(report).get("variables", [])):
            yield f"{cause['expression']}: {wanted} is not shown"
        return
    bad = [m for m in objects[0].get("members", []) if m.get("bad")]
    if len(bad) != 1:
        yield f"{wanted}: {len(bad)} bad members"
        return
    value = int(cause.get("value", "0"), 16)
    if value == 0 and bad[0].get("words") != "NULL":
        yield f"{cause['expression']} is NULL, and {bad[0]} in memory"
    if value >= 1 << 32 and int(bad[0].get("number", "0"), 16) != value:
        yield f"{cause['expression']} is {value:#x}, and {bad[0]} in memory"


def check_slabs(report):
    for thing in report.get("objects", []):
        slab = thing.get("slab")
        if slab and slab["offset"] >= slab["object_size"]:
            yield f"{thing['expression']} begins behind its slab object"
    for value in values_of(report):
        slab = value.get("slab")
        named = re.fullmatch(r"kmalloc-(\d+)", slab["cache"]) if slab else None
        if named and int(named.group(1)) < slab["object_size"]:
            yield f"{value['name']}: {slab}"


def check_locks(report):
    for lock in report.get("machine", {}).get("locks", []):
        address = int(lock["address"], 16)
        holders = [o for o in report.get("objects", []) if 0 <= address - int(o["address"], 16) < 4096]
        words = " ".join(m.get("words", "") for o in holders for m in o.get("members", []))
        if not holders:
            continue  # a variable of its own
        if "LOCKED" not in words:
            yield f"{holders[0]['expression']} has no lock that is locked"
        if "owner_comm" in lock and f"owner {lock['owner_comm']} pid {lock['owner']}" not in words:
            yield f"{holders[0]['expression']} does not name {lock['owner_comm']}"


def check_redacted(report, redacted):
    text = json.dumps({k: v for k, v in redacted.items() if k != "file"})
    for value in values_of(report):
        content = value.get("content", "").strip('"')
        if len(content) > 7 and content in text and value["name"] != "comm":
            yield f"{value['name']}'s content is in the redacted report"
        if "number" in value and value["number"][2:] in text:
            yield f"{value['name']}'s number is in the redacted report"


def check(unoops, dump, modules):
    (report, *_), seconds, resident = decode(unoops, dump, *modules)
    if "tasks" not in report:
        return None
    redacted, _, _ = decode(unoops, dump, "--redact", *modules)
    wrong = [*check_cause(report), *check_slabs(report), *check_locks(report), *check_redacted(report, redacted[0])]
    objects = ", ".join(o["expression"] for o in report.get("objects", []))
    return verdict(dump, f"{sum(1 for _ in values_of(report))} values, objects {objects or 'none'}; {seconds:.2f} s user, {resident} MB", wrong)


def jobs(unoops, where, modules):
    dumps = [d for d in sorted(where.iterdir()) if d.is_file() and d.suffix not in (".log", ".md")]
    return [check(unoops, dump, modules) for dump in dumps if decode(unoops, dump, "--no-symbols")[0]]


if __name__ == "__main__":
    run(__doc__, jobs)
