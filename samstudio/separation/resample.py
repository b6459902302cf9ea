"""Resampling of a stream: windowed sinc (Kaiser), in exact arithmetic of time, without delay.

The filter is the one of torchaudio's `sinc_interp_kaiser` with the values of its tutorial's "kaiser_best". Times are
rational numbers, so pieces of any size give the same as the whole, and there is no drift however long the stream.
torchaudio itself computes the ratios that have few phases. For the others its kernel grows with the product of the
rates (8 GB from 44101 to 48000 Hz), so filters are made here, for some phases at a time.
"""

from collections.abc import Callable
from functools import cache
from math import ceil, gcd

import torch
from torch import Tensor

ZERO_CROSSINGS = 64
"""Of the sinc, on either side."""
ROLLOFF = 0.9475937167399596
"""Cut-off as a part of the lower rate's Nyquist frequency."""
BETA = 14.769656459379492
"""Shape of the Kaiser window."""
PHASES_AT_ONCE = 128
"""Rates without a large common divisor have as many phases as the new rate has samples a second: their filters are made
for this many at once, and used for neighbouring samples."""
FEW_PHASES = 8
"""Up to this many phases torchaudio's convolution is the faster way: 3 to 10 times at 32, 96 and 192 kHz."""
STEPS = 4096
"""Points of the kernel's table between two zeros of the sinc: linear interpolation between them is off by 1e-7."""


@cache
def _kernel() -> tuple[Tensor, Tensor]:
    """The windowed sinc from its middle to its end, STEPS points a zero, and its differences; float64."""
    t = torch.arange(ZERO_CROSSINGS * STEPS + 1, dtype=torch.float64) / STEPS
    window = torch.i0(BETA * (1.0 - (t / ZERO_CROSSINGS) ** 2).sqrt()) / torch.i0(torch.tensor(BETA).double())
    values = torch.sinc(t) * window
    return values, values.diff(append=values[-1:])


def _filters(first: int, count: int, old: int, new: int, reach: int) -> tuple[int, Tensor]:
    """Filters of `count` outputs from phase `first` on: (the first input they read, (inputs, count) float32).

    Phase p lies at p * old / new inputs.
    """
    start = first * old // new - reach
    stop = (first + count - 1) * old // new + reach + 1
    cut_off = min(1.0, new / old) * ROLLOFF
    inputs = torch.arange(start, stop, dtype=torch.float64)[:, None]
    outputs = torch.arange(first, first + count, dtype=torch.float64) * old / new
    places = (inputs - outputs).abs_().mul_(cut_off * STEPS).clamp_(max=ZERO_CROSSINGS * STEPS)
    points = places.long()
    values, slopes = _kernel()
    return start, torch.addcmul(values[points], slopes[points], places.sub_(points)).mul_(cut_off).float()


def _convolution(old: int, new: int) -> Callable[[Tensor], Tensor]:
    """The resampler of torchaudio, its kernel computed in float64 and kept in float32."""
    # Imported here, so that only a separation waits for it.
    from torchaudio.transforms import Resample

    kaiser = Resample(old, new, "sinc_interp_kaiser", ZERO_CROSSINGS, ROLLOFF, BETA, dtype=torch.float64)
    resample: Callable[[Tensor], Tensor] = kaiser.float()
    return resample


class Resampler:
    """Takes sound (C, n) at `old` Hz in pieces and gives sound at `new` Hz, whose sample n is at n / new seconds."""

    def __init__(self, old: int, new: int) -> None:
        divisor = gcd(old, new)
        self._old, self._new = old // divisor, new // divisor
        cut_off = min(1.0, self._new / self._old) * ROLLOFF
        self._reach = ceil(ZERO_CROSSINGS / cut_off)
        self._convolution: Callable[[Tensor], Tensor] | None = None
        if self._new <= FEW_PHASES and self._old != self._new:
            self._convolution = _convolution(self._old, self._new)
            # torchaudio's outputs begin with a period.
            self._reach = ceil(self._reach / self._old) * self._old
        self._filters: dict[int, tuple[int, Tensor]] = {}
        self.restart()

    def restart(self) -> None:
        """Begin another stream, with the filters that were made for this one."""
        self._held: Tensor | None = None
        # The stream's index of the first held input, and how many periods of `new` outputs have gone out.
        self._first = -self._reach
        self._periods = 0

    def inputs_of(self, start: int, stop: int) -> tuple[int, int]:
        """The inputs (first, last) to begin and end a stream with, so that it holds the outputs `start` to `stop`."""
        if self._old == self._new:
            return start, stop
        first = max(0, start // self._new - ceil(self._reach / self._old)) * self._old
        return first, (stop // self._new + 1) * self._old + self._reach + 1

    def outputs_before(self, first: int) -> int:
        """How many outputs there are before those of an input that begins a period."""
        return first // self._old * self._new

    def push(self, piece: Tensor) -> Tensor:
        """Take a piece (C, n) float32; return the outputs (C, m) that it completes, m >= 0."""
        if self._old == self._new:
            self._held = piece[:, :0]
            return piece
        if self._held is None:
            self._held = piece.new_zeros(len(piece), self._reach)
        self._held = torch.cat([self._held, piece], dim=1)
        ready = (self._first + self._held.shape[1] - self._reach - 1) // self._old
        return self._take(max(0, ready - self._periods))

    def finish(self) -> Tensor:
        """End the stream, as if silence followed: the outputs up to its end and some beyond, (C, m)."""
        if self._held is None or self._old == self._new:
            return torch.zeros(0, 0) if self._held is None else self._held
        inputs = self._first + self._held.shape[1]
        periods = ceil(inputs / self._old)
        missing = periods * self._old + self._reach + 1 - inputs
        self._held = torch.cat([self._held, self._held.new_zeros(len(self._held), missing)], dim=1)
        return self._take(periods - self._periods)

    def _take(self, periods: int) -> Tensor:
        """The next periods of outputs, each `new` long; drop the inputs before them."""
        held = self._held
        assert held is not None  # noqa: S101 (both callers fill it)
        if periods == 0:
            return held.new_zeros(len(held), 0)
        if self._convolution is None:
            parts = [self._phases(first, periods) for first in range(0, self._new, PHASES_AT_ONCE)]
            outputs = torch.cat(parts, dim=2).flatten(1)
        else:
            inputs = held[:, : 2 * self._reach + (periods + 1) * self._old]
            skipped = self._reach // self._old * self._new
            outputs = self._convolution(inputs)[:, skipped : skipped + periods * self._new]
        self._periods += periods
        spent = self._periods * self._old - self._reach - self._first
        self._held = held[:, spent:].clone()
        self._first += spent
        return outputs

    def _phases(self, first: int, periods: int) -> Tensor:
        """The outputs (C, periods, count) of neighbouring phases."""
        held = self._held
        assert held is not None  # noqa: S101
        if first not in self._filters:
            count = min(PHASES_AT_ONCE, self._new - first)
            self._filters[first] = _filters(first, count, self._old, self._new, self._reach)
        start, filters = self._filters[first]
        begin = self._periods * self._old + start - self._first
        end = begin + (periods - 1) * self._old + len(filters)
        inputs = held[:, begin:end].unfold(1, len(filters), self._old)  # (C, periods, inputs)
        return inputs @ filters.to(held.device)


class ResampledPart:
    """Parts of a sound at another rate, each as it is in the whole sound resampled."""

    def __init__(self, read: Callable[[int, int], Tensor], length: int, old: int, new: int) -> None:
        """`read(start, stop)` gives the sound (C, stop - start) at `old` Hz, of `length` samples."""
        self._read, self._length = read, length
        self._resampler = Resampler(old, new)
        self.length = resampled_length(length, old, new)
        """Samples at `new` Hz."""

    def part(self, start: int, stop: int) -> Tensor:
        """Samples `start` to `stop` at `new` Hz, (C, stop - start), at most to the end."""
        stop = min(stop, self.length)
        first, last = self._resampler.inputs_of(start, stop)
        self._resampler.restart()
        sound = self._resampler.push(self._read(first, min(last, self._length)))
        if last >= self._length:
            sound = torch.cat([sound, self._resampler.finish()], dim=1)
        begin = start - self._resampler.outputs_before(first)
        return sound[:, begin : begin + stop - start]


def resampled_length(samples: int, old: int, new: int) -> int:
    """How many samples at `new` Hz cover `samples` at `old` Hz."""
    return -(-samples * new // old)
