#!/usr/bin/env python3
"""Writes an oops whose frames lie in functions all over a vmlinux, and their addresses.

usage: make_trace.py VMLINUX FRAMES LOG ADDRESSES

The functions are drawn at random with a fixed seed, so nearly every frame lies in a compilation unit of its own: more work
than a real trace, whose frames share some.
"""
import random
import subprocess
import sys

RIP = '''[   41.770233] BUG: kernel NULL pointer dereference, address: 0000000000000008
[   41.770304] #PF: supervisor read access in kernel mode
[   41.770401] #PF: error_code(0x0000) - not-present page
[   41.770524] PGD 0 P4D 0
[   41.770608] Oops: 0000 [#1] PREEMPT SMP NOPTI
[   41.770718] CPU: 1 PID: 812 Comm: postman Not tainted {release} #1
[   41.770886] RIP: 0010:{frame}
[   41.771093] RSP: 0018:ffffa1c2c0b7bed0 EFLAGS: 00010202
[   41.771203] RAX: 0000000000000000 RBX: 000000000000001d RCX: ffffa1c2c0b7bf20
[   41.771856] CR2: 0000000000000008 CR3: 0000000103a5e000 CR4: 00000000000006e0
[   41.771979] Call Trace:
[   41.772063]  <TASK>
'''


def functions(vmlinux):
    """(address, size, name) of functions that stand alone at their address, sizes as kallsyms counts them."""
    rows = [r.split() for r in subprocess.run(['nm', '-n', vmlinux], check=True, capture_output=True, text=True).stdout.splitlines()]
    text = [(int(a, 16), n) for a, kind, n in (r for r in rows if len(r) == 3) if kind in 'tT']
    names = {}
    for _, name in text:
        names[name] = names.get(name, 0) + 1
    for (before, _), (start, name), (after, _) in zip(text, text[1:], text[2:]):
        if before < start and after - start > 0x40 and names[name] == 1 and name.isidentifier():
            yield start, after - start, name


def main(vmlinux, count, log, addresses):
    release = vmlinux.rsplit('vmlinux-', 1)[-1]
    drawn = random.Random(2).sample(list(functions(vmlinux)), int(count))
    # A return address somewhere in the function; what is looked up is the byte in front of it.
    frames = [(start, start + size // 2, f'{name}+{size // 2:#x}/{size:#x}') for start, size, name in drawn]
    with open(log, 'w', encoding='ascii') as out:
        out.write(RIP.format(release=release, frame=frames[0][2]))
        out.writelines(f'[   41.772173]  {text}\n' for _, _, text in frames[1:])
        out.write('[   41.773628]  </TASK>\n[   41.773919] ---[ end trace 0000000000000000 ]---\n')
    with open(addresses, 'w', encoding='ascii') as out:
        out.writelines(f'{pc - (i > 0):#x}\n' for i, (_, pc, _) in enumerate(frames))


if __name__ == '__main__':
    main(*sys.argv[1:])
