# SPDX-License-Identifier: Apache-2.0
"""A program with all mutants in it: the sources are rewritten, and what the compiler refuses is left
out until the rest compiles."""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import pickle
import re
import shlex
import subprocess

import rewrite
import sites

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Beside this file, and at the same place in the tree.
RUNTIME = tuple(f"tests/mutate/{name}" for name in ("mutant.h", "mutant.cc", "listener.cc"))
ROUNDS = 60


def write_if_changed(path, content):
    if not path.exists() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class Source:
    def __init__(self, path, name, content, found):
        self.path = pathlib.Path(path)
        self.name = name
        self.content = content
        # In the program the compiler's own checks are gone: it would run what they call, and a table
        # that they read could not be mutated.
        if self.path.suffix == ".cc":
            self.content = re.sub(
                rb"(?ms)^static_assert\(.*?\);$",
                lambda match: re.sub(rb"[^\n]", b" ", match.group()),
                content,
            )
        self.sites, self.constexprs = found
        self.pieces = []
        self.text = b""

    def write(self, to):
        self.text, self.pieces = rewrite.rewrite(
            self.content, self.sites, self.constexprs, RUNTIME[0]
        )
        write_if_changed(to, self.text)


class Program:
    """`root` is the source tree, `mutated` the folder in it (by name) whose files are rewritten,
    `tree` where the result goes; `configure(tree)` makes it ready to be built and returns the
    command that checks the syntax of each of its .cc files, `build(tree)` returns what is wrong, or
    nothing."""

    def __init__(self, root, mutated, tree, arguments, configure, build, say=print, jobs=1):
        self.root = pathlib.Path(root)
        self.folder = mutated
        self.tree = pathlib.Path(tree)
        self.arguments = arguments
        self.configure = configure
        self.build_judges = build
        self.say = say
        self.jobs = jobs
        self.sources = []
        self.commands = {}

    # --- the tree -------------------------------------------------------------------------------

    def make_tree(self):
        """Links to all that stays as it is, and real folders on the way to what does not."""
        here, there = self.root, self.tree
        for part in (*pathlib.PurePath(self.folder).parts, None):
            there.mkdir(parents=True, exist_ok=True)
            for entry in here.iterdir():
                if entry.name in (part, "build", ".git"):
                    continue
                link = there / entry.name
                if part is None and entry.suffix in (".h", ".cc"):
                    continue
                if not link.is_symlink():
                    link.symlink_to(entry.resolve())
            if part is not None:
                here, there = here / part, there / part
        for name in RUNTIME:
            write_if_changed(self.tree / name, (ROOT / name).read_bytes())
        for link in (self.tree / self.folder).iterdir():
            if not (self.root / self.folder / link.name).exists():
                link.unlink()

    def paths(self):
        folder = self.root / self.folder
        return sorted([*folder.glob("*.h"), *folder.glob("*.cc")])

    # --- finding and dropping -------------------------------------------------------------------

    def find(self):
        """To parse a file takes seconds, so what was found is kept for as long as it is the same."""
        kept = self.tree.parent / "found"
        kept.mkdir(parents=True, exist_ok=True)
        finder = (ROOT / "tests/mutate/sites.py").read_bytes()
        todo = []
        for path in self.paths():
            name = str(path.relative_to(self.root))
            content = path.read_bytes()
            digest = hashlib.sha256(finder + name.encode() + content).hexdigest()[:32]
            todo.append((path, name, content, kept / digest))
        missing = [each for each in todo if not each[3].exists()]
        with concurrent.futures.ProcessPoolExecutor(self.jobs) as pool:
            calls = [pool.submit(sites.find, str(p), n, self.arguments) for p, n, _, _ in missing]
            for call, (_, _, _, memory) in zip(calls, missing):
                memory.write_bytes(pickle.dumps(call.result()))
        for path, name, content, memory in todo:
            found = pickle.loads(memory.read_bytes())
            self.sources.append(Source(path, name, content, found))
        number = 0
        for source in self.sources:
            for site in source.sites:
                for mutant in site.mutants:
                    mutant.id = number
                    number += 1

    def mutants(self):
        return [m for s in self.sources for site in s.sites if not site.dropped for m in site.mutants]

    def write(self):
        for source in self.sources:
            source.write(self.tree / source.name)

    def command(self, source):
        return self.commands.get(str(self.tree / source.name))

    def refuse(self, command):
        """What the compiler says against a file, or ''."""
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        return run.stderr if run.returncode else ""

    def loosen(self):
        """Takes constexpr from each table and function of a .cc file that does without."""
        for source in self.sources:
            for site in source.sites:
                site.dropped = True
        self.write()
        for source in self.sources:
            command = self.command(source)
            if not command or not source.constexprs:
                continue
            for keyword in source.constexprs:
                keyword.kept = False
            source.write(self.tree / source.name)
            if self.refuse(command):
                for keyword in source.constexprs:
                    keyword.kept = True
                # A table first: it can be constant without the word, and what it needs comes after.
                for keyword in sorted(
                    source.constexprs, key=lambda k: (k.replacement == "", k.begin)
                ):
                    keyword.kept = False
                    source.write(self.tree / source.name)
                    keyword.kept = bool(self.refuse(command))
        for source in self.sources:
            for site in source.sites:
                # What stands in a table that stays as it is, is never alive.
                within = site.constexpr
                site.dropped = within is not None and within.kept and within.replacement != ""

    def drop(self, output):
        """Drops the sites that the errors point to; how many. An error in the text of a site is its
        own; others may be no more than what follows from one before."""
        dropped = 0
        for exact in (True, False):
            for path, row, column in self.errors(output):
                source = next((s for s in self.sources if str(self.tree / s.name) == path), None)
                if source is None:
                    continue
                site = rewrite.site_at(source.text, source.pieces, row, column, exact)
                if site is not None and not site.dropped:
                    site.dropped = True
                    dropped += 1
                    if not exact:
                        break
            if dropped:
                break
        return dropped

    def errors(self, output):
        """The places that errors name, or ask for where the error itself is in our header."""
        places = []
        for line in output.splitlines():
            match = re.match(r"(\S+?):(\d+):(\d+): +(.*)", line)
            if not match:
                continue
            path, row, column, text = match.groups()
            path = os.path.normpath(os.path.join(self.tree.parent, "out", path))
            place = (path, int(row), int(column))
            if text.startswith("required from"):
                places.append(place)
            elif text.startswith(("error:", "fatal error:")):
                yield from (place, *reversed(places))
                places = []

    def make(self):
        """Builds; afterwards mutants() are those that are in the program."""
        self.make_tree()
        self.find()
        memory = self.tree.parent / "settled.json"
        self.write()
        self.commands = self.configure(self.tree)
        digest = self.digest()
        known = json.loads(memory.read_text()) if memory.exists() else {}
        if known.get("digest") == digest:
            self.recall(known)
        else:
            self.say("trying which tables can be made when the program starts")
            self.loosen()
        for _ in range(ROUNDS):
            self.write()
            memory.write_text(json.dumps(self.remember(digest)))
            output = self.build_judges(self.tree)
            if not output:
                return
            dropped = self.drop(output)
            if not dropped:
                raise SystemExit("mutate: the judges cannot be built:\n" + output[:8000])
            self.say(f"left out what does not compile: {dropped} places")
        raise SystemExit("mutate: the judges cannot be built after many rounds")

    def digest(self):
        digest = hashlib.sha256()
        for source in self.sources:
            digest.update(source.name.encode() + source.content)
        for name in (*RUNTIME[:2], "tests/mutate/sites.py", "tests/mutate/rewrite.py"):
            digest.update((ROOT / name).read_bytes())
        return digest.hexdigest()

    def remember(self, digest):
        return {
            "digest": digest,
            "dropped": [[n for n, s in enumerate(f.sites) if s.dropped] for f in self.sources],
            "kept": [[k.kept for k in f.constexprs] for f in self.sources],
        }

    def recall(self, known):
        for source, dropped, kept in zip(self.sources, known["dropped"], known["kept"]):
            for number in dropped:
                source.sites[number].dropped = True
            for keyword, keep in zip(source.constexprs, kept):
                keyword.kept = keep


def compile_commands(build_dir, tree):
    """The syntax check of each file below `tree`, from the build's own commands."""
    commands = {}
    for entry in json.loads((pathlib.Path(build_dir) / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        if pathlib.Path(words[0]).name == "ccache":
            words = words[1:]
        at = words.index("-o")
        words = words[:at] + words[at + 2 :]
        words.remove("-c")
        path = str(pathlib.Path(entry["directory"], entry["file"]))
        if path.startswith(str(tree)):
            commands[path] = [*words, "-fsyntax-only"]
    return commands

