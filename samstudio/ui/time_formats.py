"""The ways in which editors write time: clock, seconds, samples, timecode, bars and beats; and their rulers' ticks.

Timecode counts as SMPTE ST 12-1 does: hours, minutes, seconds and frames of a nominal rate; 29.97 drop-frame leaves out
the numbers 0 and 1 at the start of every minute that is no tenth one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor

from samstudio.dsp.scales import Tick, TimeGrid, time_grid, time_label
from samstudio.session.text.clock import parse_time

TICKS_PER_BEAT = 960
"""The finest place that bars and beats name, as in most sequencers."""
FRAME_RATES = {"23.976": 24000 / 1001, "24": 24.0, "25": 25.0, "29.97 drop": 30000 / 1001, "30": 30.0}
_DROPPED = "29.97 drop"
_MINUTE, _TEN_MINUTES = 1800, 18000
"""Numbers in a minute and in ten, at the nominal 30 frames a second."""


class TimeUnit(StrEnum):
    """What time is counted in."""

    CLOCK = "clock"
    SECONDS = "seconds"
    SAMPLES = "samples"
    TIMECODE = "timecode"
    BARS = "bars"


@dataclass(frozen=True)
class TimeFormat:
    """How times are written. What a unit does not need is kept for when it is chosen again."""

    unit: TimeUnit = TimeUnit.CLOCK
    sample_rate: int = 48000
    frame_rate: str = "25"
    """A key of FRAME_RATES."""
    tempo: float = 120.0
    """Beats a minute."""
    beats_per_bar: int = 4

    def text(self, seconds: float) -> str:
        """A place on the time axis, to the millisecond or to the unit's own resolution."""
        match self.unit:
            case TimeUnit.SECONDS:
                return f"{seconds:.3f} s"
            case TimeUnit.SAMPLES:
                return grouped(round(seconds * self.sample_rate))
            case TimeUnit.TIMECODE:
                return self._timecode(floor(seconds * self._fps + 1e-6))
            case TimeUnit.BARS:
                beats, ticks = divmod(round(seconds * self._beats * TICKS_PER_BEAT), TICKS_PER_BEAT)
                bar, beat = divmod(beats, self.beats_per_bar)
                return f"{bar + 1}.{beat + 1}.{ticks:03d}"
        return time_label(seconds)

    def length_text(self, seconds: float) -> str:
        """A length: like a place, but bars and beats begin at nothing instead of at one."""
        if self.unit is not TimeUnit.BARS:
            return self.text(seconds)
        bar, beat, ticks = self.text(seconds).split(".")
        return f"{int(bar) - 1}.{int(beat) - 1}.{ticks}"

    def parse(self, text: str) -> float:
        """Seconds from what was typed in this unit, or as a clock time in any.

        Raises ValueError with a sentence for the user.
        """
        plain = text.strip()
        digits = "".join(plain.split())
        if self.unit is TimeUnit.SAMPLES and digits.isdecimal():
            return int(digits) / self.sample_rate
        fields = plain.replace(";", ":").split(":")
        if self.unit is TimeUnit.TIMECODE and len(fields) == 4 and all(field.isdecimal() for field in fields):
            hours, minutes, seconds, frames = map(int, fields)
            return self._frame(((hours * 60 + minutes) * 60 + seconds) * self._nominal + frames) / self._fps
        parts = plain.split(".")
        if self.unit is TimeUnit.BARS and len(parts) == 3 and all(part.isdecimal() for part in parts):
            bar, beat, ticks = map(int, parts)
            beats = (max(bar, 1) - 1) * self.beats_per_bar + max(beat, 1) - 1 + ticks / TICKS_PER_BEAT
            return beats / self._beats
        return parse_time(plain)

    def parse_length(self, text: str) -> float:
        """Likewise a length: bars and beats are counted from nothing."""
        parts = text.strip().split(".")
        if self.unit is not TimeUnit.BARS or len(parts) != 3 or not all(part.isdecimal() for part in parts):
            return self.parse(text)
        bars, beats, ticks = map(int, parts)
        return (bars * self.beats_per_bar + beats + ticks / TICKS_PER_BEAT) / self._beats

    def grid(self, start: float, end: float, width: float, label_width: float, minor_width: float = 6.0) -> TimeGrid:
        """Ticks for `start`..`end` seconds on `width` pixels, whose labels (`label_width` pixels each) never touch."""
        if self.unit is TimeUnit.CLOCK:
            return time_grid(start, end, width, label_width, minor_width)
        per_pixel = max(end - start, 1e-9) / max(width, 1.0) * self._per_second
        step, small = next(
            ((step, small) for step, small in self._steps() if step >= per_pixel * label_width), (1 << 40, 1 << 40)
        )
        if small < per_pixel * minor_width:
            small = step
        majors = tuple(self._tick(number) for number in self._numbers(start, end, step))
        minors = tuple(self._tick(number).value for number in self._numbers(start, end, small) if number % step)
        return TimeGrid(step / self._per_second, max(1, round(step / small)), majors, minors)

    @property
    def _fps(self) -> float:
        return FRAME_RATES[self.frame_rate]

    @property
    def _nominal(self) -> int:
        return round(self._fps)

    @property
    def _beats(self) -> float:
        """A second."""
        return self.tempo / 60.0

    @property
    def _per_second(self) -> float:
        """How many of the numbers that ticks stand at there are in a second."""
        match self.unit:
            case TimeUnit.SAMPLES:
                return float(self.sample_rate)
            case TimeUnit.TIMECODE:
                return self._fps
            case TimeUnit.BARS:
                return self._beats * TICKS_PER_BEAT
        return 1e6

    def _steps(self) -> Iterator[tuple[int, int]]:
        """Round distances of major ticks, each with that of the minor ones, in the unit's numbers."""
        if self.unit is TimeUnit.TIMECODE:
            second = self._nominal
            yield from ((1, 1), (2, 1), (5, 1), (10, 5))
            for seconds, small in ((1, second), (2, 1), (5, 1), (10, 5), (30, 10), (60, 10), (300, 60), (600, 60)):
                yield seconds * second, second // 5 if seconds == 1 and second % 5 == 0 else max(1, small * second)
            yield from ((hours * 3600 * second, 1800 * second) for hours in (1, 2, 5, 10))
        elif self.unit is TimeUnit.BARS:
            beat, bar = TICKS_PER_BEAT, TICKS_PER_BEAT * self.beats_per_bar
            yield from ((beat // 64, beat // 64), (beat // 16, beat // 64), (beat // 4, beat // 16), (beat, beat // 4))
            yield bar, beat
            yield from ((bar << power, bar << power - 1 if power < 3 else bar << power - 2) for power in range(1, 16))
        else:
            for power in range(14):
                yield from ((digit * 10**power, max(1, digit * 10**power // parts)) for digit, parts in
                            ((1, 10), (2, 4), (5, 5)))  # fmt: skip

    def _numbers(self, start: float, end: float, step: int) -> list[int]:
        """The multiples of `step` that lie in `start`..`end`; of single frames only those that are not dropped."""
        first, last = (self._number(seconds) for seconds in (start, end))
        numbers = range(max(0, ceil(first / step - 1e-9)) * step, floor(last / step + 1e-9) * step + 1, step)
        return [number for number in numbers if step >= _MINUTE or not self._is_dropped(number)]

    def _number(self, seconds: float) -> float:
        exact = seconds * self._per_second
        return exact if self.unit is not TimeUnit.TIMECODE else self._timecode_number(floor(exact + 1e-6)) + exact % 1.0

    def _tick(self, number: int) -> Tick:
        """Where a number stands, and its text as short as it can be."""
        if self.unit is TimeUnit.TIMECODE:
            frame = self._frame(number)
            return Tick(frame / self._fps, self._timecode(frame))
        seconds = number / self._per_second
        if self.unit is TimeUnit.SAMPLES:
            return Tick(seconds, grouped(number))
        if self.unit is TimeUnit.BARS:
            beats, ticks = divmod(number, TICKS_PER_BEAT)
            bar, beat = divmod(beats, self.beats_per_bar)
            text = f"{bar + 1}" + (f".{beat + 1}" if beat or ticks else "") + (f".{ticks:03d}" if ticks else "")
            return Tick(seconds, text)
        return Tick(seconds, f"{seconds:.6f}".rstrip("0").rstrip("."))

    def _timecode(self, frame: int) -> str:
        number, nominal = self._timecode_number(frame), self._nominal
        seconds, frames = divmod(number, nominal)
        mark = ";" if self.frame_rate == _DROPPED else ":"
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{mark}{frames:02d}"

    def _timecode_number(self, frame: int) -> int:
        """What a frame is called, without the numbers that are dropped."""
        if self.frame_rate != _DROPPED:
            return frame
        tens, rest = divmod(frame, _TEN_MINUTES - 18)
        # The first minute of ten has all its numbers, the others two fewer.
        return frame + 18 * tens + 2 * max(0, (rest - 2) // (_MINUTE - 2))

    def _frame(self, number: int) -> int:
        """The frame that is called so; for a dropped number the one that comes next."""
        if self.frame_rate != _DROPPED:
            return number
        if self._is_dropped(number):
            number += 2 - number % _MINUTE
        minutes = number // _MINUTE
        return number - 2 * (minutes - minutes // 10)

    def _is_dropped(self, number: int) -> bool:
        return self.frame_rate == _DROPPED and number % _MINUTE < 2 and number % _TEN_MINUTES >= _MINUTE


_shown = TimeFormat()


def time_format() -> TimeFormat:
    """The format that is shown now; like the theme, it is one for all widgets."""
    return _shown


def use_time_format(chosen: TimeFormat) -> None:
    """Write times so from now on; widgets show it when they next need a text."""
    global _shown  # noqa: PLW0603 - one for all, like the theme
    _shown = chosen


def grouped(number: int) -> str:
    """Thousands apart, by a space that does not break."""
    return f"{number:,}".replace(",", "\u202f")
