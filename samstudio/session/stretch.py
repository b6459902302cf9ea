"""Stretches of time: disjoint, in order."""

from collections.abc import Iterable, Sequence

Stretch = tuple[float, float]
"""Start and end in seconds."""


def without(stretches: Iterable[Stretch], taken: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """What is left of the stretches outside of the `taken` ones."""
    left = list(stretches)
    for start, end in taken:
        parts = (part for begin, stop in left for part in ((begin, min(stop, start)), (max(begin, end), stop)))
        left = [part for part in parts if part[0] < part[1]]
    return tuple(left)
