#!/usr/bin/env python3
"""Everything that a kernel can say in one line, as a log: the format strings of its source with plausible arguments.

usage: kernel_words.py TREE [--places]      to standard output; --places: FILE:LINE and a tab before each line

Reads printk(), pr_*, dev_*, netdev_* and their likes with pr_fmt's prefix from TREE/{arch,block,drivers,fs,kernel,...}.
"""
import glob
import os
import re
import sys

ROOMS = ['arch', 'block', 'certs', 'crypto', 'drivers', 'fs', 'init', 'io_uring', 'ipc', 'kernel', 'lib', 'mm', 'net', 'security',
         'sound', 'virt']
CALL = re.compile(r'\b(\w+)\s*\(')
# A function that prints: printk, pr_err, dev_warn_once, netdev_info, drm_err, ext4_error, ..., by its name's end.
PRINTS = re.compile(r'(?:printk|(?:^|_)(?:emerg|alert|crit|err|error|warn|warning|notice|info|msg|panic|cont))'
                    r'(?:_once|_ratelimited|_rl|_fl|_deferred)?$')
PR_FMT = re.compile(r'^#define\s+pr_fmt\(\w+\)\s+(.*?)\b\w+\s*$', re.M)
STRING = re.compile(r'\s*(?:"((?:[^"\\\n]|\\.)*)"|(KERN_\w+|PRI\w+|KBUILD_MODNAME|DRV_NAME|DRIVER_NAME|MODULE_NAME|\w*PFX\w*|\w*PREFIX\w*|'
                    r'FW_\w+|HW_ERR|__func__))', re.S)
CONVERSION = re.compile(r'%(?:%|[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?(?:hh|h|ll|l|L|z|t|j)?(?:p[A-Za-z0-9]*|[a-zA-Z]))')
ESCAPES = {'n': '\n', 't': '\t', '"': '"', '\\': '\\', "'": "'", 'r': '\r', 'a': '\a'}
DEVICE = {'dev': '{} 0000:00:1f.2: ', 'pci': '{} 0000:00:1f.2: ', 'netdev': '{} 0000:02:00.0 eth0: ', 'drm': '{} 0000:01:00.0: [drm] ',
          'hid': '{} 0003:046D:C077.0004: ', 'sdev': 'sd 2:0:0:0: [sdb] ', 'usb': '{} 3-2:1.0: ', 'xhci': '{} 0000:00:14.0: ',
          'ext4': 'EXT4-fs (sda1): ', 'btrfs': 'BTRFS info (device sda1): ', 'xfs': 'XFS (sda1): ', 'f2fs': 'F2FS-fs (sda1): '}
POINTERS = {'S': 'demo_probe+0x1c/0x40 [demo]', 's': 'demo_probe', 'B': 'demo_probe+0x1c/0x40 [demo]', 'b': '0-3', 'M': '52:54:00:12:34:56',
            'm': '525400123456', 'I': '192.168.1.7', 'i': '192.168.001.007', 'e': '-ENOMEM', 'O': '/soc/serial@fe201000',
            'a': '0x00000000fe201000', 'U': '0a1b2c3d-0000-1111-2222-333344445555', 'd': 'tmp.txt', 'D': 'tmp.txt', 'r': 'mem 0xfe000000-0xfeffffff',
            'R': '[mem 0xfe000000-0xfeffffff]', 'h': '00 1f 2e 3d', 'f': 'demo', 'V': 'demo', 'g': 'sda1', 'G': '0x1f', 't': '2026-01-06T10:11:12',
            'N': 'demo', 'C': 'demo', '4': 'YUYV'}
WORDS = ['eth0', 'sda1', 'demo', 'init', 'clk', 'failed', 'timeout', 'reset']
LEVEL = {'emerg': 0, 'alert': 1, 'panic': 0, 'crit': 2, 'err': 3, 'error': 3, 'warn': 4, 'warning': 4, 'notice': 5, 'info': 6}


def unescape(text):
    return re.sub(r'\\(.)', lambda m: ESCAPES.get(m[1], m[1]), text)


def literal(text, at, module):
    """The string literals that stand together at `at`; None: there are none."""
    out, found = '', False
    while True:
        m = STRING.match(text, at)
        if not m:
            return (out, at) if found else (None, at)
        at = m.end()
        if m[1] is not None:
            out += unescape(m[1])
            found = True
        elif m[2].startswith('PRI'):
            out += 'x'
        elif not m[2].startswith('KERN_') and m[2] != '__func__':
            out += {'HW_ERR': '[Hardware Error]: ', 'FW_BUG': '[Firmware Bug]: ', 'FW_WARN': '[Firmware Warn]: ',
                    'FW_INFO': '[Firmware Info]: '}.get(m[2], module + ('' if m[2].endswith('NAME') else ': '))


def argument_text(text, at, module):
    """The format of a call whose arguments begin at `at`: its first argument that is a string, of the first three."""
    for _ in range(4):
        found, end = literal(text, at, module)
        if found is not None:
            return found
        comma = re.compile(r'[^(),;"]*(?:\([^()]*\)[^(),;"]*)*,').match(text, at)
        if not comma:
            return None
        at = comma.end()
    return None


def argument(m, number):
    conversion = m[0]
    kind = conversion[-1] if 'p' not in conversion else 'p'
    if conversion == '%%':
        return '%'
    if kind == 'p':
        return POINTERS.get(conversion[conversion.index('p') + 1:][:1], '00000000a1b2c3d4')
    if kind == 's':
        return WORDS[number % len(WORDS)]
    if kind == 'c':
        return 'A'
    digits = re.search(r'(0?)(\d+)', conversion)
    width = int(digits[2]) if digits else 0
    text = '%x' % (number % 250 + 2) if kind in 'xX' else '%d' % (number % 90 + 1)
    return ('0x' if '#' in conversion else '') + text.rjust(min(width, 16), '0' if digits and digits[1] else ' ')


def expand(form, seed):
    count = [seed]

    def one(m):
        count[0] += 1
        return argument(m, count[0])
    return CONVERSION.sub(one, form)


def prefix_of(call, file_prefix, module):
    room = call.split('_')[0].lower()
    if room == 'pr':
        return file_prefix
    return DEVICE.get(room, '').format(module)


def level_of(call):
    return next((LEVEL[word] for word in reversed(call.lower().split('_')) if word in LEVEL), 4)


def says(path):
    """(line, level, text) of everything that a file prints"""
    with open(path, encoding='latin-1') as file:
        text = file.read()
    module = os.path.basename(path)[:-2].replace('-', '_')
    text = re.sub(r'/\*.*?\*/', lambda m: '\n' * m[0].count('\n'), text, flags=re.S)
    m = PR_FMT.search(text)
    file_prefix = (literal(m[1], 0, module)[0] or module + ': ') if m else ''
    for call in CALL.finditer(text):
        if not PRINTS.search(call[1]):
            continue
        form = argument_text(text, call.end(), module)
        if not form or not re.search(r'[a-zA-Z]{3}', form):
            continue
        line = text.count('\n', 0, call.start()) + 1
        words = expand(form, call.start())
        yield line, level_of(call[1]), prefix_of(call[1], file_prefix, module) + words.rstrip('\n')


def lines_of(tree):
    """(place, level, one line of text) of the whole tree"""
    for room in ROOMS:
        for path in sorted(glob.glob(os.path.join(glob.escape(tree), room, '**', '*.[ch]'), recursive=True)):
            place = os.path.relpath(path, tree)
            for line, level, text in says(path):
                for one in text.split('\n'):
                    yield '%s:%d' % (place, line), level, one


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    places = '--places' in sys.argv
    us = 1_000_000
    for place, level, text in lines_of(sys.argv[1]):
        us += 1_003
        stamped = '<%d>[%5d.%06d] %s\n' % (level, us // 1_000_000, us % 1_000_000, text)
        sys.stdout.write((place + '\t' if places else '') + stamped)


if __name__ == '__main__':
    main()
