"""Reports of a Linux kernel's log.

    import unoops

    for report in unoops.decode_file("/var/log/kern.log"):
        print(report["title"], report["explanation"]["summary"])

A report is a dictionary, as docs/report.schema.json describes it. The options are the program's long ones with "_" for
"-": vmlinux="...", modules=["...", "..."], redact=True, severity="error".

The work is done by libunoops.so.1. It is looked for where UNOOPS_LIBRARY says, then in the lib directories of the prefix
that this module is installed below, then as every shared library is.
"""
import ctypes
import json
import os
import pathlib

__all__ = ["Decoder", "Error", "decode", "decode_file", "reports", "version"]

_OK, _STOPPED = 0, 1
_SINK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_char), ctypes.c_size_t)


class Error(Exception):
    """What the library says in one line: an option that is none, a file that cannot be read."""


def _candidates():
    if os.environ.get("UNOOPS_LIBRARY"):
        yield os.environ["UNOOPS_LIBRARY"]
        return
    name = "libunoops.so.1"
    for folder in pathlib.Path(__file__).resolve().parents:
        if folder.name in ("lib", "lib64"):
            for place in (folder, *sorted(folder.glob("*-linux-gnu*")), folder.with_name("lib64")):
                if (place / name).exists():
                    yield str(place / name)
            break
    yield name


def _load():
    why = None
    for name in _candidates():
        try:
            return _declare(ctypes.CDLL(name))
        except OSError as error:
            why = why or error
    raise ImportError(f"libunoops.so.1 cannot be loaded: {why}")


def _declare(lib):
    handle, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
    for name, result, *arguments in (
            ("version", text), ("new", handle), ("delete", None, handle), ("error", text, handle),
            ("set", ctypes.c_int, handle, text, text), ("output", ctypes.c_int, handle, _SINK, ctypes.c_void_p),
            ("start", ctypes.c_int, handle, text), ("feed", ctypes.c_int, handle, text, size),
            ("flush", ctypes.c_int, handle), ("finish", ctypes.c_int, handle), ("read", ctypes.c_int, handle, text)):
        function = getattr(lib, f"unoops_{name}")
        function.restype, function.argtypes = result, arguments
    return lib


_lib = _load()


def version():
    """The library's version: "1.0.0"."""
    return _lib.unoops_version().decode()


def _words(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def _bytes(text):
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else bytes(text)


class Decoder:
    """A log in pieces. `on_report` gets each report as soon as nothing that the log may still say can change it.

    An exception that it raises stops the log, and is raised again by the method that was called. As a context, the end of
    the block is the end of the log. A decoder may be used by one thread at a time.
    """

    def __init__(self, on_report, **options):
        self._raised = self._handle = None
        if "format" in options:
            raise TypeError("reports are dictionaries here: the program has the other formats")
        self._handle = _lib.unoops_new()
        if not self._handle:
            raise MemoryError
        self._sink = _SINK(self._take)  # must live as long as the decoder
        self._on_report = on_report
        for name, value in options.items():
            for one in value if isinstance(value, (list, tuple)) else [value]:
                if one is not None:
                    self._call("set", name.replace("_", "-").encode(), os.fsencode(_words(one)))
        self._call("output", self._sink, None)

    def _take(self, _user, text, size):
        try:
            self._on_report(json.loads(ctypes.string_at(text, size)))
            return 0
        except BaseException as error:  # pylint: disable=broad-except  # it must not pass through C
            self._raised = error
            return 1

    def _call(self, name, *args):
        if not self._handle:
            raise ValueError("the decoder is closed")
        status = getattr(_lib, f"unoops_{name}")(self._handle, *args)
        raised, self._raised = self._raised, None
        if raised is not None:
            raise raised
        if status not in (_OK, _STOPPED):
            raise Error(_lib.unoops_error(self._handle).decode("utf-8", "replace"))

    def start(self, name):
        """What follows is of another source: reports tell its name as their `file`."""
        self._call("start", os.fsencode(name))

    def feed(self, data):
        """The next bytes (or characters) of the log, in pieces of any size."""
        data = _bytes(data)
        self._call("feed", data, len(data))

    def read(self, path):
        """A file as the program reads it: packed or not, a memory dump, a directory, "-"."""
        self._call("read", os.fsencode(path))

    def flush(self):
        """The input pauses: hands out what there is."""
        self._call("flush")

    def finish(self):
        """The log ended. What is fed after it is a new one."""
        self._call("finish")

    def close(self):
        """Without an end of the log: what is open is dropped."""
        handle, self._handle = self._handle, None
        if handle:
            _lib.unoops_delete(handle)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.finish()
        finally:
            self.close()

    def __del__(self):
        if getattr(self, "_handle", None):
            self.close()


def decode(log, **options):
    """All reports of a log (str or bytes)."""
    found = []
    with Decoder(found.append, **options) as decoder:
        decoder.feed(log)
    return found


def decode_file(path, **options):
    """All reports of a file, a memory dump, or a directory's logs."""
    found = []
    with Decoder(found.append, **options) as decoder:
        decoder.read(path)
    return found


def reports(pieces, **options):
    """Reports of a log that comes in pieces (lines of a file, say), each as soon as it is whole."""
    found = []
    with Decoder(found.append, **options) as decoder:
        for piece in pieces:
            decoder.feed(piece)
            while found:
                yield found.pop(0)
        decoder.finish()
        yield from found
        found.clear()
