# SPDX-License-Identifier: Apache-2.0
"""An echo server made with python3-aiohttp, at the port given, or one that the system chooses."""

import asyncio
import logging
import sys

from aiohttp import WSMsgType, web

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 0
MAX_MESSAGE = 64 * 1024 * 1024


async def echo(request):
    socket = web.WebSocketResponse(max_msg_size=MAX_MESSAGE)
    await socket.prepare(request)
    try:
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await socket.send_str(message.data)
            elif message.type == WSMsgType.BINARY:
                await socket.send_bytes(message.data)
    except ConnectionError:
        pass  # the other side has gone
    return socket


async def main():
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
    application = web.Application()
    application.router.add_get("/", echo)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", PORT).start()
    port = runner.addresses[0][1]
    print(f"listening on ws://127.0.0.1:{port}/", flush=True)
    await asyncio.Future()


asyncio.run(main())
