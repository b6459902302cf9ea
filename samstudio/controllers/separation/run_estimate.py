"""The time left of one separation, by what others took and by its own pace."""

import time
from collections.abc import Callable
from math import exp

from samstudio.controllers.separation.eta import EtaEstimator
from samstudio.controllers.separation.pace_history import PaceHistory
from samstudio.separation.engine import Progress
from samstudio.session.take import SeparationSettings

SETTLING = 0.2
"""Part of the time left in which what is shown follows a new estimate: stages that are slower or faster than was
expected do not make it jump."""


class RunEstimate:
    """Of `sound` seconds of sound, separated with these settings."""

    def __init__(
        self,
        history: PaceHistory,
        settings: SeparationSettings,
        sound: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._history, self._key = history, f"{settings.engine} {settings.device}"
        self._sound, self._clock = sound, clock
        self._eta = EtaEstimator(history.seconds_per_unit(self._key), clock)
        self._first: tuple[float, float] | None = None
        self._furthest: Progress | None = None
        self._end: tuple[float, float] | None = None
        """When it is expected to end, and when that was said."""

    @property
    def expected(self) -> float | None:
        """Seconds that it will take, before anything is reported; None while nothing is known of the engine."""
        pace = self._history.seconds_per_second(self._key)
        return None if pace is None else pace * self._sound

    def advance(self, progress: Progress) -> tuple[float, float | None]:
        """The fraction done (0..1) and the seconds left (None while unknown) after a report.

        Where a report says less than one before it, or nothing, that one still counts: work never goes backwards.
        """
        if progress.total > 0.0 and (self._furthest is None or progress.fraction >= self._furthest.fraction):
            self._furthest = progress
        furthest = self._furthest
        if furthest is None:
            return 0.0, self.expected
        if self._first is None:
            self._first = self._clock(), furthest.done
        return furthest.fraction, self._steady(self._eta.time_left(furthest.done, furthest.total))

    def _steady(self, left: float | None) -> float | None:
        """The time left that is shown, which goes towards an estimate."""
        if left is None:
            return None
        now = self._clock()
        end, said = self._end or (now + left, now)
        end += (now + left - end) * (1.0 - exp(-(now - said) / max(SETTLING * left, 1.0)))
        self._end = end, now
        return max(end - now, 0.1 * left)

    def complete(self) -> None:
        """All is done: remember what it took."""
        if self._first is not None and self._furthest is not None:
            begun, done = self._first
            self._history.add(self._key, self._clock() - begun, self._furthest.total - done, self._sound)
