#!/usr/bin/env python3
"""Every golden report must fit the schema that users are promised.

usage: schema.py SCHEMA TESTDATA      77: no golden reports, or python3-jsonschema is not installed
"""
import pathlib
import subprocess
import sys

validate = pathlib.Path(__file__).parent.parent / "schema" / "validate.py"
goldens = [str(golden) for golden in sorted(pathlib.Path(sys.argv[2]).glob("*/*.json")) if golden.stat().st_size]
if not goldens:
    print(f"skipped: no golden reports below {sys.argv[2]}")
    sys.exit(77)
sys.exit(subprocess.run([sys.executable, validate, sys.argv[1], *goldens]).returncode)
