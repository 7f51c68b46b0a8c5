# SPDX-License-Identifier: Apache-2.0
"""The suite over TCP against the endpoint that has faults to switch on; ./dev prove has all of them."""

import json
import os
import pathlib
import re
import tempfile
import unittest

from process import PATIENT, WSPROOF, Process, run

BUILD = pathlib.Path(os.environ.get("WSPROOF_BUILD_DIR", pathlib.Path(WSPROOF).parents[2]))
FAULTY_PEER = BUILD / "tests/peers/faulty/faulty_peer"
# A few of each kind, and little data.
CASES = ("1.1", "2", "3", "4", "5", "6.1", "6.2", "6.3", "7")
INFORMS = {"7.1.6", "7.13.1", "7.13.2"}


class Outcome:
    """What wsproof said, in words and by case."""

    def __init__(self, done, folder):
        self.status = done.returncode
        self.text = re.sub(r"\s+", " ", done.stdout)
        report = json.loads(pathlib.Path(folder, "wsproof.json").read_text("utf-8"))
        results = report["agents"][0]["results"]
        self.failed = {one["id"] for one in results if one["verdict"] == "FAIL"}
        self.others = {one["id"] for one in results if one["verdict"] not in ("FAIL", "PASS")}


class FaultyPeer(unittest.TestCase):
    def suite(self, *command):
        with tempfile.TemporaryDirectory() as folder:
            done = run(WSPROOF, *(word if word != "FOLDER" else folder for word in command))
            self.assertIn(done.returncode, (0, 1), done)
            return Outcome(done, folder)

    def server(self, *arguments, cases=CASES, patience=PATIENT):
        process = Process(FAULTY_PEER, *arguments)
        self.addCleanup(process.end)
        url = process.wait_for_line(r"listening on (ws://\S+)$")[1]
        return self.suite("server", url, *cases, *patience, "--report-dir", "FOLDER")

    def client(self, *arguments, cases=CASES):
        return self.suite("client", *cases, *PATIENT, "--report-dir", "FOLDER", "--", FAULTY_PEER,
                          "--role", "client", *arguments, "{url}")

    def test_without_faults_it_passes(self):
        for outcome in (self.server(), self.client()):
            self.assertEqual(outcome.status, 0, outcome.text)
            self.assertEqual(outcome.failed, set())
            self.assertEqual(outcome.others, INFORMS)

    def test_a_fault_fails_the_cases_about_it_and_no_other(self):
        for fault, cases, sentence in [
            ("cuts-125", {"1.1.2"}, "a text message of 124 octets"),
            ("pong-loses-125th", {"2.4", "2.6"}, "a pong of 124 octets"),
            ("begins-anew", {"5.18"}, "the server kept the connection open"),
            ("accepts-surrogates", {"6.3.1", "6.3.2", "7.5.1"}, "the server kept the connection open"),
            ("accepts-close-1005", {"7.9.4"}, "sent Close with code 1005"),
        ]:
            with self.subTest(fault=fault):
                outcome = self.server("--fault", fault)
                self.assertEqual(outcome.status, 1)
                self.assertEqual(outcome.failed, cases)
                self.assertIn(sentence, outcome.text)

    def test_faults_on_the_wire_are_named(self):
        for fault, sentence in [
            ("masks-frames", "the server sent a text frame of 0 octets with a mask"),
            ("keeps-tcp", "kept TCP open"),
            ("close-drops-tcp", "the server ended TCP without a Close frame"),
            ("close-resets", "the server reset TCP without a Close frame"),
            ("accept-wrong", "belongs to the key"),
        ]:
            with self.subTest(fault=fault):
                # Long enough for a busy machine, and short where the end of TCP never comes.
                outcome = self.server("--fault", fault, cases=("1.1.1", "7.1.1"),
                                      patience=("--close-timeout", "5"))
                self.assertEqual(outcome.failed, {"1.1.1", "7.1.1"}, outcome.text)
                self.assertIn(sentence, outcome.text)

    def test_faults_of_a_client(self):
        for fault, cases, sentence in [
            ("does-not-mask", {"2.2", "5.18"}, "without a mask"),
            ("begins-anew", {"5.18"}, "the client kept the connection open"),
            ("pong-changed", {"2.2", "5.18"}, "did not answer"),
        ]:
            with self.subTest(fault=fault):
                outcome = self.client("--fault", fault, cases=("2.2", "5.18"))
                self.assertEqual(outcome.failed, cases, outcome.text)
                self.assertIn(sentence, outcome.text)

    def test_usage(self):
        for arguments, sentence in [
            (["--fault", "no-such"], 'there is no fault "no-such"; --list names all'),
            (["--role", "proxy"], '"proxy" is neither server nor client'),
            (["--port", "65536"], '"65536" is no port'),
            (["--role", "client"], "a client needs a ws:// URL"),
            (["--fault"], "--fault needs a value"),
        ]:
            with self.subTest(arguments=arguments):
                done = run(FAULTY_PEER, *arguments)
                self.assertEqual(done.returncode, 2)
                self.assertIn(sentence, done.stderr)
        done = run(FAULTY_PEER, "--list")
        self.assertEqual(done.returncode, 0)
        self.assertGreaterEqual(len(done.stdout.splitlines()), 160)


if __name__ == "__main__":
    unittest.main()
