# SPDX-License-Identifier: Apache-2.0
"""Refuses every opening handshake."""

from faulty_base import serve


def treat(peer):
    peer.read_head()
    peer.send(
        b"HTTP/1.1 400 Bad Request\r\nServer: faulty\r\nContent-Length: 3\r\n"
        b"Connection: close\r\n\r\nno\n"
    )


if __name__ == "__main__":
    serve(treat)
