# SPDX-License-Identifier: Apache-2.0
"""The files that a run leaves behind, and `wsproof report`, which joins and converts them."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import tempfile
import unittest
import xml.etree.ElementTree

from process import ROOT, WSPROOF, Process, WithServers, run

SCHEMA = ROOT / "tests/e2e/data/junit.xsd"
FILES = {"wsproof.json", "index.json", "index.html", "junit.xml", "summary.md", "badge.json"}
USAGE, TARGET, INTERRUPTED = 2, 3, 130


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Fixture(WithServers, unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def prove(self, folder, *arguments, status, **more):
        done = run(WSPROOF, "server", *arguments, "--report-dir", self.root / folder, **more)
        self.assertEqual(done.returncode, status, done)
        return done

    def report(self, *arguments, status=0, **more):
        done = run(WSPROOF, "report", *arguments, **more)
        self.assertEqual(done.returncode, status, done)
        return done

    def read(self, folder, name):
        return (self.root / folder / name).read_text("utf-8")

    def run_file(self, folder):
        return json.loads(self.read(folder, "wsproof.json"))

    def junit(self, folder):
        if shutil.which("xmllint"):
            done = run("xmllint", "--noout", "--schema", SCHEMA, self.root / folder / "junit.xml")
            self.assertEqual(done.returncode, 0, done.stderr)
        return xml.etree.ElementTree.fromstring(self.read(folder, "junit.xml"))

    def expect_complete(self, folder, cases):
        """Every report is there, whole, and speaks of all cases."""
        names = set(os.listdir(self.root / folder))
        self.assertLessEqual(FILES, names)
        self.assertEqual(len(names), len(FILES) + cases)  # no leftovers
        self.assertEqual(len(self.run_file(folder)["cases"]), cases)
        suite = self.junit(folder)
        self.assertEqual(len(suite.findall("testcase")), cases)
        self.assertEqual(suite.get("tests"), str(cases))
        self.assertTrue(self.read(folder, "index.html").endswith("</html>\n"))
        self.assertIn("WebSocket conformance", self.read(folder, "summary.md"))
        self.assertEqual(json.loads(self.read(folder, "badge.json"))["schemaVersion"], 1)
        return suite


class Reports(Fixture):
    def test_after_a_run_that_passed(self):
        self.prove("out", self.daemon().ws(), "1.1", status=0)
        suite = self.expect_complete("out", 8)
        self.assertEqual([suite.get(it) for it in ("errors", "skipped", "failures")], ["0"] * 3)
        self.assertEqual(json.loads(self.read("out", "badge.json"))["message"], "8 passed")

    def test_after_failures(self):
        self.prove("out", self.faulty("hostile_text"), "1.1", "5.9", status=1)
        suite = self.expect_complete("out", 9)
        self.assertEqual([suite.get(it) for it in ("errors", "failures")], ["0", "9"])
        failure = suite.find("testcase[last()]/failure")
        self.assertEqual(failure.get("type"), "FAIL")
        self.assertRegex(failure.text, r"run again +wsproof server ws://\S+ 5\.9\n")

    def test_after_the_target_died(self):
        self.prove("out", self.faulty("dies"), "1", "2", "3", "4", "5", "--jobs", "1",
                   status=TARGET)
        suite = self.expect_complete("out", 64)
        self.assertGreater(int(suite.get("errors")), 0)
        self.assertIn("the server died during the run", suite.find("testcase/error").get("message"))

    def test_of_an_unreachable_target(self):
        self.prove("out", f"ws://127.0.0.1:{free_port()}/", "1.1", status=TARGET)
        suite = self.expect_complete("out", 8)
        self.assertEqual([suite.get(it) for it in ("errors", "failures")], ["8", "0"])
        self.assertEqual(json.loads(self.read("out", "badge.json"))["message"], "run not complete")

    def test_after_sigint(self):
        process = Process(WSPROOF, "server", self.faulty("silent"), "1.1", "--open-timeout", "600",
                          "--report-dir", self.root / "out")
        self.addCleanup(process.end)
        process.wait_for_line("8 cases against")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), INTERRUPTED)
        suite = self.expect_complete("out", 8)
        self.assertEqual([suite.get(it) for it in ("errors", "failures")], ["8", "0"])
        self.assertIn("interrupted", suite.find("testcase/error").get("message"))

    def test_shards_join_to_the_whole(self):
        url = self.daemon().ws()
        for part in ("1/2", "2/2"):
            self.prove(part[0], url, "1", "2", "--shard", part, status=0)
        parts = [{it["id"] for it in self.run_file(folder)["cases"]} for folder in ("1", "2")]
        self.assertFalse(parts[0] & parts[1])
        done = self.report(self.root / "1", self.root / "2" / "wsproof.json", "--report-dir",
                           self.root / "whole")
        self.assertEqual(done.stderr, "")
        listed = json.loads(run(WSPROOF, "list", "1", "2", "--json").stdout)
        self.expect_complete("whole", len(listed))
        (agent,) = self.run_file("whole")["agents"]
        self.assertEqual([it["id"] for it in agent["results"]], [it["id"] for it in listed])

    def test_a_shard_that_is_lost_or_there_twice_is_named(self):
        url = self.daemon().ws()
        for part in ("1/3", "3/3"):
            self.prove(part[0], url, "1", "--agent", "ours", "--shard", part, status=0)
        self.expect_sentence("shard 2/3 of ours is missing", self.root / "1", self.root / "3")
        self.expect_sentence(r"shard 1/3 of ours is given twice, by \S+/1/wsproof\.json and by ",
                             self.root / "1", self.root / "3", self.root / "1")
        self.report(self.root / "1")  # by itself it is what it is

    def test_two_targets_of_one_name_are_kept_apart(self):
        self.prove("a", self.daemon().ws(), "1.1", "--agent", "x", status=0)
        self.prove("b", self.faulty("answers_400"), "1.1.1", "--agent", "x", status=1)
        done = self.report(self.root / "a", self.root / "b", status=1)
        self.assertRegex(done.stderr, r"\Awsproof: x in \S+ and in \S+ is not the same endpoint, "
                                      r"[^\n]*; the second is x-2 here [^\n]*\n\Z")
        self.assertRegex(done.stdout, r"(?m)^x: 8 cases: 8 passed")
        self.assertRegex(done.stdout, r"(?m)^x-2: 1 case: 0 passed")
        self.assertIn("x-2: 7 of the 8 cases are not in this run\n", done.stdout)
        self.report(self.root / "a", self.root / "b", "--join-by-name", status=1)

    def test_a_name_that_is_changed_is_told(self):
        urls = [self.daemon().ws(), self.daemon().ws("/echo?b")]
        done = self.prove("out", *urls, "1.1.1", "--agent", "a/b", "--agent", "a_b", status=0)
        self.assertEqual(done.stderr, "")
        index = json.loads(self.read("out", "index.json"))
        for agent in ("a/b", "a_b"):
            file = json.loads(self.read("out", index[agent]["1.1.1"]["reportfile"]))
            self.assertEqual(file["agent"], agent)
        done = self.prove("out", *urls, "1.1.1", "--agent", "a", "--agent", "a", status=0)
        self.assertRegex(done.stderr, r"\Awsproof: ws://\S+ is a-2 in reports: another endpoint "
                                      r"is named a already\n\Z")

    def test_what_cannot_be_written_is_told_in_one_sentence(self):
        for file in ("x_case_1_1_1.json", "x_case_1_1_4.json"):
            (self.root / "out" / file).mkdir(parents=True)
        done = self.prove("out", self.daemon().ws(), "1.1", "--agent", "x", status=USAGE)
        self.assertRegex(done.stderr,
                         r"\Awsproof: cannot write \S+/out/ \(x_case_1_1_1\.json, "
                         r"x_case_1_1_4\.json\): Is a directory\n\Z")
        self.assertIn("8 cases: 8 passed", done.stdout)

    def test_cases_that_were_not_run_are_not_called_failed(self):
        done = self.prove("out", self.faulty("dies"), "1", "2", "3", "4", "5", "--jobs", "1",
                          "--verbose", status=TARGET)
        agent, = self.run_file("out")["agents"]
        not_run = {it["id"] for it in agent["results"] if not it["ran"]}
        told = set(re.findall(r"(?m)^NOT RUN +([0-9.]+) ", done.stdout))
        self.assertEqual(told, not_run)
        self.assertIn(f" {len(not_run)} not run in", done.stdout)
        # As much for the joint report.
        done = self.report(self.root / "out", status=1)
        self.assertRegex(done.stdout, r"(?m)^NOT RUN +[0-9.]+ ")

    def test_agents_of_several_files_stand_side_by_side(self):
        self.prove("a", self.daemon().ws(), "1.1", "--agent", "ours", status=0)
        self.prove("b", self.faulty("answers_400"), "1.1", "--agent", "theirs", status=1)
        done = self.report(self.root / "a", self.root / "b", status=1)
        self.assertEqual(self.report(self.root / "a", self.root / "b", "--exit-zero").stdout,
                         done.stdout)
        self.assertRegex(done.stdout, r"(?m)^ours: 8 cases: 8 passed")
        self.assertRegex(done.stdout, r"(?m)^theirs: 8 cases: 0 passed")
        again = self.report(self.root / "a", self.root / "a")
        self.assertRegex(again.stderr, r"8 cases of ours are both in .*: 1\.1\.1 to 1\.1\.8\n\Z")

    def test_one_format_goes_to_standard_output(self):
        self.prove("out", self.daemon().ws(), "1.1", "--agent", "ours", status=0)
        for name, format in (("wsproof.json", "json"), ("index.json", "autobahn"),
                             ("index.html", "html"), ("junit.xml", "junit"),
                             ("summary.md", "markdown"), ("badge.json", "badge")):
            done = self.report(self.root / "out", "--format", format)
            self.assertEqual(done.stdout, self.read("out", name), name)
        self.report(self.root / "out", "--format", "junit", "--format", "badge", "--report-dir",
                    self.root / "two")
        self.assertEqual(sorted(os.listdir(self.root / "two")), ["badge.json", "junit.xml"])

    @staticmethod
    def empty_run():
        return json.dumps({"format": 1, "wsproof": "0", "peer": "server", "started_us": 0,
                           "duration_us": 0, "cases": [], "agents": []})

    def expect_sentence(self, pattern, *arguments):
        done = self.report(*arguments, status=USAGE)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Awsproof: [^\n]*" + pattern + r"[^\n]*\n\Z")

    def test_bad_files_are_named(self):
        self.expect_sentence("files is required")
        self.expect_sentence(r"cannot read \S+/gone: No such file", self.root / "gone")
        self.expect_sentence(r"cannot read \S+/wsproof\.json: No such file", self.root)
        bad = self.root / "bad.json"
        for text, what in (("", r"not JSON \(octet"), ("[1]", "top level"),
                           (self.empty_run(), "/agents: is empty: nothing was tested"),
                           ('{"format": 2}', "/format: is 2; this program reads format 1")):
            bad.write_text(text)
            self.expect_sentence(r"bad\.json is no wsproof\.json: .*" + what, bad)
        self.expect_sentence("--format", bad, "--format", "pdf")
        self.expect_sentence("--report-dir is needed", bad, "--format", "json", "--format", "html")

    def test_bad_shards_are_refused(self):
        for text in ("0/2", "3/2", "2", "1/0", "a/b", "1/2/3", "-1/2", "1/1001", ""):
            done = run(WSPROOF, "server", "ws://127.0.0.1:1/", f"--shard={text}", "--dry-run")
            self.assertEqual(done.returncode, USAGE, text)
            self.assertIn("--shard", done.stderr)
        done = run(WSPROOF, "server", "ws://127.0.0.1:1/", "1.1.1", "--shard", "2/2", "--dry-run")
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("no case is left for it", done.stderr)


class GitHub(Fixture):
    def environment(self):
        return {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(self.root / "summary.md")}

    def test_a_run_annotates_and_sums_up(self):
        (self.root / "summary.md").write_text("before\n")
        done = self.prove("out", self.faulty("ignores_errors"), "2", "3", "4", "5", status=1, env=self.environment())
        commands = re.findall(r"(?m)^::error .*$", done.stdout)
        self.assertEqual(len(commands), 8)
        for command in commands:
            self.assertRegex(command, r"\A::error title=wsproof[^:,]*::\S")
        summary = (self.root / "summary.md").read_text("utf-8")
        self.assertTrue(summary.startswith("before\n### WebSocket conformance: "))

    def test_a_peer_commands_no_runner(self):
        done = self.prove("out", self.faulty("hostile_text"), "1.1", status=1,
                          env=self.environment())
        start = re.search(r"(?m)^::stop-commands::(wsproof-[0-9a-f]{16})$", done.stdout)
        end = done.stdout.index(f"\n::{start[1]}::\n")
        self.assertLess(start.end(), done.stdout.index("FAIL 1.1.1"))
        self.assertLess(done.stdout.index("FAIL 1.1.1"), end)
        self.assertIn("::error ", done.stdout[end:])

    def test_elsewhere_nothing_is_annotated(self):
        done = self.prove("out", self.faulty("answers_400"), "1.1", status=1,
                          env={"GITHUB_ACTIONS": "", "GITHUB_STEP_SUMMARY": ""})
        self.assertNotIn("::", done.stdout.replace("ws://", ""))

    def test_a_summary_that_cannot_be_written_is_told(self):
        done = self.prove("out", self.daemon().ws(), "1.1", status=USAGE,
                          env={"GITHUB_STEP_SUMMARY": str(self.root / "gone" / "file")})
        self.assertRegex(done.stderr, r"cannot write the summary \S+/gone/file: No such file")
        self.assertEqual(done.stdout, "", "before the run")

    def test_a_folder_in_the_place_of_a_report_is_found_before_the_run(self):
        (self.root / "out" / "index.html").mkdir(parents=True)
        done = self.prove("out", self.daemon().ws(), "1.1", status=USAGE)
        self.assertRegex(done.stderr, r"cannot write \S+/out/index\.html: Is a directory\n\Z")
        self.assertEqual(done.stdout, "", "before the run")

    def test_report_tells_github_only_when_asked_to(self):
        self.prove("out", self.faulty("answers_400"), "1.1", status=1)
        done = self.report(self.root / "out", "--format", "badge", status=1,
                           env=self.environment())
        self.assertNotIn("::error", done.stdout)
        done = self.report(self.root / "out", "--github", status=1, env=self.environment())
        self.assertIn("::error", done.stdout)
        self.assertTrue((self.root / "summary.md").exists())


if __name__ == "__main__":
    unittest.main()
