# SPDX-License-Identifier: Apache-2.0
"""The man pages: what --help says is in them, and nothing in them is taken for a roff request."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "cmake"))
import man_page  # noqa: E402

HELP = """Does a thing
Usage: /usr/bin/thing [OPTIONS]

Options:
  --flag -f        .hidden\\n
.dot
'quote

Example:
  thing --flag
"""


class ManPage(unittest.TestCase):
    def test_makes_sections_and_escapes(self):
        text = man_page.page("thing", "1.2", HELP, [("go", "Goes\nUsage: thing go\n")])
        self.assertIn(".SH NAME\nthing \\- Does a thing\n", text)
        self.assertIn(".SH SYNOPSIS\n.nf\n/usr/bin/thing [OPTIONS]\n.fi\n", text)
        self.assertIn("\\-\\-flag \\-f        .hidden\\en\n\\&.dot\n\\&'quote\n", text)
        self.assertIn('.SH "THING GO"\n', text)
        requests = re.findall(r"(?m)^[.'](\w+)", text)
        self.assertEqual(set(requests), {"TH", "SH", "SS", "nf", "fi"})

    def test_says_when_a_program_says_nothing(self):
        done = subprocess.run([sys.executable, "-B", ROOT / "cmake/man_page.py", "/bin/false", "x",
                               "1"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("man_page: /bin/false --help says nothing", done.stderr)

    def test_holds_what_the_programs_say(self):
        for variable, words in (("WSPROOF", ["WSPROOF SERVER", "\\-\\-expect", "Exit status"]),
                                ("WSPROOFD", ["\\-\\-port"])):
            program = os.environ.get(variable)
            if not program:
                continue
            with tempfile.TemporaryDirectory() as folder:
                target = pathlib.Path(folder, "page.1")
                subprocess.run([sys.executable, "-B", ROOT / "cmake/man_page.py", program, target,
                                "1.0", "server"], check=True)
                text = target.read_text("utf-8")
            for word in words:
                self.assertIn(word.upper() if word == "Exit status" else word, text)


if __name__ == "__main__":
    unittest.main()
