# SPDX-License-Identifier: Apache-2.0
"""Each function of libuv that our code calls has a fail point, or cannot fail."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("server", "conformance", "bench/load", "bench/app")
HERE = ROOT / "tests" / "failing"

# They return nothing, or what is no error, or fail only where they are called wrongly.
# uv_async_send() returns 0 whatever happens.
CANNOT_FAIL = {
    "uv_async_send", "uv_buf_init", "uv_close", "uv_err_name", "uv_freeaddrinfo", "uv_ip4_addr", "uv_ip4_name",
    "uv_ip6_addr", "uv_ip6_name", "uv_is_closing", "uv_loop_close", "uv_loop_get_data",
    "uv_loop_set_data", "uv_now", "uv_poll_stop", "uv_read_stop", "uv_run", "uv_stop",
    "uv_strerror", "uv_timer_stop", "uv_unref", "uv_update_time", "uv_walk",
}


def calls():
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".cc", ".h"):
                text = re.sub(r"//[^\n]*", "", path.read_text("utf-8"))
                yield from re.findall(r"\b(uv_\w+)\(", text)


class FailPoints(unittest.TestCase):
    def setUp(self):
        text = (HERE / "failing_calls.cc").read_text("utf-8")
        self.points = set(re.findall(r"WSPROOF_FAIL_POINT\([^,]+,\s*(\w+),", text)) - {"name"}
        listed = (HERE / "CMakeLists.txt").read_text("utf-8")
        self.wrapped = set(re.search(r"foreach\(name\s([^)]*)\)", listed)[1].split())

    def test_the_linker_is_told_of_each(self):
        self.assertEqual(self.points, self.wrapped)

    def test_each_call_has_one(self):
        found = set(calls())
        self.assertIn("uv_write", found)
        self.assertEqual(found - CANNOT_FAIL - self.points, set())


if __name__ == "__main__":
    unittest.main()
