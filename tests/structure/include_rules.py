# SPDX-License-Identifier: Apache-2.0
"""The direction of dependencies, read from the includes.

    include_rules.py ROOT     prints each include that breaks a rule; exit 1 if there is one

A room is a folder. ROOMS says for each what it may include of this project and of others; what is
not listed is refused, so that a new edge is a decision and not an accident.
"""

import pathlib
import re
import sys
from typing import NamedTuple


class Room(NamedTuple):
    """What the files of one folder may include: other rooms, and headers of other projects."""

    rooms: tuple
    others: tuple


EXPECTED = (r"tl/expected\.hpp",)
DEFLATE = (r"zlib\.h", r"isa-l/igzip_lib\.h")
# Digests, random octets and base64; not the I/O half of OpenSSL.
OPENSSL_CRYPTO = (r"openssl/(crypto|err|evp|opensslv|rand|sha)\.h",)
OPENSSL_TLS = (r"openssl/\w+\.h",)
HIGHWAY = (r"hwy/[\w./-]+\.h",)
FMT = (r"fmt/\w+\.h",)
JSON = (r"nlohmann/[\w./-]+\.hpp",)
CLI = (r"CLI/\w+\.hpp",)
LIBUV = (r"uv\.h",)
POSIX = (
    r"(arpa|net|netinet|sys)/\w+\.h",
    r"(dirent|fcntl|netdb|poll|pthread|sched|spawn|termios|unistd)\.h",
)
# glibc's counters of the heap: what a session holds is measured.
MALLOC = (r"malloc\.h",)
GTEST = (r"g(test|mock)/[\w./-]+\.h",)
BENCHMARK = (r"benchmark/benchmark\.h",)
# What stands beside ours in the same run.
PEERS = (r"boost/beast/[\w./-]+\.hpp", r"websocketpp/[\w./-]+\.hpp", r"wslay/wslay\.h")

FUZZ_PEERS = (r"boost/(asio|beast)/[\w./-]+\.hpp", r"wslay/wslay\.h", r"http_parser\.h", r"sys/types\.h")
SANITIZERS = (r"sanitizer/\w+\.h",)

PROTOCOL = "server/protocol"
TRANSPORT = "server/transport"
CATALOGUE = "conformance/catalogue"
ENGINE = "conformance/engine"
REPORT = "conformance/report"
RUNNER = "conformance/runner"
BELOW_RUNNER = (CATALOGUE, ENGINE, REPORT)

# A room may always include itself. The order is that of the house, from the bottom up.
ROOMS = {
    PROTOCOL: Room((), EXPECTED + DEFLATE + OPENSSL_CRYPTO + HIGHWAY),
    TRANSPORT: Room((PROTOCOL,), EXPECTED + FMT + LIBUV + OPENSSL_TLS + POSIX),
    "server/app": Room((PROTOCOL, TRANSPORT), EXPECTED + FMT + CLI + JSON + POSIX),
    "server/examples": Room((PROTOCOL, "server/app"), EXPECTED + FMT),
    # No sockets, no loop, no clock: hence no POSIX headers in these three.
    CATALOGUE: Room((PROTOCOL,), EXPECTED + FMT + JSON),
    ENGINE: Room((PROTOCOL, CATALOGUE), EXPECTED + FMT),
    REPORT: Room((PROTOCOL, CATALOGUE, ENGINE), EXPECTED + FMT + JSON),
    RUNNER: Room((PROTOCOL, TRANSPORT) + BELOW_RUNNER, EXPECTED + FMT),
    # wstest's testees and echo servers are wsproofd's own server and client.
    "conformance/app": Room(
        (PROTOCOL, TRANSPORT, "server/app", RUNNER) + BELOW_RUNNER, EXPECTED + FMT + CLI + JSON + POSIX
    ),
    "bench/load": Room((PROTOCOL,), EXPECTED + FMT),
    # Sizes and durations are read as wsproofd reads them.
    "bench/app": Room(
        (PROTOCOL, TRANSPORT, "server/app", "bench/load"), EXPECTED + FMT + CLI + JSON + POSIX
    ),
    "bench/micro": Room(
        (PROTOCOL, CATALOGUE, ENGINE, "server/app"),
        EXPECTED + FMT + BENCHMARK + OPENSSL_CRYPTO + PEERS,
    ),
    # Linked to what is mutated, whatever that is.
    "tests/mutate": Room((), GTEST),
    "tests/support": Room((PROTOCOL,), EXPECTED + FMT + GTEST + POSIX),
    # tests/support for its echo endpoint, the apps for the files that they read.
    "fuzz": Room(
        (PROTOCOL, "conformance/app", "bench/load", "bench/app", "tests/support") + BELOW_RUNNER,
        EXPECTED + FMT + FUZZ_PEERS + SANITIZERS,
    ),
    "tests/protocol": Room((PROTOCOL, "tests/support"), EXPECTED + DEFLATE + HIGHWAY + GTEST + MALLOC),
    "tests/transport": Room(
        (PROTOCOL, TRANSPORT, "tests/support"), EXPECTED + FMT + OPENSSL_TLS + GTEST + POSIX
    ),
    "tests/server": Room(
        (PROTOCOL, TRANSPORT, "server/app", "tests/support"), EXPECTED + FMT + GTEST + POSIX
    ),
    # Fail points stand before the libraries' functions and the C library's.
    "tests/failing": Room(
        (PROTOCOL, TRANSPORT, "tests/server", "tests/support"),
        LIBUV + OPENSSL_TLS + GTEST + POSIX + MALLOC + (r"dlfcn\.h",),
    ),
    "tests/bench": Room((PROTOCOL, "bench/load", "bench/app"), EXPECTED + GTEST),
    "tests/conformance": Room(
        (PROTOCOL, TRANSPORT, RUNNER, "conformance/app", "tests/support") + BELOW_RUNNER,
        EXPECTED + FMT + JSON + OPENSSL_CRYPTO + GTEST + POSIX,
    ),
    # Other people's libraries, and nothing of ours.
    "tests/peers": Room((), (r"boost/[\w./-]+\.hpp", r"websocketpp/[\w./-]+\.hpp", r"libwebsockets\.h") + POSIX),
    "tests/peers/faulty": Room((), DEFLATE + OPENSSL_CRYPTO + POSIX),
    "tests/prove": Room(
        (PROTOCOL, CATALOGUE, ENGINE, REPORT, "tests/support", "tests/conformance", "tests/peers/faulty"),
        EXPECTED + FMT + JSON + CLI + MALLOC + GTEST,
    ),
    "bench/peers": Room(
        (), (r"boost/[\w./-]+\.hpp", r"websocketpp/[\w./-]+\.hpp", r"libwebsockets\.h") + LIBUV + POSIX
    ),
    # A project of its own, which knows only what is installed.
    "tests/consumer": Room((PROTOCOL, "server/app"), ()),
}

# Folders that hold rooms; a source file elsewhere is in no room, which is also an error.
TOPS = ("server", "conformance", "bench", "fuzz", "tests")

# Headers of the C and C++ standard libraries: one word without an ending, or one of the C names.
STANDARD = re.compile(
    r"[a-z_0-9]+|(assert|ctype|errno|inttypes|limits|math|signal|stdarg|stddef|stdint|stdio|stdlib"
    r"|string|time)\.h"
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]*>|"[^"\n]*"|\S+)', re.MULTILINE)


def room_of(path):
    """The longest room that holds this path, or None."""
    holding = [room for room in ROOMS if path.startswith(room + "/")]
    return max(holding, key=len, default=None)


def fault(path, include):
    """Why the file at `path` may not say `#include <include>`, or None where it may."""
    room = room_of(path)
    if room is None:
        return "the file is in no room of tests/structure/include_rules.py"
    name = include[1:-1]
    if include.startswith('"'):
        target = None if ".." in name.split("/") else room_of(name)
        if target is None:
            return "quotes are for files of this project, by their path from the root"
        if target != room and target not in ROOMS[room].rooms:
            return f"{room} may not include {target}"
        return None
    if not include.startswith("<"):
        # Highway compiles a file once for each instruction set by way of a macro.
        return None if include == "HWY_TARGET_INCLUDE" else "the included file is not named"
    if room_of(name):
        return "angle brackets are for other projects' files"
    if STANDARD.fullmatch(name) or any(re.fullmatch(other, name) for other in ROOMS[room].others):
        return None
    return f"{room} may not include {name}"


def faults(root):
    """Every include below `root` that breaks a rule, as one line each."""
    root = pathlib.Path(root)
    found = []
    files = 0
    for top in TOPS:
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".h", ".cc") or not file.is_file():
                continue
            files += 1
            path = file.relative_to(root).as_posix()
            text = file.read_text(encoding="utf-8")
            for match in INCLUDE.finditer(text):
                why = fault(path, match[1])
                if why:
                    line = text.count("\n", 0, match.start(1)) + 1
                    found.append(f"{path}:{line}: #include {match[1]}: {why}")
    if files == 0:
        found.append(f"{root}: no source files here, so nothing has been proved")
    return found


def main(arguments):
    if len(arguments) != 2:
        print("usage: include_rules.py ROOT", file=sys.stderr)
        return 2
    found = faults(arguments[1])
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
