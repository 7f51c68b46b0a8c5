# SPDX-License-Identifier: Apache-2.0
"""What the faulty servers share: listening, the opening handshake, and frames as they come.

A faulty server is a function that is given a connection (a Peer) whose TCP has been accepted; a
thread for each connection. It prints "listening on ws://127.0.0.1:PORT/" once it listens.
"""

import base64
import hashlib
import socket
import struct
import sys
import threading

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Peer:
    """One accepted connection."""

    def __init__(self, connection):
        self.connection = connection
        self.buffer = b""

    def send(self, octets):
        self.connection.sendall(octets)

    def exactly(self, size):
        """The next octets; raises ConnectionError at the end of TCP."""
        while len(self.buffer) < size:
            more = self.connection.recv(65536)
            if not more:
                raise ConnectionError("ended")
            self.buffer += more
        out, self.buffer = self.buffer[:size], self.buffer[size:]
        return out

    def read_head(self):
        while b"\r\n\r\n" not in self.buffer:
            more = self.connection.recv(65536)
            if not more:
                raise ConnectionError("ended")
            self.buffer += more
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        return head

    def open(self, fields=b"Server: faulty\r\n"):
        """Answers the opening handshake as a right server does."""
        key = b""
        for line in self.read_head().split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"sec-websocket-key":
                key = value.strip()
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        self.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + fields
            + b"Sec-WebSocket-Accept: "
            + accept
            + b"\r\n\r\n"
        )

    def frame(self):
        """The next frame, whatever it is: (first octet, unmasked payload)."""
        first, second = self.exactly(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self.exactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self.exactly(8))
        key = self.exactly(4) if second & 0x80 else bytes(4)
        payload = self.exactly(size)
        long_key = int.from_bytes((key * (size // 4 + 1))[:size], "big")
        return first, (int.from_bytes(payload, "big") ^ long_key).to_bytes(size, "big")

    def send_frame(self, first, payload):
        if len(payload) < 126:
            size = bytes([len(payload)])
        elif len(payload) < 65536:
            size = b"\x7e" + struct.pack("!H", len(payload))
        else:
            size = b"\x7f" + struct.pack("!Q", len(payload))
        self.send(bytes([first]) + size + payload)

    def drain(self):
        """Reads and forgets until the other side has had enough."""
        while self.connection.recv(65536):
            pass


def serve(treat):
    """Listens on the port of the command line (none, or 0: any) and treats each connection."""
    listener = socket.create_server(
        ("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), backlog=256
    )
    print(f"listening on ws://127.0.0.1:{listener.getsockname()[1]}/", flush=True)

    def run(connection):
        try:
            with connection:
                treat(Peer(connection))
        except OSError:
            pass  # the other side has gone

    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=run, args=(connection,), daemon=True).start()
