# SPDX-License-Identifier: Apache-2.0
"""A mutation run over server/protocol: each expression is changed, one at a time, and the unit tests
and the conformance catalogue have to notice. ./dev mutate calls it.

All mutants are compiled into one program; an environment variable brings one of them to life, so that
each costs a run of the tests that reach it and no compilation."""

import argparse
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import random
import subprocess
import sys
import time

import judge
import program
import reasons

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "mutate"
FOLDER = "server/protocol"
# See inject.cmake; in the order in which they are asked.
JUDGES = {"protocol_test": "tests/protocol", "catalogue_judge": "."}


def say(text):
    print(f"mutate: {text}", flush=True)


def configure(tree):
    """As the preset debug is, with -O1; assertions are judges as well."""
    out = BUILD / "out"
    run = subprocess.run(
        [
            *("cmake", "-S", str(tree), "-B", str(out), "-G", "Ninja"),
            "-DCMAKE_BUILD_TYPE=Debug",
            f"-DCMAKE_PROJECT_wsproof_INCLUDE={tree / 'tests/mutate/inject.cmake'}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise SystemExit("mutate: cmake could not configure\n" + run.stdout + run.stderr)
    return program.compile_commands(out, tree / FOLDER)


def build(jobs):
    def run(_):
        say("building the judges with all mutants in them")
        # The library first: its errors are those of the headers as well.
        for targets in (["wsproof_protocol"], JUDGES):
            built = subprocess.run(
                [*("cmake", "--build", str(BUILD / "out"), "--target", *targets)]
                + ["--", f"-j{jobs}", "-k0"],
                capture_output=True,
                text=True,
                check=False,
            )
            if built.returncode:
                return built.stdout + built.stderr
        return ""

    return run


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./dev mutate", description=__doc__.split("\n\n")[0])
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="of server/protocol: mask.cc, 'session*'; all"
    )
    parser.add_argument("--sample", type=int, metavar="N", help="N mutants, chosen at random")
    parser.add_argument("--seed", type=int, default=1, help="of that choice (%(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on where a run was broken off")
    parser.add_argument(
        "--survivors", action="store_true", help="only those that survived in the last run"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="(%(default)s)")
    parser.add_argument("--list", action="store_true", help="list the mutants and run none")
    parser.add_argument(
        "--at-least",
        type=float,
        default=90,
        metavar="PERCENT",
        help="exit with 1 below this score (%(default)s)",
    )
    return parser.parse_args(arguments)


def select(mutants, options):
    if options.files:
        known = {m.file for m in mutants}
        for wanted in options.files:
            pattern = pathlib.PurePath(wanted).name
            if not any(fnmatch.fnmatch(pathlib.PurePath(f).name, pattern) for f in known):
                say(f"no file of {FOLDER} with a mutant is called {wanted!r}")
                raise SystemExit(2)
        patterns = [pathlib.PurePath(f).name for f in options.files]
        mutants = [
            m
            for m in mutants
            if any(fnmatch.fnmatch(pathlib.PurePath(m.file).name, p) for p in patterns)
        ]
    if options.sample is not None and options.sample < len(mutants):
        mutants = random.Random(options.seed).sample(mutants, options.sample)
        mutants.sort(key=lambda m: m.id)
    return mutants


def run_all(bench, mutants, known, jobs, journal):
    """The verdict on each mutant, by its key; `known` are those that need no run."""
    verdicts = dict(known)
    waiting = [m for m in mutants if m.key not in known]
    begun = told = time.monotonic()
    with journal.open("a", encoding="utf-8") as log:
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            runs = {pool.submit(bench.judge, m): m for m in waiting}
            for done, run in enumerate(concurrent.futures.as_completed(runs), 1):
                mutant = runs[run]
                verdict = verdicts[mutant.key] = run.result()
                log.write(json.dumps([mutant.key, verdict.killed, verdict.how]) + "\n")
                log.flush()
                now = time.monotonic()
                if now - told > 15 or done == len(waiting):
                    told = now
                    killed = sum(verdicts[m.key].killed for m in mutants if m.key in verdicts)
                    say(f"{done} of {len(waiting)} run, {killed} killed, {now - begun:.0f} s")
    return verdicts


def earlier(options, journal, mutants):
    """What is known from the run before."""
    if not journal.exists() or not (options.resume or options.survivors):
        journal.write_text("")
        return {}
    keys = {m.key for m in mutants}
    known = {}
    for line in journal.read_text(encoding="utf-8").splitlines():
        key, killed, how = json.loads(line)
        if key in keys:
            known[key] = judge.Verdict(killed, how)
    if options.survivors:
        known = {key: verdict for key, verdict in known.items() if verdict.killed}
    journal.write_text(
        "".join(json.dumps([k, v.killed, v.how]) + "\n" for k, v in known.items()),
        encoding="utf-8",
    )
    return known


def untrue(lists, mutants, verdicts, full):
    """How many entries of the lists are not as they say, each told."""
    keys = {m.key for m in mutants}
    wrong = 0
    for name, known in lists.items():
        for key in known:
            if key not in keys and full:
                say(f"{name}: there is no such mutant: {key}")
            elif key in keys and verdicts[key].killed:
                say(f"{name}: killed by {verdicts[key].how}: {key}")
            else:
                continue
            wrong += 1
    return wrong


def report(mutants, verdicts, equivalent, explained, seconds):
    """Writes the report, prints what survived; the score."""
    alive = [m for m in mutants if not verdicts[m.key].killed]
    excused = {m.key for m in alive if m.key in equivalent}
    survivors = [m for m in alive if m.key not in excused]
    counted = len(mutants) - len(excused)
    killed = counted - len(survivors)
    rows = [
        {
            "file": m.file,
            "line": m.line,
            "function": m.function,
            "original": m.original,
            "mutated": m.mutated,
            "key": m.key,
            "killed": verdicts[m.key].killed,
            "how": verdicts[m.key].how,
            "equivalent": equivalent.get(m.key),
            "explained": explained.get(m.key),
        }
        for m in mutants
    ]
    summary = {"killed": killed, "counted": counted, "equivalent": len(excused)}
    BUILD.joinpath("report.json").write_text(
        json.dumps({**summary, "seconds": round(seconds), "mutants": rows}, indent=1),
        encoding="utf-8",
    )
    lines = [f"{m}  ({explained.get(m.key, verdicts[m.key].how)})" for m in survivors]
    BUILD.joinpath("survivors.txt").write_text("".join(f"{x}\n" for x in lines), encoding="utf-8")
    if lines:
        print("\nsurvivors:")
        print("\n".join(lines))
    by_file = {}
    for mutant in mutants:
        row = by_file.setdefault(mutant.file, [0, 0, 0])
        row[0 if verdicts[mutant.key].killed else 2 if mutant.key in excused else 1] += 1
    print(f"\n{'killed':>7} {'alive':>6} {'equal':>6}")
    for file, (dead, alive, equal) in sorted(by_file.items()):
        print(f"{dead:7} {alive:6} {equal:6}  {file}")
    reasoned = sum(m.key in explained for m in survivors)
    percent = 100 * killed / counted if counted else 100.0
    print(
        f"\n{len(excused)} more are equivalent to the original, each with its reason in"
        f" tests/mutate/equivalent.txt; they are not counted. Of the {len(survivors)} survivors"
        f" {reasoned} are explained in tests/mutate/survivors.txt. {seconds:.0f} s."
    )
    print(f"mutants killed {killed}/{counted} ({percent:.1f} %)")
    return percent


def main():
    options = parse(sys.argv[1:])
    begun = time.monotonic()
    BUILD.mkdir(parents=True, exist_ok=True)
    lists = {
        name: reasons.read(pathlib.Path(__file__).with_name(name))
        for name in ("equivalent.txt", "survivors.txt")
    }
    mutated = program.Program(
        ROOT,
        FOLDER,
        BUILD / "tree",
        ["-xc++", "-std=c++20", f"-I{ROOT}", "-DHWY_SHARED_DEFINE"],
        configure,
        build(options.jobs),
        say,
        options.jobs,
    )
    mutated.make()
    everything = mutated.mutants()
    found = sum(len(site.mutants) for source in mutated.sources for site in source.sites)
    say(f"{len(everything)} mutants; {found - len(everything)} do not compile and are left out")
    mutants = select(everything, options)
    if options.list:
        for mutant in mutants:
            print(mutant)
        return 0
    bench = judge.Bench([str(BUILD / "out" / folder / name) for name, folder in JUDGES.items()])
    bench.look()
    say(f"{len(bench.tests)} tests in {sum(t.seconds for t in bench.tests):.1f} s without a mutant")
    journal = BUILD / "verdicts.jsonl"
    known = earlier(options, journal, mutants)
    verdicts = run_all(bench, mutants, known, options.jobs, journal)
    full = not options.files and options.sample is None
    wrong = untrue(lists, mutants, verdicts, full)
    percent = report(mutants, verdicts, *lists.values(), time.monotonic() - begun)
    return 0 if wrong == 0 and percent >= options.at_least else 1


if __name__ == "__main__":
    sys.exit(main())
