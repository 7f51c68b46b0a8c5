# SPDX-License-Identifier: Apache-2.0
"""Puts terminal control sequences and octets that are not UTF-8 wherever a report might show them:
in its name, in messages, and in the reason of its Close."""

import struct

from faulty_base import CLOSE, TEXT, serve

HOSTILE = b"\x1b[2J\x1b]0;owned\x07 \xff\xfe \xe2\x80\xae</script>"


def treat(peer):
    peer.open(b"Server: bad\x1b[31m\xff name\r\n")
    peer.frame()
    peer.send_frame(0x80 | TEXT, HOSTILE)
    peer.send_frame(0x80 | CLOSE, struct.pack("!H", 4999) + HOSTILE)


if __name__ == "__main__":
    serve(treat)
