# SPDX-License-Identifier: Apache-2.0
"""The suite against servers that nobody here wrote: each case has a verdict, nothing hangs."""

import collections
import json
import os
import pathlib
import tempfile
import time
import unittest

import process

# Without those of much data, which would take minutes with some.
LARGE = ("--exclude", "9.*", "--exclude", "12.*", "--exclude", "13.*")
CASES = 247
LWS = "/usr/bin/libwebsockets-test-server"


def ports_listened_on(pid):
    """The TCP ports that a process listens on, by Linux's own tables."""
    sockets = set()
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            sockets.add(os.readlink(entry))
        except FileNotFoundError:
            continue
    found = []
    for table in ["tcp", "tcp6"]:
        path = pathlib.Path(f"/proc/{pid}/net/{table}")
        for line in path.read_text().splitlines()[1:] if path.exists() else []:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in sockets:
                found.append(int(words[1].rpartition(":")[2], 16))
    return found


def libwebsockets():
    """Debian's test server: (process, URL). It says nothing, so its port comes from the system."""
    server = process.Process(LWS, "--port=0", "-i", "lo")
    until = time.monotonic() + process.PATIENCE
    while time.monotonic() < until and server.running():
        ports = ports_listened_on(server.pid)
        if ports:
            return server, f"ws://127.0.0.1:{ports[0]}/"
        time.sleep(0.02)
    server.end()
    raise AssertionError(f"{LWS} does not listen: {server.errors}")


class Others(unittest.TestCase):
    def prove(self, start, *flags):
        """Runs all cases; the verdicts by case."""
        server, url = start()
        self.addCleanup(server.end)
        with tempfile.TemporaryDirectory(dir=os.environ.get("WSPROOF_TEST_DIR")) as folder:
            done = process.run(
                process.WSPROOF, "server", url, "--agent", "other", "--verbose",
                "--report-dir", folder, "--deadline", 240, *LARGE, *flags, timeout=300,
            )  # fmt: skip
            self.assertIn(done.returncode, [0, 1], done.stdout[-2000:] + done.stderr)
            with open(f"{folder}/index.json", encoding="utf-8") as file:
                index = json.load(file)
            self.assertTrue(server.running(), "the server survives")
            self.assertEqual(list(index), ["other"])
            self.assertEqual(len(index["other"]), CASES)
            for entry in index["other"].values():
                self.assertTrue(os.path.isfile(f"{folder}/{entry['reportfile']}"))
        verdicts = {}
        for line in done.stdout.splitlines():
            words = line.split()
            if len(words) > 1 and words[0] in self.VERDICTS and words[1] in index["other"]:
                verdicts.setdefault(words[1], words[0])
        self.assertEqual(sorted(verdicts), sorted(index["other"]))
        self.assertEqual(done.returncode, 1 if "FAIL" in verdicts.values() else 0)
        print(dict(collections.Counter(verdicts.values())))
        return verdicts, index["other"]

    VERDICTS = {"PASS", "NON-STRICT", "INFORMATIONAL", "UNSUPPORTED", "FAIL"}

    @staticmethod
    def cases_with(verdict, verdicts):
        return {case for case, it in verdicts.items() if it == verdict}

    # What is asserted of each follows from how it is built, not from how fast it was today.

    def test_ws(self):
        verdicts, _ = self.prove(lambda: process.peer("echo_ws.js"))
        self.assertEqual(self.cases_with("FAIL", verdicts), set())
        # It validates whole messages.
        self.assertLessEqual({"6.4.1", "6.4.2", "6.4.3", "6.4.4"}, verdicts.keys())
        self.assertEqual(verdicts["6.4.1"], "NON-STRICT")

    def test_websockets(self):
        verdicts, index = self.prove(lambda: process.peer("echo_websockets.py"))
        # It refuses to send once a Close has arrived, so the echo before it may be lost: a failure
        # by Autobahn's rules, tolerated here.
        self.assertEqual(self.cases_with("FAIL", verdicts), set())
        self.assertIn(verdicts["7.1.1"], {"PASS", "NON-STRICT"})
        self.assertEqual(
            index["7.1.1"]["behavior"], "OK" if verdicts["7.1.1"] == "PASS" else "FAILED"
        )
        # It validates whole frames.
        self.assertEqual(verdicts["6.4.1"], "PASS")
        self.assertEqual(verdicts["6.4.3"], "NON-STRICT")

    def test_aiohttp(self):
        verdicts, _ = self.prove(lambda: process.peer("echo_aiohttp.py"))
        # Its table of codes that a Close may carry has 1006 in it.
        self.assertEqual(self.cases_with("FAIL", verdicts), {"7.9.5"})
        self.assertEqual(verdicts["6.4.1"], "NON-STRICT")

    @unittest.skipUnless(os.path.exists(LWS), "libwebsockets-test-server is not installed")
    def test_libwebsockets(self):
        # Its mirror is the nearest thing to an echo: what one client sends goes to every client, as
        # text, in pieces of what fits a buffer. So: one case at a time, and only text comes back
        # as it was.
        verdicts, index = self.prove(
            libwebsockets, "--subprotocol", "lws-mirror-protocol", "--jobs", "1"
        )
        for case in ["1.1.1", "1.1.2", "1.1.5", "2.2", "4.1.1", "5.1", "7.3.1", "7.9.5"]:
            self.assertEqual(verdicts[case], "PASS", case)
        for case in ["1.2.2", "1.2.5"]:  # binary comes back as text
            self.assertEqual(index[case]["behavior"], "FAILED", case)
            self.assertEqual(verdicts[case], "FAIL", case)
        # It answers a Close of one octet with the same: fine by Autobahn, not by RFC 6455 5.5.1.
        self.assertEqual((index["7.3.2"]["behavior"], verdicts["7.3.2"]), ("OK", "FAIL"))


if __name__ == "__main__":
    unittest.main()
