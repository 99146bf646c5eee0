#!/usr/bin/env python3
"""Makes the wheel of the module unoops: pure Python, so no compiler and no other package is needed.

As a build backend (PEP 517):  pip wheel src/bindings/python
By hand:  build_wheel.py DIRECTORY             writes the wheel there, and prints its name
          build_wheel.py --unpacked DIRECTORY  the same files, as they are installed
          build_wheel.py --where               where this machine's Python looks for modules, below a prefix
"""
import base64
import hashlib
import pathlib
import re
import shutil
import sys
import sysconfig
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]

METADATA = """Metadata-Version: 2.1
Name: unoops
Version: {version}
Summary: Decodes the crash text of the Linux kernel
License: MIT
Requires-Python: >=3.8
Platform: linux
Description-Content-Type: text/plain

Reports of a kernel's log as Python's dictionaries, by ctypes over libunoops.so.1, which must be installed.
"""
WHEEL = "Wheel-Version: 1.0\nGenerator: unoops\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def version():
    """The library's: include/unoops/version.hpp is the one place for it."""
    header = (SOURCE / "include/unoops/version.hpp").read_text(encoding="utf-8")
    return re.search(r'std::string_view version = "([^"]+)"', header)[1]


def files():
    """{name within the wheel: bytes}, but for RECORD, which lists them."""
    info = f"unoops-{version()}.dist-info"
    out = {f"unoops/{p.name}": p.read_bytes() for p in sorted((HERE / "unoops").iterdir()) if p.suffix in (".py", ".typed")}
    out[f"{info}/LICENSE"] = (SOURCE / "LICENSE").read_bytes()
    out[f"{info}/METADATA"] = METADATA.format(version=version()).encode()
    out[f"{info}/WHEEL"] = WHEEL.encode()
    return info, out


def with_record():
    info, content = files()
    rows = []
    for name, data in content.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        rows.append(f"{name},sha256={digest},{len(data)}\n")
    content[f"{info}/RECORD"] = ("".join(rows) + f"{info}/RECORD,,\n").encode()
    return content


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):  # pylint: disable=unused-argument
    """PEP 517's hook. The same sources give the same bytes."""
    name = f"unoops-{version()}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in with_record().items():
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, data)
    return name


def build_sdist(sdist_directory, config_settings=None):  # pylint: disable=unused-argument
    """PEP 517's other hook: the source is unoops' own."""
    raise NotImplementedError("the module's source is that of unoops: ./dev package makes its tarball")


def unpack(directory):
    shutil.rmtree(directory, ignore_errors=True)
    for path, data in with_record().items():
        file = pathlib.Path(directory, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def where():
    """Debian's Python reads lib/pythonX.Y/dist-packages below /usr/local, others lib/pythonX.Y/site-packages."""
    local = "posix_local" if "posix_local" in sysconfig.get_scheme_names() else "posix_prefix"
    folder = pathlib.PurePath(sysconfig.get_path("purelib", local)).name
    return f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/{folder}"


def main(*args):
    if args == ("--where",):
        print(where())
    elif len(args) == 2 and args[0] == "--unpacked":
        unpack(args[1])
    elif len(args) == 1 and not args[0].startswith("-"):
        print(build_wheel(args[0]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
