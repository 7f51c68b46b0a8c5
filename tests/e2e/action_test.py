# SPDX-License-Identifier: Apache-2.0
"""The shell of the GitHub action, with files in the place of GitHub's."""

import pathlib
import socket
import subprocess
import tempfile
import unittest

from process import ROOT, WSPROOF, WSPROOFD, WithServers, peer, run

SCRIPT = ROOT / ".github/actions/conformance/run.sh"


class Action(WithServers, unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def act(self, **inputs):
        """The process, the outputs, the summary."""
        outputs, summary = self.folder / "outputs", self.folder / "summary"
        outputs.write_text("")
        summary.write_text("")
        done = run(SCRIPT, env={
            **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
            "GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary),
            "WSPROOF": WSPROOF, "WSPROOF_REPORT": str(self.folder / "report"),
        })  # fmt: skip
        pairs = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        return done, pairs, summary.read_text()

    def test_proves_a_server_that_runs(self):
        done, outputs, summary = self.act(url=self.daemon().ws(), selectors="1.1 2.1", jobs="4")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(outputs, {"passed": "9", "failed": "0",
                                   "report": str(self.folder / "report")})
        self.assertTrue((self.folder / "report/index.json").is_file())
        self.assertTrue(summary)

    def test_starts_and_ends_a_server(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        done, outputs, _ = self.act(url=f"ws://127.0.0.1:{port}/echo", selectors="1.1",
                                    command=f"{WSPROOFD} --host 127.0.0.1 --port {port}; true")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(outputs["passed"], "8")
        left = subprocess.run(["pgrep", "-f", f"wsproofd.*--port {port}"], check=False,
                              capture_output=True, text=True)
        self.assertEqual(left.stdout, "", "the server was ended")

    def test_tells_failures_and_takes_expectations(self):
        process, url = peer("faulty_ignores_errors.py")
        self.addCleanup(process.end)
        done, outputs, _ = self.act(url=url, selectors="5.9 1.1.1")
        self.assertEqual((done.returncode, outputs["failed"]), (1, "1"), done)
        known = self.folder / "known.txt"
        known.write_text("5.9 FAIL # on purpose\n")
        done, outputs, _ = self.act(url=url, selectors="5.9 1.1.1", expect=str(known))
        self.assertEqual((done.returncode, outputs["failed"]), (0, "0"), done)

    def test_does_not_take_an_input_for_a_command(self):
        spoilt = self.folder / "spoilt"
        done, _, _ = self.act(url=self.daemon().ws(), selectors=f"$(touch${{IFS}}{spoilt})")
        self.assertEqual(done.returncode, 2)
        self.assertFalse(spoilt.exists())

    def test_says_what_is_missing(self):
        for inputs, words in (({}, "needs the input url"),
                              ({"role": "client"}, "needs the input command"),
                              ({"role": "proxy"}, "role must be server or client")):
            done, _, _ = self.act(**inputs)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stdout, rf"\A::error::.*{words}")


if __name__ == "__main__":
    unittest.main()
