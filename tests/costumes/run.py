#!/usr/bin/env python3
"""Golden logs in other clothes: every transport, CRLF, other CPUs' lines between, a byte at a time, and cut after every line.

usage: run.py UNOOPS TESTDATA [--many DECODE_MANY] [--only REGEX] [--every N] [--quick]

The reports must be the same but for line numbers, times and what the transport can't carry (tools/dress.py). Of a log that
was cut, each field of a report equals the whole one's or is absent, and what is missing is told as damage. DECODE_MANY
(tests/tools/decode_many.cpp, by default beside UNOOPS in tests/) decodes all costumes of a log in one process; UNOOPS itself
reads the log as it is and a byte at a time.
"""
import argparse
import glob
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'tools'))
import cut_check  # noqa: E402
import dress  # noqa: E402

PLACES = {'caller', 'file', 'boot', 'line_first', 'line_last', 'lines', 'time', 'wall_time', 'host', 'line_no', 'line'}
WHOLE = 1 << 30  # fed in one piece


def run_once(unoops, data, slowly=False):
    """What the program itself says, with its input in one piece or a byte at a time."""
    command = [unoops, '-q', '--no-symbols', '--format', 'json']
    if not slowly:
        out = subprocess.run(command, input=data, capture_output=True, timeout=60, check=False).stdout
        return [json.loads(line) for line in out.splitlines()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        for at in range(len(data)):
            process.stdin.write(data[at:at + 1])
        return [json.loads(line) for line in process.communicate()[0].splitlines()]


def decode_all(many, logs):
    """The reports of each log; one process for all of them."""
    with tempfile.TemporaryFile() as file:
        for data in logs:
            file.write(b'%d %d\n' % (len(data), WHOLE))
            file.write(data)
        file.seek(0)
        out = subprocess.run([many], stdin=file, stdout=subprocess.PIPE, timeout=600, check=True).stdout
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


def costumes(data, quick):
    """(name, bytes, what they are compared with: the log's own lines, or those with the caller ids of `mix`)"""
    lines, others = dress.parse(data), dress.mix(dress.parse(data))
    yield 'with callers', dress.text_of(dress.with_callers(dress.parse(data)), 'serial'), None
    for transport, (carries, *_) in dress.TRANSPORTS.items():
        text = dress.text_of(lines, transport)
        against = 'with callers' if dress.CONTEXT in carries else 'log'
        yield transport, text, against
        if quick:
            continue
        if transport != 'journal-export':      # its lengths count bytes
            yield transport + ' with CRLF', text.replace(b'\n', b'\r\n'), against
        if dress.CALLER in carries:
            yield transport + ' among others', dress.text_of(others, transport), 'with callers'


def check_costumes(many, path, data, want, quick):
    dressed = list(costumes(data, quick))
    results = decode_all(many, [text for _, text, _ in dressed])
    wants = {'log': want}
    failures = []
    for (name, _, against), reports in zip(dressed, results):
        got = without_places(reports)
        if against is None:
            wants[name] = got
            continue
        found = difference(wants[against], got)
        if found and not dress.excused(name, path):
            failures.append('%s as %s: %s' % (path, name, found))
    return len(dressed), failures


def check_cuts(many, path, data, whole, every):
    if dress.wears_own_clothes(path):  # of a log in reverse the beginning is cut off; what is learnt needs lines
        return 0, []
    lines = data.splitlines(keepends=True)
    ends = range(1, len(lines), every)
    results = decode_all(many, [b''.join(lines[:end]) for end in ends])
    failures = []
    for end, parts in zip(ends, results):
        found = cut_check.damage(whole, parts)
        if found:
            failures.append('%s cut after line %d: %s' % (path, end, found))
    return len(ends), failures


def on_console_only(data, whole):
    """A report that begins with a line that never was in the kernel's log (early_printk): only a console carries it."""
    lines = dress.parse(data)
    return any(lines[report['line_first'] - 1].text is None for report in whole)


def is_pasted(data):
    """A session of crash: text from a terminal, which no transport carries; and with every task it tells of one more."""
    return b' COMMAND: "' in data


def check(job):
    path, o = job
    with open(path, 'rb') as file:
        data = file.read()
    whole = run_once(o.unoops, data)
    want = without_places(whole)
    count, failures = 0, []
    pasted = is_pasted(data)
    if not on_console_only(data, whole) and not pasted:
        count, failures = check_costumes(o.many, path, data, want, o.quick)
    slow = difference(want, without_places(run_once(o.unoops, data, slowly=True)))
    if slow:
        failures.append('%s a byte at a time: %s' % (path, slow))
    cuts, found = check_cuts(o.many, path, data, whole, o.every) if not pasted else (0, [])
    return count + 1 + cuts, failures + found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('unoops')
    parser.add_argument('testdata')
    parser.add_argument('--many', help='tests/tools/decode_many, built')
    parser.add_argument('--only', default='')
    parser.add_argument('--every', type=int, default=1, help='cut after every n-th line only')
    parser.add_argument('--quick', action='store_true', help='without CRLF and other CPUs')
    o = parser.parse_args()
    o.many = o.many or os.path.join(os.path.dirname(os.path.abspath(o.unoops)), 'tests', 'decode_many')
    logs = sorted(p for p in glob.glob(os.path.join(o.testdata, '*', '*.log')) if re.search(o.only, p))
    if not logs:
        print('no golden logs in %s' % o.testdata)
        sys.exit(77)
    with multiprocessing.Pool(os.cpu_count()) as pool:
        results = pool.map(check, [(log, o) for log in logs], chunksize=1)
    failures = [f for _, found in results for f in found]
    print(*failures, sep='\n')
    print('%d logs, %d costumes and cuts, %d differ' % (len(logs), sum(n for n, _ in results), len(failures)))
    sys.exit(1 if failures else 0)


if __name__ == '__main__':
    main()
