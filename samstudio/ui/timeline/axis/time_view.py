"""The visible part of the time axis."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TimeView:
    """`length` seconds from `start` on. The length is a fact of its own, so that panning never changes the zoom."""

    start: float
    length: float

    @property
    def end(self) -> float:
        """Seconds."""
        return self.start + self.length

    def zoomed(self, factor: float, at: float) -> "TimeView":
        """`factor` times the length, with the time `at` staying where it is on the screen."""
        return TimeView(at - (at - self.start) * factor, self.length * factor)

    def moved(self, seconds: float) -> "TimeView":
        """The same length elsewhere."""
        return TimeView(self.start + seconds, self.length)

    def kept_within(self, duration: float, least: float) -> "TimeView":
        """The nearest view of a clip of `duration` seconds that shows at least `least` seconds and nothing outside."""
        middle = self.start + self.length / 2.0
        length = max(min(self.length, duration), min(least, duration))
        start = self.start if length == self.length else middle - length / 2.0
        return TimeView(max(0.0, min(start, duration - length)), length)
