"""Going on where the graphics card runs out of memory: with smaller pieces, at last on the CPU.

The result stays the same, only the time does not.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import TypeVar

import torch

from samstudio.separation.engine import Notice, SeparationError
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.steps import Steps

T = TypeVar("T")

SMALLER = "The graphics card ran out of memory: {} was done in smaller pieces."
ON_CPU = "The graphics card ran out of memory: the rest of {} was done on the CPU."


NO_MEMORY = (
    "The memory ran out, even with the smallest pieces on the CPU: close other programs, or choose a smaller model."
)


class NoRoomError(Exception):
    """There is not even room for one unit, and whoever asked knows of something better than the CPU."""


class Device:
    """The model on its device, the same on the CPU for when the device is full, and what is to be told about it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._sentences: dict[str, bool] = {}

    @cached_property
    def on_cpu(self) -> Model:
        """The model on the CPU; nothing of it is loaded before it is needed."""
        return self.model.on_cpu()

    def move_to_cpu(self) -> Model:
        """Begin on the CPU."""
        self.model = self.on_cpu
        return self.model

    def tell(self, sentence: str) -> None:
        """Keep a sentence for `news`; it is told once, however often it is said."""
        self._sentences.setdefault(sentence, False)

    def news(self) -> Iterator[Notice]:
        """What has not been told yet."""
        for sentence, told in self._sentences.items():
            if not told:
                self._sentences[sentence] = True
                yield Notice(sentence)


class OomFallback:
    """How much of one kind of work is done at once, and where."""

    def __init__(self, card: Device, most: int, name: str) -> None:
        """`most` units make a piece, to begin with; `name` is the work's, in a sentence."""
        self._card, self._name = card, name
        self.most = most
        self.model = card.model
        self.asks_first = False
        """Whether NoRoomError is raised before the CPU is taken."""

    def pieces(self, start: int, stop: int, work: Callable[[Model, int, int], Steps[T]]) -> Steps[list[T]]:
        """The results of `work(model, first, last)` for pieces from `start` to `stop`, as long as there is memory for.

        What fails is begun anew. Raises NoRoomError.
        """
        results: list[T] = []
        while start < stop:
            last = min(start + self.most, stop)
            with suppress(torch.OutOfMemoryError):
                results.append((yield from work(self.model, start, last)))
                start = last
                continue
            # Here, and not before, all that the failed attempt held is free again.
            self._step_down(last - start)
        return results

    def whole(self, work: Callable[[Model], Steps[T]]) -> Steps[T]:
        """The result of what cannot be done in pieces."""
        (result,) = yield from self.pieces(0, 1, lambda model, _start, _stop: work(model))
        return result

    def _step_down(self, units: int) -> None:
        """Ask for less: half as much at once, or, where it was one unit, another device."""
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if units > 1:
            self.most = units // 2
            self._card.tell(SMALLER.format(self._name))
        elif self.asks_first:
            raise NoRoomError
        elif self.model is self._card.on_cpu:
            raise SeparationError(NO_MEMORY)
        else:
            self.model = self._card.on_cpu
            self._card.tell(ON_CPU.format(self._name))
