# SPDX-License-Identifier: Apache-2.0
"""The peers that the suite is compared with: servers that echo, clients that run the cases."""

import asyncio
import pathlib
import sys
import threading
import unittest

import process

try:
    import websockets
except ImportError:
    print("skipped: the Python module websockets is missing (Debian: python3-websockets)")
    sys.exit(77)

sys.path.insert(0, str(process.PEERS))
import verdicts  # noqa: E402


def missing(program):
    """What a peer needs and is not here, or nothing."""
    words = verdicts.command(program)
    if words is None:
        return f"{program} is not built"
    text = (process.PEERS / program).read_text() if program.endswith((".js", ".py")) else ""
    for package in ["websocket", "faye-websocket", "undici"]:
        folders = [verdicts.NODE_MODULES, pathlib.Path(process.NODE_MODULES)]
        if f'require("{package}")' in text and not any((it / package).is_dir() for it in folders):
            return f"npm's {package} is not installed"
    if "from tornado" in text:
        try:
            import tornado  # noqa: F401
        except ImportError:
            return "python3-tornado is not installed"
    return None


def start(program, *arguments):
    return process.Process(
        *verdicts.command(program), *arguments, env={"NODE_PATH": verdicts.NODE_PATH}
    )


class EchoServers(unittest.TestCase):
    def test_each_echoes_and_ends(self):
        seen = 0
        for name, program in verdicts.PEERS.items():
            with self.subTest(name):
                if missing(program):
                    print(f"{name}: left out, {missing(program)}")
                    continue
                server = start(program)
                self.addCleanup(server.end)
                url = server.wait_for_line(r"listening on (ws://127\.0\.0\.1:\d+/)$")[1]
                asyncio.run(asyncio.wait_for(self.echo(url), process.PATIENCE))
                self.assertTrue(server.running())
                server.end()
                self.assertFalse(server.running())
                self.assertEqual(server.errors, "")
                seen += 1
        self.assertGreaterEqual(seen, 3)

    async def echo(self, url):
        async with websockets.connect(url, max_size=None) as socket:
            # No empty message: compressed behind another one, it kills libwebsockets 4.1 (an
            # assertion of its permessage-deflate).
            for message in ["Hello", b"\x00\xff", "\u00e4" * 100000, bytes(300000)]:
                await socket.send(message)
                self.assertEqual(await socket.recv(), message)


class Driver:
    """The listening side of a suite with two cases, in a thread of its own."""

    MESSAGES = ["one", b"two"]

    def __init__(self):
        self.asked = []
        self.echoes = []
        self.base = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)
        self._thread.start()
        if not self._ready.wait(process.PATIENCE):
            raise AssertionError("the driver does not listen")

    async def run(self):
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        async with websockets.serve(self.serve, "127.0.0.1", 0) as server:
            self.base = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self._ready.set()
            await self._over.wait()

    def end(self):
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(process.PATIENCE)

    async def serve(self, socket, path):
        self.asked.append(path)
        if path == "/getCaseCount":
            await socket.send(str(len(self.MESSAGES)))
        elif path.startswith("/runCase"):
            number = int(path.partition("case=")[2].partition("&")[0])
            await socket.send(self.MESSAGES[number - 1])
            self.echoes.append(await socket.recv())


class ClientLoops(unittest.TestCase):
    PROGRAMS = ["loop_ws.js", "loop_undici.js", "loop_websockets.py"]

    def drive(self, program, *arguments):
        driver = Driver()
        self.addCleanup(driver.end)
        words = [word.replace("URL", driver.base) for word in arguments]
        client = start(program, *words)
        self.addCleanup(client.end)
        return client.wait(), client, driver

    def programs(self):
        for program in self.PROGRAMS:
            if missing(program):
                print(f"{program}: left out, {missing(program)}")
            else:
                yield program

    def test_cases(self):
        for program in self.programs():
            with self.subTest(program):
                status, client, driver = self.drive(program, "URL", "--cases", "some agent")
                self.assertEqual(status, 0, client.errors)
                self.assertEqual(client.lines, ["ran 2 cases"])
                self.assertEqual(driver.echoes, driver.MESSAGES)
                agent = "agent=some%20agent"
                self.assertEqual(
                    driver.asked,
                    [
                        "/getCaseCount",
                        f"/runCase?case=1&{agent}",
                        f"/runCase?case=2&{agent}",
                        f"/updateReports?{agent}",
                    ],
                )

    def test_one_connection(self):
        for program in self.programs():
            with self.subTest(program):
                status, client, driver = self.drive(program, "URL/runCase?case=2&agent=a")
                self.assertEqual(status, 0, client.errors)
                self.assertEqual(driver.echoes, [b"two"])

    def test_nobody_there(self):
        for program in self.programs():
            with self.subTest(program):
                client = start(program, "ws://127.0.0.1:1", "--cases")
                self.addCleanup(client.end)
                self.assertEqual(client.wait(), 1)
                self.assertIn("/getCaseCount did not answer", client.errors)


class Table(unittest.TestCase):
    def test_a_row(self):
        results = [{"id": f"1.{i}", "verdict": it} for i, it in enumerate(verdicts.VERDICTS)]
        agent = {"results": results + results[-1:], "duration_us": 1_260_000}
        self.assertEqual(
            verdicts.row("x", agent, "died"), "| x | 1 | 1 | 1 | 1 | 2 | 1.3 | 1.4, 1.4 (died) |"
        )
        agent["results"][-1] = {"id": "1.9", "verdict": "FAIL", "ran": False}
        self.assertEqual(
            verdicts.row("x", agent, "late"),
            "| x | 1 | 1 | 1 | 1 | 1 | 1.3 | 1.4 (1 not run; late) |",
        )
        self.assertEqual(verdicts.row("x", None, "not built"), "| x | | | | | | | not built |")

    def test_against_one_peer(self):
        done = process.run(
            sys.executable, "-B", process.PEERS / "verdicts.py", "websockets", "--details",
            "--", "1.1.1", "6.4.3",
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertRegex(lines[2], r"^\| websockets \| 1 \| 1 \| 0 \| 0 \| 0 \| [0-9.]+ \|  \|$")
        self.assertRegex(lines[4], r"^- websockets 6\.4\.3: NON-STRICT")

    def test_an_unknown_peer(self):
        done = process.run(sys.executable, "-B", process.PEERS / "verdicts.py", "wss")
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no peer 'wss'; there are ws, websocket,", done.stderr)


if __name__ == "__main__":
    unittest.main()
