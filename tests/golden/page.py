#!/usr/bin/env python3
"""No element and no attribute of an HTML page comes from the log: a real parser reads the pages of logs that were made hostile.

usage: page.py [--every N] UNOOPS TESTDATA     (N: one golden log of N)

Each line of a golden log gets markup at its end, in the task's name and in the names of modules. A page must show it as text, and its own
elements must be closed in their order.
"""
import concurrent.futures
import html.parser
import os
import pathlib
import re
import subprocess
import sys
import tempfile

MARKUP = """ <zq zq=1>" zq="'><zq></pre></td></article></script><zq/><!-- &zq; <![CDATA["""
VOID = {"meta", "br", "hr", "img", "input", "link", "col", "wbr"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.wrong, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag.startswith("zq") or any(name.startswith(("zq", "on", "src")) for name, _ in attrs):
            self.wrong.append(f"<{tag} {attrs}> at line {self.getpos()[0]}")
        self.wrong += [f"link {value!r}" for name, value in attrs if name == "href" and not (value or "").startswith("#")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        if tag.startswith("zq"):
            self.wrong.append(f"<{tag}/> at line {self.getpos()[0]}")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing at line {self.getpos()[0]}")

    def handle_comment(self, data):
        self.wrong.append(f"comment {data[:40]!r}")

    def unknown_decl(self, data):
        self.wrong.append(f"declaration {data[:40]!r}")

    def handle_data(self, data):
        self.text.append(data)


def hostile(log):
    text = re.sub(r"(?m)$", lambda _: MARKUP, log)
    text = re.sub(r"\b[Cc]omm: (\S+)", "Comm: <zq>", text)
    return re.sub(r"\[(\w{3,})\](?=\s|$)", r"[\1<zq>]", text)


def check(unoops, log, directory):
    raw = log.read_bytes().decode("latin-1")
    wrong, shown = [], False
    for name, text in (("plain", raw + "\n"), ("hostile", hostile(raw))):
        path = pathlib.Path(directory, f"{log.parent.name}-{log.stem}-{name}.log")
        path.write_bytes(text.encode("latin-1"))
        for options in ([], ["-v"]):
            run = subprocess.run([unoops, "-q", "--no-symbols", "-f", "html", *options, path], capture_output=True, timeout=120)
            if run.returncode not in (0, 1):
                wrong.append(f"{log} {name}: exit status {run.returncode}")
            page = Page()
            page.feed(run.stdout.decode(errors="replace"))
            page.close()
            wrong += [f"{log} {name} {options}: {what}" for what in page.wrong[:3]]
            wrong += [f"{log} {name} {options}: {page.open} stay open"] if page.open else []
            shown = shown or "<zq" in "".join(page.text)
    return wrong, shown


def main(args):
    every = 1
    if args[:1] == ["--every"]:
        every, args = int(args[1]), args[2:]
    if len(args) != 2:
        sys.exit(__doc__)
    unoops = str(pathlib.Path(args[0]).resolve())
    logs = sorted(pathlib.Path(args[1]).glob("*/*.log"))[::every]
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda log: check(unoops, log, directory), logs))
    wrong = [line for lines, _ in results for line in lines]
    shown = sum(1 for _, seen in results if seen)
    print(*wrong, sep="\n")
    print(f"{len(logs)} logs, {shown} pages show the markup as text, {len(wrong)} wrong")
    return 1 if wrong or shown * 2 < len(logs) else 0


sys.exit(main(sys.argv[1:]))
