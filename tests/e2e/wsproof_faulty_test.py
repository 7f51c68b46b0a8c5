# SPDX-License-Identifier: Apache-2.0
"""The suite against servers that are faulty on purpose: it ends in time, and it is not fooled."""

import collections
import json
import os
import pathlib
import re
import tempfile
import unittest

from process import WSPROOF, peer, run

# Without those of much data: what the faults touch is in the others.
LARGE = ("--exclude", "9.*", "--exclude", "12.*", "--exclude", "13.*")
CASES = 247
# What the 247 cases may take against any of these. Sanitizers make everything several times slower.
SECONDS = 90 if os.environ.get("WSPROOF_SANITIZE") else 15

SUMMARY = re.compile(
    r"^(\d+) cases?: (\d+) passed, (\d+) non-strict, (\d+) informational, (\d+) unsupported, "
    r"(\d+) failed(?:, (\d+) not run)? in ([\d.]+) s$"
)

Outcome = collections.namedtuple("Outcome", "status text counts seconds verdicts index")


def prove(name, *arguments):
    """Runs the suite against tests/peers/faulty_NAME.py."""
    process, url = peer(f"faulty_{name}.py")
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = run(WSPROOF, "server", url, "--report-dir", folder, *LARGE, *arguments)
            report = json.loads(pathlib.Path(folder, "wsproof.json").read_text("utf-8"))
            index = json.loads(pathlib.Path(folder, "index.json").read_text("ascii"))
    finally:
        process.end()
    lines = done.stdout.splitlines()
    found = SUMMARY.match(lines[-1] if lines else "")
    if not found:
        raise AssertionError(f"no summary: {done.stdout[-2000:]} {done.stderr}")
    return Outcome(
        done.returncode,
        done.stdout,
        dict(zip(("total", "passed", "non_strict", "informational", "unsupported", "failed",
                  "not_run"), (int(count or 0) for count in found.groups()))),
        float(found[8]),
        {one["id"]: one["verdict"] for one in report["agents"][0]["results"]},
        next(iter(index.values())),
    )


class FaultyServers(unittest.TestCase):
    maxDiff = None

    def expect_all_failed(self, name, *sentences):
        outcome = prove(name)
        self.expect_ended(outcome)
        self.assertEqual(outcome.status, 1)
        self.assertEqual(outcome.counts["failed"], CASES, outcome.text[-1000:])
        self.expect_told(outcome, *sentences)
        return outcome

    def expect_ended(self, outcome):
        self.assertEqual(outcome.counts["total"], CASES)
        self.assertEqual(len(outcome.verdicts), CASES)
        self.assertEqual(len(outcome.index), CASES)
        self.assertLessEqual(outcome.seconds, SECONDS)

    def expect_told(self, outcome, *sentences):
        text = re.sub(r"\s+", " ", outcome.text)
        for sentence in sentences:
            self.assertIn(sentence, text)

    def test_drops_tcp_after_the_handshake(self):
        outcome = self.expect_all_failed("drops_after_101", "ended TCP without a Close frame")
        # By Autobahn's rules, dropping TCP is an answer to every violation.
        behaviors = [one["behavior"] for one in outcome.index.values()]
        self.assertGreater(behaviors.count("OK"), 50)

    def test_says_nothing(self):
        self.expect_all_failed("silent", "answered none of 3 opening handshakes in a row")

    def test_never_answers_a_close(self):
        self.expect_all_failed("never_closes", "neither answered the Close nor ended TCP")

    def test_answers_400(self):
        self.expect_all_failed("answers_400", "HTTP status 400")

    def test_sends_garbage(self):
        outcome = self.expect_all_failed("garbage", "no HTTP/1.1 head")
        self.expect_harmless(outcome.text)

    def test_sends_without_end(self):
        self.expect_all_failed("endless", "far more than the case can provoke")

    def test_answers_with_an_endless_head(self):
        self.expect_all_failed("endless_head", "no HTTP/1.1 head")

    def test_ends_tcp_inside_a_frame(self):
        self.expect_all_failed("ends_inside_frame", "in the middle of a frame")

    def test_hostile_text_harms_no_report(self):
        outcome = self.expect_all_failed("hostile_text")
        self.expect_harmless(outcome.text)

    def test_ignores_every_protocol_error(self):
        outcome = prove("ignores_errors")
        self.expect_ended(outcome)
        self.assertEqual(outcome.status, 1)
        for case in ("2.5", "3.1", "3.7", "4.1.1", "4.2.5", "5.1", "5.9", "5.18", "6.3.1", "6.4.1",
                     "6.6.1", "7.3.2", "7.5.1", "7.9.1", "7.9.5"):
            self.assertEqual(outcome.verdicts[case], "FAIL", case)
        for case in ("1.1.1", "1.2.8", "2.10", "5.3", "6.1.1", "6.6.2", "7.1.1", "7.7.1"):
            self.assertEqual(outcome.verdicts[case], "PASS", case)
        self.expect_told(outcome, "kept the connection open")

    def test_dies(self):
        outcome = prove("dies")
        self.expect_ended(outcome)
        self.assertEqual(outcome.status, 3)
        self.assertGreater(outcome.counts["not_run"], CASES / 2)
        self.expect_told(outcome, "the server died during the run", "connection refused")

    def test_dies_while_all_cases_are_under_way(self):
        outcome = prove("dies", "1.1", "2", "5")
        self.assertEqual(outcome.status, 3, outcome.text)
        self.expect_told(outcome, "the server died during the run", "connection refused")

    def test_serves_one_connection_at_a_time(self):
        # Every other connection has to wait for its turn, longer than the handshake may take.
        outcome = prove("one_at_a_time", "1", "6.1", "6.22", "--open-timeout", "1")
        self.assertEqual(outcome.status, 0, outcome.text)
        self.assertEqual(outcome.counts["passed"], 53)

    def test_answers_late_while_others_are_served(self):
        # Side by side each waits for the others until its time is over; alone all is well.
        outcome = prove("busy", "1.1.1", "1.1.2", "1.1.3", "1.1.4", "--close-timeout", "0.3")
        self.assertEqual(outcome.status, 0, outcome.text)
        self.assertEqual(outcome.counts["passed"], 4)

    def expect_harmless(self, text):
        self.assertNotRegex(text, r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]")


if __name__ == "__main__":
    unittest.main()
