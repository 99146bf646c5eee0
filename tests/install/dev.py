#!/usr/bin/env python3
"""./dev without root, on a machine that lacks packages: says what root has to install, and installs nothing.

usage: dev.py SOURCE_DIR
"""
import os
import pathlib
import subprocess
import sys
import tempfile

NOBODY = 65534


def main(source):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        # Nothing is installed here, and nobody may become root; apt-get tells on whoever calls it.
        for name, text in (("dpkg-query", "echo not-installed"), ("sudo", "exit 1"), ("apt-get", f"echo called >> {folder}/called")):
            tool = pathlib.Path(folder, name)
            tool.write_text(f"#!/bin/sh\n{text}\n", encoding="ascii")
            tool.chmod(0o755)
        root = os.geteuid() == 0
        probe = subprocess.run(["test", "-x", source / "dev"], user=NOBODY if root else None, check=False)
        if probe.returncode:
            print("skipped: an ordinary user cannot read this tree")
            return 77
        got = subprocess.run([source / "dev", "demo"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
                             user=NOBODY if root else None, group=NOBODY if root else None, extra_groups=[] if root else None,
                             env={"PATH": f"{folder}:/usr/bin:/bin", "HOME": folder})
        said = got.stderr.splitlines()
        assert got.returncode == 1 and got.stdout == "", got
        assert said[0] == "dev: these packages are missing, and only root can install them:", said
        assert said[1].startswith("  apt-get install") and " libdw-dev " in said[1], said
        assert not pathlib.Path(folder, "called").exists(), "apt-get was called"
    print("without root, ./dev says what is missing")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
