#!/usr/bin/env python3
"""Kernel logs as they were captured by several programs at once: all tell of the same reports.

usage: renderings.py UNOOPS DIR

For each DIR/NAME.d beside DIR/NAME.log (the serial line): what unoops says of every file in it (dmesg with its options,
/dev/kmsg, journal, pstore) equals what it says of the serial log, but for line numbers, times, what the rendering can't
carry, and what stands outside the rendering's range: reports whose first line is not in it, the banner and the messages
where levels were chosen, and the registers that an oops repeats behind its end (v6.1 arch/x86/kernel/dumpstack.c oops_end): pstore dumps
the log before them.
"""
import glob
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run  # noqa: E402

COLOUR = re.compile(rb'\x1b\[[0-9;]*m')


def holds(data, words):
    return any(form.encode() in data for form in (words, json.dumps(words)[1:-1]))


def comparable(report, text, pstore):
    out = run.without_places(report)
    out.pop('number')
    out.pop('follows', None)  # numbers, too
    out['messages'] = [message for message in out.get('messages', []) if holds(text, message)]
    if not holds(text, 'Linux version '):
        out.get('kernel', {}).pop('banner', None)
    if pstore:
        out['stacks'] = [stack for stack in out.get('stacks', []) if stack.get('context') != 'repeat']
    return out


def check(unoops, serial, rendering):
    """What differs; None: nothing. And how many reports were compared."""
    with open(rendering, 'rb') as file:
        data = file.read()
    text = COLOUR.sub(b'', data)
    how = text, os.path.basename(rendering).startswith('pstore')
    with open(serial, 'rb') as file:
        want = [comparable(r, *how) for r in run.run_once(unoops, file.read()) if holds(text, r['headline'])]
    got = [comparable(r, *how) for r in run.run_once(unoops, data)]
    return len(want), run.difference(want, got)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    unoops, folder = sys.argv[1:]
    renderings = sorted(glob.glob(os.path.join(folder, '*.d', '*')))
    if not renderings:
        print('no renderings in %s' % folder)
        sys.exit(77)
    equal = compared = 0
    for rendering in renderings:
        serial = os.path.dirname(rendering)[:-2] + '.log'
        count, found = check(unoops, serial, rendering)
        compared += count
        equal += not found
        if found:
            print('%s: %s' % (os.path.relpath(rendering, folder), found))
    print('%d renderings, %d equal, %d reports compared' % (len(renderings), equal, compared))
    sys.exit(equal != len(renderings))


if __name__ == '__main__':
    main()
