# SPDX-License-Identifier: Apache-2.0
"""Expected results: --expect, baseline update, --level, --trace."""

import json
import os
import pathlib
import re
import tempfile
import unittest

from process import WSPROOF, peer, run

USAGE = 2


class Expect(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.known = self.folder / "known.txt"
        process, self.url = peer("faulty_ignores_errors.py")
        self.addCleanup(process.end)

    def prove(self, *flags):
        return run(WSPROOF, "server", self.url, *flags)

    def expect(self, text, *flags):
        self.known.write_text(text)
        return self.prove("5.9", "1.1.1", "--expect", self.known, *flags)

    def test_a_known_failure_does_not_fail_the_run(self):
        done = self.expect("\ufeff5.9 FAIL # known, by an editor that writes byte order marks\n")
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("1 as expected, 0 unexpected", done.stdout)
        self.assertNotIn("FAIL 5.9", done.stdout)

    def test_a_failure_that_passes_now_and_one_that_is_not_listed_do(self):
        done = self.expect("1.1.1 FAIL # old\n5.9 FAIL\n")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(re.sub(r"\s+", " ", done.stdout),
                         r"PASS 1\.1\.1 .* passes now; expected FAIL \(.*known\.txt:1: old\)")
        self.assertEqual(self.expect("1.1.1 PASS\n").returncode, 1)

    def test_a_bad_file_is_named_with_its_line(self):
        for text, words in (("\n5.99 FAIL\n", r'known\.txt:2: no case matches "5\.99"'),
                            ("5.9 FALL\n", r'known\.txt:1: "FALL" is not a verdict')):
            done = self.expect(text)
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
            self.assertRegex(done.stderr, r"\Awsproof: [^\n]*" + words)
        done = self.prove("--expect", self.folder / "none.txt")
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("none.txt: No such file", done.stderr)

    def test_a_baseline_is_made_and_kept(self):
        report = self.folder / "report"
        self.prove("5", "1.1", "--report-dir", report)
        update = [WSPROOF, "baseline", "update", self.known, "--run", report]
        done = run(*update)
        self.assertEqual(done.returncode, 0)
        text = self.known.read_text()
        self.assertIn(f"{self.known}: written, {text.count(chr(10))} lines\n", done.stdout)
        self.assertIn("holds as it is", run(*update).stdout)
        update[-1] = report / "wsproof.json"
        self.assertRegex(text, r"(?m)^5\.9 FAIL # A last continuation")
        self.assertEqual(self.prove("5", "1.1", "--strict", "--expect", self.known).returncode, 0)
        self.known.write_text("# mine\n1.1.1 FAIL\n5.9 NON-STRICT # because\n")
        self.assertEqual(run(*update).returncode, 0)
        self.assertRegex(self.known.read_text(), r"(?ms)\A# mine\n.*^5\.9 FAIL # because$")
        self.assertNotIn("1.1.1", self.known.read_text())
        self.known.write_text("5.9 FALL\n")
        self.assertEqual(run(*update).returncode, USAGE)
        self.assertEqual(self.known.read_text(), "5.9 FALL\n")

    def test_a_baseline_stays_the_file_that_it_is(self):
        report = self.folder / "report"
        self.prove("5.9", "--report-dir", report)
        real = self.folder / "deep" / "real.txt"
        real.parent.mkdir()
        real.write_text("# mine\n")
        real.chmod(0o640)
        self.known.symlink_to("deep/real.txt")
        update = [WSPROOF, "baseline", "update", self.known, "--run", report / "wsproof.json"]
        self.assertEqual(run(*update).returncode, 0)
        self.assertTrue(self.known.is_symlink())
        self.assertRegex(real.read_text(), r"\A# mine\n5\.9 FAIL ")
        self.assertEqual(real.stat().st_mode & 0o7777, 0o640)
        self.assertEqual(sorted(it.name for it in real.parent.iterdir()), ["real.txt"])
        # One that leads to nothing yet makes the file there.
        real.unlink()
        self.assertEqual(run(*update).returncode, 0)
        self.assertTrue(self.known.is_symlink())
        self.assertIn("5.9 FAIL", real.read_text())

    @unittest.skipIf(os.geteuid() == 0, "root may write everything")
    def test_a_baseline_that_may_not_be_written_is_refused(self):
        report = self.folder / "report"
        self.prove("5.9", "--report-dir", report)
        self.known.write_text("# mine\n")
        self.known.chmod(0o444)
        done = run(WSPROOF, "baseline", "update", self.known, "--run", report / "wsproof.json")
        self.assertEqual(done.returncode, USAGE)
        self.assertRegex(done.stderr, r"cannot write \S+known\.txt: Permission denied")
        self.assertEqual(self.known.read_text(), "# mine\n")

    def test_an_index_of_autobahn_is_a_baseline(self):
        bad = {"behavior": "FAILED", "behaviorClose": "FAILED"}
        index = self.folder / "index.json"
        index.write_text(json.dumps({"a": {"5.9": bad}, "b": {"1.1.1": bad}}))
        flags = ["5.9", "1.1.1", "--expect", index]
        self.assertEqual(self.prove(*flags, "--agent", "a").returncode, 0)
        self.assertEqual(self.prove(*flags, "--expect-agent", "a").returncode, 0)
        self.assertEqual(self.prove(*flags, "--agent", "b").returncode, 1)
        done = self.prove(*flags, "--agent", "c")
        self.assertEqual(done.returncode, USAGE)
        self.assertIn('has no agent "c"', done.stderr)
        self.assertEqual(self.prove(*flags, "--expect-agent", "c").returncode, USAGE)
        index.write_text("\ufeff" + json.dumps({"a": {"5.9": bad, "99.1": bad}}))
        done = self.prove(*flags)
        self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
        self.assertRegex(done.stderr, r'index\.json: agent "a": no case is "99\.1"')

    def test_a_level_lets_lesser_requirements_go(self):
        self.assertEqual(self.prove("5.9", "--level", "must").returncode, 1)
        self.assertEqual(self.prove("5.9", "--level", "never").returncode, USAGE)

    def test_a_trace_shows_both_directions_and_the_heads(self):
        done = self.prove("5.9", "--trace")
        self.assertRegex(done.stdout, r"(?m)^ +\d+\.\d ms  -> handshake  GET / HTTP/1\.1$")
        self.assertRegex(done.stdout, r"(?m)^ +Sec-WebSocket-Version: 13$")
        self.assertRegex(done.stdout, r"(?m)^ +\d+\.\d ms  <- handshake  HTTP/1\.1 101")


if __name__ == "__main__":
    unittest.main()
