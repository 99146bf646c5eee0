#!/usr/bin/env python3
"""Symbol files that ask for more than they hold, one of each kind of attack.

usage: symbols.py UNOOPS DIR      DIR: testdata/hostile-symbols, the small ones; the large ones are written here

With each the report must come out within 5 s of CPU and 512 MB (a sanitizer's shadow is not counted); where the file passes a bound, one
line on standard error must say so.
"""
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zlib

from elf import leb

CPU_SECONDS = 5
MEMORY = 512 << 20
TEXT = 0xffffffff81000000
BOMB = 400 << 20


def elf(sections, symbols=()):
    """A linked x86-64 file with foo, bar and baz of 64 bytes each, and further symbols (name or its place in .strtab, address)."""
    code = b'\x90' * 15 + b'\x48\x8b\x50\x08' + b'\x90' * 45
    strings, rows = bytearray(b'\0'), [struct.pack('<IBBHQQ', 0, 0, 0, 0, 0, 0)]
    names = {}
    for name, at in [('foo', TEXT), ('bar', TEXT + 64), ('baz', TEXT + 128)] + list(symbols):
        if isinstance(name, int):
            names[name] = name
        elif name not in names:
            names[name] = len(strings)
            strings += name.encode() + b'\0'
        rows.append(struct.pack('<IBBHQQ', names[name], 0x12, 0, 1, at, 64))
    content = [('', 0, 0, b''), ('.text', 1, 6, (code[:64] * 3)), ('.symtab', 2, 0, b''.join(rows)), ('.strtab', 3, 0, bytes(strings))]
    content += [(name, 1, flags, data) for name, (flags, data) in sections.items()]
    table, out, heads = bytearray(b'\0'), bytearray(64), []
    for name, kind, flags, data in content + [('.shstrtab', 3, 0, None)]:
        start = len(table)
        table += name.encode() + b'\0'
        data = bytes(table) if data is None else data
        out += bytes(-len(out) % 8)
        link, info, size = (3, 1, 24) if kind == 2 else (0, 0, 0)
        heads.append(struct.pack('<IIQQQQIIQQ', start, kind, flags, TEXT if name == '.text' else 0, len(out), len(data), link, info, 8, size))
        out += data
    out += bytes(-len(out) % 8)
    at = len(out)
    out += b''.join(heads)
    out[:64] = struct.pack('<16sHHIQQQIHHHHHH', b'\x7fELF\x02\x01\x01', 2, 62, 1, TEXT, 0, at, 0, 64, 0, 0, 64, len(heads), len(heads) - 1)
    return bytes(out)


def unit(dies, abbrev_at=0):
    body = struct.pack('<HIB', 4, abbrev_at, 8) + dies
    return struct.pack('<I', len(body)) + body


def abbrevs(*rows):
    """(code, tag, children, [(attribute, form)])"""
    out = b''
    for code, tag, children, attributes in rows:
        out += leb(code) + leb(tag) + bytes([children]) + b''.join(leb(a) + leb(f) for a, f in attributes) + b'\0\0'
    return out + b'\0'


UNIT, FUNCTION, BLOCK, RANGED = 1, 2, 3, 4
TABLE = abbrevs((UNIT, 0x11, 1, [(0x11, 1), (0x12, 7), (0x10, 0x17)]), (FUNCTION, 0x2e, 1, [(3, 8), (0x11, 1), (0x12, 7)]),
                (BLOCK, 0x0b, 1, []), (RANGED, 0x2e, 0, [(3, 8), (0x55, 0x17)]), (5, 0x11, 0, [(0x55, 0x17), (0x10, 0x17)]))
FOO = bytes([FUNCTION]) + b'foo\0' + struct.pack('<QQ', TEXT, 64)
ROOT = bytes([UNIT]) + struct.pack('<QQI', TEXT, 192, 0)


def lines():
    head = bytes([1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]) + b'\0' + b'a.c\0\0\0\0' + b'\0'
    program = b'\0\x09\x02' + struct.pack('<Q', TEXT) + b'\x01\x02' + leb(192) + b'\0\x01\x01'
    body = struct.pack('<HI', 4, len(head)) + head + program
    return struct.pack('<I', len(body)) + body


def dwarf(info, table=TABLE, **more):
    sections = {'.debug_info': (0, info), '.debug_abbrev': (0, table), '.debug_line': (0, lines())}
    sections.update({'.' + name: (0, data) for name, data in more.items()})
    return elf(sections)


def zeros(begin, window):
    packer = zlib.compressobj(9, wbits=window)
    return packer.compress(begin) + b''.join(packer.compress(bytes(1 << 20)) for _ in range(BOMB >> 20)) + packer.flush()


def large_files():
    """(name, bytes, what standard error must say)"""
    ranges = struct.pack('<QQ', TEXT + 1, TEXT + 2) * 16000 + bytes(16)
    yield 'scopes in scopes', dwarf(unit(ROOT + FOO + bytes([BLOCK]) * 40000 + bytes(40002))), 'do not end'
    yield 'functions with many ranges', dwarf(unit(ROOT + (bytes([RANGED]) + b'f\0' + bytes(4)) * 4000 + FOO + bytes(2)), debug_ranges=ranges), 'unfolds'
    yield 'functions with empty ranges', dwarf(unit(ROOT + (bytes([RANGED]) + b'f\0' + bytes(4)) * 40000 + FOO + bytes(2)),
                                               debug_ranges=struct.pack('<QQ', 5, 5) * 64000 + bytes(16)), 'size allows'
    yield 'units with many ranges', dwarf(unit(bytes([5]) + bytes(8)) * 30000, debug_ranges=ranges), 'unfolds'
    many = b''.join(leb(i) + b'\x2e\0\x03\x08\0\0' for i in range(2, 40000))
    table = b''.join(leb(60000 + i) + b'\x11\0\0\0' for i in range(40000)) + TABLE + many + b'\0'
    yield 'units with abbreviations of their own', dwarf(b''.join(unit(leb(1), 6 * i) for i in range(30000)), table), 'size allows'
    same = [('same', TEXT + 192 + i % 7) for i in range(160000)]
    yield 'symbols of one name', elf({}, same), ''
    yield 'symbols of one place', elf({}, [(f's{i}', TEXT + 70) for i in range(160000)]), ''
    yield 'symbols in one another\'s names', elf({}, [('x' * 400000, TEXT + 150)] + [(20 + i, TEXT + 151 + i % 30) for i in range(60000)]), ''
    yield 'a symbol behind its section', elf({}, [('wild', (1 << 64) - 16)]), ''
    yield 'bomb.gz', zeros(dwarf(unit(ROOT + FOO + bytes(2))), 31), 'unpacks to far more'
    packed = zeros(b'', 15)
    bomb = {name: (0x800, struct.pack('<IIQQ', 1, 0, BOMB, 1) + packed) for name in ('.debug_str', '.debug_loc')}
    bomb |= {'.debug_info': (0, unit(ROOT + FOO + bytes(2))), '.debug_abbrev': (0, TABLE), '.debug_line': (0, lines())}
    yield 'compressed sections', elf(bomb), 'unpacks to more'
    yield 'old compressed sections', elf({('.z' + n[1:] if f else n): (0, b'ZLIB' + struct.pack('>Q', BOMB) + packed if f else d) for n, (f, d) in bomb.items()}), 'unpacks to more'


class Run:
    def __init__(self, unoops, command, expect='', status=0, cpu=CPU_SECONDS):
        with open(unoops, 'rb') as file:
            sanitized = b'__asan_init' in file.read()
        started = resource.getrusage(resource.RUSAGE_CHILDREN)
        def limit():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
            if not sanitized:
                resource.setrlimit(resource.RLIMIT_AS, (2 * MEMORY, 2 * MEMORY))
        done = subprocess.run([unoops] + command, capture_output=True, timeout=120, preexec_fn=limit, check=False)
        self.seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - started.ru_utime
        self.why = None
        if done.returncode != status:
            self.why = f'exit status {done.returncode}: {done.stderr[-500:].decode(errors="replace")}'
        elif b'BUG: ' not in done.stdout or b'foo+0x3b/0x40' not in done.stdout:
            self.why = 'the report is not there'
        elif expect.encode() not in done.stderr:
            self.why = f'standard error says {done.stderr[-500:]!r}, not "{expect}"'
        elif b'runtime error' in done.stderr:
            self.why = done.stderr[-500:].decode(errors='replace')


def odd_files(unoops, log, folder):
    """What is no file: (name, Run)"""
    fifo = os.path.join(folder, 'fifo')
    os.mkfifo(fifo)
    yield 'FIFO as vmlinux', Run(unoops, ['-k', fifo, log], 'not a regular file')
    modules = os.path.join(folder, 'modules')
    os.mkdir(modules)
    os.mkfifo(os.path.join(modules, 'courier.ko'))
    module_log = os.path.join(folder, 'module.log')
    with open(log, encoding='ascii') as text, open(module_log, 'w', encoding='ascii') as out:
        out.write(text.read().replace('bar+0x1d/0x40', 'bar+0x1d/0x40 [courier]'))
    yield 'FIFO as module', Run(unoops, ['-m', modules, module_log])
    yield 'device as vmlinux', Run(unoops, ['-k', '/dev/zero', log], 'not a regular file')
    yield 'directory as vmlinux', Run(unoops, ['-k', folder, log], 'irectory')
    for name, path in (('directory', folder), ('device', '/dev/zero')):
        yield f'{name} as kallsyms', Run(unoops, ['--kallsyms', path, log])
        yield f'{name} as System.map', Run(unoops, ['--system-map', path, log])
    lists = os.path.join(folder, 'kallsyms')
    with open(lists, 'w', encoding='ascii') as out:
        out.writelines(f'{TEXT:x} t s{i}\n' for i in range(160000))
    yield 'kallsyms of one place', Run(unoops, ['--kallsyms', lists, log])
    linked = os.path.join(folder, 'linked')
    os.mkdir(linked)
    os.mkfifo(os.path.join(linked, 'link'))
    with open(os.path.join(linked, 'vmlinux'), 'wb') as out:
        out.write(elf({'.gnu_debuglink': (0, b'link\0\0\0\0' + bytes(4)), '.gnu_debugaltlink': (0, b'link\0' + bytes(20))}))
    yield 'FIFO as debug link', Run(unoops, ['-k', os.path.join(linked, 'vmlinux'), log])


def cut_while_used(unoops, log, folder):
    """The vmlinux of a session that goes on is cut: the first report has lines, the next comes out without."""
    path = os.path.join(folder, 'vmlinux-cut')
    with open(path, 'wb') as out:
        out.write(dwarf(unit(ROOT + FOO + bytes(2)), debug_str=bytes(1 << 20)))
    with open(log, 'rb') as file:
        text = file.read()
    run = subprocess.Popen([unoops, '--follow', '-k', path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    run.stdin.write(text)
    run.stdin.flush()
    time.sleep(2)
    os.truncate(path, 64)
    run.stdin.write(text.replace(b'0x3b', b'0x3a').replace(b'postman', b'courier').replace(b'bar+0x1d', b'bar+0x1e'))
    run.stdin.close()
    out, errors = run.stdout.read(), run.stderr.read()
    if run.wait() != 0:
        return f'exit status {run.returncode}: {errors[-500:]!r}'
    if out.count(b'BUG: ') != 2 or b'a.c:1' not in out:
        return f'not two reports, or no line in the first: {out.decode()}'
    if b'changed while it was in use' not in out + errors:
        return f'nothing tells of it: {errors!r}'
    return None


def main(unoops, data):
    log = os.path.join(data, 'oops.text')
    results = {}
    for name in sorted(os.listdir(data)):
        if name.endswith('.elf'):
            results[name] = Run(unoops, ['-k', os.path.join(data, name), log])
    with tempfile.TemporaryDirectory() as folder:
        for name, content, expect in large_files():
            path = os.path.join(folder, name.replace(' ', '-').replace("'", ''))
            with open(path, 'wb') as out:
                out.write(content)
            results[name] = Run(unoops, ['-k', path, log], expect)
            if os.environ.get('VERBOSE'):
                print(name, len(content), f'{results[name].seconds:.2f}', results[name].why, flush=True)
            os.remove(path)
        results.update(odd_files(unoops, log, folder))
        wrong = [f'{name}: {run.why}' for name, run in results.items() if run.why]
        cut = cut_while_used(unoops, log, folder)
    wrong += [f'cut while it is used: {cut}'] if cut else []
    print('\n'.join(wrong))
    slowest = max(results, key=lambda name: results[name].seconds)
    print(f'{len(results) + 1} files, {len(wrong)} of them wrong; the slowest: {slowest}, {results[slowest].seconds:.2f} s')
    return 1 if wrong else 0


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
