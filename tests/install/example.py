#!/usr/bin/env python3
"""A stranger's program: the example builds against the installed library, by CMake's package and by pkg-config, and decodes.

usage: example.py CMAKE BUILD_DIR SOURCE_DIR CXX [FLAG...]

The example also stands at the top of decoder.hpp, word for word.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def run(*command, **more):
    got = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    if got.returncode:
        sys.exit(f'{command}: exit {got.returncode}\n{got.stdout}{got.stderr}')
    return got.stdout


def check_header(source, example):
    lines = example.read_text(encoding='utf-8').splitlines()
    shown = '\n'.join(f'//   {line}'.rstrip() for line in lines)
    if shown not in (source / 'include/unoops/decoder.hpp').read_text(encoding='utf-8'):
        sys.exit(f'include/unoops/decoder.hpp does not show {example}')


def main(cmake, build, source, compiler, *flags):
    example = source / 'docs/examples'
    check_header(source, example / 'decode.cpp')
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        run(cmake, '--install', build, '--prefix', root / 'usr')
        run(cmake, '-S', example, '-B', root / 'build', f'-DCMAKE_PREFIX_PATH={root / "usr"}', f'-DCMAKE_CXX_COMPILER={compiler}',
            f'-DCMAKE_CXX_FLAGS={" ".join(flags)}')
        run(cmake, '--build', root / 'build')
        programs = [root / 'build/decode']
        if shutil.which('pkg-config'):
            where = next((root / 'usr').rglob('unoops.pc')).parent
            words = run('pkg-config', '--cflags', '--libs', f'--define-variable=prefix={root / "usr"}', 'unoops',
                        env={**os.environ, 'PKG_CONFIG_PATH': str(where)}).split()
            run(compiler, '-std=c++20', *flags, example / 'decode.cpp', '-o', root / 'by-pkg-config', *words)
            programs.append(root / 'by-pkg-config')
        for program in programs:
            said = run(program, source / 'testdata/demo/oops.log')
            if not said.startswith('BUG: unable to handle kernel NULL pointer dereference'):
                sys.exit(f'{program} says: {said}')
    print(f'{len(programs)} programs on the installed library decode')


if __name__ == '__main__':
    main(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).resolve(), sys.argv[4], *' '.join(sys.argv[5:]).split())
