"""What the tests on real memory dumps have in common."""
import json
import os
import pathlib
import resource
import subprocess
import sys


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def decode(unoops, file, *options):
    """Its reports, the seconds of CPU, and the MB of the largest child so far."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run([unoops, "-f", "json", *options, file], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return [json.loads(line) for line in out.stdout.splitlines()], after.ru_utime - before.ru_utime, after.ru_maxrss // 1024


def verdict(dump, told, wrong):
    print(f"{dump.name}: {told}; {len(wrong)} wrong")
    for line in wrong[:10]:
        print("  " + line)
    return not wrong


def run(usage, jobs):
    """`jobs`: of the program, a directory and the options for its modules the results, None for a dump that tells nothing."""
    if len(sys.argv) < 2:
        sys.exit(usage)
    places = sys.argv[2:] or [pathlib.Path(__file__).parent / "dumps", *os.environ.get("UNOOPS_DUMPS", "").split()]
    results = []
    for where in map(pathlib.Path, places):
        modules = ["-m", str(where / "modules")] if (where / "modules").is_dir() else []
        results += [r for r in jobs(sys.argv[1], where, modules) if r is not None]
    if not results:
        skip("the vmlinux of none of the dumps is installed")
    sys.exit(0 if all(results) else 1)
