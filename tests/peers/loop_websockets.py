# SPDX-License-Identifier: Apache-2.0
"""A client under test made with python3-websockets.

loop_websockets.py URL                    echoes until the connection ends
loop_websockets.py URL --cases [AGENT]    asks URL/getCaseCount, runs each case, URL/updateReports
"""

import asyncio
import logging
import sys
import urllib.parse

import websockets

MAX_MESSAGE = 64 * 1024 * 1024


async def connect(url, echo):
    """Opens the URL and echoes until the end; the first message, if one came."""
    first = None
    try:
        async with websockets.connect(url, max_size=MAX_MESSAGE) as socket:
            async for message in socket:
                if first is None:
                    first = message
                if echo:
                    await socket.send(message)
    except (websockets.WebSocketException, OSError, EOFError):
        pass  # what the server did wrong is the suite's to judge
    return first


async def cases(base, agent):
    name = urllib.parse.quote(agent)
    count = await connect(f"{base}/getCaseCount", False)
    if count is None:
        raise SystemExit(f"{base}/getCaseCount did not answer")
    for number in range(1, int(count) + 1):
        await connect(f"{base}/runCase?case={number}&agent={name}", True)
    await connect(f"{base}/updateReports?agent={name}", False)
    print(f"ran {count} cases")


def main():
    words = sys.argv[1:]
    if not words or (len(words) > 1 and words[1] != "--cases"):
        raise SystemExit(__doc__)
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    if len(words) == 1:
        asyncio.run(connect(words[0], True))
    else:
        agent = words[2] if len(words) > 2 else "websockets"
        asyncio.run(cases(words[0].rstrip("/"), agent))


main()
