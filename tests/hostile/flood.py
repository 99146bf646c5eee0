#!/usr/bin/env python3
"""Floods unoops with input that is no log: it must end with 0 or 1, soon, and in little memory.

usage: flood.py UNOOPS [MEGABYTES]     for each flood (default 64; the figure of the README is for 4096)
"""
import os
import random
import signal
import subprocess
import sys
import time

MEMORY_KB = 64 * 1024
MEGABYTE = 1024 * 1024
OOPS = (b'[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n'
        b'[    1.000001] Oops: 0000 [#1] SMP\n'
        b'[    1.000002] RIP: 0010:foo+0x1/0x10\n'
        b'[    1.000003] Call Trace:\n'
        b'[    1.000004]  bar+0x1/0x10\n'
        b'[    1.000005] ---[ end trace 0000000000000000 ]---\n')
FRAME = b'[    1.000004]  bar+0x1/0x10\n'


def repeated(block):
    return lambda: block * (MEGABYTE // len(block) + 1)


FLOODS = {  # name -> what makes a megabyte of it
    'zeros': repeated(b'\0'),
    'noise': lambda: os.urandom(MEGABYTE),
    'one line': repeated(b'x'),
    'empty lines': repeated(b'\n'),
    'brackets': repeated(b'['),
    'unfinished stamps': repeated(b'[    1.0'),
    'headers': repeated(b'BUG: kernel NULL pointer dereference, address: 0000000000000008\n'),
    'oopses': repeated(OOPS),
    'frames without end': repeated(FRAME),
    'words of the kernel': lambda: b' '.join(random.choices(OOPS.split(), k=100_000)),
}


def start(unoops, *more, output=subprocess.DEVNULL):
    return subprocess.Popen([unoops, '-q', '--no-symbols', '--format', 'json', *more], stdin=subprocess.PIPE, stdout=output)


def ends(process, seconds):
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return 'none'


def feed(process, make, megabytes):
    """False: it stopped reading."""
    try:
        for _ in range(megabytes):
            process.stdin.write(make())
        process.stdin.close()
    except BrokenPipeError:
        return False
    return True


def sanitized(unoops):
    """A sanitizer's shadow memory says nothing about ours. (Not read here: a child's peak counts what its parent held.)"""
    return subprocess.run(['grep', '-q', '__asan_init', unoops], check=False).returncode == 0


def flood(unoops, name, megabytes, count_memory):
    process = start(unoops)
    before = time.monotonic()
    read_all = feed(process, FLOODS[name], megabytes)
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - before
    print(f'{name}: {megabytes} MB, exit {code}, {usage.ru_maxrss // 1024} MB resident, {took:.1f} s', flush=True)
    return read_all and code in (0, 1) and (not count_memory or usage.ru_maxrss < MEMORY_KB)


def interrupted(unoops):
    """Endless input ends on SIGINT."""
    process = start(unoops, '--follow')
    os.write(process.stdin.fileno(), FRAME * 1000)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    code = ends(process, 5)
    print(f'SIGINT while it follows: exit {code}')
    return code in (0, 1, 130, -signal.SIGINT)


def closed_pipe(unoops):
    """The reader of the output has gone (unoops | head): no endless work."""
    process = start(unoops, output=subprocess.PIPE)
    process.stdout.close()
    feed(process, FLOODS['oopses'], 8)
    code = ends(process, 10)
    print(f'closed output: exit {code}')
    return code in (0, 1, 2, 141, -signal.SIGPIPE)


def empty(unoops):
    code = subprocess.run([unoops, '-q', '/dev/null'], check=False).returncode
    print(f'empty file: exit {code}')
    return code == 1


def main(unoops, megabytes='64'):
    count_memory = not sanitized(unoops)
    good = [flood(unoops, name, int(megabytes), count_memory) for name in FLOODS]
    good += [interrupted(unoops), closed_pipe(unoops), empty(unoops)]
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
