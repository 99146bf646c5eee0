#!/usr/bin/env python3
"""Two golden logs at once, as two CPUs print them: their lines by turns, in runs of random length.

usage: pairs.py DECODE_MANY TESTDATA [--pairs N] [--only REGEX] [--keep DIR]

With caller ids each report equals the one of its log alone, but for places and times. Without them a report may hold another
one's lines only where it says so: a defect, or `corrupted`.
MOST_SILENT is the share that may not: what looks like a whole report of one CPU and is none.
"""
import argparse
import glob
import itertools
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'tools'))
import dress  # noqa: E402
from run import decode_all, difference, without_places  # noqa: E402

SEED, MOST_SILENT = 7, 0.02
FAMILIES = ('s390x', 'arm64', 'armhf', 'i386', 'ppc64el', 'k612', 'kasan')
OF_THE_LOG = {'before', 'number', 'follows', 'left_behind', 'boot', 'signature', 'explanation', 'defects', 'corrupted', 'site', 'culprit'}


def family(path, data, reports):
    """Logs of one kernel: only such can print at once. None: the log does not say whose kernel it is."""
    if not all(r.get('kernel', {}).get('release') and r.get('arch') and 'lost-head' not in r.get('facts', {}) for r in reports):
        return None
    name = os.path.basename(path)
    known = next((f for f in FAMILIES if name.startswith(f)), None)
    return known or ('lab' if re.search(rb'6\.1\.0-\d+-amd64', data) else 'demo ' + reports[0]['arch'])


def owned(lines, reports):
    numbers = {n for r in reports for span in r['lines'] for n in range(span['first'], span['last'] + 1)}
    return [line for n, line in enumerate(lines, 1) if n in numbers and line.text is not None]


def as_task(lines, reports, side):
    """The CPUs' and tasks' numbers of one of the two."""
    pids = {r['pid'] for r in reports if r.get('pid')}
    out = []
    for line in lines:
        text = re.sub(r'\bCPU: \d+\b', 'CPU: %d' % side, line.text)
        text = re.sub(r'CPU#\d+', 'CPU#%d' % side, text)
        caller = line.caller or 'T%d' % (101 + side)
        if side:
            for pid in pids:
                text = re.sub(r'(?<![0-9a-fx.])%d(?![0-9a-f])' % pid, str(pid + 2000), text)
            text = re.sub(r'\[#(\d)\]', lambda m: '[#%d]' % (int(m[1]) + 2), text)
            caller = 'C1' if caller[0] == 'C' else 'T%d' % (int(caller[1:]) + 2000)
        out.append((text, caller))
    return out


def by_turns(a, b, rng):
    """(side, index) of each line; the second begins in the first half of the first."""
    order, at = [(0, i) for i in range(rng.randint(0, max(1, len(a) // 2)))], [0, 0]
    at[0], side, ends = len(order), 1, (len(a), len(b))
    while at[0] < ends[0] or at[1] < ends[1]:
        for _ in range(1 + int(rng.expovariate(1 / 3))):
            if at[side] < ends[side]:
                order.append((side, at[side]))
                at[side] += 1
        side = 1 - side
    return order


def render(order, logs, callers):
    """Lines of one turn within microseconds: the console goes from CPU to CPU between them."""
    out, us, last = [], 50_000_000, None
    rng = random.Random(SEED)
    for side, i in order:
        us += rng.randint(2, 12) if side == last else rng.randint(60, 300)
        last = side
        text, caller = logs[side][i]
        out.append('[%5d.%06d]%s %s\n' % (us // 1_000_000, us % 1_000_000, '[%6s]' % caller if callers else '', text))
    return ''.join(out).encode('latin-1')


def comparable(report):
    out = without_places({k: v for k, v in report.items() if k not in OF_THE_LOG})
    if 'left_behind' in out:
        out['left_behind'] = {k: v for k, v in out['left_behind'].items() if k != 'report'}  # its number in the log
    return out


def frames(report, place):
    return {(place(f['line_no']), f.get('symbol'), f.get('offset')) for s in report.get('stacks', []) for f in s['frames']}


def holds_anothers(report, order):
    """A report without a defect whose frames are of both logs."""
    if report.get('corrupted') or report.get('defects'):
        return False
    return len({order[n - 1][0] for n, _, _ in frames(report, int) if 0 < n <= len(order)}) > 1


def pairs_of(many, testdata, only, most):
    logs = []
    paths = sorted(p for p in glob.glob(os.path.join(testdata, '*', '*.log'))
                   if (not only or re.search(only, p)) and not dress.stands_alone(p))
    datas = [open(p, 'rb').read() for p in paths]
    for path, data, reports in zip(paths, datas, decode_all(many, datas)):
        lines = owned(dress.parse(data), reports) if reports and all('lines' in r for r in reports) else []
        # A panic stops the others; a dump that somebody asked for is not printed beside another one.
        if len(lines) < 12 or b'Kernel panic' in data or any(
                r.get('corrupted') or r['severity'] in ('notice', 'fatal') for r in reports):
            continue
        logs.append((path, family(path, data, reports), lines, reports))
    rng = random.Random(SEED)
    pairs = [p for p in itertools.permutations(logs, 2) if p[0][1] and p[0][1] == p[1][1]]
    rng.shuffle(pairs)
    for a, b in pairs[:most]:
        both = as_task(a[2], a[3], 0), as_task(b[2], b[3], 1)
        yield '%s with %s' % (os.path.basename(a[0]), os.path.basename(b[0])), both, by_turns(*both, rng)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('many')
    parser.add_argument('testdata')
    parser.add_argument('--pairs', type=int, default=200)
    parser.add_argument('--only')
    parser.add_argument('--keep', help='write the logs that fail there')
    options = parser.parse_args()
    pairs = list(pairs_of(options.many, options.testdata, options.only, options.pairs))
    if not pairs:
        sys.exit('no pair of logs')
    jobs = []
    for _, logs, order in pairs:
        jobs += [render([(side, i) for i in range(len(logs[side]))], logs, True) for side in (0, 1)]
        jobs += [render(order, logs, True), render(order, logs, False)]
    decoded = decode_all(options.many, jobs)
    failed = silent = total = 0
    for i, (name, _, order) in enumerate(pairs):
        first, second, named, bare = decoded[4 * i:4 * i + 4]
        total += len(bare)
        quiet = [r['title'] for r in bare if holds_anothers(r, order)]
        silent += len(quiet)
        alone = sorted((comparable(r) for r in first + second), key=repr)
        found = difference(alone, sorted((comparable(r) for r in named), key=repr))
        if found:
            failed += 1
            print('FAIL %s, with caller ids: %s' % (name, found))
        for title in quiet:
            print('%s, without caller ids: %s holds lines of both and does not say so' % (name, title))
        if options.keep and (found or quiet):
            for kind, data in (('named', jobs[4 * i + 2]), ('bare', jobs[4 * i + 3])):
                with open(os.path.join(options.keep, '%d-%s.log' % (i, kind)), 'wb') as out:
                    out.write(data)
    print('%d pairs: %d failed; without caller ids %d of %d reports hold lines of both and do not say so' % (len(pairs), failed, silent, total))
    sys.exit(1 if failed or silent > MOST_SILENT * total else 0)


if __name__ == '__main__':
    main()
