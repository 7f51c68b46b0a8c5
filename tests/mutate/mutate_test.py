# SPDX-License-Identifier: Apache-2.0
"""The mutation run on a program of a few lines: what it finds to change, what it leaves out, and that
each verdict is the one that a person would give."""

import contextlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

try:
    import clang.cindex
except ImportError:
    print("skipped: Debian's python3-clang-14 is not installed")
    sys.exit(77)

import judge
import mutate
import program
import reasons
import sites

CXX = os.environ.get("WSPROOF_CXX", "g++")
FLAGS = ["-std=c++20", "-w", "-Wno-narrowing"]

HEADER = """\
// The first line of a source is a comment.
#pragma once
namespace tiny {
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
static_assert(is_digit('5'));
int count_digits(const char* text);
int table_at(unsigned index);
bool never_called(int value);
int slow_or_not(int value);
void set(int& target, int value);
}
"""
SOURCE = """\
// This one, too.
#include "core/tiny.h"
namespace tiny {
namespace {
constexpr struct { int values[3]; } kTable{{4, 5, 6}};
int square(int value) { return value * value; }
}
int count_digits(const char* text) {
  int digits = 0;
  for (; *text != 0; ++text) {
    if (is_digit(*text)) ++digits;
  }
  return digits;
}
int table_at(unsigned index) { return kTable.values[index]; }
bool never_called(int value) { return value > 3; }
// The way for small values is merely quicker.
int slow_or_not(int value) {
  if (value < 2) return value;
  return square(value);
}
void set(int& target, int value) {
  target = value;
}
}
"""
TEST = """\
#include <gtest/gtest.h>
#include "core/tiny.h"
TEST(Tiny, Digits) {
  EXPECT_EQ(tiny::count_digits("a09/:"), 2);
  EXPECT_EQ(tiny::count_digits(""), 0);
}
TEST(Tiny, Table) { EXPECT_EQ(tiny::table_at(1), 5); }
TEST(Tiny, Squares) {
  EXPECT_EQ(tiny::slow_or_not(0), 0);
  EXPECT_EQ(tiny::slow_or_not(1), 1);
  EXPECT_EQ(tiny::slow_or_not(3), 9);
}
TEST(Tiny, Sets) {
  int value = 1;
  tiny::set(value, 7);
  EXPECT_EQ(value, 7);
}
"""


class Tiny(unittest.TestCase):
    """Built once: all of its mutants, each with its verdict."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = pathlib.Path(folder.name) / "root"
        (cls.root / "core").mkdir(parents=True)
        (cls.root / "core" / "tiny.h").write_text(HEADER, encoding="utf-8")
        (cls.root / "core" / "tiny.cc").write_text(SOURCE, encoding="utf-8")
        (cls.root / "tiny_test.cc").write_text(TEST, encoding="utf-8")
        cls.tree = pathlib.Path(folder.name) / "build" / "tree"
        cls.built = 0
        cls.program = cls.make()
        cls.mutants = {m.key: m for m in cls.program.mutants()}
        bench = judge.Bench([str(cls.tree.parent / "tiny_test")])
        bench.look()
        cls.verdicts = {k: bench.judge(m) for k, m in cls.mutants.items()}

    @classmethod
    def make(cls):
        def configure(tree):
            command = [CXX, *FLAGS, f"-I{tree}", "-fsyntax-only", str(tree / "core" / "tiny.cc")]
            return {str(tree / "core" / "tiny.cc"): command}

        def build(tree):
            cls.built += 1
            sources = ["tiny_test.cc", "core/tiny.cc", *program.RUNTIME[1:]]
            run = subprocess.run(
                [CXX, *FLAGS, f"-I{tree}", "-o", str(tree.parent / "tiny_test")]
                + [str(tree / source) for source in sources]
                + ["-lgtest_main", "-lgtest", "-lpthread"],
                capture_output=True,
                text=True,
                check=False,
            )
            return run.stderr if run.returncode else ""

        arguments = ["-xc++", "-std=c++20", f"-I{cls.root}"]
        made = program.Program(
            cls.root, "core", cls.tree, arguments, configure, build, lambda _: None
        )
        made.make()
        return made

    def verdict(self, key):
        self.assertIn(key, self.verdicts)
        return self.verdicts[key]

    def assert_killed(self, key, how):
        verdict = self.verdict(key)
        self.assertTrue(verdict.killed, key)
        self.assertEqual(verdict.how, how)

    def assert_alive(self, key, why):
        self.assertEqual((self.verdict(key).killed, self.verdict(key).how), (False, why))

    def test_wrong_results_are_noticed(self):
        self.assert_killed(
            "core/tiny.h | is_digit | c >= '0' | c > '0'", "Tiny.Digits fails"
        )
        self.assert_killed(
            "core/tiny.h | is_digit | '9' | '9' + 1", "Tiny.Digits fails"
        )
        self.assert_killed(
            "core/tiny.h | is_digit | c >= '0' && c <= '9' | c >= '0' || c <= '9'",
            "Tiny.Digits fails",
        )
        self.assert_killed(
            "core/tiny.cc | count_digits | if (is_digit(*text)) ++digits; | (nothing)",
            "Tiny.Digits fails",
        )
        self.assert_killed(
            "core/tiny.cc | square | value * value | value / value", "Tiny.Squares fails"
        )
        self.assert_killed(
            "core/tiny.cc | set | target = value; | (nothing)", "Tiny.Sets fails"
        )

    def test_what_runs_wild_is_ended(self):
        how = self.verdict("core/tiny.cc | count_digits | ++text | --text")
        self.assertTrue(how.killed)

    def test_a_table_is_mutated_though_it_was_constexpr(self):
        self.assert_killed("core/tiny.cc | kTable | 5 | 5 + 1", "Tiny.Table fails")
        self.assert_alive("core/tiny.cc | kTable | 4 | 4 + 1", "all tests pass")

    def test_what_no_test_reaches(self):
        for mutated in ("value >= 3", "value <= 3"):
            self.assert_alive(
                f"core/tiny.cc | never_called | value > 3 | {mutated}", "no test reaches it"
            )

    def test_what_makes_no_difference(self):
        self.assert_alive(
            "core/tiny.cc | slow_or_not | if (value < 2) return value; | (nothing)",
            "all tests pass",
        )

    def test_a_size_is_left_out(self):
        self.assertNotIn("core/tiny.cc | kTable | 3 | 3 + 1", self.mutants)
        self.assertNotIn("core/tiny.cc | values | 3 | 3 + 1", self.mutants)

    def test_once_settled_nothing_is_tried_again(self):
        again = self.make()
        self.assertEqual([m.key for m in again.mutants()], list(self.mutants))
        self.assertEqual([m.id for m in again.mutants()], [m.id for m in self.mutants.values()])

    def test_lines_stay_where_they_are(self):
        for source in self.program.sources:
            self.assertEqual(source.text.count(b"\n"), source.content.count(b"\n"))


class Sites(unittest.TestCase):
    def found(self, body, prelude=""):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "some.cc"
            path.write_text(prelude + textwrap.dedent(body), encoding="utf-8")
            found, _ = sites.find(str(path), "some.cc", ["-xc++", "-std=c++20"])
        return [(m.original, m.mutated) for site in found for m in site.mutants]

    def test_conditions(self):
        self.assertEqual(
            self.found("bool f(bool a, bool b) { return a && !b; }"),
            [("a && !b", "a || !b"), ("a", "!(a)"), ("!b", "b")],
        )

    def test_a_call_for_nothing_but_its_effect(self):
        self.assertEqual(
            self.found("void g(); void f() { return g(); } void h() { g(); }"),
            [("return g();", "return;"), ("g();", "(nothing)")],
        )

    def test_overloaded_operators(self):
        prelude = "struct S { bool operator==(const S&) const = default; };\n"
        self.assertEqual(
            self.found("bool f(S a, S b) { return a != b; }", prelude), [("a != b", "a == b")]
        )

    def test_constants_by_name(self):
        prelude = "constexpr unsigned kMost = 125;\n"
        self.assertEqual(
            self.found("unsigned f(unsigned a) { return a % kMost; }", prelude),
            [("a % kMost", "a * kMost"), ("kMost", "kMost + 1")],
        )

    def test_what_the_compiler_alone_reads_is_left_alone(self):
        self.assertEqual(
            self.found(
                """
                constexpr int kSize = 4 + 1;
                static_assert(kSize == 5);
                enum E { kA = 3 };
                #define TWICE(x) ((x) + (x))
                int f(E e) { switch (e) { case 3: return TWICE(e); } return e; }
                """
            ),
            [],
        )

    def test_the_same_twice_is_told_apart(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "some.cc"
            path.write_text("int f(int a) { return a + 5 - 5 - 5; }\n", encoding="utf-8")
            found, _ = sites.find(str(path), "some.cc", ["-xc++", "-std=c++20"])
        keys = [m.key for site in found for m in site.mutants]
        self.assertIn("some.cc | f | 5 | 5 + 1", keys)
        self.assertIn("some.cc | f | 5 | 5 + 1 #2", keys)
        self.assertIn("some.cc | f | 5 | 5 + 1 #3", keys)
        self.assertEqual(len(keys), len(set(keys)))


class Equivalents(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "equivalent.txt"
            path.write_text(textwrap.dedent(text), encoding="utf-8")
            return reasons.read(path)

    def test_a_reason_and_what_it_is_true_of(self):
        self.assertEqual(
            self.read(
                """\
                # Merely slower,
                # not other.
                a.cc | f | x < 2 | x <= 2
                a.cc | f | 2 | 2 + 1

                # No way leads here.
                a.cc | g | 1 | 0
                """
            ),
            {
                "a.cc | f | x < 2 | x <= 2": "Merely slower, not other.",
                "a.cc | f | 2 | 2 + 1": "Merely slower, not other.",
                "a.cc | g | 1 | 0": "No way leads here.",
            },
        )

    def test_what_is_no_such_list(self):
        for text, message in (
            ("a.cc | f | 1 | 0\n", "equivalent.txt:1: no reason stands above it"),
            ("# Why\na.cc f\n", "equivalent.txt:2: not file | function | this | that"),
            ("# Why\na | f | 1 | 0\na | f | 1 | 0\n", "equivalent.txt:3: listed twice"),
            ("# Why\na | f | 1 | 0\n# More\n", "equivalent.txt:3: a blank line has to come"),
        ):
            with self.assertRaises(SystemExit) as raised:
                self.read(text)
            self.assertIn(message, str(raised.exception))


class Lists(unittest.TestCase):
    def untrue(self, listed, killed=False, full=True):
        mutant = sites.Mutant("a.cc", 1, "f", "1", "0")
        verdicts = {mutant.key: judge.Verdict(killed, "a test fails", 1)}
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            wrong = mutate.untrue({"some.txt": {listed: "Why"}}, [mutant], verdicts, full)
        return wrong, said.getvalue()

    def test_what_lives_is_rightly_listed(self):
        self.assertEqual(self.untrue("a.cc | f | 1 | 0"), (0, ""))

    def test_what_was_killed_is_not(self):
        wrong, said = self.untrue("a.cc | f | 1 | 0", killed=True)
        self.assertEqual(wrong, 1)
        self.assertIn("some.txt: killed by a test fails: a.cc | f | 1 | 0", said)

    def test_what_is_not_there_is_not_where_all_was_run(self):
        wrong, said = self.untrue("a.cc | g | 1 | 0")
        self.assertEqual(wrong, 1)
        self.assertIn("some.txt: there is no such mutant: a.cc | g | 1 | 0", said)
        self.assertEqual(self.untrue("a.cc | g | 1 | 0", full=False), (0, ""))


if __name__ == "__main__":
    unittest.main()
