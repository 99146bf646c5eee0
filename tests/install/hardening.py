#!/usr/bin/env python3
"""What is built is hardened (src/hardening.cmake): hardening.py CODE FILE...

FILE: the program, the shared library. CODE is 1 where the compiler was asked for hardened code: in every optimised build that has no
sanitizer; 0: only what the linker does is looked for."""
import re
import subprocess
import sys

PAGE = 4096


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def linked(file):
    """(what, whether it is there) of what the linker does."""
    header, segments, dynamic = (output("readelf", "-W", option, file) for option in ("-h", "-l", "-d"))
    program = "INTERP" in segments
    loads = re.findall(r"^ +(?:LOAD|GNU_STACK) +(?:0x\w+ +){5}([RWE ]{3})", segments, re.M)
    yield "position independence", re.search(r"Type:\s+DYN", header)
    yield "the mark of a PIE", not program or re.search(r"FLAGS_1.*\bPIE\b", dynamic)
    yield "a stack that is not executable", re.search(r"GNU_STACK.*RW\s", segments)
    yield "memory that is writable or executable, but not both", len(loads) > 3 and not [f for f in loads if "W" in f and "E" in f]
    yield "RELRO", "GNU_RELRO" in segments
    yield "RELRO for all (-z now)", re.search(r"BIND_NOW|Flags:.*NOW", dynamic)
    yield "code without relocations", "TEXTREL" not in dynamic
    yield "no RPATH", not re.search(r"\(R(UN)?PATH\)", dynamic)


def compiled(file):
    """(what, whether it is there) of what the compiler does. The linker notes CET only where all of its inputs have it, which the C
    library's own may not: so the code itself is looked at."""
    header, symbols = output("readelf", "-W", "-h", file), output("readelf", "-W", "--dyn-syms", file)
    yield "stack protector", "__stack_chk_fail" in symbols
    yield "_FORTIFY_SOURCE", re.search(r"__(?!stack)\w+_chk\b", symbols)
    code = output("objdump", "-d", "--no-show-raw-insn", "--section=.text", file)
    if "Advanced Micro Devices X86-64" in header:
        yield "CET (endbr64 at functions)", code.count("endbr64") > 1000
        largest = max((int(size, 16) for size in re.findall(r"\tsub +\$0x([0-9a-f]{1,8}),%rsp", code)), default=0)
        yield "stack clash protection (large frames, none of which passes a page at once)", largest == PAGE
    elif "AArch64" in header:
        yield "branch protection", code.count("paciasp") > 1000 and code.count("bti\t") > 100


def main():
    code, files = sys.argv[1] == "1", sys.argv[2:]
    try:
        without = [(file, name) for file in files for name, there in [*linked(file), *(compiled(file) if code else ())] if not there]
    except FileNotFoundError as error:
        print(f"skipped: {error.filename} is not installed")
        return 77
    for file, name in without:
        print(f"{file}: without {name}")
    print(f"{len(files)} files, {len(without)} failures")
    return 1 if without else 0


if __name__ == "__main__":
    sys.exit(main())
