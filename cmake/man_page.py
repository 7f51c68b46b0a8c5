#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a man page of what a program says of itself: man_page.py PROGRAM PAGE VERSION [COMMAND]...

The sections are those of --help; each COMMAND that the program has gets one of its own.
"""

import os
import pathlib
import re
import subprocess
import sys

HEADING = re.compile(r"^([A-Z][A-Za-z ]*): ?(.*)$")


def escaped(text):
    """As roff takes it: no line is a request, and a hyphen stays one that can be copied."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def help_of(*command):
    done = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False,
                          env={**os.environ, "COLUMNS": "80", "LC_ALL": "C.UTF-8"})
    if done.returncode != 0 or not done.stdout.strip():
        sys.exit(f"man_page: {' '.join(command)} --help says nothing: {done.stderr.strip()}")
    return done.stdout


def sections(text):
    """(title, lines) in order; what stands before the first heading has the title ""."""
    out = [("", [])]
    for line in text.splitlines():
        found = HEADING.match(line)
        if found:
            out.append((found[1], [found[2]] if found[2] else []))
        else:
            out[-1][1].append(line)
    return [(title, "\n".join(lines).strip("\n")) for title, lines in out]


def block(text):
    return ".nf\n" + "\n".join(escaped(line) for line in text.splitlines()) + "\n.fi\n"


def page(program, version, text, commands):
    """`commands` is a list of (name, help text)."""
    head, *rest = sections(text)
    summary = " ".join(head[1].split()).rstrip(".") or program
    out = f'.TH {program.upper()} 1 "" "wsproof {version}" "User Commands"\n'
    out += f".SH NAME\n{program} \\- {escaped(summary)}\n"
    for title, body in rest:
        name = {"Usage": "SYNOPSIS"}.get(title, title.upper())
        out += f".SH {name}\n{block(body)}" if body else ""
    for command, of_command in commands:
        out += f'.SH "{program.upper()} {command.upper()}"\n'
        for title, body in sections(of_command):
            out += f".SS {title}\n" if title else ""
            out += block(body) if body else ""
    return out


def main():
    program, target, version, *wanted = sys.argv[1:]
    text = help_of(program)
    # A command that this build does not have is not in the help, and not in the page.
    commands = [(one, help_of(program, one)) for one in wanted
                if re.search(rf"^  {re.escape(one)}\b", text, re.MULTILINE)]
    path = pathlib.Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(pathlib.Path(program).name, version, text, commands), "utf-8")


if __name__ == "__main__":
    main()
