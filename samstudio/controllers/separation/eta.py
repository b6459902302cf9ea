"""How long work that reports its progress will take."""

import time
from collections.abc import Callable

_LEAST_FRACTION, _LEAST_SECONDS, _LONG_SECONDS = 0.02, 0.5, 3.0
"""A pace is measured on so much of the work and so much time, or on any work within a longer time."""
_TRUSTED_FRACTION = 0.25
"""After so much of the work the measured pace alone counts, before it the expected one as well."""
_LEAST_LEFT = 0.1
"""Part of an estimate that is left however long nothing more is done."""


class EtaEstimator:
    """Measures from the first report on: the time before it, loading an engine, says nothing about its speed.

    `pace` is what a unit of the work is expected to take, in seconds; None: nothing is known of it.
    """

    def __init__(self, pace: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace, self._clock = pace, clock
        self._first: tuple[float, float] | None = None
        self._last = (0.0, 0.0)

    def time_left(self, done: float, total: float) -> float | None:
        """Seconds that are left after `done` of `total` units; None while that cannot be estimated."""
        now = self._clock()
        if self._first is None:
            self._first = self._last = now, done
        if done != self._last[1]:
            self._last = now, done
        left = self._estimate(self._last[0] - self._first[0], done - self._first[1], max(0.0, total - done), total)
        return None if left is None else max(left - (now - self._last[0]), _LEAST_LEFT * left)

    def _estimate(self, elapsed: float, made: float, rest: float, total: float) -> float | None:
        """What was left when the latest unit was done."""
        share = made / total if total > 0 else 0.0
        is_measured = elapsed >= _LEAST_SECONDS and (share >= _LEAST_FRACTION or (elapsed >= _LONG_SECONDS and made))
        if not is_measured:
            return None if self._pace is None else self._pace * rest
        pace = elapsed / made
        if self._pace is not None:
            trust = min(1.0, share / _TRUSTED_FRACTION)
            pace = trust * pace + (1.0 - trust) * self._pace
        return pace * rest
