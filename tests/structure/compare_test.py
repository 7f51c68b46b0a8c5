# SPDX-License-Identifier: Apache-2.0
"""bench/compare.py makes of slices the figures, ratios and verdicts that its goals ask for."""

import os
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(os.environ.get("WSPROOF_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
SCRIPT = ROOT / "bench/compare.py"
sys.path.insert(0, str(SCRIPT.parent))
import compare  # noqa: E402
import works  # noqa: E402


def figure(value, spread=0.02):
    return compare.Figure(value, spread, pathlib.Path("slice.json"))


class Figures(unittest.TestCase):
    def test_the_median_and_its_spread(self):
        slices = [(value, pathlib.Path(f"{value}")) for value in (9, 1, 5, 4, 6)]
        found = compare.Figure.of(slices)
        self.assertEqual((found.value, found.slice.name), (5, "5"))
        self.assertAlmostEqual(found.spread, 0.5)
        self.assertEqual(compare.Figure.of(slices[:1]).spread, 0)

    def test_the_value_of_a_slice(self):
        echo, idle = works.WORKS[0], works.WORKS[-1]
        result = {"items": 200, "connections": 10,
                  "server": {"cpu_seconds": 0.001, "memory_before": 1000, "memory_after": 6000}}  # fmt: skip
        self.assertAlmostEqual(compare.value_of(echo, result), 5)
        self.assertAlmostEqual(compare.value_of(idle, result), 500)
        with self.assertRaises(compare.servers.Unable):
            compare.value_of(echo, {**result, "items": 0})


class Verdicts(unittest.TestCase):
    def test_bun_the_best_of_the_others_and_the_limit(self):
        work = works.Work("echo", "echo", ("echo",), bun=0.9, best=1, libuv=1.15)
        figures = {"wsproofd": figure(10), "bun": figure(12), "ws": figure(50), "beast": figure(9.8),
                   "tcp-libuv": figure(8)}  # fmt: skip
        found = {one["peer"]: one for one in compare.judge(work, figures)}
        self.assertEqual(set(found), {"bun", "beast", "tcp-libuv"})
        self.assertTrue(found["bun"]["met"])
        self.assertFalse(found["beast"]["met"])
        self.assertEqual(compare.verdict(found["beast"]), "missed, but a tie")
        self.assertEqual(compare.verdict(found["tcp-libuv"]), "MISSED")
        keys = {"name", "unit", "value", "peer", "peer_value", "ratio", "goal", "met"}
        self.assertTrue(all(keys <= set(one) for one in found.values()))

    def test_without_ours_there_is_nothing_to_judge(self):
        self.assertEqual(compare.judge(works.WORKS[0], {"bun": figure(1)}), [])

    def test_the_base_may_differ_by_the_noise(self):
        work = works.WORKS[0]
        quiet = {"wsproofd": figure(12), "base": figure(10)}
        self.assertFalse(compare.judge(work, quiet)[0]["met"])
        noisy = {"wsproofd": figure(11, 0.1), "base": figure(10)}
        self.assertTrue(compare.judge(work, noisy)[0]["met"])

    def test_an_idle_connection_is_held_to_its_octets(self):
        found = compare.judge(works.WORKS[-1], {"wsproofd": figure(401), "bun": figure(1500)})
        self.assertFalse(next(one for one in found if one["peer"] == "octets")["met"])

    def test_the_report_names_what_was_not_measured(self):
        work = works.WORKS[0]
        figures = {"wsproofd": figure(10), "bun": figure(12)}
        text = compare.markdown([(work, figures)], compare.judge(work, figures), ["ws: it died"],
                                ["wsproofd", "bun", "ws"])  # fmt: skip
        self.assertIn(f"| {work.title} | 10 +-2% | 12 +-2% |  |", text)
        self.assertIn("1 of 1 goals are met.", text)
        self.assertIn("- not measured: ws: it died", text)


class Usage(unittest.TestCase):
    def refused(self, sentence, *words):
        done = subprocess.run([sys.executable, "-B", SCRIPT, *words], capture_output=True, text=True,
                              timeout=60, check=False)  # fmt: skip
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(sentence, done.stderr)

    def test_flags(self):
        self.refused("--only is no regular expression", "--only", "(")
        self.refused("no work has such a key", "--only", "nothing-like-this")
        self.refused("--rounds has to be 1 or more", "--rounds", "-1")
        self.refused("no such program", "--base", "/nowhere/wsproofd")
        self.refused("not one of", "--peers", "nobody")


if __name__ == "__main__":
    unittest.main()
