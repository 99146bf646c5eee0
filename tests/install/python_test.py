#!/usr/bin/env python3
"""The Python module over the built library, from its wheel; UNOOPS, UNOOPS_LIBRARY, TESTDATA and SOURCE in the environment."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

SOURCE = pathlib.Path(os.environ["SOURCE"])
BINDINGS = SOURCE / "src/bindings/python"
DEMO = pathlib.Path(os.environ["TESTDATA"]) / "demo"
OOPS = (DEMO / "oops.log").read_bytes()
LATER = OOPS.replace(b"[   41.", b"[   77.").replace(b"PID: 812 Comm: postman", b"PID: 900 Comm: carrier")

if subprocess.run(["grep", "-q", "__asan_init", os.environ["UNOOPS_LIBRARY"]], check=False).returncode == 0:
    print("skipped: the interpreter cannot load a library that is built with sanitizers")
    sys.exit(77)

FOLDER = tempfile.TemporaryDirectory()
subprocess.run([sys.executable, BINDINGS / "build_wheel.py", FOLDER.name], check=True, stdout=subprocess.DEVNULL)
WHEEL = next(pathlib.Path(FOLDER.name).glob("*.whl"))
sys.path.insert(0, str(WHEEL))
import unoops  # noqa: E402  pylint: disable=wrong-import-position


def program(*args, log=OOPS):
    got = subprocess.run([os.environ["UNOOPS"], "-f", "json", *args], input=log, capture_output=True, check=False)
    return [json.loads(line) for line in got.stdout.splitlines()]


class Module(unittest.TestCase):
    def test_says_what_the_program_says(self):
        self.assertEqual(unoops.decode(OOPS), program())
        self.assertEqual(unoops.decode(OOPS.decode()), program())
        options = {"vmlinux": DEMO / "vmlinux", "modules": [DEMO]}
        self.assertEqual(unoops.decode(OOPS, **options), program("-k", DEMO / "vmlinux", "-m", DEMO))
        self.assertEqual(unoops.decode(OOPS, redact=True, no_symbols=True), program("--redact", "--no-symbols"))
        self.assertEqual(unoops.decode_file(DEMO / "oops.log"), program(DEMO / "oops.log"))

    def test_a_quiet_log_has_no_report(self):
        self.assertEqual(unoops.decode("[    1.000000] usb 1-1: new device\n"), [])
        self.assertEqual(unoops.decode(""), [])

    def test_the_version_is_the_librarys_and_the_wheels(self):
        header = (SOURCE / "include/unoops/version.hpp").read_text(encoding="utf-8")
        self.assertIn(f'version = "{unoops.version()}"', header)
        self.assertEqual(WHEEL.name, f"unoops-{unoops.version()}-py3-none-any.whl")

    def test_reports_come_one_by_one(self):
        said = []

        def pieces():
            for log in (OOPS, LATER, b"[   99.000000] usb 1-1: new device\n" * 3):
                said.append("fed")
                yield from log.splitlines(keepends=True)

        for report in unoops.reports(pieces()):
            said.append(report["number"])
        self.assertEqual([word for word in said if word != "fed"], [1, 2])
        self.assertLess(said.index(1), len(said) - 2, said)  # before the end of the log

    def test_sources_have_names(self):
        found = []
        with unoops.Decoder(found.append, severity="error") as decoder:
            decoder.start("one")
            decoder.feed(OOPS)
            decoder.start("two")
            decoder.feed(LATER)
        self.assertEqual([(r["number"], r["file"]) for r in found], [(1, "one"), (2, "two")])

    def test_what_the_function_raises_comes_out(self):
        def refuse(_report):
            raise KeyError("mine")

        with self.assertRaises(KeyError):
            with unoops.Decoder(refuse) as decoder:
                decoder.feed(OOPS)

    def test_mistakes_are_told(self):
        with self.assertRaisesRegex(unoops.Error, "colour is no option"):
            unoops.decode(OOPS, colour="red")
        with self.assertRaisesRegex(unoops.Error, "severity takes notice"):
            unoops.decode(OOPS, severity="bad")
        with self.assertRaisesRegex(unoops.Error, "no-such-file"):
            unoops.decode_file("/no-such-file")
        with self.assertRaisesRegex(TypeError, "dictionaries"):
            unoops.decode(OOPS, format="text")
        decoder = unoops.Decoder(print)
        decoder.close()
        with self.assertRaisesRegex(ValueError, "closed"):
            decoder.feed(b"x")

    def test_many_decoders_leave_nothing(self):
        before = resident()
        for _ in range(300):
            unoops.decode(OOPS, no_symbols=True)
        self.assertLess(resident() - before, 30_000, "kB")


def resident():
    status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0])


class Wheel(unittest.TestCase):
    def test_record_lists_every_file(self):
        with zipfile.ZipFile(WHEEL) as wheel:
            record = next(name for name in wheel.namelist() if name.endswith(".dist-info/RECORD"))
            listed = [row.split(",")[0] for row in wheel.read(record).decode().splitlines()]
            self.assertEqual(sorted(listed), sorted(wheel.namelist()))
            self.assertIn("unoops/__init__.py", listed)

    def test_the_same_sources_give_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, BINDINGS / "build_wheel.py", folder], check=True, stdout=subprocess.DEVNULL)
            self.assertEqual((pathlib.Path(folder) / WHEEL.name).read_bytes(), WHEEL.read_bytes())

    def test_pip_makes_and_installs_it(self):
        if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
            self.skipTest("pip is not installed")
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
            subprocess.run([*pip, "wheel", "--no-index", "--no-deps", "-w", place, BINDINGS], check=True)
            subprocess.run([*pip, "install", "--no-index", "--no-deps", "--target", place / "site", place / WHEEL.name], check=True)
            code = "import unoops, sys; print(unoops.__file__, len(unoops.decode(sys.stdin.buffer.read())))"
            got = subprocess.run([sys.executable, "-c", code], input=OOPS, capture_output=True, check=True,
                                 env={**os.environ, "PYTHONPATH": str(place / "site")})
            self.assertEqual(got.stdout.decode().split(), [str(place / "site/unoops/__init__.py"), "1"])

    def test_an_installed_module_finds_its_library(self):
        """Below one prefix, as `cmake --install` lays it, without UNOOPS_LIBRARY."""
        with tempfile.TemporaryDirectory() as folder:
            lib = pathlib.Path(folder) / "lib"
            subprocess.run([sys.executable, BINDINGS / "build_wheel.py", "--unpacked", lib / "python3/dist-packages"], check=True)
            (lib / "x86_64-linux-gnu").mkdir()
            os.symlink(os.environ["UNOOPS_LIBRARY"], lib / "x86_64-linux-gnu/libunoops.so.1")
            environment = {k: v for k, v in os.environ.items() if k != "UNOOPS_LIBRARY"}
            got = subprocess.run([sys.executable, "-c", "import unoops; print(unoops.version())"], capture_output=True, check=True,
                                 env={**environment, "PYTHONPATH": str(lib / "python3/dist-packages")})
            self.assertEqual(got.stdout.decode().strip(), unoops.version())


if __name__ == "__main__":
    unittest.main()
