"""Faults found while a file is decoded, with their places, as sentences."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from samstudio.dsp.channel_layout import layout_name

_NAMED = 4
"""More places than these are counted, not named."""
_LEAST = Fraction(1, 1000)
"""Seconds; a shorter gap is not reported: clocks round."""


@dataclass
class _FaultyPart:
    """`length` seconds, `start` seconds into the clip."""

    start: Fraction
    length: Fraction


class Faults:
    """Collects faults in the order in which they are found. Times are seconds of the clip."""

    def __init__(self, path: Path, sample_rate: int) -> None:
        self._name = quoted(path)
        self._rate = sample_rate
        self._missing: list[_FaultyPart] = []
        self._doubled: list[_FaultyPart] = []
        self._clock: list[Fraction] = []
        self._changes: list[str] = []
        self._unread = Fraction(0)

    def missing(self, start: Fraction, length: Fraction) -> None:
        """There was no sound for `length` seconds; silence was put there."""
        self._add(self._missing, start, length)

    def doubled(self, start: Fraction, length: Fraction) -> None:
        """`length` seconds before `start` overlapped earlier sound, and were cut."""
        self._add(self._doubled, start, length)

    def clock_jumped(self, start: Fraction) -> None:
        """The time stamps jump so far that there can be no sound in between."""
        self._clock.append(start)

    def changed(self, start: Fraction, old: tuple[int, int], new: tuple[int, int]) -> None:
        """From `start` on the rate in Hz and the channels differ, and are converted."""
        self._changes.append(
            f"at {clock(start)} from {_shape(*old)} to {_shape(*new)}" if len(self._changes) < _NAMED else ""
        )

    def unread(self, length: Fraction) -> None:
        """Behind the end that the header states there may be more sound."""
        self._unread = length

    def _add(self, parts: list[_FaultyPart], start: Fraction, length: Fraction) -> None:
        last = parts[-1] if parts else None
        if last is not None and abs(last.start + last.length - start) <= _LEAST:
            last.length += length
        else:
            parts.append(_FaultyPart(start, length))

    def sentences(self) -> list[str]:
        """Whole sentences, the worst first."""
        found = []
        if places := self._places(self._missing):
            found.append(f"{self._name} is damaged or incomplete: {places}. Silence keeps the rest in its place.")
        if places := self._places(self._doubled, "came twice"):
            found.append(f"In {self._name} {places}; it was left out the second time.")
        if self._clock:
            more = "" if len(self._clock) == 1 else f" and at {len(self._clock) - 1} more places"
            found.append(
                f"The clock of {self._name} jumps at {clock(self._clock[0])}{more}: "
                "what follows was put right behind what came before."
            )
        if self._changes:
            named = [change for change in self._changes if change]
            more = f" and {len(self._changes) - len(named)} more times" if len(self._changes) > len(named) else ""
            found.append(
                f"The sound of {self._name} changes {', '.join(named)}{more}: it was converted to what it is first."
            )
        if self._unread:
            found.append(
                f"The header of {self._name} states too small a size: "
                f"what follows, {seconds(self._unread)} if it is sound, was not read."
            )
        return found

    def _places(self, parts: list[_FaultyPart], what: str = "missing") -> str:
        reported = [part for part in parts if part.length >= _LEAST]
        if not reported:
            return ""
        named = [f"{seconds(part.length)} {what} at {clock(part.start)}" for part in reported[:_NAMED]]
        if len(reported) <= _NAMED:
            return named[0] if len(named) == 1 else ", ".join(named[:-1]) + " and " + named[-1]
        total = seconds(sum((part.length for part in reported), Fraction(0)))
        return ", ".join(named) + f" and more at {len(reported) - _NAMED} other places, {total} in all"


def seconds(length: Fraction) -> str:
    """A length of time for a sentence: `2.0 s`, `26 ms`."""
    return f"{float(length):.1f} s" if length >= Fraction(1, 10) else f"{max(1, round(length * 1000))} ms"


def clock(start: Fraction) -> str:
    """A place in a recording for a sentence: `0:04`."""
    # A rounding error below a full second counts as that second.
    whole = int(max(start, Fraction(0)) + Fraction(1, 20))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def _shape(rate: int, channels: int) -> str:
    return f"{rate} Hz {layout_name(channels)}"


def quoted(path: Path) -> str:
    """The file's name for a sentence, printable whatever bytes it is made of."""
    return "“" + path.name.encode(errors="replace").decode() + "”"
