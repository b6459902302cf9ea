"""Positions of frequencies, levels and times on their axes, and the choice of ticks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, floor, log10
from typing import Literal

import numpy as np
from numpy.typing import NDArray

ScaleKind = Literal["linear", "log", "mel"]
SCALE_KINDS: tuple[ScaleKind, ...] = ("linear", "log", "mel")
LOWEST_HZ = 20.0
"""The lowest frequency of the logarithmic axis, which has no 0 Hz."""
NARROWEST_HZ = 50.0
"""The deepest zoom of a frequency axis: no transform distinguishes much within it."""

Floats = NDArray[np.float64]


def mel(hz: Floats | float) -> Floats:
    """Mel of a frequency, after O'Shaughnessy (1987): 2595 log10(1 + f / 700)."""
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(hz, np.float64) / 700.0))


def mel_to_hz(mels: Floats | float) -> Floats:
    """The frequency of a mel value."""
    return np.asarray(700.0 * (10.0 ** (np.asarray(mels, np.float64) / 2595.0) - 1.0))


@dataclass(frozen=True)
class FrequencyScale:
    """A frequency axis from `low` to `high` Hz at positions 0 (bottom) to 1 (top)."""

    kind: ScaleKind
    low: float
    high: float

    @classmethod
    def up_to(cls, kind: ScaleKind, nyquist: float) -> "FrequencyScale":
        """The scale of a clip: all its frequencies, without 0 Hz on a logarithmic axis."""
        low = min(LOWEST_HZ, nyquist / 4.0) if kind == "log" else 0.0
        return cls(kind, low, nyquist)

    @classmethod
    def of_band(cls, kind: ScaleKind, nyquist: float, low: float = 0.0, high: float = 0.0) -> "FrequencyScale":
        """The part of that scale from `low` to `high` Hz, 0 its own end; all of it where it has no such part."""
        whole = cls.up_to(kind, nyquist)
        low, high = max(low, whole.low), min(high or nyquist, nyquist)
        return cls(kind, low, high) if high - low >= min(NARROWEST_HZ, nyquist - whole.low) else whole

    def part(self, bottom: float, top: float, whole: "FrequencyScale") -> "FrequencyScale":
        """The axis that shows what is at the positions `bottom` to `top`, moved to lie inside `whole`, of one kind.

        Positions may lie outside 0..1. At least `NARROWEST_HZ` are shown.
        """
        foot, head = self.ends
        lowest, highest = whole.ends
        length = (top - bottom) * (head - foot)
        if length >= (highest - lowest) * (1.0 - 1e-9):
            return whole
        first = min(max(foot + bottom * (head - foot), lowest), highest - length)
        ends = np.array([first, first + length / 2.0, first + length])
        low, middle, high = (min(max(float(hz), whole.low), whole.high) for hz in self._unwarped(ends))
        if high - low < NARROWEST_HZ:
            low = min(max(middle - NARROWEST_HZ / 2.0, whole.low), whole.high - NARROWEST_HZ)
            high = low + NARROWEST_HZ
        return replace(self, low=low, high=high)

    def zoomed(self, factor: float, at: float, whole: "FrequencyScale") -> "FrequencyScale":
        """`factor` times as much of `whole`, the frequency at position `at` staying there where there is room."""
        if factor < 1.0 and self.high - self.low <= NARROWEST_HZ * 1.001:
            return self
        return self.part(at - at * factor, at + (1.0 - at) * factor, whole)

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Its ends in Hz, the logarithm of Hz or mel, in which it is even."""
        bottom, top = self._warped(np.array([self.low, self.high]))
        return float(bottom), float(top)

    def _warped(self, hz: Floats) -> Floats:
        if self.kind == "log":
            # What lies below the whole axis stands at its foot.
            return np.log(np.maximum(hz, min(LOWEST_HZ, self.low)))
        return mel(hz) if self.kind == "mel" else hz

    def _unwarped(self, warped: Floats) -> Floats:
        if self.kind == "log":
            return np.asarray(np.exp(warped))
        return mel_to_hz(warped) if self.kind == "mel" else warped

    def positions(self, hz: Floats) -> Floats:
        """0..1 for each frequency; outside that range if the axis does not show it."""
        bottom, top = self.ends
        return np.asarray((self._warped(np.asarray(hz, np.float64)) - bottom) / (top - bottom))

    def frequencies(self, positions: Floats) -> Floats:
        """The frequency in Hz at each position."""
        bottom, top = self.ends
        return self._unwarped(bottom + np.asarray(positions, np.float64) * (top - bottom))

    def extent(self, other: "FrequencyScale") -> tuple[float, float]:
        """The positions on this axis at which another one begins and ends."""
        return self.extents([other])[other]

    def extents(self, others: Iterable["FrequencyScale"]) -> dict["FrequencyScale", tuple[float, float]]:
        """Likewise of many."""
        several = list(dict.fromkeys(others))
        places = self.positions(np.array([(other.low, other.high) for other in several]).reshape(-1, 2))
        return {other: (bottom, top) for other, (bottom, top) in zip(several, places.tolist(), strict=True)}

    def position(self, hz: float) -> float:
        """The position of one frequency."""
        return float(self.positions(np.array([hz]))[0])

    def hz(self, position: float) -> float:
        """The frequency at one position."""
        return float(self.frequencies(np.array([position]))[0])


ANY_SCALE = FrequencyScale("mel", 0.0, 24000.0)
"""What is shown while no recording is open."""


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: its `value` (seconds, Hz or linear amplitude), its text, '' for a minor one."""

    value: float
    label: str


def time_label(seconds: float, decimals: int = 3, hours: bool | None = None) -> str:
    """`1:02.500` or `0:01:02.500`; hours are shown if there are any, or as `hours` says."""
    units = round(abs(seconds) * 10**decimals)
    whole, fraction = divmod(units, 10**decimals)
    minutes, secs = divmod(whole, 60)
    has_hours = minutes >= 60 if hours is None else hours
    text = f"{minutes // 60}:{minutes % 60:02d}:{secs:02d}" if has_hours else f"{minutes}:{secs:02d}"
    return ("-" if seconds < 0 else "") + text + (f".{fraction:0{decimals}d}" if decimals else "")


# Round steps, with the number of minor steps in each.
_STEPS = (
    *((digit * 10.0**power, minors) for power in range(-7, 1) for digit, minors in ((1, 10), (2, 4), (5, 5))),
    (10.0, 10),
    (15.0, 3),
    (30.0, 6),
    (60.0, 6),
    (120.0, 4),
    (300.0, 5),
    (600.0, 10),
    (900.0, 3),
    (1800.0, 6),
    (3600.0, 6),
    (7200.0, 4),
    (18000.0, 5),
    (36000.0, 10),
)


@dataclass(frozen=True)
class TimeGrid:
    """The ticks of a time axis: every `step` seconds a major one, `minors` small steps between."""

    step: float
    minors: int
    majors: tuple[Tick, ...]
    minor_times: tuple[float, ...]


def time_grid(start: float, end: float, width: float, label_width: float, minor_width: float = 6.0) -> TimeGrid:
    """Ticks for `start`..`end` seconds on `width` pixels, whose labels (`label_width` pixels each) never touch.

    `minor_width` is the least distance of minor ticks in pixels.
    """
    per_pixel = max(end - start, 1e-9) / max(width, 1.0)
    step, minors = next(((s, m) for s, m in _STEPS if s >= per_pixel * label_width), _STEPS[-1])
    while step / minors < per_pixel * minor_width and minors > 1:
        minors = next((m for m in range(minors - 1, 1, -1) if minors % m == 0), 1)
    decimals = max(0, -floor(log10(step) + 1e-9))
    hours = end >= 3600.0
    first, last = ceil(start / step - 1e-9), floor(end / step + 1e-9)
    majors = tuple(Tick(i * step, time_label(i * step, decimals, hours)) for i in range(first, last + 1))
    small = step / minors
    numbers = range(ceil(start / small - 1e-9), floor(end / small + 1e-9) + 1)
    return TimeGrid(step, minors, majors, tuple(i * small for i in numbers if i % minors))


def _spaced(candidates: Iterable[Tick], position: dict[float, float], least: float) -> list[Tick]:
    """The candidates, best first, that keep `least` distance from those taken before."""
    taken: list[Tick] = []
    for tick in candidates:
        here = position[tick.value]
        if all(abs(here - position[other.value]) >= least for other in taken):
            taken.append(tick)
    return sorted(taken, key=lambda tick: tick.value)


_LONGEST_LABEL = len("12.5k")


def hz_label(hz: float) -> str:
    """`50`, `1k`, `2.5k`."""
    return f"{hz / 1000.0:g}k" if hz >= 1000.0 else f"{hz:g}"


def _multiples(step: float, scale: FrequencyScale) -> list[float]:
    return [step * number for number in range(ceil(scale.low / step), floor(scale.high / step) + 1)]


def frequency_ticks(scale: FrequencyScale, height: float, spacing: float) -> tuple[Tick, ...]:
    """Labelled ticks on an axis `height` pixels tall, at least `spacing` pixels apart, round numbers first."""
    span = scale.high - scale.low
    steps = [digit * 10.0**power for power in range(6) for digit in (1, 2, 5)]
    if scale.kind == "linear":
        step = next((s for s in steps if s * height / span >= spacing), steps[-1])
        ranked = _multiples(step, scale)
    elif scale.high < 4.0 * scale.low:
        # So near, every axis is almost linear, and the round numbers of a decade are too few.
        step = next((s for s in steps if (1.0 - scale.position(scale.high - s)) * height >= spacing), steps[-1])
        ranked = _multiples(step, scale)
    else:
        decades = [10.0**power for power in range(1, 6)]
        ranked = [digit * decade for digits in ((1,), (5, 2), (3, 7), (4, 6, 8, 9), (1.5,)) for digit in digits
                  for decade in decades]  # fmt: skip
        if scale.kind == "mel":
            ranked = [0.0, *ranked]
    edge = spacing / 2.0
    shown = [hz for hz in ranked if scale.low <= hz <= scale.high]
    pixels = dict(zip(shown, (scale.positions(np.array(shown)) * height).tolist(), strict=True))
    inside = [hz for hz in pixels if edge <= pixels[hz] <= height - edge]
    # Fine steps need more digits than the ruler has room for, unless all are written in Hz.
    is_fine = any(len(hz_label(hz)) > _LONGEST_LABEL for hz in inside)
    ticks = [Tick(hz, f"{hz:.0f}" if is_fine else hz_label(hz)) for hz in inside]
    return tuple(_spaced(ticks, pixels, spacing))


def level_ticks(low: float, high: float, per_db: float, spacing: float) -> tuple[float, ...]:
    """Round levels in dB from `low` to `high` on an axis of `per_db` pixels a dB, at least `spacing` pixels apart."""
    step = next((step for step in (1.0, 2.0, 5.0, 10.0, 20.0) if step * per_db >= spacing), 50.0)
    return tuple(step * number for number in range(ceil(low / step), floor(high / step) + 1))


_LEVELS_DB = (-6, -12, -18, -3, -24, -36, -48, -30, -42, -60, -9, -1)


def amplitude_ticks(half_height: float, spacing: float, gain: float = 1.0) -> tuple[Tick, ...]:
    """Ticks in dBFS for the upper half of a waveform, `half_height` pixels tall and drawn `gain` times as high.

    `value` is the linear amplitude; the middle line is not among them.
    """
    ranked = [Tick(10.0 ** (db / 20.0), f"−{-db}") for db in _LEVELS_DB]
    pixels = {tick.value: tick.value * gain * half_height for tick in ranked}
    edge = spacing / 2.0
    return tuple(_spaced((t for t in ranked if spacing <= pixels[t.value] <= half_height - edge), pixels, spacing))
