#!/usr/bin/env python3
"""Logs that are damaged on purpose, in every transport, packed and not: each ends with 0, 1 or 2, soon, in little memory, with JSON that can
be read and text without control characters, and in one line where it is refused.

usage: logs.py UNOOPS TESTDATA [--runs N] [--seed S] [--only REGEX] [--keep DIR]

Three oopses are dressed in each transport (tests/tools/dress.py), then spoiled by what an attacker would write there: numbers without end,
sizes of fields that nothing backs, nests, half characters, lines in lines; and packed, so that more comes out than went in. What is always
tried are the bombs and the odd shapes of each format; of the rest as many as N (default 400) allows, chosen by the seed.
"""
import argparse
import base64
import bz2
import gzip
import lzma
import os
import pathlib
import random
import re
import struct
import sys
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'tools'))
import dress  # noqa: E402  (beside this directory)
from dump import Runner  # noqa: E402
from measured import measured  # noqa: E402

FORMS = (['-f', 'json'], ['-f', 'text', '-v'], ['-f', 'annotate'], ['-f', 'html'], ['-f', 'title'], ['-f', 'json', '--redact'])
LOGS = ('demo/oops.log', 'kasan/kasan-null-ring.log', 'soft-lockup/k612-softlockup.log')
NUMBERS = ['0', '-1', '1', '4294967295', '4294967296', '9223372036854775807', '9223372036854775808', '18446744073709551615', '18446744073709551616',
           '9' * 400, '0x' + 'f' * 40, '1e999', '0.0000000000000000001', '']
WORDS = ['\0', '\x1b[31m', '\x1b]8;;http://x\x07', '\xff', '\xc2', '\xed\xa0\x80', '\xf4\x90\x80\x80', '\xe2\x80\xae', '\r', '\n', '\x0b', '\t' * 300, '<script>', '&#0;', '&#1114112;', '&#x110000;',
         '\\x', '\\x0', '\\u', '\\ud800', '\\u0000', '%', '%s%n', '"', "'", '[', ']', '{', '}', '<0>', '<999>', '=?utf-8?b?', '[    0.000000] ', 'Call Trace:', '---[ end trace',
         '------------[ cut here ]------------', 'BUG: ', 'RIP: 0010:', 'Code: ', '+0x' + 'f' * 20 + '/0x1', '(', '#PF: ', '> ', '>' * 500, ' ' * 2000]
MEGABYTE = 1 << 20


def spoiled(text, rng):
    """One of the ways, several times."""
    for _ in range(rng.choice([1, 1, 2, 5, 30])):
        at = rng.randrange(len(text) + 1)
        what = rng.randrange(8)
        if what == 0:
            numbers = list(re.finditer(r'\d+', text))
            if numbers:
                found = rng.choice(numbers)
                text = text[:found.start()] + rng.choice(NUMBERS) + text[found.end():]
        elif what == 1:
            text = text[:at] + rng.choice(WORDS) + text[at:]
        elif what == 2:
            text = text[:at] + text[at + rng.choice([1, 1, 2, 40, 400]):]
        elif what == 3:
            other = rng.randrange(len(text) + 1)
            text = text[:at] + text[other:other + rng.choice([8, 80, 800])] + text[at:]
        elif what == 4:
            text = text[:at] + chr(rng.randrange(256)) + text[at + 1:]
        elif what == 5:
            text = text[:at] + text[at:at + 1] * rng.choice([2, 100, 5000]) + text[at:]
        elif what == 6:
            lines = text.split('\n')
            rng.shuffle(lines) if rng.randrange(4) == 0 else lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines) * rng.choice([1, 3]))
            text = '\n'.join(lines)
        else:
            text = text[:at]
        text = text[:200_000]
    return text


def costumes(data):
    """(what, make) without end."""
    texts = []
    for name in LOGS:
        path = data / name
        lines = dress.parse(path.read_bytes()) if path.exists() else []
        texts += [(f'{name} as {transport}', dress.text_of(lines, transport).decode('latin-1')) for transport in dress.TRANSPORTS if lines]
    seed = 0
    while True:
        name, text = texts[seed % len(texts)]
        yield f'{name}, seed {seed}', lambda text=text, seed=seed: spoiled(text, random.Random(seed)).encode('latin-1')
        if seed % 5 == 0:
            yield f'{name}, packed, seed {seed}', lambda text=text, seed=seed: damaged(pack(text.encode('latin-1'), seed), random.Random(seed))
        seed += 1


def pack(data, which):
    return (gzip.compress, bz2.compress, lambda d: lzma.compress(d, preset=0), lambda d: lzma.compress(d, lzma.FORMAT_ALONE, preset=0))[which // 5 % 4](data)


def damaged(data, rng):
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 4, 32])):
        at = rng.randrange(len(out)) if rng.randrange(2) else rng.randrange(min(40, len(out)))
        out[at] = rng.choice([0, 0xff, rng.randrange(256)])
    return bytes(out[:rng.randrange(len(out))] if rng.randrange(4) == 0 else out)


OOPS = b"""[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008
[    1.000001] Oops: 0000 [#1] SMP
[    1.000002] CPU: 1 PID: 812 Comm: postman Not tainted 6.1.0-demo #1
[    1.000003] RIP: 0010:foo+0xe/0x40
"""


def zeros(size):
    """gzip of so many zeros."""
    return in_pieces(zlib.compressobj(9, wbits=31), size // MEGABYTE)


def in_pieces(packer, megabytes):
    """What is made here is no part of the program's peak."""
    return b''.join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + packer.flush()


def zstd_frame(window_log, body=b'\1\0\0'):
    """A frame of that window with one empty raw block (RFC 8878)."""
    return struct.pack('<IBB', 0xfd2fb528, 0, (window_log - 10) << 3) + body


def bombs():
    yield 'gzip of zeros', lambda: zeros(1 << 28)
    yield 'gzip of gzip of zeros', lambda: gzip.compress(zeros(1 << 27))
    yield 'ten thousand empty members', lambda: gzip.compress(b'') * 10_000 + gzip.compress(OOPS)
    yield 'a member, then garbage', lambda: gzip.compress(OOPS) + os.urandom(100_000)
    yield 'gzip with a name without end', lambda: b'\x1f\x8b\x08\x08' + bytes(6) + b'n' * (8 * MEGABYTE)
    yield 'gzip with an extra field', lambda: b'\x1f\x8b\x08\x04' + bytes(6) + b'\xff\xff' + bytes(100)
    yield 'xz with a dictionary of 4 GB', lambda: lzma.compress(OOPS, lzma.FORMAT_ALONE, preset=0)[:1] + struct.pack('<I', 0xffffffff) + lzma.compress(OOPS, lzma.FORMAT_ALONE, preset=0)[5:]
    yield 'xz of zeros', lambda: in_pieces(lzma.LZMACompressor(preset=0), 100)
    yield 'bzip2 of zeros', lambda: in_pieces(bz2.BZ2Compressor(), 100)
    for window in (10, 27, 31, 41):
        yield f'zstd with a window of 2^{window}', lambda window=window: zstd_frame(window) * 1000
    yield 'zstd, a run of 128 KB each', lambda: zstd_frame(20, b'') + struct.pack('<I', 131072 << 3 | 2)[:3] + b'\0' + (struct.pack('<I', 131072 << 3 | 2)[:3] + b'\n') * 64 + struct.pack('<I', 1 | 1 << 3 | 2)[:3] + b'\n'
    yield 'zstd, frames that are skipped', lambda: struct.pack('<II', 0x184d2a50, 0) * 500_000
    yield 'lz4 of nothing', lambda: b'\x04\x22\x4d\x18\x40\x70\xdf\0\0\0\0' * 100_000


def odd_shapes():
    record = b'__REALTIME_TIMESTAMP=1\n__MONOTONIC_TIMESTAMP=1\n_TRANSPORT=kernel\nMESSAGE\n'
    for size in (0, 1, 1 << 20, 1 << 31, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1):
        yield f'export, a field of {size}', lambda size=size: record + struct.pack('<Q', size) + OOPS + b'\n\n' + OOPS
    yield 'export, fields without end', lambda: b'__REALTIME_TIMESTAMP=1\n' + b'A=B\n' * 2_000_000
    yield 'export, a name without end', lambda: b'__REALTIME_TIMESTAMP=1\n' + b'A' * (8 * MEGABYTE) + b'=1\n'
    yield 'export, a million records', lambda: b'__REALTIME_TIMESTAMP=1\nMESSAGE=x\n\n' * 300_000
    wrapped = b'{"__REALTIME_TIMESTAMP":"1","_TRANSPORT":"kernel","MESSAGE":%s}\n'
    messages = {'nest': b'[' * 2_000_000, 'objects in objects': b'{"a":' * 1_000_000, 'bytes': b'[' + b'66,' * 1_000_000 + b'66]', 'wild bytes': b'[' + b'999999999999999999999,' * 1000 + b'-1,1.5,null]',
                'half a text': b'"abc', 'surrogates': b'"' + b'\\ud800' * 100_000 + b'"', 'escapes': b'"' + b'\\u0000\\n\\u202e' * 100_000 + b'"', 'a long number': b'1' * 1_000_000,
                'null': b'null', 'a text of 8 MB': b'"' + b'x' * (8 * MEGABYTE) + b'"', 'lines in a text': b'"' + OOPS.replace(b'\n', b'\\n') * 2000 + b'"'}
    for name, message in messages.items():
        yield f'JSON, {name}', lambda message=message: wrapped % message + wrapped % b'"BUG: kernel NULL pointer dereference, address: 0000000000000008"'
    yield 'JSON, keys without end', lambda: b'{' + b'"a":1,' * 1_000_000 + b'"MESSAGE":"x"}\n'
    yield 'JSON, one key many times', lambda: b'{' + b'"MESSAGE":"BUG: x",' * 300_000 + b'"MESSAGE":"x"}\n'
    yield 'dmesg -J, nest', lambda: b'{\n   "dmesg": [\n' + b'{"pri":' * 1_000_000
    yield 'dmesg -J, wild numbers', lambda: b'{\n   "dmesg": [\n      {"pri":99999999999999999999,"time":1e999,"msg":"BUG: x"},{"pri":-1,"time":"a","msg":[]}]}\n' * 1000
    for stamp in ('99999999999999999999,1,1,-;', '6,18446744073709551615,18446744073709551615,-;', '-1,-1,-1,-;', '6,1,1,-,caller=T' + '9' * 400 + ';', '6,1,1,c;', '6,1,1,+;'):
        yield f'kmsg, {stamp[:30]}', lambda stamp=stamp: b''.join(stamp.encode() + line + b'\n SUBSYSTEM=' + b'x' * 3000 + b'\n' for line in OOPS.split(b'\n')) * 50
    yield 'kmsg, escapes', lambda: b'6,1,1,-;' + b'\\x0a' * 1_000_000 + b'\n'
    yield 'netconsole, pieces that never come', lambda: b''.join(b'6,%d,%d,-,ncfrag=%d/4294967295;x\n' % (i, i, i * 997 % 4294967295) for i in range(100_000))
    yield 'mail, base64', lambda: b'Content-Transfer-Encoding: base64\n\n' + base64.encodebytes(OOPS * 5000)
    yield 'mail, soft breaks', lambda: b'Content-Transfer-Encoding: quoted-printable\n\n' + b'=3D=\n' * 500_000 + OOPS
    yield 'syslog, octets counted wrongly', lambda: b''.join(b'%d <6>1 - - kernel - - - %s' % (n, OOPS) for n in (0, 1, 10, 99999999999999999999, 2**63, 2**64)) * 100
    yield 'docker, half lines', lambda: b'{"log":"[    1.000000] BUG: ","stream":"stdout","time":"x"}\n' * 200_000
    yield 'HTML, references', lambda: b'<pre>' + b'&#91;' * 500_000 + b'&' * 500_000 + b'\n' + OOPS
    yield 'quotes in quotes', lambda: b'\n'.join(b'> ' * 20_000 + line for line in OOPS.split(b'\n')) * 10
    yield 'all stamps at once', lambda: b'<6>[    1.0] Jan  1 00:00:00 host kernel: [    1.0] <6>' * 40_000 + OOPS
    yield 'sections without end', lambda: b'section_start:1:x\r\x1b[0K' * 300_000 + OOPS
    yield 'a report of frames alone', lambda: OOPS + b'[    1.000004] Call Trace:\n' + b'[    1.000005]  f+0x1/0x2\n' * 300_000
    yield 'a report of registers alone', lambda: OOPS + b'[    1.000005] RAX: 0000000000000000 RBX: 000000000000001d RCX: ffffa1c2c0b7bf20\n' * 200_000
    yield 'modules without end', lambda: OOPS + b'[    1.000004] Modules linked in:' + b' abc(OE)' * 1_000_000 + b'\n'
    yield 'Code bytes without end', lambda: OOPS + b'[    1.000004] Code:' + b' 48 <8b>' * 1_000_000 + b'\n'
    yield 'UTF-16', lambda: OOPS.decode().encode('utf-16')
    yield 'UTF-32 and marks', lambda: b'\xef\xbb\xbf' * 100_000 + OOPS.decode().encode('utf-32')
    yield 'carriage returns', lambda: (b'[    1.000000] x\r' * 200_000 + b'\n') + OOPS.replace(b'\n', b'\r\r\n')
    yield 'backspaces', lambda: b'x\b' * 1_000_000 + OOPS


class LogRunner(Runner):
    forms, memory_kb, suffix = FORMS, 192 * 1024, 'log'
    controls = re.compile(rb'[\x00-\x08\x0b-\x1f\x7f]')

    def run(self, number, content):
        base = os.path.join(self.directory, str(number))
        with open(base, 'wb') as out:
            out.write(content)
        out = measured([self.options.unoops, *self.forms[number % len(self.forms)], '--no-symbols', base], base)
        for name in ('', '.out', '.err'):
            os.unlink(base + name)
        return out

    def complaints(self, number, what, content):
        yield from super().complaints(number, what, content)
        if self.forms[number % len(self.forms)][1] == 'text':
            status, _, _, output, errors = self.run(number, content)
            for stream in (output, errors):
                if found := self.controls.search(stream):
                    yield f'status {status}, a control character: {stream[max(0, found.start() - 60):found.end() + 20]!r}'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('unoops')
    parser.add_argument('testdata', type=pathlib.Path)
    parser.add_argument('--runs', type=int, default=400)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--only', default='.')
    parser.add_argument('--keep', type=pathlib.Path)
    options = parser.parse_args()
    work = [one for one in (*bombs(), *odd_shapes()) if re.search(options.only, one[0])]
    more = costumes(options.testdata)
    for _ in range(options.seed):
        next(more)
    work += [one for one, _ in zip(more, range(max(0, options.runs - len(work)))) if re.search(options.only, one[0])]
    with tempfile.TemporaryDirectory() as directory:
        return LogRunner(options, directory).run_all(work)


if __name__ == '__main__':
    sys.exit(main())
