#!/usr/bin/env python3
"""A kernel of either byte order and of 32 or 64 bits is read as well as any.

usage: byte_orders.py UNOOPS [TARGET...]

powerpc and mips print the words of their code as numbers, which tell no byte order. A function that reads through a NULL pointer is built
for each target by Clang, linked by lld as a vmlinux and as a module's only object, and a log of it written as that kernel prints it. The
file has to fit the log, all of its code too, and the pointer has to be named by its expression. 77: a tool is missing.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = """struct queue { int lock; int pad[16]; int head; };
struct dev { struct dev *next; struct queue *queue; int flags; };
int counter;
__attribute__((noinline)) int dev_poll(struct dev *dev, int budget) {
  int n = dev->flags & budget;
  counter += n;
  return dev->queue->head + n;
}
__attribute__((noinline)) int dev_run(struct dev *dev) { int r = dev_poll(dev, 5); counter++; return r; }
static struct dev dev;
int _start(void) { return dev_run(&dev); }
"""
FLAGS = '-g -O2 -ffreestanding -fno-pic -fomit-frame-pointer'.split()
WANTED = 'dev->queue is NULL, ->head was read'

# target: what Clang and lld need besides, bits, the text's address
TARGETS = {
    'powerpc-linux-gnu': ([], 32, 0xC0010000),
    'powerpc64-linux-gnu': (['-mabi=elfv2'], 64, 0xC000000000010000),
    'powerpc64le-linux-gnu': ([], 64, 0xC000000000010000),
    'mips-linux-gnu': (['-mno-abicalls', '-G0'], 32, 0x80010000),
    'mipsel-linux-gnu': (['-mno-abicalls', '-G0'], 32, 0x80010000),
    'mips64-linux-gnuabi64': (['-mno-abicalls', '-G0'], 64, 0xFFFFFFFF80010000),
    'mips64el-linux-gnuabi64': (['-mno-abicalls', '-G0'], 64, 0xFFFFFFFF80010000),
}
# What reads ->head: the value goes to a register from a register's place.
READS = re.compile(r'lwa?z?\s+\$?\w+,\s*(?:68|0x44)\(\$?r?(\w+)\)')
MIPS = ('zero at v0 v1 a0 a1 a2 a3 t0 t1 t2 t3 t4 t5 t6 t7 s0 s1 s2 s3 s4 s5 s6 s7 t8 t9 k0 k1 gp sp fp ra').split()
MIPS_64 = MIPS[:8] + 'a4 a5 a6 a7 t0 t1 t2 t3'.split() + MIPS[16:]


def run(*command, **how):
    return subprocess.run(command, check=True, capture_output=True, text=True, **how).stdout


class Function:
    """dev_poll of a file: its code, and the instruction that reads ->head."""

    def __init__(self, file):
        listing = run('llvm-objdump', '-d', '--no-show-raw-insn', file)
        body = re.search(r'^([0-9a-f]+) <dev_poll>:\n((?:.+\n)+)', listing, re.M)
        lines = [(int(a, 16), text) for a, text in re.findall(r'^\s*([0-9a-f]+):\s+(.*)$', body[2], re.M)]
        self.start = int(body[1], 16)
        raw = dict(re.findall(r'^\s*([0-9a-f]+): ((?:[0-9a-f]{2} ?){4})', run('llvm-objdump', '-d', file), re.M))
        step = -1 if 'little' in run('llvm-readelf', '-h', file) else 1
        self.code = [''.join(raw['%x' % a].split()[::step]) for a, _ in lines]
        behind = re.search(r'^([0-9a-f]+) <dev_run>:', listing, re.M)
        self.size = int(behind[1], 16) - self.start
        self.at, self.base = next((i, READS.match(text)[1]) for i, (_, text) in enumerate(lines) if READS.match(text))


class Oops:
    """What both architectures print of a fault in the function: numbers as wide as a word, where NULL was in a register."""

    def __init__(self, bits, function, base, module):
        self.digits = bits // 4
        self.per_row = 8 if bits == 32 else 4
        self.stack = 0xC1A5DEE0 if bits == 32 else 0xC000000001A5DEE0
        self.pc, self.caller, self.fault = base + 4 * function.at, base + 0x40, 0x44
        self.place = f'dev_poll+{4 * function.at:#x}/{function.size:#x}' + (' [dev]' if module else '')
        self.words = ['<%s>' % w if i == function.at else w for i, w in enumerate(function.code)]

    def hex(self, value):
        return '%0*x' % (self.digits, value)

    def rows(self, form, per_row, argument, stack, null):
        values = [0] * 32
        values[argument], values[stack] = self.stack + 0x1000, self.stack
        values[null] = 0
        return [form % (n, ' '.join(map(self.hex, values[n:n + per_row]))) for n in range(0, 32, per_row)]


def powerpc_log(oops, base, _):
    """arch/powerpc/kernel/process.c show_regs, v6.1"""
    h = oops.hex
    return [f'BUG: Kernel NULL pointer dereference on read at 0x{h(oops.fault)}', f'Faulting instruction address: 0x{h(oops.pc)}',
            'Oops: Kernel access of bad area, sig: 11 [#1]', 'CPU: 0 PID: 77 Comm: cat Not tainted 6.1.0-orders #1',
            f'NIP:  {h(oops.pc)} LR: {h(oops.caller)} CTR: {h(0)}', f'REGS: {h(oops.stack)} TRAP: 0300   Not tainted  (6.1.0-orders)',
            'MSR:  00009032 <EE,ME,IR,DR,RI>  CR: 28002822  XER: 20000000', f'DAR: {h(oops.fault)} DSISR: 40000000 ',
            *oops.rows('GPR%02d: %s ', oops.per_row, 3, 1, int(base)),
            f'NIP [{h(oops.pc)}] {oops.place}', 'Call Trace:', 'Instruction dump:', ' '.join(oops.words) + ' ']


def mips_log(oops, base, names):
    """arch/mips/kernel/traps.c show_registers, v6.1"""
    h = oops.hex
    return [f'CPU 0 Unable to handle kernel paging request at virtual address {h(oops.fault)}, epc == {h(oops.pc)}, ra == {h(oops.caller)}',
            'Oops[#1]:', 'CPU: 0 PID: 77 Comm: cat Not tainted 6.1.0-orders #1',
            *oops.rows('$%2d   : %s', 4, 4, 29, int(base) if base.isdigit() else names.index(base)),
            f'epc   : {h(oops.pc)} {oops.place}', 'Status: 1100ff03\tKERNEL EXL IE ', 'Cause : 00800008 (ExcCode 02)', f'BadVA : {h(oops.fault)}',
            'Call Trace:', f'[<{h(oops.pc)}>] {oops.place}', 'Code: ' + '  '.join(oops.words)]


def log_of(target, bits, function, base, module):
    printed = powerpc_log if target.startswith('powerpc') else mips_log
    lines = printed(Oops(bits, function, base, module), function.base, MIPS_64 if bits == 64 else MIPS)
    return ''.join('[    3.%06d] %s\n' % (120000 + 10 * i, line) for i, line in enumerate([*lines, '---[ end trace 0000000000000000 ]---']))


def check(unoops, folder, target, module):
    """What is wrong; None: nothing."""
    more, bits, base = TARGETS[target]
    (folder / 'dev.c').write_text(SOURCE, encoding='ascii')
    run('clang', f'--target={target}', *FLAGS, *more, '-c', 'dev.c', '-o', 'dev.o', cwd=folder)
    file = folder / ('dev.ko' if module else 'vmlinux')
    how = ['-r'] if module else ['-Ttext', hex(base), '--build-id', '-e', '_start']
    run('ld.lld', *how, 'dev.o', '-o', file.name, cwd=folder)
    function = Function(str(file))
    log = log_of(target, bits, function, base if module else function.start, module)
    symbols = ['-m', str(folder)] if module else ['-k', str(file)]
    done = subprocess.run([unoops, '-v', *symbols], input=log, capture_output=True, text=True, check=False)
    fits = re.search(r'(\d+) of (\d+) Code bytes', done.stdout)
    if WANTED not in done.stdout or not fits or fits[1] != fits[2]:
        return f'{target}, {file.name}:\n{log}\n{done.stdout}{done.stderr}'
    return None


def main(unoops, *targets):
    for tool in ('clang', 'ld.lld', 'llvm-objdump', 'llvm-readelf'):
        if not shutil.which(tool):
            print(f'no {tool}')
            return 77
    wrong = []
    for target in targets or TARGETS:
        for module in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                wrong.append(check(unoops, pathlib.Path(folder), target, module))
    print('\n'.join(filter(None, wrong)))
    print(f'{len(wrong)} files, {sum(map(bool, wrong))} of them not read right')
    return 1 if any(wrong) else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
