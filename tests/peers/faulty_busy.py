# SPDX-License-Identifier: Apache-2.0
"""An echo server without fault but for its slowness: it answers no Close while another connection is
open."""

import socket
import threading
import time

from faulty_base import BINARY, CLOSE, PING, PONG, TEXT, serve

lock = threading.Lock()
connections = 0


def treat(peer):
    global connections
    with lock:
        connections += 1
    try:
        peer.open()
        answer(peer)
    finally:
        with lock:
            connections -= 1


def is_there(peer):
    try:
        return peer.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except BlockingIOError:
        return True


def answer(peer):
    while True:
        first, payload = peer.frame()
        if first == 0x80 | CLOSE:
            while connections > 1 and is_there(peer):
                time.sleep(0.01)
            peer.send_frame(first, payload)
            return
        if first == 0x80 | PING:
            peer.send_frame(0x80 | PONG, payload)
        elif first in (0x80 | TEXT, 0x80 | BINARY):
            peer.send_frame(first, payload)


if __name__ == "__main__":
    serve(treat)
