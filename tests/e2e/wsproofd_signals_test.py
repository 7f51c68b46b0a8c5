# SPDX-License-Identifier: Apache-2.0
"""How wsproofd ends when it is told to."""

import contextlib
import signal
import socket
import unittest

import process
import wire

TEXT, CLOSE = 0x81, 0x88


class Signals(unittest.TestCase):
    def start(self, *flags):
        daemon = process.Daemon(*flags)
        self.addCleanup(daemon.end)
        return daemon

    def connect(self, daemon, path="/echo"):
        client = wire.Wire(daemon).open(path)
        self.addCleanup(client.socket.close)
        return client

    def test_clients_are_told_and_it_ends_with_0(self):
        for number in [signal.SIGTERM, signal.SIGINT]:
            with self.subTest(signal=number.name):
                # Were an answer not noticed, it would be there long after the test has given up.
                daemon = self.start("--drain-timeout", "900s", "--close-timeout", "900s")
                clients = [self.connect(daemon, path) for path in ["/", "/echo", "/broadcast"]]
                daemon.signal(number)
                for client in clients:
                    self.assertEqual(client.close_code(), 1001)
                    client.send(wire.frame(8, b"\x03\xe9"))
                    self.assertEqual(client.rest(), b"")
                    client.socket.close()
                self.assertEqual(daemon.wait(), 0)
                self.assertEqual(daemon.errors, "")
                self.assertEqual(daemon.lines[-1], "wsproofd: ended")

    def test_without_clients_it_ends_at_once(self):
        daemon = self.start("--drain-timeout", "900s")
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait(), 0)

    def test_nobody_new_is_accepted(self):
        daemon = self.start("--drain-timeout", "900s", "--close-timeout", "900s")
        client = self.connect(daemon)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(client.close_code(), 1001)
        with self.assertRaises(OSError):
            with socket.create_connection((daemon.host, daemon.port), process.PATIENCE) as late:
                late.sendall(wire.request())
                if late.recv(1) == b"":
                    raise ConnectionResetError
        self.assertTrue(daemon.running())

    def test_who_never_answers_is_left_after_the_deadline(self):
        daemon = self.start("--drain-timeout", "200ms", "--close-timeout", "900s")
        client = self.connect(daemon)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(client.close_code(), 1001)
        self.assertEqual(daemon.wait(), 0)

    def test_a_second_signal_ends_it_at_once(self):
        for first, second in [
            (signal.SIGTERM, signal.SIGTERM),
            (signal.SIGINT, signal.SIGINT),
            (signal.SIGTERM, signal.SIGINT),
        ]:
            with self.subTest(first=first.name, second=second.name):
                daemon = self.start("--drain-timeout", "900s", "--close-timeout", "900s")
                client = self.connect(daemon)
                daemon.signal(first)
                self.assertEqual(client.close_code(), 1001)
                self.assertTrue(daemon.running())
                daemon.signal(second)
                daemon.wait()
                with contextlib.suppress(ConnectionResetError):
                    self.assertEqual(client.rest(), b"")

    def test_a_second_signal_reaches_every_thread(self):
        # Where the client is with the thread that hears signals, nothing is shown: hence several.
        for _ in range(6):
            daemon = self.start("--threads", "2", "--drain-timeout", "900s", "--close-timeout", "900s")
            client = self.connect(daemon)
            daemon.signal(signal.SIGINT)
            self.assertEqual(client.close_code(), 1001)
            daemon.signal(signal.SIGINT)
            daemon.wait()

    def test_a_half_sent_handshake_does_not_delay_it(self):
        daemon = self.start("--drain-timeout", "900s", "--handshake-timeout", "900s")
        with wire.Wire(daemon) as client:
            client.send(wire.request()[:40])
            # A later connection has been answered: this one has been accepted, then.
            self.connect(daemon).socket.close()
            daemon.signal(signal.SIGTERM)
            self.assertEqual(daemon.wait(), 0)

    def test_a_message_on_its_way_arrives_before_the_close(self):
        daemon = self.start()
        client = self.connect(daemon)
        client.send(wire.frame(1, b"x" * 300_000))
        self.assertEqual(client.frame(), (TEXT, b"x" * 300_000))
        client.send(wire.frame(1, b"last"))
        self.assertEqual(client.frame(), (TEXT, b"last"))
        daemon.signal(signal.SIGTERM)
        self.assertEqual(client.frame(), (CLOSE, b"\x03\xe9"))


if __name__ == "__main__":
    unittest.main()
