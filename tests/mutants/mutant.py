"""A mutant, and the text of a source with all of its mutants in it, each behind its number."""

import dataclasses
from typing import Callable


@dataclasses.dataclass
class Mutant:
    path: str
    function: str
    kind: str  # refusal, call, part, operator
    label: str  # what changes: the fault of a refusal, the name of an operator
    start: int  # the extent of what is replaced, in bytes
    end: int
    # From the mutant's number and the text that stands there, with its other mutants in it.
    wrap: Callable[[int, str], str]
    what: str  # the line that it stands in, for the reader of a table
    faults: tuple = ()
    name: str = ""
    number: int = 0


def instead(mutated):
    """One expression instead of the other, of the same type."""
    return lambda number, text: f"(mutants::active({number}) ? ({mutated}) : ({text}))"


def named(mutants):
    """Names and numbers in the order of the sources; a name counts within its function. A source
    has a thousand numbers, so that a new mutant does not change the other sources."""
    mutants.sort(key=lambda m: (m.path, m.start, m.end, m.kind, m.label))
    files = {path: i for i, path in enumerate(sorted({m.path for m in mutants}))}
    seen, counted = {}, {}
    for mutant in mutants:
        if mutant.kind == "inside":
            continue
        counted[mutant.path] = counted.get(mutant.path, 0) + 1
        number = files[mutant.path] * 1000 + counted[mutant.path]
        file = mutant.path.rsplit("/", 1)[1].removesuffix(".cpp")
        stem = ":".join(part for part in (file, mutant.function, mutant.label) if part)
        seen[stem] = seen.get(stem, 0) + 1
        mutant.name = f"{stem}#{seen[stem]}"
        mutant.number = number
    return mutants


def rewritten(source, mutants):
    """The source with every mutant in it; extents nest and never overlap halfway."""
    order = sorted(mutants, key=lambda m: (m.start, -m.end, m.number))

    def render(start, end, inside):
        pieces, at = [], start
        while inside:
            first = inside[0]
            within = [m for m in inside[1:] if m.start < first.end]
            for mutant in within:
                assert mutant.end <= first.end, f"{first.name} and {mutant.name} overlap"
            pieces.append(source.text(at, first.start))
            pieces.append(first.wrap(first.number, render(first.start, first.end, within)))
            at = first.end
            inside = inside[1 + len(within):]
        pieces.append(source.text(at, end))
        return "".join(pieces)

    return render(0, len(source.bytes), order)
