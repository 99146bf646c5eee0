#!/usr/bin/env python3
"""However a compiler lays out its debug information, the report is the same.

usage: layouts.py UNOOPS [LAYOUT...]

Two units are built, linked and as a module, with GCC and Clang, DWARF 4 and 5: plain, compressed, with type units, split (.dwo where the
compiler wrote them, moved beside the vmlinux, .dwp), stripped with a separate file (with a build-id and without), packed by dwz, and with
link-time optimisation. The report of each (text, -v) must be that of the plain one, and name the member and the C expression of the pointer.
A layout whose tools are missing, or do not make it (dwz 0.15 refuses modules and Clang's DWARF 5, llvm-dwp 14 does not end with GCC's), is
left out, and told of. Nor are there relocatable files of GCC with type units, split or as a module: each type has a section of the same
name there, of which readers see one. Modules with .zdebug sections are of a time before modules had DWARF that we read.
"""
import difflib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'hostile'))
import elf  # noqa: E402

# In front of the other, so that no offset of it is 0; its types have other names at the same places.
OTHER = """struct cargo { long weight, height; struct cargo *below; char label[24]; };
static struct cargo stack[4];
__attribute__((noinline)) long weigh(struct cargo *c, int n) {
  static int calls;
  long sum = ++calls;
  for (int i = 0; i < n; ++i) { struct cargo *top = &c[i]; while (top) { sum += top->weight; top = top->below; } }
  return sum;
}
__attribute__((noinline)) long weigh_all(void) { return weigh(stack, 4); }
"""
CODE = '-O2 -ffreestanding -fno-pic -mcmodel=kernel -fcf-protection=none -fno-asynchronous-unwind-tables -fno-stack-protector -ffunction-sections'
LINK = 'ld -n -Ttext=0xffffffff81000000 -e _start'
OBJECTS = 'other.o courier.o'

# layout: (compiler's options, what makes {file} of the objects). {link} is ld with its options for a linked file or a module.
PLAIN = '{link} --build-id {objects} -o {file}'
SPLIT = ('-gsplit-dwarf', PLAIN)
LAYOUTS = {
    'zlib': ('-gz=zlib', '{link} --compress-debug-sections=zlib-gabi {objects} -o {file}'),
    'old zlib': ('', '{link} --compress-debug-sections=zlib-gnu {objects} -o {file}'),
    'zstd': ('', PLAIN + ' && objcopy --compress-debug-sections=zstd {file}'),
    'types': ('-fdebug-types-section', PLAIN),
    'types, zlib': ('-fdebug-types-section', '{link} --compress-debug-sections=zlib-gabi {objects} -o {file}'),
    'split': SPLIT,
    'split, zlib': ('-gsplit-dwarf -gz=zlib', PLAIN),
    'split, moved': (SPLIT[0], PLAIN + ' && mkdir there && mv {file} *.dwo there && mv there/* ../moved'),
    'dwp': (SPLIT[0], PLAIN + ' && timeout 10 llvm-dwp -e {file} -o {file}.dwp && rm *.dwo'),
    'separate': ('', PLAIN + ' && objcopy --only-keep-debug {file} {file}.dbg && strip -g {file} && objcopy --add-gnu-debuglink={file}.dbg {file}'),
    'separate, no build-id': ('', '{link} --build-id=none {objects} -o {file} && objcopy --only-keep-debug {file} {file}.dbg && strip -g {file} && '
                                  'objcopy --add-gnu-debuglink={file}.dbg {file}'),
    'dwz': ('', PLAIN + ' && dwz {file}'),
    'dwz of two': ('', PLAIN + ' && cp {file} twin && dwz -m common.debug {file} twin && rm twin'),
}
NOT_OF_MODULES = ('old zlib', 'types', 'types, zlib')
LTO = ('-flto -fno-ipa-sra -fno-ipa-cp', 'gcc -nostdlib -static -no-pie -flto -u courier_submit -u weigh_all -fno-ipa-sra -fno-ipa-cp ' + CODE +
       ' -Wl,-n,-Ttext=0xffffffff81000000,-e,_start,--build-id {objects} -o {file}')


def make(folder, compiler, options, commands, module):
    """The file; None: a tool is missing, or failed."""
    folder.mkdir()
    moved = folder.parent / 'moved'
    shutil.rmtree(moved, ignore_errors=True)
    moved.mkdir()
    shutil.copy(elf.SOURCE, folder)
    (folder / 'other.c').write_text(OTHER, encoding='ascii')
    file = 'courier.ko' if module else 'vmlinux'
    commands = commands.format(link='ld -r' if module else LINK, objects=OBJECTS, file=file)
    script = f'for f in other courier; do {compiler} -c {CODE} {options} $f.c -o $f.o || exit 1; done; {commands}'
    done = subprocess.run(['sh', '-c', script], cwd=folder, capture_output=True, check=False)
    if done.returncode != 0:
        return None
    return next((place / file for place in (moved, folder) if (place / file).exists()), None)


def report(unoops, file, log, module):
    symbols = ['-m', str(file.parent)] if module else ['-k', str(file)]
    text = subprocess.run([unoops, '--force', '-v', *symbols], stdin=open(log, 'rb'), capture_output=True, text=True, check=False)
    # What tells how the file was found and whether it fits is no part of what it said.
    return [line.replace(str(file.parent), '') for line in text.stdout.splitlines() if not line.startswith('Symbols ')] + text.stderr.splitlines()


def compare(unoops, folder, compiler, version, module, wanted):
    """(layouts that were tried, those that differ, those that were not made)"""
    base = f'{compiler}, DWARF {version}, {"module" if module else "linked"}'
    options = f'-gdwarf-{version} '
    plain = make(folder / 'plain', compiler, options, PLAIN, module)
    if not plain:
        return [], [], [base]
    log = folder / 'log'
    log.write_text(elf.log_of(str(plain), ' [courier]' if module else ''), encoding='ascii')
    good = report(unoops, plain, log, module)
    if not any('c->deep is NULL, ->inner.a was read' in line for line in good):
        return [base], [f'{base}: does not name the pointer:\n' + '\n'.join(good)], []
    tried, wrong, missing = [base], [], []
    layouts = dict(LAYOUTS)
    if compiler == 'gcc' and not module:
        layouts['lto'] = LTO
    for number, (name, (more, commands)) in enumerate(layouts.items()):
        if (wanted and name not in wanted) or (module and name in NOT_OF_MODULES):
            continue
        what = f'{base}, {name}'
        file = make(folder / f'layout-{number}', compiler, options + more, commands, module)
        if not file:
            missing.append(what)
            continue
        tried.append(what)
        if name == 'lto':  # its code is another
            here = folder / 'lto-log'
            here.write_text(elf.log_of(str(file), ''), encoding='ascii')
            text = report(unoops, file, here, module)
            if not any('c->deep is NULL, ->inner.a was read' in line for line in text):
                wrong.append(f'{what}: does not name the pointer:\n' + '\n'.join(text))
            continue
        text = report(unoops, file, log, module)
        if text != good:
            wrong.append(f'{what}:\n' + '\n'.join(difflib.unified_diff(good, text, 'plain', name, lineterm='', n=0)))
    return tried, wrong, missing


def main(unoops, *wanted):
    if not shutil.which('gcc') and not shutil.which('clang') or not shutil.which('ld') or not shutil.which('objdump'):
        print('no compiler, linker or objdump')
        return 77
    tried, wrong, missing = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for compiler in ('gcc', 'clang'):
            for version in (4, 5):
                for module in (False, True):
                    place = pathlib.Path(folder) / f'{compiler}{version}{module}'
                    place.mkdir()
                    for all_of_it, some in zip((tried, wrong, missing), compare(unoops, place, compiler, version, module, wanted)):
                        all_of_it += some
    print('\n'.join(wrong))
    print(f'{len(tried)} layouts, {len(wrong)} of them differ; not made here: {"; ".join(missing) or "none"}')
    if len(tried) < 8:
        print('the compilers here make no files for x86-64')
        return 77
    return 1 if wrong else 0


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
