# SPDX-License-Identifier: Apache-2.0
"""The servers of the comparison: how each is started, held to one core, and ended."""

import os
import pathlib
import re
import resource
import select
import subprocess
import time
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "bench/peers"
# Longer than any runtime takes to come up on a machine that is busy with other things.
PATIENCE = 60


class Unable(Exception):
    """A server cannot be used; the words say why."""


class Server(NamedTuple):
    """One server, by the name that it has in the tables."""

    name: str
    command: tuple
    echo: str = "/"
    broadcast: str = "/broadcast"  # None: it has none


def first_of(folder, patterns):
    """The first program that one of the patterns finds: npm's own links may lead to a wrapper."""
    for pattern in patterns:
        for path in sorted(folder.glob(pattern)):
            if os.access(path, os.X_OK):
                return path
    return None


def known(build, modules, wsproofd=None):
    """All servers that are there, ours first: (servers, names of those that are not)."""
    built = build / "bench/peers"
    bun = first_of(modules, ("@oven/bun-linux-*/bin/bun", "bun/bin/bun.exe"))
    deno = first_of(modules, ("@deno/*/deno",))
    ours = wsproofd or build / "server/app/wsproofd"
    candidates = [
        Server("wsproofd", (ours, "--host", "127.0.0.1", "--port", "0", "--heartbeat", "0"), "/echo"),
        Server("bun", (bun, "run", HERE / "bun.js")),
        Server("beast", (built / "beast",)),
        Server("libwebsockets", (built / "libwebsockets",)),
        Server("websocketpp", (built / "websocketpp",)),
        Server("deno", (deno, "run", "--quiet", "--allow-net", HERE / "deno.js")),
        Server("ws", ("node", HERE / "ws.js")),
        Server("tcp-libuv", (built / "tcp_libuv",), broadcast=None),
        Server("tcp-epoll", (built / "tcp_epoll",), broadcast=None),
    ]
    servers, missing = [], []
    for server in candidates:
        program = server.command[0]
        there = program is not None and (program == "node" or pathlib.Path(program).exists())
        if server.name == "ws":
            there = (modules / "ws").exists()
        if there:
            servers.append(server)
        else:
            missing.append(server.name)
    return servers, missing


def cores():
    """The core of the server and that of the load; the same where there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[-1]


def settle(core):
    """For a child before it runs: its core, and as many descriptors as there may be."""

    def prepare():
        os.sched_setaffinity(0, {core})
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    return prepare


class Running:
    """A server that has been started and has said where it listens."""

    def __init__(self, server, modules):
        self.server = server
        environment = {
            **os.environ,
            "NODE_PATH": str(modules),
            "DENO_DIR": str(modules.parent / "deno"),
            "DENO_NO_UPDATE_CHECK": "1",
        }
        try:
            self.child = subprocess.Popen(
                [str(word) for word in server.command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                preexec_fn=settle(cores()[0]),
            )
        except OSError as error:
            raise Unable(f"{server.name} cannot be started: {error.strerror}") from error
        self.url = self._listening()

    def _listening(self):
        said = b""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            ready, _, _ = select.select([self.child.stdout], [], [], until - time.monotonic())
            piece = os.read(self.child.stdout.fileno(), 4096) if ready else b""
            if not piece:
                break
            said += piece
            found = re.search(rb"listening on ((?:ws|tcp)://[\w.:]+)/", said)
            if found:
                return found[1].decode("ascii")
        self.end()
        raise Unable(f"{self.server.name} did not say where it listens")

    @property
    def pid(self):
        return self.child.pid

    def end(self):
        self.child.terminate()
        try:
            self.child.wait(5)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child.stdout.close()
