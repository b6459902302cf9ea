"""The time of a separation without its pauses."""

import time
from collections.abc import Callable


class RunClock:
    """A clock in seconds that can be stopped."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._rested = clock, 0.0
        self._stopped: float | None = None

    def now(self) -> float:
        """Seconds since some time, without those for which it was stopped."""
        return (self._clock() if self._stopped is None else self._stopped) - self._rested

    def stop(self) -> None:
        """Stand still until it goes on."""
        if self._stopped is None:
            self._stopped = self._clock()

    def go_on(self) -> None:
        """Go on from where it was stopped."""
        if self._stopped is not None:
            self._rested += self._clock() - self._stopped
            self._stopped = None
