# SPDX-License-Identifier: Apache-2.0
"""wsproof, installed into an empty prefix, is found by another CMake project, which builds and runs
with it and without this source tree."""

import os
import pathlib
import shutil
import subprocess
import unittest

HERE = pathlib.Path(__file__).parent
SOURCE = pathlib.Path(os.environ["WSPROOF_SOURCE_DIR"])
WORK = pathlib.Path(os.environ["WSPROOF_TEST_DIR"])
BUILD = pathlib.Path(os.environ["WSPROOF_BUILD_DIR"])
COMPILER = os.environ["WSPROOF_CXX"]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Consumer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(WORK, ignore_errors=True)
        cls.prefix = WORK / "prefix"
        cls.build = WORK / "build"
        run("cmake", "--install", str(BUILD), "--prefix", str(cls.prefix))
        run(
            "cmake", "-S", str(HERE), "-B", str(cls.build), "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={cls.prefix}", f"-DCMAKE_CXX_COMPILER={COMPILER}",
        )  # fmt: skip
        run("cmake", "--build", str(cls.build), "-j2")

    def test_protocol(self):
        out = run(str(self.build / "uses_protocol"))
        self.assertEqual(out, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n7 octets\n")

    def test_server(self):
        out = run(str(self.build / "uses_server"))
        self.assertEqual(out, "listening on a port: yes\nstopped\n")

    def test_headers_keep_their_path(self):
        self.assertTrue((self.prefix / "include/wsproof/server/protocol/frame.h").is_file())
        self.assertTrue((self.prefix / "include/wsproof/server/app/server.h").is_file())

    def test_every_installed_header_stands_alone(self):
        include = self.prefix / "include" / "wsproof"
        for header in sorted(include.rglob("*.h")):
            name = header.relative_to(include).as_posix()
            with self.subTest(header=name):
                source = WORK / "alone.cc"
                source.write_text(f'#include "{name}"\n', encoding="utf-8")
                run(COMPILER, "-std=c++20", "-fsyntax-only", f"-I{include}", str(source))

    def test_programs_run_from_the_prefix(self):
        for program in ("wsproof", "wsproofd"):
            with self.subTest(program=program):
                self.assertIn("0.1.0", run(str(self.prefix / "bin" / program), "--version"))

    def test_nothing_points_into_the_source_tree(self):
        for file in sorted((self.prefix / "lib").rglob("*.cmake")):
            with self.subTest(file=file.name):
                self.assertNotIn(str(SOURCE), file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
