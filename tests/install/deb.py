#!/usr/bin/env python3
"""Debian's packages in a fresh Debian 12: installed by apt, used, removed, and nothing is left.

usage: deb.py DIRECTORY DEMO_DIR     the directory has the .deb files, as ./dev package makes them; needs root and debootstrap

Exits with 77, and the reason, where it cannot run. Prints what it ran as a transcript.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

MOUNTS = ("proc", "sys", "dev")
# What apt and dpkg write down for themselves.
OWN = ("var/cache/", "var/lib/apt/", "var/lib/dpkg/", "var/log/", "etc/ld.so.cache", "proc/", "sys/", "dev/", "tmp/", "run/")


class Root:
    def __init__(self, path):
        self.path = pathlib.Path(path)

    def run(self, command, stdin=None, wanted=0):
        """A command line of the transcript; what it prints."""
        print(f"# {command}", flush=True)
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        got = subprocess.run(["chroot", self.path, "sh", "-c", command], input=stdin, capture_output=True, text=True,
                             env=environment, check=False)
        shown = (got.stdout + got.stderr).splitlines()
        print("\n".join(shown if len(shown) < 12 else [*shown[:8], f"... {len(shown) - 10} lines", *shown[-2:]]), flush=True)
        if got.returncode != wanted:
            sys.exit(f"{command}: exit {got.returncode}, not {wanted}")
        return got.stdout

    def files(self):
        found = set()
        for folder, folders, names in os.walk(self.path):
            below = pathlib.Path(folder).relative_to(self.path).as_posix() + "/"
            found |= {(below + name).removeprefix("./") for name in folders + names}
        return {name for name in found if not (name + "/").startswith(OWN)}


def install_and_use(root, packages):
    root.run(f"apt-get install -y --no-install-recommends {packages}")
    if "1/1 ERROR" not in root.run("unoops -k /tmp/demo/vmlinux /tmp/demo/oops.log | head -n 16"):
        sys.exit("the report is not there")
    root.run("cat /tmp/demo/oops.log | unoops -f title")
    root.run("dmesg | unoops -q -f title; test $? -lt 2")
    root.run("unoops --version")
    root.run("decode_stacktrace.sh /tmp/demo/vmlinux < /tmp/demo/oops.log | grep 'vfs_write (fs/read_write.c:'")
    root.run("bash -c 'source /usr/share/bash-completion/completions/unoops && complete -p unoops'")
    root.run("test -s /usr/share/man/man1/unoops.1.gz && test -e /usr/share/man/man1/decode_stacktrace.sh.1.gz")


def use_library(root):
    root.run("apt-get install -y --no-install-recommends gcc libc6-dev pkg-config python3")
    root.run("cd /usr/lib/$(gcc -print-multiarch) && ls libunoops.so.1 libunoops.so pkgconfig/unoops.pc cmake/unoops/unoopsConfig.cmake")
    root.run("gcc -Wall -Werror /usr/share/doc/unoops/examples/decode.c -o /tmp/decode $(pkg-config --cflags --libs unoops)")
    if '"schema":"unoops.report/1"' not in root.run("/tmp/decode /tmp/demo/oops.log | head -c 200"):
        sys.exit("the C example prints no JSON")
    said = root.run("python3 -c 'import unoops; print(unoops.version(), *[r[\"title\"] for r in unoops.decode_file(\"/tmp/demo/oops.log\")])'")
    if "NULL pointer dereference" not in said:
        sys.exit("the Python module decodes nothing")


def main(packages, demo):
    debs = sorted(pathlib.Path(packages).glob("*.deb"))
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        print("skipped: root and debootstrap are needed")
        return 77
    if len(debs) != 4:
        sys.exit(f"{packages}: 4 packages are wanted, not {len(debs)}")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # apt fetches as a user of its own
        mirror = [os.environ["UNOOPS_DEBIAN_MIRROR"]] if "UNOOPS_DEBIAN_MIRROR" in os.environ else []  # else debootstrap's own
        got = subprocess.run(["debootstrap", "--variant=minbase", "bookworm", folder, *mirror], capture_output=True, text=True, check=False)
        if got.returncode:
            print(got.stdout[-2000:], got.stderr)
            print("skipped: debootstrap could not make a root")
            return 77
        root = Root(folder)
        shutil.copytree(demo, root.path / "tmp/demo")
        for deb in debs:
            shutil.copy(deb, root.path / "tmp")
        try:
            for name in MOUNTS:
                subprocess.run(["mount", "--rbind" if name != "proc" else "--bind", f"/{name}", root.path / name], check=True)
            check(root)
        finally:
            for name in MOUNTS:
                subprocess.run(["umount", "-R", "-l", root.path / name], check=False)
    print("installed, used and removed: nothing is left")
    return 0


def check(root):
    root.run("apt-get update -qq")
    before = root.files()
    install_and_use(root, "/tmp/unoops_*.deb")
    ours = root.run("dpkg -L unoops").split()
    root.run("apt-get purge -y --autoremove unoops")
    left = sorted(root.files() - before)
    if left or any((root.path / name.lstrip("/")).is_file() for name in ours):
        sys.exit(f"left behind: {left}")
    root.run("apt-get install -y --no-install-recommends /tmp/*unoops*.deb")
    use_library(root)
    root.run("apt-get purge -y unoops libunoops1 libunoops-dev python3-unoops")
    left = [name for name in sorted(root.files() - before) if "unoops" in name]
    if left:
        sys.exit(f"left behind: {left}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
