"""How long work that tells its progress will take."""

import time
from collections.abc import Callable

_TELLING_FRACTION = 0.02
_TELLING_SECONDS = 0.5
"""From this much work on its pace says something."""


class EtaEstimator:
    """Estimates from the first report on: what came before, loading an engine, is no measure of how fast it works."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first: tuple[float, float] | None = None

    def time_left(self, fraction: float) -> float | None:
        """Seconds that are left after `fraction` (0..1) of the work; None while nobody can tell."""
        now = self._clock()
        if self._first is None:
            self._first = now, fraction
        elapsed, done = now - self._first[0], fraction - self._first[1]
        if done < _TELLING_FRACTION or elapsed < _TELLING_SECONDS:
            return None
        return elapsed * (1.0 - fraction) / done
