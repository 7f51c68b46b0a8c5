# SPDX-License-Identifier: Apache-2.0
"""A client that does as it is told: octets to send, octets that came, frames as they are."""

import socket
import struct

import process

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455 1.3
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def request(path="/echo", host="127.0.0.1", **changes):
    """An opening handshake. A change with the value None leaves the field out; _ stands for -."""
    fields = {
        "Host": host,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
    }
    for name, value in changes.items():
        fields[name.replace("_", "-")] = value
    lines = [f"{name}: {value}\r\n" for name, value in fields.items() if value is not None]
    return (f"GET {path} HTTP/1.1\r\n" + "".join(lines) + "\r\n").encode("latin-1")


def frame(opcode, payload=b"", fin=True):
    """A masked frame; the masking key is zero, so the payload can be read as it is."""
    head = bytes([(0x80 if fin else 0) | opcode])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    elif len(payload) < 65536:
        head += b"\xfe" + struct.pack("!H", len(payload))
    else:
        head += b"\xff" + struct.pack("!Q", len(payload))
    return head + bytes(4) + payload


class Wire:
    """One TCP connection; a context, which closes it."""

    def __init__(self, daemon):
        self.socket = socket.create_connection((daemon.host, daemon.port), process.PATIENCE)
        self._buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, octets):
        self.socket.sendall(octets)

    def head(self):
        """The head of the response: (status, fields in lower case)."""
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        return int(lines[0].split(" ")[1]), {name.lower(): it for name, it in fields.items()}

    def open(self, path="/echo"):
        """The opening handshake, which must succeed; a failure closes TCP, too."""
        try:
            self.send(request(path))
            status, fields = self.head()
        except OSError:
            self.socket.close()
            raise
        if status != 101 or fields["sec-websocket-accept"] != ACCEPT:
            raise AssertionError(f"not open: {status} {fields}")
        return self

    def frame(self):
        """The next frame: (first octet, payload)."""
        first, second = self.exactly(2)
        if second == 126:
            (second,) = struct.unpack("!H", self.exactly(2))
        elif second == 127:
            (second,) = struct.unpack("!Q", self.exactly(8))
        return first, self.exactly(second)

    def close_code(self):
        """Reads on to the Close frame; its code."""
        while True:
            first, payload = self.frame()
            if first == 0x88:
                return struct.unpack("!H", payload[:2])[0]

    def exactly(self, size):
        while len(self._buffer) < size:
            self._more()
        out, self._buffer = self._buffer[:size], self._buffer[size:]
        return out

    def rest(self):
        """All that still comes, to the end of TCP."""
        try:
            while True:
                self._more()
        except ConnectionError:
            out, self._buffer = self._buffer, b""
            return out

    def reset(self):
        """Vanishes: RST in place of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _more(self):
        octets = self.socket.recv(65536)
        if not octets:
            raise ConnectionError("the server ended TCP")
        self._buffer += octets
