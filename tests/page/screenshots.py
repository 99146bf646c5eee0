#!/usr/bin/env python3
"""Pictures of the HTML page for people to look at: a list, a report opened from it, a single report's page; three widths, two schemes.

usage: screenshots.py UNOOPS TESTDATA DIRECTORY
"""
import pathlib
import subprocess
import sys
import tempfile

import browser
import many

SIZES = ((400, 800), (900, 900), (1400, 1000))


def page(unoops, path, *args):
    out = subprocess.run([unoops, "-q", "-f", "html", *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    path.write_bytes(out)
    return path


def shoot(chromium, fleet, one, directory):
    for width, height in SIZES:
        for scheme in ("light", "dark"):
            name = f"{width}-{scheme}.png"
            chromium.look(width, height, scheme)
            chromium.open("about:blank", ready=False)
            chromium.open(fleet)
            chromium.screenshot(directory / f"list-{name}")
            chromium.key("g")
            chromium.key("Enter")
            chromium.screenshot(directory / f"groups-{name}")
            chromium.key("j")
            chromium.key("Enter")
            chromium.wait("document.querySelector('#article article')")
            chromium.screenshot(directory / f"open-{name}")
            chromium.look(width, 1800, scheme)
            chromium.open(one)
            chromium.screenshot(directory / f"one-{name}")
    chromium.pdf(directory / "one.pdf")


def main(unoops, testdata, directory):
    if not browser.find():
        print("skipped: no chromium here")
        return 77
    demo = pathlib.Path(testdata) / "demo"
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as tmp:
        root = pathlib.Path(tmp)
        many.write(unoops, 2000, root / "logs", [testdata])
        fleet = page(unoops, root / "fleet.html", root / "logs")
        one = page(unoops, root / "one.html", "-k", demo / "vmlinux", "-m", demo, demo / "oops.log")
        chromium = browser.Browser(browser.find())
        try:
            shoot(chromium, fleet, one, directory)
        finally:
            chromium.close()
    print(f"{len(list(directory.glob('*.png')))} pictures in {directory}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
