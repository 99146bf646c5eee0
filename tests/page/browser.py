"""Headless Chromium over its DevTools pipe: no driver, no package."""
import base64
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

PATIENCE = 60  # seconds until a browser that says nothing is given up


def find():
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


class Failed(Exception):
    pass


class Browser:
    """One page. Numbers of commands, sessions and events are DevTools' own: chromedevtools.github.io/devtools-protocol."""

    def __init__(self, binary):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()
        # Chromium reads descriptor 3 and writes descriptor 4.
        command = f'exec 3<&{to_browser} 4>&{from_browser}; exec "$0" "$@"'
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
                 "--hide-scrollbars", f"--user-data-dir={self.profile.name}", "--remote-debugging-pipe", "about:blank"]
        self.child = subprocess.Popen(["bash", "-c", command, binary, *flags], pass_fds=(to_browser, from_browser),
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.number, self.buffer, self.events, self.session = 0, b"", [], None
        target = next(t for t in self.command("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.command("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.command(domain + ".enable")

    def close(self):
        with contextlib.suppress(OSError, Failed):
            self.session = None
            self.command("Browser.close")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.child.wait(10)
        self.child.kill()
        self.child.wait()
        os.close(self.write_end)
        os.close(self.read_end)
        self.profile.cleanup()

    def message(self):
        while b"\0" not in self.buffer:
            more = os.read(self.read_end, 1 << 20)
            if not more:
                raise Failed("the browser ended")
            self.buffer += more
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def command(self, method, **params):
        self.number += 1
        sent = {"id": self.number, "method": method, "params": params}
        if self.session:
            sent["sessionId"] = self.session
        os.write(self.write_end, json.dumps(sent).encode() + b"\0")
        while True:
            got = self.message()
            if got.get("id") == self.number:
                if "error" in got:
                    raise Failed(f'{method}: {got["error"]}')
                return got["result"]
            self.events.append(got)

    def happened(self, method):
        return [e["params"] for e in self.events if e.get("method") == method]

    def open(self, path, ready=True):
        self.events.clear()
        self.command("Page.navigate", url=pathlib.Path(path).resolve().as_uri() if "://" not in str(path) else path)
        self.wait("document.readyState === 'complete'" + (" && performance.getEntriesByName('unoops-ready').length === 1" if ready else ""))

    def run(self, script):
        """The value of an expression; exceptions of the page are ours."""
        got = self.command("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in got:
            raise Failed(f'{script}: {got["exceptionDetails"]["exception"].get("description")}')
        return got["result"].get("value")

    def wait(self, script):
        end = time.monotonic() + PATIENCE
        while not self.run(f"Boolean({script})"):
            if time.monotonic() > end:
                raise Failed(f"never true: {script}")
            time.sleep(0.02)

    def key(self, key, shift=False):
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        code = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38, "ArrowRight": 39, "ArrowLeft": 37, "End": 35, "Home": 36, "Tab": 9}.get(key, 0)
        params = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self.command("Input.dispatchKeyEvent", type="keyDown", **params, **text)
        self.command("Input.dispatchKeyEvent", type="keyUp", **params)

    def type(self, text):
        for one in text:
            self.key(one)

    def click(self, selector):
        box = self.run(f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
                       " return [b.left + b.width / 2, b.top + b.height / 2]; })()")
        for kind in ("mousePressed", "mouseReleased"):
            self.command("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def look(self, width, height, scheme="light", media=""):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.command("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def without_script(self, off=True):
        self.command("Emulation.setScriptExecutionDisabled", value=off)

    def screenshot(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self.command("Page.captureScreenshot", format="png")["data"]))

    def pdf(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self.command("Page.printToPDF")["data"]))
