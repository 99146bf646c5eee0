#!/usr/bin/env python3
"""The HTML page of 2,000 different reports: its size, and how long Chromium takes until it can be used and to search it.

usage: page.py UNOOPS TESTDATA [--reports N] [--runs N]

Milliseconds are the browser's own, from the start of the navigation to the mark that the page's script sets when it listens to keys and
the first rows are drawn. The least and the median of the runs are told, each in a page that is loaded anew. Exits with 1 above 8 MB or
1,000 ms (median), with 77 where no Chromium is.
"""
import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "page"))
import browser  # noqa: E402
import many  # noqa: E402

MOST_BYTES, MOST_MS = 8_000_000, 1000
READY = "performance.getEntriesByName('unoops-ready')[0].startTime"
SEARCH = """(() => {
  const before = performance.now();
  const field = document.getElementById("search");
  field.value = "%s";
  field.dispatchEvent(new Event("input"));
  document.body.offsetHeight;
  return performance.now() - before;
})()"""


def measure(chromium, path, runs):
    ready, first, next_ones = [], [], []
    for _ in range(runs):
        chromium.open("about:blank", ready=False)
        chromium.open(path)
        ready.append(chromium.run(READY))
        first.append(chromium.run(SEARCH % "schedule_timeout"))
        next_ones.append(chromium.run(SEARCH % "kmalloc"))
    return {"interactive": ready, "first search": first, "next search": next_ones}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("unoops")
    parser.add_argument("testdata")
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=9)
    args = parser.parse_args()
    if not browser.find():
        print("no chromium here")
        return 77
    with tempfile.TemporaryDirectory() as tmp:
        logs, path = pathlib.Path(tmp, "logs"), pathlib.Path(tmp, "page.html")
        found = many.write(args.unoops, args.reports, logs, [args.testdata])
        with open(path, "wb") as out:
            subprocess.run([args.unoops, "-q", "-f", "html", logs], stdout=out, stderr=subprocess.DEVNULL, check=False)
        chromium = browser.Browser(browser.find())
        try:
            chromium.look(1400, 1000)
            told = measure(chromium, path, args.runs)
        finally:
            chromium.close()
        size = path.stat().st_size
    print(f"{found} reports, {size / 1e6:.2f} MB (at most {MOST_BYTES / 1e6:.0f}), {size / found / 1e3:.1f} kB a report")
    for name, values in told.items():
        print(f"{name:<14} {min(values):6.0f} ms at best, {statistics.median(values):6.0f} ms median of {args.runs}")
    late = statistics.median(told["interactive"]) > MOST_MS
    return 1 if late or size > MOST_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
