"""Continuing where the graphics card runs out of memory: with smaller pieces, in the end on the CPU.

The result stays the same, to rounding: the CPU computes in the type that the card began in.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeVar

from samstudio.separation.devices import empty_cache, is_out_of_memory
from samstudio.separation.engine import Notice, SeparationError
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.steps import Steps

T = TypeVar("T")

SMALLER_PIECES = "The graphics card ran out of memory: {} was done in smaller pieces."
REST_ON_CPU = "The graphics card ran out of memory: the rest of {} was done on the CPU."
UNKNOWN_TO_CARD = "The graphics card does not know all of the operations: the rest of {} was done on the CPU."
NO_MEMORY = (
    "The memory ran out, even with the smallest pieces on the CPU: close other programs, or choose a smaller model."
)


class UnitTooLargeError(Exception):
    """There is no memory for a single unit of work, and the caller has an alternative to the CPU."""


class Device:
    """The model on its device, the same model on the CPU for when the device is full, and notices of such changes."""

    def __init__(self, model: Model) -> None:
        self.model = model
        # Each notice, and whether it has been given out.
        self._notices: dict[str, bool] = {}

    @cached_property
    def on_cpu(self) -> Model:
        """The model on the CPU; nothing of it is loaded before it is needed."""
        return self.model.on_cpu()

    def move_to_cpu(self) -> Model:
        """Use the CPU from the beginning."""
        self.model = self.on_cpu
        return self.model

    def add_notice(self, sentence: str) -> None:
        """Keep a sentence for `new_notices`, which gives it out once, however often it is added."""
        self._notices.setdefault(sentence, False)

    def new_notices(self) -> Iterator[Notice]:
        """What has not been given out yet."""
        for sentence, given_out in self._notices.items():
            if not given_out:
                self._notices[sentence] = True
                yield Notice(sentence)


class OomFallback:
    """How much of one kind of work is done at once, and on which device; both change when memory runs out."""

    def __init__(self, device: Device, most: int, name: str) -> None:
        """`most` units make a piece, to begin with; `name` is the work's, in a sentence."""
        self._device, self._name = device, name
        self.most = most
        self.model = device.model
        self.raises_first = False
        """Whether UnitTooLargeError is raised before the CPU is taken."""

    def pieces(self, start: int, stop: int, work: Callable[[Model, int, int], Steps[T]]) -> Steps[list[T]]:
        """The results of `work(model, first, last)` for pieces from `start` to `stop`, as large as memory allows.

        A piece that fails is started again. Raises UnitTooLargeError.
        """
        results: list[T] = []
        while start < stop:
            last = min(start + self.most, stop)
            try:
                results.append((yield from work(self.model, start, last)))
                start = last
                continue
            except RuntimeError as error:
                is_unknown = isinstance(error, NotImplementedError) and self.model is not self._device.on_cpu
                if not is_unknown and not is_out_of_memory(error):
                    raise
            # Only here, after the exception is gone, is the memory of the failed attempt free again.
            if is_unknown:
                self._leave_card(UNKNOWN_TO_CARD)
            else:
                self._step_down(last - start)
        return results

    def whole(self, work: Callable[[Model], Steps[T]]) -> Steps[T]:
        """The result of what cannot be done in pieces."""
        (result,) = yield from self.pieces(0, 1, lambda model, _start, _stop: work(model))
        return result

    def _step_down(self, units: int) -> None:
        """Ask for less: half as much at once, or, where it was one unit, the CPU."""
        empty_cache()
        if units > 1:
            self.most = units // 2
            self._device.add_notice(SMALLER_PIECES.format(self._name))
        elif self.raises_first:
            raise UnitTooLargeError
        elif self.model is self._device.on_cpu:
            raise SeparationError(NO_MEMORY)
        else:
            self._leave_card(REST_ON_CPU)

    def _leave_card(self, notice: str) -> None:
        self.model = self._device.on_cpu
        self._device.add_notice(notice.format(self._name))
