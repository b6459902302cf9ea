"""Long work in small steps: every `yield` is a place to stop, and a sign of life."""

from collections.abc import Callable, Generator
from itertools import count
from typing import TypeVar

T = TypeVar("T")
Tick = TypeVar("Tick")
News = TypeVar("News")

Steps = Generator[None, None, T]
"""Work that yields nothing, often, and returns its result."""


def finish(work: Generator[object, None, T]) -> T:
    """Walk `work` to its end, for those who do not want to stop in between."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result


def mapped(work: Generator[Tick, None, T], tell: Callable[[Tick], News]) -> Generator[News, None, T]:
    """Walk `work`, yielding what `tell` makes of each tick."""
    while True:
        try:
            tick = next(work)
        except StopIteration as end:
            result: T = end.value
            return result
        yield tell(tick)


def announced(work: "Steps[T]", news: News) -> Generator[News, None, T]:
    """Walk `work`, yielding `news` at each tick."""
    return mapped(work, lambda _tick: news)


def fractions(work: "Steps[T]", expected: int) -> Generator[float, None, T]:
    """Walk `work`, yielding after each tick the fraction done of the `expected` number of ticks, 1 at most."""
    ticks = count(1)
    return mapped(work, lambda _tick: min(1.0, next(ticks) / expected))
