#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A soak of wsproofd: long load at a part of its peak, with every answer checked.

    soak.py [--seconds 600] [--share 0.7] [--work echo|broadcast] [--size 1k] [--content mixed]

First the peak: as many messages as come back with some under way on each connection. Then that part
of it as an open loop, for so long. Once a second the resident memory of the server is read; its
slope, by least squares over all but the first tenth, is what a leak would show in. Writes
build/bench/soak-WORK.json. Exits 0 when every message was answered rightly and memory stayed flat, 1
when not, 2 for wrong usage.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from idle_memory import resident  # noqa: E402
from peers import servers  # noqa: E402

# What the allocator and the kernel's accounting move to and fro without a leak.
FLAT = 256 * 1024
PEAK_DEPTH = 16
PEAK_SLICES = 3


def say(text):
    print(f"soak: {text}", file=sys.stderr, flush=True)


class Load:
    """The generator with what stays the same from run to run."""

    def __init__(self, options, running):
        self.program = options.build / "bench/app/wsproof-load"
        self.file = options.out / "soak-slice.json"
        path = "/echo" if options.work == "echo" else "/broadcast"
        self.words = [
            options.work, running.url + path, "--connections", options.connections,
            "--size", options.size, "--content", options.content, "--server-pid", running.pid,
            "--json", self.file, "--quiet",
        ]  # fmt: skip
        if options.deflate:
            self.words.append("--deflate")

    def start(self, *more):
        self.file.unlink(missing_ok=True)
        return subprocess.Popen(
            [str(word) for word in (self.program, *self.words, *more)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=servers.settle(servers.cores()[1]),
        )

    def result(self, child):
        """(the generator's own account, None or what it says went wrong)."""
        _, said = child.communicate()
        if not self.file.exists():
            raise servers.Unable(said.strip() or f"wsproof-load ended with {child.returncode}")
        with open(self.file, encoding="utf-8") as text:
            account = json.load(text)["wsproof_load"][0]
        return account, said.strip() if child.returncode != 0 else None


def peak_of(load, options):
    """Messages a second: the median of some slices of a closed loop."""
    rates = []
    for _ in range(PEAK_SLICES):
        account, wrong = load.result(
            load.start("--depth", PEAK_DEPTH, "--warmup", "300ms",
                       "--duration", f"{round(options.peak_seconds * 1000)}ms")
        )  # fmt: skip
        if wrong:
            raise servers.Unable(wrong)
        # Of a broadcast the items are deliveries; what is sent is what the rate is about.
        sent = account["items"] / (options.connections if options.work == "broadcast" else 1)
        rates.append(sent / account["seconds"])
    return statistics.median(rates)


def watch(child, pid):
    """Resident memory in octets, once a second, until the generator ends: [(seconds, octets)]."""
    begun, samples = time.monotonic(), []
    while True:
        samples.append((time.monotonic() - begun, resident(pid)))
        try:
            child.wait(1)
            return samples
        except subprocess.TimeoutExpired:
            continue


def slope(samples):
    """Octets a second, by least squares over all but the first tenth."""
    rest = [sample for sample in samples if sample[0] >= samples[-1][0] / 10]
    if len(rest) < 2:
        return 0.0
    return statistics.linear_regression(*zip(*rest)).slope


def options_of():
    parser = argparse.ArgumentParser(
        prog="./dev soak", description="A soak of wsproofd: long load, every answer checked"
    )
    root = servers.ROOT
    parser.add_argument("--seconds", type=float, default=600, metavar="S", help="how long (600)")
    parser.add_argument("--share", type=float, default=0.7, metavar="PART", help="of the peak (0.7)")
    parser.add_argument("--peak-seconds", type=float, default=3, metavar="S",
                        help="of each slice that the peak is measured in (3)")  # fmt: skip
    parser.add_argument("--work", choices=("echo", "broadcast"), default="echo")
    parser.add_argument("--connections", type=int, default=100, metavar="N")
    parser.add_argument("--size", default="1k", help="octets of a message (1k)")
    parser.add_argument("--content", choices=("binary", "text", "mixed"), default=None,
                        help="of messages; mixed for echo, binary for broadcast")  # fmt: skip
    parser.add_argument("--deflate", action="store_true", help="offer permessage-deflate")
    parser.add_argument("--build", type=pathlib.Path, default=root / "build/release")
    parser.add_argument("--out", type=pathlib.Path, default=root / "build/bench")
    options = parser.parse_args()
    if not 0 < options.share <= 1:
        parser.error("--share is a part of the peak: above 0, at most 1")
    if options.seconds <= 0 or options.peak_seconds <= 0 or options.connections < 1:
        parser.error("--seconds, --peak-seconds and --connections are above 0")
    if options.content is None:
        options.content = "mixed" if options.work == "echo" else "binary"
    return options


def soak(options, running):
    load = Load(options, running)
    peak = peak_of(load, options)
    rate = max(1, round(peak * options.share))
    say(f"peak {peak:,.0f} messages a second; now {rate:,} for {options.seconds:g} s")
    child = load.start("--rate", rate, "--duration", f"{round(options.seconds * 1000)}ms")
    samples = watch(child, running.pid)
    account, wrong = load.result(child)
    octets = [octets for _, octets in samples]
    climb = slope(samples)
    grown = climb * samples[-1][0] * 0.9
    flat = grown <= FLAT
    summary = {
        "work": options.work,
        "peak": round(peak),
        "rate": rate,
        "seconds": account["seconds"],
        "items": account["items"],
        "failures": account["failures"],
        "wrong_answers": account["wrong_answers"],
        "server_cpu_seconds": account["server"]["cpu_seconds"],
        "resident_first": octets[0],
        "resident_last": octets[-1],
        "resident_most": max(octets),
        "slope_octets_a_minute": round(climb * 60),
        "flat": flat,
        "samples": samples,
    }
    file = options.out / f"soak-{options.work}.json"
    file.write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    share = account["items"] / account["seconds"]
    share /= peak * (options.connections if options.work == "broadcast" else 1)
    print(f"{options.work}, {options.size}, {options.connections} connections:"
          f" {account['items']:,} {'messages' if options.work == 'echo' else 'deliveries'}"
          f" in {account['seconds']:.0f} s,"
          f" {100 * share:.0f} % of the peak")  # fmt: skip
    print(f"wrong or lost: {account['wrong_answers'] + sum(account['failures'].values())}")
    print(f"resident memory: {octets[0] / 1024:,.0f} KiB at first, {octets[-1] / 1024:,.0f} KiB at last,"
          f" {max(octets) / 1024:,.0f} KiB at most; slope {climb * 60 / 1024:+.2f} KiB a minute")
    if wrong:
        print(f"FAILED: {wrong}")
    if not flat:
        print(f"FAILED: memory grew by {grown / 1024:,.0f} KiB; {FLAT // 1024} KiB are allowed")
    return 0 if not wrong and flat else 1


def main():
    options = options_of()
    options.out.mkdir(parents=True, exist_ok=True)
    ours = servers.known(options.build, pathlib.Path())[0][0]
    running = None
    try:
        running = servers.Running(ours, pathlib.Path())
        return soak(options, running)
    except servers.Unable as error:
        print(f"soak: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if running is not None:
            running.end()


if __name__ == "__main__":
    sys.exit(main())
