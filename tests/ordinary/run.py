#!/usr/bin/env python3
"""Ordinary logs give no report.

usage: run.py DECODE_MANY DIR [--boots LOGS] [--source TREE] [--megabytes N]

Looked at, each in every transport (tools/dress.py): DIR/*.log: what user space's crashes and drivers' chatter say; LOGS/*.log:
serial logs up to the line that loads the lab's crashing module; and, one line at a time, everything that the kernel source
TREE can print (kernel_words.py) and that is no headline by headlines.tsv and src/kinds. Goes round in the transports until N MB are read.
Prints every report that comes out, and how many bytes gave how many.
"""
import argparse
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, '..', 'tools'), HERE]
import dress  # noqa: E402
import kernel_words  # noqa: E402

CRASHER = b'kfault: loaded'  # the lab's module: everything before it is an ordinary boot
ALONE = 1 << 30


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def boots(folder):
    for path in sorted(glob.glob(os.path.join(folder, '*.log'))):
        head, found, _ = read(path).partition(CRASHER)
        if found and b'[ cut here ]' not in head:  # some of them warn on their own: no ordinary boots
            yield path, head[:head.rfind(b'\n') + 1]


def headlines():
    """(place's beginning or *, kind) of lines that are headlines: a kind's file in src/kinds cites what prints them"""
    with open(os.path.join(HERE, 'headlines.tsv'), encoding='ascii') as file:
        known = [tuple(line.split()) for line in file if line.strip() and not line.startswith('#')]
    for path in glob.glob(os.path.join(HERE, '..', '..', 'src', 'kinds', '*.cpp')):
        text = read(path).decode()
        kinds = re.findall(r'\.info = \{"([a-z0-9-]+)"', text)
        known += [(place, kind) for place in set(re.findall(r'\b(?:[a-z0-9]+/)+[\w./-]*\w\.[ch]\b', text)) for kind in kinds]
    return known


def decode(many, logs):
    """(name, reports) of each log; one process for all"""
    names = []
    with tempfile.TemporaryFile() as file:
        for name, data in logs:
            names.append((name, len(data)))
            file.write(b'%d %d\n' % (len(data), ALONE))
            file.write(data)
        file.seek(0)
        out = subprocess.run([many], stdin=file, stdout=subprocess.PIPE, check=True).stdout
    for (name, size), line in zip(names, out.splitlines()):
        yield name, size, json.loads(line) if line != b'[]' else []


def dressed(logs, megabytes):
    """Every log in the transports, one transport after the other, until so many bytes are there."""
    logs = [(name, data, dress.parse(data)) for name, data in logs]
    yield from ((name, data) for name, data, _ in logs)
    total = sum(len(data) for _, data, _ in logs)
    for transport in dress.TRANSPORTS:
        for name, data, lines in logs:
            text = dress.text_of(lines, transport)
            total += len(text)
            yield '%s as %s' % (name, transport), text
        if megabytes and total >= megabytes * 1_000_000:
            return


def words(many, tree):
    """Each line of the kernel's alone: (bytes, reports of lines that are no headlines)"""
    known = headlines()
    lines = [(place, '<%d>[  100.000000] %s\n' % (level, text)) for place, level, text in kernel_words.lines_of(tree) if text.strip()]
    size, false = 0, []
    for (name, length, reports), (_, text) in zip(decode(many, ((p, t.encode('latin-1', 'replace')) for p, t in lines)), lines):
        size += length
        false += [(name, r, text) for r in reports if not any((p == '*' or name.startswith(p)) and r['kind'] == k for p, k in known)]
    return size, false


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('many')
    parser.add_argument('dir')
    parser.add_argument('--boots', action='append', default=[])
    parser.add_argument('--source')
    parser.add_argument('--megabytes', type=int, default=0, help='0: every transport once')
    o = parser.parse_args()
    logs = [(path, read(path)) for path in sorted(glob.glob(os.path.join(o.dir, '*.log')))]
    logs += [boot for folder in o.boots for boot in boots(folder)]
    size = false = 0
    for name, length, reports in decode(o.many, dressed(logs, o.megabytes)):
        size += length
        false += len(reports)
        for r in reports[:3]:
            print('%s: %s at line %d' % (name, r['title'], r['line_first']))
    if o.source:
        length, found = words(o.many, o.source)
        size, false = size + length, false + len(found)
        for name, r, text in found[:100]:
            print('%s: %s: %.120s' % (name, r['title'], text.strip()))
    print('%d reports in %.1f MB of ordinary logs' % (false, size / 1e6))
    return 1 if false or not size else 0


if __name__ == '__main__':
    sys.exit(main())
