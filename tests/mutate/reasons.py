# SPDX-License-Identifier: Apache-2.0
"""Reads a list of mutants that no judge kills."""


def read(path):
    """Key to reason. A reason is one or more lines that begin with #, and the mutants that it is true
    of stand below it, one a line, as survivors' keys in the report; blank lines part the groups."""
    reasons = {}
    reason = []
    below = False
    if not path.exists():
        return reasons
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.rstrip()
        if not line:
            reason, below = [], False
        elif line.startswith("# "):
            if below:
                raise SystemExit(f"mutate: {path.name}:{number}: a blank line has to come before")
            reason.append(line[2:])
        elif line.count(" | ") < 3:
            raise SystemExit(f"mutate: {path.name}:{number}: not file | function | this | that")
        elif not reason:
            raise SystemExit(f"mutate: {path.name}:{number}: no reason stands above it")
        elif line in reasons:
            raise SystemExit(f"mutate: {path.name}:{number}: listed twice")
        else:
            below = True
            reasons[line] = " ".join(reason)
    return reasons
