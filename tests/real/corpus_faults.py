#!/usr/bin/env python3
"""The class of each bad address and the register that held it, from text and Code bytes alone.

usage: corpus_faults.py UNOOPS CORPUS_DIR

corpus_faults.tsv beside this has the truth: judged by hand, log by log. A class or a register that differs is wrong; a
register that is not told is missing. Both fail.
"""
import json
import os
import re
import subprocess
import sys


def read_log(path):
    """The log of a labelled file: behind its labels, before its report."""
    data = open(path, 'rb').read().replace(b'\r', b'')
    head, _, rest = data.partition(b'\n\n')
    if not re.match(rb'(TITLE|ALT|TYPE|FRAME|CORRUPTED|SUPPRESSED|PANICKED|EXECUTOR|START|END|#)', head):
        rest = data.lstrip(b'\n')
    cut = rest.find(b'\n\nREPORT:\n')
    return rest if cut < 0 else rest[:cut + 1]


def faults_of(unoops, log):
    out = subprocess.run([unoops, '--no-symbols', '--format', 'json'], input=log, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, timeout=30).stdout.decode()
    reports = [json.loads(line) for line in out.splitlines()]
    return [(owned_lines(r), r.get('fault', {})) for r in reports]


def owned_lines(report):
    """A report's own line ranges; without such a list its whole span."""
    ranges = report.get('lines') or [[report['line_first'], report['line_last']]]
    return [(part[0], part[-1]) if isinstance(part, list) else (part['first'], part['last']) for part in ranges]


def fault_at(faults, line):
    owners = [fault for ranges, fault in faults if any(first <= line <= last for first, last in ranges)]
    return owners[0] if owners else {}


def main():
    unoops, corpus = sys.argv[1:3]
    logs, passed, failed = {}, 0, 0
    for row in open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'corpus_faults.tsv')):
        if row.startswith('#'):
            continue
        log, line, wanted_class, wanted_register = row.rstrip('\n').split('\t')[:4]
        if log not in logs:
            logs[log] = faults_of(unoops, read_log(os.path.join(corpus, log)))
        fault = fault_at(logs[log], int(line))
        got = fault.get('address_class', '-'), fault.get('register', '-')
        if got == (wanted_class, wanted_register):
            passed += 1
        else:
            failed += 1
            print('%s, line %s: %s in %s, not %s in %s' % (log, line, wanted_class, wanted_register, *got))
    print('%d passed, %d failed' % (passed, failed))
    return failed != 0 or passed == 0


if __name__ == '__main__':
    sys.exit(main())
