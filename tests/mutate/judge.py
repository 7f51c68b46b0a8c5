# SPDX-License-Identifier: Apache-2.0
"""Runs tests with one mutant alive, those that reach its place, the nearest and shortest first, until
one fails."""

import collections
import dataclasses
import math
import os
import pathlib
import re
import resource
import subprocess
import tempfile

# A mutant that asks for more than this is taken to have run wild; the tests need a tenth of it.
MOST_MEMORY = 3 << 30
# How much slower than in the run without a mutant a batch may be, and what it is given in any case.
PATIENCE, LEAST_SECONDS = 4, 2
# The first batch of tests takes about this long, each next one four times as long.
FIRST_BATCH = 0.15


@dataclasses.dataclass
class Test:
    judge: int
    name: str
    seconds: float
    passed: set


@dataclasses.dataclass
class Verdict:
    killed: bool
    how: str  # the test and what it met, or "no test reaches it", "all tests pass"
    tests: int = 0


class Bench:
    """`judges`: the paths of GoogleTest programs."""

    def __init__(self, judges):
        self.judges = judges
        self.tests = []
        self.reached_by = collections.defaultdict(list)
        self.at_start = set()

    # --- the run without a mutant ---------------------------------------------------------------

    def look(self):
        """Runs all tests once; what each passes, and how long it takes."""
        for number, judge in enumerate(self.judges):
            with tempfile.TemporaryDirectory() as folder:
                file = pathlib.Path(folder) / "passed"
                run = subprocess.run(
                    [judge, "--gtest_brief=1"],
                    env={**os.environ, "WSPROOF_PASSED": str(file)},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                if run.returncode != 0:
                    raise SystemExit(
                        "mutate: the tests do not pass without a mutant:\n" + run.stdout[-4000:]
                    )
                for line in file.read_text().splitlines():
                    name, microseconds, *passed = line.split()
                    if name == "-":
                        self.at_start.update(map(int, passed))
                        continue
                    test = Test(number, name, int(microseconds) / 1e6, set(map(int, passed)))
                    self.tests.append(test)
        for test in self.tests:
            for mutant in test.passed:
                self.reached_by[mutant].append(test)

    def candidates(self, mutant):
        """The tests to run, in their order: the nearest first, as their names tell, and the short
        before the long. What is computed at the start, once for all, may show in any test."""
        tests = self.reached_by.get(mutant.id, [])
        if mutant.id in self.at_start:
            tests = self.tests
        noun = pathlib.PurePath(mutant.file).stem.split("_")[0]

        def far(test):
            return noun not in test.name.split(".")[0].lower()

        return sorted(tests, key=lambda t: (t.judge, far(t) and t.seconds > 0.01, t.seconds))

    # --- one mutant -----------------------------------------------------------------------------

    def judge(self, mutant):
        tests = self.candidates(mutant)
        if not tests:
            return Verdict(False, "no test reaches it")
        size, at = FIRST_BATCH, 0
        while at < len(tests):
            batch = [tests[at]]
            spent = batch[0].seconds
            for test in tests[at + 1 :]:
                if test.judge != batch[0].judge or spent + test.seconds > size:
                    break
                batch.append(test)
                spent += test.seconds
            at += len(batch)
            size *= 4
            how = self.run(mutant, batch, spent)
            if how:
                return Verdict(True, how, at)
        return Verdict(False, "all tests pass", len(tests))

    def run(self, mutant, batch, seconds):
        """How the batch failed, or ''."""
        limit = math.ceil(PATIENCE * seconds) + LEAST_SECONDS

        def bound():
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        command = [
            self.judges[batch[0].judge],
            "--gtest_filter=" + ":".join(test.name for test in batch),
            # The first assertion that fails ends the program; the others have nothing to add.
            "--gtest_break_on_failure",
            "--gtest_catch_exceptions=0",
        ]
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(
                command,
                env={**os.environ, "WSPROOF_MUTANT": str(mutant.id)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                preexec_fn=bound,
            )
            try:
                # The limit counts the processor's time; this is for one that waits for ever.
                code = process.wait(timeout=20 * limit)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                code = "stuck"
            if code == 0:
                return ""
            out.seek(max(0, out.seek(0, os.SEEK_END) - 20000))
            begun = re.findall(r"\[ RUN +\] (\S+)", out.read().decode("utf-8", "replace"))
        test = begun[-1] if begun else "before the tests"
        means = {-5: "fails", 1: "fails", -6: "aborts", -11: "crashes", -8: "divides by zero"}
        means.update({-9: "does not end", -24: "does not end", "stuck": "does not end"})
        return f"{test} {means.get(code, f'ends with {code}')}"
