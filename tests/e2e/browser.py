# SPDX-License-Identifier: Apache-2.0
"""Headless Chromium, spoken to over its DevTools protocol."""

import asyncio
import base64
import itertools
import json
import logging
import pathlib
import shutil
import tempfile
import time

import process
import websockets

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
]

# Starting programs holds up the loop; asyncio would say so each time.
logging.getLogger("asyncio").setLevel(logging.ERROR)


class Browser:
    """One browser with a profile of its own, gone with it."""

    async def start(self, program):
        self._profile = tempfile.mkdtemp(prefix="wsproof-chromium-")
        self._process = await asyncio.to_thread(
            process.Process, program, *FLAGS, f"--user-data-dir={self._profile}"
        )
        try:
            port, path = await self._address()
            self._socket = await asyncio.wait_for(
                websockets.connect(
                    f"ws://127.0.0.1:{port}{path}", max_size=None, ping_interval=None
                ),
                process.PATIENCE,
            )
        except BaseException:
            self._clean_up()
            raise
        self._numbers = itertools.count(1)
        self._answers = {}
        self._tabs = {}
        self._reader = asyncio.create_task(self._read())
        return self

    async def end(self):
        self._reader.cancel()
        await self._socket.close()
        await asyncio.to_thread(self._clean_up)

    def _clean_up(self):
        self._process.end()
        shutil.rmtree(self._profile, ignore_errors=True)

    async def _address(self):
        """The browser writes down where it listens, once it does."""
        file = pathlib.Path(self._profile) / "DevToolsActivePort"
        until = time.monotonic() + process.PATIENCE
        while time.monotonic() < until and self._process.running():
            lines = file.read_text().split("\n") if file.exists() else []
            if len(lines) >= 2 and lines[1]:
                return lines[0], lines[1]
            await asyncio.sleep(0.05)
        raise AssertionError(f"Chromium does not listen: {self._process.errors[-2000:]}")

    async def call(self, method, session=None, **parameters):
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        await self._socket.send(json.dumps(message))
        result = await asyncio.wait_for(answer, process.PATIENCE)
        if "error" in result:
            raise AssertionError(f"{method}: {result['error']}")
        return result["result"]

    async def _read(self):
        async for text in self._socket:
            message = json.loads(text)
            if "id" in message:
                self._answers.pop(message["id"]).set_result(message)
            elif message.get("sessionId") in self._tabs:
                self._tabs[message["sessionId"]].note(message["method"], message["params"])

    async def open(self, url, width=1280, height=800, touch=False):
        target = (await self.call("Target.createTarget", url="about:blank", newWindow=True))[
            "targetId"
        ]
        session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))[
            "sessionId"
        ]
        tab = self._tabs[session] = Tab(self, session)
        for domain in ["Runtime", "Log", "Page"]:
            await tab.call(f"{domain}.enable")
        # Each tab believes that it is the one in front, as with two people at two machines.
        await tab.call("Emulation.setFocusEmulationEnabled", enabled=True)
        await tab.resize(width, height, touch)
        await tab.call("Page.navigate", url=url)
        # What was asked for stands whole: neither the empty tab before it nor a part of it.
        await tab.wait_until("location.href !== 'about:blank' && document.readyState !== 'loading'")
        return tab


class Tab:
    """One page. What its console was told is kept in .complaints, errors of scripts included."""

    def __init__(self, browser, session):
        self._browser = browser
        self._session = session
        self.complaints = []

    def note(self, event, parameters):
        if event == "Runtime.exceptionThrown":
            self.complaints.append(parameters["exceptionDetails"])
        elif event == "Log.entryAdded":
            self.complaints.append(parameters["entry"])
        elif event == "Runtime.consoleAPICalled":
            self.complaints.append(parameters["args"])

    async def call(self, method, **parameters):
        return await self._browser.call(method, self._session, **parameters)

    async def resize(self, width, height, touch=False):
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=touch,
        )  # fmt: skip

    async def value(self, script):
        answer = await self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise AssertionError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def wait_until(self, script):
        """Until the script's value is true."""
        until = time.monotonic() + process.PATIENCE
        while not await self.value(script):
            if time.monotonic() > until:
                shown = await self.value("document.body.innerText")
                raise AssertionError(f"never: {script}; the page shows: {shown}")
            await asyncio.sleep(0.02)

    async def click(self, selector):
        """With the mouse, in the middle of it."""
        at = await self.value(
            f"(() => {{ const r = document.querySelector({json.dumps(selector)})"
            ".getBoundingClientRect(); return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()"
        )
        for kind in ["mousePressed", "mouseReleased"]:
            await self.call(
                "Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at
            )

    async def type(self, text):
        """Key by key, into what has the focus; a line feed is the Enter key."""
        for letter in text:
            key = {"key": letter, "text": letter}
            if letter == "\n":
                key = {"key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}
            await self.call("Input.dispatchKeyEvent", type="keyDown", **key)
            key.pop("text")
            await self.call("Input.dispatchKeyEvent", type="keyUp", **key)

    async def screenshot(self, path):
        answer = await self.call("Page.captureScreenshot", format="png")
        pathlib.Path(path).write_bytes(base64.b64decode(answer["data"]))
