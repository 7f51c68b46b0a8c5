# SPDX-License-Identifier: Apache-2.0
"""Opens properly, then sends small frames without end and reads nothing."""

from faulty_base import serve

# Pongs that nobody asked for are legal, so nothing but their number is wrong with them.
FLOOD = b"\x8a\x02hi" * 16384


def treat(peer):
    peer.open()
    while True:
        peer.send(FLOOD)


if __name__ == "__main__":
    serve(treat)
