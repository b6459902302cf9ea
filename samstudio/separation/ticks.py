"""Long work in small steps: every `yield` is a place to stop, and a sign of life."""

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")
News = TypeVar("News")

Ticks = Generator[None, None, T]
"""Work that yields nothing, often, and returns its result."""


def finish(work: "Ticks[T]") -> T:
    """Walk `work` to its end, for those who do not want to stop in between."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result


def announced(work: "Ticks[T]", news: News) -> Generator[News, None, T]:
    """Walk `work`, yielding `news` at each tick."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result
        yield news


def fractions(work: "Ticks[T]", expected: int) -> Generator[float, None, T]:
    """Walk `work`, yielding after each tick the fraction done of the `expected` number of ticks, 1 at most."""
    ticks = 0
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result
        ticks += 1
        yield min(1.0, ticks / expected)
