#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an idle connection costs the server in memory.

    idle_memory.py PATH/TO/wsproofd [--connections 10000] [--limit 1536] [-- FLAGS FOR wsproofd]

Starts the server, opens that many WebSocket connections, waits until its resident memory has
settled, and prints the difference divided by their number. Exit status: 0, 1 above the limit, 2
when the measurement is not possible.
"""

import argparse
import base64
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time

# Connections under way at once: below the server's backlog, so that none has to be sent again.
BATCH = 200
# From one source address to one server address: the ports that Linux hands out, with some to spare.
PER_SOURCE = 20_000


class Unable(Exception):
    """The measurement cannot be made; the words say why."""


def raise_descriptor_limit(wanted):
    """Lets this process, and the server that it starts, open so many descriptors."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return
    for limits in ((wanted, max(wanted, hard)), (min(wanted, hard), hard)):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            break
        except (ValueError, OSError):
            continue
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        raise Unable(f"{wanted} descriptors are needed and {soft} are allowed (ulimit -n)")


def resident(pid):
    """Resident memory of the process in octets."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise Unable(f"no VmRSS in /proc/{pid}/status")


def settled(pid):
    """Resident memory once it has not changed for half a second."""
    last, since = resident(pid), time.monotonic()
    while time.monotonic() - since < 0.5:
        time.sleep(0.05)
        now = resident(pid)
        if now != last:
            last, since = now, time.monotonic()
    return last


def request(port):
    key = base64.b64encode(os.urandom(16)).decode("ascii")
    return (
        f"GET /echo HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode("ascii")


def connect(port, index):
    connection = socket.socket()
    try:
        connection.settimeout(30)
        connection.bind((f"127.0.0.{1 + index // PER_SOURCE}", 0))
        connection.connect(("127.0.0.1", port))
        connection.sendall(request(port))
    except OSError:
        connection.close()
        raise
    return connection


def finish_handshake(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connection.recv(4096)
        if not piece:
            raise Unable("the server ended a connection during its handshake")
        head += piece
    if not head.startswith(b"HTTP/1.1 101 "):
        raise Unable("the server answered " + head.split(b"\r\n")[0].decode("latin-1"))


def open_connections(port, count):
    connections = []
    while len(connections) < count:
        first = len(connections)
        for index in range(first, min(first + BATCH, count)):
            connections.append(connect(port, index))
        for connection in connections[first:]:
            finish_handshake(connection)
    return connections


def start(path, flags):
    command = [path, "--host", "127.0.0.1", "--port", "0", "--heartbeat", "0", *flags]
    try:
        # pylint: disable-next=consider-using-with
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    except OSError as error:
        raise Unable(f"cannot start {path}: {error.strerror}") from error
    line = server.stdout.readline()
    found = re.search(r":(\d+)/$", line.strip())
    if not found:
        server.kill()
        raise Unable(f"{path} did not say where it listens")
    return server, int(found.group(1))


def measure(path, flags, count):
    """Octets for each of so many connections."""
    raise_descriptor_limit(count + 100)
    server, port = start(path, flags)
    connections = []
    try:
        # The first connections pay for code and tables that all the others share.
        warm = open_connections(port, 10)
        for connection in warm:
            connection.close()
        before = settled(server.pid)
        connections = open_connections(port, count)
        after = settled(server.pid)
        if server.poll() is not None:
            raise Unable(f"{path} has ended")
        return (after - before) / count
    finally:
        for connection in connections:
            connection.close()
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def main():
    parser = argparse.ArgumentParser(description="What an idle connection costs the server.")
    parser.add_argument("path", help="the wsproofd to start")
    parser.add_argument("--connections", type=int, default=10_000, metavar="N")
    parser.add_argument(
        "--limit", type=float, default=1536, metavar="OCTETS", help="most that one may cost [1536]"
    )
    parser.add_argument("flags", nargs="*", help="for wsproofd, after --")
    arguments = parser.parse_args()
    if arguments.connections < 1:
        parser.error(f"--connections {arguments.connections}: expected at least 1")
    try:
        cost = measure(arguments.path, arguments.flags, arguments.connections)
    except (Unable, OSError) as error:
        print(f"idle_memory: {error}", file=sys.stderr)
        return 2
    print(f"{cost:.0f} octets per idle connection, {arguments.connections} connections")
    if cost > arguments.limit:
        print(f"idle_memory: more than the limit of {arguments.limit:.0f}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
