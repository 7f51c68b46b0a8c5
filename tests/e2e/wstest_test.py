# SPDX-License-Identifier: Apache-2.0
"""wstest in the place of Autobahn's: spec files, lines, report files and exit statuses."""

import json
import os
import pathlib
import socket
import subprocess
import tempfile
import unittest

from process import PATIENCE, WSPROOF, WSTEST, Daemon, peer, run

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


class InFolder(unittest.TestCase):
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

    def daemon(self):
        daemon = Daemon()
        self.addCleanup(daemon.end)
        return daemon

    def faulty(self, name):
        process, url = peer(f"faulty_{name}.py")
        self.addCleanup(process.end)
        return url


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
        self.write("bad.json", '{"servers": [\n  {"url": "http://x"}]}')
        self.expect_sentence(r"bad\.json:2: at /servers/0/url: ", "-m", "fuzzingclient", "-s",
                             "bad.json")
        self.write("bad.json", "not json")
        self.expect_sentence(r"bad\.json:1: at the top: not JSON", "--mode", "fuzzingclient",
                             "--spec=bad.json")
        self.expect_sentence("it is a folder", "-m", "fuzzingclient", "-s", ".")
        self.expect_sentence("cannot write the missing spec file", "-m", "fuzzingclient", "-s",
                             "gone/spec.json")

    def test_finds_an_unwritable_outdir_before_the_run(self):
        self.write_spec(free_port(), outdir="/proc/reports", **{"exclude-cases": []})
        self.expect_sentence("cannot make the folder /proc/reports", "-m", "fuzzingclient")

    def test_names_a_pattern_that_selects_nothing(self):
        self.write_spec(free_port(), cases=["6.4.99"])
        self.expect_sentence(r'"cases": no case matches "6\.4\.99"', "-m", "fuzzingclient")

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


if __name__ == "__main__":
    os.environ.pop("WSTEST_STRICT", None)
    unittest.main()
