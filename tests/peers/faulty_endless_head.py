# SPDX-License-Identifier: Apache-2.0
"""Answers with a head that never ends."""

from faulty_base import serve


def treat(peer):
    peer.read_head()
    peer.send(b"HTTP/1.1 101 Switching Protocols\r\n")
    while True:
        peer.send(b"X-More: and more\r\n" * 4096)


if __name__ == "__main__":
    serve(treat)
