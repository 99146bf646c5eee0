#!/usr/bin/env python3
"""Makes a small dump of a large one: only the pages that unoops reads for a report, in a kdump-compressed file or an ELF core.

usage: shrink_dump.py TEMPLATE DUMP OUT UNOOPS [OPTION...]

DUMP is an ELF core of QEMU; UNOOPS runs under gdb, which sees what it reads of it (so it needs symbols, as the dev build has them), with
the OPTIONs of the report that OUT must still give. TEMPLATE is a small dump of the same kernel release, whose header is taken; "-": OUT is an
ELF core, packed by zstd, which no tool but unoops reads as it is.
"""
import ctypes
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

PAGE = 4096
READ = 'unoops::memory::(anonymous namespace)::ElfCore::read(unsigned long, std::span<std::byte, 18446744073709551615ul>)'


def packed(data):
    zstd = ctypes.CDLL('libzstd.so.1')
    zstd.ZSTD_compress.restype = ctypes.c_size_t
    room = ctypes.create_string_buffer(len(data) + PAGE)
    size = zstd.ZSTD_compress(room, len(room), data, len(data), 19)
    return room.raw[:size]


def runs_of(numbers):
    """[first, end) of each run."""
    runs = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number:
            runs[-1][1] += 1
        else:
            runs.append([number, number + 1])
    return runs


def pages_read(command):
    """Numbers of the pages, by the registers of each call (System V ABI: the address in rsi, the size in rcx)."""
    with tempfile.NamedTemporaryFile('w', suffix='.gdb') as script:
        script.write(f'set pagination off\nbreak {READ}\ncommands\nsilent\nprintf "READ %lu %lu\\n", $rsi, $rcx\ncontinue\nend\nrun\nquit\n')
        script.flush()
        out = subprocess.run(['gdb', '-q', '-batch', '-x', script.name, '--args', *command], stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, check=True).stdout.decode(errors='replace')
    numbers = set()
    for at, size in re.findall(r'^READ (\d+) (\d+)$', out, re.M):
        numbers.update(range(int(at) // PAGE, (int(at) + max(int(size), 1) - 1) // PAGE + 1))
    return numbers


class Core:
    """An ELF core: its notes, and its memory by physical addresses."""

    def __init__(self, file):
        self.file = file
        self.header = header = file.read(64)
        at, = struct.unpack_from('<Q', header, 32)
        count, = struct.unpack_from('<H', header, 56)
        file.seek(at)
        rows = [struct.unpack('<IIQQQQQQ', file.read(56)) for _ in range(count)]
        self.loads = [row for row in rows if row[0] == 1]
        self.notes = b''.join(self.bytes(row[2], row[5]) for row in rows if row[0] == 4)
        self.end = max(row[4] + row[5] for row in self.loads) // PAGE

    def bytes(self, at, size):
        self.file.seek(at)
        return self.file.read(size)

    def page(self, number):
        for row in self.loads:
            if row[4] <= number * PAGE < row[4] + row[5]:
                return self.bytes(row[2] + number * PAGE - row[4], PAGE)
        return None


def kernels_notes(notes):
    """The states of the CPUs and VMCOREINFO, without QEMU's own notes; and where VMCOREINFO is in them."""
    out, place, at = b'', None, 0
    while at + 12 <= len(notes):
        name_size, size, _ = struct.unpack_from('<III', notes, at)
        text = at + 12 + (name_size + 3 & ~3)
        end = text + (size + 3 & ~3)
        name = notes[at + 12:at + 12 + name_size].rstrip(b'\0')
        if name == b'VMCOREINFO':
            place = len(out) + text - at, size
        if name in (b'CORE', b'VMCOREINFO'):
            out += notes[at:end]
        at = end
    return out, place


def kdump(template, core, pages):
    notes, (info_at, info_size) = kernels_notes(core.notes)
    blocks = -(-core.end // (8 * PAGE))
    there, dumped = bytearray(blocks * PAGE), bytearray(blocks * PAGE)
    for number in range(core.end):
        there[number >> 3] |= 1 << (number & 7)
    for number in pages:
        dumped[number >> 3] |= 1 << (number & 7)
    sub = bytearray(template[PAGE:PAGE + 104]).ljust(1024, b'\0')
    first = PAGE + len(sub)
    struct.pack_into('<I', sub, 8, 31)
    struct.pack_into('<4Q', sub, 32, first + info_at, info_size, first, len(notes))
    struct.pack_into('<Q', sub, 96, core.end)
    sub += notes
    sub_blocks = -(-len(sub) // PAGE)
    head = bytearray(template[:PAGE])
    struct.pack_into('<III', head, 432, sub_blocks, 2 * blocks, core.end)
    out = bytes(head + sub.ljust(sub_blocks * PAGE, b'\0') + there + dumped)
    table, data = b'', b''
    for number in sorted(pages):
        page = packed(pages[number])
        table += struct.pack('<QIIQ', len(out) + 24 * len(pages) + len(data), len(page), 0x20, 0)
        data += page
    return out + table + data


def elf(core, pages):
    notes, _ = kernels_notes(core.notes)
    runs = runs_of(pages)
    head = bytearray(core.header)
    struct.pack_into('<QQ', head, 32, len(head), 0)
    struct.pack_into('<HHHH', head, 56, 1 + len(runs), 0, 0, 0)
    at = len(head) + 56 * (1 + len(runs))
    table, data = struct.pack('<IIQQQQQQ', 4, 0, at, 0, 0, len(notes), len(notes), 0), notes
    for begin, end in runs:
        size = (end - begin) * PAGE
        table += struct.pack('<IIQQQQQQ', 1, 0, at + len(data), 0, begin * PAGE, size, size, 0)
        data += b''.join(pages[number] for number in range(begin, end))
    return packed(bytes(head) + table + data)


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    template, dump, out, *command = sys.argv[1:]
    with open(dump, 'rb') as memory:
        core = Core(memory)
        pages = {number: page for number in pages_read([*command, dump]) if (page := core.page(number)) is not None}
        small = elf(core, pages) if template == '-' else kdump(pathlib.Path(template).read_bytes(), core, pages)
    with open(out, 'wb') as file:
        file.write(small)
    print(f'{out}: {len(pages)} pages, {len(small)} bytes')


if __name__ == '__main__':
    main()
