# SPDX-License-Identifier: Apache-2.0
"""The script ./dev with everything it calls replaced by stand-ins: what it installs and how, and that
the server it starts never outlives it."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(os.environ.get("WSPROOF_SOURCE_DIR", pathlib.Path(__file__).parents[2]))

# The real programs that the script may use; anything else has to be a stand-in.
TOOLS = "bash cat cmp cp dirname env grep mkdir sed sleep tr".split()

SERVER = """echo $$ >server.pid
echo "wsproofd: listening on ws://127.0.0.1:4711/"
trap 'echo ended >server.ended; exit 0' TERM
while :; do sleep 0.01; done
"""
SUITE = """echo "$@" >suite.arguments
echo "247 cases: 247 passed"
exit 7
"""


class Sandbox(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        shutil.copy(ROOT / "dev", self.root / "dev")
        self.bin = self.root / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.stand_in("bin/cmake", 'echo "cmake $*" >>calls')
        self.stand_in("bin/ctest", 'echo "ctest $*" >>calls')
        self.stand_in("bin/node", "")
        self.stand_in("bin/npm", 'echo "npm $*" >>calls')
        self.stand_in("bin/id", "echo 0")

    def stand_in(self, path, body):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!{shutil.which('bash')}\n{body}\n", encoding="utf-8")
        file.chmod(0o755)

    def debian(self, installed):
        """A Debian with these packages and no others."""
        self.stand_in("bin/apt-get", 'echo "apt-get $*" >>calls')
        names = " ".join(installed)
        self.stand_in("bin/dpkg-query", f'for name in {names}; do echo "installed $name"; done')

    def every_package(self):
        self.debian([])
        self.dev("test")
        line = next(c for c in self.calls() if c.startswith("apt-get") and "install" in c)
        (self.root / "calls").unlink()
        return [word for word in line.split()[3:] if not word.startswith("-")]

    def start(self, *arguments):
        return subprocess.Popen(
            [str(self.root / "dev"), *arguments],
            env={"PATH": str(self.bin)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def dev(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=20)
        return process.returncode, out, err

    def calls(self):
        file = self.root / "calls"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def wait_for(self, name):
        deadline = time.monotonic() + 10
        while not (self.root / name).exists():
            self.assertLess(time.monotonic(), deadline, f"{name} never appeared")
            time.sleep(0.01)

    def assert_server_gone(self):
        pid = int((self.root / "server.pid").read_text(encoding="utf-8"))
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)


class Commands(Sandbox):
    def test_unknown_command(self):
        code, out, err = self.dev("frobnicate")
        self.assertEqual((code, out), (2, ""))
        self.assertEqual(
            err, "dev: there is no command 'frobnicate'; ./dev help lists those that there are\n"
        )

    def test_help_names_every_command(self):
        for arguments in ([], ["help"], ["--help"]):
            code, out, _ = self.dev(*arguments)
            self.assertEqual(code, 0)
            for command in "run test lint asan tsan coverage fuzz mutate build format help".split():
                self.assertIn(f"\n./dev {command}", "\n" + out)

    def test_configure_failure_shows_why(self):
        self.debian(self.every_package())
        self.stand_in("bin/cmake", "echo no such compiler; exit 1")
        code, _, err = self.dev("build")
        self.assertEqual(code, 1)
        self.assertIn("no such compiler", err)
        self.assertIn("could not configure the preset release", err)

    def test_arguments_reach_ctest(self):
        self.debian(self.every_package())
        code, _, _ = self.dev("test", "-R", "protocol")
        self.assertEqual(code, 0)
        self.assertEqual(
            self.calls()[-1], "ctest --test-dir build/release --output-on-failure -j2 -R protocol"
        )


class Install(Sandbox):
    def test_nothing_missing_installs_nothing(self):
        self.debian(self.every_package())
        code, _, err = self.dev("test")
        self.assertEqual((code, err), (0, ""))
        self.assertFalse([call for call in self.calls() if call.startswith("apt-get")])

    def test_only_what_is_missing(self):
        self.debian([p for p in self.every_package() if p not in ("curl", "ninja-build")])
        code, _, err = self.dev("test")
        self.assertEqual(code, 0)
        self.assertEqual(err, "dev: installing with apt-get: ninja-build curl\n")
        self.assertEqual(
            self.calls()[:2],
            [
                "apt-get -qq update",
                "apt-get -qq install --yes --no-install-recommends ninja-build curl",
            ],
        )

    def test_through_sudo(self):
        self.debian([])
        self.stand_in("bin/id", "echo 1000")
        self.stand_in("bin/sudo", 'echo "sudo $*" >>calls; exec "$@"')
        code, _, _ = self.dev("build")
        self.assertEqual(code, 0)
        self.assertEqual(self.calls()[0], "sudo apt-get -qq update")
        self.assertTrue(self.calls()[2].startswith("sudo env DEBIAN_FRONTEND=noninteractive apt-get"))

    def test_neither_root_nor_sudo(self):
        self.debian([p for p in self.every_package() if p != "ninja-build"])
        self.stand_in("bin/id", "echo 1000")
        code, _, err = self.dev("build")
        self.assertEqual(code, 1)
        self.assertEqual(
            err,
            "dev: these packages are missing, and installing them takes root or sudo: ninja-build\n",
        )
        self.assertEqual(self.calls(), [])

    def test_not_debian_says_so_and_goes_on(self):
        code, _, err = self.dev("build")
        self.assertEqual(code, 0)
        self.assertIn("this is not Debian", err)
        self.assertIn("ninja-build", err)
        self.assertEqual(self.calls()[-1], "cmake --build --preset release")

    def test_node_comes_from_debian_only_when_there_is_none(self):
        self.assertNotIn("nodejs", self.every_package())
        (self.bin / "node").unlink()
        self.assertIn("nodejs", self.every_package())

    def test_npm_runs_once_for_each_package_json(self):
        self.debian(self.every_package())
        package = self.root / "tests" / "e2e" / "package.json"
        package.parent.mkdir(parents=True)
        package.write_text('{ "dependencies": {\n    "ws": "8.1.2"\n} }\n', encoding="utf-8")
        _, _, err = self.dev("test")
        self.assertEqual(err, "dev: installing with npm into build/e2e: ws 8.1.2\n")
        _, _, err = self.dev("test")
        self.assertEqual(err, "")
        npm = [call for call in self.calls() if call.startswith("npm")]
        self.assertEqual(len(npm), 1)
        self.assertIn("--no-package-lock --no-audit --no-fund", npm[0])


class Run(Sandbox):
    def setUp(self):
        super().setUp()
        self.debian(self.every_package())
        self.stand_in("build/release/server/app/wsproofd", SERVER)
        self.stand_in("build/release/conformance/app/wsproof", SUITE)

    def test_ends_with_the_suites_line_and_code(self):
        code, out, _ = self.dev("run", "--jobs", "4")
        self.assertEqual(code, 7)
        self.assertEqual(out, "247 cases: 247 passed\n")
        self.assertEqual(
            (self.root / "suite.arguments").read_text(encoding="utf-8"),
            "server ws://127.0.0.1:4711/echo --report-dir build/report --jobs 4\n",
        )
        self.assert_server_gone()
        self.assertTrue((self.root / "server.ended").exists(), "the server was not asked to end")

    def test_signals_end_both_at_once(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                self.stand_in(
                    "build/release/conformance/app/wsproof",
                    "echo $$ >suite.pid; while :; do sleep 0.01; done",
                )
                (self.root / "suite.pid").unlink(missing_ok=True)
                process = self.start("run")
                self.wait_for("suite.pid")
                time.sleep(0.05)
                process.send_signal(number)
                process.communicate(timeout=10)
                self.assertGreater(process.returncode, 128)
                self.assert_server_gone()
                pid = int((self.root / "suite.pid").read_text(encoding="utf-8"))
                with self.assertRaises(ProcessLookupError):
                    os.kill(pid, 0)

    def test_server_that_dies_is_reported(self):
        self.stand_in(
            "build/release/server/app/wsproofd", "echo 'wsproofd: no such host' >&2; exit 2"
        )
        code, out, err = self.dev("run")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("wsproofd: no such host", err)
        self.assertIn("did not say where it listens", err)


if __name__ == "__main__":
    unittest.main()
