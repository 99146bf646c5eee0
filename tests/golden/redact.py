#!/usr/bin/env python3
"""Nothing that --redact promises to take out is in any output, for every log of testdata in every format.

usage: redact.py [--every N] UNOOPS TESTDATA|LOG...   (N: one log of N, for slow builds)

The secrets are collected from each raw log by the patterns below, which share nothing with the redactor, and from the
numbers and names of the report that is printed without --redact. Addresses are compared as numbers, however they are
spelled: as hex words, as decimals of the JSON, and as bytes in memory order.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

OUTPUTS = (("text",), ("text", "-v"), ("json",), ("json", "-v"), ("html", "-v"), ("summary",), ("title",), ("annotate",))
ENVIRONMENT = {**{k: v for k, v in os.environ.items() if not k.startswith("DEBUGINFOD")}, "LC_ALL": "C.UTF-8", "TZ": "UTC"}

PSEUDONYMS = range(0xADD00001, 0xADE00000)
GIB4 = 1 << 32
MIB = 1 << 20
TOP = 1 << 63

HEX = re.compile(r"(?<![0-9A-Za-z_])(?:0x)?([0-9a-fA-F]{5,16})(?![0-9A-Za-z_])")


def is_constant(value):
    """No place in memory: error codes, and what the kernel fills memory with (include/linux/poison.h)."""
    if value >= 2 * TOP - 4096 or GIB4 - 4096 <= value < GIB4:
        return True
    width = 4 if value < GIB4 else 8
    for byte in (value & 0xFF, value >> 8 * (width - 1) & 0xFF):
        if abs(value - int.from_bytes(bytes([byte]) * width, "big")) < 0x10000:
            return True
    return value >> 32 == 0xDEAD0000 or (value >> 48 == 0xDFFF and value % GIB4 < 0x10000)  # lists' poison; KASAN's shadow of NULL


# Words of sixteen digits that hold bits, not places: status registers, page flags, numbers of a trace.
BITS = re.compile(r"(?i)(?:\b(?:psw *|tstate|msr|f?psr|[ip]fs|pr|status|flags|[er]flags|dr[67]|cr[04]|trace|raw|bank \d+|pstate|mc\d+_status\S*)\b *[:=]? *\(?(?:0x)?)$")


BIT_FIELDS = re.compile(r"(?i)f?psr|[ip]fs|pr|esr|error_code|msr|psw(?:\.mask)?|status|[er]?flags|cr[04]|dr[67]|pstate|tstate")

# What else has the form of an address of 32 bits there: code, identity and status.
WORDS32 = re.compile(r"(?i)(?:flags|cr[04]|psr|control|dac|status|cause|prid|dsisr|esr|xer|cr|pkru|msr|oops)\b *[:=] *$")


def is_32_bit(log):
    return bool(re.search(r"\b(?:EIP: |[er]ip: \w+:\[<|GP?R?00: [0-9a-f]{8}(?: |$)|pc : \[<[0-9a-f]{8}>\]|PC is at .*\n.*\b[ps]c : \[<|"
                          r"\$ 0   : [0-9a-f]{8} [0-9a-f]{8}|(?:epc|EPC) *: [0-9a-f]{8} )", log)) and not re.search(r"\b[cf]{1,4}0*[0-9a-f]{12}\b", log)


def addresses(log):
    """Kernel addresses of the raw log, as numbers."""
    found = set()
    low = re.search(r"\bPSW ?:|\bTSTATE: |\bIAOQ|\bTPC: ", log) is not None
    small = is_32_bit(log)
    for line in log.split("\n"):
        if re.search(r"\bCode: ", line):
            continue
        for m in re.finditer(r"(?<![0-9A-Za-z_])(?:0x)?([0-9a-f]{16})(?![0-9A-Za-z_])", line):
            value = int(m[1], 16)
            if (value >= TOP or (low and value >= MIB)) and not BITS.search(line[: m.start()]):
                found.add(value)
        for m in re.finditer(r"\[<([0-9a-f]{8,16})>\]|\bCR2: ([0-9a-f]{8,16})|\b(?:RSP|RIP|EIP|ESP|SP)\W+(?:\w{4}:)?(?:\[<)?([0-9a-f]{8,16})\b", line):
            value = int(m[1] or m[2] or m[3], 16)
            if value >= MIB:
                found.add(value)
        if small:
            for m in re.finditer(r"(?<![0-9A-Za-z_.])(?:0x)?([89a-f][0-9a-f]{7})(?![0-9A-Za-z_.])", line):
                if not WORDS32.search(line[: m.start()]):
                    found.add(int(m[1], 16))
    return {v for v in found if not is_constant(v)}


def tables(log):
    """CR3, TTBR and the entries of page tables, on any architecture; KASLR's offset."""
    found = set()
    for m in re.finditer(r"\bCR3: ([0-9a-f]{8,16})|\bTable: ([0-9a-f]{8})|\bTTBR\w* ?[:=] ?(?:0x)?([0-9a-f]{8,16})", log):
        found.add(int(m[1] or m[2] or m[3], 16))
    for line in re.findall(r"(?m)\bPGD [0-9a-f].*$|\bpgd ?[:=].*$|\*pd(?:pt|e) = .*$|\bpgdp=.*$|\bpte:[0-9a-f].*$", log):
        for m in re.finditer(r"(?i)\bp(?:gd|4d|ud|md|te|de|dpt|pte|gdp)\b *[:= ] *(?:0x)?([0-9a-f]+)", line):
            found.add(int(m[1], 16))
    for m in re.finditer(r"\bKernel Offset: 0x([0-9a-f]+)|\bPHYS_OFFSET: 0x([0-9a-f]+)|relocated by 0x([0-9a-f]+)", log):
        found.add(int(m[1] or m[2] or m[3], 16))
    return {v for v in found if v >= MIB and not is_constant(v)}


def pointer_bytes(log):
    """Eight bytes of a dump that are an address in one byte order, as text."""
    found = set()
    code = {m.start(1) for m in re.finditer(r"Code: (?=[<(]?[0-9a-f]{2}[>)]? )([<(]?[0-9a-f])", log)}
    shadow = re.compile(r"^(?:0[0-9a-f]|[cf][0-9a-f])$")
    for row in re.finditer(r"(?<![0-9a-f])(?:[0-9a-f]{2}|<[0-9a-f]{2}>)(?: (?:[0-9a-f]{2}|<[0-9a-f]{2}>)(?![0-9a-f])){7,}", log):
        octets = re.sub("[<>]", "", row[0]).split()
        # Calls and jumps to what is near end in ff ff, too: of code only what names a place in the kernel's image counts.
        tops = 0x1FFFFFFFF if row.start() in code else 0x1FFFF
        bits = 31 if row.start() in code else 47
        if all(shadow.match(o) for o in octets):
            continue  # KASAN's shadow bytes
        # x86 has addresses in operands alone: "mov $-1,%rax; mov $1,%ecx" has the bytes of one by chance.
        x86 = row.start() in code and re.search(r"\b[RE]IP: ", log)
        for at in range(len(octets) - 7):
            if x86 and not (at > 1 and octets[at - 2] in ("48", "49") and re.fullmatch("a[0-3]|b[89a-f]", octets[at - 1])):
                continue
            window = bytes.fromhex("".join(octets[at : at + 8]))
            for order in ("little",) if x86 else ("little", "big"):
                value = int.from_bytes(window, order)
                if value >> bits == tops and not is_constant(value):
                    found.add(" ".join(octets[at : at + 8]))
        for at in range(3 if x86 else len(octets), len(octets) - 3):  # mov $imm32: the kernel's image, sign-extended
            value = int.from_bytes(bytes.fromhex("".join(octets[at : at + 4])), "little")
            if octets[at - 3 : at - 1] == ["48", "c7"] and re.fullmatch("c[0-7]", octets[at - 1]) and 0x80000000 <= value < 0xF0000000:
                found.add(" ".join(octets[at - 3 : at + 4]))
    return found


def names(log):
    """Hosts, hardware, command lines, people, and what identifies a machine."""
    found = set()
    stamp = r"(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\dT[\d:.,]+(?:Z|[+-]\d\d:?\d\d))"
    found.update(re.findall(rf"(?m)^(?:<\d+>)?(?:1 )?{stamp} ([^\s:]+) (?:kernel|systemd|-)\b", log))
    found.update(re.findall(r'(?m)"_HOSTNAME" ?: ?"([^"]+)"|^\s*_HOSTNAME=(\S+)$', log) and
                 ["".join(pair) for pair in re.findall(r'(?m)"_HOSTNAME" ?: ?"([^"]+)"|^\s*_HOSTNAME=(\S+)$', log)])
    for value in re.findall(r"(?:Hardware name|DMI|Machine model): ([^\"\n\r]+)", log):
        found.update(part.strip() for part in re.split(r",? BIOS |/", value) if len(part.strip()) > 3)
    for value in re.findall(r"(?:^|[^c])(?:[Kk]ernel c|C)ommand line: ([^\n\r]+)", log):
        found.update(word for word in value.split() if len(word) > 8)
    found.update(re.findall(r"/(?:home|Users)/([^/\s:]+)/", log))
    found.update(re.findall(r"\(([\w.+-]+@[\w.-]+)\) \(", log))
    found.update(re.findall(r"(?i)(?<![0-9a-z:.-])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9a-z:])", log))
    found.update(re.findall(r"(?i)(?<![0-9a-z])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-z])", log))
    found.update(m for m in re.findall(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]|-)", log) if all(int(p) < 256 for p in m.split(".")))
    found.update(re.findall(r"(?i)(?<![\w:.])(?:fe80|fd[0-9a-f]{2}|2[0-9a-f]{3}):[0-9a-f:]*[0-9a-f](?![\w:])", log))
    found.update(re.findall(r"(?i)\bserial ?(?:number|no\.?)[:=] ?\"?([\w-]{4,})", log))
    found.update(re.findall(r"\w://[^\s:/@]*:([^\s@/]+)@", log))
    found.update(re.findall(r"_(?:MACHINE|BOOT)_ID\W+([0-9a-f]{32})\b", log))
    return {name for name in found if len(name) > 1}


def of_report(report):
    """The same of a report that is printed without --redact."""
    numbers, words = set(), {report.get("host"), report.get("hardware")}

    def walk(value, key):
        if isinstance(value, dict):
            for name, child in value.items():
                walk(child, name)
        elif isinstance(value, list):
            for child in value:
                walk(child, key)
        elif isinstance(value, str) and re.fullmatch(r"0x[0-9a-f]+", value) and not BIT_FIELDS.fullmatch(key):
            numbers.add(int(value, 16))

    for name in ("fault", "registers", "user_registers", "stacks", "site", "explanation", "kernel_offset"):
        walk(report.get(name), name)
    return {n for n in numbers if n >= GIB4 and not is_constant(n)}, {w for w in words if w}


def options_of(log):
    args = log.with_suffix(".args")
    if not args.exists():
        return ["--no-symbols"]
    return [word.format(dir=log.parent) for word in shlex.split(args.read_text(), comments=True)]


def output(unoops, log, *options):
    run = subprocess.run([unoops, "-q", *options_of(log), "-f", *options, log], capture_output=True, env=ENVIRONMENT, timeout=120)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"{log}: exit status {run.returncode}: {run.stderr.decode(errors='replace')[:500]}")
    return run.stdout.decode(errors="replace")


def line_with(text, start):
    begin = text.rfind("\n", 0, start) + 1
    return text[max(begin, start - 60) : start + 60].split("\n")[0]


def leaks(text, numbers, octets, words, sizes):
    """(what, where) for every secret in the text. `sizes`: what the raw log prints in decimal, which no kernel does with an address."""
    found = []
    for m in HEX.finditer(text):
        value = int(m[1], 16)
        if value in numbers and value not in PSEUDONYMS:
            found.append((m[1], line_with(text, m.start())))
    for m in re.finditer(r"(?<=[:,])-?\d{8,}(?=[,}\]])", text):
        value = int(m[0]) % (1 << 64)
        if value in numbers and m[0] not in sizes:
            found.append((m[0], line_with(text, m.start())))
    for secret in octets:
        at = text.find(secret)
        if at >= 0:
            found.append((secret, line_with(text, at)))
    for secret in words:
        m = re.search(rf"(?<![0-9A-Za-z_]){re.escape(secret)}(?![0-9A-Za-z_])", text)
        if m:
            found.append((secret, line_with(text, m.start())))
    return found


def check(unoops, log):
    raw = log.read_bytes().decode(errors="replace").replace("\r", "")
    numbers, octets, words = addresses(raw) | tables(raw), pointer_bytes(raw), names(raw)
    for line in output(unoops, log, "json").splitlines():
        more_numbers, more_words = of_report(json.loads(line))
        numbers |= more_numbers
        words |= more_words
    sizes = set(re.findall(r"(?<![0-9A-Za-z_.])\d{8,}(?![0-9A-Za-z_.])", raw))
    wrong = []
    for options in OUTPUTS:
        found = leaks(output(unoops, log, *options, "--redact"), numbers, octets, words, sizes)
        if found:
            what, where = found[0]
            wrong.append(f"{log} {' '.join(options)}: {len(found)} leaks, first {what!r} in {where!r}")
    return wrong, len(numbers) + len(octets) + len(words)


def main(args):
    every = 1
    if args[:1] == ["--every"]:
        every, args = int(args[1]), args[2:]
    if len(args) < 2:
        sys.exit(__doc__)
    unoops = str(pathlib.Path(args[0]).resolve())
    paths = [pathlib.Path(a) for a in args[1:]]
    logs = [log for path in paths for log in (sorted(path.glob("*/*.log")) if path.is_dir() else [path])][::every]
    if not logs:
        sys.exit(f"no logs below {args[1]}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda log: check(unoops, log), logs))
    wrong = [line for lines, _ in results for line in lines]
    print(*wrong, sep="\n")
    print(f"{len(logs)} logs, {sum(count for _, count in results)} secrets, {len(wrong)} outputs with leaks")
    return 1 if wrong else 0


sys.exit(main(sys.argv[1:]))
