#!/usr/bin/env python3
"""--version tells version, commit, features and libraries; the commit is known in a clone and in a tarball, and else not told.

usage: version.py UNOOPS CMAKE SOURCE_DIR
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def header_of(cmake, source, folder):
    """What src/commit.cmake writes for a source tree."""
    out = pathlib.Path(folder) / "commit.hpp"
    subprocess.run([cmake, f"-DSOURCE={source}", f"-DOUTPUT={out}", "-P", source / "src/commit.cmake"], check=True)
    before = out.stat().st_mtime_ns
    subprocess.run([cmake, f"-DSOURCE={source}", f"-DOUTPUT={out}", "-P", source / "src/commit.cmake"], check=True)
    assert out.stat().st_mtime_ns == before, "the header is written anew although nothing changed: all is compiled anew"
    return re.fullmatch(r'#define UNOOPS_COMMIT "(.*)"\n', out.read_text(encoding="ascii"))[1]


def tree(folder, text):
    place = pathlib.Path(folder) / "tree"
    shutil.rmtree(place, ignore_errors=True)
    (place / "src").mkdir(parents=True)
    shutil.copy(SOURCE / "src/commit.cmake", place / "src")
    (place / "src/commit.txt").write_text(text, encoding="ascii")
    return place


def check_commits(cmake, folder):
    plain = (SOURCE / "src/commit.txt").read_text(encoding="ascii")
    assert header_of(cmake, tree(folder, "0123456789abcdef0123456789abcdef01234567\n"), folder) == "0123456789ab"
    # Neither a clone nor made by git archive; also within somebody's repository.
    assert header_of(cmake, tree(folder, "$Format:%H$\n"), folder) == ""
    if not shutil.which("git"):
        return "no git here"
    subprocess.run(["git", "-C", folder, "init", "-q"], check=True)
    git = ["git", "-C", folder, "-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "core.hooksPath=/dev/null"]
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    assert header_of(cmake, tree(folder, "$Format:%H$\n"), folder) == ""
    place = tree(folder, "$Format:%H$\n")
    git[2] = place
    for command in (["init", "-q"], ["add", "src"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *command], check=True)
    clean = header_of(cmake, place, folder)
    assert re.fullmatch("[0-9a-f]{12}", clean), clean
    (place / "src/commit.txt").write_text("$Format:%H$\n\n", encoding="ascii")
    assert header_of(cmake, place, folder) == clean + "-dirty"
    assert plain in ("$Format:%H$\n",) or re.fullmatch("[0-9a-f]{40}\n", plain), plain
    return "with git"


def main(unoops, cmake):
    text = subprocess.run([unoops, "--version"], check=True, capture_output=True, text=True).stdout
    first, *features = text.splitlines()
    assert re.fullmatch(r"unoops \d+\.\d+\.\d+( \(commit [0-9a-f]{12}(-dirty)?\))?", first), first
    rows = {line.split()[0]: line.split(None, 1)[1] for line in features}
    assert {"search", "debuginfod", "reads", "compiler", "libraries"} <= set(rows), rows
    for library in ("elfutils", "Capstone", "zlib", "liblzma", "zstd", "lzo", "fmt", "CLI11"):
        assert re.search(library + r" \d+\.\d+", rows["libraries"]), (library, rows)
    with tempfile.TemporaryDirectory() as folder:
        print(f"{first}; commits of other trees are told right ({check_commits(cmake, folder)})")


if __name__ == "__main__":
    SOURCE = pathlib.Path(sys.argv[3])
    main(sys.argv[1], sys.argv[2])
