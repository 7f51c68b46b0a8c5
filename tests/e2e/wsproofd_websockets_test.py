# SPDX-License-Identifier: Apache-2.0
"""wsproofd with python3-websockets as its client."""

import asyncio
import unittest

import process
import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory


def patiently(what):
    return asyncio.wait_for(what, process.PATIENCE)


class Websockets(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = process.Daemon("--subprotocol", "chat.v2", "--subprotocol", "chat.v1")

    @classmethod
    def tearDownClass(cls):
        cls.daemon.end()

    async def connect(self, path="/echo", **options):
        options = {"max_size": None, "open_timeout": process.PATIENCE, **options}
        client = await patiently(websockets.connect(self.daemon.ws(path), **options))
        self.addAsyncCleanup(client.close)
        return client

    async def expect_echo(self, client, message, sent=None):
        await patiently(client.send(message if sent is None else sent))
        self.assertEqual(await patiently(client.recv()), message)

    async def test_echo(self):
        client = await self.connect("/")
        for message in ["Hello", "", b"", "na\u00efve \U0001f980 \0", bytes(range(256)) * 3]:
            await self.expect_echo(client, message)

    async def test_lengths_around_the_edges_of_the_header(self):
        client = await self.connect(compression=None)
        for size in [125, 126, 127, 65535, 65536, 1024 * 1024]:
            await self.expect_echo(client, bytes(size))
            await self.expect_echo(client, "x" * size)

    async def test_fragments(self):
        client = await self.connect()
        await self.expect_echo(client, "one two three", sent=["one ", "", "two ", "three"])
        await self.expect_echo(client, b"\xff\x00" * 500, sent=[b"\xff\x00"] * 500)

    async def test_ping_is_answered(self):
        client = await self.connect()
        await patiently(await client.ping(b"p" * 125))
        await patiently(await client.ping(b""))
        await client.pong(b"that nobody asked for")
        await self.expect_echo(client, "still here")

    async def test_close_codes_come_back(self):
        for code, reason in [(1000, "done"), (1001, ""), (3000, "\u00fc" * 61), (4999, "x" * 123)]:
            with self.subTest(code=code):
                client = await self.connect()
                await patiently(client.close(code, reason))
                self.assertEqual(client.close_rcvd.code, code)

    async def test_subprotocol(self):
        for offered, chosen in [
            (["chat.v1"], "chat.v1"),
            (["chat.v1", "chat.v2"], "chat.v2"),
            (["other"], None),
            (None, None),
        ]:
            with self.subTest(offered=offered):
                client = await self.connect(subprotocols=offered)
                self.assertEqual(client.subprotocol, chosen)
                await self.expect_echo(client, "over " + str(chosen))

    async def test_compression(self):
        factories = [
            ClientPerMessageDeflateFactory(),
            ClientPerMessageDeflateFactory(client_max_window_bits=True),
            ClientPerMessageDeflateFactory(
                server_no_context_takeover=True, client_no_context_takeover=True
            ),
            ClientPerMessageDeflateFactory(server_max_window_bits=9, client_max_window_bits=9),
        ]
        for factory in factories:
            with self.subTest(offer=factory.get_request_params()):
                client = await self.connect(compression=None, extensions=[factory])
                self.assertEqual([it.name for it in client.extensions], ["permessage-deflate"])
                for message in ["abc" * 1000, "abc" * 1000, "", b"", bytes(200_000), "end"]:
                    await self.expect_echo(client, message)
                await self.expect_echo(client, "abab", sent=["ab", "ab"])

    async def test_no_compression(self):
        client = await self.connect(compression=None)
        self.assertEqual(client.extensions, [])
        await self.expect_echo(client, "plain" * 1000)

    async def test_broadcast_reaches_both_in_upper_case(self):
        first = await self.connect("/broadcast")
        second = await self.connect("/broadcast", compression=None)
        # Whoever has been echoed to is online.
        await patiently(first.send("ready?"))
        for client in [first, second]:
            self.assertEqual(await patiently(client.recv()), "READY?")
        await patiently(second.send("from the second"))
        for client in [first, second]:
            self.assertEqual(await patiently(client.recv()), "FROM THE SECOND")

    async def test_echo_is_not_broadcast(self):
        first, second = await self.connect(), await self.connect()
        await self.expect_echo(first, "mine")
        await self.expect_echo(second, "yours")

    async def test_no_code_is_answered_with_none(self):
        client = await self.connect()
        await client.write_close_frame(websockets.frames.Close(1005, ""), b"")
        await patiently(client.wait_closed())
        self.assertEqual(client.close_rcvd.code, 1005)

    async def test_unknown_path(self):
        with self.assertRaises(websockets.InvalidStatusCode) as caught:
            await self.connect("/nowhere")
        self.assertEqual(caught.exception.status_code, 404)


class Heartbeat(unittest.IsolatedAsyncioTestCase):
    async def test_answers_keep_the_connection(self):
        daemon = process.Daemon("--heartbeat", "100ms", "--pong-timeout", "60s")
        self.addCleanup(daemon.end)
        pongs = []
        client = await patiently(websockets.connect(daemon.ws(), ping_interval=None))
        self.addAsyncCleanup(client.close)
        answer = client.pong

        async def note(data=b""):
            pongs.append(bytes(data))
            await answer(data)

        client.pong = note
        async with asyncio.timeout(process.PATIENCE):
            while len(pongs) < 5:
                await asyncio.sleep(0.01)
        self.assertEqual(len(set(pongs)), len(pongs), "each ping has a payload of its own")
        self.assertTrue(client.open)


if __name__ == "__main__":
    unittest.main()
