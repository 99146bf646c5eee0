#!/usr/bin/env python3
"""Validate JSON lines against docs/report.schema.json.

usage: validate.py SCHEMA FILE...     exit 0: all fit; 1: some do not, each told; 77: python3-jsonschema is not installed
"""
import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)


def main(schema_file, files):
    with open(schema_file, encoding="utf-8") as source:
        schema = json.load(source)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    lines = misfits = 0
    for name in files:
        with open(name, encoding="utf-8", newline="\n") as source:
            for number, line in enumerate(source, 1):
                lines += 1
                for error in validator.iter_errors(json.loads(line)):
                    misfits += 1
                    place = "/".join(str(step) for step in error.absolute_path)
                    print(f"{name}:{number}: {place}: {error.message[:200]}")
    print(f"{lines} lines, {misfits} misfits")
    return 1 if misfits or not lines else 0


sys.exit(main(sys.argv[1], sys.argv[2:]))
