#!/usr/bin/env python3
"""Runs unoops on every log of a folder, cut after every line.

usage: cut.py UNOOPS DIR [EVERY]      EVERY n-th line instead of every one

No crash, no hang (10 s), exit status 0 or 1 (2 if it says that the file is no log), and nothing but whole JSON lines on
standard output.
"""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


def wrong(unoops, text):
    """What is wrong with the run on `text`; None: nothing."""
    try:
        done = subprocess.run([unoops, '-q', '--no-symbols', '--format', 'json'], input=text, capture_output=True, timeout=10, check=False)
        for line in done.stdout.splitlines():
            json.loads(line)
    except subprocess.TimeoutExpired:
        return 'takes more than 10 s'
    except ValueError as error:
        return f'bad JSON: {error}'
    if done.returncode == 2 and b' no log' in done.stderr and not done.stdout:
        return None
    if done.returncode not in (0, 1):
        return f'exit status {done.returncode}: {done.stderr[-200:]!r}'
    if bool(done.stdout) == bool(done.returncode):
        return f'exit status {done.returncode} with {len(done.stdout)} bytes of reports'
    return None


def try_log(unoops, path, every):
    with open(path, 'rb') as file:
        lines = file.read().splitlines(keepends=True)
    found = []
    for end in range(1, len(lines) + 1, every):
        why = wrong(unoops, b''.join(lines[:end]))
        if why:
            found.append(f'{path}, cut after line {end}: {why}')
    return (len(lines) + every - 1) // every, found


def main(unoops, folder, every='1'):
    if not os.path.isdir(folder):
        print(f'{folder} is not here')
        return 77
    logs = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    logs = [log for log in logs if os.path.isfile(log) and not log.endswith('.json')]  # reports of ours are no log
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda log: try_log(unoops, log, int(every)), logs))
    runs, found = sum(r[0] for r in results), [f for r in results for f in r[1]]
    print('\n'.join(found[:50]))
    print(f'{runs} runs over {len(logs)} logs, {len(found)} of them wrong')
    return 1 if found or not runs else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
