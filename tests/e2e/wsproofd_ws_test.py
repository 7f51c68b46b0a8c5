# SPDX-License-Identifier: Apache-2.0
"""wsproofd with npm's ws as its client."""

import unittest

import process


class Ws(unittest.TestCase):
    def test_all_checks_of_the_client(self):
        daemon = process.Daemon()
        self.addCleanup(daemon.end)
        done = process.run(
            "node",
            process.PEERS / "client_ws.js",
            f"ws://{daemon.authority}",
            int(process.PATIENCE),
            env=process.node_environment(),
            timeout=process.PATIENCE * 2,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        passed = ["echo", "deflate", "ping", "fragments", "broadcast"]
        self.assertEqual(done.stdout.split(), [word for name in passed for word in ["ok", name]])


if __name__ == "__main__":
    unittest.main()
