# SPDX-License-Identifier: Apache-2.0
"""wsproofd's limits, and that one client that breaks them costs no other its connection."""

import contextlib
import os
import random
import resource
import signal
import time
import unittest
import zlib

import process
import wire

TEXT = 0x81


class Limits(unittest.TestCase):
    def start(self, *flags):
        daemon = process.Daemon(*flags)
        self.addCleanup(daemon.end)
        return daemon

    def connect(self, daemon, path="/echo"):
        client = wire.Wire(daemon).open(path)
        self.addCleanup(client.socket.close)
        return client

    def expect_echo(self, client, payload):
        client.send(wire.frame(1, payload))
        self.assertEqual(client.frame(), (TEXT, payload))

    def expect_refusal(self, daemon, status, head):
        with wire.Wire(daemon) as client:
            with contextlib.suppress(ConnectionError):
                client.send(head)
            self.assertEqual(client.head()[0], status)
            client.rest()

    def test_message_too_big(self):
        daemon = self.start("--max-message", "1k")
        bystander = self.connect(daemon)
        self.expect_echo(bystander, b"x" * 1024)
        whole = self.connect(daemon)
        whole.send(wire.frame(1, b"x" * 1025))
        self.assertEqual(whole.close_code(), 1009)
        in_fragments = self.connect(daemon)
        in_fragments.send(wire.frame(1, b"x" * 1000, fin=False) + wire.frame(0, b"x" * 25))
        self.assertEqual(in_fragments.close_code(), 1009)
        self.expect_echo(bystander, b"still here")

    def test_message_too_big_is_refused_by_its_header(self):
        client = self.connect(self.start("--max-message", "1m"))
        client.send(wire.frame(2, b"x" * (1024 * 1024 + 1))[:14])
        self.assertEqual(client.close_code(), 1009)

    def test_frame_too_big(self):
        client = self.connect(self.start("--max-frame", "1k"))
        client.send(wire.frame(1, b"x" * 1000, fin=False) + wire.frame(0, b"x" * 1000))
        self.assertEqual(client.frame(), (TEXT, b"x" * 2000))
        client.send(wire.frame(1, b"x" * 1025))
        self.assertEqual(client.close_code(), 1009)

    def test_little_that_inflates_to_much(self):
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        small = deflate.compress(bytes(64 * 1024 * 1024)) + deflate.flush(zlib.Z_SYNC_FLUSH)
        message = bytearray(wire.frame(2, small[:-4]))
        message[0] |= 0x40  # RFC 7692 6: RSV1 marks a compressed message
        client = wire.Wire(self.start("--max-message", "1m"))
        self.addCleanup(client.socket.close)
        client.send(wire.request(Sec_WebSocket_Extensions="permessage-deflate"))
        self.assertEqual(client.head()[0], 101)
        client.send(message)
        self.assertEqual(client.close_code(), 1009)

    def test_garbage(self):
        daemon = self.start()
        bystander = self.connect(daemon)
        draw = random.Random(6455)
        for _ in range(100):
            with wire.Wire(daemon) as client, contextlib.suppress(ConnectionError):
                client.send(draw.randbytes(draw.randint(1, 3000)) + b"\r\n\r\n")
                self.assertGreaterEqual(client.head()[0], 400)
            with wire.Wire(daemon).open() as client:
                client.send(b"\xff" + draw.randbytes(draw.randint(20, 3000)))
                self.assertEqual(client.close_code(), 1002)
        self.expect_echo(bystander, b"still here")

    @unittest.skipIf(
        "undefined" in os.environ.get("WSPROOF_SANITIZE", ""),
        "UBSan opens a pipe to look at an object's type, and takes having none for a bad object",
    )
    def test_out_of_file_descriptors(self):
        daemon = self.start("--heartbeat", "0")
        bystander = self.connect(daemon)
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (40, 40))
        with contextlib.ExitStack() as crowd:
            for _ in range(60):
                crowd.enter_context(wire.Wire(daemon))
            self.expect_echo(bystander, b"still here")
        # Those who could not get in have left; there is room again, sooner or later.
        until = time.monotonic() + process.PATIENCE
        while True:
            try:
                self.expect_echo(self.connect(daemon), b"in again")
                return
            except OSError:
                self.assertLess(time.monotonic(), until)

    def test_too_many_fragments(self):
        client = self.connect(self.start("--max-fragments", "10"))
        client.send(wire.frame(1, b"x", fin=False) + wire.frame(0, b"x", fin=False) * 10)
        self.assertIn(client.close_code(), [1008, 1009])

    def test_long_request_line(self):
        daemon = self.start("--max-request-line", "1k")
        self.expect_refusal(daemon, 414, wire.request("/" + "x" * 1024))
        self.expect_refusal(daemon, 414, b"GET /" + b"x" * 5000)  # and no end of line
        self.connect(daemon)

    def test_head_too_big(self):
        daemon = self.start("--max-head", "2k", "--max-field", "1k", "--max-fields", "20")
        self.expect_refusal(daemon, 431, wire.request(X="x" * 1025))
        self.expect_refusal(daemon, 431, wire.request(X="x" * 900, Y="y" * 900, Z="z" * 900))
        self.expect_refusal(daemon, 431, wire.request(**{f"X{n}": "x" for n in range(20)}))
        self.connect(daemon)

    def test_handshake_timeout(self):
        daemon = self.start("--handshake-timeout", "200ms")
        bystander = self.connect(daemon)
        with wire.Wire(daemon) as silent, wire.Wire(daemon) as slow:
            slow.send(wire.request()[:-2])
            self.assertEqual(slow.head()[0], 408)
            slow.rest()
            self.assertEqual(silent.rest(), b"")
        self.expect_echo(bystander, b"still here")

    def test_no_pong(self):
        daemon = self.start("--heartbeat", "100ms", "--pong-timeout", "100ms")
        client = self.connect(daemon)
        first, payload = client.frame()
        self.assertEqual(first, 0x89)
        self.assertGreater(len(payload), 0)
        client.close_code()

    def test_a_pong_that_does_not_echo_is_no_answer(self):
        daemon = self.start("--heartbeat", "100ms", "--pong-timeout", "300ms")
        client = self.connect(daemon)
        first, payload = client.frame()
        self.assertEqual(first, 0x89)
        client.send(wire.frame(10, payload[::-1] + b"!"))
        client.close_code()

    def test_no_answer_to_close(self):
        client = self.connect(self.start("--close-timeout", "100ms"))
        client.send(wire.frame(15))  # fails the connection; and no Close ever follows
        self.assertEqual(client.close_code(), 1002)
        self.assertEqual(client.rest(), b"")

    def test_peers_that_vanish(self):
        daemon = self.start()
        others = [self.connect(daemon, "/broadcast") for _ in range(2)]
        for sent in [b"", wire.frame(1, b"half")[:8], wire.frame(1, b"more", fin=False)]:
            vanishing = wire.Wire(daemon).open("/broadcast")
            vanishing.send(sent)
            vanishing.reset()
        half_head = wire.Wire(daemon)
        half_head.send(wire.request()[:30])
        half_head.reset()
        for text in [b"anyone", b"still", b"here?"]:
            others[0].send(wire.frame(1, text))
            for client in others:
                self.assertEqual(client.frame(), (TEXT, text.upper()))

    def test_who_does_not_read_costs_nobody_else(self):
        daemon = self.start("--write-queue", "64k")
        lazy = self.connect(daemon, "/broadcast")
        eager = [self.connect(daemon, "/broadcast") for _ in range(2)]
        payload = b"X" * 65536
        for _ in range(300):  # far more than the buffers of TCP and the queue hold
            eager[0].send(wire.frame(1, payload))
            for client in eager:
                self.assertEqual(client.frame(), (TEXT, payload))
        with self.assertRaises((ConnectionError, OSError)):
            for _ in range(300):
                lazy.frame()
        daemon.signal(signal.SIGTERM)
        daemon.wait()
        self.assertIn("wsproofd: slow receivers: connections dropped: 1", daemon.lines)


if __name__ == "__main__":
    unittest.main()
