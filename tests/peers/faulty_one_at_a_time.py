# SPDX-License-Identifier: Apache-2.0
"""Serves one connection after the other, and answers nobody else meanwhile: an echo server without
fault but for its slowness. Every connection takes at least a twentieth of a second."""

import socket
import sys
import time

from faulty_base import Peer
from faulty_ignores_errors import treat


def main():
    listener = socket.create_server(
        ("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), backlog=256
    )
    print(f"listening on ws://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
    while True:
        connection, _ = listener.accept()
        try:
            with connection:
                time.sleep(0.05)
                treat(Peer(connection))
        except OSError:
            pass


if __name__ == "__main__":
    main()
