# SPDX-License-Identifier: Apache-2.0
"""wstest in the place of Autobahn's: spec files, lines, report files and exit statuses."""

import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

from process import (
    PATIENCE,
    PATIENT,
    PEERS,
    WSPROOF,
    WSTEST,
    Daemon,
    Process,
    WithServers,
    node_environment,
    run,
)

USAGE, TARGET = 2, 3

# As many projects have it, but for the port.
FUZZING_CLIENT = """{
    "options": {"failByDrop": false},
    "outdir": "./reports/servers",
    "servers": [
        {"agent": "AutobahnServer", "url": "ws://127.0.0.1:PORT", "options": {"version": 18}}
    ],
    "cases": ["*"],
    "exclude-cases": ["9.*", "12.*", "13.*"],
    "exclude-agent-cases": {}
}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class InFolder(WithServers, unittest.TestCase):
    """Each test has a working folder of its own, as a project's checkout is one."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def wstest(self, *arguments, env=None):
        return run(WSTEST, *arguments, env=env, cwd=self.folder)

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def write_spec(self, port, **changes):
        spec = json.loads(FUZZING_CLIENT.replace("PORT", str(port)))
        spec.update(changes)
        self.write("fuzzingclient.json", json.dumps(spec))

    def index(self, kind="servers"):
        return json.loads((self.folder / "reports" / kind / "index.json").read_text("utf-8"))


class CommandLine(InFolder):
    def expect_sentence(self, pattern, *arguments):
        done = self.wstest(*arguments)
        self.assertEqual(done.returncode, USAGE, done)
        self.assertRegex(done.stderr, r"(?m)^wstest: .*" + pattern)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_refuses_with_one_sentence(self):
        self.expect_sentence("no mode given")
        self.expect_sentence('"nonsense" is not a mode', "-m", "nonsense")
        self.expect_sentence("WAMP is not spoken here", "-m", "wampserver")
        self.expect_sentence("--nonsense", "--nonsense")
        self.expect_sentence("--webport: Value 99999 not in range", "-m", "fuzzingserver", "-u",
                             "99999")
        self.write("bad.json", '{"servers": [\n  {"url": "http://x"}]}')
        self.expect_sentence(r"bad\.json:2: at /servers/0/url: ", "-m", "fuzzingclient", "-s",
                             "bad.json")
        self.write("bad.json", "not json")
        self.expect_sentence(r"bad\.json:1: at the top: not JSON", "--mode", "fuzzingclient",
                             "--spec=bad.json")
        self.expect_sentence("it is a folder", "-m", "fuzzingclient", "-s", ".")
        self.expect_sentence("it has more than 16 MiB", "-m", "fuzzingclient", "-s", "/dev/zero")
        self.expect_sentence("--spec: must not be empty", "-m", "fuzzingclient", "-s", "")
        self.write("bad.json", '{"url": "ws://127.0.0.1:1",\n "cases": []}')
        self.expect_sentence(r"bad\.json:2: at /cases: the list is empty", "-m", "fuzzingserver",
                             "-s", "bad.json")
        self.expect_sentence("cannot write the missing spec file", "-m", "fuzzingclient", "-s",
                             "gone/spec.json")

    def test_finds_an_unwritable_outdir_before_the_run(self):
        self.write_spec(free_port(), outdir="/proc/reports", **{"exclude-cases": []})
        self.expect_sentence("cannot make the folder /proc/reports", "-m", "fuzzingclient")

    def test_names_a_pattern_that_selects_nothing(self):
        self.write_spec(free_port(), cases=["6.4.99"])
        self.expect_sentence(r'json: at /cases: no case matches "6\.4\.99"', "-m", "fuzzingclient")

    def test_is_there_by_both_names(self):
        self.assertRegex(self.wstest("--version").stdout, r"\Awstest \d+\.\d+\.\d+ ")
        self.assertEqual(run(WSPROOF, "wstest", "-a").stdout, self.wstest("--version").stdout)
        self.assertIn("fuzzingclient", self.wstest("--help").stdout)


class FuzzingClient(InFolder):
    def test_runs_an_unchanged_spec_file(self):
        self.write("fuzzingclient.json", FUZZING_CLIENT.replace("PORT", str(self.daemon().port)))
        done = self.wstest("--mode", "fuzzingclient", "--spec", "fuzzingclient.json")
        self.assertEqual(done.returncode, 0, done)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0], "Ok, will run 247 test cases against 1 servers")
        self.assertEqual(sum(line.startswith("Running test case ID ") for line in lines), 247)
        self.assertRegex(
            done.stdout,
            r"(?m)^Running test case ID 7\.7\.1 for agent AutobahnServer from peer "
            r"tcp4:127\.0\.0\.1:\d+$")
        cases = self.index()["AutobahnServer"]
        self.assertEqual(len(cases), 247)
        self.assertEqual({one["behavior"] for one in cases.values()}, {"OK", "INFORMATIONAL"})
        report = self.folder / "reports/servers" / cases["1.1.1"]["reportfile"]
        self.assertEqual(report.name, "autobahnserver_case_1_1_1.json")
        self.assertEqual(json.loads(report.read_text("utf-8"))["behavior"], "OK")

    def test_index_can_be_read_by_jq_and_grep(self):
        self.write_spec(self.daemon().port, cases=["7.*"])
        self.assertEqual(self.wstest("-m", "fuzzingclient").returncode, 0)
        index = "reports/servers/index.json"
        jq = run("jq", "-r", '.AutobahnServer | to_entries[] | select(.value.behavior != "OK" and '
                 '.value.behavior != "INFORMATIONAL") | .key', index, cwd=self.folder)
        self.assertEqual((jq.returncode, jq.stdout), (0, ""), jq)
        jq = run("jq", '[.[] | .[] | select(.behavior == "INFORMATIONAL")] | length', index,
                 cwd=self.folder)
        self.assertEqual(jq.stdout, "3\n")
        grep = run("grep", "-c", '"behavior": "FAILED"', index, cwd=self.folder)
        self.assertEqual(grep.stdout, "0\n")
        grep = run("grep", "-c", '^         "behaviorClose": "', index, cwd=self.folder)
        self.assertEqual(grep.stdout, f"{len(self.index()['AutobahnServer'])}\n")

    def test_fails_only_where_it_is_asked_to(self):
        self.write_spec(0, cases=["1.1.*"], servers=[{"url": self.faulty("answers_400")}])
        done = self.wstest("-m", "fuzzingclient")
        self.assertEqual(done.returncode, 0, done)
        (cases,) = self.index().values()
        self.assertEqual({one["behavior"] for one in cases.values()}, {"FAILED"})
        self.assertEqual(self.wstest("-m", "fuzzingclient", "--strict-exit").returncode, 1)
        strict = self.wstest("-m", "fuzzingclient", env={"WSTEST_STRICT": "1"})
        self.assertEqual(strict.returncode, 1)

    def test_never_ends_well_where_nobody_listens(self):
        self.write_spec(free_port(), cases=["1.1.1"])
        done = self.wstest("-m", "fuzzingclient")
        self.assertEqual(done.returncode, TARGET, done)
        self.assertNotIn("Running test case", done.stdout)

    def test_takes_each_server_as_its_own(self):
        port = self.daemon().port
        self.write_spec(port, cases=["1.1.1", "7.1.1"], servers=[
            {"agent": "one", "url": f"ws://127.0.0.1:{port}", "origin": "http://here",
             "protocols": ["chat"], "hostname": "named.example"},
            {"agent": "Two", "url": f"ws://127.0.0.1:{port}"},
            {"url": f"ws://127.0.0.1:{port}"},
        ], **{"exclude-agent-cases": {"T*o": ["7.*"], "wsproof*": ["1.*"]}})
        done = self.wstest("-m", "fuzzingclient")
        self.assertEqual(done.returncode, 0, done)
        index = self.index()
        self.assertEqual(sorted(index["one"]), ["1.1.1", "7.1.1"])
        self.assertEqual(sorted(index["Two"]), ["1.1.1"])
        (unnamed,) = set(index) - {"one", "Two"}
        self.assertEqual(sorted(index[unnamed]), ["7.1.1"])
        report = self.folder / "reports/servers/one_case_1_1_1.json"
        request = json.loads(report.read_text("utf-8"))["httpRequest"]
        for line in ("Host: named.example\r\n", "Origin: http://here\r\n",
                     "Sec-WebSocket-Protocol: chat\r\n"):
            self.assertIn(line, request)

    def test_writes_a_missing_spec_file(self):
        with subprocess.Popen([WSTEST, "-m", "fuzzingclient"], cwd=self.folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
            self.assertIn("fuzzingclient.json does not exist; it was written",
                          child.stdout.readline())
            child.terminate()
            child.communicate(timeout=PATIENCE)
        spec = json.loads((self.folder / "fuzzingclient.json").read_text("utf-8"))
        self.assertEqual(spec["servers"], [{"url": "ws://127.0.0.1:9001"}])
        self.assertEqual(spec["cases"], ["*"])

    def test_says_once_what_has_no_effect(self):
        self.write_spec(self.daemon().port, cases=["1.1.1"], debug=True,
                        options={"failByDrop": True, "maskServerFrames": False})
        done = self.wstest("-m", "fuzzingclient", "-d", "-o", "out")
        self.assertEqual(done.returncode, 0, done)
        for words in ("-d has no effect", "-o has no effect", "/options/failByDrop",
                      '"maskServerFrames" is unknown', '"debug" is unknown'):
            self.assertEqual(done.stderr.count(words), 1, done.stderr)


FUZZING_SERVER = """{
    "url": "ws://127.0.0.1:PORT",
    "outdir": "./reports/clients",
    "cases": CASES,
    "exclude-cases": ["9.*", "12.*", "13.*"],
    "exclude-agent-cases": {}
}
"""


class FuzzingServer(InFolder):
    def start(self, cases='["*"]', flags=("-u", "0"), **changes):
        spec = json.loads(
            FUZZING_SERVER.replace("PORT", str(free_port())).replace("CASES", cases))
        spec.update(changes)
        self.write("fuzzingserver.json", json.dumps(spec))
        server = Process(WSTEST, "-m", "fuzzingserver", "-s", "fuzzingserver.json", *flags,
                         cwd=self.folder)
        self.addCleanup(server.end)
        self.count = int(server.wait_for_line(
            r"^Ok, will run (\d+) test cases for any clients connecting$")[1])
        return server, server.wait_for_line(r"^Listening on (wss?://\S+)$")[1]

    def expect_all_well(self, agent, count):
        cases = self.index("clients")[agent]
        self.assertEqual(len(cases), count)
        wrong = {case: entry for case, entry in cases.items()
                 if entry["behavior"] not in ("OK", "NON-STRICT", "INFORMATIONAL")}
        self.assertEqual(wrong, {})

    def test_testee_client_passes_all(self):
        server, url = self.start()
        done = self.wstest("-m", "testeeclient", "-w", url, "-i", "Our Client/1")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn(f"Ran {self.count} test cases as agent Our Client/1", done.stdout)
        self.assertEqual(self.count, 247)
        self.expect_all_well("Our Client/1", 247)
        self.assertTrue(
            (self.folder / "reports/clients/our_client_1_case_1_1_1.json").is_file())
        server.signal(2)
        self.assertEqual(server.wait(), 0)

    def test_does_not_run_what_is_excluded_for_an_agent(self):
        server, url = self.start('["1.1.1", "1.1.2"]',
                                 **{"exclude-agent-cases": {"my*": ["1.1.2"]}})
        self.assertEqual(self.count, 2)
        for agent in ("mine", "yours"):
            done = self.wstest("-m", "testeeclient", "-w", url, "-i", agent)
            self.assertEqual(done.returncode, 0, done)
        done = self.wstest("-m", "testeeclient", "-w", url, "-i", "my own")
        self.assertEqual(done.returncode, 0, done)
        index = self.index("clients")
        self.assertEqual({agent: sorted(cases) for agent, cases in index.items()},
                         {"mine": ["1.1.1", "1.1.2"], "yours": ["1.1.1", "1.1.2"],
                          "my own": ["1.1.1"]})
        server.signal(1)
        self.assertEqual(server.wait(), 0)
        lines = sorted(line for line in server.lines if "my own" in line and "test case" in line)
        self.assertRegex(lines[0], "^Running test case ID 1.1.1 for agent my own ")
        self.assertEqual(lines[1:], ["Skipping test case ID 1.1.2 for agent my own, as "
                                     "exclude-agent-cases says"])

    def test_client_loops_of_others_work(self):
        _, url = self.start('["1.1.*", "7.3.*"]')
        node = run("node", PEERS / "autobahn_client.js", url, "ws", env=node_environment())
        self.assertEqual(node.stdout, f"ran {self.count} cases\n", node)
        python = run(sys.executable, "-B", PEERS / "autobahn_client.py", url, "websockets")
        self.assertEqual(python.stdout, f"ran {self.count} cases\n", python)
        for agent in ("ws", "websockets"):
            self.expect_all_well(agent, self.count)
        jq = run("jq", "-r", 'keys | join(" ")', "reports/clients/index.json", cwd=self.folder)
        self.assertEqual(jq.stdout, "websockets ws\n")

    def make_pair(self):
        """A certificate, trusted by what self.context() makes, and its key."""
        done = run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                   "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out",
                   "server.crt", "-days", "1", "-subj", "/CN=localhost", "-addext",
                   "subjectAltName=IP:127.0.0.1", cwd=self.folder)
        self.assertEqual(done.returncode, 0, done)

    def page(self, url):
        context = None
        if url.startswith("https"):
            context = ssl.create_default_context(cafile=str(self.folder / "server.crt"))
        with urllib.request.urlopen(url, context=context, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def test_speaks_tls_with_the_pair_of_its_spec_file(self):
        self.make_pair()
        port = free_port()
        server, url = self.start('["1.*", "5.1", "6.1.*"]', flags=("-u", str(port)),
                                 url=f"wss://127.0.0.1:{free_port()}", key="server.key",
                                 cert="server.crt")
        self.assertTrue(url.startswith("wss://"), url)
        self.assertEqual(server.wait_for_line("^Page for browsers at (.*)$")[1],
                         f"https://127.0.0.1:{port}/")
        for at in (f"https://127.0.0.1:{port}/", "https" + url[3:] + "/"):
            self.assertIn("<html", self.page(at))
        done = self.wstest("-m", "testeeclient", "-w", url, "-i", "over TLS")
        self.assertEqual(done.returncode, 0, done)
        self.expect_all_well("over TLS", self.count)

    def test_speaks_tls_with_the_pair_of_the_command_line(self):
        self.make_pair()
        _, url = self.start('["1.1.1"]', flags=("-u", "0", "-k", "server.key", "-c", "server.crt"),
                            url=f"wss://127.0.0.1:{free_port()}", key="gone.key", cert="gone.crt")
        done = self.wstest("-m", "testeeclient", "-w", url, "-i", "a")
        self.assertEqual(done.returncode, 0, done)
        self.expect_all_well("a", 1)

    def test_needs_a_pair_for_tls(self):
        for flags, words in [((), "needs a key and a certificate: give them with -k and -c"),
                             (("-k", "gone.key", "-c", "gone.crt"), "gone.crt: cannot be read")]:
            done = self.wstest("-m", "fuzzingserver", "-w", f"wss://127.0.0.1:{free_port()}",
                               *flags)
            self.assertEqual(done.returncode, USAGE, done)
            self.assertIn(words, done.stderr)
        server, _ = self.start('["1.1.1"]', key="some.key", cert="some.crt")
        server.end()
        self.assertIn("key and certificate have no effect", server.errors)

    def test_has_the_page_at_the_web_port(self):
        port = free_port()
        server, url = self.start('["1.1.*"]', flags=("-u", str(port)))
        server.wait_for_line(f"^Page for browsers at http://127.0.0.1:{port}/$")
        self.assertIn("<html", self.page(f"http://127.0.0.1:{port}/"))
        # The page asks where it came from for its cases, and runs them there.
        cases = json.loads(self.page(f"http://127.0.0.1:{port}/cases.json"))
        self.assertEqual(len(cases), self.count)
        done = self.wstest("-m", "testeeclient", "-w", f"ws://127.0.0.1:{port}", "-i", "a")
        self.assertEqual(done.returncode, 0, done)
        self.expect_all_well("a", self.count)
        # A second one has to do without.
        other, _ = self.start('["1.1.1"]', flags=("-u", str(port)))
        self.assertNotIn(str(port), other.wait_for_line("^Page for browsers at (.*)$")[1])
        done = self.wstest("-m", "testeeclient", "-w", url, "-i", "a")
        self.assertEqual(done.returncode, 0, done)
        other.end()
        self.assertEqual(len(other.errors.splitlines()), 1, other.errors)
        self.assertRegex(other.errors, f"-u {port}: no page .* address already in use")

    def test_has_no_page_where_none_is_wanted(self):
        server, url = self.start('["1.1.1"]', flags=("-u", "0"))
        with self.assertRaises(urllib.error.HTTPError):
            self.page("http" + url[2:] + "/")
        server.end()
        self.assertEqual([line for line in server.lines if "Page" in line], [])

    def test_refuses_a_port_that_is_taken(self):
        _, url = self.start('["1.1.1"]')
        done = self.wstest("-m", "fuzzingserver", "-w", url, "-u", "0")
        self.assertEqual(done.returncode, USAGE, done)
        self.assertIn("cannot listen on 127.0.0.1", done.stderr)


class WholeCatalogue(InFolder):
    def test_testee_client_passes_all_517(self):
        waiting = Process(WSPROOF, "client", "--listen", "127.0.0.1:0", "--messages", "5",
                          "--report-dir", self.folder, *PATIENT)
        self.addCleanup(waiting.end)
        url = waiting.wait_for_line(r"listening on (ws://\S+)$")[1]
        done = run(WSTEST, "-m", "testeeclient", "-w", url, "-i", "ours", timeout=2 * PATIENCE)
        self.assertEqual(done.returncode, 0, done)
        waiting.signal(2)
        self.assertEqual(waiting.wait(), 0, waiting.lines)
        cases = json.loads((self.folder / "index.json").read_text("utf-8"))["ours"]
        self.assertGreaterEqual(len(cases), 517)
        others = {case for case, entry in cases.items()
                  if (entry["behavior"], entry["behaviorClose"]) != ("OK", "OK")}
        self.assertEqual(others, {"7.1.6", "7.13.1", "7.13.2"})


class Endpoints(InFolder):
    def serve(self, mode, *flags, web_port=0):
        server = Process(WSTEST, "-m", mode, "-w", f"ws://127.0.0.1:{free_port()}", "-u",
                         str(web_port), *flags)
        self.addCleanup(server.end)
        return server, server.wait_for_line(r"^Ok, \w+ listens on (ws://\S+)$")[1]

    def test_testee_server_passes(self):
        server, url = self.serve("testeeserver", "-i", "Named/1")
        done = run(WSPROOF, "server", url + "/", "1", "5", "7")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("0 failed", done.stdout)
        self.write_spec(0, cases=["1.1.1"], servers=[{"url": url}])
        self.assertEqual(self.wstest("-m", "fuzzingclient").returncode, 0)
        self.assertEqual(list(self.index()), ["Named/1"])
        server.signal(15)
        self.assertEqual(server.wait(), 0)

    def test_clients_speak_to_servers(self):
        _, url = self.serve("echoserver")
        client = Process(WSTEST, "-m", "echoclient", "-w", url)
        self.addCleanup(client.end)
        client.wait_for_line("^Received: Hello from wstest, 1$")
        client.signal(2)
        self.assertEqual(client.wait(), 0)

        _, url = self.serve("broadcastserver")
        listener = Process(WSTEST, "-m", "broadcastclient", "-w", url)
        self.addCleanup(listener.end)
        listener.wait_for_line("^Connected")
        speaker = Process(WSTEST, "-m", "echoclient", "-w", url)
        self.addCleanup(speaker.end)
        listener.wait_for_line("^Received: Hello from wstest, 1$")

    def test_clients_speak_tls_with_whoever_answers(self):
        daemon = Daemon("--tls-self-signed")
        self.addCleanup(daemon.end)
        listener = Process(WSTEST, "-m", "broadcastclient", "-w", daemon.ws("/broadcast"))
        self.addCleanup(listener.end)
        listener.wait_for_line("^Connected to wss://")
        for path in ("/echo", "/broadcast"):
            client = Process(WSTEST, "-m", "echoclient", "-w", daemon.ws(path))
            self.addCleanup(client.end)
            client.wait_for_line("(?i)^Received: Hello from wstest, 1$")
            client.signal(2)
            self.assertEqual(client.wait(), 0)
        listener.wait_for_line("^Received: HELLO FROM WSTEST, 1$")
        self.write("massconnect.json", json.dumps({
            "options": {"connections": 30, "batchsize": 30, "batchdelay": 1, "retrydelay": 1},
            "servers": [{"name": "ours", "uri": daemon.ws()}]}))
        done = self.wstest("-m", "massconnect")
        self.assertEqual(done.returncode, 0, done)
        self.assertRegex(done.stdout, r"(?m)^ours: 30 of 30 connections open .* 0 failed, 0 lost$")

    def test_tells_that_a_server_does_not_speak_tls(self):
        url = "wss" + self.serve("echoserver")[1][2:]
        for mode in ("testeeclient", "echoclient"):
            done = self.wstest("-m", mode, "-w", url)
            self.assertEqual(done.returncode, TARGET, done)
            self.assertIn("does not speak TLS", done.stderr)

    def test_servers_have_a_page_at_the_web_port(self):
        for mode in ("echoserver", "broadcastserver"):
            port = free_port()
            server, url = self.serve(mode, web_port=port)
            for at in (port, int(url.rsplit(":", 1)[1])):
                with urllib.request.urlopen(f"http://127.0.0.1:{at}/",
                                            timeout=PATIENCE) as answer:
                    self.assertIn(f"in mode {mode}", answer.read().decode())
            other, _ = self.serve(mode, web_port=port)
            other.end()
            self.assertRegex(other.errors, f"-u {port}: no page .* address already in use")
        port = free_port()
        self.serve("testeeserver", web_port=port)
        with socket.socket() as probe:
            self.assertNotEqual(probe.connect_ex(("127.0.0.1", port)), 0)

    def test_mass_connect_opens_them_all(self):
        _, url = self.serve("echoserver")
        self.write("massconnect.json", json.dumps({
            "options": {"connections": 60, "batchsize": 25, "batchdelay": 1, "retrydelay": 1},
            "servers": [{"name": "ours", "uri": url, "desc": "an echo server"}]}))
        done = self.wstest("-m", "massconnect")
        self.assertEqual(done.returncode, 0, done)
        self.assertRegex(done.stdout, r"(?m)^ours: 60 of 60 connections open .* 0 failed, 0 lost$")

    def test_tells_that_nobody_is_there(self):
        url = f"ws://127.0.0.1:{free_port()}"
        for mode in ("testeeclient", "echoclient", "broadcastclient"):
            done = self.wstest("-m", mode, "-w", url)
            self.assertEqual(done.returncode, TARGET, done)
            self.assertIn("connection refused", done.stderr)
            done = self.wstest("-m", mode)
            self.assertEqual(done.returncode, USAGE, done)
            self.assertIn("needs a URL: give it with -w", done.stderr)
        self.write("massconnect.json", json.dumps(
            {"options": {"retrydelay": 0, "connections": 80}, "servers": [{"uri": url}]}))
        done = self.wstest("-m", "massconnect")
        self.assertEqual(done.returncode, TARGET)
        self.assertEqual(done.stderr.count("connection refused"), 1, done)


if __name__ == "__main__":
    os.environ.pop("WSTEST_STRICT", None)
    unittest.main()
