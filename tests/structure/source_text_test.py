# SPDX-License-Identifier: Apache-2.0
"""What every file of this project's own has in common: its licence line, plain line ends, and only
letters that an editor shows."""

import os
import pathlib
import unittest

ROOT = pathlib.Path(os.environ.get("WSPROOF_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
FOLDERS = ("server", "conformance", "bench", "fuzz", "tests", "cmake")
SOURCES = {".h", ".cc", ".py", ".sh", ".cmake", ".js", ".mjs"}
# The first line, or the second below a #! line.
LICENCE = "SPDX-License-Identifier: Apache-2.0"


def sources():
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in SOURCES or file.name == "CMakeLists.txt":
                if file.is_file() and "node_modules" not in file.parts:
                    yield file
    yield ROOT / "CMakeLists.txt"
    yield ROOT / "dev"
    yield ROOT / ".ci" / "run"


class SourceText(unittest.TestCase):
    def test_licence_line(self):
        for file in sources():
            with self.subTest(file=str(file.relative_to(ROOT))):
                lines = file.read_text(encoding="utf-8").split("\n", 2)
                line = lines[1] if lines[0].startswith("#!") else lines[0]
                self.assertIn(LICENCE, line)

    def test_line_ends(self):
        for file in sources():
            with self.subTest(file=str(file.relative_to(ROOT))):
                content = file.read_bytes()
                self.assertNotIn(b"\r", content)
                self.assertTrue(content.endswith(b"\n"), "no newline at the end")
                self.assertNotRegex(content, rb"(?m)[ \t]+$", "blanks at the end of a line")


if __name__ == "__main__":
    unittest.main()
