# SPDX-License-Identifier: Apache-2.0
"""Runs fuzz targets one after the other and tells what came of it, a line each.

    run.py PROGRAMS [TARGET] [SECONDS] [--minimise] [--corpus DIR] [--found DIR]

PROGRAMS is the folder of the libFuzzer programs, TARGET one of the targets (all, if it is left out),
SECONDS the time for each. What is found goes to DIR/TARGET/crash-..., new inputs to the working
corpus. --minimise fuzzes nothing: it makes fuzz/corpus/TARGET the smallest set of small inputs that
covers what the working corpus covers. Exit status: 0 nothing found, 1 something found, 2 wrong usage.
"""

import argparse
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile

FUZZ = pathlib.Path(__file__).resolve().parent
SUFFIX = "_fuzz"
# Inputs of the repository's corpora: small ones only.
KEPT_SIZE = 2048
# What one input may take before it counts as a finding: seconds and MiB.
TIMEOUT, MEMORY = 20, 2048

PROGRESS = re.compile(r"#\d+\s")
STATUS = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")
RUNS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


def targets(fuzz=FUZZ):
    return sorted(file.name[: -len(SUFFIX + ".cc")] for file in fuzz.glob("*" + SUFFIX + ".cc"))


def summary(target, output, cpu, findings):
    """The line for people about one run, from what libFuzzer printed and the CPU time it took."""
    status = STATUS.findall(output)
    coverage, features, corpus = status[-1] if status else (0, 0, 0)
    runs = RUNS.findall(output)
    return "%-22s %10s runs in %5.0f s of CPU  %6s edges %6s features %5s inputs  %s" % (
        target,
        runs[-1] if runs else "?",
        cpu,
        coverage,
        features,
        corpus,
        "%d found" % findings if findings else "nothing found",
    )


def cpu_seconds():
    """Of all programs that have been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def existing(*folders):
    return [str(folder) for folder in folders if folder.is_dir()]


def kept(target):
    return existing(FUZZ / "corpus" / target, FUZZ / "regressions" / target)


def options(target):
    # By the clock on the wall: on a busy machine what is merely slow is nothing that was found.
    words = ["-timeout=%d" % TIMEOUT, "-report_slow_units=%d" % TIMEOUT, "-rss_limit_mb=%d" % MEMORY]
    dictionary = FUZZ / "dictionaries" / (target + ".dict")
    return words + (["-dict=%s" % dictionary] if dictionary.is_file() else [])


def fuzz(program, target, seconds, corpus, found):
    """Whether nothing was found."""
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    before = set(found.iterdir())
    began = cpu_seconds()
    done = subprocess.run(
        [str(program), "-max_total_time=%d" % seconds, "-print_final_stats=1", "-jobs=0"]
        + options(target)
        + ["-artifact_prefix=%s/" % found, str(corpus)]
        + kept(target),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    new = sorted(set(found.iterdir()) - before)
    print(summary(target, done.stdout, cpu_seconds() - began, len(new)), flush=True)
    if done.returncode == 0 and not new:
        return True
    lines = [line for line in done.stdout.splitlines() if not PROGRESS.match(line)]
    print("\n".join(lines[-50:]), file=sys.stderr)
    for file in new:
        print("found: %s\n  again: %s %s" % (file, program, file), file=sys.stderr)
    return False


def minimise(program, target, corpus):
    """Puts the smallest set in the place of the repository's corpus."""
    into = FUZZ / "corpus" / target
    with tempfile.TemporaryDirectory(dir=corpus.parent) as folder:
        subprocess.run(
            # By edges alone: to keep each count of each loop takes several times as many files.
            [str(program), "-merge=1", "-use_counters=0", "-max_len=%d" % KEPT_SIZE]
            + options(target)
            + [folder]
            + existing(into, corpus),
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        files = [file for file in pathlib.Path(folder).iterdir() if file.stat().st_size <= KEPT_SIZE]
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir(parents=True)
        for file in files:
            shutil.copy(file, into / file.name)
    size = sum(file.stat().st_size for file in into.iterdir())
    print("%-22s %5d inputs, %d octets" % (target, len(files), size), flush=True)


def main(arguments):
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].strip())
    parser.add_argument("programs", type=pathlib.Path)
    parser.add_argument("words", nargs="*", metavar="[TARGET] [SECONDS]")
    parser.add_argument("--minimise", action="store_true")
    parser.add_argument("--corpus", type=pathlib.Path)
    parser.add_argument("--found", type=pathlib.Path)
    given = parser.parse_args(arguments)

    known = targets()
    chosen, seconds = known, 60
    for word in given.words:
        if word.isdigit() and int(word) > 0:
            seconds = int(word)
        elif word in known:
            chosen = [word]
        else:
            parser.error("there is no target %r; there are: %s" % (word, ", ".join(known)))

    base = given.programs.parent
    corpus = given.corpus or base / "corpus"
    found = given.found or base / "found"
    clean = True
    for target in chosen:
        program = given.programs / (target + SUFFIX)
        if not program.is_file():
            print("%-22s not built: a library that it needs is not there" % target, flush=True)
        elif given.minimise:
            (corpus / target).mkdir(parents=True, exist_ok=True)
            minimise(program, target, corpus / target)
        else:
            clean = fuzz(program, target, seconds, corpus / target, found / target) and clean
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
