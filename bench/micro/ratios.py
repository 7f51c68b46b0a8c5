# SPDX-License-Identifier: Apache-2.0
"""The micro-benchmarks as ratios to what ran beside them, and whether each goal is met.

    ratios.py PROGRAM [--json FILE] [--repetitions N] [--filter REGEX]
    ratios.py --from FILE [--json FILE]

Runs PROGRAM with its repetitions interleaved at random (or reads what it once wrote as JSON), takes
the median of the CPU time of each benchmark, and prints each goal. Exits 0 whether or not they are
met: a figure of one machine is for a person to judge.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
from typing import NamedTuple


class Goal(NamedTuple):
    """`ours` against the best of `peers`, by throughput or by time, at one size."""

    what: str
    ours: str
    peers: tuple
    by: str  # "speed": ours / peer, at least `limit`; "time": ours / peer, at most `limit`
    limit: float


LIBRARIES = ("mask_beast", "mask_websocketpp")
# What a machine that does other things as well makes of two equal times.
TIE = 0.07


def at(names, size):
    return tuple(f"{name}/{size}" for name in names)


def goals():
    """All goals, in the order in which they are printed."""
    found = []

    def faster(what, ours, peers, limit):
        found.append(Goal(what, ours, peers, "speed", limit))

    for size in (128, 256, 1024, 4096, 16384, 65536, 1048576):
        faster(
            f"mask in place, {size} B, to memcpy",
            f"mask_wsproof/{size}", at(("mask_memcpy",), size), 1.0,
        )  # fmt: skip
    for size in (128, 256, 1024):
        faster(
            f"mask in place, {size} B, to the best other library",
            f"mask_wsproof/{size}", at(LIBRARIES, size), 1.4,
        )  # fmt: skip
    for size in (16, 20):
        faster(
            f"mask in place, {size} B, to the best other library",
            f"mask_wsproof/{size}", at(LIBRARIES, size), 1.0,
        )  # fmt: skip
    for size in (4096, 16384, 65536, 1048576):
        faster(
            f"mask unaligned, {size} B, to aligned",
            f"mask_unaligned_wsproof/{size}", at(("mask_wsproof",), size), 0.9,
        )  # fmt: skip
    faster("UTF-8, ASCII, 1 KiB, to tables",
           "utf8_ascii_wsproof/1024", ("utf8_ascii_table/1024",), 20)  # fmt: skip
    faster("UTF-8, mixed, 1 KiB, to tables",
           "utf8_mixed_wsproof/1024", ("utf8_mixed_table/1024",), 10)  # fmt: skip
    faster("UTF-8, ASCII, 20 B, to eight octets at a time",
           "utf8_ascii_wsproof/20", ("utf8_ascii_words/20",), 1.0)  # fmt: skip
    found.append(Goal("frame of 20 B received, to wslay",
                      "frame_receive_wsproof/20", ("frame_receive_wslay/20",), "time", 0.2))
    found.append(Goal("accept key, to a naive EVP call",
                      "accept_key_wsproof", ("accept_key_naive",), "time", 0.3))
    return found


# Told, without a goal: (what, ours, peers).
COMPARISONS = (
    ("mask while copying, 1 KiB, to memcpy", "mask_copy_wsproof/1024", ("mask_memcpy/1024",)),
    ("mask in place, 1 KiB, to a loop over octets", "mask_wsproof/1024", ("mask_octets/1024",)),
    ("UTF-8, ASCII, 1 KiB, to Beast", "utf8_ascii_wsproof/1024", ("utf8_ascii_beast/1024",)),
    ("UTF-8, mixed, 1 KiB, to Beast", "utf8_mixed_wsproof/1024", ("utf8_mixed_beast/1024",)),
    ("UTF-8, mixed, 125 B, to tables", "utf8_mixed_wsproof/125", ("utf8_mixed_table/125",)),
    ("frames of 64 KiB received, to wslay",
     "frame_receive_wsproof/65536", ("frame_receive_wslay/65536",)),
    ("frame of 20 B sent, to wslay", "frame_send_wsproof/20", ("frame_send_wslay/20",)),
    ("broadcast of 1 KiB to 10,000, encoded once, to each time",
     "broadcast_encoded_once/10000", ("broadcast_encoded_each/10000",)),
)  # fmt: skip


class Median(NamedTuple):
    """Of one benchmark's repetitions."""

    time: float  # ns of CPU for one item, or for one call where it counts no items
    speed: float  # octets a second; 0 where it counts none
    spread: float  # half the distance between the quartiles, as a part of the median

    def rate(self):
        return self.speed or 1e9 / self.time


def medians(result):
    """The medians of a run in Google Benchmark's JSON, by name."""
    times, speeds = {}, {}
    for run in result["benchmarks"]:
        if run.get("run_type") != "iteration":
            continue
        if run.get("error_occurred"):
            sys.exit(f"ratios.py: {run['name']} failed: {run['error_message']}")
        name = run["run_name"]
        rate = run.get("items_per_second")
        times.setdefault(name, []).append(1e9 / rate if rate else run["cpu_time"])
        speeds.setdefault(name, []).append(run.get("bytes_per_second", 0))
    found = {}
    for name, all_times in times.items():
        middle = statistics.median(all_times)
        quarters = statistics.quantiles(all_times, n=4) if len(all_times) > 1 else (middle,) * 3
        found[name] = Median(
            middle, statistics.median(speeds[name]), (quarters[2] - quarters[0]) / 2 / middle
        )
    return found


def judge(goal, found):
    """The goal as an entry of the summary, or None where its benchmarks did not run."""
    peers = [name for name in goal.peers if name in found]
    if goal.ours not in found or not peers:
        return None
    best = max(peers, key=lambda name: found[name].rate())
    ours, peer = found[goal.ours], found[best]
    by_speed = goal.by == "speed" and ours.speed and peer.speed
    values = (ours.speed / 1e9, peer.speed / 1e9) if by_speed else (ours.time, peer.time)
    ratio = ours.rate() / peer.rate() if goal.by == "speed" else ours.time / peer.time
    met = None
    if goal.limit is not None:
        met = ratio >= goal.limit if goal.by == "speed" else ratio <= goal.limit
    return {
        "name": goal.what,
        "unit": "GB/s" if by_speed else "ns",
        "value": round(values[0], 3),
        "peer": best,
        "peer_value": round(values[1], 3),
        "ratio": round(ratio, 3),
        "goal": goal.limit,
        "better": "higher" if goal.by == "speed" else "lower",
        "met": met,
        "spread": round(max(ours.spread, peer.spread), 3),
    }


def verdict(entry):
    """One word or two: whether the goal is met, and whether that is within the noise."""
    if entry["met"] is None:
        return ""
    if entry["met"]:
        return "met"
    higher = entry["better"] == "higher"
    near = entry["ratio"] / entry["goal"] if higher else entry["goal"] / entry["ratio"]
    return "missed, but a tie" if near >= 1 - TIE else "MISSED"


def table(entries):
    """The entries as a table in Markdown."""
    lines = ["| | ours | peer | | ratio | goal | |", "|---|---|---|---|---|---|---|"]
    for entry in entries:
        goal = ""
        if entry["goal"] is not None:
            goal = (">= " if entry["better"] == "higher" else "<= ") + f"{entry['goal']:g}"
        lines.append(
            f"| {entry['name']} | {entry['value']:.3g} {entry['unit']} | {entry['peer']} "
            f"| {entry['peer_value']:.3g} {entry['unit']} | {entry['ratio']:.2f} | {goal} "
            f"| {verdict(entry)} |"
        )
    return "\n".join(lines)


def run(program, repetitions, only):
    """Runs the benchmarks and returns their result as Google Benchmark writes it."""
    command = [
        program,
        "--benchmark_format=json",
        "--benchmark_enable_random_interleaving=true",
        f"--benchmark_repetitions={repetitions}",
        "--benchmark_min_time=0.02",
        f"--benchmark_filter={only}",
    ]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True)
    except OSError as error:
        sys.exit(f"ratios.py: {program} cannot be started: {error.strerror}")
    if done.returncode != 0:
        sys.exit(f"ratios.py: {program} ended with {done.returncode}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description="micro-benchmarks as ratios, with their goals")
    parser.add_argument("program", nargs="?", help="the built wsproof_micro")
    parser.add_argument("--from", dest="source", metavar="FILE", help="read this run instead")
    parser.add_argument("--json", metavar="FILE", help="write the summary there as well")
    parser.add_argument("--raw", metavar="FILE", help="keep the run as Google Benchmark wrote it")
    parser.add_argument("--repetitions", type=int, default=11)
    parser.add_argument("--filter", default=".", help="only benchmarks that match this")
    options = parser.parse_args()
    if (options.program is None) == (options.source is None):
        parser.error("either PROGRAM or --from FILE is needed")
    if options.repetitions < 1:
        parser.error("--repetitions has to be 1 or more")
    try:
        re.compile(options.filter)
    except re.error as error:
        parser.error(f"--filter is no regular expression: {error}")

    if options.source:
        try:
            with open(options.source, encoding="utf-8") as file:
                text = file.read()
        except OSError as error:
            parser.error(f"{options.source} cannot be read: {error.strerror}")
    else:
        text = run(options.program, options.repetitions, options.filter)
    try:
        found = medians(json.loads(text))
    except (ValueError, KeyError, TypeError):
        parser.error(f"{options.source or options.program}: not Google Benchmark's JSON")
    if options.raw:
        with open(options.raw, "w", encoding="utf-8") as file:
            file.write(text)

    told = [Goal(*comparison, "speed", None) for comparison in COMPARISONS]
    entries = [entry for goal in goals() + told if (entry := judge(goal, found))]
    if not entries:
        parser.error("nothing that has a peer was run")
    print(table(entries))
    with_goal = [entry for entry in entries if entry["met"] is not None]
    print(f"\n{sum(entry['met'] for entry in with_goal)} of {len(with_goal)} goals are met.")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(entries, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
