#!/usr/bin/env python3
"""Is a vmlinux that does not belong to a log always noticed, and the right one never doubted?

usage: misfit.py UNOOPS LOG... -- RIGHT_VMLINUX WRONG_VMLINUX...

A log counts if it holds a report with a frame of the kernel itself (not of a module). With a wrong file the program must say
that it does not fit, and resolve no such frame; with the right one it must say nothing. Modules are not looked for. Exit 1
where one of that fails.
"""
import concurrent.futures, json, os, subprocess, sys


def decode(unoops, vmlinux, log):
    """(what was said of vmlinux, kernel frames, how many of them have a source line)"""
    out = subprocess.run([unoops, '-f', 'json', '-k', vmlinux, log], capture_output=True, text=True, errors='replace', timeout=120)
    said = [line for line in out.stderr.splitlines() if vmlinux in line and ' fit ' in line]
    reports = [json.loads(line) for line in out.stdout.splitlines()]
    frames = [f for r in reports for s in r.get('stacks', []) for f in s['frames'] if 'symbol' in f and 'module' not in f]
    return said, len(frames), sum(1 for f in frames if f.get('source'))


def main():
    if '--' not in sys.argv or len(sys.argv) < 5:
        sys.exit(__doc__)
    cut = sys.argv.index('--')
    unoops, logs, (right, *wrong) = sys.argv[1], sys.argv[2:cut], sys.argv[cut + 1:]
    good = True
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for vmlinux in [right, *wrong]:
            answers = pool.map(lambda log: decode(unoops, vmlinux, log), logs)
            rows = [(log, *a) for log, a in zip(logs, answers)]
            rows = [r for r in rows if r[2] > 0]
            doubted = [r for r in rows if r[1]]
            refused = [r for r in rows if any('does not fit' in s for s in r[1]) and r[3] == 0]
            failed = doubted if vmlinux == right else [r for r in rows if r not in refused]
            good &= bool(rows) and not failed
            print('%-44s %s %d of %d logs' % (os.path.basename(vmlinux), 'doubted in' if vmlinux == right else 'refused in',
                                              len(doubted if vmlinux == right else refused), len(rows)), flush=True)
            for log, said, frames, resolved in failed[:10]:
                print('  %s: %d of %d frames resolved; %s' % (os.path.basename(log), resolved, frames, (said or ['nothing said'])[0][:200]))
    sys.exit(0 if good else 1)


if __name__ == '__main__':
    main()
