# SPDX-License-Identifier: Apache-2.0
"""bench/micro/ratios.py judges a run as its goals say, and says in one sentence what it cannot read."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(os.environ.get("WSPROOF_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
SCRIPT = ROOT / "bench" / "micro" / "ratios.py"


def entry(name, time, speed=None, items=None):
    """One repetition, as Google Benchmark writes it."""
    run = {"name": name, "run_name": name, "run_type": "iteration", "cpu_time": time}
    if speed is not None:
        run["bytes_per_second"] = speed
    if items is not None:
        run["items_per_second"] = items
    return run


class Ratios(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_script(self, text):
        source = self.folder / "run.json"
        source.write_text(text, encoding="utf-8")
        self.summary = self.folder / "summary.json"
        return subprocess.run(
            [sys.executable, "-B", str(SCRIPT), "--from", str(source), "--json", str(self.summary)],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def judged(self, *runs):
        done = self.run_script(json.dumps({"benchmarks": list(runs)}))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.output = done.stdout
        return {each["name"]: each for each in json.loads(self.summary.read_text("utf-8"))}

    def test_takes_the_median_and_the_best_peer(self):
        found = self.judged(
            *(entry("mask_wsproof/128", 1, speed) for speed in (30e9, 1e9, 90e9)),
            entry("mask_beast/128", 1, 20e9),
            entry("mask_websocketpp/128", 1, 10e9),
        )["mask in place, 128 B, to the best other library"]
        self.assertEqual(found["peer"], "mask_beast/128")
        self.assertEqual((found["value"], found["peer_value"]), (30, 20))
        self.assertEqual((found["ratio"], found["goal"], found["met"]), (1.5, 1.4, True))

    def test_counts_time_by_frame_where_less_is_better(self):
        goal = "frame of 20 B received, to wslay"
        ours = entry("frame_receive_wsproof/20", 640, 2e9, items=1e8)
        met = self.judged(ours, entry("frame_receive_wslay/20", 3200, 4e8, items=2e7))[goal]
        self.assertEqual((met["value"], met["peer_value"], met["met"]), (10, 50, True))
        missed = self.judged(ours, entry("frame_receive_wslay/20", 640, 2e9, items=1e8))[goal]
        self.assertFalse(missed["met"])
        self.assertIn("MISSED", self.output)
        self.assertIn("0 of 1 goals are met.", self.output)

    def test_leaves_out_what_did_not_run(self):
        self.assertEqual(
            list(self.judged(entry("accept_key_wsproof", 20), entry("accept_key_naive", 100),
                             entry("mask_wsproof/128", 1, 1e9))),
            ["accept key, to a naive EVP call"],
        )  # fmt: skip

    def test_says_what_it_cannot_read(self):
        for text in ("", "[]", '{"benchmarks": 3}'):
            with self.subTest(text=text):
                done = self.run_script(text)
                self.assertEqual(done.returncode, 2)
                self.assertIn("not Google Benchmark's JSON", done.stderr)


if __name__ == "__main__":
    unittest.main()
