#!/usr/bin/env python3
"""Golden logs in other clothes: every transport, CRLF, other CPUs' lines between, a byte at a time, and cut after every line.

usage: run.py UNOOPS TESTDATA [--only REGEX] [--every N] [--list]

The reports must be the same but for line numbers, times and what the transport can't carry. Of a log that was cut, each field of
a report equals the whole one's or is absent, and a title that differs is told as damage.
"""
import argparse
import glob
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'tools'))
import dress  # noqa: E402

PLACES = {'caller', 'file', 'boot', 'line_first', 'line_last', 'lines', 'time', 'wall_time', 'host', 'line_no', 'line'}


def reports(unoops, data, slowly=False):
    command = [unoops, '-q', '--no-symbols', '--format', 'json']
    if slowly:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
            for at in range(len(data)):
                process.stdin.write(data[at:at + 1])
            out = process.communicate()[0]
    else:
        out = subprocess.run(command, input=data, capture_output=True, timeout=60, check=False).stdout
    return [json.loads(line) for line in out.splitlines()]


def without_places(value):
    if isinstance(value, dict):
        return {k: without_places(v) for k, v in value.items() if k not in PLACES}
    return [without_places(v) for v in value] if isinstance(value, list) else value


def difference(a, b, path=''):
    """The first place where two values differ; None: nowhere."""
    if type(a) is not type(b):
        return '%s: %.80r, not %.80r' % (path, b, a)
    if isinstance(a, dict):
        for key in sorted(set(a) | set(b)):
            if key not in a or key not in b:
                return '%s.%s: %s' % (path, key, 'is new: %.80r' % (b[key],) if key in b else 'is lost')
            found = difference(a[key], b[key], path + '.' + key)
            if found:
                return found
    elif isinstance(a, list):
        for i, (x, y) in enumerate(zip(a, b)):
            found = difference(x, y, '%s[%d]' % (path, i))
            if found:
                return found
        if len(a) != len(b):
            return '%s: %d, not %d entries' % (path, len(b), len(a))
    elif a != b:
        return '%s: %.80r, not %.80r' % (path, b, a)
    return None


def costumes(data):
    """(name, bytes, a byte at a time)"""
    lines = dress.parse(data)
    for transport, (carries, *_) in dress.TRANSPORTS.items():
        text = '\n'.join(dress.dress(lines, transport)) + '\n'
        yield transport, text.encode('latin-1'), False
        if transport != 'journal-export':      # its lengths count bytes
            yield transport + ' with CRLF', text.replace('\n', '\r\n').encode('latin-1'), False
        if dress.CALLER in carries:
            mixed = '\n'.join(dress.dress(dress.mix(dress.parse(data)), transport)) + '\n'
            yield transport + ' among others', mixed.encode('latin-1'), False
    yield 'a byte at a time', data, True


# Of a cut log: what must equal the whole one's or be absent.
SCALARS = ('cpu', 'pid', 'uid', 'comm', 'kernel', 'hardware', 'workqueue', 'code', 'headline', 'die_number')


def damage(whole, part):
    """What a cut report claims and the whole one does not; None: nothing."""
    for key in SCALARS:
        if key in part and key in whole and part[key] != whole[key] and key not in ('code', 'kernel'):
            return '%s: %.60r, not %.60r' % (key, part[key], whole[key])
    for key in ('registers', 'user_registers'):
        for name, value in part.get(key, {}).items():
            if whole.get(key, {}).get(name) != value:
                return '%s.%s: %s, not %s' % (key, name, value, whole.get(key, {}).get(name))
    told = part.get('corrupted') or part.get('defects')
    if part['title'] != whole['title'] and not told:
        return 'title: %r, not %r, and no damage is told' % (part['title'], whole['title'])
    return None


def check_cuts(unoops, data, whole, every):
    lines = data.splitlines(keepends=True)
    for end in range(1, len(lines), every):
        parts = reports(unoops, b''.join(lines[:end]))
        if len(parts) > len(whole):
            return 'cut after line %d: %d reports, not %d' % (end, len(parts), len(whole))
        for a, b in zip(whole, parts):
            found = damage(a, b)
            if found:
                return 'cut after line %d: %s' % (end, found)
    return None


def check(unoops, path, every):
    data = open(path, 'rb').read()
    whole = reports(unoops, data)
    want = without_places(whole)
    failures, count = [], 0
    for name, dressed, slowly in costumes(data):
        count += 1
        found = difference(want, without_places(reports(unoops, dressed, slowly)))
        if found:
            failures.append('%s as %s: %s' % (path, name, found))
    found = check_cuts(unoops, data, whole, every)
    if found:
        failures.append('%s %s' % (path, found))
    return count + 1, failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('unoops')
    parser.add_argument('testdata')
    parser.add_argument('--only', default='')
    parser.add_argument('--every', type=int, default=1, help='cut after every n-th line only')
    arguments = parser.parse_args()
    logs = sorted(p for p in glob.glob(os.path.join(arguments.testdata, '*', '*.log')) if re.search(arguments.only, p))
    if not logs:
        print('no golden logs in %s' % arguments.testdata)
        sys.exit(77)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda p: check(arguments.unoops, p, arguments.every), logs))
    failures = [f for _, found in results for f in found]
    for failure in failures:
        print(failure)
    total = sum(n for n, _ in results)
    print('%d logs, %d costumes and cuts, %d differ' % (len(logs), total, len(failures)))
    sys.exit(1 if failures else 0)


main()
