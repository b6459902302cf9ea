"""Markers: points in time that have a name. Unlike spans they are no part of the prompt."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Self

MOST_NAME = 200
"""Letters."""


@dataclass(frozen=True, order=True)
class Marker:
    """A point at `time` seconds. Raises ValueError unless it lies at 0 s or later."""

    time: float
    name: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.time < float("inf"):
            raise ValueError(f"A marker must lie at 0 s or later, not at {self.time:g} s.")
        # A name comes from the keyboard or from a file, and is shown in a line.
        object.__setattr__(self, "name", " ".join(self.name[: 4 * MOST_NAME].split())[:MOST_NAME])

    def moved(self, time: float) -> Self:
        """The same marker at another time (seconds)."""
        return replace(self, time=time)


Markers = tuple[Marker, ...]
"""In order of time."""


def in_time(markers: Iterable[Marker]) -> Markers:
    """Markers in order of time, none of them twice."""
    return tuple(sorted(set(markers)))


def new_name(markers: Markers) -> str:
    """A name that no marker has: `Marker 3`."""
    names = {marker.name for marker in markers}
    number = len(markers) + 1
    while f"Marker {number}" in names:
        number += 1
    return f"Marker {number}"


def without(markers: Markers, gone: Collection[int]) -> Markers:
    """The markers without those at some indices."""
    return tuple(marker for index, marker in enumerate(markers) if index not in gone)


def neighbour(markers: Markers, time: float, direction: int) -> int | None:
    """The index of the next marker after a time (1), or of the last one before it (-1); None where there is none."""
    if direction > 0:
        return next((index for index, marker in enumerate(markers) if marker.time > time), None)
    return next((index for index in reversed(range(len(markers))) if markers[index].time < time), None)
