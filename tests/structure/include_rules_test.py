# SPDX-License-Identifier: Apache-2.0
"""The tree keeps the include rules, and the rules catch what they are there to catch."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import include_rules

ROOT = pathlib.Path(os.environ.get("WSPROOF_SOURCE_DIR", pathlib.Path(__file__).parents[2]))

ALLOWED = [
    ("server/protocol/frame.cc", '"server/protocol/frame.h"'),
    ("server/protocol/frame.cc", "<vector>"),
    ("server/protocol/frame.cc", "<stdint.h>"),
    ("server/protocol/deflate.cc", "<zlib.h>"),
    ("server/protocol/handshake.cc", "<openssl/evp.h>"),
    ("server/protocol/error.h", "<tl/expected.hpp>"),
    ("server/protocol/mask.cc", "<hwy/highway.h>"),
    ("server/protocol/mask.cc", "HWY_TARGET_INCLUDE"),
    ("server/transport/loop.cc", "<uv.h>"),
    ("server/transport/loop.h", '"server/protocol/bytes.h"'),
    ("server/app/main.cc", "<CLI/CLI.hpp>"),
    ("server/app/server.cc", '"server/transport/loop.h"'),
    ("conformance/catalogue/load.cc", "<nlohmann/json.hpp>"),
    ("conformance/engine/engine.h", '"conformance/catalogue/case.h"'),
    ("conformance/runner/runner.cc", '"server/transport/loop.h"'),
    ("conformance/app/main.cc", '"conformance/runner/runner.h"'),
    ("tests/protocol/frame_test.cc", "<gtest/gtest.h>"),
    ("tests/protocol/frame_test.cc", '"tests/support/bytes.h"'),
]

REFUSED = [
    # Back up the house.
    ("server/protocol/frame.cc", '"server/transport/loop.h"'),
    ("server/protocol/frame.cc", '"conformance/engine/engine.h"'),
    ("server/transport/loop.cc", '"server/app/server.h"'),
    ("conformance/catalogue/case.h", '"conformance/engine/engine.h"'),
    ("conformance/engine/engine.cc", '"conformance/report/run.h"'),
    ("conformance/report/console.cc", '"conformance/runner/runner.h"'),
    ("conformance/runner/runner.cc", '"conformance/app/options.h"'),
    ("conformance/runner/runner.cc", '"server/app/server.h"'),
    ("server/app/server.cc", '"conformance/catalogue/case.h"'),
    ("server/app/server.cc", '"tests/support/bytes.h"'),
    # Sockets and loops in rooms that have none.
    ("server/protocol/frame.cc", "<uv.h>"),
    ("server/protocol/frame.cc", "<sys/socket.h>"),
    ("server/protocol/handshake.cc", "<openssl/ssl.h>"),
    ("conformance/catalogue/load.cc", "<uv.h>"),
    ("conformance/engine/engine.cc", "<uv.h>"),
    ("conformance/engine/engine.cc", '"server/transport/loop.h"'),
    ("conformance/report/console.cc", "<uv.h>"),
    ("conformance/runner/runner.cc", "<uv.h>"),
    ("server/app/server.cc", "<uv.h>"),
    # Slow headers outside their rooms.
    ("conformance/engine/engine.h", "<nlohmann/json.hpp>"),
    ("conformance/runner/runner.cc", "<nlohmann/json_fwd.hpp>"),
    ("server/protocol/frame.cc", "<nlohmann/json.hpp>"),
    ("server/transport/loop.cc", "<nlohmann/json.hpp>"),
    ("server/protocol/frame.cc", "<fmt/format.h>"),
    ("server/transport/loop.cc", "<CLI/CLI.hpp>"),
    # Forms.
    ("server/protocol/frame.cc", '"frame.h"'),
    ("server/protocol/frame.cc", '"../transport/loop.h"'),
    ("server/protocol/frame.cc", '"server/protocol/../transport/loop.h"'),
    ("server/protocol/frame.cc", "<server/protocol/frame.h>"),
    ("server/protocol/frame.cc", '"zlib.h"'),
    ("server/protocol/frame.cc", "SOME_MACRO"),
    ("server/attic/frame.cc", "<vector>"),
]


class Rules(unittest.TestCase):
    def test_allow(self):
        for path, include in ALLOWED:
            with self.subTest(path=path, include=include):
                self.assertIsNone(include_rules.fault(path, include))

    def test_refuse(self):
        for path, include in REFUSED:
            with self.subTest(path=path, include=include):
                self.assertIsNotNone(include_rules.fault(path, include))

    def test_point_only_downwards(self):
        # An edge to a room that comes later would be an arrow back up; it also could close a circle.
        order = list(include_rules.ROOMS)
        for room, rules in include_rules.ROOMS.items():
            for target in rules.rooms:
                with self.subTest(room=room, target=target):
                    self.assertLess(order.index(target), order.index(room))


class Reading(unittest.TestCase):
    """The script on small trees of its own, run as ./dev lint runs it."""

    def check(self, files):
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                file = pathlib.Path(root, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            script = str(pathlib.Path(include_rules.__file__))
            done = subprocess.run(
                [sys.executable, "-B", script, root], capture_output=True, text=True, check=False
            )
            return done.returncode, done.stdout

    def test_clean_tree(self):
        code, out = self.check({"server/protocol/a.cc": '#include "server/protocol/a.h"\n'})
        self.assertEqual((code, out), (0, ""))

    def test_violation_is_named_with_its_line(self):
        code, out = self.check(
            {"server/protocol/a.cc": '#include <vector>\n\n#  include "server/transport/b.h"\n'}
        )
        self.assertEqual(code, 1)
        self.assertEqual(
            out,
            'server/protocol/a.cc:3: #include "server/transport/b.h": '
            "server/protocol may not include server/transport\n",
        )

    def test_headers_are_read_too(self):
        code, out = self.check({"conformance/engine/deep/a.h": "#include <uv.h>\n"})
        self.assertEqual(code, 1)
        self.assertIn("conformance/engine may not include uv.h", out)

    def test_empty_tree_proves_nothing(self):
        code, _ = self.check({"README": ""})
        self.assertEqual(code, 1)


class Tree(unittest.TestCase):
    def test_keeps_the_rules(self):
        self.assertEqual(include_rules.faults(ROOT), [])


if __name__ == "__main__":
    unittest.main()
