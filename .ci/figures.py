#!/usr/bin/env python3
"""Holds the figures that a scoring tool prints against .ci/figures.

usage: figures.py TOOL < OUTPUT

A figure stands in the output as its name and a number ("title  54.1% (3/5)", "failed 0"). Prints one line for each and exits
with 1 when one has fallen or is not there.
"""
import pathlib
import re
import sys


def wanted(tool):
    for line in pathlib.Path(__file__).with_name('figures').read_text(encoding='ascii').splitlines():
        words = line.split('#')[0].split()
        if words and words[0] == tool:
            yield words[1], words[2], float(words[3])


def main(tool):
    output = sys.stdin.read()
    print(output, end='')
    fallen = 0
    for name, relation, bound in wanted(tool):
        found = re.search(rf'\b{name}\s+([0-9.]+)', output)
        have = float(found[1]) if found else None
        good = have is not None and (have >= bound if relation == '>=' else have <= bound)
        fallen += not good
        print(f'{"ok    " if good else "FALLEN"} {tool} {name} {have} (wanted {relation} {bound:g})')
    return 1 if fallen else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
