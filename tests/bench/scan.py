#!/usr/bin/env python3
"""How fast a log without reports is read: unoops against grep and ripgrep with its own needles, on the same bytes.

usage: scan.py UNOOPS MEGABYTES [--log FILE] [--runs N]

An ordinary boot (tests/quiet/boot.log, or FILE) again and again, as a serial log and in other transports (tools/dress.py). The page
cache is warm, the runs of all programs take turns, the least CPU time of each counts. Exits with 1 where a wanted ratio is missed.
"""
import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'tools'))
import dress  # noqa: E402

OTHERS = ['journal-json', 'journal-iso', 'syslog', 'dmesg-ctime', 'kmsg', 'dmesg-raw', 'serial of many callers']

MANY_CALLERS = ' of many callers'  # CONFIG_PRINTK_CALLER


def fill(path, lines, transport, size):
    """Writes boots until there are so many bytes; each begins at time 0, the records of /dev/kmsg are counted on."""
    if transport.endswith(MANY_CALLERS):
        lines, transport = dress.of_many_callers(lines), transport[:-len(MANY_CALLERS)]
    text = dress.text_of(lines, transport)
    text = text if isinstance(text, bytes) else text.encode('latin-1')
    with open(path, 'wb') as file:
        while file.tell() < size:
            file.write(text)
    with open(path, 'rb') as file:
        while file.read(1 << 20):
            pass
    return path


def cpu(command, stdin=None):
    """CPU seconds, and the most memory in MB that any child had so far."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Not /dev/null, because grep ends at the first match where it sees that nobody reads what it prints.
    subprocess.run(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def from_pipe(command, path):
    with subprocess.Popen(['cat', path], stdout=subprocess.PIPE) as cat:
        seconds = cpu(command, cat.stdout)
        cat.stdout.close()
    return seconds


def resident(command, path):
    """MB of the program alone, through a pipe."""
    code = ('import resource, subprocess, sys\n'
            'subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n'
            'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)')
    with subprocess.Popen(['cat', path], stdout=subprocess.PIPE) as cat:
        out = subprocess.run([sys.executable, '-c', code, *command], stdin=cat.stdout, stdout=subprocess.PIPE, check=True)
        cat.stdout.close()
    return int(out.stdout) / 1024


def least(runs, measures):
    """{name: seconds}, each measured in turn."""
    best = {}
    for _ in range(runs):
        for name, measure in measures.items():
            best[name] = min(best.get(name, 1e9), measure())
    return best


def show(words, ratio, wanted):
    print('  %-44s %5.2f (wanted: %.1f or less)%s' % (words, ratio, wanted, '' if ratio <= wanted else '   MISSED'))
    return ratio <= wanted


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('unoops')
    parser.add_argument('megabytes', type=int)
    parser.add_argument('--log', default=os.path.join(HERE, '..', 'quiet', 'boot.log'))
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--others', default=','.join(OTHERS))
    args = parser.parse_args()
    with open(args.log, 'rb') as file:
        lines = dress.parse(file.read())
    needles = [line for line in subprocess.run([args.unoops, '--needles'], stdout=subprocess.PIPE, check=True).stdout.decode().split('\n') if line]
    pattern = '|'.join(re.sub(r'([][\\.*^$+?(){}|])', r'\\\1', needle) for needle in needles)
    title = [args.unoops, '--no-symbols', '-q', '-f', 'title']
    good = True
    with tempfile.TemporaryDirectory() as folder:
        plain = fill(os.path.join(folder, 'plain'), lines, 'serial', args.megabytes * 1_000_000)
        size = os.path.getsize(plain)
        os.environ['LC_ALL'] = 'C'
        grep, rg = ['grep', '-cE', pattern], ['rg', '-c', pattern]
        measures = {'unoops': lambda: cpu(title + [plain]), 'grep': lambda: cpu(grep + [plain]),
                    'unoops, piped': lambda: from_pipe(title, plain), 'grep, piped': lambda: from_pipe(grep, plain),
                    'every line read': lambda: cpu(title + ['--no-quiet-path', plain])}
        if shutil.which('rg'):
            measures['ripgrep'] = lambda: cpu(rg + [plain])
        took = least(args.runs, measures)
        print('%d needles, %d MB of an ordinary log, CPU time' % (len(needles), size // 1_000_000))
        for name, seconds in took.items():
            print('  %-16s %6.2f s  %6.0f MB/s' % (name, seconds, size / seconds / 1e6))
        good &= show('unoops / grep -cE', took['unoops'] / took['grep'], 0.6)
        if 'ripgrep' in took:
            good &= show('unoops / rg -c', took['unoops'] / took['ripgrep'], 1.0)
        good &= show('from a pipe, unoops / grep -cE', took['unoops, piped'] / took['grep, piped'], 0.8)
        memory = resident(title, plain)
        good &= show('MB resident, from a pipe, of 32', memory / 32, 1.0)
        for transport in filter(None, args.others.split(',')):
            path = fill(os.path.join(folder, 'other'), lines, transport, args.megabytes * 1_000_000)
            other = least(args.runs, {'plain': measures['unoops'], 'this': lambda: cpu(title + [path])})
            ratio = other['this'] / os.path.getsize(path) / (other['plain'] / size)
            good &= show('%s / plain, per byte' % transport, ratio, 1.2)
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
