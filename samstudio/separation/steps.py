"""Long work in small steps: every `yield` is a place where it can be cancelled and where progress can be reported."""

from collections.abc import Callable, Generator
from itertools import count
from typing import TypeVar

T = TypeVar("T")
Given = TypeVar("Given")
Report = TypeVar("Report")

Steps = Generator[None, None, T]
"""Work that yields nothing, often, and returns its result."""


def finish(work: Generator[object, None, T]) -> T:
    """Run `work` to its end without stopping in between, and return its result."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result


def mapped(work: Generator[Given, None, T], convert: Callable[[Given], Report]) -> Generator[Report, None, T]:
    """Run `work`, yielding what `convert` makes of each value that it yields."""
    while True:
        try:
            given = next(work)
        except StopIteration as end:
            result: T = end.value
            return result
        yield convert(given)


def sifted(
    work: Generator[Given, None, T], passes: Callable[[Given], bool]
) -> Generator[Given, None, tuple[T, list[Given]]]:
    """Run `work`, yielding those of its values that pass; its result, and the values held back."""
    held = list[Given]()
    while True:
        try:
            given = next(work)
        except StopIteration as end:
            return end.value, held
        if passes(given):
            yield given
        else:
            held.append(given)


def reporting(work: "Steps[T]", report: Report) -> Generator[Report, None, T]:
    """Run `work`, yielding `report` at each of its steps."""
    return mapped(work, lambda _nothing: report)


def fractions(work: "Steps[T]", expected: int) -> Generator[float, None, T]:
    """Run `work`, yielding at each step the fraction done of the `expected` number of steps, 1 at most."""
    done = count(1)
    return mapped(work, lambda _nothing: min(1.0, next(done) / expected))
