#!/usr/bin/env python3
"""Damaged memory dumps end with 0, 1 or 2, soon, in little memory, with JSON that can be read, and in one line where
they are refused.

usage: dump.py UNOOPS TESTDATA [--runs N] [--seed S] [--dump FILE]... [--only KIND] [--keep DIR] [-- ARGUMENT...]

Of each kind of damage an equal share of the N runs (default 600) is taken, in an order that the seed chooses. A dump
beside those of TESTDATA is --dump; what stands behind -- goes to the program (-k vmlinux: then the state of the machine
is read, too). --keep: what fails stands there.
"""
import argparse
import json
import os
import pathlib
import random
import re
import resource
import struct
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'tools'))
import dumps  # noqa: E402  (beside this directory)

# Of a child's peak its parent's size is a part, so what is made here is made when it is run.
SECONDS, MEMORY_KB = 5, 150 * 1024
EXTREMES = (0, 1, 2, 7, 8, 0xffff, 2**31 - 1, 2**32 - 1, 2**40, 2**60, 2**63, 2**64 - 1, 2**64 - 4096)
FORMS = (['-f', 'json'], ['--log'], ['-f', 'text', '-v'])


def put(data, at, value, size, order='little'):
    out = bytearray(data)
    out[at:at + size] = (value % 2**(8 * size)).to_bytes(size, order)
    return bytes(out)


def fields(data, places):
    """Each of the places, (offset, size), set to each extreme."""
    for at, size in places:
        for value in (*EXTREMES, len(data), len(data) - 1):
            yield f'{at:#x}={value:#x}', lambda at=at, value=value, size=size: put(data, at, value, size)


def kdump_header(dump, data):
    sub = dump.block
    yield from fields(data, [(at, 4) for at in dumps.HEADER_FIELDS] + [(sub + at, 8) for at in dumps.SUB_FIELDS])


def kdump_notes(dump, data):
    sub = dump.block
    notes_at, = struct.unpack_from('<Q', data, sub + 48)
    yield from fields(data, [(notes_at + at, 4) for at in (0, 4, 8)])
    table = (1 + struct.unpack_from('<I', data, 432)[0] + dump.bitmap) * dump.block
    yield from fields(data, [(table + 24 * i + at, size) for i in (0, 5, 40) for at, size in ((0, 8), (8, 4), (12, 4))])
    for at in range(table - dump.bitmap * dump.block, table, 512):
        yield f'bitmap {at:#x}', lambda at=at: data[:at] + b'\xff' * 512 + data[at + 512:]


def elf_header(dump, data):
    yield from fields(data, [(at, size) for at, size in ((16, 2), (18, 2), (32, 8), (40, 8), (54, 2), (56, 2), (60, 2))])
    yield from fields(data, [(64 + 56 * i + at, 8) for i in (0, 1, 2, 30) for at in (0, 8, 16, 24, 32, 40)])
    notes_at, = struct.unpack_from('<Q', data, 64 + 8)
    yield from fields(data, [(notes_at + at, 4) for at in (0, 4, 8)])


def elf_ranges(dump, _):
    for seed in range(200):
        def change(headers, seed=seed):
            rng = random.Random(seed)
            for _ in range(rng.randrange(1, 30)):
                a, b = rng.choice(headers), rng.choice(headers)
                what = rng.randrange(5)
                if what == 0:
                    a[:] = b
                elif what == 1:
                    a[4] = b[4] + rng.randrange(-4096, 4096)
                elif what == 2:
                    a[2] = b[2]
                elif what == 3:
                    a[5] = a[6] = rng.choice(EXTREMES)
                else:
                    a[2] = rng.choice(EXTREMES)
            return [[value % 2**(32 if i < 2 else 64) for i, value in enumerate(h)] for h in headers]
        yield f'ranges {seed}', lambda change=change: dumps.elf(dump, change=change)
    for many in (False, True):
        yield f'xnum {many}', lambda many=many: dumps.elf(dump, phoff=192, many=many)
    whole = dumps.elf(dump, many=True)
    section, = struct.unpack_from('<Q', whole, 40)
    yield from fields(whole, [(section + 44, 4), (40, 8)])


def flattened(dump, _):
    bases = dumps.kdump(dump), dumps.elf(dump)
    for seed in range(300):
        def change(pieces, seed=seed):
            rng = random.Random(seed)
            for _ in range(rng.randrange(1, 12)):
                a, b = rng.choice(pieces), rng.choice(pieces)
                what = rng.randrange(6)
                if what == 0:
                    a[0] = rng.choice(EXTREMES)
                elif what == 1:
                    a[1] = rng.choice(EXTREMES)
                elif what == 2:
                    a[0] = b[0] + rng.randrange(-5000, 5000)
                elif what == 3:
                    a[0], b[0] = b[0], a[0]
                elif what == 4:
                    pieces.remove(a)
                else:
                    pieces.append([0, 0, b''])
            return pieces
        yield f'pieces {seed}', lambda change=change, seed=seed: dumps.flattened(bases[seed % 2], change=change, seed=seed)


def truncated(dump, data):
    for name, whole in (('kdump', data), ('elf', dumps.elf(dump)), ('flattened', dumps.flattened(data))):
        for at in [*range(0, len(whole), 4096), *range(64, len(whole), 64 * 61)]:
            yield f'{name} cut at {at}', lambda whole=whole, at=at: whole[:at]


def info_texts(dump, _):
    lines = dump.info.decode().splitlines()
    read = re.compile(r'(OSRELEASE|BUILD-ID|PAGESIZE|CRASHTIME|KERNELOFFSET|SYMBOL\((prb|swapper|_stext)|'
                      r'(OFFSET|SIZE)\((prb|printk|atomic)|NUMBER\((phys|pgt|VA|sme))')
    used = [i for i, line in enumerate(lines) if read.match(line)]
    for i in used:
        key = lines[i].partition('=')[0]
        for value in ('', '-1', '0', '1', '3', '4095', 'x', str(2**60), hex(2**60), 'f' * 16, '9' * 400, '18446744073709551615'):
            yield f'{key}={value[:20]}', lambda i=i, line=f'{key}={value}': dumps.elf(dump, info='\n'.join([*lines[:i], line, *lines[i + 1:], '']).encode())
        yield f'no {key}', lambda i=i: dumps.kdump(dump, info='\n'.join([*lines[:i], *lines[i + 1:], '']).encode())
    yield 'no text', lambda: dumps.kdump(dump, info=b'')
    for length in (10, 63, 64, 1000):
        yield f'text of {length}', lambda length=length: dumps.elf(dump, info=dump.info[:length])


def with_page(dump, pfn, at, value):
    pages = dict(dump.pages)
    pages[pfn] = put(pages[pfn], at, value, 8)
    return dumps.kdump(dump, pages)


def ring(dump, _):
    """The ring's own structure lies in the kernel's image, and pages that hold its address are few."""
    def words(key):
        found = struct.pack('<Q', dump.number(key))
        return [(pfn, page.find(found)) for pfn, page in dump.pages.items() if found in page]

    for key in ('SYMBOL(printk_rb_static)', 'SYMBOL(swapper_pg_dir)'):
        for pfn, at in words(key):
            for value in EXTREMES:
                yield f'{key} is {value:#x}', lambda pfn=pfn, at=at, value=value: with_page(dump, pfn, at, value)
    # The page of the ring's structure, and those of its descriptors: each word of the one, some of the others'.
    place = dump.number('SYMBOL(printk_rb_static)') % dumps.PAGE
    for pfn, _ in words('SYMBOL(printk_rb_static)'):
        for at in range(place, place + 88, 8):
            for value in EXTREMES:
                yield f'ring+{at - place} is {value:#x}', lambda pfn=pfn, at=at, value=value: with_page(dump, pfn, at, value)
    for pfn in dump.pages:
        for seed in range(6):
            rng = random.Random(pfn * 31 + seed)
            at, value = rng.randrange(512) * 8, rng.choice(EXTREMES)
            yield f'{pfn}+{at} is {value:#x}', lambda pfn=pfn, at=at, value=value: with_page(dump, pfn, at, value)


def page_tables(dump, _):
    """Entries that lead back to their own table, to another one, or to a page of the log."""
    entry_bits = 0xfff0000000000fff
    for pfn, page in dump.pages.items():
        entries = [i * 8 for i, (word,) in enumerate(struct.iter_unpack('<Q', page)) if word & 1 and (word & ~entry_bits) >> 12 in dump.pages]
        for at in entries[:40]:
            word, = struct.unpack_from('<Q', page, at)
            others = random.Random(pfn + at).sample(sorted(dump.pages), 3)
            for to in (pfn, *others):
                yield f'{pfn}+{at} leads to {to}', lambda pfn=pfn, at=at, to=to, word=word: with_page(dump, pfn, at, word & entry_bits | to << 12)
            yield f'{pfn}+{at} is large', lambda pfn=pfn, at=at, word=word: with_page(dump, pfn, at, word | 0x80)


def lost_pages(dump, _):
    for pfn in dump.pages:
        yield f'without {pfn}', lambda pfn=pfn: dumps.elf(dump, {other: page for other, page in dump.pages.items() if other != pfn})
        for name, make in (('zeros', lambda _: bytes(4096)), ('ones', lambda _: b'\xff' * 4096), ('noise', lambda n: random.Random(n).randbytes(4096))):
            yield f'{pfn} is {name}', lambda pfn=pfn, make=make: dumps.kdump(dump, {**dump.pages, pfn: make(pfn)})


def flips(dump, data):
    elf = dumps.elf(dump)
    for seed in range(2000):
        def make(seed=seed):
            rng = random.Random(seed)
            out = bytearray((data, elf, dumps.flattened(data))[seed % 3])
            span = len(out) if seed % 2 else min(len(out), 40_000)
            for _ in range(2**rng.randrange(8)):
                out[rng.randrange(span)] ^= 1 << rng.randrange(8)
            return bytes(out)
        yield f'flips {seed}', make


KINDS = (kdump_header, kdump_notes, elf_header, elf_ranges, flattened, truncated, info_texts, ring, page_tables, lost_pages, flips)


def chosen(options):
    """(what, make) of as many damages as shall run."""
    paths = options.dump or sorted(pathlib.Path(options.testdata).glob('*/*.kdump'))
    rng = random.Random(options.seed)
    out = []
    kinds = [kind for kind in KINDS if options.only in (None, kind.__name__)]
    for path in paths:
        data = pathlib.Path(path).read_bytes()
        dump = dumps.Dump(data)
        for kind in kinds:
            share = options.runs // len(kinds) // len(paths) + 1
            all_of_it = list(kind(dump, data))
            some = rng.sample(all_of_it, min(share, len(all_of_it)))
            out += [(f'{pathlib.Path(path).name}, {kind.__name__}: {what}', make) for what, make in some]
    return out


class Runner:
    forms, memory_kb, suffix = FORMS, MEMORY_KB, 'dump'

    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        with open(options.unoops, 'rb') as program:
            self.sanitized = b'__asan_init' in program.read()  # its shadow memory and its slowness are not ours
        self.seconds = self.memory = 0
        self.slowest = self.largest = ''

    def run(self, number, content):
        """(status, CPU seconds, KB, output, errors)"""
        base = os.path.join(self.directory, str(number))
        with open(base, 'wb') as out:
            out.write(content)
        command = [self.options.unoops, *self.forms[number % len(self.forms)], *(self.options.arguments or ['--no-symbols']), base]
        files = [(os.POSIX_SPAWN_OPEN, fd, base + name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) for fd, name in ((1, '.out'), (2, '.err'))]
        pid = os.posix_spawn(command[0], command, {**os.environ, 'LC_ALL': 'C.UTF-8'}, file_actions=files)
        until = time.monotonic() + 20 * SECONDS
        while True:
            ended, status, usage = os.wait4(pid, os.WNOHANG)
            if ended:
                break
            if time.monotonic() > until:
                os.kill(pid, 9)
            time.sleep(0.004)
        output, errors = (pathlib.Path(base + name).read_bytes() for name in ('.out', '.err'))
        for name in ('', '.out', '.err'):
            os.unlink(base + name)
        return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss, output, errors

    def complaints(self, number, what, content):
        status, seconds, memory, output, errors = self.run(number, content)
        if seconds > self.seconds:
            self.seconds, self.slowest = seconds, what
        if memory > self.memory:
            self.memory, self.largest = memory, what
        if status not in (0, 1, 2) or b'Sanitizer' in errors or b'runtime error' in errors:
            yield f'status {status}: {errors[:2000].decode(errors="replace")}'
        if seconds > SECONDS * (10 if self.sanitized else 1):
            yield f'{seconds:.1f} s'
        if memory > self.memory_kb and not self.sanitized:
            yield f'{memory // 1024} MB'
        # Where something is printed all the same, a second line may say what was odd about that.
        if status == 2 and not 1 <= errors.count(b'\n') <= (2 if output else 1):
            yield f'{errors.count(b"%c" % 10)} lines for an error: {errors[:2000]!r}'
        if 'json' in self.forms[number % len(self.forms)]:
            for line in output.splitlines():
                try:
                    json.loads(line)
                except ValueError as why:
                    yield f'no JSON: {why}: {line[:200]!r}'

    def run_all(self, work):
        """The exit status: 0 if each (what, make) of the work is read well."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        bad = 0

        def one(numbered):
            number, (what, make) = numbered
            content = make()
            complaints = list(self.complaints(number, what, content))
            if os.environ.get('VERBOSE'):
                print(f'{number} {what}: {len(content)} bytes, {complaints}', flush=True)
            if complaints and self.options.keep:
                self.options.keep.mkdir(exist_ok=True)
                (self.options.keep / f'{number}.{self.suffix}').write_bytes(content)
            return number, what, complaints
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for number, what, complaints in pool.map(one, enumerate(work)):
                bad += bool(complaints)
                for words in complaints:
                    print(f'{number} {what} ({" ".join(self.forms[number % len(self.forms)])}): {words}')
        print(f'{len(work)} damaged {self.suffix}s, {bad} of them badly read; at most {self.seconds:.2f} s ({self.slowest}), '
              f'{self.memory // 1024} MB ({self.largest})')
        return 1 if bad or not work else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('unoops')
    parser.add_argument('testdata')
    parser.add_argument('--runs', type=int, default=600)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--dump', action='append')
    parser.add_argument('--only', choices=[kind.__name__ for kind in KINDS])
    parser.add_argument('--keep', type=pathlib.Path)
    known = sys.argv[1:]
    more = known[known.index('--') + 1:] if '--' in known else []
    options = parser.parse_args(known[:len(known) - len(more) - 1] if more else known)
    options.arguments = more
    if not dumps.can_be_read():
        print('zstd is needed: the pages of the dumps are packed by it')
        return 77
    with tempfile.TemporaryDirectory() as directory:
        return Runner(options, directory).run_all(chosen(options))


if __name__ == '__main__':
    sys.exit(main())
