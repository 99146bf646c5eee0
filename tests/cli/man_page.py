#!/usr/bin/env python3
"""The man page tells of the very options that --help lists, at length in --help OPTION, and of the very formats that --format takes.

usage: man_page.py UNOOPS MAN_PAGE
"""
import re
import subprocess
import sys


def formats_of(unoops, page):
    """The formats of the program, and those of the list below the page's --format."""
    refused = subprocess.run([unoops, '--format', 'no-such-format'], stdin=subprocess.DEVNULL, capture_output=True, text=True).stderr
    with open(page, encoding='ascii') as file:
        item = re.search(r'^\.It Fl f , Fl Fl format .*?(?=^\.It Fl)', file.read(), re.MULTILINE | re.DOTALL)
    return set(re.search(r'\{([a-z,]+)\}', refused)[1].split(',')), set(re.findall(r'^\.It Cm ([a-z]+)$', item[0], re.MULTILINE))


def main(unoops, page):
    shown = ''.join(subprocess.run([unoops, *command, '--help'], check=True, capture_output=True, text=True).stdout for command in ([], ['addr']))
    rows = [line.strip() for line in shown.splitlines() if re.match(r' {2,6}-', line)]
    listed = {w for row in rows for w in re.findall(r'(?<![\w-])--?[a-z][a-z-]*', row.split('  ')[0])}
    with open(page, encoding='ascii') as file:
        told = set()
        for line in file:
            for dashes, name in re.findall(r'Fl ((?:Fl )?)([a-z][a-z-]*)', line if line.startswith('.It Fl') else ''):
                told.add(('--' if dashes else '-') + name)
    for option in sorted(listed - told):
        print(f'{option} is missing from the man page')
    for option in sorted(told - listed):
        print(f'{option} is in the man page only')
    print(f'{len(listed & told)} options agree')
    # The long help is the page's text; what the page calls an option has some.
    mute = [option for option in sorted(told) if len(subprocess.run([unoops, '--help', option], stdin=subprocess.DEVNULL, capture_output=True,
                                                                   text=True).stdout.splitlines()) < 2]
    for option in mute:
        print(f'--help {option} says nothing')
    formats, told_formats = formats_of(unoops, page)
    for name in sorted(formats ^ told_formats):
        print(f'the format {name} is missing from ' + ('the man page' if name in formats else 'the program'))
    return 1 if listed != told or mute or len(told) < 10 or formats != told_formats else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
