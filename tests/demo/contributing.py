#!/usr/bin/env python3
"""The code that CONTRIBUTING.md shows is the code of the tree.

usage: contributing.py SOURCE_DIR

Each paragraph of a block of C++ must stand, as it is, in the file that the text before the block names last.
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
text = (root / 'CONTRIBUTING.md').read_text(encoding='utf-8')
blocks = list(re.finditer(r'^```cpp\n(.*?)^```$', text, re.MULTILINE | re.DOTALL))
wrong = [] if blocks else ['no block of C++ in CONTRIBUTING.md']
for block in blocks:
    name = re.findall(r'`(src/[\w/]+\.[ch]pp)`', text[:block.start()])[-1]
    code = (root / name).read_text(encoding='utf-8')
    wrong += [f'{name} does not hold:\n{part}' for part in block[1].strip('\n').split('\n\n') if part + '\n' not in code]
if wrong:
    sys.exit('\n'.join(wrong))
print(f'{len(blocks)} blocks stand in the tree')
