# SPDX-License-Identifier: Apache-2.0
"""Answers with noise instead of HTTP, terminal control sequences among it."""

from faulty_base import serve


def treat(peer):
    peer.read_head()
    peer.send(b"\x00\xff\xfe\x1b[2J\x1b]0;owned\x07\r\n\x9b31m" + bytes(range(256)) * 2)


if __name__ == "__main__":
    serve(treat)
