# SPDX-License-Identifier: Apache-2.0
"""wsproofd's plain HTTP, and the handshakes it refuses, as curl sees them."""

import unittest

import process

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


class Curl(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = process.Daemon("--origin", "http://good.example")

    @classmethod
    def tearDownClass(cls):
        cls.daemon.end()

    def curl(self, path, *options):
        """(status, fields in lower case, body)"""
        done = process.run(
            "curl", "--silent", "--show-error", "--include", "--http1.1", "--noproxy", "*",
            "--max-time", int(process.PATIENCE), *options, self.daemon.http(path),
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        head, _, body = done.stdout.partition("\n\n")
        lines = head.split("\n")
        self.assertRegex(lines[0], r"^HTTP/1\.1 \d{3} \S")
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            self.assertNotIn(name.lower(), fields)
            fields[name.lower()] = value
        return int(lines[0].split()[1]), fields, body

    def upgrade(self, path="/echo", **changes):
        fields = {**UPGRADE, **{name.replace("_", "-"): it for name, it in changes.items()}}
        options = [
            word
            for name, value in fields.items()
            for word in ["--header", f"{name}:" + ("" if value is None else " " + value)]
        ]
        return self.curl(path, *options)

    def test_get(self):
        status, fields, body = self.curl("/")
        self.assertEqual(status, 200)
        self.assertEqual(fields["content-type"], "text/html; charset=utf-8")
        self.assertEqual(int(fields["content-length"]), len(body.encode()))
        self.assertTrue(body.startswith("<!doctype html>"))
        self.assertIn("default-src 'none'", fields["content-security-policy"])

    def test_head_is_get_without_a_body(self):
        get, head = self.curl("/"), self.curl("/", "--head")
        for answer in [get, head]:
            answer[1].pop("date", None)
        self.assertEqual(head[:2], get[:2])
        self.assertEqual(head[2], "")

    def test_query_does_not_matter(self):
        self.assertEqual(self.curl("/?room=1")[0], 200)

    def test_unknown_path(self):
        for path in ["/nowhere", "//", "/echo/", "/%2e%2e/etc/passwd", "/index.html"]:
            with self.subTest(path=path):
                status, fields, body = self.curl(path, "--path-as-is")
                self.assertEqual(status, 404)
                self.assertEqual(int(fields["content-length"]), len(body.encode()))

    def test_other_methods(self):
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"]:
            with self.subTest(method=method):
                status, fields, _ = self.curl("/", "--request", method)
                self.assertEqual(status, 405)
                self.assertEqual(fields["allow"], "GET, HEAD")

    def test_post_with_a_body_gets_its_answer(self):
        status, _, _ = self.curl("/", "--data", "x" * 100_000, "--header", "Expect:")
        self.assertEqual(status, 405)

    def test_socket_path_without_an_upgrade(self):
        status, fields, _ = self.curl("/echo")
        self.assertEqual(status, 426)
        self.assertEqual(fields["upgrade"].lower(), "websocket")

    def test_wrong_version(self):
        for version in ["12", "8", "0", "013", "14", "x", "13, 8"]:
            with self.subTest(version=version):
                status, fields, _ = self.upgrade(Sec_WebSocket_Version=version)
                self.assertIn(status, [400, 426])
                if status == 426:
                    self.assertEqual(fields["sec-websocket-version"], "13")
        self.assertEqual(self.upgrade(Sec_WebSocket_Version="8")[0], 426)

    def test_bad_handshakes(self):
        for change in [
            {"Sec_WebSocket_Key": None},
            {"Sec_WebSocket_Key": "short"},
            {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ"},
            {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZSBsb25n"},
            {"Connection": "keep-alive"},
            {"Sec_WebSocket_Protocol": "a b"},
            {"Sec_WebSocket_Extensions": "permessage-deflate; ="},
            {"Host": None},
        ]:
            with self.subTest(change=change):
                status, fields, body = self.upgrade(**change)
                self.assertIn(status, [400, 426])
                self.assertEqual(int(fields["content-length"]), len(body.encode()))
                self.assertNotEqual(body.strip(), "", "the body says what is wrong")

    def test_origin_that_is_not_let_in(self):
        self.assertEqual(self.upgrade(Origin="http://evil.example")[0], 403)

    def test_upgrade_with_another_method(self):
        options = [word for it in UPGRADE.items() for word in ["--header", ": ".join(it)]]
        self.assertEqual(self.curl("/echo", "--request", "POST", *options)[0], 405)

    def test_upgrade_of_an_unknown_path(self):
        self.assertEqual(self.upgrade("/nowhere")[0], 404)


if __name__ == "__main__":
    unittest.main()
