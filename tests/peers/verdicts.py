#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves the echo servers of other libraries, and prints a table of the verdicts in Markdown.

./dev peers [PEER]... [-- ARGUMENT...]   the peers that are named, or all; arguments go to wsproof
"""

import argparse
import collections
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import process  # noqa: E402

NODE_MODULES = process.ROOT / "build/peers/node_modules"
NODE_PATH = f"{NODE_MODULES}:{process.NODE_MODULES}"
BUILT = pathlib.Path(os.environ.get("WSPROOF_PEERS", process.ROOT / "build/release/tests/peers"))

# Name in the table, and program.
PEERS = {
    "ws": "echo_ws.js",
    "websocket": "echo_websocket.js",
    "faye-websocket": "echo_faye.js",
    "websockets": "echo_websockets.py",
    "aiohttp": "echo_aiohttp.py",
    "tornado": "echo_tornado.py",
    "libwebsockets": "echo_libwebsockets",
    "beast": "echo_beast",
    "websocketpp": "echo_websocketpp",
}
VERDICTS = ["PASS", "NON-STRICT", "INFORMATIONAL", "UNSUPPORTED", "FAIL"]


def command(program):
    """The words that start a program, or nothing where it was not built."""
    if program.endswith(".js"):
        return ["node", process.PEERS / program]
    if program.endswith(".py"):
        return [sys.executable, "-B", process.PEERS / program]
    return [BUILT / program] if (BUILT / program).exists() else None


def prove(name, folder, deadline, arguments):
    """Runs the suite against one peer: the agent's part of wsproof.json, or why there is none."""
    words = command(PEERS[name])
    if words is None:
        return None, "not built: its library is not installed"
    server = process.Process(*words, env={"NODE_PATH": NODE_PATH})
    try:
        url = server.wait_for_line(r"listening on (ws://\S+)$")[1]
        done = process.run(
            process.WSPROOF, "server", url, "--agent", name, "--report-dir", folder,
            "--deadline", deadline, *arguments, timeout=deadline + 30,
        )  # fmt: skip
        report = pathlib.Path(folder) / "wsproof.json"
        if not report.is_file():
            return None, f"no report: {(done.stderr or done.stdout).strip()[-300:]}"
        with open(report, encoding="utf-8") as file:
            agent = json.load(file)["agents"][0]
        if not server.running():
            return agent, "the server has died"
        return agent, "" if agent["end"] == "complete" else f"{agent['end']}: {agent['end_reason']}"
    except AssertionError as error:
        return None, f"does not start: {error}"
    finally:
        server.end()


def row(name, agent, remark):
    if agent is None:
        return f"| {name} | | | | | | | {remark} |"
    ran = [
        result
        for result in agent["results"]
        if result.get("ran", True) or result["verdict"] != "FAIL"
    ]
    counts = collections.Counter(result["verdict"] for result in ran)
    failed = [result["id"] for result in ran if result["verdict"] == "FAIL"]
    if len(ran) < len(agent["results"]):
        remark = f"{len(agent['results']) - len(ran)} not run; {remark}"
    cells = [str(counts[verdict]) for verdict in VERDICTS]
    seconds = f"{agent['duration_us'] / 1e6:.1f}"
    notes = ", ".join(failed) + (f" ({remark})" if remark else "")
    return f"| {name} | {' | '.join(cells)} | {seconds} | {notes} |"


def details(name, agent):
    """Each result that is not PASS, with Autobahn's pair and what happened."""
    for result in agent["results"]:
        if result["verdict"] in ("PASS", "INFORMATIONAL"):
            continue
        sentences = [result["happened"], result["close_happened"], result["difference"]]
        sentences += [finding["sentence"] for finding in result["findings"]]
        text = "; ".join(sentence for sentence in sentences if sentence)
        yield (
            f"- {name} {result['id']}: {result['verdict']}"
            f" ({result['behavior']}, {result['close_behavior']}): {text}"
        )


def main():
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(
        prog="./dev peers", description="A table of verdicts on the echo servers of other libraries."
    )
    parser.add_argument("peers", nargs="*", metavar="PEER", help=f"one of {', '.join(PEERS)}")
    parser.add_argument("--details", action="store_true", help="tell of each result, not PASS")
    parser.add_argument(
        "--deadline", type=float, default=120, metavar="SECONDS", help="for each peer (120)"
    )
    parser.add_argument("--report-dir", metavar="DIR", help="keep each peer's reports in DIR/PEER")
    options = parser.parse_args(words[:cut])
    for name in options.peers:
        if name not in PEERS:
            parser.error(f"there is no peer '{name}'; there are {', '.join(PEERS)}")

    print("| peer | pass | non-strict | info | unsupported | fail | seconds | failing |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    told = []
    for name in options.peers or PEERS:
        with tempfile.TemporaryDirectory() as scratch:
            folder = scratch
            if options.report_dir:
                folder = os.path.join(options.report_dir, name)
                os.makedirs(folder, exist_ok=True)
            agent, remark = prove(name, folder, options.deadline, words[cut + 1 :])
        print(row(name, agent, remark), flush=True)
        if agent is not None:
            told += details(name, agent)
    if options.details and told:
        print()
        print("\n".join(told))


if __name__ == "__main__":
    main()
