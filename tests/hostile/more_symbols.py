#!/usr/bin/env python3
"""Symbol files that ask for more than they hold, the second hundred: what an attacker tries who has read the first.

usage: more_symbols.py UNOOPS DIR [REGEX]      DIR: testdata/hostile-symbols, for its log; REGEX: the kinds whose names it finds

With each the report must come out within 5 s of CPU and 512 MB (a sanitizer's shadow is not counted, its slowness five times), with at
most three lines on standard error and not a word of a signal.
"""
import os
import re
import struct
import sys
import tempfile

from elf import leb
from measured import measured
from symbols import FOO, ROOT, TEXT, abbrevs, dwarf, elf, lines, unit

CPU_SECONDS = 5
MEMORY_KB = 512 << 10
FUNCTION, BLOCK, INLINED, SPACE, VARIABLE, LISTED, POINTER, NAMED, IMPORT, BIT, CALL = range(2, 13)
ABBREVS = abbrevs(
    (1, 0x11, 1, [(0x11, 1), (0x12, 7), (0x10, 0x17)]), (FUNCTION, 0x2e, 1, [(3, 8), (0x11, 1), (0x12, 7)]), (BLOCK, 0x0b, 1, []),
    (INLINED, 0x1d, 1, [(0x31, 0x13), (0x11, 1), (0x12, 7), (0x58, 0x0b), (0x59, 0x0b)]), (SPACE, 0x39, 1, [(3, 8)]),
    (VARIABLE, 0x34, 0, [(3, 8), (0x49, 0x13), (0x02, 0x18)]), (LISTED, 0x34, 0, [(3, 8), (0x49, 0x13), (0x02, 0x17)]),
    (POINTER, 0x0f, 0, [(0x49, 0x13)]), (NAMED, 0x13, 0, [(0x69, 0x20)]), (IMPORT, 0x3d, 0, [(0x18, 0x10)]),
    (BIT, 0x13, 0, [(3, 8), (0x0b, 0x0f)]), (CALL, 0x48, 0, [(0x7d, 1), (0x7f, 0x13)]))


def dies(content, **more):
    return dwarf(unit(ROOT + content + bytes(8)), ABBREVS, **more)


def word(value):
    return struct.pack('<I', value & 0xffffffff)


def quad(value):
    return struct.pack('<Q', value & 0xffffffffffffffff)


FOO_OPEN = bytes([FUNCTION]) + b'foo\0' + struct.pack('<QQ', TEXT, 64)
FOO_AT = len(struct.pack('<I', 0)) + 7 + len(ROOT)


def place(operations, kind=VARIABLE):
    return bytes([kind]) + b'v\0' + word(FOO_AT) + leb(len(operations)) + operations


def line_table(program=b'', least=1, operations=1, base=0xfb, span=14, first=13, version=4):
    head = bytes([least] + ([operations] if version >= 4 else []) + [1, base, span, first]) + bytes([0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1])[:max(0, first - 1)]
    head += b'\0' + b'a.c\0\0\0\0' + b'\0'
    body = struct.pack('<HI', version, len(head)) + head + b'\0\x09\x02' + quad(TEXT) + program
    return word(len(body)) + body


def with_lines(table):
    return elf({'.debug_info': (0, unit(ROOT + FOO_OPEN + bytes(8))), '.debug_abbrev': (0, ABBREVS), '.debug_line': (0, table)})


def line_files():
    yield 'lines: rows without end', with_lines(line_table(b'\x2a' * (12 << 20)))
    yield 'lines: advance_pc wraps', with_lines(line_table((b'\x02' + leb(2**64 - 64) + b'\x01') * 100000))
    yield 'lines: advance_line wraps', with_lines(line_table((b'\x03' + b'\x80' * 9 + b'\x40' + b'\x01') * 100000))
    for name, more in (('min_inst_length 0', {'least': 0}), ('min_inst_length 255', {'least': 255}), ('line_range 0', {'span': 0}),
                       ('opcode_base 0', {'first': 0}), ('opcode_base 1', {'first': 1}), ('opcode_base 255', {'first': 255}), ('no operations', {'operations': 0})):
        yield f'lines: {name}', with_lines(line_table(bytes(range(256)) * 4096, **more))
    yield 'lines: sequences without rows', with_lines(line_table(b'\0\x01\x01' * (4 << 20)))
    yield 'lines: one file after the other', with_lines(line_table(b''.join(b'\0' + leb(5) + b'\x03f\0\0\0' for _ in range(400000))))
    fields = bytes([1, 1, 8]) + leb(1 << 28)
    head = bytes([1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1])
    for name, table in (('a directory format of 255', bytes([255]) + leb(1) + leb(8)), ('directories without end', fields + b'd\0' * 4000000)):
        body = struct.pack('<HBBI', 5, 8, 0, len(head + table)) + head + table
        yield f'lines: {name}', with_lines(word(len(body)) + body)


def info_files():
    inlined = bytes([INLINED]) + word(FOO_AT) + quad(TEXT) + quad(64) + b'\1\1'
    yield 'inlined in inlined', dies(FOO_OPEN + inlined * 40000 + bytes(40004))
    yield 'inlined beside inlined', dies(FOO_OPEN + (inlined + b'\0') * 400000)
    yield 'namespaces in namespaces', dies((bytes([SPACE]) + b'n\0') * 300000 + FOO_OPEN + bytes(300004))
    yield 'an origin that is itself', dies(FOO_OPEN + bytes([INLINED]) + word(FOO_AT + len(FOO_OPEN)) + quad(TEXT) + quad(64) + b'\1\1')
    yield 'calls without end', dies(FOO_OPEN + b''.join(bytes([CALL]) + quad(TEXT + i) + word(FOO_AT) for i in range(400000)))
    yield 'structures of one name', dies((bytes([BIT]) + b'x' * 60 + b'\0' + b'\x08') * 200000 + FOO_OPEN)
    pointers, start = b'', FOO_AT + len(FOO_OPEN)
    for i in range(200000):
        pointers += bytes([POINTER]) + word(start + 5 * (i + 1))
    yield 'pointers to pointers', dies(FOO_OPEN + pointers + place(b'\x55'))
    yield 'a signature without its unit', dies(FOO_OPEN + (bytes([NAMED]) + quad(1) + place(b'\x55')) * 40000)
    tiny = b''.join(word(8) + struct.pack('<HIB', 4, 0, 8) + b'\0' for _ in range(1500000))
    yield 'units of nothing, and a signature', dwarf(tiny + unit(ROOT + FOO_OPEN + bytes([NAMED]) + quad(1) + bytes(8)), ABBREVS)
    types = b''.join(word(20) + struct.pack('<HIBQI', 4, 0, 8, i + 2, 23) + b'\0' for i in range(900000))
    yield 'type units of nothing', dies(bytes([NAMED]) + quad(1) + FOO_OPEN + bytes([VARIABLE]) + b'v\0' + word(FOO_AT - 1 - 8 + 8) + b'\1\x55', debug_types=types)
    yield 'units that import each other', dwarf(b''.join(unit(ROOT + (bytes([IMPORT]) + word(11)) * 100 + FOO_OPEN + bytes(8)) for _ in range(2000)), ABBREVS)
    yield 'abbreviations without end', dwarf(unit(ROOT + FOO_OPEN + bytes(8)), ABBREVS[:-1] + b''.join(leb(i % 100000 + 20) + b'\x0b\0\0\0' for i in range(3000000)) + b'\0')
    yield 'one abbreviation with many attributes', dwarf(unit(ROOT + FOO_OPEN + (b'\x14' + bytes(200000)) * 60 + bytes(8)),
                                                         ABBREVS[:-1] + b'\x14\x34\0' + b'\x03\x0b' * 200000 + b'\0\0\0')


def expression_files():
    loops = {'skip back': b'\x2f\xfd\xff', 'branch back': b'\x31\x28\xfc\xff', 'call itself': b'\x98\x20\0', 'call4 itself': b'\x99\x20\0\0\0', 'pieces': b'\x55\x93\x08' * 100000,
             'derefs': b'\x70\0' + b'\x06' * 1000000, 'entry value in itself': b'\xa3\x05' * 50000, 'a block that claims more': b'\x9e' + leb(1 << 60),
             'implicit pointer': b'\xa0' + word(FOO_AT) + b'\0', 'convert': b'\xa8' + leb(1 << 40), 'xderef': b'\x30' * 100000 + b'\x18' * 100000}
    for name, code in loops.items():
        yield f'expression: {name}', dies(FOO_OPEN + place(code) * (1 if len(code) > 1000 else 1000))
    empty = struct.pack('<QQH', 5, 5, 0) * 800000 + bytes(16)
    full = struct.pack('<QQHB', 0, 64, 1, 0x55) * 400000 + bytes(16)
    listed = bytes([LISTED]) + b'v\0' + word(FOO_AT) + word(0)
    yield 'one list of many places', dies(FOO_OPEN + listed, debug_loc=full)
    yield 'many variables with one list', dies(FOO_OPEN + listed * 40000, debug_loc=full)
    yield 'many variables with empty places', dies(FOO_OPEN + listed * 40000, debug_loc=empty)
    yield 'a list without its end', dies(FOO_OPEN + listed * 1000, debug_loc=full[:-17])


def table_files():
    good = unit(ROOT + FOO_OPEN + bytes(8))
    for name, version, size in (('aranges of nothing', 2, 8), ('aranges of another version', 77, 8), ('aranges of words of 255', 2, 255)):
        rows = struct.pack('<HIBB', version, 0, size, 0) + bytes(4) + struct.pack('<QQ', TEXT, 1 << 60) * 400000
        yield name, dwarf(good, ABBREVS, debug_aranges=word(len(rows)) + rows)
    yield 'aranges that lead behind the end', dwarf(good, ABBREVS, debug_aranges=(word(44) + struct.pack('<HIBB', 2, 0xfffffff0, 8, 0) + bytes(4) + struct.pack('<QQQQ', TEXT, 64, 0, 0)) * 100000)
    yield 'names of garbage', dwarf(good, ABBREVS, debug_names=b'\xff' * 1000000, gdb_index=b'\xff' * 100000, debug_pubnames=b'\xff' * 9999, debug_frame=b'\xff' * 100000)
    cie = word(12) + word(0xffffffff) + b'\1\0\1\x78\x10\0\0\0'
    fde = word(20) + word(0) + quad(TEXT) + quad(64)
    yield 'frames without end', dwarf(good, ABBREVS, debug_frame=cie + fde * 1000000)
    yield 'frames of one another', dwarf(good, ABBREVS, debug_frame=cie + word(20 + 4000000) + word(0) + quad(TEXT) + quad(64) + b'\x0a' * 4000000)
    for name in ('orc_unwind', 'orc_unwind_ip', '__ksymtab', '__bug_table', 'modinfo', 'altinstructions', '__ksymtab_strings', 'rodata', 'comment', 'gnu_debuglink', 'gnu_debugaltlink',
                 'debug_sup', 'debug_cu_index', 'note.gnu.build-id', 'eh_frame', 'BTF', 'init.text'):
        for what, content in (('ones', b'\xff' * 300001), ('letters', b'A' * 300001), ('nothing', b'')):
            yield f'.{name} of {what}', dwarf(good, ABBREVS, **{name: content})
    yield 'a release without its end', elf({'.rodata': (2, b'Linux version ' * 1000000)})
    yield 'many releases', elf({'.rodata': (2, b'Linux version 6.1.0-demo (\0' * 1000000)})


def notes(sections):
    """The sections' names begin with .note: they are made notes."""
    image = bytearray(elf(sections))
    table, = struct.unpack_from('<Q', image, 0x28)
    count, = struct.unpack_from('<H', image, 0x3c)
    for i in range(4, count - 1):
        struct.pack_into('<I', image, table + 64 * i + 4, 7)
    return bytes(image)


def note(name_size, size, kind, content):
    return struct.pack('<III', name_size, size, kind) + content


def elf_files():
    for size in (0, 1, 4096, 3 << 20, 60 << 20):
        yield f'a build-id of {size} bytes', notes({'.note': (2, note(4, size, 3, b'GNU\0' + b'\xab' * size))})
    yield 'a note with a name of 2^32-1', notes({'.note': (2, note(0xffffffff, 20, 3, b'GNU\0' + bytes(20)))})
    yield 'a note of 2^32-1', notes({'.note': (2, note(4, 0xffffffff, 3, b'GNU\0' + bytes(20)))})
    yield 'notes without end', notes({'.note': (2, note(0, 0, 0, b'') * 2000000)})
    many = {f'.s{i}' + 'x' * (i % 7): (0, b'') for i in range(30000)}
    yield '30,000 sections', elf(many)
    image = bytearray(elf({'.' + 'n' * 3000000: (0, b'')} | {f'.{i}': (0, b'') for i in range(30000)}))
    table, = struct.unpack_from('<Q', image, 0x28)
    count, = struct.unpack_from('<H', image, 0x3c)
    for i in range(5, count - 1):
        struct.pack_into('<I', image, table + 64 * i, 40 + i)
    yield 'sections in one another\'s names', bytes(image)
    yield 'two million symbols', elf({}, [('s', TEXT + 192 + i) for i in range(2000000)])
    yield 'symbols behind the names', elf({}, [(1 << 31, TEXT + 70), (60, TEXT + 71)] * 100000)
    good = elf({'.debug_info': (0, unit(ROOT + FOO_OPEN + bytes(8))), '.debug_abbrev': (0, ABBREVS), '.debug_line': (0, lines())})
    for at, code, values in ((0x12, 'H', (0, 2, 8, 20, 22, 40, 183, 243, 258, 0xffff)), (0x10, 'H', (0, 1, 3, 4, 0xffff)), (4, 'B', (0, 1, 3)), (5, 'B', (0, 2, 3)),
                             (0x3e, 'H', (0, 0xffff)), (0x3c, 'H', (0, 1, 0xffff)), (0x3a, 'H', (0, 1, 63, 0xffff)), (0x28, 'Q', (0, 1, 1 << 63, (1 << 64) - 1))):
        for value in values:
            image = bytearray(good)
            struct.pack_into('<' + code, image, at, value)
            yield f'header: {at:#x} is {value:#x}', bytes(image)
    table, = struct.unpack_from('<Q', good, 0x28)
    for field, at, code in (('type', 4, 'I'), ('flags', 8, 'Q'), ('link', 40, 'I'), ('info', 44, 'I'), ('align', 48, 'Q'), ('entsize', 56, 'Q')):
        for value in (0, 1, 2, 3, 0x800, 0xffffffff, (1 << 63) + 1):
            image = bytearray(good)
            for i in range(1, 7):
                struct.pack_into('<' + code, image, table + 64 * i + at, value & ((1 << 8 * struct.calcsize(code)) - 1))
            yield f'sections: {field} is {value:#x}', bytes(image)


def module(relocations, code=192):
    """A relocatable file whose .text has these relocations, and so has its .debug_info."""
    image = bytearray(elf({'.debug_info': (0, unit(ROOT + FOO_OPEN + bytes(8))), '.debug_abbrev': (0, ABBREVS), '.debug_line': (0, lines()),
                           '.rela.text': (0, relocations), '.rela.debug_info': (0, relocations)}))
    struct.pack_into('<H', image, 0x10, 1)
    table, = struct.unpack_from('<Q', image, 0x28)
    for i, target in ((7, 1), (8, 4)):
        struct.pack_into('<I', image, table + 64 * i + 4, 4)
        struct.pack_into('<IIQQ', image, table + 64 * i + 40, 2, target, 8, 24)
    return bytes(image)


def rela(at, symbol, kind, addend):
    return struct.pack('<QQq', at, symbol << 32 | kind, addend)


def module_files():
    yield 'relocations of all types', module(b''.join(rela(at, 1, kind, 0) for kind in range(256) for at in (0, 14, 60, 191)))
    yield 'relocations anywhere', module(b''.join(rela(at, symbol, 1, 1 << 62) for at in (0, 185, 191, 192, 1 << 31, 1 << 63, (1 << 64) - 1) for symbol in (0, 1, 4, 0xffffffff)))
    yield 'millions of relocations', module(rela(14, 1, 2, 0) * 2000000)
    yield 'millions of relocations backwards', module(b''.join(rela(192 - i % 190, 1 + i % 3, 1 + i % 2, i) for i in range(1500000)))


def attacks():
    for files in (line_files, info_files, expression_files, table_files, elf_files, module_files):
        yield from files()


class Runner:
    def __init__(self, unoops, log, folder):
        self.unoops, self.log, self.folder = unoops, log, folder
        with open(unoops, 'rb') as program:
            self.sanitized = b'__asan_init' in program.read()

    def run(self, content, as_module):
        """(CPU seconds, KB, what is wrong or None)"""
        path = os.path.join(self.folder, 'courier.ko' if as_module else 'vmlinux')
        with open(path, 'wb') as out:
            out.write(content)
        text = os.path.join(self.folder, 'log')
        with open(self.log, encoding='ascii') as log, open(text, 'w', encoding='ascii') as out:
            out.write(re.sub(r'(?m)(\+0x\w+/0x40)$', r'\1 [courier]' if as_module else r'\1', log.read()))
        command = [self.unoops, '--force', '-v', '-m' if as_module else '-k', self.folder if as_module else path, text]
        status, seconds, memory, output, errors = measured(command, os.path.join(self.folder, 'run'))
        os.remove(path)
        return seconds, memory, self.complaint(status, seconds, memory, output, errors)

    def complaint(self, status, seconds, memory, output, errors):
        if status != 0 or b'Sanitizer' in errors or b'runtime error' in errors:
            return f'exit status {status}: {errors[-1500:].decode(errors="replace")}'
        if b'BUG: ' not in output or b'foo+0x3b/0x40' not in output:
            return 'the report is not there'
        if errors.count(b'\n') > 3:
            return f'{errors.count(b"%c" % 10)} lines on standard error: {errors[:500]!r}'
        if seconds > CPU_SECONDS * (5 if self.sanitized else 1):
            return f'{seconds:.1f} s'
        return f'{memory >> 10} MB' if memory > MEMORY_KB and not self.sanitized else None


def main(unoops, data, wanted='.'):
    count, wrong, slowest, largest = 0, [], (0, ''), (0, '')
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(unoops, os.path.join(data, 'oops.text'), folder)
        for name, content in attacks():
            if not re.search(wanted, name):
                continue
            count += 1
            seconds, memory, why = runner.run(content, 'relocations' in name)
            slowest, largest = max(slowest, (seconds, name)), max(largest, (memory, name))
            if os.environ.get('VERBOSE'):
                print(f'{name}: {len(content)} bytes, {seconds:.2f} s, {memory >> 10} MB', flush=True)
            if why:
                wrong.append(f'{name}: {why}')
    print('\n'.join(wrong))
    print(f'{count} files, {len(wrong)} of them wrong; the slowest: {slowest[1]}, {slowest[0]:.2f} s; the largest: {largest[1]}, {largest[0] >> 10} MB')
    return 1 if wrong or not count else 0


if __name__ == '__main__':
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
