#!/usr/bin/env python3
"""Feeds unoops symbol files that are damaged on purpose.

usage: elf.py UNOOPS [COUNT [DIR [SEED]]]      COUNT files (default 600); those that did harm are left in DIR
                                              SEED: other files, spoiled by chance from this seed on

The compilers of the machine make small files with DWARF 4 and 5, plain and compressed, linked and relocatable. Each is then cut at every
64th byte, and spoiled in the ways that attacks are: sections and tables with wild sizes and places, DIEs that refer to themselves and
to each other, numbers without end, counts that nothing backs, overlaps, compressed sections that claim more than they hold.

With each, the report must come out: exit status 0, within 5 s of CPU and 1 GB (a sanitizer's shadow is not counted), and not a word
of a signal or a sanitizer. The log is of the good file, and --force has the readers go on where the spoiled one does not fit it.
"""
import os
import random
import re
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor

CPU_SECONDS = 5
MEMORY = 1 << 30

# What the files of testdata/fuzz/elf are made of, too.
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'testdata', 'fuzz', 'elf', 'courier.c')

# name, compiler's options, linker's; "{}" stands for the file
KINDS = [
    ('dwarf5', '-gdwarf-5', '-Ttext=0xffffffff81000000'),
    ('dwarf4', '-gdwarf-4 -ffunction-sections', '-Ttext=0xffffffff81000000'),
    ('zlib', '-gdwarf-5', '-Ttext=0xffffffff81000000 --compress-debug-sections=zlib-gabi'),
    ('old-zlib', '-gdwarf-4', '-Ttext=0xffffffff81000000 --compress-debug-sections=zlib-gnu'),
    ('module', '-gdwarf-5', '-r'),
    ('types', '-gdwarf-5 -fdebug-types-section', '-Ttext=0xffffffff81000000'),
]

WILD = [0, 1, 2, 7, 0x7f, 0x80, 0xff, 0x100, 0xfff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
        0x100000000, 1 << 40, (1 << 60) - 1, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 64, (1 << 64) - 1]


class Elf:
    """The headers of a 64-bit little-endian file, to be spoiled in place."""

    def __init__(self, data):
        self.data = bytearray(data)
        self.table, = struct.unpack_from('<Q', data, 0x28)
        self.count, names = struct.unpack_from('<HH', data, 0x3c)
        rows = [self.row(i) for i in range(self.count)]
        strings = rows[names]['offset']
        self.sections = {}
        for i, row in enumerate(rows):
            start = strings + row['name']
            self.sections[bytes(data[start:data.index(b'\0', start)]).decode()] = (i, row)

    def row(self, i):
        fields = 'name type flags addr offset size link info align entsize'.split()
        return dict(zip(fields, struct.unpack_from('<IIQQQQIIQQ', self.data, self.table + 64 * i)))

    def set_field(self, i, field, value):
        place = {'name': (0, 'I'), 'type': (4, 'I'), 'flags': (8, 'Q'), 'addr': (16, 'Q'), 'offset': (24, 'Q'), 'size': (32, 'Q'),
                 'link': (40, 'I'), 'info': (44, 'I'), 'align': (48, 'Q'), 'entsize': (56, 'Q')}[field]
        mask = 0xffffffff if place[1] == 'I' else 0xffffffffffffffff
        struct.pack_into('<' + place[1], self.data, self.table + 64 * i + place[0], value & mask)

    def debug(self):
        return [(name, row) for name, (_, row) in self.sections.items()
                if ('debug' in name or name in ('.symtab', '.strtab', '.rela.debug_info', '.note.gnu.build-id')) and row['type'] != 8 and row['size']]


def leb(value):
    out = bytearray()
    while True:
        out.append(value & 0x7f | (0x80 if value > 0x7f else 0))
        value >>= 7
        if not value:
            return bytes(out)


def put(elf, row, at, patch):
    """Overwrites within the section."""
    patch = patch[:max(0, row['size'] - at)]
    elf.data[row['offset'] + at:row['offset'] + at + len(patch)] = patch


def spoil_bytes(elf, rng):
    name, row = rng.choice(elf.debug())
    for _ in range(rng.choice([1, 1, 2, 8, 64])):
        put(elf, row, rng.randrange(row['size']), bytes([rng.choice([0, 1, 0x7f, 0x80, 0xff, rng.randrange(256)])]))


def spoil_number(elf, rng):
    """A wild number where a word, a half or a LEB128 may stand."""
    name, row = rng.choice(elf.debug())
    value = rng.choice(WILD)
    patch = rng.choice([leb(value), struct.pack('<Q', value), struct.pack('<I', value & 0xffffffff), struct.pack('<H', value & 0xffff)])
    put(elf, row, rng.randrange(row['size']), patch)


def spoil_reference(elf, rng):
    """A reference in .debug_info that leads to another DIE, to itself or behind the unit: cycles of types and origins."""
    if '.debug_info' not in elf.sections:
        return spoil_bytes(elf, rng)
    row = elf.sections['.debug_info'][1]
    for _ in range(rng.choice([1, 4, 16])):
        at = rng.randrange(row['size'])
        put(elf, row, at, struct.pack('<I', rng.choice([at, max(0, at - 1), rng.randrange(row['size']), row['size'] - 1])))


def spoil_abbreviation(elf, rng):
    """Another form or tag: what was a number is a block, a text, a reference, or nothing."""
    if '.debug_abbrev' not in elf.sections:
        return spoil_bytes(elf, rng)
    row = elf.sections['.debug_abbrev'][1]
    for _ in range(rng.choice([1, 2, 4])):
        put(elf, row, rng.randrange(row['size']), bytes([rng.choice([0x01, 0x03, 0x08, 0x0a, 0x0b, 0x0c, 0x0d, 0x0f, 0x10, 0x11, 0x13, 0x15, 0x16, 0x17,
                                                                    0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x25, 0x26])]))


def spoil_header(elf, rng):
    i = rng.randrange(elf.count)
    row = elf.row(i)
    field = rng.choice(['type', 'flags', 'addr', 'offset', 'size', 'link', 'info', 'align', 'entsize', 'size', 'offset'])
    near = row[field] + rng.choice([-1, 1, 64, 4096])
    elf.set_field(i, field, rng.choice(WILD + [near, len(elf.data), len(elf.data) - 1, rng.randrange(len(elf.data)), 0x800]))


def spoil_overlap(elf, rng):
    """Two sections of the same bytes."""
    (a, _), (b, row) = rng.choice(list(elf.sections.values())), rng.choice(list(elf.sections.values()))
    elf.set_field(a, 'offset', row['offset'])
    elf.set_field(a, 'size', row['size'])


def spoil_elf_header(elf, rng):
    at, code = rng.choice([(0x10, 'H'), (0x12, 'H'), (0x28, 'Q'), (0x3a, 'H'), (0x3c, 'H'), (0x3e, 'H'), (4, 'B'), (5, 'B')])
    struct.pack_into('<' + code, elf.data, at, rng.choice(WILD) & ((1 << 8 * struct.calcsize(code)) - 1))


def spoil_symbols(elf, rng):
    row = elf.sections['.symtab'][1]
    for _ in range(rng.choice([1, 4, 16])):
        at = row['offset'] + 24 * rng.randrange(row['size'] // 24)
        struct.pack_into('<Q', elf.data, at + rng.choice([8, 16]), rng.choice(WILD + [0xffffffff81000000 + rng.randrange(4096)]))
        if rng.random() < .3:
            struct.pack_into('<IBBH', elf.data, at, rng.choice(WILD) & 0xffffffff, rng.randrange(256), 0, rng.randrange(elf.count + 2))


def spoil_bomb(elf, rng):
    """A section that says it is compressed: zeros without end behind a header of any size."""
    bomb = zlib.compress(bytes(rng.choice([1 << 16, 1 << 24, 1 << 27])), 9)
    name, row = rng.choice([d for d in elf.debug() if 'debug' in d[0]])
    i = elf.sections[name][0]
    size = rng.choice(WILD + [1 << 24, 1 << 27])
    at = len(elf.data)
    elf.data += struct.pack('<IIQQ', rng.choice([1, 1, 2, 7]), 0, size, 1) + bomb
    elf.set_field(i, 'offset', at)
    elf.set_field(i, 'size', len(elf.data) - at)
    elf.set_field(i, 'flags', 0x800)


def spoil_nesting(elf, rng):
    """A run of one DIE's bytes: scopes in scopes, or as many siblings."""
    if '.debug_info' not in elf.sections:
        return spoil_bytes(elf, rng)
    row = elf.sections['.debug_info'][1]
    data = elf.data[row['offset']:row['offset'] + row['size']]
    length, start = rng.choice([1, 2, 3, 5, 9, 13]), rng.randrange(row['size'])
    put(elf, row, rng.randrange(12, max(13, row['size'] // 2)), bytes(data[start:start + length]) * (row['size'] // length))


SPOILERS = [spoil_bytes, spoil_number, spoil_number, spoil_reference, spoil_reference, spoil_abbreviation, spoil_abbreviation, spoil_header,
            spoil_overlap, spoil_elf_header, spoil_symbols, spoil_bomb, spoil_nesting]


LOG = """[    1.000000] BUG: kernel NULL pointer dereference, address: {cr2:016x}
[    1.000001] Oops: 0000 [#1] SMP
[    1.000002] CPU: 1 PID: 812 Comm: postman Not tainted 6.1.0-demo #1
[    1.000003] RIP: 0010:{pc}{module}
[    1.000004] Code: {code}
[    1.000005] RSP: 0018:ffffa1c2c0b7bed0 EFLAGS: 00010202
[    1.000006] RAX: 0000000000000000 RBX: 000000000000001d RCX: 0000000000000000
[    1.000007] RDX: 0000000000000000 RSI: ffff8c9542a6e3c0 RDI: ffff8c9541d08a00
[    1.000008] CR2: {cr2:016x} CR3: 0000000103a5e000 CR4: 00000000000006e0
[    1.000009] Call Trace:
[    1.000010]  <TASK>
{frames}
[    1.000014]  </TASK>
[    1.000015] ---[ end trace 0000000000000000 ]---
"""


def log_of(path, module):
    """An oops at the second load of courier_submit, with the other functions on its stack."""
    text = subprocess.run(['objdump', '-dw', path], capture_output=True, text=True, check=True).stdout
    functions = {}
    for name, body in re.findall(r'<(\w+)>:\n((?: *[0-9a-f]+:\t.*\n)+)', text):
        functions[name] = [(int(at, 16), bytes.fromhex(code), words) for at, code, words in re.findall(r' *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *\t?(.*)', body)]
    start, size = {n: f[0][0] for n, f in functions.items()}, {n: f[-1][0] + len(f[-1][1]) - f[0][0] for n, f in functions.items()}
    submit = functions['courier_submit']
    loads = [(at, int(place or '0', 16)) for at, place in
             ((at, re.match(r'mov\w* +(0x[0-9a-f]+)?\(%r[acd][xi]\),', words)) for at, _, words in submit) if place for place in place.groups()]
    pc, cr2 = loads[min(1, len(loads) - 1)]
    pc -= start['courier_submit']
    code = b''.join(c for _, c, _ in submit)[:pc + 24]
    words = [f'<{b:02x}>' if i == pc else f'{b:02x}' for i, b in enumerate(code)]
    frames = []
    for name in ('courier_write', 'vfs_write', '_start'):
        calls = [at + len(c) - start[name] for at, c, w in functions[name] if w.startswith('call')] or [size[name] - 1]
        frames.append(f'[    1.000011]  {name}+{calls[0]:#x}/{size[name]:#x}{module}')
    return LOG.format(cr2=cr2, pc=f'courier_submit+{pc:#x}/{size["courier_submit"]:#x}', module=module, code=' '.join(words), frames='\n'.join(frames))


def build(folder):
    """The good files: (name, bytes). Their logs are beside them."""
    compiler, linker = shutil.which('gcc') or shutil.which('cc'), shutil.which('ld')
    if not compiler or not linker or not shutil.which('objdump'):
        return []
    shutil.copy(SOURCE, folder)
    out = []
    for name, options, link in KINDS:
        made = subprocess.run(f'cd {folder} && {compiler} -c -O2 -ffreestanding -fno-pic -mcmodel=kernel -fno-asynchronous-unwind-tables '
                              f'-fno-stack-protector -fcf-protection=none {options} -o {name}.o courier.c && '
                              f'{linker} --build-id {link} -e _start -o {name} {name}.o', shell=True, capture_output=True, check=False)
        if made.returncode == 0:
            with open(os.path.join(folder, name + '.log'), 'w', encoding='ascii') as file:
                file.write(log_of(os.path.join(folder, name), ' [courier]' if name == 'module' else ''))
            with open(os.path.join(folder, name), 'rb') as file:
                out.append((name, file.read()))
    return out


def spoiled(good, count, first):
    """Files to try: (name, bytes). The same ones each time."""
    made = 0
    for name, data in good if first == 0 else []:
        step = max(64, len(data) * len(good) // max(1, count // 4) // 64 * 64)
        for end in range(0, len(data), step):
            made += 1
            yield f'{name}, cut at {end}', data[:end]
    for seed in range(first, first + max(0, count - made)):
        rng = random.Random(seed)
        name, data = good[seed % len(good)]
        elf = Elf(data)
        ways = [rng.choice(SPOILERS) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
        for way in ways:
            way(elf, rng)
        yield f'{name}, seed {seed}: ' + ', '.join(w.__name__ for w in ways), bytes(elf.data)


def limits(sanitized):
    def apply():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
        if not sanitized:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return apply


def try_file(unoops, folder, name, data, number, sanitized, good=False):
    """What is wrong with the run; None: nothing."""
    path = os.path.join(folder, f'spoiled-{number}')
    as_module = name.startswith('module')
    os.makedirs(path)
    file = os.path.join(path, 'courier.ko' if as_module else 'vmlinux')
    with open(file, 'wb') as out:
        out.write(data)
    log = os.path.join(folder, name.split(',')[0] + '.log')
    command = [unoops, '--force', '-v'] + (['-m', path] if as_module else ['-k', file]) + [log]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limits(sanitized)) as run:
        try:
            text, errors = run.communicate(timeout=CPU_SECONDS * 12)
        except subprocess.TimeoutExpired:
            run.kill()
            run.communicate()
            return 'does not end'
    shutil.rmtree(path)
    if run.returncode != 0:
        return f'exit status {run.returncode}: {errors[-600:].decode(errors="replace")}'
    if b'BUG: ' not in text or b'Call trace' not in text:
        return 'the report is not there'
    if good and (b'courier.c:' not in text or b'c->deep' not in text):
        return 'its lines and variables are not found:\n' + text.decode()
    if b'runtime error' in errors or b'Sanitizer' in errors:
        return errors[-600:].decode(errors='replace')
    return None


def main(unoops, count='600', keep='', seed='0'):
    with open(unoops, 'rb') as file:
        sanitized = b'__asan_init' in file.read()
    with tempfile.TemporaryDirectory() as folder:
        good = build(folder)
        if len(good) < 3:
            print('no compiler or linker for x86-64 that makes the files')
            return 77
        for name, data in good:
            why = try_file(unoops, folder, name, data, f'good-{name}', sanitized, True)
            if why:
                print(f'{name}, not spoiled: {why}')
                return 1
        wrong, runs = [], 0
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            tries = [(name, data, pool.submit(try_file, unoops, folder, name, data, number, sanitized))
                     for number, (name, data) in enumerate(spoiled(good, int(count), int(seed)))]
            for name, data, done in tries:
                runs += 1
                if done.result() is None:
                    continue
                wrong.append(f'{name}: {done.result()}')
                if keep:
                    with open(os.path.join(keep, f'{runs}.elf'), 'wb') as out:
                        out.write(data)
    print('\n'.join(wrong[:20]))
    print(f'{runs} files, {len(wrong)} of them wrong')
    return 1 if wrong else 0


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
