"""The time left of one separation, by what others took and by its own pace."""

import time
from collections.abc import Callable

from samstudio.controllers.separation.eta import EtaEstimator
from samstudio.controllers.separation.pace_history import PaceHistory
from samstudio.separation.engine import Progress
from samstudio.session.take import SeparationSettings


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
        return furthest.fraction, self._eta.time_left(furthest.done, furthest.total)

    def complete(self) -> None:
        """All is done: remember what it took."""
        if self._first is not None and self._furthest is not None:
            begun, done = self._first
            self._history.add(self._key, self._clock() - begun, self._furthest.total - done, self._sound)
