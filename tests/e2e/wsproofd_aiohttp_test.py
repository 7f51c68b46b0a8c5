# SPDX-License-Identifier: Apache-2.0
"""wsproofd with python3-aiohttp as its client."""

import asyncio
import unittest

import aiohttp
import process


class Aiohttp(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = process.Daemon()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.end()

    async def asyncSetUp(self):
        self.session = aiohttp.ClientSession()
        self.addAsyncCleanup(self.session.close)

    async def connect(self, path="/echo", **options):
        connecting = self.session.ws_connect(self.daemon.ws(path), max_msg_size=0, **options)
        client = await asyncio.wait_for(connecting, process.PATIENCE)
        self.addAsyncCleanup(client.close)
        return client

    async def expect_echo(self, client, message):
        if isinstance(message, str):
            await client.send_str(message)
            self.assertEqual(await client.receive_str(timeout=process.PATIENCE), message)
        else:
            await client.send_bytes(message)
            self.assertEqual(await client.receive_bytes(timeout=process.PATIENCE), message)

    async def test_echo(self):
        client = await self.connect("/")
        for message in ["Hello", "", b"", "\U0001f980", bytes(range(256)), b"x" * 1024 * 1024]:
            await self.expect_echo(client, message)

    async def test_compression(self):
        for window_bits in [15, 9]:
            with self.subTest(window_bits=window_bits):
                client = await self.connect(compress=window_bits)
                self.assertGreater(client.compress, 0)
                for message in ["abc" * 1000, "", b"\0" * 200_000, "abc" * 1000]:
                    await self.expect_echo(client, message)

    async def test_close(self):
        client = await self.connect()
        await client.close(code=4000, message=b"enough")
        self.assertEqual(client.close_code, 4000)
        self.assertIsNone(client.exception())

    async def test_heartbeats_of_the_client_are_answered(self):
        client = await self.connect(autoping=False)
        await client.ping(b"are you there?")
        answer = await client.receive(timeout=process.PATIENCE)
        self.assertEqual((answer.type, answer.data), (aiohttp.WSMsgType.PONG, b"are you there?"))

    async def test_text_that_is_not_utf8(self):
        client = await self.connect()
        await client._writer._send_frame(b"\xff", aiohttp.WSMsgType.TEXT)
        answer = await client.receive(timeout=process.PATIENCE)
        self.assertEqual((answer.type, answer.data), (aiohttp.WSMsgType.CLOSE, 1007))

    async def test_page(self):
        async with self.session.get(self.daemon.http()) as response:
            self.assertEqual(response.status, 200)
            self.assertEqual(response.content_type, "text/html")
            self.assertIn("<!doctype html>", await response.text())


if __name__ == "__main__":
    unittest.main()
