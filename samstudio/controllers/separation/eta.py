"""How long work that reports its progress will take."""

import time
from collections.abc import Callable

_LEAST_FRACTION = 0.02
_LEAST_SECONDS = 0.5
"""An estimate needs this much work done; before, the speed is not representative."""


class EtaEstimator:
    """Measures from the first report on: the time before it, loading an engine, says nothing about its speed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first: tuple[float, float] | None = None

    def time_left(self, fraction: float) -> float | None:
        """Seconds that are left after `fraction` (0..1) of the work; None while that cannot be estimated."""
        now = self._clock()
        if self._first is None:
            self._first = now, fraction
        elapsed, done = now - self._first[0], fraction - self._first[1]
        if done < _LEAST_FRACTION or elapsed < _LEAST_SECONDS:
            return None
        return elapsed * (1.0 - fraction) / done
