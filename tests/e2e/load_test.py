# SPDX-License-Identifier: Apache-2.0
"""wsproof-load's commands against wsproofd, and what it says of servers that are bad."""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

import process

sys.path.insert(0, str(process.PEERS))
import faulty_base  # noqa: E402

LOAD = os.environ["WSPROOF_LOAD"]
FOLDER = pathlib.Path(os.environ["WSPROOF_TEST_DIR"])
# Measured for an instant only: what is counted is checked, not how much of it there is.
BRIEF = ("--warmup", "0", "--duration", "100ms")


def load(*words):
    return process.run(LOAD, *words)


def result_of(file):
    with open(file, encoding="utf-8") as text:
        return json.load(text)


def serve(test, answer):
    """A server of one's own: answer(peer) for each connection, after its handshake."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def treat(connection):
        with contextlib.suppress(OSError), connection:
            peer = faulty_base.Peer(connection)
            peer.open()
            answer(peer)

    def accept():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=treat, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    test.addCleanup(listener.close)
    return f"ws://127.0.0.1:{listener.getsockname()[1]}/"


class Works(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = process.Daemon("--heartbeat", "0")
        cls.addClassCleanup(cls.server.end)

    def measure(self, work, *words, path="/echo"):
        """Runs a work that has to go well: its result as wsproof-load wrote it."""
        file = FOLDER / f"{self.id()}.json"
        done = load(work, self.server.ws(path), *BRIEF, "--json", file, *words)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        result = result_of(file)["wsproof_load"][0]
        self.assertEqual(result["failures"], {})
        self.assertEqual(sum(count for _, count in result["latency_ns"]["buckets"]), result["items"])
        return result

    def test_echo_in_a_closed_loop(self):
        for words in (
            ("--connections", "3"),
            ("--connections", "3", "--depth", "16", "--size", "1k", "--content", "mixed"),
            ("--connections", "1", "--size", "64k"),
            ("--connections", "2", "--size", "0"),
            ("--connections", "2", "--size", "300", "--content", "text", "--deflate"),
        ):
            with self.subTest(words):
                result = self.measure("echo", *words)
                self.assertGreater(result["items"], 0)
                self.assertEqual(result["connections"], int(words[1]))

    def test_echo_in_an_open_loop(self):
        result = self.measure("echo", "--connections", "2", "--rate", "200")
        self.assertTrue(result["open_loop"])
        self.assertLessEqual(result["items"], 25 + 20)
        self.assertGreater(sum(count for _, count in result["lag_ns"]["buckets"]), 0)

    def test_echo_until_the_rate_is_steady(self):
        done = load("echo", self.server.ws(), "--connections", "1", "--duration", "100ms")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_servers_process_is_looked_at(self):
        result = self.measure("echo", "--server-pid", self.server.pid)
        self.assertGreater(result["server"]["cpu_seconds"], 0)
        self.assertGreater(result["server"]["memory_after"], 1_000_000)

    def test_broadcast(self):
        for words in (
            ("--connections", "5"),
            ("--connections", "5", "--depth", "16"),
            ("--connections", "4", "--publishers", "4", "--size", "1k"),
            ("--connections", "4", "--publishers", "2", "--rate", "500"),
        ):
            with self.subTest(words):
                result = self.measure("broadcast", *words, path="/broadcast")
                self.assertEqual(result["item"], "delivery")
                self.assertGreater(result["items"], 0)

    def test_connect_and_churn(self):
        for work, words in (
            ("connect", ("--connections", "4")),
            ("connect", ("--connections", "4", "--rate", "100")),
            ("churn", ("--connections", "4", "--messages", "3")),
        ):
            with self.subTest(work=work, words=words):
                self.assertGreater(self.measure(work, *words)["connections"], 0)

    def test_an_open_loop_holds_no_more_connections_than_it_is_given(self):
        open_now, most, lock = [0], [0], threading.Lock()

        def slow(peer):
            with lock:
                open_now[0] += 1
                most[0] = max(most[0], open_now[0])
            time.sleep(0.02)
            with lock:  # before the client can know that it is over
                open_now[0] -= 1
            peer.send_frame(*peer.frame())
            peer.send_frame(*peer.frame())  # Close for Close

        done = load("churn", serve(self, slow), "--connections", "2", "--rate", "10000",
                    "--warmup", "50ms", "--duration", "300ms")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(most[0], 2)

    def test_idle(self):
        result = self.measure("idle", "--connections", "50", "--server-pid", self.server.pid)
        self.assertEqual(result["connections"], 50)

    def test_all_outputs_and_merge(self):
        files = [FOLDER / f"part{number}.json" for number in (1, 2)]
        for file in files:
            done = load("echo", self.server.ws(), *BRIEF, "--label", "us", "--json", file, "--quiet")
            self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        parts = [result_of(file)["wsproof_load"][0]["items"] for file in files]
        whole, page, hdr = (FOLDER / name for name in ("whole.json", "page.html", "hdr.txt"))
        done = load("merge", *files, "--json", whole, "--html", page, "--hdr", hdr)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"messages +\d+ in .* a second")
        merged = result_of(whole)
        self.assertEqual(merged["wsproof_load"][0]["items"], sum(parts))
        entry = merged["benchmarks"][0]
        self.assertEqual(entry["run_type"], "iteration")
        self.assertTrue({"name", "iterations", "real_time", "cpu_time", "time_unit"} <= set(entry))
        self.assertIn("</html>", page.read_text(encoding="utf-8"))
        self.assertRegex(hdr.read_text(encoding="utf-8"), rf"Total count    = +{sum(parts)}\]")

    def test_an_interrupt_keeps_what_there_is(self):
        file = FOLDER / "interrupted.json"
        heard = threading.Event()

        def echo(peer):
            while True:
                # Counting begins once all are connected, some answers later.
                peer.send_frame(*peer.frame())
                answered.append(True)
                if len(answered) == 3000:
                    heard.set()

        answered = []
        running = subprocess.Popen(
            [LOAD, "echo", serve(self, echo), "--connections", "1", "--warmup", "0",
             "--duration", "600", "--json", file],
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        self.assertTrue(heard.wait(process.PATIENCE))
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=process.PATIENCE)
        self.assertEqual(running.returncode, 130, out)
        self.assertGreater(result_of(file)["wsproof_load"][0]["items"], 0)


class BadTargets(unittest.TestCase):
    def fails(self, status, pattern, *words):
        """The failure is named, counted, and in the results, which are there."""
        file = FOLDER / f"{self.id()}.json"
        done = load(*words[:2], "--connections", "2", *BRIEF, "--json", file, *words[2:])
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertRegex(done.stderr, rf"FAILED +\d+ x .*{pattern}")
        failures = result_of(file)["wsproof_load"][0]["failures"]
        self.assertTrue(any(re.search(pattern, what) for what in failures), failures)

    def test_nobody_is_there(self):
        # Bound, so that nobody else takes the port, and not listening.
        held = socket.socket()
        self.addCleanup(held.close)
        held.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{held.getsockname()[1]}/"
        for work in ("echo", "connect", "churn", "idle", "broadcast"):
            with self.subTest(work):
                self.fails(3, "connection refused", work, url)

    def test_it_refuses(self):
        server = process.Daemon()
        self.addCleanup(server.end)
        self.fails(3, "HTTP status 404", "echo", server.ws("/nothing"))
        self.fails(3, "HTTP status 404", "connect", server.ws("/nothing"))

    def test_it_does_not_answer(self):
        url = serve(self, lambda peer: peer.drain())
        self.fails(3, "no answer within 200 ms", "echo", url, "--timeout", "200ms")
        self.fails(3, "a broadcast did not arrive", "broadcast", url, "--timeout", "200ms")
        self.fails(3, "no answer within 200 ms", "churn", url, "--timeout", "200ms")

    def test_it_closes(self):
        # It reads on, so that its Close is not lost with an RST.
        url = serve(self, lambda peer: (peer.send(b"\x88\x02\x03\xe8"), peer.drain()))
        self.fails(3, "closed the connection with code 1000", "echo", url)
        url = serve(self, lambda peer: None)
        self.fails(3, "ended TCP without a closing handshake", "echo", url)

    def test_it_echoes_wrong_octets(self):
        def wrong(peer):
            while True:
                first, payload = peer.frame()
                peer.send_frame(first, payload[:-1] + bytes([payload[-1] ^ 1]))

        self.fails(1, "an echo that differs", "echo", serve(self, wrong))

    def test_it_loses_and_repeats(self):
        def lossy(peer):
            peer.frame()
            while True:
                peer.send_frame(*peer.frame())

        def twice(peer):
            while True:
                echo = peer.frame()
                peer.send_frame(*echo)
                peer.send_frame(*echo)

        self.fails(1, "an echo out of order", "echo", serve(self, lossy), "--depth", "2")
        self.fails(1, "an echo out of order", "echo", serve(self, twice), "--depth", "2")
        self.fails(1, "came twice", "broadcast", serve(self, twice))

    def test_it_breaks_the_protocol(self):
        url = serve(self, lambda peer: peer.send(b"\xff\x00"))
        self.fails(3, "the server broke the protocol", "echo", url)


class Usage(unittest.TestCase):
    def refused(self, sentence, *words):
        done = load(*words)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertRegex(done.stderr, sentence)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_flags(self):
        url = "ws://127.0.0.1:1/"
        self.refused("http://x/: expected a URL that begins with ws://", "echo", "http://x/")
        self.refused("expected a port from 1 to 65535", "echo", "ws://x:99999/")
        self.refused("a URL is missing", "echo")
        self.refused("--size 1x: expected a size", "echo", url, "--size", "1x")
        self.refused("--depth 0: expected a whole number", "echo", url, "--depth", "0")
        self.refused("--rate -1: expected a number above 0", "echo", url, "--rate=-1")
        self.refused("--content utf9: expected binary", "echo", url, "--content", "utf9")
        self.refused("--server-pid 1x: expected", "echo", url, "--server-pid", "1x")
        self.refused("needs room for its number", "broadcast", url, "--size", "4")
        self.refused("at most as many as --connections", "broadcast", url, "--publishers", "200")
        self.refused("tcp:// is for echo", "churn", "tcp://127.0.0.1:1/")
        self.refused("subcommand", "--quiet")

    def test_descriptors(self):
        done = subprocess.run(
            ["bash", "-c", 'ulimit -n 100; exec "$@"', "-", LOAD, "idle", "ws://127.0.0.1:1/",
             "--connections", "1000000"],
            capture_output=True, text=True, timeout=process.PATIENCE, check=False,
        )  # fmt: skip
        # Who may raise the limit as far as that finds nobody there instead.
        self.assertIn(done.returncode, (2, 3))
        if done.returncode == 2:
            self.assertRegex(done.stderr, r"file descriptors are needed, and the system allows \d+")

    def test_files(self):
        self.refused("no-such-file: cannot be read: No such file", "merge", "no-such-file")
        self.refused("/dev/zero: cannot be read: it has more than 16 MiB", "merge", "/dev/zero")
        self.refused(": cannot be read: it is a folder", "merge", FOLDER)
        bad = FOLDER / "bad.json"
        bad.write_text("{", encoding="utf-8")
        self.refused("bad.json: not JSON", "merge", bad)
        bad.write_text("{}", encoding="utf-8")
        self.refused("bad.json: not a result of wsproof-load", "merge", bad)
        bad.write_text('{"wsproof_load": [{"name": 1}]}', encoding="utf-8")
        self.refused("bad.json: /wsproof_load/0/name: must be a string", "merge", bad)

    def test_what_would_not_fit_into_memory(self):
        self.refused("100 connections, --size 16777216 and 1000 at a time: more than 4 GiB", "echo",
                     "ws://127.0.0.1:1/", "--size", "16m", "--depth", "1000")

    def test_a_file_that_is_merged_with_itself(self):
        good = FOLDER / "good.json"
        good.write_text('{"wsproof_load": [], "benchmarks": []}', encoding="utf-8")
        self.refused("good.json: is given twice", "merge", good, good)

    def test_outputs(self):
        """What cannot be written is found before the run; where that cannot be known, the other
        files are written all the same."""
        url = "ws://127.0.0.1:1/"
        self.refused("/nowhere/a.json: cannot be written: No such file", "echo", url, "--json",
                     "/nowhere/a.json")
        self.refused(": cannot be written: Is a directory", "echo", url, "--html", FOLDER)
        self.refused("x: is named by two of", "echo", url, "--html", "x", "--json", "x")
        good = FOLDER / "good.json"
        good.write_text('{"wsproof_load": [], "benchmarks": []}', encoding="utf-8")
        page = FOLDER / "page.html"
        self.refused("/dev/full: cannot be written: No space left", "merge", good, "--json",
                     "/dev/full", "--html", page)
        self.assertIn("</html>", page.read_text("utf-8"))
        done = load("merge", good, "--json", "/dev/stdout")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("wsproof_load", json.loads(done.stdout))

    def test_help_and_version(self):
        for words in (("--help",), ("--version",), ("echo", "--help"), ("broadcast", "--help"),
                      ("connect", "--help"), ("idle", "--help"), ("churn", "--help"),
                      ("merge", "--help")):
            done = load(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            wide = [line for line in done.stdout.splitlines() if len(line) > 80]
            self.assertEqual(wide, [], words)


if __name__ == "__main__":
    unittest.main()
