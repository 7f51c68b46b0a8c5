# SPDX-License-Identifier: Apache-2.0
"""What is compared, and what is wanted of each comparison."""

from typing import NamedTuple

# Those that are not bun: "ahead of each", or a part of the best of them.
OTHERS = ("beast", "libwebsockets", "websocketpp", "deno", "ws")
TCP = ("tcp-libuv", "tcp-epoll")


class Work(NamedTuple):
    """One row of the comparison: a command of wsproof-load without its URL."""

    key: str
    title: str
    command: tuple
    bun: float = None  # goal: at most this part of what bun takes
    best: float = None  # the same of the best of the others; 1: ahead of each
    libuv: float = None  # the same of a bare echo on libuv
    unit: str = "us"  # of CPU of the server for each item; or "B" of memory for each connection
    full_only: bool = False

    @property
    def kind(self):
        return self.command[0]


def echo(size, depth, connections=100, content="binary"):
    return ("echo", "--size", size, "--depth", str(depth), "--connections", str(connections),
            "--content", content)  # fmt: skip


def broadcast(size, depth, connections, publishers=1):
    return ("broadcast", "--size", size, "--depth", str(depth), "--connections", str(connections),
            "--publishers", str(publishers))  # fmt: skip


WORKS = (
    Work("echo-20-1", "echo 20 B, 1 in flight, 100 connections", echo("20", 1), 0.88, 1, 1.15),
    Work("echo-20-1-1000", "echo 20 B, 1 in flight, 1,000 connections", echo("20", 1, 1000),
         0.88, 1, 1.15, full_only=True),
    Work("echo-20-16", "echo 20 B, 16 in flight", echo("20", 16), 0.58, 0.25),
    Work("echo-1k-1", "echo 1 KiB, 1 in flight", echo("1k", 1), 0.70, 1, 1.15),
    Work("echo-1k-16", "echo 1 KiB, 16 in flight", echo("1k", 16), 0.36, 0.2),
    Work("echo-1k-mixed-16", "echo 1 KiB of mixed UTF-8, 16 in flight",
         echo("1k", 16, content="mixed"), 0.18, 0.1),
    Work("echo-64k-1", "echo 64 KiB, 1 in flight", echo("64k", 1), 0.32, 0.75),
    Work("broadcast-20-1", "broadcast 20 B to 1,000, one at a time", broadcast("20", 1, 1000),
         0.90, 1),
    Work("broadcast-20-16", "broadcast 20 B to 1,000, batches of 16", broadcast("20", 16, 1000),
         0.85, 0.06),
    Work("all-to-all-20", "broadcast 20 B, 100 members to all", broadcast("20", 1, 100, 100), 0.40),
    Work("all-to-all-1k", "broadcast 1 KiB, 100 members to all", broadcast("1k", 1, 100, 100), 0.60),
    Work("handshake", "opening handshake", ("connect", "--connections", "20"), 0.80, 1),
    Work("idle", "idle connection, 10,000 of them", ("idle", "--connections", "10000"), None, 1,
         unit="B"),
)  # fmt: skip

# For an idle connection the goal is a number of octets.
IDLE_GOAL = 400
