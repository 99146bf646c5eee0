#!/usr/bin/env python3
"""How long a whole run (parse, symbols, text report) takes next to symbolizers that get the bare addresses.

usage: symbols.py UNOOPS VMLINUX [--runs N] [--no-script]

Medians of the wall time by hyperfine, both sides in one run, warm page cache. The exit status is 1 where a ratio passes its
bound, 77 where the debug kernel's modules, hyperfine or a peer are missing.
"""
import argparse, json, os, random, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, '..', 'real'))
import compare  # noqa: E402
import make_trace  # noqa: E402


class Work:
    """A log whose frames are drawn from files, and the same places as addresses for the peers."""

    def __init__(self, directory, name, release, drawn):
        self.log, self.addresses = os.path.join(directory, name + '.log'), {}
        frames = []
        for path, module, function, offset, size, address in drawn:
            frames.append('%s+%#x/%#x%s' % (function, offset, size, ' [%s]' % module if module else ''))
            self.addresses.setdefault(path, []).append(address + offset - (len(frames) > 1))
        with open(self.log, 'w', encoding='ascii') as out:
            out.write(make_trace.RIP.format(release=release, frame=frames[0]))
            out.writelines('[   41.772173]  %s\n' % f for f in frames[1:])
            out.write('[   41.773628]  </TASK>\n[   41.773919] ---[ end trace 0000000000000000 ]---\n')
        self.files = {}
        for i, (path, addresses) in enumerate(self.addresses.items()):
            self.files[path] = os.path.join(directory, '%s.%d' % (name, i))
            with open(self.files[path], 'w', encoding='ascii') as out:
                out.writelines('%#x\n' % a for a in addresses)

    def eu(self):
        return ' ; '.join('eu-addr2line -f -i -e %s < %s' % pair for pair in self.files.items())

    def llvm(self):
        return ' ; '.join('%s --obj=%s < %s' % (LLVM, *pair) for pair in self.files.items())


LLVM = shutil.which('llvm-symbolizer') or shutil.which('llvm-symbolizer-14')


def draw(path, module, count, seed):
    """`count` functions of .text whose name is unique in their file."""
    elf = compare.Elf(path)
    text = elf.names.index('.text')
    names = [f for f in elf.unambiguous() if f[1] == text and f[3] > 16]
    once = {}
    for f in names:
        once.setdefault(f[0], []).append(f)
    pool = [v[0] for v in once.values() if len(v) == 1 and elf.kallsyms_size(text, v[0][2])]
    chance = random.Random(seed)
    return [(path, module, n, max(1, size // 2), elf.kallsyms_size(i, v), v) for n, i, v, size in chance.sample(pool, count)]


def hyperfine(commands, runs):
    """Of each command: median wall time and mean CPU time (user and system), in milliseconds."""
    with tempfile.NamedTemporaryFile(suffix='.json') as out:
        subprocess.run(['hyperfine', '--shell=bash', '--warmup', '1', '--runs', str(runs), '--export-json', out.name, *commands],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return [(r['median'] * 1000, (r['user'] + r['system']) * 1000) for r in json.load(out)['results']]


def resident(command):
    """Peak resident memory in KiB."""
    out = subprocess.run(['bash', '-c', '/usr/bin/env python3 -c "import resource, subprocess, sys; subprocess.run([\'bash\', \'-c\', sys.argv[1]], stdout=subprocess.DEVNULL, '
                          'stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)" "$1"', '-', 'exec ' + command],
                         check=True, capture_output=True, text=True)
    return int(out.stdout)


def script_command(directory, vmlinux, log):
    source = '/usr/src/linux-source-6.1.tar.xz'
    if not os.path.exists(source):
        return None
    subprocess.run(['tar', '-C', directory, '--strip-components=2', '--occurrence=1', '-xJf', source,
                    'linux-source-6.1/scripts/decode_stacktrace.sh', 'linux-source-6.1/scripts/decodecode'], check=True)
    return 'bash %s/decode_stacktrace.sh %s < %s' % (directory, vmlinux, log)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('unoops')
    parser.add_argument('vmlinux')
    parser.add_argument('--runs', type=int, default=10)
    parser.add_argument('--no-script', action='store_true')
    args = parser.parse_args()
    if not LLVM or not shutil.which('eu-addr2line') or not shutil.which('hyperfine'):
        print('skipped: hyperfine, eu-addr2line or llvm-symbolizer is missing')
        return 77
    release = args.vmlinux.rsplit('vmlinux-', 1)[-1]
    modules = '/usr/lib/debug/lib/modules/' + release
    found = {}
    for directory, _, names in os.walk(modules):
        found.update((n[:-3].replace('-', '_'), os.path.join(directory, n)) for n in names if n.endswith('.ko'))
    if 'amdgpu' not in found:
        print('skipped: no modules below ' + modules)
        return 77
    ten = ['ext4', 'xfs', 'btrfs', 'nfs', 'i915', 'e1000e', 'snd_hda_intel', 'kvm', 'usbcore', 'nf_tables']
    with tempfile.TemporaryDirectory() as directory:
        kernel = lambda count: draw(args.vmlinux, '', count, 2)
        one, thirty, many = (Work(directory, 'v%d' % n, release, kernel(n)) for n in (1, 30, 2000))
        big = Work(directory, 'amdgpu', release, draw(found['amdgpu'], 'amdgpu', 10, 3))
        mixed = Work(directory, 'mixed', release, kernel(20) + [draw(found[m], m, 1, 4)[0] for m in ten])
        run = lambda work: '%s -k %s %s' % (args.unoops, args.vmlinux, work.log)
        rows = [
            ('30-frame oops', run(thirty), 'eu-addr2line', thirty.eu(), 0.6),
            ('30-frame oops', run(thirty), 'llvm-symbolizer', thirty.llvm(), 0.3),
            ('2,000 addresses', run(many), 'llvm-symbolizer', many.llvm(), 0.9),
            ('1 frame', run(one), 'eu-addr2line', one.eu(), 1.3),
            ('10 frames in amdgpu.ko', run(big), 'eu-addr2line', big.eu(), 0.08),
            ('10 modules, 20 in vmlinux', run(mixed), 'eu-addr2line', mixed.eu(), 0.6),
        ]
        script = None if args.no_script else script_command(directory, args.vmlinux, thirty.log)
        if script:
            rows.insert(0, ('30-frame oops', run(thirty), 'decode_stacktrace.sh', script, 1 / 250))
        layout = '%-27s %9s  %-21s %11s %9s %9s %9s  %s'
        print(layout % ('work', 'unoops', 'peer', 'takes', 'ratio', 'at most', 'CPU ratio', ''))
        good = True

        def row(name, mine, peer, theirs, unit, bound, cpu=''):
            nonlocal good
            ratio = mine / theirs
            good &= ratio <= bound
            print(layout % (name, '%.1f %s' % (mine, unit), peer, '%.1f %s' % (theirs, unit), '%.4f' % ratio, '%.4g' % bound, cpu,
                            'pass' if ratio <= bound else 'FAIL'), flush=True)

        for name, ours, peer, theirs, bound in rows:
            slow = peer == 'decode_stacktrace.sh' or '2,000' in name
            (mine, my_cpu), (other, other_cpu) = hyperfine([ours, theirs], 2 if slow else args.runs)
            row(name, mine, peer, other, 'ms', bound, '%.4f' % (my_cpu / other_cpu))
        row('peak memory, 30-frame oops', resident(run(thirty)) / 1024, 'eu-addr2line', resident(thirty.eu()) / 1024, 'MB', 1.0)
        return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
