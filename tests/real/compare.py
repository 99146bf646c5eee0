#!/usr/bin/env python3
"""Compares unoops' inline chains with other symbolizers' on the installed Debian debug kernel.

usage: compare.py RESOLVE [--release REL] [--vmlinux N] [--modules N] [--in-modules M] [--seed S] [--show K]

RESOLVE is tests/real/resolve of the build. Draws random (function, offset) pairs of vmlinux and of modules, in every
executable section, and asks for the line of the instruction itself. References: llvm-symbolizer and eu-addr2line for
vmlinux, addr2line -j SECTION and eu-addr2line for modules; a pair agrees if file and line of every level, and the names
after stripping the compiler's suffixes, are those of one of them. Differences are listed by cause. Exit 77: no kernel.
"""
import argparse, collections, glob, json, os, random, re, shutil, struct, subprocess, sys

SHT_SYMTAB, SHF_ALLOC, SHF_EXECINSTR, STT_FUNC = 2, 2, 4, 2
SUFFIX = re.compile(r"(\.(cold|part|isra|constprop|localalias|lto_priv|llvm)(\.\d+)*|\.\d+)+$")


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


class Elf:
    """Sections and function symbols of a 64-bit little-endian file, with the sizes that kallsyms prints."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as f:
            head = f.read(64)
            shoff, = struct.unpack_from("<Q", head, 40)
            shentsize, shnum, shstrndx = struct.unpack_from("<HHH", head, 58)
            self.relocatable = struct.unpack_from("<H", head, 16)[0] == 1
            f.seek(shoff)
            raw = f.read(shentsize * shnum)
            self.sections = [struct.unpack_from("<IIQQQQIIQQ", raw, i * shentsize) for i in range(shnum)]
            names = self.read(f, self.sections[shstrndx])
            self.names = [names[s[0]:names.index(b"\0", s[0])].decode() for s in self.sections]
            table = next(s for s in self.sections if s[1] == SHT_SYMTAB)
            strings = self.read(f, self.sections[table[6]])
            symbols = self.read(f, table)
        self.functions, self.at = [], collections.defaultdict(set)
        every = collections.defaultdict(set)
        for name, info, _, shndx, value, size in struct.iter_unpack("<IBBHQQ", symbols):
            if not 0 < shndx < len(self.sections) or self.sections[shndx][2] & 6 != 6 or not name or info & 15 in (3, 4):
                continue
            text = strings[name:strings.index(b"\0", name)].decode()
            if text.startswith((".L", "$")) or text == "L0" or text.startswith(("__crc_", "__kstrtab")):
                continue
            every[shndx if self.relocatable else 0].add(value)
            self.at[shndx, value].add(text)
            if info & 15 == STT_FUNC and size:
                self.functions.append((text, shndx, value, size))
        self.next = {}
        for home, values in every.items():
            ordered = sorted(values)
            for a, b in zip(ordered, ordered[1:]):
                self.next[home, a] = b

    @staticmethod
    def read(f, section):
        f.seek(section[4])
        return f.read(section[5])

    def kallsyms_size(self, shndx, value):
        following = self.next.get((shndx if self.relocatable else 0, value))
        return None if following is None else following - value

    def unambiguous(self):
        seen = collections.Counter((n, self.kallsyms_size(i, v)) for n, i, v, _ in self.functions)
        return [f for f in self.functions if seen[f[0], self.kallsyms_size(f[1], f[2])] == 1]


def run(command, text):
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace").stdout


def base(path):
    """The path inside the kernel's tree."""
    path = re.sub(r"^.*/(linux-[^/]*|build_[^/]*)/(?=[a-z])", "", path.replace("/./", "/"))
    path = re.sub(r"^debian/build/[^/]*/", "", path)
    return os.path.normpath(path)


def name(text):
    text = text.split("+")[0]
    return SUFFIX.sub("", text)


def ours(resolve, release, lines, extra=()):
    out = run([resolve, "-r", release, *extra], "".join(l + "\n" for l in lines)).splitlines()
    chains = []
    for line in out:
        if line.startswith("!"):
            chains.append(line)
            continue
        chain = []
        for level in line.split(" | "):
            function, _, place = level.rpartition(" ")
            file, number, _ = place.rsplit(":", 2)
            chain.append((name(function), base(file), int(number)))
        chains.append(chain)
    return chains


def llvm(path, addresses):
    tool = shutil.which("llvm-symbolizer") or shutil.which("llvm-symbolizer-14")
    if not tool:
        return None
    out = run([tool, "--obj=" + path, "--output-style=JSON"], "".join("%#x\n" % a for a in addresses))
    chains = []
    for line in out.splitlines():
        symbols = json.loads(line).get("Symbol", [])
        chains.append([(name(s["FunctionName"]), base(s["FileName"]), s["Line"]) for s in symbols])
    return chains


def pairs_of_lines(out):
    """addr2line -a -f -i: "0x...", then function and file:line in turns."""
    chains, function = [], None
    for line in out.splitlines():
        if re.match(r"^0x[0-9a-f]+(: .*)?$", line) and function is None:
            chains.append([])
        elif function is None:
            function = re.sub(r" inlined at .*", "", line)
        else:
            found = re.match(r"^(.*?):(\d+)", line)
            chains[-1].append((name(function), base(found[1]) if found else "?", int(found[2]) if found else 0))
            function = None
    return chains


def eu(path, addresses, section=None):
    if not shutil.which("eu-addr2line"):
        return None
    command = ["eu-addr2line", "-a", "-f", "-i", "-e", path] + (["-j", section] if section else [])
    return pairs_of_lines(run(command, "".join("%#x\n" % a for a in addresses)))


def gnu(path, addresses, section):
    return pairs_of_lines(run(["addr2line", "-a", "-f", "-i", "-j", section, "-e", path], "".join("%#x\n" % a for a in addresses)))


def places(chain):
    return [level[1:] for level in chain]


def same(mine, reference, aliases):
    if isinstance(mine, str) or reference is None:
        return isinstance(mine, str) and (not reference or all(line == 0 for _, _, line in reference))
    if places(mine) != places(reference):
        return False
    return all(a[0] == b[0] or {a[0], b[0]} <= aliases for a, b in zip(mine, reference))


def cause(mine, references):
    if isinstance(mine, str):
        return mine.split()[1]
    for reference in references:
        if not reference:
            continue
        if places(mine) == places(reference):
            return "names"
        if mine[0][1:] == reference[0][1:] and len(mine) != len(reference):
            return "depth of the chain"
        if len(mine) == len(reference) and mine[1:] == reference[1:]:
            return "innermost line"
    return "other"


class Tally:
    def __init__(self):
        self.asked = self.right = 0
        self.causes = collections.defaultdict(list)

    def add(self, what, mine, references, aliases):
        self.asked += 1
        # Inlined levels before the line table's first row: others print them as "?:0", we leave them out.
        references = [[level for i, level in enumerate(r) if level[1] not in ('?', '??') or i == len(r) - 1] for r in references]
        if any(same(mine, r, aliases) for r in references):
            self.right += 1
        else:
            self.causes[cause(mine, references)].append((what, mine, references))

    def report(self, title, show):
        print("%s: %d of %d agree (%.2f%%)" % (title, self.right, self.asked, 100 * self.right / max(1, self.asked)))
        for why, cases in sorted(self.causes.items(), key=lambda c: -len(c[1])):
            print("  %-22s %d" % (why, len(cases)))
            for what, mine, references in cases[:show]:
                print("    %s\n      unoops %s" % (what, mine))
                for reference in references:
                    print("      other  %s" % (reference,))


def draw(elf, count, chance):
    # Every executable section gets its share: .init.text and .text.unlikely are small, and where the errors are.
    groups = collections.defaultdict(list)
    for function in elf.unambiguous():
        groups[function[1]].append(function)
    homes = list(groups)
    out = []
    for _ in range(count):
        pool = groups[chance.choice(homes)] if chance.random() < 0.3 else chance.choice([groups[h] for h in homes for _ in range(1 + len(groups[h]) // 50)])
        text, shndx, value, size = chance.choice(pool)
        out.append((text, shndx, value, chance.randrange(size)))
    return out


def compare_vmlinux(args, path, chance):
    elf = Elf(path)
    drawn = draw(elf, args.vmlinux, chance)
    addresses = [value + offset for _, _, value, offset in drawn]
    lines = ["- %s %x %s exact" % (n, o, "%x" % elf.kallsyms_size(i, v) if elf.kallsyms_size(i, v) else "-") for n, i, v, o in drawn]
    mine = ours(args.resolve, args.release, lines, ["-k", path])
    others = [r for r in (llvm(path, addresses), eu(path, addresses)) if r]
    tally = Tally()
    for i, (text, shndx, value, offset) in enumerate(drawn):
        aliases = {name(n) for n in elf.at[shndx, value]}
        tally.add("%s+%#x (%#x)" % (text, offset, value + offset), mine[i], [r[i] for r in others], aliases)
    tally.report("vmlinux", args.show)
    return tally


def compare_modules(args, directory, chance):
    paths = sorted(glob.glob(directory + "/**/*.ko", recursive=True))
    chance.shuffle(paths)
    paths.sort(key=lambda p: os.path.getsize(p) < 300_000)    # small ones have one function
    tally, used = Tally(), 0
    pool = paths[: len(paths) * 2 // 3]
    chance.shuffle(pool)
    for path in pool:
        if used == args.in_modules:
            break
        elf = Elf(path)
        if len({f[1] for f in elf.functions}) < 3:
            continue
        used += 1
        module = os.path.basename(path)[:-3].replace("-", "_")
        drawn = draw(elf, max(1, args.modules // args.in_modules), chance)
        lines = ["%s %s %x %s exact" % (module, n, o, "%x" % elf.kallsyms_size(i, v) if elf.kallsyms_size(i, v) else "-") for n, i, v, o in drawn]
        mine = ours(args.resolve, args.release, lines, ["-m", os.path.dirname(path)])
        for shndx in {d[1] for d in drawn}:
            chosen = [i for i, d in enumerate(drawn) if d[1] == shndx]
            addresses = [drawn[i][2] + drawn[i][3] for i in chosen]
            others = [r for r in (gnu(path, addresses, elf.names[shndx]), eu(path, addresses, elf.names[shndx])) if r]
            for k, i in enumerate(chosen):
                text, _, value, offset = drawn[i]
                aliases = {name(n) for n in elf.at[shndx, value]}
                tally.add("%s+%#x [%s] %s" % (text, offset, module, elf.names[shndx]), mine[i], [r[k] for r in others if k < len(r)], aliases)
    tally.report("%d modules" % used, args.show)
    return tally


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("resolve")
    parser.add_argument("--release")
    parser.add_argument("--vmlinux", type=int, default=2000)
    parser.add_argument("--modules", type=int, default=500)
    parser.add_argument("--in-modules", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=2)
    parser.add_argument("--floor", type=float, default=99.5)
    args = parser.parse_args()
    kernels = sorted(glob.glob("/usr/lib/debug/boot/vmlinux-*" + (args.release or "")))
    if not kernels:
        skip("no debug kernel (apt install linux-image-amd64-dbg)")
    path = kernels[0]
    args.release = path.split("vmlinux-", 1)[1]
    chance = random.Random(args.seed)
    tallies = []
    if args.vmlinux:
        tallies.append(compare_vmlinux(args, path, chance))
    if args.modules:
        tallies.append(compare_modules(args, "/usr/lib/debug/lib/modules/" + args.release, chance))
    return 0 if all(100 * t.right >= args.floor * t.asked for t in tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
