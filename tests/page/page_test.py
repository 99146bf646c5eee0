#!/usr/bin/env python3
"""The HTML page as its readers meet it, in headless Chromium: UNOOPS=build/unoops TESTDATA=testdata page_test.py"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import browser
import many

UNOOPS = os.path.abspath(os.environ["UNOOPS"])
TESTDATA = pathlib.Path(os.environ["TESTDATA"]).resolve()
KINDS = ("divide-error", "soft-lockup", "kasan", "warning", "hung-task", "oom-kill", "general-protection-fault", "null-pointer-dereference", "demo")
REPORTS = 400
WIDTHS = (400, 900, 1400)
# What a process may call itself, and what a driver may print.
HOSTILE = """[   10.000000] ------------[ cut here ]------------
[   10.000001] evil: </script><script>window.owned=1</script><img src=x onerror=window.owned=2> <!-- \u202egnp.exe\u202c \u2028 zanzibar
[   10.000002] WARNING: CPU: 0 PID: 12 at drivers/<svg/onload=window.owned=3>.c:13 evil_submit+0x7/0x20 [evil]
[   10.000003] CPU: 0 PID: 12 Comm: <b>bold</b>&amp; Not tainted 6.1.0-demo #1
[   10.000004] RIP: 0010:evil_submit+0x7/0x20 [evil]
[   10.000005] Call Trace:
[   10.000006]  <TASK>
[   10.000007]  evil_write+0x3e/0x70 [<svg/onload=window.owned=4>]
[   10.000008]  vfs_write+0x1d/0x40
[   10.000009]  </TASK>
[   10.000010] ---[ end trace 0000000000000000 ]---
"""
RULES = """
[[known]]
bug = "the test driver <b>warns</b> on purpose"
kind = "warning"
ignore = true
[[known]]
bug = "kasan: a race of two writers"
kind = "kasan"
severity = "notice"
[[known]]
bug = "it was said to be mended"
kind = "hung-task"
fixed_in = "2.6.0"
"""
# The contrast of each text with what is behind it (WCAG 2): a list of those below 4.5.
CONTRAST = """(() => {
  const linear = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const rgba = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] > 0.99) return c; } return [255, 255, 255]; };
  const low = [];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility() || e.closest("script, style, :disabled")) continue;
    const a = light(rgba(getComputedStyle(e).color)) + 0.05, b = light(behind(e)) + 0.05;
    const ratio = Math.max(a, b) / Math.min(a, b);
    if (ratio < 4.5) low.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)} ${e.textContent.slice(0, 40)}`);
  }
  return low;
})()"""
UNNAMED = """[...document.querySelectorAll("button, input, select, [role=tree], dialog")].filter((e) => e.checkVisibility()).filter((e) =>
  !(e.textContent.trim() && e.tagName === "BUTTON") && !e.getAttribute("aria-label") && !e.labels?.length).map((e) => e.outerHTML.slice(0, 80))"""


def unoops(*args):
    return subprocess.run([UNOOPS, "-q", "--no-symbols", *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout


def setUpModule():
    global TMP, FLEET, ALL, TEAM, KNOWN, CHROMIUM
    TMP = tempfile.TemporaryDirectory()
    root = pathlib.Path(TMP.name)
    many.write(UNOOPS, REPORTS, root / "logs", [p for kind in KINDS if (p := TESTDATA / kind).is_dir()])
    (root / "logs" / "hostile <i>\u202e.log").write_text(HOSTILE, encoding="utf-8")
    FLEET = root / "fleet.html"
    FLEET.write_bytes(unoops("-f", "html", root / "logs"))
    ALL = [json.loads(line) for line in unoops("-f", "json", root / "logs").splitlines()]
    (root / "rules.toml").write_text(RULES, encoding="utf-8")
    TEAM = root / "team.html"  # -v: with what rules ignore
    known = ("--known", root / "rules.toml", "-v", root / "logs")
    TEAM.write_bytes(unoops("-f", "html", *known))
    KNOWN = [json.loads(line) for line in unoops("-f", "json", *known).splitlines()]
    CHROMIUM = browser.Browser(browser.find())


def tearDownModule():
    CHROMIUM.close()
    TMP.cleanup()


class Case(unittest.TestCase):
    width = 1400

    def setUp(self):
        self.b = CHROMIUM
        self.b.look(self.width, 900)
        self.open(FLEET)

    def open(self, path, **how):
        self.b.open("about:blank", ready=False)  # the same address again would keep the page
        self.b.open(path, **how)

    def tearDown(self):
        for event in self.b.happened("Log.entryAdded"):
            self.fail(event["entry"]["text"])  # of the policy, for example
        self.assertEqual(self.b.happened("Runtime.exceptionThrown"), [])
        for event in self.b.happened("Network.requestWillBeSent"):
            self.assertRegex(event["request"]["url"], "^(file|about):")

    def count(self):
        """Of reports: "4 of 12 incidents (5 of 20 reports)", "4 incidents"."""
        words = self.b.run("document.getElementById('count').textContent").replace(",", "")
        return int((re.search(r"(\d+) (?:of \d+ )?reports?\b", words) or re.match(r"(\d+)", words))[1])

    def wait_for_count(self, wanted):
        self.b.wait("((words) => /(\\d+) (?:of \\d+ )?reports?\\b/.exec(words) ?? /(\\d+)/.exec(words))"
                    f"(document.getElementById('count').textContent.replace(/,/g, ''))[1] === '{wanted}'")

    def titles(self):
        """Of the rows that are drawn, from above."""
        return self.b.run("[...document.querySelectorAll('.row')].sort((a, b) => a.dataset.at - b.dataset.at).map((r) => r.querySelector('.title').textContent)")

    def active(self):
        return self.b.run("Number(document.querySelector('.row[aria-selected=true]').dataset.at)")

    def opened(self):
        return self.b.run("document.querySelector('#article article')?.id ?? ''")

    def search(self, text):
        if self.b.run("document.activeElement.id") != "search":
            self.b.key("/")
        self.assertEqual(self.b.run("document.activeElement.id"), "search")
        self.b.type(text)

    def choose(self, select, value):
        self.b.run(f"(() => {{ const s = document.getElementById('{select}'); s.value = {json.dumps(value)}; s.dispatchEvent(new Event('change')); }})()")
        self.assertEqual(self.b.run(f"document.getElementById('{select}').value"), value)


class List(Case):
    def test_all_are_there_and_few_are_drawn(self):
        self.assertEqual(self.count(), len(ALL))
        self.assertLess(self.b.run("document.querySelectorAll('.row').length"), 60)
        self.assertEqual(self.b.run("document.querySelectorAll('#article article').length"), 0)
        self.b.key("End")
        self.b.wait("document.querySelector('.row[aria-selected=true]').dataset.at == " + str(len(ALL) - 1))
        self.assertLess(self.b.run("document.querySelectorAll('.row').length"), 60)
        self.b.key("Home")
        self.assertEqual(self.active(), 0)

    def test_the_worst_is_first(self):
        self.assertEqual(self.b.run("document.querySelector('#row0 .severity').textContent"), "fatal")
        self.choose("sort", "title")
        titles = sorted(r["title"] for r in ALL)
        self.assertEqual(self.titles()[0], titles[0])
        self.choose("sort", "number")
        self.assertTrue(self.b.run("document.querySelector('#row0 .details').textContent.startsWith('#1 ')"))

    def test_severities(self):
        counts = collections.Counter(r["severity"] for r in ALL)
        self.b.click(".chip.warning")
        self.wait_for_count(counts["warning"])
        self.b.click(".chip.fatal")
        self.wait_for_count(counts["warning"] + counts["fatal"])
        self.assertEqual(self.b.run("document.querySelector('.chip.fatal').ariaPressed"), "true")
        self.b.key("Escape")
        self.wait_for_count(len(ALL))

    def test_kind_host_and_file(self):
        for field in ("kind", "host", "file"):
            value, n = collections.Counter(r[field] for r in ALL if r.get(field)).most_common(1)[0]
            self.choose(field, "=" + value)
            self.wait_for_count(n)
            self.assertEqual(self.b.run("document.querySelector('#set .filter').textContent"), f"{field}: {value}")
            self.b.click("#set .filter")
            self.wait_for_count(len(ALL))

    def test_search_reads_everything(self):
        self.search("zanzibar")
        self.wait_for_count(1)
        self.b.key("Escape")
        self.wait_for_count(len(ALL))
        self.search("warning")
        some = self.count()
        self.assertGreater(some, 1)
        self.b.type(" -zanzibar")
        self.wait_for_count(some - 1)
        self.b.key("Escape")
        self.search('"rip: 0010:evil_submit+0x7')
        self.wait_for_count(1)
        self.b.key("Escape")
        self.search("no such word anywhere")
        self.wait_for_count(0)
        self.assertEqual(self.b.run("document.querySelectorAll('.row').length"), 0)

    def test_each_word_of_a_log_finds_its_report(self):
        for report in [r for r in ALL if "follows" not in r][::40]:  # incidents are counted
            word = max(report["title"].split(), key=len)
            self.b.run(f"(() => {{ const s = document.getElementById('search'); s.value = {json.dumps(word)}; s.dispatchEvent(new Event('input')); }})()")
            self.choose("file", "=" + report["file"]) if report["file"] else None
            self.assertGreaterEqual(self.count(), 1, word)
            self.b.key("Escape")

    def test_groups(self):
        signatures = collections.Counter(r["signature"] or r["title"] for r in ALL)
        self.b.key("g")
        self.assertIn(f"{len(signatures)} groups", self.b.run("document.getElementById('count').textContent"))
        self.choose("sort", "frequent")
        most = collections.Counter(r["signature"] or r["title"] for r in ALL if "follows" not in r).most_common(1)[0][1]
        self.assertTrue(self.b.run("document.querySelector('#row0 .details').textContent").startswith(f"{most} incidents"))
        self.b.key("Home")
        self.b.key("Enter")
        self.assertEqual(self.b.run("document.querySelector('#row0').ariaExpanded"), "true")
        self.assertEqual(self.b.run("document.querySelector('#row1').getAttribute('aria-level')"), "2")
        self.b.key("Enter")
        self.assertEqual(self.b.run("document.querySelector('#row0').ariaExpanded"), "false")
        for field in ("kind", "severity", "host", "file"):
            self.choose("group", field)
            self.assertIn(f'{len({r.get(field) or "" for r in ALL})} groups', self.b.run("document.getElementById('count').textContent"))

    @staticmethod
    def number_of(label):
        return int(label.split(": ")[-1].split()[0])

    def drag(self, first, last):
        middle = lambda at: self.b.run(f"(() => {{ const b = document.querySelectorAll('#bars button')[{at}].getBoundingClientRect();"
                                       " return [b.left + b.width / 2, b.top + b.height / 2]; })()")
        for kind, at in (("mousePressed", first), ("mouseMoved", last), ("mouseReleased", last)):
            x, y = middle(at)
            self.b.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def test_timeline(self):
        label = self.b.run("[...document.querySelectorAll('#bars button')].map((b) => b.ariaLabel).find((l) => !/: 0 /.test(l))")
        n = self.number_of(label)
        at = self.b.run("[...document.querySelectorAll('#bars button')].findIndex((b) => !/: 0 /.test(b.ariaLabel))")
        self.b.click(f"#bars button:nth-child({at + 1})")
        self.wait_for_count(n)
        self.b.click("#set .filter")
        dated = sum(self.number_of(l) for l in self.b.run("[...document.querySelectorAll('#bars button')].map((b) => b.ariaLabel)"))
        self.drag(20, 30)
        self.assertEqual(self.b.run("document.querySelectorAll('#bars button[aria-pressed=true]').length"), 11)
        self.b.click("#set .filter")
        self.b.run("document.querySelector('#bars button').focus()")
        for _ in range(47):
            self.b.key("ArrowRight", shift=True)
        self.wait_for_count(dated)
        # Logs of other years among those of November do not make them one bar.
        self.assertRegex(self.b.run("document.getElementById('span').textContent"), "^2026-11-[^;]*; [0-9]+ before")


class Known(Case):
    @staticmethod
    def word(report):
        known = report.get("known")
        return "unknown" if not known else "came back" if known.get("regressed") else "ignored" if known.get("ignored") else "known"

    def setUp(self):
        super().setUp()
        self.open(TEAM)

    def test_is_a_filter(self):
        counts = collections.Counter(map(self.word, KNOWN))
        self.assertEqual(set(counts), {"unknown", "known", "ignored", "came back"})
        for word, n in counts.items():
            self.choose("known", "=" + word)
            self.wait_for_count(n)
            self.assertIn(f"known: {word}", self.b.run("document.getElementById('set').textContent"))
        self.choose("known", "=ignored")
        self.assertIn("ignored: the test driver <b>warns</b> on purpose", self.b.run("document.querySelector('#row0 .details').textContent"))

    def test_all_choices_are_on_a_line(self):
        for width in (1300, 1400, 1900):
            self.b.look(width, 900)
            tops = self.b.run("[...new Set([...document.querySelectorAll('.choices label')].map((l) => l.getBoundingClientRect().top))]")
            right = self.b.run("Math.max(...[...document.querySelectorAll('.choices label')].map((l) => l.getBoundingClientRect().right))")
            self.assertEqual(len(tops), 1, width)
            self.assertLessEqual(right, width)

    def test_bugs_are_groups_and_are_found(self):
        self.choose("group", "bug")
        self.choose("sort", "title")
        rows = self.titles()
        self.assertEqual(len(rows), 4)
        self.assertIn("not known", rows)
        self.assertIn("kasan: a race of two writers", rows)
        self.search('"race of two writers"')
        self.wait_for_count(sum("race" in report.get("known", {}).get("bug", "") for report in KNOWN))

    def test_the_severity_is_the_team_s(self):
        self.choose("known", "=known")
        self.assertEqual(self.b.run("document.querySelector('#row0 .severity').textContent"), "notice")

    def test_counts_are_those_of_the_summary(self):
        incidents = sum("follows" not in report for report in KNOWN)
        self.assertLess(incidents, len(KNOWN))
        self.assertEqual(self.b.run("document.getElementById('count').textContent"), f"{incidents} incidents ({len(KNOWN)} reports)")

    def test_without_rules_there_is_no_such_filter(self):
        self.open(FLEET)
        self.assertFalse(self.b.run("document.getElementById('known').checkVisibility()"))


class Keys(Case):
    def test_from_report_to_report(self):
        self.b.key("j")
        self.b.key("j")
        self.b.key("k")
        self.assertEqual(self.active(), 1)
        self.b.key("Enter")
        self.b.wait("document.querySelector('#article article')")
        first = self.opened()
        self.assertEqual(self.b.run("location.hash"), "#" + first)
        self.b.key("j")
        self.b.wait(f"document.querySelector('#article article').id !== '{first}'")
        self.assertEqual(self.active(), 2)
        self.b.key("Escape")
        self.b.wait("!document.querySelector('#article article')")
        self.assertEqual(self.b.run("document.activeElement.id"), "list")

    def test_an_address_opens_a_report(self):
        self.open(FLEET.as_uri() + "#r7")
        self.b.wait("document.querySelector('#article article')")
        self.assertEqual(self.opened(), "r7")
        self.assertEqual(self.b.run("document.title"), ALL[6]["title"])

    def test_every_report_is_whole(self):
        for report in ALL[::7]:
            self.b.run(f"location.hash = '#r{report['number']}'")
            self.b.wait(f"document.querySelector('#article article')?.id === 'r{report['number']}'")
            self.assertEqual(self.b.run("document.querySelector('#article').children.length"), 1)
            self.assertEqual(self.b.run("document.querySelector('#article h2').textContent"), report["title"].removesuffix(" in corrupted"))

    def test_help_and_typing(self):
        self.b.key("?")
        self.b.wait("document.getElementById('keys').open")
        self.b.key("Escape")
        self.b.wait("!document.getElementById('keys').open")
        self.search("jjkg?")
        self.assertEqual(self.b.run("document.getElementById('search').value"), "jjkg?")
        self.assertEqual(self.active() if self.count() else -1, -1)

    def test_only_those_alike(self):
        signature, n = collections.Counter(r["signature"] for r in ALL if r["signature"]).most_common(1)[0]
        one = next(r for r in ALL if r["signature"] == signature)
        self.b.run(f"location.hash = '#r{one['number']}'")
        self.b.wait("document.querySelector('#article article')")
        self.b.click("#alike")
        self.wait_for_count(n)


class Narrow(Case):
    width = 400

    def test_the_report_takes_the_place_of_the_list(self):
        self.b.run("document.querySelector('#row3').scrollIntoView()")
        self.b.click("#row3")
        self.b.wait("document.querySelector('#article article')")
        self.assertFalse(self.b.run("document.getElementById('list').checkVisibility()"))
        self.b.click("#close")
        self.b.wait("document.getElementById('list').checkVisibility()")
        self.b.key("/")
        self.assertEqual(self.b.run("document.activeElement.id"), "search")


class Trust(Case):
    def test_hostile_text_is_text(self):
        self.search("zanzibar")
        self.wait_for_count(1)
        self.b.key("Enter")
        self.b.key("Enter")
        self.b.wait("document.querySelector('#article article')")
        self.b.run("[...document.querySelectorAll('details')].forEach((d) => { d.open = true; })")
        text = self.b.run("document.querySelector('#article').textContent")
        self.assertIn("</script><script>window.owned=1</script><img src=x onerror=window.owned=2>", text)
        self.assertIn("\\u202egnp.exe\\u202c \\u2028", text)
        self.assertEqual(self.b.run("document.querySelectorAll('#article img, #article script, #article svg, #app b.bold').length"), 0)
        self.assertIsNone(self.b.run("window.owned ?? null"))
        raw = FLEET.read_bytes()
        for bad in ("\u202e", "\u2028", "\u202c"):
            self.assertNotIn(bad.encode(), raw)
        self.assertNotIn(b"<img", raw)

    def test_nothing_private_in_a_redacted_page(self):
        page = unoops("-f", "html", "--redact", FLEET.parent / "logs")
        self.assertIn(b'class="lines"', page)
        for host in {r["host"] for r in ALL if r.get("host", "").startswith("node")}:
            self.assertNotIn(host.encode(), page)
        for report in ALL[::20]:
            for value in report.get("registers", {}).values():
                if value.startswith("0xffff") and not value.endswith("ffffff") and len(value) == 18:
                    self.assertNotIn(value[2:].encode(), page)

    def test_without_script(self):
        self.b.without_script()
        try:
            self.open(FLEET, ready=False)
            self.b.command("Emulation.setScriptExecutionDisabled", value=False)  # of this page nothing ran; ours may
            text = self.b.run("document.body.innerText")
        finally:
            self.b.without_script(False)
        incidents = sum("follows" not in report for report in ALL)
        self.assertIn(f"Kernel reports: {incidents:,} incidents", text)
        for title in {r["title"].removesuffix(" in corrupted") for r in ALL[::10] if r["title"]}:
            self.assertIn(title, text.replace("\n", " "))


class Look(Case):
    def test_fits_and_can_be_read_in_both_schemes(self):
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                with self.subTest(width=width, scheme=scheme):
                    self.b.look(width, 900, scheme)
                    self.open(FLEET)
                    self.check_page(width)
                    self.b.key("Enter")
                    self.b.wait("document.querySelector('#article article')")
                    self.check_page(width)

    def test_a_single_report_too(self):
        page = FLEET.parent / "one.html"
        page.write_bytes(unoops("-f", "html", TESTDATA / "demo" / "oops.log"))
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                with self.subTest(width=width, scheme=scheme):
                    self.b.look(width, 900, scheme)
                    self.open(page)
                    self.check_page(width)

    def check_page(self, width):
        self.assertLessEqual(self.b.run("document.documentElement.scrollWidth"), width)
        self.assertEqual(self.b.run(CONTRAST), [])
        self.assertEqual(self.b.run(UNNAMED), [])
        self.assertEqual(self.b.run("document.querySelectorAll('h1').length"), 1)
        self.assertEqual(self.b.run("document.querySelectorAll('[id]').length"), self.b.run("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size"))


class Paper(Case):
    def test_prints_all_rows_and_the_open_report_unfolded(self):
        self.b.run("location.hash = '#r3'")
        self.b.wait("document.querySelector('#article article')")
        self.b.run("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(self.b.run("document.querySelectorAll('#paper .row').length"), len(ALL))
        self.assertEqual(self.b.run("document.querySelectorAll('#paper article').length"), 1)
        self.assertEqual(self.b.run("document.querySelectorAll('#paper details:not([open])').length"), 0)
        self.b.run("dispatchEvent(new Event('afterprint'))")
        self.assertEqual(self.b.run("document.getElementById('paper').children.length"), 0)

    def test_a_single_report_is_unfolded_while_it_is_printed(self):
        page = FLEET.parent / "one.html"
        page.write_bytes(unoops("-f", "html", TESTDATA / "demo" / "oops.log"))
        self.open(page)
        folded = self.b.run("document.querySelectorAll('details:not([open])').length")
        self.assertGreater(folded, 0)
        self.b.run("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(self.b.run("document.querySelectorAll('details:not([open])').length"), 0)
        self.b.run("dispatchEvent(new Event('afterprint'))")
        self.assertEqual(self.b.run("document.querySelectorAll('details:not([open])').length"), folded)


if __name__ == "__main__":
    if not browser.find():
        print("skipped: no chromium here")
        sys.exit(77)
    unittest.main()
