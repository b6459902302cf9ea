"""Stretches of time: disjoint, in order."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

Bound = TypeVar("Bound", int, float)
Stretch = tuple[float, float]
"""Start and end in seconds."""


def joined(parts: Iterable[tuple[Bound, Bound]]) -> tuple[tuple[Bound, Bound], ...]:
    """The same as disjoint parts in order, of stretches or of frame ranges; those that touch become one."""
    whole: list[tuple[Bound, Bound]] = []
    for start, end in sorted(parts):
        if whole and start <= whole[-1][1]:
            whole[-1] = whole[-1][0], max(end, whole[-1][1])
        else:
            whole.append((start, end))
    return tuple(whole)


def without(stretches: Iterable[Stretch], taken: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """What is left of the stretches outside of the `taken` ones."""
    left = list(stretches)
    for start, end in taken:
        parts = (part for begin, stop in left for part in ((begin, min(stop, start)), (max(begin, end), stop)))
        left = [part for part in parts if part[0] < part[1]]
    return tuple(left)
