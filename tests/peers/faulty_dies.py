# SPDX-License-Identifier: Apache-2.0
"""Serves a few connections, then the whole process ends at once, as a crash would have it."""

import itertools
import os

from faulty_base import serve

ALIVE_FOR = 20
served = itertools.count(1)


def treat(peer):
    peer.open()
    if next(served) > ALIVE_FOR:
        os._exit(1)
    peer.frame()


if __name__ == "__main__":
    serve(treat)
