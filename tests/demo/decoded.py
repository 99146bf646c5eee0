#!/usr/bin/env python3
"""The demo's oops, decoded, says what binutils' addr2line says of each frame, and names the pointer.

usage: decoded.py UNOOPS DEMO_DIR
"""
import json
import os
import re
import subprocess
import sys


def tool(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def addr2line(elf, symbol, pc):
    """[(function, file name, line)], innermost first."""
    start = next(int(a, 16) for a, _, name in (r.split() for r in tool('nm', '--defined-only', elf).splitlines()) if name == symbol)
    section = ('-j', '.text') if elf.endswith('.ko') else ()
    rows = tool('addr2line', '-f', '-i', *section, '-e', elf, hex(start + pc)).splitlines()
    places = [row.split(' (discriminator')[0].rsplit(':', 1) for row in rows[1::2]]
    return [(name, os.path.basename(file), int(line)) for name, (file, line) in zip(rows[::2], places)]


def main(unoops, demo):
    report = json.loads(tool(unoops, '--format', 'json', '-k', f'{demo}/vmlinux', f'{demo}/oops.log'))
    wrong = checked = 0
    for stack in report['stacks']:
        for frame in stack['frames']:
            elf = f'{demo}/courier.ko' if frame.get('module') else f'{demo}/vmlinux'
            want = addr2line(elf, frame['symbol'], frame['offset'] - (frame['pc'] == 'return'))
            have = [(s['function'], os.path.basename(s['file']), s['line']) for s in frame.get('source', [])]
            # Assembler has no functions in DWARF; addr2line takes the symbol's name there.
            if [place[1:] for place in have] != [place[1:] for place in want] or have[0][0] != want[0][0]:
                print(f'{frame["symbol"]}+{frame["offset"]:#x}: {have}, addr2line: {want}')
                wrong += 1
            checked += 1
    cause = report['explanation'].get('cause', {})
    named = bool(re.search(r'\bqueue$', cause.get('expression', ''))) and (cause.get('member'), cause.get('offset'), cause.get('value')) == ('head', 8, '0x0')
    if not named:
        print(f'the cause is not named: {cause}')
    print(f'{checked - wrong} of {checked} frames as addr2line has them')
    return 1 if wrong or not named or checked < 8 else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
