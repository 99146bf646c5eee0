#!/usr/bin/env python3
"""Holds testdata/demo/oops.log against the binaries beside it.

usage: check.py DEMO_DIR

The log was written, not captured, so it must be true: sizes as kallsyms counts them, a call in front of every return
address, the Code bytes of the module's text, and CR2 as the sum of the faulting instruction's operand.
"""
import re
import subprocess
import sys

FRAME = re.compile(r'(\?? ?)([\w.]+)\+0x([0-9a-f]+)/0x([0-9a-f]+)(?: \[(\w+)\])?$')


def tool(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Image:
    """Symbols and instructions of one ELF file."""

    def __init__(self, path):
        rows = [line.split() for line in tool('nm', '-n', path).splitlines()]
        self.text = [(int(a, 16), name) for a, kind, name in (r for r in rows if len(r) == 3) if kind in 'tT']
        self.instructions = {}  # address -> (bytes, text)
        for line in tool('objdump', '-d', '--insn-width=16', path).splitlines():
            found = re.match(r'\s*([0-9a-f]+):\t([0-9a-f ]+)\t(.*)', line)
            if found:
                self.instructions[int(found[1], 16)] = (bytes.fromhex(found[2]), found[3])
        self.bytes = {a + i: b for a, (raw, _) in self.instructions.items() for i, b in enumerate(raw)}

    def symbol(self, name):
        """Address and kallsyms' size: the distance to the next symbol elsewhere."""
        start = next(a for a, n in self.text if n == name)
        after = [a for a, _ in self.text if a > start]
        return start, (min(after) if after else None)

    def call_ends_at(self, address):
        return any(a + len(raw) == address and text.startswith('call') for a, (raw, text) in self.instructions.items())


def check_frame(image, text, match, return_address):
    start, end = image.symbol(match[2])
    offset, size = int(match[3], 16), int(match[4], 16)
    assert end is not None and end - start == size, f'{text}: size is {end and hex(end - start)}'
    assert offset < size, f'{text}: past its end'
    if return_address:
        assert image.call_ends_at(start + offset), f'{text}: no call stands before it'
    return start + offset


def check_code(image, line, pc):
    words = line.split('Code: ')[1].split()
    fault = next(i for i, w in enumerate(words) if w.startswith('<'))
    assert (len(words), fault) == (64, 42), 'Code: 64 bytes, 42 of them before the pc (show_opcodes, arch/x86)'
    for i, word in enumerate(words):
        have = image.bytes[pc - fault + i]
        assert int(word.strip('<>'), 16) == have, f'Code byte {i} is {word}, the module has {have:02x}'


def check_address(image, pc, registers):
    displacement, base = re.search(r'(-?0x[0-9a-f]+)?\(%(\w+)\)', image.instructions[pc][1]).groups()
    touched = int(displacement or '0', 16) + registers[base.upper()]
    assert touched == registers['CR2'], f'the instruction touches {touched:#x}, CR2 is {registers["CR2"]:#x}'


def main(demo):
    images = {None: Image(f'{demo}/vmlinux'), 'courier': Image(f'{demo}/courier.ko')}
    with open(f'{demo}/oops.log', encoding='ascii') as log:
        lines = [re.sub(r'^\[ *[\d.]+\] ', '', line.rstrip('\n')) for line in log]
    banner = tool('strings', '-a', f'{demo}/vmlinux')
    assert lines[0] in banner, 'the banner is not that of vmlinux'

    registers, frames, pc = {}, 0, None
    for line in lines:
        if line.startswith('RIP: 0033'):
            break
        match = FRAME.search(line)
        if match:
            exact = line.startswith('RIP')
            where = check_frame(images[match[5]], line, match, not exact)
            pc = where if exact else pc
            frames += 1
        for name, value in re.findall(r'\b([RC][A-Z0-9]{2}): +([0-9a-f]{16})\b', line):
            registers[name] = int(value, 16)
    assert frames == 8, f'{frames} frames were checked'
    module = images['courier']
    check_code(module, next(line for line in lines if line.startswith('Code:')), pc)
    check_address(module, pc, registers)
    print(f'{frames} frames, 64 Code bytes and the fault address agree with the binaries')


if __name__ == '__main__':
    try:
        main(sys.argv[1])
    except AssertionError as wrong:
        sys.exit(f'testdata/demo/oops.log: {wrong}')
