# SPDX-License-Identifier: Apache-2.0
"""The same as autobahn_client.js with python's websockets: autobahn_client.py URL AGENT."""

import asyncio
import json
import sys

import websockets


async def main(url, agent):
    options = {"max_size": None, "ping_interval": None, "close_timeout": 5}
    async with websockets.connect(f"{url}/getCaseCount", **options) as socket:
        count = json.loads(await socket.recv())
    for number in range(1, count + 1):
        try:
            async with websockets.connect(
                f"{url}/runCase?case={number}&agent={agent}", **options
            ) as socket:
                async for message in socket:
                    await socket.send(message)
        except (websockets.WebSocketException, OSError, EOFError):
            pass
    async with websockets.connect(f"{url}/updateReports?agent={agent}", **options):
        pass
    print(f"ran {count} cases")


asyncio.run(main(*sys.argv[1:]))
