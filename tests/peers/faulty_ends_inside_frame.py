# SPDX-License-Identifier: Apache-2.0
"""Opens properly, then answers whatever comes with the beginning of a frame and ends TCP."""

from faulty_base import serve


def treat(peer):
    peer.open()
    peer.frame()
    peer.send(b"\x81\x7e\x10\x00half a frame")


if __name__ == "__main__":
    serve(treat)
