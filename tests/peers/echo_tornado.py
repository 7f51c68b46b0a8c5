# SPDX-License-Identifier: Apache-2.0
"""An echo server made with python3-tornado, at a port that the system chooses."""

import asyncio
import logging

from tornado import httpserver, netutil, web, websocket

MAX_MESSAGE = 64 * 1024 * 1024


class Echo(websocket.WebSocketHandler):
    def get_compression_options(self):
        return {}  # permessage-deflate with zlib's defaults; None would be none

    def on_message(self, message):
        try:
            self.write_message(message, binary=isinstance(message, bytes))
        except websocket.WebSocketClosedError:
            pass  # the other side has gone


async def main():
    logging.getLogger("tornado").setLevel(logging.CRITICAL)
    application = web.Application([("/", Echo)], websocket_max_message_size=MAX_MESSAGE)
    sockets = netutil.bind_sockets(0, "127.0.0.1")
    httpserver.HTTPServer(application).add_sockets(sockets)
    print(f"listening on ws://127.0.0.1:{sockets[0].getsockname()[1]}/", flush=True)
    await asyncio.Future()


asyncio.run(main())
