# SPDX-License-Identifier: Apache-2.0
"""wsproof export-corpus: what the cases send, as inputs for the fuzz targets."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import zlib

from process import WSPROOF, run

HEADER = 8
FUZZ = pathlib.Path(os.environ["WSPROOF_BUILD_DIR"], "fuzz")
USAGE = 2


def files_below(folder):
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in pathlib.Path(folder).rglob("*")
        if file.is_file()
    }


class ExportCorpus(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def export(self, *selectors, into="seeds"):
        done = run(WSPROOF, "export-corpus", str(self.folder / into), *selectors)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout, files_below(self.folder / into)

    def test_frames_of_a_case(self):
        out, files = self.export("1.1.2")
        self.assertRegex(out, r"\A\d+ inputs for \d+ targets in .*seeds\n\Z")
        # A text message of 125 times "*", masked towards a server and not towards a client.
        server = files["frame_parser/1.1.2-server"][HEADER:]
        self.assertEqual(server[:2], b"\x81\xfd")
        key = server[2:6]
        payload = bytes(octet ^ key[i % 4] for i, octet in enumerate(server[6:131]))
        self.assertEqual(payload, b"*" * 125)
        client = files["frame_parser/1.1.2-client"][HEADER:]
        self.assertEqual(client[:127], b"\x81\x7d" + b"*" * 125)
        # Boost.Beast and wslay are servers there.
        self.assertIn("frame_wslay/1.1.2-server", files)
        self.assertNotIn("frame_wslay/1.1.2-client", files)
        self.assertTrue(files["http_head/1.1.2-server"][HEADER:].startswith(b"GET / HTTP/1.1\r\n"))

    def test_scripts_of_a_case(self):
        _, files = self.export("5.3")
        # "fragment1" and "fragment2" as frames that a peer sends: step, first octet, size, payload.
        frames = b"\x01\x01\x09fragment1" + b"\x01\x80\x09fragment2"
        self.assertTrue(files["session/5.3-server"][HEADER:].startswith(frames))
        # As fragments that the client (odd) or the server (even) sends, each carried both ways.
        for end, role in enumerate(("client", "server")):
            carry = bytes([6 + end, 0, 7 - end, 0])
            script = bytes([2 + end]) + b"\x01\x09fragment1" + carry
            script += bytes([2 + end]) + b"\x02\x09fragment2" + carry
            self.assertTrue(files[f"session_pair/5.3-{role}"][HEADER:].startswith(script), role)
        number = 2166136261
        for octet in b"5.3":
            number = (number ^ octet) * 16777619 & 0xFFFFFFFF
        number = (number ^ number >> 24).to_bytes(4, "little")
        for role, bit in (("server", 0), ("client", 1)):
            options = files[f"engine/5.3-{role}"][:4]
            self.assertEqual(options, number[:2] + bytes([bit]) + number[2:3])

    def test_payloads_of_a_case(self):
        _, files = self.export("1.1.2", "12.1.1")
        self.assertEqual(files["utf8/1.1.2-server"][HEADER:], b"*" * 125)
        self.assertEqual(files["deflate/1.1.2-server"][HEADER:], b"\x7d" + b"*" * 125)
        block = files["inflate/12.1.1-server"][HEADER:]
        inflated = zlib.decompressobj(-15).decompress(block[1 : 1 + block[0]] + b"\0\0\xff\xff")
        self.assertTrue(inflated)
        self.assertTrue(files["extension/12.1.1-server"][HEADER:].startswith(b"permessage-deflate"))

    def test_files_of_a_case(self):
        _, files = self.export("2")
        self.assertEqual(files["case_file/2.5"][:HEADER], bytes(HEADER))
        whole = json.loads(files["case_file/2.5"][HEADER:])
        self.assertEqual([case["id"] for case in whole["groups"][0]["cases"]], ["2.5"])
        table = json.loads(files["case_file/2.1"][HEADER:])["groups"][0]["cases"][0]
        self.assertEqual([row["id"] for row in table["for_each"]], ["2.1"])
        self.assertFalse([name for name in files if name.startswith("case_file/1.")])

    def test_the_same_twice_and_nothing_twice(self):
        _, first = self.export("5", "7", into="first")
        _, second = self.export("5", "7", into="second")
        self.assertEqual(first, second)
        for target in {name.split("/")[0] for name in first}:
            seeds = [octets for name, octets in first.items() if name.startswith(target + "/")]
            self.assertEqual(len(seeds), len(set(seeds)), target)
        self.assertGreater(len(first), 100)

    def test_all_cases_replay(self):
        _, files = self.export()
        self.assertLess(sum(map(len, files.values())), 4 << 20)
        self.assertLessEqual(max(map(len, files.values())), 2048)
        replayed = 0
        for target in sorted({name.split("/")[0] for name in files}):
            program = FUZZ / f"{target}_fuzz"
            if not program.exists():
                continue  # not in this build, or a library that it stands beside is not there
            done = subprocess.run(
                [program, "-runs=0", self.folder / "seeds" / target],
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual(done.returncode, 0, done.stdout[-500:] + done.stderr)
            replayed += 1
        if not replayed:
            self.skipTest("no fuzz target is built")

    def test_says_what_is_wrong(self):
        for arguments, what in (
            ([], "folder"),
            (["/proc/seeds"], "cannot make the folder /proc/seeds"),
            ([str(self.folder), "99.9"], '"99.9"'),
        ):
            done = run(WSPROOF, "export-corpus", *arguments)
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
            self.assertIn(what, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
