#!/usr/bin/env python3
"""The same kernel lines in every transport give the same text, time and caller (where it carries them).

    dress_check.py LOG_LINES_BINARY LOG...
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dress  # noqa: E402


def read(binary, data):
    out = subprocess.run([binary, "-"], input=data, capture_output=True, check=True).stdout.decode("latin-1")
    rows = [line.split("\t", 5) for line in out.split("\n") if line]
    return [(row[5].rstrip(), int(row[1]), row[3]) for row in rows if "k" in row[4]]


def expected(lines, carries):
    out = []
    for line in lines:
        if line.text is not None:
            out.append((line.text.rstrip(), line.us if dress.TIME in carries else None,
                        line.caller if dress.CALLER in carries else None))
    return out


def check(binary, path, transport, crlf):
    carries = dress.TRANSPORTS[transport][0]
    lines = dress.parse(open(path, "rb").read())
    data = "\n".join(dress.dress(lines, transport)) + "\n"
    if crlf:
        data = data.replace("\n", "\r\n")
    got = read(binary, data.encode("latin-1"))
    if dress.CONSOLE in carries or transport == "dmesg-json":   # user space's lines stand between
        wanted = {text for text, _, _ in expected(lines, carries)}
        got = [g for g in got if g[0] in wanted]
    want = expected(lines, carries)
    got = [(text, us if dress.TIME in carries else None, caller if dress.CALLER in carries else None) for text, us, caller in got]
    if transport in ("samsung", "mediatek"):                    # pid 0 has no number of its own there
        got, want = ([(t, u, c if c not in ("C0", "T0") else "") for t, u, c in side] for side in (got, want))
    want = [w for w in want if w[0]]
    got = [g for g in got if g[0]]
    if got == want:
        return True
    for g, w in zip(got + [None] * len(want), want + [None] * len(got)):
        if g != w:
            print("%s as %s%s: got %r, want %r" % (path, transport, ", CRLF" if crlf else "", g, w))
            break
    return False


def main():
    binary, logs = sys.argv[1], sys.argv[2:]
    bad = 0
    for path in logs:
        for transport in dress.TRANSPORTS:
            if transport.startswith("unknown-"):                 # learnt behind the transports (src/parse/learner)
                continue
            for crlf in (False, True):
                if crlf and transport == "journal-export":      # its lengths count bytes
                    continue
                bad += not check(binary, path, transport, crlf)
    print("%d logs in %d transports, %d differ" % (len(logs), len(dress.TRANSPORTS), bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
