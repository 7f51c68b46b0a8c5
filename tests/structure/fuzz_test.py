# SPDX-License-Identifier: Apache-2.0
"""fuzz/ is whole: each target has inputs and a place in the README, each finding its line, and the
dictionaries can be read; and what fuzz/run.py makes of a run."""

import importlib.util
import io
import json
import os
import pathlib
import re
import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout

ROOT = pathlib.Path(os.environ.get("WSPROOF_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
FUZZ = ROOT / "fuzz"
TARGETS = {file.name.removesuffix("_fuzz.cc") for file in FUZZ.glob("*_fuzz.cc")}
# What stands in the repository is to stay small; a night's corpora are kept elsewhere.
MOST_INPUT, MOST_CORPORA = 2048, 1024 * 1024

# libFuzzer's form: a comment, or a word in quotes with escapes.
ENTRY = re.compile(r'(#.*|"(?:[^"\\\x00-\x1f\x7f-\xff]|\\["\\]|\\x[0-9A-Fa-f]{2})+")?')


def load_run():
    spec = importlib.util.spec_from_file_location("run", FUZZ / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def files_below(folder):
    return [file for file in folder.rglob("*") if file.is_file()]


class Folder(unittest.TestCase):
    def test_every_target_is_built_and_told_of(self):
        built = set(re.findall(r"^ *wsproof_fuzz_target\((\w+)", (FUZZ / "CMakeLists.txt").read_text(), re.M))
        self.assertEqual(built, TARGETS)
        rows = set(re.findall(r"^\| `(\w+)` \|", (FUZZ / "README.md").read_text(), re.M))
        self.assertEqual(rows, TARGETS)

    def test_every_target_has_small_inputs(self):
        self.assertEqual({folder.name for folder in (FUZZ / "corpus").iterdir()}, TARGETS)
        for target in TARGETS:
            files = files_below(FUZZ / "corpus" / target)
            self.assertTrue(files, target)
            for file in files:
                self.assertLessEqual(file.stat().st_size, MOST_INPUT, file)
        total = sum(file.stat().st_size for file in files_below(FUZZ / "corpus"))
        self.assertLess(total, MOST_CORPORA)

    def test_every_finding_has_its_line(self):
        files = {file.relative_to(FUZZ / "regressions").as_posix() for file in files_below(FUZZ / "regressions")}
        told = re.findall(r"^\| [\d-]{10} \| (\w+) \| ([\w./-]+) \|", (FUZZ / "FINDINGS.md").read_text(), re.M)
        for target, file in told:
            self.assertIn(target, TARGETS)
            self.assertTrue(file.startswith(target + "/"), file)
        self.assertEqual({file for _, file in told}, files)

    def test_dictionaries_can_be_read(self):
        dictionaries = list((FUZZ / "dictionaries").iterdir())
        self.assertTrue(dictionaries)
        for file in dictionaries:
            self.assertIn(file.name.removesuffix(".dict"), TARGETS)
            lines = file.read_text(encoding="ascii").splitlines()
            for number, line in enumerate(lines, 1):
                self.assertTrue(ENTRY.fullmatch(line), f"{file}:{number}: {line}")
            words = [line for line in lines if line.startswith('"')]
            self.assertEqual(len(words), len(set(words)), file)

    def test_case_files_have_every_property(self):
        names = set()

        def walk(schema):
            if isinstance(schema, dict):
                names.update(schema.get("properties", ()))
                schema = schema.values()
            elif not isinstance(schema, list):
                return
            for part in schema:
                walk(part)

        walk(json.loads((ROOT / "conformance" / "cases" / "schema.json").read_text(encoding="utf-8")))
        self.assertIn("steps", names)
        words = (FUZZ / "dictionaries" / "case_file.dict").read_text(encoding="ascii")
        self.assertFalse({name for name in names if f'"\\"{name}\\""' not in words})


OUTPUT = """#1024\tNEW    cov: 12 ft: 34 corp: 5/67b exec/s: 8 rss: 40Mb
Done 2048 runs in 1 second(s)
stat::number_of_executed_units: 2048
stat::average_exec_per_sec:     1024
"""


class Run(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.build = pathlib.Path(temporary.name)
        (self.build / "fuzz").mkdir()

    def program(self, target, body):
        file = self.build / "fuzz" / (target + "_fuzz")
        file.write_text("#!/bin/sh\n" + body, encoding="utf-8")
        file.chmod(0o755)

    def run_script(self, *words):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            status = load_run().main([str(self.build / "fuzz"), *words])
        return status, out.getvalue(), err.getvalue()

    def test_nothing_found(self):
        self.program("utf8", f'echo "$@" >{self.build}/arguments\ncat <<END\n{OUTPUT}END\n')
        status, out, err = self.run_script("utf8", "7")
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(
            out, r"\Autf8 +2048 runs in +\d+ s of CPU +12 edges +34 features +5 inputs  nothing found\n\Z"
        )
        arguments = (self.build / "arguments").read_text(encoding="utf-8").split()
        self.assertIn("-max_total_time=7", arguments)
        self.assertIn(f"-dict={FUZZ}/dictionaries/utf8.dict", arguments)
        self.assertEqual(arguments[-2:], [str(self.build / "corpus" / "utf8"), str(FUZZ / "corpus" / "utf8")])

    def test_a_finding_is_shown_and_fails(self):
        self.program(
            "utf8", f"echo 'it does not hold'\necho x >{self.build}/found/utf8/crash-1\nexit 77\n"
        )
        status, out, err = self.run_script("utf8", "1")
        self.assertEqual(status, 1)
        self.assertIn("1 found", out)
        self.assertIn("it does not hold", err)
        self.assertIn(f"again: {self.build}/fuzz/utf8_fuzz {self.build}/found/utf8/crash-1", err)

    def test_what_is_not_built_is_said(self):
        status, out, _ = self.run_script("utf8", "1")
        self.assertEqual(status, 0)
        self.assertIn("utf8                   not built", out)

    def test_an_unknown_target_is_refused(self):
        with self.assertRaises(SystemExit) as end:
            self.run_script("utf9")
        self.assertEqual(end.exception.code, 2)


if __name__ == "__main__":
    unittest.main()
