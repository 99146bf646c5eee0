"""Memory dumps as bytes: the pages of a kdump-compressed one, and what holds the same pages in other containers."""
import random
import shutil
import struct
import subprocess

PAGE = 4096
HEADER_FIELDS = (8, 424, 428, 432, 436, 440)  # of kdump's header: version, status, block, sub header, bitmaps, max_mapnr
SUB_FIELDS = (0, 8, 12, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96)


class Dump:
    """Of version 6 with pages packed by zstd, as testdata has them."""

    def __init__(self, data):
        self.block, self.sub, self.bitmap = struct.unpack_from('<3I', data, 428)
        self.header, self.sub_header = data[:self.block], data[self.block:2 * self.block]
        info_at, info_size, notes_at, notes_size = struct.unpack_from('<4Q', self.sub_header, 32)
        self.info, self.notes = data[info_at:info_at + info_size], data[notes_at:notes_at + notes_size]
        self.bitmaps = data[(1 + self.sub) * self.block:(1 + self.sub + self.bitmap) * self.block]
        dumped = self.bitmaps[len(self.bitmaps) // 2:]
        pfns = [i * 8 + bit for i, byte in enumerate(dumped) if byte for bit in range(8) if byte >> bit & 1]
        table = (1 + self.sub + self.bitmap) * self.block
        packed = b''
        for i in range(len(pfns)):
            at, size, flags, _ = struct.unpack_from('<QIIQ', data, table + 24 * i)
            assert flags == 0x20
            packed += data[at:at + size]
        # Frames that stand one behind the other are unpacked as one.
        pages = subprocess.run(['zstd', '-dc'], input=packed, stdout=subprocess.PIPE, check=True).stdout
        self.pages = {pfn: pages[i * PAGE:(i + 1) * PAGE] for i, pfn in enumerate(pfns)}

    def number(self, key):
        """Of VMCOREINFO: SYMBOL(...) is hexadecimal, the rest decimal."""
        line = next(line for line in self.info.decode().splitlines() if line.startswith(key + '='))
        return int(line.partition('=')[2], 16 if key.startswith('SYMBOL') else 10)


def can_be_read():
    return shutil.which('zstd') is not None


def noted(dump, info=None):
    info = dump.info if info is None else info
    text = struct.pack('<3I', 11, len(info), 0) + b'VMCOREINFO\0\0' + info + bytes(-len(info) % 4)
    cut = dump.notes.find(b'VMCOREINFO')
    return (dump.notes[:cut - 12] if cut >= 12 else dump.notes) + text


def elf(dump, pages=None, info=None, phoff=64, many=False, change=lambda headers: headers, more=8):
    """`change` gets the program headers, each a list of its eight numbers, and adds up to `more`."""
    pages, notes = pages or dump.pages, noted(dump, info)
    at = phoff + 56 * (len(pages) + 1 + more) + 64
    at += -at % PAGE
    headers, content = [[4, 0, at, 0, 0, len(notes), len(notes), 0]], notes + bytes(-len(notes) % PAGE)
    for pfn, page in pages.items():
        headers.append([1, 7, at + len(content), 0, pfn * PAGE, len(page), len(page), 0])
        content += page
    headers = change(headers)
    table = b''.join(struct.pack('<IIQQQQQQ', *header) for header in headers)
    section = phoff + len(table) if many else 0
    out = b'\x7fELF\2\1\1' + bytes(9) + struct.pack('<HHIQQQIHHHHHH', 4, 62, 1, 0, phoff, section, 0, 64, 56,
                                                    0xffff if many else len(headers), 64, many, 0)
    out = out.ljust(phoff, b'\0') + table
    if many:
        out += bytes(44) + struct.pack('<I', len(headers)) + bytes(16)
    return out.ljust(at, b'\0') + content


def kdump(dump, pages=None, info=None):
    """With its pages as they are, so that what is changed in them needs no packing."""
    pages, notes = pages or dump.pages, noted(dump, info)
    sub = bytearray(dump.sub_header[:104]).ljust(1024, b'\0')
    info_at = dump.block + 1024 + notes.rfind(b'VMCOREINFO') + 12
    struct.pack_into('<4Q', sub, 32, info_at, len(dump.info if info is None else info), dump.block + 1024, len(notes))
    sub = bytes(sub) + notes
    sub_blocks = -(-len(sub) // dump.block)
    head = bytearray(dump.header)
    struct.pack_into('<I', head, 432, sub_blocks)
    out = bytes(head) + sub.ljust(sub_blocks * dump.block, b'\0') + dump.bitmaps
    at = len(out) + 24 * len(pages)
    table = b''.join(struct.pack('<QIIQ', at + i * PAGE, PAGE, 0, 0) for i in range(len(pages)))
    return out + table + b''.join(pages[pfn] for pfn in sorted(pages))


def flattened(data, piece=5000, change=lambda pieces: pieces, seed=1):
    """`change` gets the pieces: lists of offset, size and bytes."""
    pieces = [[at, len(data[at:at + piece]), data[at:at + piece]] for at in range(0, len(data), piece)]
    random.Random(seed).shuffle(pieces)
    head = b'makedumpfile'.ljust(16, b'\0') + struct.pack('>QQ', 1, 1)
    body = b''.join(struct.pack('>QQ', at % 2**64, size % 2**64) + content for at, size, content in change(pieces))
    return head.ljust(PAGE, b'\0') + body + b'\xff' * 16
