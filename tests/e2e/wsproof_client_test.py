# SPDX-License-Identifier: Apache-2.0
"""wsproof client, with clients that nobody here wrote and with peculiar ones; wsproof server --."""

import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import unittest

import browser
from process import NODE_MODULES, PATIENT, PEERS, WSPROOF, WSPROOFD, Process, node_environment, run

CHROMIUM = shutil.which("chromium")
FIREFOX = shutil.which("firefox-esr")
UNEXPECTED, USAGE, TARGET, DEADLINE = 1, 2, 3, 4
# What takes long, and what is more than some clients take.
LARGE = ("--exclude", "9.*", "--messages", "1")
# A browser's page hears of a message no more once a Close has come, and Chromium takes close codes
# that nobody may send.
OF_BROWSERS = {"7.1.1", "7.9.1", "7.9.2", "7.9.3", "7.9.6", "7.9.7", "7.9.8", "7.9.9"}
CLIENT = [sys.executable, "-B", PEERS / "loop_websockets.py"]


class Listening(Process):
    """wsproof client --listen at a port that the system chose."""

    def __init__(self, *arguments):
        super().__init__(WSPROOF, "client", *LARGE, *arguments, "--listen", "127.0.0.1:0")
        self.url = self.wait_for_line(r"listening on (ws://\S+)$")[1]


class Base(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def listen(self, *arguments):
        listening = Listening("--report-dir", self.folder, *arguments)
        self.addCleanup(listening.end)
        return listening

    def index(self):
        return json.loads((self.folder / "index.json").read_text())

    def results(self, agent=0):
        run_file = json.loads((self.folder / "wsproof.json").read_text())
        return {one["id"]: one for one in run_file["agents"][agent]["results"]}


class Loops(Base):
    """Clients that drive themselves through the URLs."""

    def test_websockets(self):
        listening = self.listen()
        done = run(*CLIENT, listening.url, "--cases", "py", timeout=300)
        self.assertEqual(done.returncode, 0, done)
        run(*CLIENT, f"{listening.url}/updateReports?agent=py&shutdownOnComplete=true")
        status = listening.wait()
        index = self.index()["py"]
        failed = [id for id, one in index.items() if one["behavior"] == "FAILED" and id != "7.1.1"]
        self.assertEqual(failed, [], listening.lines)
        self.assertEqual(status, 0, listening.lines)

    def test_nobody_comes(self):
        done = run(WSPROOF, "client", "--listen", "127.0.0.1:0", "--deadline", "0.2",
                   "--report-dir", self.folder)
        self.assertEqual(done.returncode, DEADLINE, done)
        self.assertIn("no client asked for a case: the deadline of 0.20 s", done.stdout)
        listening = self.listen()
        listening.signal(signal.SIGHUP)
        self.assertEqual(listening.wait(), 130)
        self.assertIn("the run was interrupted (SIGHUP)", "\n".join(listening.lines))

    @unittest.skipUnless(os.path.isdir(os.path.join(NODE_MODULES, "ws")), "ws is not installed")
    def test_ws_and_the_end_by_sigint(self):
        listening = self.listen()
        done = run("node", PEERS / "loop_ws.js", listening.url, "--cases", "ws",
                   env=node_environment(), timeout=300)
        self.assertEqual(done.returncode, 0, done)
        # Written when the client asked, while the server goes on.
        self.assertGreater(len(self.index()["ws"]), 200)
        listening.signal(signal.SIGINT)
        self.assertIn(listening.wait(), (0, UNEXPECTED))

    def test_no_page_of_others_stops_it(self):
        listening = self.listen("1.1.1")
        # As a browser asks that was told to show it as a picture.
        plain = run("curl", "-sS", "-i", f"http{listening.url[2:]}/stopServer")
        self.assertRegex(plain.stdout, r"^HTTP/1.1 4\d\d ")
        done = run(*CLIENT, f"{listening.url}/runCase?case=1&agent=a")
        self.assertEqual(done.returncode, 0, done)
        run(*CLIENT, f"{listening.url}/stopServer")
        self.assertEqual(listening.wait(), 0, listening.lines)

    def test_two_names_that_make_one_file_name(self):
        listening = self.listen("1.1.1", "1.1.2")
        for agent in ("a%2Fb", "a_b"):
            done = run(*CLIENT, f"{listening.url}/runCase?case=1&agent={agent}")
            self.assertEqual(done.returncode, 0, done)
        run(*CLIENT, f"{listening.url}/stopServer")
        self.assertEqual(listening.wait(), TARGET, listening.lines)
        index = self.index()
        self.assertEqual(sorted(index), ["a/b", "a_b"])
        files = {name: json.loads((self.folder / cases["1.1.1"]["reportfile"]).read_text())
                 for name, cases in index.items()}
        self.assertEqual({name: one["agent"] for name, one in files.items()},
                         {"a/b": "a/b", "a_b": "a_b"})

    def test_a_program_that_runs_once(self):
        done = run(WSPROOF, "client", "1.*", "7.1.*", "--once", "--report-dir", self.folder, "--",
                   *CLIENT, "{url}", "--cases", "{agent}")
        self.assertEqual(done.returncode, 0, done)


    def test_a_program_that_runs_once_and_leaves_cases_out(self):
        done = run(WSPROOF, "client", "1.1.1", "1.1.2", "1.1.3", "--once", "--report-dir",
                   self.folder, "--", *CLIENT, "{url}/runCase?case=1&agent=a")
        self.assertEqual(done.returncode, TARGET, done)
        self.assertIn("NOT RUN 1.1.2  ", done.stdout)
        self.assertNotIn("FAIL", done.stdout)
        self.assertIn("a never asked for 2 of the 3 cases: the program ended with exit status 0\n",
                      done.stdout)
        self.assertIn("0 failed, 2 not run in", done.stdout)


class Programs(Base):
    """A program for each case."""

    def client(self, *arguments):
        if "--start-timeout" not in arguments:
            arguments = ("--start-timeout", "60", *arguments)
        return run(WSPROOF, "client", "--report-dir", self.folder, *arguments, timeout=300)

    def shell(self, script, *selectors):
        return self.client(*(selectors or ["1.1.1"]), "--", "sh", "-c", script, "sh", "{url}")

    def test_websockets(self):
        done = self.client("1.*", "3.*", "7.*", *PATIENT, "--", *CLIENT, "{url}")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("websockets", done.stdout)

    def test_the_url_comes_last_where_it_is_not_placed(self):
        done = self.client("1.1.1", "--agent", "my client", "--", *CLIENT)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(list(self.index()), ["my client"])

    def test_127_is_not_supported(self):
        done = self.shell("exit 127", "1.1.1", "1.1.2")
        self.assertEqual(done.returncode, UNEXPECTED, done)
        self.assertIn("\nnothing was proven: all 2 cases are unsupported\n2 cases: ", done.stdout)
        self.assertEqual({one["verdict"] for one in self.results().values()}, {"UNSUPPORTED"})
        known = self.folder / "known.txt"
        known.write_text("1.1.* UNSUPPORTED\n")
        done = self.client("1.1.1", "--expect", known, "--", "sh", "-c", "exit 127")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("nothing was proven", done.stdout)

    def test_a_program_that_never_connects(self):
        done = self.shell("echo cannot find the server; exit 3", "1.1.1", "1.1.2")
        self.assertEqual(done.returncode, TARGET, done)
        self.assertRegex(done.stdout, r"without\s+connecting")
        self.assertIn("exit status 3", done.stdout)
        self.assertIn("printed:\n  cannot find the server\n", done.stdout)
        self.assertIn("0 failed, 2 not run in", done.stdout)

    def test_a_program_that_connects_for_one_case_only(self):
        echo = " ".join(str(word) for word in CLIENT)
        done = self.shell(f'test "${{1##*case=1&}}" = "$1" || exec {echo} "$1"; '
                          "echo cannot find the server; exit 3", "1.1.1", "1.1.2")
        self.assertEqual(done.returncode, UNEXPECTED, done)
        self.assertIn("the program printed: cannot find the server", done.stdout)
        # One command to copy that runs just this case.
        self.assertRegex(done.stdout, r"wsproof client --start-timeout 60 1\.1\.2 -- sh -c 'test ")

    def test_says_that_a_shell_cuts_the_url(self):
        echo = " ".join(str(word) for word in CLIENT)
        done = self.client("1.1.1", "1.1.2", "--", "sh", "-c", f"{echo} {{url}}; wait")
        self.assertNotEqual(done.returncode, 0, done)
        self.assertRegex(" ".join(done.stdout.split()), "quote (it there|{url}), as '{url}'")
        done = self.client("1.1.1", "--", "sh", "-c", f"{echo} '{{url}}'")
        self.assertEqual(done.returncode, 0, done)

    def test_says_that_a_program_does_not_trust_the_certificate(self):
        script = "import socket, ssl, sys, urllib.parse as p; u = p.urlsplit(sys.argv[1]); " \
                 "ssl.create_default_context().wrap_socket(socket.create_connection(" \
                 "(u.hostname, u.port)), server_hostname=u.hostname)"
        program = ("--", sys.executable, "-c", script, "{url}")
        for once in ((), ("--once",)):
            done = self.client("1.1.1", "1.1.2", "--tls-self-signed", *once, *program)
            self.assertEqual(done.returncode, TARGET, done)
            self.assertRegex(" ".join(done.stdout.split()),
                             "a TLS connection failed: the peer refused the TLS handshake: unknown CA")
            self.assertEqual(done.stderr.count("a client's TLS connection failed"), 1, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        # One that leaves without an alert.
        done = self.client("1.1.1", "--tls-self-signed", "--", *CLIENT)
        self.assertEqual(done.returncode, TARGET, done)
        self.assertRegex(" ".join(done.stdout.split()), "does not trust the certificate")

    def test_gives_up_where_no_program_ever_connects(self):
        done = self.shell("exit 1", "1.*")
        self.assertEqual(done.returncode, TARGET, done)
        self.assertIn("never connected", done.stdout)

    def test_a_program_that_waits_for_ever(self):
        done = self.client("1.1.1", "--start-timeout", "0.2", "--", "sh", "-c", "sleep 1000")
        self.assertEqual(done.returncode, TARGET, done)
        self.assertRegex(done.stdout, r"did\s+not\s+connect\s+within")

    def test_a_program_that_dies_in_the_middle(self):
        script = ("import os, socket, sys, urllib.parse\n"
                  "u = urllib.parse.urlsplit(sys.argv[1])\n"
                  "s = socket.create_connection((u.hostname, u.port))\n"
                  "s.sendall(f'GET {u.path}?{u.query} HTTP/1.1\\r\\nHost: x\\r\\nUpgrade: websocket"
                  "\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n"
                  "Sec-WebSocket-Version: 13\\r\\n\\r\\n'.encode())\n"
                  "s.recv(100)\n"
                  "print('about to die', flush=True)\n"
                  "os.kill(os.getpid(), 11)\n")
        done = self.client("1.1.1", "--", sys.executable, "-c", script)
        self.assertEqual(done.returncode, UNEXPECTED, done)
        self.assertIn("ended by SIGSEGV", done.stdout)
        self.assertIn("about to die", done.stdout)

    def test_a_program_that_is_not_there(self):
        done = self.client("1.1.1", "--", "/nowhere/at-all")
        self.assertEqual(done.returncode, TARGET, done)
        self.assertIn("cannot start /nowhere/at-all", done.stdout)

    def test_wrong_usage(self):
        for arguments, words in [([], "no client given"), (["--"], "no command stands behind --"),
                                 (["--listen", "x"], "give a host and a port"),
                                 (["99", "--", "true"], "no case matches")]:
            done = run(WSPROOF, "client", *arguments)
            self.assertEqual(done.returncode, USAGE, done)
            self.assertRegex(done.stderr, r"\Awsproof: [^\n]*" + words)


class SeveralConnections(Base):
    """A case that asks for more than one connection."""

    def setUp(self):
        super().setUp()
        self.cases = self.folder / "cases"
        self.cases.mkdir()
        (self.cases / "several.json").write_text(json.dumps({
            "family": "1 Several connections",
            "groups": [{"group": "1.1 In turn and side by side", "cases": [{
                "id": "1.1.1", "title": "A message over each of four", "why": "One may differ.",
                "spec": [{"rfc": 6455, "section": "4.1"}], "level": "must", "repeat": 2,
                "connections": 2,
                "steps": [{"send": {"opcode": "text", "text": "Hello"}}],
                "expect": [{"behavior": "OK", "events": [{"text": "Hello"}]}],
                "close": {"by": "tester", "codes": [1000], "clean": True},
                "drop_tcp_after": "1 s"}]}]}), encoding="utf-8")

    def client(self, script):
        counter = self.folder / "count"
        done = run(WSPROOF, "client", "--cases", self.cases, "--report-dir", self.folder, "--",
                   "sh", "-c", f"echo x >> {counter}; {script}", "sh", *CLIENT, "{url}")
        return done, len(counter.read_text().splitlines())

    def test_starts_the_program_for_each(self):
        done, started = self.client('exec "$@"')
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(started, 4)
        self.assertEqual(self.results()["1.1.1"]["verdict"], "PASS")

    def test_the_worst_counts(self):
        # The third leaves in the middle.
        silent = ("import socket, sys, urllib.parse as p; u = p.urlsplit(sys.argv[1]); "
                  "s = socket.create_connection((u.hostname, u.port)); "
                  "s.sendall(f'GET {u.path}?{u.query} HTTP/1.1\\r\\n\\r\\n'.encode())")
        script = (f'if [ $(wc -l < {self.folder}/count) = 3 ]; then for url; do :; done; '
                  f'exec {sys.executable} -c "{silent}" "$url"; fi; exec "$@"')
        done, started = self.client(script)
        self.assertEqual(started, 4, done)
        self.assertEqual(done.returncode, UNEXPECTED, done)

    def test_does_not_go_on_where_it_is_not_supported(self):
        done, started = self.client("exit 127")
        self.assertEqual((done.returncode, started), (UNEXPECTED, 1), done)
        self.assertEqual(self.results()["1.1.1"]["verdict"], "UNSUPPORTED")


class NobodyComes(Base):
    def test_until_the_deadline(self):
        done = run(WSPROOF, "client", "1.1.1", "--listen", "127.0.0.1:0", "--deadline", "0.2")
        self.assertEqual(done.returncode, DEADLINE, done)
        self.assertIn("no client asked for a case", done.stdout)

    def test_one_that_does_not_run_all(self):
        listening = self.listen("1.1.1", "1.1.2", "--deadline", "5")
        run(*CLIENT, f"{listening.url}/runCase?case=1&agent=a")
        self.assertEqual(listening.wait(), DEADLINE, listening.lines)
        self.assertEqual({id: (one["verdict"], one["ran"]) for id, one in self.results().items()},
                         {"1.1.1": ("PASS", True), "1.1.2": ("FAIL", False)})


class StartedServers(Base):
    def server(self, url, *command, cases=("1.1",)):
        return run(WSPROOF, "server", url, *cases, "--", *command)

    def test_runs_and_ends_it(self):
        for url in ["ws://127.0.0.1:0/echo", "ws://127.0.0.1:{port}/echo"]:
            done = self.server(url, WSPROOFD, "--port", "{port}")
            self.assertEqual(done.returncode, 0, done)

    def test_tells_why_it_did_not_start(self):
        done = self.server("ws://127.0.0.1:0/", "sh", "-c", "echo no configuration; exit 5")
        self.assertEqual(done.returncode, TARGET, done)
        self.assertIn("exit status 5", done.stdout)
        self.assertIn("no configuration", done.stdout)
        done = self.server("ws://127.0.0.1:0/", "/nowhere/at-all")
        self.assertEqual(done.returncode, TARGET, done)
        self.assertIn("cannot start /nowhere/at-all", done.stdout)

    def test_tells_that_it_ended_by_itself(self):
        # In the middle of a case, which waits for two seconds; on a slow machine perhaps before
        # anybody has listened, which is told alike.
        script = f'{WSPROOFD} --port "$1" & sleep 0.7; exit 3'
        done = run(WSPROOF, "server", "ws://127.0.0.1:0/echo", "6.4.1", "--settle", "wait", "--",
                   "sh", "-c", script, "sh", "{port}")
        self.assertEqual(done.returncode, TARGET, done)
        self.assertRegex(done.stdout, r"exit\s+status\s+3")

    def test_takes_one_url(self):
        done = run(WSPROOF, "server", "ws://a/", "ws://b/", "--", "true")
        self.assertEqual(done.returncode, USAGE, done)
        self.assertIn("one URL", done.stderr)


@unittest.skipUnless(CHROMIUM, "Chromium is not installed")
class InChromium(Base, unittest.IsolatedAsyncioTestCase):
    async def test_a_person_presses_the_button(self):
        listening = self.listen()
        chromium = await browser.Browser().start(CHROMIUM)
        self.addAsyncCleanup(chromium.end)
        tab = await chromium.open("http" + listening.url[2:] + "/", width=390, height=844)
        await tab.wait_until("document.querySelector('#state').dataset.state === 'ready'")
        await tab.click("#run")
        for _ in range(5):  # each look has its own patience
            try:
                await tab.wait_until("document.querySelector('#state').dataset.state === 'done'")
                break
            except AssertionError:
                pass
        folder = os.environ.get("WSPROOF_TEST_DIR")
        if folder:
            await tab.screenshot(os.path.join(folder, "client-phone.png"))
        self.assertEqual(await tab.value("document.querySelector('#state').dataset.state"), "done")
        self.assertLessEqual(await tab.value("document.documentElement.scrollWidth"), 390)
        (index,) = self.index().values()
        failed = {id for id, one in index.items() if one["behavior"] == "FAILED"}
        self.assertEqual(failed - OF_BROWSERS, set())


@unittest.skipUnless(FIREFOX, "firefox-esr is not installed")
class InFirefox(Base):
    def test_runs_by_itself(self):
        listening = self.listen()
        url = "http" + listening.url[2:] + "/?autostart&shutdown&agent=Firefox"
        with tempfile.TemporaryDirectory() as profile:
            firefox = Process(FIREFOX, "--headless", "--profile", profile, url,
                              env={"HOME": profile})
            self.addCleanup(firefox.end)
            listening.wait()
            firefox.end()
        index = self.index()["Firefox"]
        failed = {id for id, one in index.items() if one["behavior"] == "FAILED"}
        self.assertEqual(failed - OF_BROWSERS, set())


if __name__ == "__main__":
    unittest.main()
