# SPDX-License-Identifier: Apache-2.0
"""The command line of wsproof: exit statuses, sentences on stderr, files, signals."""

import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import threading
import time
import unittest

from process import PATIENCE, PATIENT, WSPROOF, Process, WithServers, peer, run

CASES = 517
USAGE, TARGET, DEADLINE, INTERRUPTED = 2, 3, 4, 130


def wsproof(*arguments, env=None):
    return run(WSPROOF, *arguments, env=env)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Usage(unittest.TestCase):
    def expect_sentence(self, pattern, *arguments):
        done = wsproof(*arguments)
        self.assertEqual(done.returncode, USAGE, done)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Awsproof: [^\n]*" + pattern + r"[^\n]*\n\Z")

    def test_refuses_wrong_words_with_one_sentence(self):
        self.expect_sentence("name a command")
        self.expect_sentence('"srever" is no command; name a command: server, ', "srever", "x")
        self.expect_sentence("wsproof baseline --help tells more", "baseline")
        self.expect_sentence("no URL given", "server")
        self.expect_sentence("--nonsense", "list", "--nonsense")
        self.expect_sentence("no URL given", "server", "6.4.1")
        self.expect_sentence("--sni is about TLS", "server", "ws://localhost/", "--sni", "a")
        self.expect_sentence("scheme must be ws:// or wss://", "server", "http://localhost/")
        self.expect_sentence("port must be", "server", "ws://localhost:0/")
        self.expect_sentence("not a URL like", "server", "localhost:9001")
        self.expect_sentence("--jobs", "server", "ws://localhost/", "--jobs", "0")
        self.expect_sentence("--settle", "server", "ws://localhost/", "--settle", "never")
        self.expect_sentence("--agent", "server", "ws://a/", "--agent", "x", "--agent", "y")

    def test_names_the_words_that_a_choice_has(self):
        for arguments, sentence in [
            (["server", "ws://a/", "--level", "x"], "--level: 'x' is none of must, should, all"),
            (["server", "ws://a/", "--settle", "x"], "--settle: 'x' is none of ping, wait"),
            (["report", "x", "--format", "x"],
             "--format: 'x' is none of json, autobahn, html, junit, markdown, badge"),
        ]:
            done = wsproof(*arguments)
            self.assertEqual(done.returncode, USAGE, done)
            self.assertEqual(done.stderr, f"wsproof: {sentence}; wsproof {arguments[0]} --help tells more\n")

    def test_output_that_is_lost_is_an_error(self):
        for arguments in [["list"], ["explain", "6.4.1"], ["--help"]]:
            with open("/dev/full", "w") as full:
                done = subprocess.run([WSPROOF, *arguments], stdout=full, stderr=subprocess.PIPE,
                                      text=True, timeout=PATIENCE, check=False)
            self.assertEqual(done.returncode, USAGE, done)
            self.assertEqual(done.stderr, "wsproof: standard output could not be written\n")

    def test_runs_without_standard_descriptors(self):
        done = run("sh", "-c", f"exec {WSPROOF} server ws://127.0.0.1:1/ 1.1.1 <&- >&- 2>&-")
        self.assertEqual(done.returncode, TARGET, done)

    def test_refuses_empty_values(self):
        url = "ws://127.0.0.1:1/"
        for words in (["--report-dir", ""], ["--expect", ""], ["--cases", ""], ["--origin", ""],
                      ["--agent", ""], ["--jobs", ""], ["--exclude", ""], ["--color", ""]):
            self.expect_sentence(f"{words[0]}.*: must not be empty", "server", url, *words)
        self.expect_sentence("must not be empty", "server", "")
        self.expect_sentence("must not be empty", "client", "--listen", "")
        self.expect_sentence("must not be empty", "client", "--listen", "127.0.0.1:0",
                             "--tls-cert", "", "--tls-key", "k")
        self.expect_sentence("--report-dir", "server", url, "--report-dir=")
        self.expect_sentence("--run.*must not be empty", "baseline", "update", "x", "--run", "")
        self.expect_sentence("begins with an empty word", "client", "--", "")

    def test_reads_no_file_for_ever(self):
        url = "ws://127.0.0.1:1/"
        with tempfile.TemporaryDirectory() as folder:
            large = pathlib.Path(folder, "large")
            with open(large, "wb") as file:
                file.truncate(2**30)  # one that takes no room
            os.mkfifo(os.path.join(folder, "pipe.json"))
            for file, why in (("/dev/zero", "it has more than 16 MiB"), (folder, "it is a folder"),
                              (large, "it has more than 16 MiB")):
                self.expect_sentence(why, "server", url, "--expect", file)
                self.expect_sentence(why, "server", "wss://127.0.0.1:1/", "--ca", file)
                self.expect_sentence(why, "client", "--listen", "127.0.0.1:0", "--tls-cert", file,
                                     "--tls-key", file)
            self.expect_sentence("it has more than 256 MiB", "report", large)
            self.expect_sentence("it has more than 256 MiB", "report", "/dev/zero")
            self.expect_sentence("/wsproof.json: No such file", "baseline", "update", "x", "--run",
                                 folder)
            self.expect_sentence("pipe.json: cannot be read: it is no ordinary file", "list",
                                 "--cases", folder)
            self.expect_sentence("nothing came from it for 10 s", "server", url, "--expect",
                                 os.path.join(folder, "pipe.json"))

    def test_reads_what_a_shell_hands_over(self):
        done = run("bash", "-c", f"{WSPROOF} server ws://127.0.0.1:1/ 1.1.1 --dry-run "
                                 "--expect <(echo 1.1.9 FAIL)")
        self.assertEqual(done.returncode, USAGE, done)
        self.assertRegex(done.stderr, r"/dev/fd/\d+:1: ")
        done = run("bash", "-c", f"{WSPROOF} server ws://127.0.0.1:1/ 1.1.1 --dry-run "
                                 "--expect <(true)")
        self.assertEqual(done.returncode, 0, done)

    def test_help_fits_a_terminal(self):
        for command in ([], ["server"], ["client"], ["list"], ["explain"], ["report"],
                        ["baseline"], ["baseline", "update"], ["export-corpus"], ["wstest"]):
            for columns in ("", "1", "39", "0", "-1", "abc", "1000000"):
                done = wsproof(*command, "--help", env={"COLUMNS": columns})
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                wide = [line for line in done.stdout.splitlines() if len(line) > 80]
                self.assertEqual(wide, [], command)

    def test_helps_with_unknown_cases(self):
        self.expect_sentence(r'"6\.4\.9"; the nearest ids are 6\.4\.2, 6\.4\.3, 6\.4\.4',
                             "server", "ws://localhost/", "6.4.9")
        self.expect_sentence(r'"6\.4\.9"', "list", "6.4.9")
        self.expect_sentence("wsproof list", "explain", "everything")
        self.expect_sentence("nearest", "list", "--exclude", "99")
        self.expect_sentence("no case is selected", "list", "6.4", "--exclude", "6")

    def test_names_file_line_and_pointer_of_a_bad_case(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "bad.json").write_text('{\n "family": "1 A",\n "groups": 7\n}\n')
            self.expect_sentence(r"bad\.json:3: .*/groups", "list", "--cases", folder)
            self.expect_sentence(r"bad\.json:3: ", "server", "ws://localhost/", "--cases", folder)
        self.expect_sentence("gone", "list", "--cases", os.path.join(folder, "gone"))

    def test_finds_an_unwritable_report_folder_before_the_run(self):
        port = free_port()
        self.expect_sentence("cannot make the folder /proc/reports", "server",
                             f"ws://127.0.0.1:{port}/", "--report-dir", "/proc/reports")
        with tempfile.NamedTemporaryFile() as file:
            self.expect_sentence("cannot", "server", f"ws://127.0.0.1:{port}/", "--report-dir",
                                 file.name)

    def test_helps(self):
        done = wsproof("--help")
        self.assertEqual(done.returncode, 0)
        for status in ("0", "1", "2", "3", "4", "130"):
            self.assertRegex(done.stdout, rf"(?m)^  {status} +\w")
        for command in ("server", "list", "explain"):
            self.assertRegex(wsproof(command, "--help").stdout, rf"Examples?:\n  wsproof {command}")
        self.assertRegex(wsproof("--version").stdout, r"\Awsproof \d+\.\d+\.\d+\n\Z")

    def test_lists_and_explains(self):
        self.assertEqual(len(json.loads(wsproof("list", "--json").stdout)), CASES)
        self.assertIn("6.4.1", wsproof("list", "6.4").stdout)
        explained = wsproof("explain", "6.4.1").stdout
        for words in ("RFC 6455 8.1", "f4 90 80 80", "1007", "What is acceptable"):
            self.assertIn(words, explained)

    def test_dry_run_connects_to_nobody(self):
        done = wsproof("server", f"ws://127.0.0.1:{free_port()}/", "6.4", "--dry-run")
        self.assertEqual(done.returncode, 0)
        self.assertIn("6.4.1", done.stdout)
        self.assertIn("4 cases would run against ws://", done.stdout)


class Targets(WithServers, unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def report(self, name="index.json"):
        return json.loads(pathlib.Path(self.folder.name, name).read_text("utf-8"))

    def prove(self, *arguments, **more):
        return wsproof("server", *arguments, "--report-dir", self.folder.name, **more)

    def test_proves_wsproofd(self):
        for threads in ("1", "2"):
            url = self.daemon("--threads", threads).ws()
            done = self.prove(url, "--messages", "2", *PATIENT)
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertRegex(
                done.stdout.splitlines()[-1],
                r"\A517 cases: 514 passed, 0 non-strict, 3 informational, 0 unsupported, 0 failed "
                r"in [\d.]+ s\Z")
        (agent,) = self.report()
        self.assertTrue(agent.startswith("wsproof"), agent)
        entry = self.report()[agent]["1.1.1"]
        self.assertEqual(sorted(entry),
                         ["behavior", "behaviorClose", "duration", "remoteCloseCode", "reportfile"])
        self.assertIsInstance(entry["duration"], int)
        case = self.report(entry["reportfile"])
        self.assertEqual((case["id"], case["agent"]), ("1.1.1", agent))
        self.assertEqual(len(os.listdir(self.folder.name)), CASES + 6)  # no leftovers

    def test_proves_several_at_once(self):
        url = self.daemon().ws()
        done = self.prove(url, url, self.faulty("answers_400"), "1.1", "--agent", "ours",
                          "--agent", "twin")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(sorted(self.report()), ["faulty", "ours", "twin"])
        self.assertRegex(done.stdout, r"(?m)^ours: 8 cases: 8 passed")
        self.assertRegex(done.stdout, r"(?m)^faulty: 8 cases: 0 passed")

    def test_runs_one_case_again_by_the_command_it_shows(self):
        done = self.prove(self.faulty("ignores_errors"), "5.9", "--settle", "wait")
        command = re.search(r"run again +wsproof (server .*)", done.stdout)[1]
        again = wsproof(*command.split())
        self.assertIn("FAIL 5.9", again.stdout)
        self.assertRegex(again.stdout.splitlines()[-1], r"\A1 case: .* 1 failed")

    def test_tells_an_unreachable_target(self):
        done = self.prove(f"ws://127.0.0.1:{free_port()}/")
        self.assertEqual(done.returncode, TARGET)
        self.assertIn("connection refused", done.stdout)
        self.assertEqual(len(done.stdout.splitlines()), 4, done.stdout)
        (cases,) = self.report().values()
        self.assertEqual({one["behavior"] for one in cases.values()}, {"FAILED"})

    def test_waits_for_a_target(self):
        port = free_port()
        started = []

        def start():
            time.sleep(0.5)
            started.append(Process(*self.peer_command("answers_400"), str(port)))

        thread = threading.Thread(target=start)
        thread.start()
        done = self.prove(f"ws://127.0.0.1:{port}/", "1.1.1", "--wait-for", str(PATIENCE))
        thread.join()
        self.addCleanup(started[0].end)
        self.assertEqual(done.returncode, 1)
        self.assertIn("HTTP status 400", re.sub(r"\s+", " ", done.stdout))

    @staticmethod
    def peer_command(name):
        root = pathlib.Path(__file__).resolve().parents[1]
        return "/usr/bin/python3", "-B", root / "peers" / f"faulty_{name}.py"

    def test_says_that_a_server_wants_tls(self):
        daemon = self.daemon("--tls-self-signed")
        done = self.prove(f"ws://{daemon.authority}/echo?a")
        self.assertEqual(done.returncode, TARGET, done.stdout)
        self.assertIn(f"the server speaks TLS: its URL is wss://{daemon.authority}/echo?a",
                      done.stdout)
        self.assertIn(f"0 failed, {CASES} not run", done.stdout)

    def test_says_that_a_server_does_not_speak_tls(self):
        for url, words in ((self.daemon().ws(), "does not speak TLS"),
                           (self.faulty("silent"), "no answer to the TLS handshake within 0.30 s")):
            done = self.prove(url.replace("ws://", "wss://"), "--open-timeout", "0.3")
            text = re.sub(r"\s+", " ", done.stdout)
            self.assertEqual(done.returncode, TARGET, done.stdout)
            self.assertIn(words, text)
            self.assertIn("the URL of a server without TLS begins with ws://", text)

    def test_nohup_keeps_sighup_away(self):
        process = Process("sh", "-c", f"trap '' HUP; exec {WSPROOF} server {self.faulty('silent')} "
                                      "--open-timeout 600")
        self.addCleanup(process.end)
        process.wait_for_line(f"{CASES} cases against")
        process.signal(signal.SIGHUP)
        process.signal(signal.SIGTERM)
        self.assertEqual(process.wait(), INTERRUPTED)
        self.assertIn("interrupted (SIGTERM)", "\n".join(process.lines))

    def test_gives_up_waiting(self):
        done = self.prove(f"ws://127.0.0.1:{free_port()}/", "--wait-for", "0.2")
        self.assertEqual(done.returncode, TARGET)
        self.assertIn("not within 0.20 s", re.sub(r"\s+", " ", done.stdout))

    def test_ends_at_the_deadline(self):
        done = self.prove(self.faulty("silent"), "--deadline", "0.3")
        self.assertEqual(done.returncode, DEADLINE)
        self.assertIn("deadline", done.stdout)
        self.assertEqual(len(next(iter(self.report().values()))), CASES)

    def test_tests_nobody_else_in_place_of_the_command(self):
        done = self.prove(self.daemon().ws(), "1.1.1", "--", "sh", "-c", "exit 1")
        self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
        self.assertRegex(done.stderr, r"\Awsproof: something listens at ws://\S+ already")

    def test_sends_no_field_that_was_not_asked_for(self):
        for flag, value in (("--origin", "a\r\nX-Evil: y"), ("--subprotocol", "a b")):
            done = self.prove("ws://127.0.0.1:1/", "1.1.1", flag, value)
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
            self.assertIn(flag, done.stderr)

    def test_ends_when_interrupted_and_still_reports(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = Process(WSPROOF, "server", self.faulty("silent"), "--open-timeout", "600",
                              "--report-dir", self.folder.name)
            process.wait_for_line(f"{CASES} cases against")
            process.signal(number)
            self.assertEqual(process.wait(), INTERRUPTED)
            self.assertIn("interrupted", "\n".join(process.lines))
            self.assertRegex(process.lines[-1], rf"\A{CASES} cases: .* 0 failed, {CASES} not run in")
            self.assertEqual(len(next(iter(self.report().values()))), CASES)
            process.end()

    def test_a_signal_before_the_cases_begin_is_not_lost(self):
        expected = pathlib.Path(self.folder.name, "expected")
        os.mkfifo(expected)
        process = Process(WSPROOF, "server", self.faulty("silent"), "--open-timeout", "600",
                          "--expect", str(expected), "--report-dir", self.folder.name)
        with expected.open("w") as pipe:  # once it is read from
            process.signal(signal.SIGTERM)
            pipe.write("# nothing\n")
        self.assertEqual(process.wait(), INTERRUPTED)
        self.assertRegex(process.lines[-1], rf"\A{CASES} cases: .* {CASES} not run in")
        self.assertEqual(len(next(iter(self.report().values()))), CASES)
        process.end()

    def test_a_signal_while_reports_are_written_leaves_them_whole(self):
        summary = pathlib.Path(self.folder.name, "summary")
        os.mkfifo(summary)
        # The summary is what it writes last: it waits there for somebody who reads.
        process = Process(WSPROOF, "server", self.daemon().ws(), "1.1.1", "--report-dir",
                          self.folder.name,
                          env={**os.environ, "GITHUB_STEP_SUMMARY": str(summary)})
        process.wait_for_line(r"1 case: 1 passed")
        process.signal(signal.SIGTERM)
        time.sleep(0.2)
        self.assertTrue(process.running())
        self.assertIn("| wsproof | 1 | 0 |", summary.read_text())
        self.assertEqual(process.wait(), 0)
        process.end()

    def test_strict_counts_non_strict(self):
        url = self.faulty("ignores_errors")
        self.assertEqual(self.prove(url, "7.9.6").returncode, 0)
        self.assertEqual(self.prove(url, "7.9.6", "--strict").returncode, 1)

    def test_says_which_report_cannot_be_written_and_writes_the_others(self):
        os.mkdir(os.path.join(self.folder.name, "x_case_1_1_2.json"))
        done = self.prove(self.daemon().ws(), "1.1", "--agent", "x")
        self.assertEqual(done.returncode, USAGE)
        self.assertRegex(done.stderr, r"\Awsproof: cannot write .*/x_case_1_1_2\.json: Is a "
                                      r"directory\n\Z")
        self.assertEqual(self.report("wsproof.json")["agents"][0]["counts"]["passed"], 8)
        self.assertEqual(len(os.listdir(self.folder.name)), 8 + 6)

    def test_a_full_disk_is_told(self):
        # Files may not grow beyond this many blocks of 512 octets; a full disk looks much the same.
        done = run("/bin/sh", "-c", 'ulimit -f 4; trap "" XFSZ; exec "$@"', "sh", WSPROOF, "server",
                   self.daemon().ws(), "1.1", "--report-dir", self.folder.name)
        self.assertEqual(done.returncode, USAGE, done)
        self.assertRegex(done.stderr, r"\Awsproof: cannot write \S+ \(wsproof\.json, [^\n]*: File too "
                                      r"large\n\Z")
        self.assertIn("1.1.1", next(iter(self.report().values())))


class Colour(unittest.TestCase):
    """What goes to a terminal, seen through a pseudo-terminal."""

    def on_terminal(self, *arguments, env=None, columns=None):
        ours, theirs = pty.openpty()
        if columns is not None:
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        child = subprocess.Popen([WSPROOF, *arguments], stdin=subprocess.DEVNULL, stdout=theirs,
                                 stderr=theirs, env={**os.environ, "TERM": "xterm", **(env or {})})
        os.close(theirs)
        out = b""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                more = os.read(ours, 65536)
            except OSError:
                break  # Linux says so when the other side has gone
            if not more:
                break
            out += more
        os.close(ours)
        child.wait(PATIENCE)
        return out.decode()

    def setUp(self):
        process, self.url = peer("faulty_silent.py")
        self.addCleanup(process.end)
        self.arguments = ("server", self.url, "1.1", "--open-timeout", "0.3")

    def test_terminal_has_colour_and_a_status_line(self):
        text = self.on_terminal(*self.arguments, env={"NO_COLOR": ""})
        self.assertIn("\x1b[1;31m", text)
        self.assertRegex(text, r"\r\[ *\] 0 of 8 cases, waiting for 1\.1\.\d\x1b\[K")
        self.assertIn("\r\x1b[K", text)

    def test_any_width_will_do(self):
        for columns in (0, 1, 39, 40, 200, 65535):
            text = self.on_terminal(*self.arguments, columns=columns)
            self.assertRegex(text, r"8 cases: 0 passed[^\r]*\r\n\Z")
            widths = [len(line) for line in re.sub(r"\x1b\[[\d;]*[mK]", "", text).splitlines()]
            self.assertLessEqual(max(widths[1:]), 110, columns)

    def test_no_color_is_respected(self):
        text = self.on_terminal(*self.arguments, env={"NO_COLOR": "1"})
        self.assertNotIn("\x1b[1;31m", text)

    def test_a_pipe_has_neither(self):
        done = wsproof(*self.arguments)
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertNotIn("\r", done.stdout + done.stderr)

    def test_colour_can_be_forced_and_forbidden(self):
        self.assertIn("\x1b[", wsproof(*self.arguments, "--color", "always").stdout)
        text = self.on_terminal(*self.arguments, "--color", "never", env={"NO_COLOR": ""})
        self.assertNotIn("\x1b[1;31m", text)


if __name__ == "__main__":
    unittest.main()
