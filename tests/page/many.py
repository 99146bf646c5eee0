"""Many different reports, made of golden logs: as if machines of a fleet had had them.

usage: many.py UNOOPS COUNT DIRECTORY ROOT... writes logs with at least COUNT reports into DIRECTORY and says how many they are.
"""
import collections
import datetime
import json
import pathlib
import random
import re
import subprocess
import sys

ADDRESS = re.compile(rb"\b((?:0x)?[0-9a-f]{7,14})([0-9a-f])([0-9a-f])\b")
PID = re.compile(rb"\b(PID: |pid[ :=])(\d{2,})")
STAMP = re.compile(rb"^\[ *(\d+)\.(\d{6})\]")
START = datetime.datetime(2026, 11, 1, tzinfo=datetime.timezone.utc)
MOST_BYTES = 1 << 20


class Machine:
    """Writes a log as this boot of this machine would have: KASLR, other objects, other processes, its own time."""

    def __init__(self, chance):
        self.chance = chance
        self.host = b"node%02d" % chance.randrange(40)
        self.shift, self.pid, self.late = chance.randrange(16), chance.randrange(1, 3000), chance.randrange(1, 90_000)
        self.boot = START + datetime.timedelta(seconds=chance.randrange(28 * 86400))

    def address(self, match):
        return match[1] + b"%x" % ((int(match[2], 16) + self.shift) % 16) + match[3]

    def line(self, line):
        line = ADDRESS.sub(self.address, line)
        line = PID.sub(lambda m: m[1] + b"%d" % (int(m[2]) + self.pid), line)
        stamp = STAMP.match(line)
        if not stamp:
            return line
        seconds = int(stamp[1]) + self.late
        at = self.boot + datetime.timedelta(seconds=seconds, microseconds=int(stamp[2]))
        text = b"[%5d.%s]" % (seconds, stamp[2]) + line[stamp.end():]
        return b"%s %s kernel: %s" % (at.isoformat(timespec="microseconds").encode(), self.host, text)

    def log(self, text):
        """Logs of printk's own form get the prefix of rsyslog; others stay in their transport."""
        lines = text.split(b"\n")
        stamped = sum(1 for line in lines if STAMP.match(line))
        if stamped < len(lines) - 2:
            self.late = 0
            return b"\n".join(PID.sub(lambda m: m[1] + b"%d" % (int(m[2]) + self.pid), ADDRESS.sub(self.address, one)) for one in lines)
        return b"\n".join(self.line(one) for one in lines)


def reports_of(unoops, paths):
    told = subprocess.run([unoops, "-q", "--no-symbols", "-f", "json", *paths], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    return collections.Counter(json.loads(line)["file"] for line in told.splitlines())


def write(unoops, count, directory, roots):
    chance = random.Random(1)
    paths = [path for root in roots for path in sorted(pathlib.Path(root).rglob("*.log")) if path.stat().st_size < MOST_BYTES]
    have = reports_of(unoops, paths)
    found, number = 0, 0
    while found < count:
        for path in paths:
            if found >= count:
                break
            if not have[str(path)]:
                continue
            number += 1
            target = pathlib.Path(directory) / f"{number % 100:02}" / f"{path.stem}-{number}.log"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(Machine(chance).log(path.read_bytes()))
            found += have[str(path)]
        if not found:
            raise SystemExit("no reports")
    return found


if __name__ == "__main__":
    print(write(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]))
