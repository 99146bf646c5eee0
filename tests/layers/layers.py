#!/usr/bin/env python3
"""What the sources of src/ and include/ must keep to: who may include whom, where a kind or an architecture may be named,
where the words over a stack and the names of facts, and how long a file may be.

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
    'known_bugs': 'facts report base',
    'machine': 'base',
    'arch': 'machine grammar facts report base',
    'kinds': 'grammar facts report base',
    'debuginfo': 'arch machine base',
    'memory': 'arch base',
    'input': 'memory grammar base',
    'parse': 'input kinds arch grammar facts report base',
    'scan': 'parse input kinds facts base',
    'symbols': 'debuginfo arch report base',
    'state': 'memory symbols debuginfo arch facts report base',
    'inspect': 'symbols debuginfo machine arch facts report base',
    'explain': 'kinds arch facts report base',
    'source': 'report base',
    'render': 'facts report base',
    'decode': 'source explain inspect state memory symbols scan parse input known_bugs report base',
    'cli': 'base',
    'capi': '',  # the C interface, on the public headers alone
}

# Other people's headers: which rooms (or files) may see them.
FOREIGN = {
    r'elfutils/.*\.h|(libelf|gelf|dwarf)\.h': 'debuginfo symbols inspect decode/features',
    r'capstone/.*|capstone\.h': 'machine inspect decode/features',
    r'nlohmann/.*': 'input/journal decode/report_lines',  # only JSON that is read needs it
    r'toml\+\+/.*': 'known_bugs/read_rules',
    r'CLI/.*': 'cli',
    r'hs\.h': 'scan',
    r'immintrin\.h': 'input/text_marks',
    r'(zlib|lzma|zstd|zstd_errors|bzlib|lz4frame)\.h': 'input debuginfo symbols base memory decode/features',
    r'lzo/lzo1x\.h|snappy-c\.h': 'memory decode/features',
    r'fmt/.*': 'base report grammar facts known_bugs machine arch kinds debuginfo memory input parse symbols state inspect explain source render decode/features cli',
    r'tl/expected\.hpp': 'include base report grammar facts known_bugs machine arch kinds debuginfo memory input parse symbols inspect explain render cli',
}

# The C and C++ libraries and the operating system: anybody may. A new library must be entered above.
SYSTEM = re.compile(r'[a-z_0-9]+|(sys|linux|arpa|netinet)/[a-z_0-9]+\.h|'
                    r'(stddef|unistd|dlfcn|elf|link|fcntl|poll|signal|fnmatch|glob|dirent|limits|errno|stdio|stdlib|string|time|cxxabi|spawn|termios)\.h')

# The almanacs: only they name kinds and architectures by their ids. Everybody else asks a row for a trait or a member.
ALMANACS = {'kinds', 'arch', 'facts'}

# Literals that are spelled like an id and mean something else. A row that no source needs any more is refused.
OTHER_WORDS = {
    ('src/report/ids.cpp', 'warning'): 'a severity',
    ('src/cli/options.cpp', 'warning'): 'a severity',
    ('src/input/affix.cpp', 'panic'): 'a level of a logger',
    ('src/input/affix.cpp', 'warning'): 'a level of a logger',
    ('src/report/fields.hpp', 'panic'): 'a key of the JSON: the panic behind a report of any kind',
    ('src/report/ids.cpp', 'nmi'): 'the context that a stack ran in',
    ('src/report/ids.cpp', 'exception'): 'the context that a stack ran in',
    ('src/report/fact_names.hpp', 'exception'): 'a fact',
    ('src/state/unlogged.cpp', 'panic'): 'the function panic(), which was called last',
    ('src/inspect/flow.cpp', 'panic'): 'the function panic(), which does not return',
    ('src/debuginfo/type_names.cpp', 'spinlock'): 'struct spinlock',
    ('src/state/known_structures.cpp', 'spinlock'): 'struct spinlock',
    ('src/state/slab.cpp', 'slab'): 'struct slab, and a member of that name',
    ('src/state/slab.cpp', 'refcount'): 'a member of struct kmem_cache',
    ('src/report/fields.hpp', 'slab'): 'a key of the JSON: the slab cache that an address is of',
    ('src/input/affix.cpp', 'panic'): 'a level of a logger',
    ('src/input/affix.cpp', 'warning'): 'a level of a logger',
    ('src/machine/lift_mips.cpp', 'sh'): 'the instruction "store halfword"',
}

# The words over a stack are known to src/report, which reads a StackRole from them, and to the rooms that read them from
# the log or write them in the log's form. Everybody else asks for the role, expert rules beside their kinds, too.
LABEL_READERS = re.compile(r'src/(?:report|grammar|arch|kinds|parse)/(?!\w+_rules\.)')
LABEL_ROW = re.compile(r'\{StackRole::\w+, "([^"]+)"')
LABEL_TEST = re.compile(r'\blabel(?:\.\w+\(|\s*[=!]=)\s*$')
# A fact is asked for by its constant everywhere but in the text of a kind's sentences.
FACT_ROW = re.compile(r'FactName \w+\{\s*"([^"]+)"')
FACT_TEST = re.compile(r'\bfact(?:_until)?\([^;]*$|\bFactName(?: \w+)?\{\s*$|[=!]=\s*$')

MOST_LINES = 400

# A row's id: ".info = {"soft-lockup", ..." of a kind, ".info = {.id = "arm64", ..." of an architecture.
ROW_ID = re.compile(r'\.info =\s*\{\s*(?:\.id = )?"([^"]+)"')
# Comments, literals: comments first, so that a quote in one opens nothing.
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"((?:\\.|[^"\\\n])*)"' r"|'(?:\\.[^'\n]*|[^'\\\n])'", re.DOTALL)
# What a row's id says is asked by comparing it, too: "kind->id.starts_with("kasan")".
ID_QUESTION = re.compile(r'\b(?:kind|arch)->(?:info\.)?id(?:\s*[!=]=|\.\w+\()')

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


def ids_of(root):
    """The ids of all kinds and architectures."""
    rows = [p for room in ('kinds', 'arch') for p in (root / 'src' / room).rglob('*.cpp')]
    return {i for row in rows for i in ROW_ID.findall(row.read_text(encoding='utf-8'))}


def includes(path, text):
    """Breaches of the tables ROOMS and FOREIGN: where, and why."""
    for found in INCLUDE.finditer(text):
        why = complaint(path, found[1], found[2])
        if why:
            yield found.start(2), why


def names(path, text, ids, used):
    """Kinds and architectures that are named outside their almanacs; `used` gains the rows of OTHER_WORDS that excuse one."""
    if room_of(path) in ALMANACS:
        return
    for found in TOKEN.finditer(text):
        if found[2] not in ids or text.rfind('#include', 0, found.start()) > text.rfind('\n', 0, found.start()):
            continue
        if (path.as_posix(), found[2]) in OTHER_WORDS:
            used.add((path.as_posix(), found[2]))
        else:
            yield found.start(), f'"{found[2]}" is the id of a row: ask the row for a trait or a member'
    for found in ID_QUESTION.finditer(text):
        yield found.start(), f'{found[0]} asks which row it is: ask the row for a trait or a member'


def words_of(root, file, row):
    """The labels or the facts that the rows of this file list."""
    path = root / file
    return set(row.findall(path.read_text(encoding='utf-8'))) if path.exists() else set()


def words(path, text, labels, facts):
    """Labels that are known outside their readers, and facts that are asked for by their text."""
    reads_labels = LABEL_READERS.match(path.as_posix())
    telling = [label for label in labels if label[0].isupper() or (len(label) > 4 and ' ' in label.strip())]
    for found in TOKEN.finditer(text):
        word = found[2]
        if not word:
            continue
        before = text[text.rfind('\n', 0, found.start()) + 1:found.start()]
        behind = text[found.end():].partition('\n')[0]
        compared = LABEL_TEST.search(before) or '&Stack::label' in before + behind
        if not reads_labels and (any(word.startswith(label) for label in telling) or
                                 (compared and any(label.startswith(word) for label in labels))):
            yield found.start(), f'"{word}" is a stack\'s label: ask for its StackRole'
        if room_of(path) != 'report' and word in facts and FACT_TEST.search(before):
            yield found.start(), f'"{word}" is a fact: use its constant of report/fact_names.hpp'


def using_of(text):
    """{room: the rooms that it uses} of base/rooms.hpp"""
    blocks = re.findall(r'^namespace (\w+) \{\n(.*?)^\}', text, re.MULTILINE | re.DOTALL)
    return {room: set(re.findall(r'using namespace (\w+);', body)) for room, body in blocks if room != 'unoops'}


def rooms_complaints(root):
    """base/rooms.hpp gives each room the names of the rooms of ROOMS, no more and no fewer."""
    text = (root / 'src/base/rooms.hpp').read_text(encoding='utf-8')
    using = using_of(text.replace('namespace unoops {\n', '', 1))
    for room, others in ROOMS.items():
        wrong = using.get(room, set()) ^ set(others.split())
        if wrong:
            yield f'src/base/rooms.hpp: {room} and {", ".join(sorted(wrong))}: the table of layers.py says otherwise'


def check(root):
    ids, used = ids_of(root), set()
    labels = words_of(root, 'src/report/stack_role.cpp', LABEL_ROW)
    facts = words_of(root, 'src/report/fact_names.hpp', FACT_ROW)
    complaints = list(rooms_complaints(root))
    files = [p for folder in ('src', 'include') for p in sorted((root / folder).rglob('*')) if p.suffix in ('.cpp', '.hpp', '.h')]
    for file in files:
        path = file.relative_to(root)
        if path.parts[0] == 'src' and room_of(path) not in ROOMS:
            complaints.append(f'{path}: {room_of(path)} is not a room of the table')
            continue
        text = file.read_text(encoding='utf-8')
        lines = text.count('\n')
        if lines > MOST_LINES:
            complaints.append(f'{path}: {lines} lines; a file has at most {MOST_LINES}')
        for at, why in [*includes(path, text), *names(path, text, ids, used), *words(path, text, labels, facts)]:
            complaints.append(f'{path}:{text.count(chr(10), 0, at) + 1}: {why}')
    return files, complaints, [f'OTHER_WORDS: nobody needs {row}' for row in OTHER_WORDS if row not in used]


# What each planted tree holds besides: a kind, an architecture, labels, a fact, and the rooms' namespaces.
PLANTED = {'src/kinds/row.cpp': '.info = {"soft-lockup", "soft lockup"},\n', 'src/arch/row.cpp': '.info = {.id = "arm64",\n',
           'src/report/stack_role.cpp': '{StackRole::pc, "pc", {}, true},\n{StackRole::trace, "Call Trace"},\n',
           'src/report/fact_names.hpp': 'FactName bug_type{"bug-type", "what it is"};\n',
           'src/base/rooms.hpp': ''.join(f'namespace {room} {{\n' + ''.join(f'using namespace {o};\n' for o in others.split()) + '}\n'
                                         for room, others in ROOMS.items())}


def breaches(tree):
    with tempfile.TemporaryDirectory() as root:
        for name, text in {**PLANTED, **tree}.items():
            file = pathlib.Path(root, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding='utf-8')
        return check(pathlib.Path(root))[1]


def self_test():
    good = {'src/parse/a.cpp': '#include <map>\n#include "parse/a.hpp"\n#include "grammar/scanner.hpp"\n#include "unoops/report.hpp"\n',
            'src/input/journal_json.cpp': '#include <nlohmann/json.hpp>\n',
            'src/inspect/b.cpp': '#include <elfutils/libdw.h>\n#include <capstone/capstone.h>\n#include "symbols/elf.hpp"\n',
            'src/cli/run.cpp': '#include "cli/options.hpp"\n#include "unoops/render.hpp"\n',
            'include/unoops/c.hpp': '#include <tl/expected.hpp>\n#include "unoops/report.hpp"\n',
            # An id within a comment, within more text, and where ids belong.
            'src/render/c.cpp': '// it\'s a "soft-lockup"\n/* "arm64" */ f("a soft-lockup", \'"\', "x"); out = kind->id;\n',
            'src/facts/d.cpp': 'f("soft-lockup", "arm64", r.kind->id == id);\n', 'src/kinds/e.cpp': 'f("soft-lockup");\n',
            'src/cli/options.cpp': 'f("warning");\n', 'src/kinds/warning.cpp': '.info = {"warning", "warning"},\n',
            'src/parse/f.cpp': '\n' * MOST_LINES}
    bad = {'src/grammar/a.cpp': '#include "parse/a.hpp"', 'src/render/b.cpp': '#include "symbols/elf.hpp"',
           'src/render/c.cpp': '#include <nlohmann/json.hpp>', 'src/input/zip.cpp': '#include <nlohmann/json.hpp>',
           'src/symbols/d.cpp': '#include <capstone/capstone.h>', 'src/explain/e.cpp': '#include <elfutils/libdw.h>',
           'src/render/f.cpp': '#include <CLI/CLI.hpp>', 'src/cli/run.cpp': '#include "base/text.hpp"',
           'include/unoops/g.hpp': '#include <fmt/format.h>', 'include/unoops/h.hpp': '#include "base/text.hpp"',
           'src/parse/i.cpp': '#include <boost/regex.hpp>', 'src/parse/j.cpp': '#include "a.hpp"',
           'src/attic/k.cpp': '#include <map>', 'src/parse/l.cpp': '  #  include   "cli/options.hpp"',
           # A kind, an architecture, both by a part of the id, and a row of OTHER_WORDS in another file than its own.
           'src/explain/m.cpp': 'f("soft-lockup");', 'src/inspect/n.cpp': 'const char quote = \'"\'; f("arm64");',
           'src/render/o.cpp': 'r.kind->id.starts_with("soft");', 'src/parse/p.cpp': 'd.kind->info.id == x;',
           'src/render/q.cpp': '/* it\'s */ f(u8"soft-lockup");', 'include/unoops/r.hpp': '"soft-lockup"',
           'src/parse/s.cpp': '\n' * (MOST_LINES + 1),
           # A label by its text, a part of one, and a fact by its text.
           'src/explain/t.cpp': 's.label == "pc"', 'src/kinds/t_rules.cpp': 's.label == "pc"',
           'src/render/u.cpp': 's.label.starts_with("Call Tr")',
           'src/inspect/v.cpp': 'find_stack(r, "Call Trace (panic)")', 'src/symbols/w.cpp': 'find(r.stacks, "pc", &Stack::label)',
           'src/kinds/x.cpp': 'r.fact({"bug-type", ""})', 'src/render/y.cpp': 'f.first == "bug-type"',
           'src/parse/z.cpp': 'FactName{"bug-type", ""}'}
    found = breaches(good)
    assert not found, found
    found = breaches(bad)
    assert len(found) == len(bad), found
    # A room too many, and one too few.
    for rooms in (PLANTED['src/base/rooms.hpp'].replace('namespace base {\n', 'namespace base {\nusing namespace cli;\n'),
                  PLANTED['src/base/rooms.hpp'].replace('using namespace grammar;\n', '', 1)):
        found = breaches({'src/base/rooms.hpp': rooms})
        assert len(found) == 1, found
    print(f'{len(bad) + 2} breaches are seen')


def main(argument):
    if argument == '--self-test':
        return self_test()
    files, complaints, stale = check(pathlib.Path(argument))
    complaints += stale
    if complaints or not files:
        sys.exit('\n'.join(complaints) or f'no sources below {argument}')
    print(f'{len(files)} files keep to the table')
    return None


if __name__ == '__main__':
    main(sys.argv[1])
