# SPDX-License-Identifier: Apache-2.0
"""Programs under test: started, waited for, ended; never longer than a bounded time."""

import os
import pathlib
import queue
import re
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WSPROOFD = os.environ.get("WSPROOFD", str(ROOT / "build/release/server/app/wsproofd"))
WSPROOF = os.environ.get("WSPROOF", str(ROOT / "build/release/conformance/app/wsproof"))
# Beside it; the build makes the link.
WSTEST = str(pathlib.Path(WSPROOF).parent / "wstest")
NODE_MODULES = os.environ.get("WSPROOF_NODE_MODULES", str(ROOT / "build/e2e/node_modules"))
PEERS = ROOT / "tests/peers"

# How long anything may take before a test gives up. Nothing waits this long when all is well.
SANITIZED = bool(os.environ.get("WSPROOF_SANITIZE"))
PATIENCE = 240.0 if SANITIZED else 60.0
# For wsproof where a peer without fault is expected to pass, however busy the machine is: with
# sanitizers, making what is sent takes longer than a peer would be waited for.
PATIENT = ("--close-timeout", "30")
if SANITIZED:
    PATIENT += ("--open-timeout", "60", "--case-timeout", "240")


class Process:
    """One program that says where it listens. A thread reads its lines, so it never blocks."""

    def __init__(self, *command, env=None, cwd=None):
        self.lines = []
        self.errors = ""
        self._arrived = queue.Queue()
        self._child = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(env or {})},
            cwd=cwd,
        )
        self._readers = [
            threading.Thread(target=self._read_lines, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _read_lines(self):
        for line in self._child.stdout:
            self.lines.append(line.rstrip("\n"))
            self._arrived.put(line.rstrip("\n"))
        self._arrived.put(None)

    def _read_errors(self):
        for line in self._child.stderr:
            self.errors += line

    @property
    def pid(self):
        return self._child.pid

    def wait_for_line(self, pattern):
        """The first line, of those not yet looked at, that the pattern is found in."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._arrived.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line {pattern!r}; got {self.lines}") from None
            if line is None:
                self.wait()
                raise AssertionError(f"ended without {pattern!r}: {self.lines} {self.errors}")
            found = re.search(pattern, line)
            if found:
                return found

    def signal(self, number):
        self._child.send_signal(number)

    def wait(self):
        """The exit status, once it has ended and all that it printed is there."""
        status = self._child.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return status

    def running(self):
        return self._child.poll() is None

    def end(self):
        """Ends it, gently first. For a test's clean-up; does nothing to what has ended."""
        if self.running():
            self.signal(signal.SIGTERM)
            try:
                self._child.wait(10)
            except subprocess.TimeoutExpired:
                self._child.kill()
        self.wait()
        self._child.stdout.close()
        self._child.stderr.close()


class Daemon(Process):
    """wsproofd at a port that the system chose."""

    def __init__(self, *flags, host="127.0.0.1"):
        if SANITIZED and "--heartbeat" not in flags:
            flags = ("--heartbeat", "0", *flags)
        if SANITIZED and "--handshake-timeout" not in flags:
            flags = ("--handshake-timeout", "120", *flags)
        super().__init__(WSPROOFD, "--host", host, "--port", "0", *flags)
        found = self.wait_for_line(r"listening on ws(s?)://(.*):(\d+)/$")
        self.secure, self.host, self.port = found[1], found[2].strip("[]"), int(found[3])
        self.authority = f"{found[2]}:{found[3]}"

    def ws(self, path="/echo"):
        return f"ws{self.secure}://{self.authority}{path}"

    def http(self, path="/"):
        return f"http{self.secure}://{self.authority}{path}"


class WithServers:
    """For a TestCase: servers that end with the test."""

    def daemon(self, *flags):
        daemon = Daemon(*flags)
        self.addCleanup(daemon.end)
        return daemon

    def faulty(self, name):
        process, url = peer(f"faulty_{name}.py")
        self.addCleanup(process.end)
        return url


def run(*command, env=None, timeout=None, cwd=None):
    """Runs a program to its end: .returncode, .stdout, .stderr."""
    return subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        timeout=timeout or PATIENCE,
        cwd=cwd,
        check=False,
    )


def node_environment():
    return {"NODE_PATH": NODE_MODULES}


def peer(name):
    """Starts tests/peers/NAME, which prints its URL first: (process, URL)."""
    if name.endswith(".js"):
        process = Process("node", PEERS / name, env=node_environment())
    else:
        process = Process(sys.executable, "-B", PEERS / name)
    try:
        return process, process.wait_for_line(r"listening on (ws://\S+)$")[1]
    except AssertionError:
        process.end()
        raise
