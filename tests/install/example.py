#!/usr/bin/env python3
"""A stranger's programs: the examples build against the installed tree, by CMake's package and by pkg-config, and decode.

usage: example.py CMAKE BUILD_DIR SOURCE_DIR CXX [FLAG...]

Each example also stands at the top of its header, word for word. The shared library has a version and exports the C
interface alone; each component installs what belongs to it.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# What a component must have, and what it must not: by the ends of names.
COMPONENTS = {
    'program': (['bin/unoops', 'bin/decode_stacktrace.sh', 'man1/unoops.1', 'bash-completion/completions/unoops', '_unoops', 'unoops.fish', 'LICENSE'],
                ['.h', '.hpp', '.so', '.a', '.py']),
    'docs': (['README.md', 'report.schema.json', 'library.md'], ['bin/unoops', '.h']),
    'library': (['libunoops.so.1'], ['libunoops.so', '.h', '.a', 'bin/unoops']),
    'devel': (['unoops/unoops.h', 'unoops/decoder.hpp', 'libunoops.so', 'libunoops-cpp.a', 'unoopsConfig.cmake', 'unoops.pc', 'unoops-cpp.pc'],
              ['libunoops.so.1', 'bin/unoops']),
    'python': (['unoops/__init__.py', 'METADATA', 'RECORD'], ['.so', '.h']),
}


def run(*command, **more):
    got = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    if got.returncode:
        sys.exit(f'{command}: exit {got.returncode}\n{got.stdout}{got.stderr}')
    return got.stdout


def check_header(source, header, example, mark):
    lines = (source / 'docs/examples' / example).read_text(encoding='utf-8').splitlines()
    shown = '\n'.join(f'{mark}   {line}'.rstrip() for line in lines)
    if shown not in (source / 'include/unoops' / header).read_text(encoding='utf-8'):
        sys.exit(f'include/unoops/{header} does not show docs/examples/{example}')


def check_components(cmake, build, root):
    for component, (wanted, others) in COMPONENTS.items():
        run(cmake, '--install', build, '--prefix', root / component, '--component', component)
        names = [p.relative_to(root / component).as_posix() for p in (root / component).rglob('*') if not p.is_dir()]
        for end in wanted:
            if not any(name.endswith(end) for name in names):
                sys.exit(f'the component {component} lacks {end}: {names}')
        for end in others:
            if any(name.endswith(end) for name in names):
                sys.exit(f'the component {component} has {end}: {names}')


def check_exports(source, library):
    header = (source / 'include/unoops/unoops.h').read_text(encoding='utf-8')
    declared = set(re.findall(r'^UNOOPS_API .*?\b(unoops_\w+)\(', header, re.MULTILINE))
    listed = set(re.findall(r'^    (unoops_\w+);', (source / 'src/capi/exports.map').read_text(encoding='utf-8'), re.MULTILINE))
    rows = [line.split() for line in run('nm', '-D', '--defined-only', library).splitlines()]
    exported = {row[2].split('@')[0] for row in rows if row[1] != 'A'}  # A: the version's own name
    if not declared or not declared == listed == exported:
        sys.exit(f'declared, listed and exported differ: {sorted(declared ^ listed)} {sorted(declared ^ exported)}')
    if 'libunoops.so.1' not in run('readelf', '-d', library).split('SONAME')[1].split('\n')[0]:
        sys.exit('the SONAME is not libunoops.so.1')


def by_pkg_config(root, source, compiler, flags):
    """The same two programs, by what pkg-config says; nothing where it is not installed."""
    if not shutil.which('pkg-config'):
        return
    where = next((root / 'usr').rglob('unoops.pc')).parent
    environment = {**os.environ, 'PKG_CONFIG_PATH': str(where)}
    for name, language, example in (('unoops', ['-x', 'c'], 'decode.c'), ('unoops-cpp', ['-x', 'c++', '-std=c++20'], 'decode.cpp')):
        words = run('pkg-config', '--cflags', '--libs', name, env=environment).split()
        run(compiler, *language, *flags, source / 'docs/examples' / example, '-x', 'none', '-o', root / name, *words)
        yield root / name


def main(cmake, build, source, compiler, *flags):
    check_header(source, 'decoder.hpp', 'decode.cpp', '//')
    check_header(source, 'unoops.h', 'decode.c', ' *')
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        check_components(cmake, build, root / 'components')
        run(cmake, '--install', build, '--prefix', root / 'usr')
        library = next((root / 'usr').rglob('libunoops.so.1')).resolve()
        check_exports(source, library)
        words = ' '.join(flags)
        # The library's sanitizer asks for its C++ part, and that for C++'s own library: a linker of C leaves out both.
        of_c = words + (' -fsanitize-link-c++-runtime -lstdc++' if '-fsanitize=' in words and 'clang' in compiler else '')
        run(cmake, '-S', source / 'docs/examples', '-B', root / 'build', f'-DCMAKE_PREFIX_PATH={root / "usr"}', f'-DCMAKE_CXX_COMPILER={compiler}',
            f'-DCMAKE_C_COMPILER={re.sub("clang[+][+]", "clang", compiler).replace("g++", "gcc").replace("c++", "cc")}',
            f'-DCMAKE_CXX_FLAGS={words}', f'-DCMAKE_C_FLAGS={of_c}')
        run(cmake, '--build', root / 'build')
        programs = [root / 'build/decode-c', root / 'build/decode', *by_pkg_config(root, source, compiler, flags)]
        for program in programs:
            said = run(program, source / 'testdata/demo/oops.log', env={**os.environ, 'LD_LIBRARY_PATH': str(library.parent)})
            if 'BUG: unable to handle kernel NULL pointer dereference' not in said.split('\n')[0]:
                sys.exit(f'{program} says: {said}')
        named = next((root / 'usr').rglob('decode_stacktrace.sh'))
        log = (source / 'testdata/demo/oops.log').read_text(encoding='utf-8')
        if not named.is_symlink() or 'vfs_write (fs/read_write.c:' not in run(named, source / 'testdata/demo/vmlinux', input=log):
            sys.exit(f'{named} is not the kernel script')
    print(f'{len(programs)} programs on the installed library decode')


if __name__ == '__main__':
    main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).resolve(), sys.argv[4], *' '.join(sys.argv[5:]).split())
