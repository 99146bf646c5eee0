#!/usr/bin/env python3
"""docs/report.schema.json lists the facts of src/report/fact_names.hpp, each with its meaning.

usage: fact_names.py SOURCE_DIR           checks it
       fact_names.py SOURCE_DIR --write   writes the list into the schema
"""
import json
import pathlib
import re
import sys

CONSTANT = re.compile(r'inline constexpr FactName (\w+)\{\s*"([^"]+)",\s*((?:"[^"]*"\s*)+)(?:,\s*FactType::(\w+))?\}')
# What JSON prints of a FactType, and what the meaning lacks then.
TYPES = {'': ({'type': 'string'}, ''), 'number': ({'type': 'integer'}, ''),
         'numbers': ({'type': 'array', 'minItems': 1, 'items': {'type': 'integer'}}, ''),
         'kilobytes': ({'type': 'integer'}, ', in kB'), 'seconds': ({'type': 'number'}, ', in seconds'),
         'flag': ({'const': True}, '')}
ALL = re.compile(r'FactName all\[\] = \{([^}]*)\}')


def constants(header):
    """{"bug-type": ("what the detector calls the defect", "")} of the header; stops where it contradicts itself."""
    found = {}
    for name, fact, meaning, kind in CONSTANT.findall(header):
        if name != fact.replace('-', '_'):
            sys.exit(f'the fact "{fact}" is called {name}')
        found[fact] = ''.join(re.findall(r'"([^"]*)"', meaning)), kind
    listed = ALL.search(header)[1].replace(',', ' ').split()
    if sorted(listed) != sorted(fact.replace('-', '_') for fact in found):
        sys.exit(f'the list of all facts differs from the constants: '
                 f'{sorted(set(listed) ^ {fact.replace("-", "_") for fact in found})}')
    return found


def main(root, write):
    found = constants((root / 'src/report/fact_names.hpp').read_text(encoding='utf-8'))
    file = root / 'docs/report.schema.json'
    schema = json.loads(file.read_text(encoding='utf-8'))
    facts = schema['properties']['facts']
    wanted = {fact: {**TYPES[kind][0], 'description': meaning[0].upper() + meaning[1:] + TYPES[kind][1] + '.'}
              for fact, (meaning, kind) in sorted(found.items())}
    if write:
        facts['properties'] = wanted
        file.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + '\n', encoding='utf-8')
    elif facts.get('properties') != wanted:
        sys.exit('docs/report.schema.json does not list the facts as they are: run tests/schema/fact_names.py . --write')
    print(f'{len(found)} facts')


main(pathlib.Path(sys.argv[1]), sys.argv[2:] == ['--write'])
