# SPDX-License-Identifier: Apache-2.0
"""SECURITY.md names tests for each threat: they exist."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
THREAT = re.compile(r"^\| ([SR])(\d+) \|")
FILE = re.compile(r"`((?:tests|fuzz|conformance)/[\w./-]+)`(?:: ([\w, ]+))?")


def threats():
    for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines():
        if found := THREAT.match(line):
            yield found[1], int(found[2]), line


class Security(unittest.TestCase):
    def test_threats_are_numbered_without_gaps(self):
        numbers = {"S": 0, "R": 0}
        for letter, number, _ in threats():
            numbers[letter] += 1
            self.assertEqual(number, numbers[letter])
        self.assertGreater(numbers["S"], 0)
        self.assertGreater(numbers["R"], 0)

    def test_every_threat_names_tests_that_exist(self):
        for letter, number, line in threats():
            with self.subTest(threat=f"{letter}{number}"):
                cited = FILE.findall(line.split("|")[4])
                self.assertTrue(cited)
                for path, names in cited:
                    self.assertTrue((ROOT / path).is_file(), path)
                    text = (ROOT / path).read_text("utf-8")
                    for name in re.findall(r"\w+", names):
                        self.assertTrue(re.search(rf"\b{name}\b", text), f"{path}: {name}")


if __name__ == "__main__":
    unittest.main()
