#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""wsproofd beside other servers: CPU time of the server's process for each message.

    compare.py [--full] [--only REGEX] [--peers NAME,NAME] [--rounds N] [--seconds S]
    compare.py --base PROGRAM ...     wsproofd beside an earlier build of itself, and nobody else

Slices of all servers are interleaved, so that what else the machine does falls on all alike; a
server is held to one core and the load to another. Each figure is the median of a server's slices,
its spread half the distance between the quartiles. Writes the summary, a page and every slice to
build/bench/, and prints Markdown. Exits 0 whether or not goals are met, 1 where wsproofd itself
failed or, with --base, is slower by more than the noise explains, 2 for wrong usage.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import works  # noqa: E402
from peers import servers  # noqa: E402

OURS = "wsproofd"
BASE = "base"
# What a machine that does other things as well makes of two equal times.
TIE = 0.07


class Figure(NamedTuple):
    """The median of one server's slices."""

    value: float
    spread: float  # as a part of the value
    slice: pathlib.Path  # the one in the middle

    @staticmethod
    def of(slices):
        values = sorted(value for value, _ in slices)
        middle = statistics.median(values)
        quarters = statistics.quantiles(values, n=4) if len(values) > 2 else (values[0], 0, values[-1])
        nearest = min(slices, key=lambda pair: abs(pair[0] - middle))
        return Figure(middle, (quarters[2] - quarters[0]) / 2 / middle if middle else 0.0, nearest[1])


def value_of(work, result):
    """Microseconds of CPU for each item, or octets for each connection."""
    server = result["server"]
    if work.unit == "B":
        return (server["memory_after"] - server["memory_before"]) / result["connections"]
    if not result["items"]:
        raise servers.Unable("nothing was answered")
    return server["cpu_seconds"] * 1e6 / result["items"]


class Comparison:
    """All slices of a run, and what comes of them."""

    def __init__(self, options):
        self.options = options
        self.load = options.build / "bench/app/wsproof-load"
        self.slices = options.out / "slices"
        self.slices.mkdir(parents=True, exist_ok=True)
        self.trouble = []  # what could not be measured, in words

    def say(self, text):
        print(f"compare: {text}", file=sys.stderr, flush=True)

    def one_slice(self, work, running, number, seconds):
        """Runs the generator once: (value, file of its result)."""
        server = running.server
        file = self.slices / f"{work.key}.{server.name}.{number}.json"
        file.unlink(missing_ok=True)
        path = server.broadcast if work.kind == "broadcast" else server.echo
        command = [
            self.load, *work.command[:1], running.url + path, *work.command[1:],
            "--label", server.name, "--server-pid", running.pid, "--quiet",
            "--duration", f"{round(seconds * 1000)}ms", "--timeout", "20s", "--json", file,
        ]  # fmt: skip
        if work.unit == "us":
            command += ["--warmup", f"{round(seconds * 250)}ms"]
        done = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds + 120,
            preexec_fn=servers.settle(servers.cores()[1]),
            check=False,
        )
        if done.returncode != 0:
            lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
            failed = [line for line in lines if line.startswith("FAILED")] or lines[-1:]
            raise servers.Unable(f"wsproof-load ended with {done.returncode}: {' '.join(failed)}")
        with open(file, encoding="utf-8") as text:
            return value_of(work, json.load(text)["wsproof_load"][0]), file

    def compare(self, work, all_servers):
        """Figures of one work by the name of the server."""
        rounds, seconds = self.options.rounds, self.options.seconds
        fresh = work.unit == "B"  # memory that was once used is not given back
        if fresh:
            rounds, seconds = min(rounds, 3 if self.options.full else 1), 0.1
        running, slices = {}, {}

        def start(server):
            running[server.name] = servers.Running(server, self.options.modules)

        def give_up(server, error):
            self.trouble.append(f"{work.title}: {server.name}: {error}")
            self.say(self.trouble[-1])
            slices.pop(server.name, None)
            if server.name in running:
                running.pop(server.name).end()

        try:
            taking_part = [server for server in all_servers if self.takes_part(server, work)]
            # The first round warms up what compiles while it runs, and is not counted.
            for number in range(0 if not fresh else 1, rounds + 1):
                for server in list(taking_part):
                    try:
                        if server.name not in running:
                            start(server)
                        found = self.one_slice(work, running[server.name], number, seconds)
                        if number > 0:
                            slices.setdefault(server.name, []).append(found)
                        if fresh:
                            running.pop(server.name).end()
                    except (servers.Unable, subprocess.TimeoutExpired) as error:
                        taking_part.remove(server)
                        give_up(server, error)
        finally:
            for one in running.values():
                one.end()
        return {name: Figure.of(found) for name, found in slices.items()}

    @staticmethod
    def takes_part(server, work):
        if server.name in works.TCP:
            return work.libuv is not None or work.key == "echo-64k-1"
        return work.kind != "broadcast" or server.broadcast is not None


def entry(work, figures, peer, goal):
    ours, theirs = figures[OURS], figures[peer]
    ratio = ours.value / theirs.value if theirs.value else float("inf")
    return {
        "name": work.title,
        "unit": work.unit,
        "value": round(ours.value, 3),
        "peer": peer,
        "peer_value": round(theirs.value, 3),
        "ratio": round(ratio, 3),
        "goal": goal,
        "met": None if goal is None else ratio <= goal,
        "spread": round(max(ours.spread, theirs.spread), 3),
    }


def beyond_noise(ours, base):
    """What a ratio to the base may be at most: the spread of both, thrice, and no less than a tie."""
    return 1 + max(TIE, 3 * (ours.spread + base.spread))


def judge(work, figures):
    """The entries of the summary for one work."""
    if OURS not in figures:
        return []
    out = []
    if BASE in figures:
        limit = beyond_noise(figures[OURS], figures[BASE])
        out.append(entry(work, figures, BASE, round(limit, 3)))
    if "bun" in figures:
        out.append(entry(work, figures, "bun", work.bun))
    others = [name for name in works.OTHERS if name in figures]
    if others:
        best = min(others, key=lambda name: figures[name].value)
        out.append(entry(work, figures, best, work.best))
    for name in works.TCP:
        if name in figures:
            out.append(entry(work, figures, name, work.libuv if name == "tcp-libuv" else None))
    if work.unit == "B":
        ours = figures[OURS]
        out.append({
            "name": work.title, "unit": "B", "value": round(ours.value), "peer": "octets",
            "peer_value": works.IDLE_GOAL, "ratio": round(ours.value / works.IDLE_GOAL, 3), "goal": 1,
            "met": ours.value <= works.IDLE_GOAL, "spread": round(ours.spread, 3),
        })  # fmt: skip
    return out


def verdict(one):
    if one["met"] is None:
        return ""
    if one["met"]:
        return "met"
    return "missed, but a tie" if one["ratio"] <= one["goal"] * (1 + TIE) else "MISSED"


def shown(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def markdown(tables, entries, trouble, names):
    """The whole report."""
    lines = [
        "CPU time of the server's process, in microseconds for each message, delivery or handshake;",
        "octets of memory for an idle connection. Medians of interleaved slices, +- half the distance",
        "between the quartiles.",
        "",
        "| | " + " | ".join(names) + " |",
        "|---" * (len(names) + 1) + "|",
    ]
    for work, figures in tables:
        cells = []
        for name in names:
            figure = figures.get(name)
            cells.append(f"{shown(figure.value)} +-{figure.spread:.0%}" if figure else "")
        lines.append(f"| {work.title} | " + " | ".join(cells) + " |")
    lines += ["", "| | ours | peer | | ratio | goal | |", "|---|---|---|---|---|---|---|"]
    for one in entries:
        goal = "" if one["goal"] is None else f"<= {one['goal']:g}"
        lines.append(
            f"| {one['name']} | {shown(one['value'])} {one['unit']} | {one['peer']} "
            f"| {shown(one['peer_value'])} {one['unit']} | {one['ratio']:.2f} | {goal} "
            f"| {verdict(one)} |"
        )
    with_goal = [one for one in entries if one["met"] is not None]
    lines += ["", f"{sum(one['met'] for one in with_goal)} of {len(with_goal)} goals are met."]
    lines += [f"- not measured: {words}" for words in trouble]
    return "\n".join(lines) + "\n"


def options_of():
    parser = argparse.ArgumentParser(description="wsproofd beside other servers")
    parser.add_argument("--full", action="store_true", help="all works, longer and more slices")
    parser.add_argument("--only", default=".", metavar="REGEX", help="works whose key matches")
    parser.add_argument("--peers", metavar="NAME,NAME", help="only these beside wsproofd")
    parser.add_argument("--rounds", type=int, metavar="N", help="slices of each server")
    parser.add_argument("--seconds", type=float, metavar="S", help="of a slice")
    parser.add_argument("--build", type=pathlib.Path, default=servers.ROOT / "build/release")
    parser.add_argument("--modules", type=pathlib.Path,
                        default=servers.ROOT / "build/bench-peers/node_modules")  # fmt: skip
    parser.add_argument("--out", type=pathlib.Path, default=servers.ROOT / "build/bench")
    parser.add_argument("--base", metavar="PROGRAM", type=pathlib.Path,
                        help="an earlier wsproofd, instead of all peers")  # fmt: skip
    parser.add_argument("--list", action="store_true", help="print the works and servers, and end")
    options = parser.parse_args()
    options.rounds = options.rounds or (15 if options.full else 5)
    options.seconds = options.seconds or (1.0 if options.full else 0.4)
    if options.rounds < 1 or not 0.05 <= options.seconds <= 60:
        parser.error("--rounds has to be 1 or more, and --seconds between 0.05 and 60")
    try:
        chosen = [work for work in works.WORKS if re.search(options.only, work.key)]
    except re.error as error:
        parser.error(f"--only is no regular expression: {error}")
    if options.only == "." and not options.full:
        chosen = [work for work in chosen if not work.full_only]
    if not chosen:
        parser.error(f"--only {options.only}: no work has such a key; --list prints them")
    return parser, options, chosen


def main():
    parser, options, chosen = options_of()
    all_servers, missing = servers.known(options.build, options.modules)
    if options.peers is not None:
        wanted = [name for name in options.peers.split(",") if name]
        there = {server.name for server in all_servers}
        for name in wanted:
            if name not in there:
                parser.error(f"--peers {name}: not one of {', '.join(sorted(there))}")
        all_servers = [one for one in all_servers if one.name in wanted or one.name == OURS]
        missing = []
    if options.base is not None:
        if not options.base.exists():
            parser.error(f"--base {options.base}: no such program")
        ours = [one for one in all_servers if one.name == OURS]
        base = [one._replace(name=BASE, command=(options.base.resolve(), *one.command[1:]))
                for one in ours]  # fmt: skip
        all_servers, missing = ours + base, []
    if options.list:
        print("\n".join(f"{work.key:18} {work.title}" for work in chosen))
        print("servers: " + ", ".join(server.name for server in all_servers))
        return 0
    if OURS not in {server.name for server in all_servers}:
        parser.error(f"{options.build}: wsproofd is not built there")

    comparison = Comparison(options)
    for name in missing:
        comparison.say(f"{name} is not installed, and left out")
    tables, entries = [], []
    for work in chosen:
        comparison.say(work.title)
        figures = comparison.compare(work, all_servers)
        tables.append((work, figures))
        entries += judge(work, figures)
        # After each work, so that whoever loses patience has what there is.
        with open(options.out / "summary.json", "w", encoding="utf-8") as file:
            json.dump(entries, file, indent=1)
            file.write("\n")

    names = [server.name for server in all_servers]
    report = markdown(tables, entries, comparison.trouble, names)
    (options.out / "comparison.md").write_text(report, encoding="utf-8")
    print(report, end="")
    middle = [str(figure.slice) for _, figures in tables for figure in figures.values()]
    if middle:
        page = options.out / "comparison.html"
        subprocess.run([str(comparison.load), "merge", "--quiet", "--html", str(page), *middle],
                       check=False)  # fmt: skip
        comparison.say(f"wrote {options.out}/summary.json, comparison.md and comparison.html")
    slower = [one for one in entries if one["peer"] == BASE and not one["met"]]
    for one in slower:
        comparison.say(f"{one['name']}: slower than the base, {one['ratio']} times its CPU")
    return 0 if not slower and all(OURS in figures for _, figures in tables) else 1


if __name__ == "__main__":
    sys.exit(main())
