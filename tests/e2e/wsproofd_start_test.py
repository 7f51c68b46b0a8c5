# SPDX-License-Identifier: Apache-2.0
"""wsproofd's command line: what it says when it starts, and when it cannot."""

import socket
import unittest

import process
import wire


def machine_has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


class Start(unittest.TestCase):
    def expect_refusal(self, status, words, *flags):
        """It ends with this status and one sentence that has all the words."""
        done = process.run(process.WSPROOFD, *flags)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.strip().split("\n")), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_help(self):
        done = process.run(process.WSPROOFD, "--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for flag in ["--port", "--heartbeat", "--max-message", "--deflate", "Exit status"]:
            self.assertIn(flag, done.stdout)
        self.assertEqual([line for line in done.stdout.splitlines() if len(line) > 80], [])

    def test_version(self):
        done = process.run(process.WSPROOFD, "--version")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^wsproofd \d+\.\d+\.\d+\n$")

    def test_bad_flags(self):
        for flags in [
            ["--port", "65536"],
            ["--port", "-1"],
            ["--port", "http"],
            ["--port", ""],
            ["--backlog", "0x"],
            ["--max-message", "12q"],
            ["--max-message", "99999999999999999999"],
            ["--heartbeat", "soon"],
            ["--pong-timeout", "-1"],
            ["--deflate", "maybe"],
            ["--server-max-window-bits", "7"],
            ["--client-max-window-bits", "16"],
            ["--deflate-level", "10"],
            ["--subprotocol", "two words"],
        ]:
            with self.subTest(flags=flags):
                self.expect_refusal(2, flags, *flags)

    def test_unknown_flags(self):
        self.expect_refusal(2, ["--no-such-flag"], "--no-such-flag")
        self.expect_refusal(2, ["stray"], "stray")
        self.expect_refusal(2, ["--port"], "--port")

    def test_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            self.expect_refusal(
                1, ["127.0.0.1", port, "in use"], "--host", "127.0.0.1", "--port", port
            )

    def test_address_that_is_not_here(self):
        self.expect_refusal(1, ["192.0.2.1"], "--host", "192.0.2.1", "--port", "0")

    def test_quiet(self):
        daemon = process.Daemon("--quiet")
        self.addCleanup(daemon.end)
        daemon.signal(15)
        self.assertEqual(daemon.wait(), 0)
        self.assertEqual(len(daemon.lines), 1)

    @unittest.skipUnless(machine_has_ipv6(), "this machine has no IPv6")
    def test_ipv6(self):
        daemon = process.Daemon(host="::1")
        self.addCleanup(daemon.end)
        self.assertEqual(daemon.authority, f"[::1]:{daemon.port}")
        with wire.Wire(daemon) as client:
            client.send(wire.request(host=daemon.authority))
            self.assertEqual(client.head()[0], 101)
            client.send(wire.frame(1, b"over IPv6"))
            self.assertEqual(client.frame(), (0x81, b"over IPv6"))
        done = process.run(process.WSPROOF, "server", daemon.ws(), "1.1.1")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
