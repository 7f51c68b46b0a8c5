# SPDX-License-Identifier: Apache-2.0
"""Writes the sites of a source into it. Lines stay where they are, so that what a compiler says of the
result is true of the original."""

import dataclasses


@dataclasses.dataclass
class Piece:
    begin: int  # of the result
    end: int
    site: object


def rewrite(source, sites, constexprs, include):
    """The mutated source, and where in it the sites' own text stands."""
    edits = []
    for site in sites:
        if site.dropped:
            continue
        runs = site.constexpr is None or not site.constexpr.kept
        edits.append((site.after[0], 0, -site.sequence, site.after, site, runs))
        edits.append((site.before[0], 1, site.sequence, site.before, site, runs))
        if site.operator:
            edits.append((site.operator[0], 2, 0, site.operator, site, runs))
    for keyword in constexprs:
        if not keyword.kept:
            place = (keyword.begin, keyword.end, keyword.replacement)
            edits.append((keyword.begin, 2, 0, place, None, True))
    edits.sort(key=lambda edit: edit[:3])

    result = [f'#include "{include}"  '.encode()]
    size = len(result[0])
    pieces = []
    at = 0
    for _, _, _, (begin, end, text), site, runs in edits:
        if begin > at:
            result.append(source[at:begin])
            size += begin - at
        text = text.replace("@W", "WsproofRun" if runs else "WsproofEither")
        if site:
            for number, mutant in enumerate(site.mutants):
                text = text.replace(f"@{number}", str(mutant.id))
        encoded = text.encode()
        if site:
            pieces.append(Piece(size, size + len(encoded), site))
        result.append(encoded)
        size += len(encoded)
        at = max(at, end)
    result.append(source[at:])
    return b"".join(result), pieces


def site_at(text, pieces, line, column, exact):
    """The site that wrote what stands there; if not `exact`, the innermost around it."""
    lines = text.split(b"\n")
    offset = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
    for piece in pieces:
        if piece.begin <= offset < piece.end:
            return piece.site
    if exact:
        return None
    spans = {}
    for piece in pieces:
        first, last = spans.get(id(piece.site), (piece.begin, piece.end))[:2]
        spans[id(piece.site)] = (min(first, piece.begin), max(last, piece.end), piece.site)
    around = [span for span in spans.values() if span[0] <= offset < span[1]]
    return min(around, key=lambda span: span[1] - span[0])[2] if around else None
