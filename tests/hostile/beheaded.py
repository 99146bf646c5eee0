#!/usr/bin/env python3
"""Golden logs that begin within a report, cut before every line of it: what is left is still told for what it was.

usage: beheaded.py DECODE_MANY TESTDATA [--only REGEX] [--keep DIR]

Of a report that is no notice:
  - while a line is left that only an oops or a warning prints, or two frames of its trace, a report of at least a warning
    tells of it (so that `--fail-on warning` does not exit with 0);
  - while such a line is left, no notice holds it;
  - the culprit is a function that the whole log has among its frames.
"""
import argparse
import glob
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'costumes'))
from run import decode_all  # noqa: E402

PROOF = re.compile(r'---\[ end trace|Fixing recursive fault|note: \S+\[\d+\] exited with ')
FRAME = re.compile(r'^(?:\[[^\]<>]*\])*\s*(?:\[<[0-9a-f]+>\]\s*)?[\w.$]+\+0x')
KERNEL_STATE = re.compile(r'RSP: 0018:|\bsp :|\+0x[0-9a-f]+/0x')
CODE = re.compile(r'\bCode: ?(.*[<(].*)')
LEVELS = ['notice', 'warning', 'error', 'fatal']
MOST_SHOWN = 40


def is_told(report):
    return LEVELS.index(report['severity']) >= LEVELS.index('warning')


def numbers(report):
    return {n for span in report['lines'] for n in range(span['first'], span['last'] + 1)}


def frame_lines(report, lines):
    """Lines of the frames that the kernel confirmed on the report's own traces."""
    return {f["line_no"] for s in report.get('stacks', []) if s['label'].startswith(('Call Trace', 'pc')) for f in s['frames']
            if f.get('reliable', True) and f.get('symbol') and FRAME.match(lines[f['line_no'] - 1])}


def proofs(report, lines):
    """The lines that only an oops or a warning prints."""
    found = {n for n in numbers(report) if PROOF.search(lines[n - 1])}
    code = report.get('code', {})
    for n in numbers(report) if 'fault_offset' in code else ():
        match = CODE.search(lines[n - 1])
        # Code alone may be a program's: the kernel's pc, stack pointer or trace stands beside it.
        if match and any(KERNEL_STATE.search(lines[m - 1]) for m in numbers(report) if m >= n) and re.sub('[^0-9a-f]', '', match[1]) == code['bytes'].replace(' ', ''):
            found.add(n)
    return found


def symbols(reports):
    return {f['symbol'] for r in reports for s in r.get('stacks', []) for f in s['frames'] if f.get('symbol')}


def culprit(report):
    place = report.get('culprit')
    if not place:
        return None
    return report['stacks'][place['stack']]['frames'][place['frame']].get('symbol')


def wrong(cut, whole, report, left, evidence):
    """What is wrong with the reports of the log without the lines before `cut`; None: nothing."""
    shifted = [(r, {n + cut - 1 for n in numbers(r)}) for r in left]
    rest = {n for n in numbers(report) if n >= cut}
    must, frames = ({n for n in one if n >= cut} for one in evidence)
    if (must or len(frames) > 1) and not any(is_told(r) and own & rest for r, own in shifted):
        return 'nothing of at least a warning: %s' % [(r['severity'], r['title']) for r, _ in shifted]
    for r, own in shifted:
        if not is_told(r) and own & must:
            return 'a notice: %s' % r['title']
    known = symbols(whole)
    for r in left:
        name = culprit(r)
        if name and name not in known:
            return 'culprit %s is no frame of the whole log' % name
    return None


def cuts_of(data, reports):
    """(first line that is left, the report that begins before it) for every line of every report."""
    lines = data.decode('latin-1').split('\n')
    for report in reports:
        if is_told(report) and report['lines']:
            proof = proofs(report, lines)
            last = max(proof | frame_lines(report, lines) | {report['line_first']})
            for cut in range(report['line_first'] + 1, last + 1):
                yield cut, report, proof, frame_lines(report, lines)


def decode_by_turns(many, logs):
    """As decode_all, on every CPU."""
    share = -(-len(logs) // os.cpu_count()) or 1
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = pool.map(lambda at: decode_all(many, logs[at:at + share]), range(0, len(logs), share))
        return [reports for part in parts for reports in part]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('many')
    parser.add_argument('testdata')
    parser.add_argument('--only')
    parser.add_argument('--every', type=int, default=1, help='every n-th line alone')
    parser.add_argument('--keep', help='write the logs that fail there')
    options = parser.parse_args()
    paths = sorted(p for p in glob.glob(os.path.join(options.testdata, '*', '*.log')) if not options.only or re.search(options.only, p))
    datas = [open(p, 'rb').read() for p in paths]
    jobs, logs = [], []
    for path, data, whole in zip(paths, datas, decode_all(options.many, datas)):
        ends = [0] + [m.end() for m in re.finditer(b'\n', data)]
        for cut, report, proof, frames in list(cuts_of(data, whole))[::options.every]:
            jobs.append((path, cut, whole, report, proof, frames))
            logs.append(data[ends[cut - 1]:ends[report['line_last']] if report['line_last'] < len(ends) else None])
    if not jobs:
        sys.exit('no log to cut')
    failed = 0
    for (path, cut, whole, report, proof, frames), data, left in zip(jobs, logs, decode_by_turns(options.many, logs)):
        found = wrong(cut, whole, report, left, (proof, frames))
        if not found:
            continue
        failed += 1
        if failed <= MOST_SHOWN:
            print('FAIL %s from line %d (%s): %s' % (os.path.relpath(path, options.testdata), cut, report['title'], found))
        if options.keep:
            with open(os.path.join(options.keep, '%s-%d.log' % (os.path.basename(path)[:-4], cut)), 'wb') as out:
                out.write(data)
    print('%d logs that begin within a report, %d of them told wrongly' % (len(jobs), failed))
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
