#!/usr/bin/env python3
"""Hostile and repetitive input costs in proportion to its length: the instructions are counted, not the seconds.

usage: work.py UNOOPS [REGEX]      the floods whose names the expression finds

Each flood is read at two lengths, the second FACTOR times the first: the exponent may not pass MOST_EXPONENT, and a byte
of it not cost more than MOST_TIMES what a byte of a flood of oopses costs (that is what an input of 1 MB may take).
"""
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

LENGTH, FACTOR = 72_000, 3  # tables of bounded size are full by then
MOST_EXPONENT, MOST_TIMES = 1.1, 4.0

HEAD = (b'[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n'
        b'[    1.000001] Oops: 0000 [#1] SMP\n'
        b'[    1.000002] RIP: 0010:foo+0x1/0x10\n'
        b'[    1.000003] Call Trace:\n')
OOPS = HEAD + b'[    1.000004]  bar+0x1/0x10\n[    1.000005] ---[ end trace 0000000000000000 ]---\n'


def repeated(block, head=b''):
    return lambda size: (head + block * (size // len(block) + 1))[:size]


def numbered(form, head=b''):
    """`form` has a {} for the number of its turn."""
    def make(size):
        out, at = [head], 0
        length = len(head)
        while length < size:
            out.append(form.replace('{}', str(at)).encode())
            length += len(out[-1])
            at += 1
        return b''.join(out)
    return make


FLOODS = {  # name -> what makes so many bytes of it
    'oopses': repeated(OOPS),
    'empty lines': repeated(b'\n'),
    'one line': repeated(b'x'),
    'one line of references': repeated(b'foo+0x1/0x2 '),
    'one line of brackets': repeated(b' ('),
    'unfinished stamps': repeated(b'[    1.0'),
    'escapes': repeated(b'\x1b['),
    'headers': repeated(b'BUG: kernel NULL pointer dereference, address: 0000000000000008\n'),
    'headers behind prefixes': numbered('{}|svc|BUG: kernel NULL pointer dereference, address: 0000000000000008\n'),
    'frames of one report': repeated(b'[    1.000004]  bar+0x1/0x10\n', HEAD),
    'machinery of one trace': repeated(b'[    1.000004]  panic+0x1/0x10\n', b'[    1.000000] Call Trace:\n'),
    'machinery after a cut': repeated(b'[    1.000004]  panic+0x1/0x10\n'),
    'registers of one report': repeated(b'RAX: 0000000000000000 RBX: 0000000000000001 RCX: 0000000000000002\n', HEAD),
    'modules of one report': repeated(b' abcdef ghi\n', HEAD + b'Modules linked in: a b\n'),
    'distinct tasks': numbered('INFO: task t{}:1{} blocked for more than 120 seconds.\ntask:t{} state:D stack:0 pid:1{} '
                               'ppid:2 flags:0x00004000\nCall Trace:\n schedule+0x1/0x10\n'),
    'sanitizer reports': numbered('BUG: KASAN: use-after-free in f{}+0x1/0x10\nRead of size 8 at addr ffff888012345678 by '
                                  'task t/{}\n'),
    'leaks': numbered('unreferenced object 0xffff{}0 (size 8):\n  comm "a", pid 1, jiffies 1\n  backtrace:\n    foo+0x1/0x2\n'),
    'boots': numbered('[    0.000000] Linux version 6.{}.0 (a@b) (gcc) #1 SMP\n' + OOPS.decode()),
    'troubles': numbered(''.join('[    1.0] EXT4-fs error (device sd%s{}): x\n' % disk for disk in 'abcdefgh') + OOPS.decode()),
    'repeated messages': repeated(b'Jan  6 10:11:12 host kernel: message repeated 1000 times: [ BUG: x ]\n'),
    'interleaved CPUs': numbered(''.join('[    1.000000][   C%d] %s\n' % (cpu, line.split('] ', 1)[1])
                                         for line in OOPS.decode().splitlines() for cpu in range(64))),
    'newest line on top': lambda size: b''.join(b'[%5d.000000] text\n' % (99999 - i) for i in range(size // 20)),
}


def instructions(unoops, data):
    with tempfile.NamedTemporaryFile(suffix='.log') as log:
        log.write(data)
        log.flush()
        command = ['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null', unoops, '-q', '--no-sandbox', '--no-symbols', '--format', 'json', log.name]
        ended = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    found = re.search(rb'Collected : (\d+)', ended.stderr)
    if not found:
        sys.exit('valgrind counted nothing: %s' % ended.stderr[-300:].decode(errors='replace'))
    return int(found[1])


def costs(unoops, make, base):
    return [max(1, instructions(unoops, make(size)) - base) for size in (LENGTH, FACTOR * LENGTH)]


def main(unoops, only=''):
    if not shutil.which('valgrind'):
        print('valgrind, which counts the instructions, is not installed')
        return 77
    if subprocess.run(['grep', '-q', '__asan_init', unoops], check=False).returncode == 0:
        print('valgrind does not run what the sanitizers are built into')
        return 77
    base = instructions(unoops, b'x\n')
    names = [name for name in FLOODS if name == 'oopses' or re.search(only, name)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(names, pool.map(lambda name: costs(unoops, FLOODS[name], base), names)))
    wrong = 0
    for name, (once, more) in found.items():
        exponent = math.log(more / once) / math.log(FACTOR)
        times = more / found['oopses'][1]
        bad = exponent > MOST_EXPONENT or times > MOST_TIMES
        wrong += bad
        print('%s%s: %.0f instructions a byte, exponent %.2f, %.1f times oopses' %
              ('FAIL ' if bad else '', name, more / (FACTOR * LENGTH), exponent, times))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
