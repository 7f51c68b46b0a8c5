# SPDX-License-Identifier: Apache-2.0
"""fuzz/run.py with stand-ins for the libFuzzer programs: what it runs, keeps, tells and returns."""

import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(os.environ.get("WSPROOF_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
SCRIPT = ROOT / "fuzz" / "run.py"

spec = importlib.util.spec_from_file_location("fuzz_run", SCRIPT)
fuzz_run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fuzz_run)

QUIET = """echo "$@" >>{calls}
echo '#9 INITED cov: 12 ft: 34 corp: 5/6b'
echo 'stat::number_of_executed_units: 1000'
echo 'stat::average_exec_per_sec:     50'
"""
CRASHES = QUIET + """for word; do case $word in -artifact_prefix=*) prefix=${{word#*=}} ;; esac; done
echo octets >"${{prefix}}crash-1"
echo '#10 NEW noise'
echo 'a_fuzz.cc:7: does not hold: something'
exit 77
"""


class Run(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        self.programs = self.root / "fuzz"
        self.programs.mkdir()

    def stand_in(self, target, body):
        program = self.programs / f"{target}_fuzz"
        program.write_text("#!/bin/sh\n" + body.format(calls=self.root / "calls"), encoding="utf-8")
        program.chmod(0o755)

    def run_script(self, *words):
        return subprocess.run(
            [sys.executable, "-B", str(SCRIPT), str(self.programs), *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def test_one_target(self):
        self.stand_in("mask", QUIET)
        done = self.run_script("mask", "7")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(
            done.stdout,
            r"\Amask +1000 runs +50/s +12 edges +34 features +5 inputs  nothing found\n\Z",
        )
        call = (self.root / "calls").read_text(encoding="utf-8")
        self.assertIn("-max_total_time=7 ", call)
        self.assertIn(f"{self.root}/corpus/mask {ROOT}/fuzz/corpus/mask", call)

    def test_a_finding_is_told(self):
        self.stand_in("mask", CRASHES)
        done = self.run_script("mask", "1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("1 found", done.stdout)
        self.assertIn("does not hold: something", done.stderr)
        self.assertNotIn("noise", done.stderr)
        self.assertIn(f"found: {self.root}/found/mask/crash-1", done.stderr)
        # The next run finds nothing new, though the program still fails.
        self.assertEqual(self.run_script("mask", "1").returncode, 1)

    def test_every_target_and_those_not_built(self):
        self.stand_in("mask", QUIET)
        done = self.run_script("1")
        self.assertEqual(done.returncode, 0)
        lines = done.stdout.splitlines()
        self.assertEqual([line.split()[0] for line in lines], fuzz_run.targets())
        self.assertEqual(sum("not built" in line for line in lines), len(lines) - 1)

    def test_an_unknown_target(self):
        done = self.run_script("nonsense")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("no target 'nonsense'; there are: ", done.stderr)


class Repository(unittest.TestCase):
    """What README.md asks of each target."""

    def test_each_target_has_a_corpus_and_says_what_it_does(self):
        listed = (ROOT / "fuzz" / "CMakeLists.txt").read_text(encoding="utf-8")
        for target in fuzz_run.targets():
            with self.subTest(target=target):
                self.assertRegex(listed, rf"wsproof_fuzz_target\({target}[\s)]")
                self.assertTrue(any((ROOT / "fuzz" / "corpus" / target).iterdir()))
                source = (ROOT / "fuzz" / f"{target}_fuzz.cc").read_text(encoding="utf-8")
                self.assertRegex(source.splitlines()[1], r"\A// [A-Z]")

    def test_corpora_are_small_and_belong_to_targets(self):
        size = 0
        for kind in ("corpus", "regressions"):
            for folder in (ROOT / "fuzz" / kind).iterdir():
                self.assertIn(folder.name, fuzz_run.targets())
                size += sum(file.stat().st_size for file in folder.iterdir())
        self.assertLess(size, 2 << 20)

    def test_each_regression_is_listed(self):
        listed = (ROOT / "fuzz" / "FINDINGS.md").read_text(encoding="utf-8")
        for file in sorted((ROOT / "fuzz" / "regressions").glob("*/*")):
            self.assertIn(f"{file.parent.name}/{file.name}", listed)


if __name__ == "__main__":
    unittest.main()
