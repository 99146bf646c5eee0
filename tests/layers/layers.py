#!/usr/bin/env python3
"""Who may include whom: holds the table below against the #include lines of src/ and include/.

usage: layers.py SOURCE_DIR        checks the tree
       layers.py --self-test       checks that the rules below catch what they should
"""
import pathlib
import re
import sys
import tempfile

# The rooms in the order of the flow, and the rooms that each may use besides itself and include/unoops.
ROOMS = {
    'base': '',
    'report': 'base',
    'grammar': 'report base',
    'facts': 'report base',
    'machine': 'base',
    'arch': 'machine grammar facts report base',
    'kinds': 'grammar facts report base',
    'debuginfo': 'arch machine base',
    'input': 'grammar base',
    'parse': 'input kinds arch grammar facts report base',
    'symbols': 'debuginfo arch report base',
    'inspect': 'symbols debuginfo machine arch facts report base',
    'explain': 'kinds arch facts report base',
    'render': 'facts report base',
    'decode': 'explain inspect symbols parse input report base',
    'cli': 'base',
}

# Other people's headers: which rooms (or files) may see them.
FOREIGN = {
    r'elfutils/.*\.h|(libelf|gelf|dwarf)\.h': 'debuginfo symbols inspect',
    r'capstone/.*|capstone\.h': 'machine inspect',
    r'nlohmann/.*': 'render input/journal',  # and input's journal reader
    r'CLI/.*': 'cli',
    r'(zlib|lzma|zstd)\.h': 'input debuginfo symbols base',
    r'fmt/.*': 'base report grammar facts machine arch kinds debuginfo input parse symbols inspect explain render cli',
    r'tl/expected\.hpp': 'include base report grammar facts machine arch kinds debuginfo input parse symbols inspect explain render cli',
}

# The C and C++ libraries and the operating system: anybody may. A new library must be entered above.
SYSTEM = re.compile(r'[a-z_0-9]+|(sys|linux|arpa|netinet)/[a-z_0-9]+\.h|'
                    r'(unistd|dlfcn|elf|fcntl|poll|signal|fnmatch|glob|dirent|limits|errno|stdio|stdlib|string|time|cxxabi|spawn)\.h')

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(path):
    """The room of a path below src/, 'include' for a public header."""
    return path.parts[1] if path.parts[0] == 'src' else 'include'


def allowed(path, owners):
    below = path.as_posix().removeprefix('src/')
    return any(room_of(path) == owner or ('/' in owner and below.startswith(owner)) for owner in owners.split())


def complaint(path, bracket, header):
    """Why `path` must not include `header`; None: it may."""
    if header.startswith('unoops/'):
        return None
    for pattern, owners in FOREIGN.items():
        if re.fullmatch(pattern, header):
            return None if allowed(path, owners) else f'<{header}> may be seen only in {owners}'
    if bracket == '<':
        return None if SYSTEM.fullmatch(header) else f'<{header}> is in no row of tests/layers/layers.py'
    here, there = room_of(path), header.split('/')[0]
    if here == 'include':
        return f'a public header includes the private "{header}"'
    if path.as_posix() == 'src/cli/run.cpp' and there != 'cli':
        return f'run.cpp uses only public headers, not "{header}": the library lacks something'
    if there not in ROOMS:
        return f'"{header}" does not begin with a room: write "room/header.hpp"'
    if there != here and there not in ROOMS[here].split():
        return f'{here} may use {ROOMS[here] or "nothing"}, not "{header}"'
    return None


def check(root):
    complaints = []
    files = [p for folder in ('src', 'include') for p in sorted((root / folder).rglob('*')) if p.suffix in ('.cpp', '.hpp', '.h')]
    for file in files:
        path = file.relative_to(root)
        if path.parts[0] == 'src' and room_of(path) not in ROOMS:
            complaints.append(f'{path}: {room_of(path)} is not a room of the table')
            continue
        text = file.read_text(encoding='utf-8')
        for found in INCLUDE.finditer(text):
            why = complaint(path, found[1], found[2])
            if why:
                complaints.append(f'{path}:{text.count(chr(10), 0, found.start(2)) + 1}: {why}')
    return files, complaints


def self_test():
    good = {'src/parse/a.cpp': '#include <map>\n#include "parse/a.hpp"\n#include "grammar/scanner.hpp"\n#include "unoops/report.hpp"\n',
            'src/input/journal_json.cpp': '#include <nlohmann/json.hpp>\n',
            'src/inspect/b.cpp': '#include <elfutils/libdw.h>\n#include <capstone/capstone.h>\n#include "symbols/elf.hpp"\n',
            'src/cli/run.cpp': '#include "cli/options.hpp"\n#include "unoops/render.hpp"\n',
            'include/unoops/c.hpp': '#include <tl/expected.hpp>\n#include "unoops/report.hpp"\n'}
    bad = {'src/grammar/a.cpp': '#include "parse/a.hpp"', 'src/render/b.cpp': '#include "symbols/elf.hpp"',
           'src/parse/c.cpp': '#include <nlohmann/json.hpp>', 'src/input/zip.cpp': '#include <nlohmann/json.hpp>',
           'src/symbols/d.cpp': '#include <capstone/capstone.h>', 'src/explain/e.cpp': '#include <elfutils/libdw.h>',
           'src/render/f.cpp': '#include <CLI/CLI.hpp>', 'src/cli/run.cpp': '#include "base/text.hpp"',
           'include/unoops/g.hpp': '#include <fmt/format.h>', 'include/unoops/h.hpp': '#include "base/text.hpp"',
           'src/parse/i.cpp': '#include <boost/regex.hpp>', 'src/parse/j.cpp': '#include "a.hpp"',
           'src/attic/k.cpp': '#include <map>', 'src/parse/l.cpp': '  #  include   "cli/options.hpp"'}
    for tree, want in ((good, 0), (bad, len(bad))):
        with tempfile.TemporaryDirectory() as root:
            for name, text in tree.items():
                file = pathlib.Path(root, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding='utf-8')
            _, complaints = check(pathlib.Path(root))
            assert len(complaints) == want, complaints
    print(f'{len(bad)} breaches are seen')


def main(argument):
    if argument == '--self-test':
        return self_test()
    files, complaints = check(pathlib.Path(argument))
    if complaints or not files:
        sys.exit('\n'.join(complaints) or f'no sources below {argument}')
    print(f'{len(files)} files keep to the table')
    return None


if __name__ == '__main__':
    main(sys.argv[1])
