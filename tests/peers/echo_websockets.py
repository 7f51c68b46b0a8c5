# SPDX-License-Identifier: Apache-2.0
"""An echo server made with python3-websockets, at the port given, or one that the system chooses."""

import asyncio
import logging
import sys

import websockets

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 0
MAX_MESSAGE = 64 * 1024 * 1024


async def echo(socket):
    try:
        async for message in socket:
            await socket.send(message)
    except websockets.ConnectionClosed:
        pass  # how it closed is the other side's to judge


async def main():
    # What the other side does wrong is its business; it would fill the log.
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    async with websockets.serve(echo, "127.0.0.1", PORT, max_size=MAX_MESSAGE) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"listening on ws://127.0.0.1:{port}/", flush=True)
        await asyncio.Future()


asyncio.run(main())
