#!/usr/bin/env python3
"""start.py UNOOPS LOG: how long the program takes to start and to decode a short log, next to a program that does nothing and is linked
to the same libraries. The runs alternate, so that a busy machine is as hard on each; medians of the wall time and of the CPU's. Exits
with 1 where one takes more than 1.5 times as long as doing nothing."""
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 200
WANTED = 1.5


def nothing(unoops, directory):
    """A program with the same libraries and an empty main()."""
    dynamic = subprocess.run(["readelf", "-d", unoops], capture_output=True, text=True, check=True).stdout
    libraries = re.findall(r"NEEDED.*\[(.*)\]", dynamic)
    source, program = os.path.join(directory, "nothing.cpp"), os.path.join(directory, "nothing")
    with open(source, "w", encoding="ascii") as out:
        out.write("int main() {}\n")
    subprocess.run([os.environ.get("CXX", "c++"), "-O2", "-o", program, source, "-Wl,--no-as-needed", *("-l:" + x for x in libraries)],
                   check=True)
    return program


def run(command):
    """Wall and CPU milliseconds."""
    begun = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    usage = os.wait4(pid, 0)[2]
    return (time.perf_counter() - begun) * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3


def main():
    unoops, log = os.path.realpath(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory() as directory:
        head = os.path.join(directory, "head.log")
        with open(log, "rb") as lines, open(head, "wb") as out:
            out.writelines(lines.readlines()[:100])
        commands = {
            "nothing, same libraries": [nothing(unoops, directory)],
            "unoops --version": [unoops, "--version"],
            "100 lines, title": [unoops, "-f", "title", "--no-symbols", head],
            "100 lines, text": [unoops, "--no-symbols", head],
            "100 lines, JSON": [unoops, "-f", "json", "--no-symbols", head],
        }
        times = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                times[name].append(run(command))
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in times.items()}
    base = medians["nothing, same libraries"]
    print("start-up, medians of %d runs         wall         CPU   (wanted: %.1f times doing nothing, or less)" % (RUNS, WANTED))
    for name, (wall, cpu) in medians.items():
        print("  %-26s %8.2f ms %8.2f ms   %.2f times, %.2f times" % (name, wall, cpu, wall / base[0], cpu / base[1]))
    return any(wall > WANTED * base[0] for wall, _ in medians.values())


if __name__ == "__main__":
    sys.exit(main())
