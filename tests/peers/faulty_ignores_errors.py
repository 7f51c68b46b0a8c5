# SPDX-License-Identifier: Apache-2.0
"""An echo server that ignores every protocol error: whatever looks like data is echoed."""

from faulty_base import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, serve


def treat(peer):
    peer.open()
    kind, message = TEXT, b""
    while True:
        first, payload = peer.frame()
        opcode = first & 0x0F
        if opcode == PING:
            peer.send_frame(0x80 | PONG, payload)
        elif opcode == CLOSE:
            peer.send_frame(0x80 | CLOSE, payload)
            return
        elif opcode in (CONTINUATION, TEXT, BINARY):
            if opcode != CONTINUATION:
                kind, message = opcode, b""
            message += payload
            if first & 0x80:
                peer.send_frame(0x80 | kind, message)
                message = b""


if __name__ == "__main__":
    serve(treat)
