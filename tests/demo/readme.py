#!/usr/bin/env python3
"""The decoded oops in README.md is what the program prints.

usage: readme.py UNOOPS SOURCE_DIR [--update]

The block ends before the first section that FOLDED names; --update writes it anew.
"""
import pathlib
import subprocess
import sys

BEGIN, END = '```\n1/1 ', '\n```\n'
FOLDED = '\nRegisters'


def printed(unoops, source):
    demo = source / 'testdata/demo'
    text = subprocess.run([unoops, '-k', demo / 'vmlinux'], check=True, capture_output=True, text=True,
                          stdin=open(demo / 'oops.log', encoding='ascii')).stdout
    return text[text.index('1/1 '):].split(FOLDED)[0].rstrip('\n')


def main(unoops, source, *update):
    source = pathlib.Path(source)
    readme = source / 'README.md'
    text = readme.read_text(encoding='utf-8')
    begin = text.index(BEGIN) + len('```\n')
    end = text.index(END, begin)
    want = printed(unoops, source)
    if text[begin:end] == want:
        print('README.md shows what the program prints')
        return 0
    if update:
        readme.write_text(text[:begin] + want + text[end:], encoding='utf-8')
        return 0
    print(f'README.md shows another output; write it anew:\n  tests/demo/readme.py {unoops} . --update')
    return 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
