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
    """`jobs`: of the program, the directory and the options for its modules the results, None for a dump that tells nothing."""
    if len(sys.argv) < 2:
        sys.exit(usage)
    where = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("UNOOPS_DUMPS")
    if not where:
        skip("no UNOOPS_DUMPS, a directory with memory dumps and their logs")
    where = pathlib.Path(where)
    modules = ["-m", str(where / "modules")] if (where / "modules").is_dir() else []
    results = [r for r in jobs(sys.argv[1], where, modules) if r is not None]
    if not results:
        skip(f"no dump in {where} whose vmlinux is installed")
    sys.exit(0 if all(results) else 1)
