#!/usr/bin/env python3
"""Dresses a kernel log in another transport: the same lines as dmesg, journalctl, syslog, /dev/kmsg, CI loggers, ... print them.

    dress.py --transport journal-json [--crlf] [--mix] [LOG]     standard input without LOG
    dress.py --list                                              transports and what they carry: time, caller, level

LOG is a serial log ("[    1.234567][  T123] text", with or without <level>, time and caller) or bare text. Lines without a time
among lines with one are user space's: only transports of a console keep them. --mix puts lines of another CPU, with its own
caller id, between the log's: for the transports that carry a caller. What a transport can't carry is lost, as it is in life.
"""
import argparse
import datetime
import json
import re
import struct
import sys

PREFIX = re.compile(r"(?P<head>.*?)(?:<(?P<level>[0-7])>)?\[ *(?P<sec>\d+)\.(?P<usec>\d{6})\](?: ?\[ *(?P<caller>[TC]\d+)\])?(?P<text>.*)\Z", re.S)
BOOT = datetime.datetime(2025, 1, 6, 10, 11, 12, tzinfo=datetime.timezone.utc)
HOST = "host"
LEVELS = ["emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"]
CHATTER = [
    "usb 3-2: new full-speed USB device number 5 using xhci_hcd",
    "e1000e 0000:00:19.0 eth0: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx",
    "IPv6: ADDRCONF(NETDEV_CHANGE): eth0: link becomes ready",
    "sd 2:0:0:0: [sdb] Attached SCSI removable disk",
    "EXT4-fs (sdb1): mounted filesystem with ordered data mode. Quota mode: none.",
    "hid-generic 0003:046D:C077.0004: input,hidraw0: USB HID v1.11 Mouse [Logitech USB Optical Mouse] on usb-0000:00:14.0-2/input0",
]


class Line:
    """One line of the log: `text` is None for user space's, which then stands in `head`."""

    def __init__(self, text, us=0, caller="", level=4, head=""):
        self.text, self.us, self.caller, self.level, self.head = text, us, caller, level, head


def parse(data):
    raw = [line.rstrip("\r") for line in data.decode("latin-1").split("\n")]
    if raw and not raw[-1]:
        raw.pop()
    found = [PREFIX.match(line) for line in raw]
    stamped = any(found)
    out, us = [], 100_000_000
    for line, m in zip(raw, found):
        if m:
            us = int(m["sec"]) * 1_000_000 + int(m["usec"])
            text = m["text"][1:] if m["text"].startswith(" ") else m["text"]
            out.append(Line(text, us, m["caller"] or "", int(m["level"] or some_level(text)), m["head"]))
        elif stamped and not line.startswith("** "):
            out.append(Line(None, us, head=line))
        else:
            us += 10
            out.append(Line(line, us, level=some_level(line)))
    return out


def some_level(text):
    """A boot's lines are of error to info."""
    return 3 + len(text) % 4


def with_callers(lines):
    """Lines without a caller get one."""
    for line in lines:
        if line.text is not None and not line.caller:
            line.caller = "T4711"
    return lines


def of_many_callers(lines):
    """An ordinary log's lines, printed by a few tasks and CPUs."""
    callers = ["T1", "T1", "C0", "T31415", "T271", "C12", "T1"]
    return [Line(line.text, line.us, line.caller or callers[len(line.text or "") % len(callers)], line.level) for line in lines]


def mix(lines):
    """Every third line is followed by one of another CPU."""
    out = []
    for i, line in enumerate(with_callers(lines)):
        out.append(line)
        if i % 3 == 2 and line.text is not None:
            out.append(Line(CHATTER[i // 3 % len(CHATTER)], line.us, "C63", 6))
    return out


def seconds(us):
    return "%5d.%06d" % (us // 1_000_000, us % 1_000_000)


def wall(line):
    return BOOT + datetime.timedelta(microseconds=line.us)


def printk(line, level=False, gap=""):
    caller = "%s[%6s]" % (gap, line.caller) if line.caller else ""
    return "%s[%s]%s %s" % ("<%d>" % line.level if level else "", seconds(line.us), caller, line.text)


def kmsg_escape(text):
    return "".join("\\x%02x" % ord(c) if ord(c) < 0x20 or ord(c) >= 0x7F or c == "\\" else c for c in text)


def kmsg(line, number, extra=""):
    caller = ",caller=" + line.caller if line.caller else ""
    return "%d,%d,%d,-%s%s;%s" % (line.level, number, line.us, caller, extra, kmsg_escape(line.text))


def netconsole(line, number):
    """A record that is too long for its packet comes in two fragments, the second one first."""
    body = kmsg_escape(line.text)
    if len(body) < 200:
        return kmsg(line, number)
    head = kmsg(Line("", line.us, line.caller, line.level), number)[:-1]
    half = len(body) // 2
    return "%s,ncfrag=%d/%d;%s\n%s,ncfrag=0/%d;%s" % (head, half, len(body), body[half:], head, len(body), body[:half])


def rsyslog_text(text):
    return "".join("#%03o" % ord(c) if ord(c) < 0x20 else c for c in text)


def utf8(text):
    """The text as the log's own encoding says, or None."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return None


def journal_fields(line):
    return {"__CURSOR": "s=0;i=%x" % line.us, "__REALTIME_TIMESTAMP": str(int(wall(line).timestamp() * 1e6)),
            "__MONOTONIC_TIMESTAMP": str(line.us + 5), "_BOOT_ID": "0123456789abcdef0123456789abcdef", "_TRANSPORT": "kernel",
            "PRIORITY": str(line.level), "SYSLOG_IDENTIFIER": "kernel", "_HOSTNAME": HOST,
            "_SOURCE_MONOTONIC_TIMESTAMP": str(line.us), "MESSAGE": line.text}


def journal_json(line, indent=None):
    fields = journal_fields(line)
    text = utf8(line.text)
    printable = text is not None and all(c >= " " or c == "\t" for c in text)
    fields["MESSAGE"] = text if printable else list(line.text.encode("latin-1"))
    return json.dumps(fields, indent=indent, ensure_ascii=True)


def journal_export(line):
    out = []
    for name, value in journal_fields(line).items():
        if name == "MESSAGE" and (utf8(value) is None or any(c < " " and c != "\t" for c in value)):
            out.append(name + "\n" + struct.pack("<Q", len(value)).decode("latin-1") + value)
        else:
            out.append("%s=%s" % (name, value))
    return "\n".join(out) + "\n"


def journal_verbose(line):
    stamp = wall(line).strftime("%a %Y-%m-%d %H:%M:%S.%f UTC")
    out = ["%s [s=0a;i=%x;b=0123;m=%x;t=5;x=7]" % (stamp, line.us, line.us)]
    out += ["    %s=%s" % (k, v) for k, v in journal_fields(line).items() if not k.startswith("__")]
    return "\n".join(out)


def dmesg_json(line):
    text = utf8(line.text)
    text = line.text if text is None else text
    caller = '         "caller": "%s",\n' % line.caller if line.caller else ""
    return '{\n         "pri": %d,\n         "time": %12s,\n%s         "msg": %s\n      }' % (
        line.level, seconds(line.us), caller, json.dumps(text))


def context(line):
    """CPU and pid as vendors print them."""
    number = int(line.caller[1:]) if line.caller else 0
    return (0, number, "task") if line.caller.startswith("T") else (number, 0, "swapper/%d" % number)


def samsung(line):
    cpu, pid, comm = context(line)
    return "[%s]  [%d:%15s:%5d] %s" % (seconds(line.us), cpu, comm, pid, line.text)


def mediatek(line):
    cpu, pid, comm = context(line)
    return "[%s].(%d)[%d:%s]%s" % (seconds(line.us), cpu, pid, comm, line.text)


def partial(line, first, more, last, size=40):
    """A line in parts, each with what marks it as the first, one that goes on, or the last."""
    text = printk(line)
    parts = [text[at:at + size] for at in range(0, len(text), size)]
    marks = [first] + [more] * (len(parts) - 2) + [last] * (len(parts) > 1)
    if len(parts) == 1:
        marks = [last if first == more else first]
    return "\n".join(mark + part for mark, part in zip(marks, parts))


def wrapped(text, width, quote="", flowed=False):
    """As a mail client breaks lines: at the last blank that fits, which goes away, or stays at the line's end."""
    out = []
    while len(text) > width:
        at = text.rfind(" ", 0, width + 1)
        if not text[:max(at, 0)].strip():
            at = text.find(" ", width)
        if at < 0:
            break
        out.append(text[:at] + (" " if flowed else ""))
        text = text[at + 1:]
    return "\n".join(quote + piece for piece in out + [text])


def columns(text, width=80):
    """As a terminal breaks lines."""
    return "\n".join(text[at:at + width] for at in range(0, max(len(text), 1), width))


def html(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(text):
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")


def iso(line, form="%Y-%m-%dT%H:%M:%S.%f"):
    return wall(line).strftime(form)


def syslog_time(line, fraction=""):
    when = wall(line)
    return when.strftime("%b ") + "%2d" % when.day + when.strftime(" %H:%M:%S" + fraction)


CONSOLE, TIME, CALLER, LEVEL, CONTEXT = "console", "time", "caller", "level", "context"
# name: what it carries, and a function (line, its number) -> text. Of a console: user space's lines are there, too.
# Context: every line says who printed it, CPU 0 where the log does not know.
TRANSPORTS = {
    "bare": ({CONSOLE}, lambda l, n: l.text),
    "serial": ({CONSOLE, TIME, CALLER}, lambda l, n: printk(l)),
    "serial-colour": ({CONSOLE, TIME, CALLER}, lambda l, n: "\x1b[0m" + printk(l) + "\x1b[K"),
    "dmesg-raw": ({TIME, CALLER, LEVEL}, lambda l, n: printk(l, True)),
    "dmesg-new": ({TIME, CALLER}, lambda l, n: printk(l, gap=" ")),
    "dmesg-decode": ({TIME, CALLER, LEVEL}, lambda l, n: "kern  :%-6s: %s" % (LEVELS[l.level], printk(l))),
    "dmesg-ctime": (set(), lambda l, n: "[%s] %s" % (wall(l).strftime("%a %b %e %H:%M:%S %Y"), l.text)),
    "dmesg-iso": (set(), lambda l, n: iso(l, "%Y-%m-%dT%H:%M:%S,%f+00:00 ") + l.text),
    "dmesg-delta": ({TIME}, lambda l, n: "[%s <%s>] %s" % (seconds(l.us), seconds(10).rjust(12), l.text)),
    "dmesg-reltime": (set(), lambda l, n: ("[  +0.000010] " if n else "[%s] " % wall(l).strftime("%b %e %H:%M")) + l.text),
    "dmesg-json": ({TIME, CALLER, LEVEL}, lambda l, n: dmesg_json(l)),
    "dmesg-colour": ({TIME}, lambda l, n: "\x1b[32m[%s] \x1b[0m\x1b[31m%s\x1b[0m" % (seconds(l.us), l.text)),
    "kmsg": ({TIME, CALLER, LEVEL}, lambda l, n: kmsg(l, n) + ("" if n % 5 else "\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:1f.2")),
    "netconsole": ({TIME, CALLER, LEVEL}, netconsole),
    "netconsole-release": ({TIME, CALLER, LEVEL}, lambda l, n: "6.6.8," + kmsg(l, n, ",future=1")),
    "journal-short": (set(), lambda l, n: "%s %s kernel: %s" % (iso(l, "%b %d %H:%M:%S"), HOST, l.text)),
    "journal-precise": (set(), lambda l, n: "%s %s kernel: %s" % (iso(l, "%b %d %H:%M:%S.%f"), HOST, l.text)),
    "journal-iso": (set(), lambda l, n: "%s %s kernel: %s" % (iso(l, "%Y-%m-%dT%H:%M:%S+0000"), HOST, l.text)),
    "journal-full": (set(), lambda l, n: "%s %s kernel: %s" % (iso(l, "%a %Y-%m-%d %H:%M:%S UTC"), HOST, l.text)),
    "journal-unix": (set(), lambda l, n: "%d.%06d %s kernel: %s" % (wall(l).timestamp(), wall(l).microsecond, HOST, l.text)),
    "journal-monotonic": ({TIME}, lambda l, n: "[%s] %s kernel: %s" % (seconds(l.us), HOST, l.text)),
    "journal-json": ({TIME, LEVEL}, lambda l, n: journal_json(l)),
    "journal-json-pretty": ({TIME, LEVEL}, lambda l, n: journal_json(l, "\t")),
    "journal-export": ({TIME, LEVEL}, lambda l, n: journal_export(l)),
    "journal-verbose": ({TIME, LEVEL}, lambda l, n: journal_verbose(l)),
    "syslog": ({TIME, CALLER}, lambda l, n: "%s %s kernel: %s" % (syslog_time(l), HOST, rsyslog_text(printk(l)))),
    "syslog-wire": ({TIME, CALLER, LEVEL}, lambda l, n: "<%d>%s %s kernel: %s" % (l.level, syslog_time(l), HOST, printk(l))),
    "rsyslog-iso": ({TIME, CALLER}, lambda l, n: "%s+01:00 %s kernel: %s" % (iso(l), HOST, rsyslog_text(printk(l)))),
    "syslog-5424": ({LEVEL}, lambda l, n: "<%d>1 %s+01:00 %s kernel - - %s %s" % (
        l.level, iso(l), HOST, '[x y="]"]' if n % 2 else "-", l.text)),
    "busybox-syslogd": ({TIME, CALLER, LEVEL},
                        lambda l, n: "%s %s kern.%s kernel: %s" % (syslog_time(l), HOST, LEVELS[l.level], printk(l))),
    "openwrt": ({TIME, CALLER, LEVEL}, lambda l, n: "%s kern.%s kernel: %s" % (
        wall(l).strftime("%a %b %e %H:%M:%S %Y"), LEVELS[l.level], printk(l))),
    "chromeos": ({TIME, CALLER, LEVEL}, lambda l, n: "%sZ %s kernel: %s" % (
        iso(l), ["EMERG", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG"][l.level], printk(l))),
    "ts": ({CONSOLE, TIME, CALLER}, lambda l, n: iso(l, "%b %d %H:%M:%S ") + printk(l)),
    "minicom": ({CONSOLE, TIME, CALLER}, lambda l, n: iso(l, "[%Y-%m-%d %H:%M:%S] ") + printk(l)),
    "conserver": ({CONSOLE, TIME, CALLER}, lambda l, n: "[%s]%s" % (wall(l).strftime("%a %b %e %H:%M:%S %Y"), printk(l))),
    "lava": ({CONSOLE, TIME, CALLER}, lambda l, n: '- {"dt": "%s", "lvl": "target", "msg": %s}' % (iso(l), json.dumps(printk(l)))),
    "jenkins": ({CONSOLE, TIME, CALLER}, lambda l, n: iso(l, "%H:%M:%S  ") + printk(l)),
    "github": ({CONSOLE, TIME, CALLER}, lambda l, n: iso(l) + "7Z " + printk(l)),
    "gitlab": ({CONSOLE, TIME, CALLER}, lambda l, n: iso(l) + "Z 01O " + printk(l)),
    "container": ({CONSOLE, TIME, CALLER}, lambda l, n: iso(l) + "789Z stdout F " + printk(l)),
    "docker": ({CONSOLE, TIME, CALLER}, lambda l, n: json.dumps({"log": printk(l) + "\r\n", "stream": "stdout", "time": iso(l) + "789Z"})),
    "tap": ({CONSOLE, TIME, CALLER}, lambda l, n: "# " + printk(l)),
    "mail": ({CONSOLE, TIME, CALLER}, lambda l, n: "> > " + printk(l)),
    "markdown": ({CONSOLE, TIME, CALLER}, lambda l, n: "    " + printk(l)),
    "html": ({CONSOLE, TIME, CALLER}, lambda l, n: html(printk(l))),
    "logcat": ({TIME, CALLER}, lambda l, n: "%s     0     0 W         : %s" % (iso(l, "%m-%d %H:%M:%S.%f")[:-3], printk(l))),
    "samsung": ({TIME, CALLER, CONTEXT}, lambda l, n: samsung(l)),
    "mediatek": ({TIME, CALLER, CONTEXT}, lambda l, n: mediatek(l)),
    "pstore": ({TIME, CALLER, LEVEL}, lambda l, n: printk(l, True)),
    "dmesg-decode-ctime": ({LEVEL}, lambda l, n: "kern  :%-6s: [%s] %s" % (
        LEVELS[l.level], wall(l).strftime("%a %b %e %H:%M:%S %Y"), l.text)),
    "dmesg-ctime-locale": (set(), lambda l, n: "[lun. janv. %2d %s] %s" % (wall(l).day, wall(l).strftime("%H:%M:%S %Y"), l.text)),
    "crash-log": (set(), lambda l, n: "[%s] %s" % (wall(l).strftime("%a %b %e %H:%M:%S UTC %Y"), l.text)),
    "leaked-level": ({TIME, LEVEL}, lambda l, n: "[%s] ^A%d%s" % (seconds(l.us), l.level, l.text)),
    "syslog-tcp": ({LEVEL}, lambda l, n: "99 <%d>1 %s+01:00 %s kernel - - - %s" % (l.level, iso(l), HOST, l.text)),
    "quote-behind-syslog": ({TIME, CALLER}, lambda l, n: "%s %s kernel: > %s" % (syslog_time(l), HOST, printk(l))),
    "container-partial": ({CONSOLE, TIME, CALLER}, lambda l, n: partial(
        l, *(iso(l) + "789Z stdout " + mark for mark in ("P ", "P ", "F ")))),
    "gitlab-partial": ({CONSOLE, TIME, CALLER}, lambda l, n: partial(l, *(iso(l) + "Z 01O" + mark for mark in " ++"))),
    "gitlab-section": ({TIME, CALLER}, lambda l, n: "section_start:1736154672:name\r\x1b[0K" * (n % 9 == 5) + printk(l)),
    "docker-partial": ({TIME, CALLER}, lambda l, n: "\n".join(
        json.dumps({"log": part, "stream": "stdout", "time": iso(l) + "789Z"}) for part in re.findall("(?s).{1,50}", printk(l) + "\n"))),
    "html-numbers": ({CONSOLE, TIME, CALLER}, lambda l, n: re.sub("[^\\w .\t\x80-\xff]", lambda m: "&#%d;" % ord(m[0]), printk(l)) + "<br />"),
    "mail-72": ({TIME, CALLER}, lambda l, n: wrapped(printk(l), 72)),
    "mail-78-flowed": ({TIME, CALLER}, lambda l, n: wrapped(printk(l), 78, flowed=True)),
    "mail-76-syslog": ({TIME}, lambda l, n: wrapped("%s %s kernel: %s" % (syslog_time(l), HOST, printk(l)), 76)),
    "mail-74-quoted": ({TIME, CALLER}, lambda l, n: wrapped(printk(l), 74, "> ")),
    "mail-quoted-78": ({TIME, CALLER}, lambda l, n: wrapped("> > " + printk(l), 78)),
    "terminal-80": ({TIME, CALLER}, lambda l, n: columns(printk(l))),
    "xen-guest": ({CONSOLE, TIME, CALLER}, lambda l, n: "(d1) " + printk(l)),
    # Loggers that no row of the program's table knows: what they put around each line has to be learnt.
    "unknown-talos": (set(), lambda l, n: "10.0.0.5: kern: %s: [%s789Z]: %s" % (
        ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"][l.level], iso(l), l.text)),
    "unknown-zone": (set(), lambda l, n: iso(l, "%Y-%m-%d %H:%M:%S +0000 UTC kern.alert kernel: ") + l.text),
    "unknown-compose": (set(), lambda l, n: "guest-1  | " + l.text),
    "unknown-vendor": ({TIME}, lambda l, n: "[%s] c%d %s" % (seconds(l.us), n // 7 % 2, l.text)),
    "unknown-twelve-hours": (set(), lambda l, n: iso(l, "%d/%m/%Y %I:%M:%S %p host1 - ") + l.text),
    "unknown-thread": (set(), lambda l, n: "%s [%s] INFO  serial - %s" % (
        iso(l, "%Y-%m-%d %H:%M:%S,%f")[:-3], ("main", "worker-2")[n // 3 % 2], l.text)),
    "unknown-date": (set(), lambda l, n: "lun. %d janv. 2025 %s CET host1 kernel: %s" % (wall(l).day, iso(l, "%H:%M:%S"), l.text)),
    "unknown-logfmt": ({TIME, CALLER}, lambda l, n: 'time="%sZ" level=debug msg="reading guest console" vmconsole=%s subsystem=vm' % (
        iso(l, "%Y-%m-%dT%H:%M:%S"), quoted(printk(l)))),
    "unknown-message": (set(), lambda l, n: 'ts=%sZ level=info msg=%s' % (iso(l), quoted(l.text))),
    "unknown-csv": (set(), lambda l, n: '"%s","host1","%s","main"' % (iso(l, "%Y-%m-%d %H:%M:%S"), l.text.replace('"', '""'))),
    "unknown-table": (set(), lambda l, n: "| %-100s |" % l.text),
    "journal-german": (set(), lambda l, n: "%s %s kernel: %s" % (iso(l, "J\xc3\xa4n %d %H:%M:%S"), HOST, l.text)),
    "journal-chinese": (set(), lambda l, n: "%s %s kernel: %s" % (iso(l, " 1\xe6\x9c\x88 %d %H:%M:%S"), HOST, l.text)),
    "journal-full-french": (set(), lambda l, n: "%s %s kernel: %s" % (iso(l, "lun. %Y-%m-%d %H:%M:%S CET"), HOST, l.text)),
    "dmesg-reltime-german": (set(), lambda l, n: ("[  +0,000010] " if n else "[%s] " % wall(l).strftime("%e. J\xc3\xa4n %H:%M")) + l.text),
    "dmesg-delta-german": ({TIME}, lambda l, n: "[%s <%s>] %s" % (seconds(l.us), seconds(10).rjust(12).replace(".", ","), l.text)),
    "serial-comma": ({CONSOLE, TIME, CALLER}, lambda l, n: printk(l).replace(".", ",", 1)),
}


def pstore_parts(lines):
    """Two parts, the newest first, as `cat dmesg-efi-*` has them."""
    half = len(lines) // 2
    return ["Panic#1 Part1"] + lines[half:] + ["Panic#1 Part2"] + lines[:half]


def dress(lines, transport):
    carries, put_on = TRANSPORTS[transport]
    out = []
    number = 0
    for line in lines:
        if CONSOLE in carries and line.head:
            out.append(line.head)
        if line.text is None:
            continue
        if CALLER not in carries and line.caller:
            line = Line(line.text, line.us, "", line.level)
        out.append(put_on(line, number))
        number += 1
    if transport == "dmesg-json":
        return ['{\n   "dmesg": [\n      ' + ",".join(out) + "\n   ]\n}"]
    return pstore_parts(out) if transport == "pstore" else out


def text_of(lines, transport):
    return ("\n".join(dress(lines, transport)) + "\n").encode("latin-1")


ALONE = "too few breaks to tell them from another program's lines, or a terminal's from a mail client's"
# What a transport can't carry of a log, beyond its TRANSPORTS row: (costume, log, why), by the beginnings of their names.
EXCUSED = [
    ("pstore", "kasan/dropped", "only consoles drop messages and say so: the ring buffer has them all"),
    ("mail-", "machine-check/k612-mce-fatal", ALONE),
    ("terminal-80", "machine-check/k612-mce-fatal", ALONE),
    ("terminal-80", "netdevice-leak/lo", ALONE),
    ("terminal-80", "transmit-timeout/e1000e", ALONE),
    ("terminal-80", "unwinder/regs", ALONE),
    ("terminal-80", "list-corruption/list-add", ALONE),
    ("terminal-80", "mm-counter/rss", ALONE),
    ("terminal-80", "hardware-error-corrected/edac", ALONE),
    ("terminal-80", "busy-inodes/self-destruct", ALONE),
    ("terminal-80", "rcu-stall/rcu-stall", ALONE),
    ("terminal-80", "bad-trap/arm64-unhandled", ALONE),
    ("terminal-80", "failed-check/zfs-verify", ALONE),
    ("terminal-80", "no-root/end-only", ALONE),
    ("mail-", "no-root/end-only", ALONE),
    ("terminal-80", "oom-kill/memcg-cut", ALONE),
    ("terminal-80", "oops/arc-51", ALONE),
    ("mail-", "oops/arc-51", ALONE),
    ("terminal-80", "oops/arc-61", ALONE),
    ("mail-", "oops/lost-head-recursive", ALONE),
    ("mail-", "serror/arm64-bad-mode", ALONE),
    ("terminal-80", "soft-lockup/softirq-on-top", ALONE),
    ("terminal-80", "soft-lockup/waits-for-cpus", ALONE),
    ("mail-", "ubsan/two-places", ALONE),
    ("mail-72", "warning/i386-2618-warning", ALONE),
    ("mail-74-quoted among others", "null-pointer-dereference/alpha-61", ALONE),
    ("terminal-80", "page-allocation-failure/arm64-5.4-cma", ALONE),
    ("terminal-80", "rcu-stall/lock-left-by-oops", ALONE),
    ("terminal-80", "rcu-stall/reader-sleeps", ALONE),
    ("terminal-80", "rcu-stall/tasks-holdout", ALONE),
    ("terminal-80", "machine-check/intel-internal-timer", "a rest that begins with '> ' is taken for a quote"),
    ("terminal-80", "machine-check/intel-memory", "the same"),
    ("mail-76-syslog", "lockdep/irq-inversion", "a rest that is a bracket alone is not joined"),
    ("bare", "kasan/annotated", "a decoder's words behind the lines are as wide as a screen"),
    ("bare", "page-fault/arm64-decoded-6.14", "the same"),
]

# Logs that are about how their lines came here: their own clothes can't be changed.
OWN_CLOTHES = ("/learnt-", "/reverse-", "/cut-by-pager", "/cut-in-register", "/screen-72", "/mail-without-times", "/journal-german",
               "/dmesg-human-german", "init-killed/old", "kernel-bug/i386-2619-recursion")

# The words that came right before or behind a line belong to it only if no other CPU's line is between.
NEIGHBOURS = ("failed-check/zfs-verify", "rcu-stall/starved-idle", "warning/words-behind", "refcount/armhf-text-behind")


# Logs of CPUs that print at once, which only this tells apart: (what, log).
NEEDS = [(CALLER, "scheduling-while-atomic/kasan-sched-atomic"), (TIME, "warning/k612-dual-warn"),
         (TIME, "machine-check-logged/alone"), (TIME, "machine-check/before-reset")]


# What a logger of no known form prints is learnt from lines of a report's body: costumes of such are for kinds that have one.
LEARNT_FROM = ("soft-lockup", "kfence", "divide-error", "invalid-opcode", "refcount", "spinlock", "general-protection-fault")


def wears_own_clothes(log):
    return any(name in log for name in OWN_CLOTHES)


def stands_alone(log):
    """Another log's lines between its own would make it another log."""
    return wears_own_clothes(log) or any(name in log for name in NEIGHBOURS)


def excused(costume, log):
    if costume.startswith("unknown-") and not any("/%s/" % kind in log for kind in LEARNT_FROM):
        return True
    if wears_own_clothes(log) or (costume.endswith(" among others") and any(name in log for name in NEIGHBOURS)):
        return True
    carries = TRANSPORTS[costume.split()[0]][0]
    return (any(costume.startswith(c) and log.endswith(l + ".log") for c, l, _ in EXCUSED) or
            any(what not in carries and log.endswith(l + ".log") for what, l in NEEDS))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--transport", "-t", choices=sorted(TRANSPORTS), default="serial")
    options.add_argument("--list", action="store_true", help="names of the transports and what each carries")
    options.add_argument("--crlf", action="store_true", help="lines end in CR LF")
    options.add_argument("--mix", action="store_true", help="put lines of another CPU between, with caller ids")
    options.add_argument("log", nargs="?")
    o = options.parse_args()
    if o.list:
        for name, (carries, _) in TRANSPORTS.items():
            print(name, *sorted(carries))
        return 0
    if o.mix and CALLER not in TRANSPORTS[o.transport][0]:
        options.error("%s carries no caller: --mix could not be taken apart" % o.transport)
    data = open(o.log, "rb").read() if o.log else sys.stdin.buffer.read()
    lines = parse(data)
    text = text_of(mix(lines) if o.mix else lines, o.transport)
    sys.stdout.buffer.write(text.replace(b"\n", b"\r\n") if o.crlf else text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
