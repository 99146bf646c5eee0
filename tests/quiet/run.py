#!/usr/bin/env python3
"""The quiet path says what the reading path says.

usage: run.py PATHS_EQUAL TESTDATA ORDINARY... [--places N] [--seed S] [--wholes] [--transports NAME,NAME]

Each golden log of TESTDATA as it is, in pieces of several sizes (--wholes); and N logs that are ordinary ones (ORDINARY: files)
with a golden log hidden somewhere, all of it in one transport (tools/dress.py), with lines between that end a quiet stretch or
look as if they did. PATHS_EQUAL (tools/paths_equal.cpp) decodes each twice. A log that differs is kept below /tmp.
"""
import argparse
import glob
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'tools'))
import dress  # noqa: E402

PLAIN = ['serial', 'serial', 'bare', 'dmesg-raw', 'dmesg-ctime', 'dmesg-new', 'kmsg', 'kmsg', 'journal-short', 'journal-iso', 'syslog',
         'syslog', 'rsyslog-iso', 'journal-json', 'journal-monotonic', 'samsung', 'mediatek', 'busybox-syslogd', 'dmesg-json', 'ts']
# Bytes before a line's text (None: a line of its own), in a transport's line.
ODD = [b'=3D=3D a', b'Panic#1 Part1', b'-- MARK --', b'^A4text', b'text#012more', b'\\x0a', b'[    0.100000] glued', b'&lt;TASK&gt;',
       b'\x1b[31mred\x1b[0m', b'------------[ cut here ]------------', b'kasan: ', b'login: [   16.312345] text', b'message repeated 2 times: [ x]',
       b'systemd[1]: Started.', b'host kernel: text', b'task:x state:D', b'CPU: 1', b'RIP: 0010:foo+0x1/0x2', b' foo+0x10/0x20', b'rust_kernel: panicked at x',
       b'EXT4-fs error (device sda1): ext4_find_entry:1', b'Linux version 6.1.0 (x@y) #1', b'Command line: a=b', b'note: cat[42] exited with irqs disabled',
       b'#0: x', b'C1 [    kworker/1:1] x', b'I[0:      swapper/0:    1] x', b'(0)[1:init]x', b'0123...', b'a>', b'tab\there', b'\xe0\xdf\xc3\xa3ASK>', b'cut 0x12...  ', b'caf\xc3\xa9', b'x' * 300]
ALONE = [b'', b'   indented', b' SUBSYSTEM=pci', b' kernel:[   50.100001] text', b'bare words', b'Message from syslogd@host at Jan  6 10:11:12 ...',
         b'Jan  6 10:11:12 other kernel: text', b'Jan  6 10:11:12 other sshd[9]: text', b'Jan  6 10:11:12 host last message repeated 3 times',
         b'Content-Transfer-Encoding: quoted-printable', b'{', b'> quoted', b'__CURSOR=x', b'y' * 90, b'z' * 79 + b'=', b'Oops#1 Part3',
         b'[    0.000000] Linux version 6.1.0 (x@y) (gcc) #1 SMP', b'[    0.000001] again', b'Mon 2025-01-06 10:11:12 CET host kernel: x']


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def logs_of(folder):
    return sorted(glob.glob(os.path.join(folder, '**', '*.log'), recursive=True))


def with_odd_lines(rng, text, count):
    lines = text.split(b'\n')
    for _ in range(count):
        at = rng.randrange(len(lines))
        front = lines[at][:lines[at].find(b': ') + 2] if rng.random() < 0.5 else lines[at][:lines[at].find(b'] ') + 2]
        what = rng.random()
        if what < 0.4:
            lines.insert(at, front + rng.choice(ODD))
        elif what < 0.6:
            lines.insert(at, rng.choice(ALONE))
        elif what < 0.7:
            lines.insert(at, lines[at].replace(b'kernel: ', rng.choice([b'systemd[1]: ', b'sshd: ', b'cron[12]: x ', b'klogd: ', b'app: [  1.000000] '])))
        elif what < 0.8:
            lines[at] = lines[at] + rng.choice([b'\r', b'>', b'> ', b'...', b'... ', b' 0x12...', b' [    1.234567]', b'=', b' Part1'])
        elif what < 0.9 and lines[at]:
            cut = rng.randrange(len(lines[at]))
            lines[at] = lines[at][:cut] + bytes([rng.randrange(256)]) + lines[at][cut + 1:]
        else:
            lines.insert(at, lines[rng.randrange(len(lines))])
    return b'\n'.join(lines)


def on_screen(rng, text):
    """As a terminal breaks it at its last column; or all of its lines equally long, which looks as if one had."""
    width = rng.randrange(85, 140)
    if rng.random() < 0.5:
        return b'\n'.join(line[:width].ljust(width, b'.') if line else line for line in text.split(b'\n'))
    return b'\n'.join(line[at:at + width] for line in text.split(b'\n') for at in range(0, max(len(line), 1), width))


def hidden(rng, goldens, ordinary, transports):
    """A log, how it is called, and the size of the pieces in which it comes."""
    transport = rng.choice(transports)
    golden = rng.choice(goldens)
    host = rng.choice(ordinary)
    lines = list(host)
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        lines += rng.choice(ordinary)
    if rng.random() < 0.3:
        lines = dress.of_many_callers(lines)
    at = rng.randrange(len(lines))
    lines[at:at] = golden[1]
    text = dress.text_of(lines, transport)
    text = text if isinstance(text, bytes) else text.encode('latin-1')
    if rng.random() < 0.15:
        text = on_screen(rng, text)
    text = with_odd_lines(rng, text, rng.choice([0, 0, 1, 3, 10, 40]))
    chunk = rng.choice([1 << 30, 1 << 30, 65536, rng.randrange(1, 200), rng.randrange(200, 9000)])
    return '%s in %s' % (golden[0], transport), text, chunk


def compare(program, logs):
    """Runs the program on (name, bytes, chunk); returns how many differ."""
    logs = list(logs)
    with tempfile.TemporaryFile() as file:
        for _, data, chunk in logs:
            file.write(b'%d %d\n' % (len(data), chunk))
            file.write(data)
        file.seek(0)
        run = subprocess.run([program], stdin=file, stdout=subprocess.PIPE, check=False)
    answers = run.stdout.decode().splitlines()
    if len(answers) < len(logs):
        answers.append('ends the program (exit %d)' % run.returncode)
    wrong = len(logs) - len(answers)
    for (name, data, chunk), answer in zip(logs, answers):
        if answer.startswith('same'):
            continue
        wrong += 1
        kept = tempfile.NamedTemporaryFile(prefix='paths-differ-', suffix='.log', delete=False)
        kept.write(data)
        print('%s, in pieces of %d: %s (%s)' % (name, chunk, answer, kept.name))
    reports = sum(int(answer.split()[1]) for answer in answers if answer.startswith('same'))
    return wrong, reports


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('testdata')
    parser.add_argument('ordinary', nargs='+')
    parser.add_argument('--places', type=int, default=100)
    parser.add_argument('--seed', type=int, default=13)
    parser.add_argument('--wholes', action='store_true')
    parser.add_argument('--transports', default=','.join(PLAIN))
    args = parser.parse_args()
    rng = random.Random(args.seed)
    wrong = total = reports = 0
    if args.wholes:
        logs = [(os.path.relpath(path, args.testdata), read(path), chunk) for path in logs_of(args.testdata) for chunk in (1 << 30, 4099, 61)]
        found = compare(args.program, logs)
        wrong, reports, total = found[0], found[1], len(logs)
    goldens = [(os.path.relpath(path, args.testdata), dress.parse(read(path))) for path in logs_of(args.testdata)
               if os.path.getsize(path) < 200_000]
    ordinary = [dress.parse(read(path)) for path in args.ordinary]
    for start in range(0, args.places, 50):
        count = min(50, args.places - start)
        found = compare(args.program, (hidden(rng, goldens, ordinary, args.transports.split(',')) for _ in range(count)))
        wrong, reports, total = wrong + found[0], reports + found[1], total + count
    print('%d logs, %d reports: %d differ' % (total, reports, wrong))
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
