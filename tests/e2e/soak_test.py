# SPDX-License-Identifier: Apache-2.0
"""The soak in its short form: seconds instead of minutes, and what it says when something is wrong."""

import json
import os
import pathlib
import stat
import sys
import unittest

import process

SOURCES = pathlib.Path(os.environ["WSPROOF_SOURCE_DIR"])
BUILT = pathlib.Path(os.environ["WSPROOF_BUILD_DIR"])
FOLDER = pathlib.Path(os.environ["WSPROOF_TEST_DIR"])
SCRIPT = SOURCES / "bench/soak.py"
sys.path.insert(0, str(SCRIPT.parent))
import soak  # noqa: E402


def run(*words, build=BUILT):
    return process.run(sys.executable, "-B", str(SCRIPT), "--build", str(build), "--out",
                       str(FOLDER), "--peak-seconds", "0.3", "--connections", "10",
                       *words)  # fmt: skip


def build_with(test, script):
    """A build folder whose wsproofd is a script of the test's."""
    build = FOLDER / test.id().rsplit(".", 1)[1]
    server = build / "server/app/wsproofd"
    server.parent.mkdir(parents=True, exist_ok=True)
    server.write_text("#!/bin/sh\n" + script, encoding="utf-8")
    server.chmod(server.stat().st_mode | stat.S_IXUSR)
    load = build / "bench/app"
    if not load.exists():
        load.parent.mkdir(parents=True, exist_ok=True)
        load.symlink_to(BUILT / "bench/app")
    return build


class Soak(unittest.TestCase):
    def test_every_message_comes_back_and_memory_is_told(self):
        for work, more in (("echo", ["--deflate"]), ("broadcast", [])):
            with self.subTest(work):
                done = run("--seconds", "2", "--work", work, "--share", "0.2", *more)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn("wrong or lost: 0\n", done.stdout)
                self.assertRegex(done.stdout, r"slope [+-][\d.]+ KiB a minute")
                summary = json.loads((FOLDER / f"soak-{work}.json").read_text(encoding="utf-8"))
                self.assertGreater(summary["items"], 0)
                self.assertGreaterEqual(len(summary["samples"]), 2)

    def test_a_server_that_dies_fails_it(self):
        dies = f"timeout --foreground 4 {os.environ['WSPROOFD']} \"$@\"\n"
        done = run("--seconds", "20", "--share", "0.2", build=build_with(self, dies))
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("FAILED", done.stdout)

    def test_a_server_that_does_not_start_fails_it(self):
        done = run(build=build_with(self, "exit 3\n"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("wsproofd did not say where it listens", done.stderr)

    def test_wrong_words_are_named(self):
        for words in (["--share", "0"], ["--share", "1.5"], ["--seconds", "-1"], ["--work", "idle"]):
            done = run(*words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(words[0], done.stderr)


class Slope(unittest.TestCase):
    def test_a_leak_shows(self):
        self.assertAlmostEqual(soak.slope([(second, 1000 * second) for second in range(60)]), 1000)

    def test_the_beginning_is_left_out(self):
        samples = [(0, 0)] + [(second, 5000) for second in range(10, 100)]
        self.assertAlmostEqual(soak.slope(samples), 0)

    def test_one_sample_has_none(self):
        self.assertEqual(soak.slope([(0, 5)]), 0)


if __name__ == "__main__":
    unittest.main()
