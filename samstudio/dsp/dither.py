"""Reduction of float samples to 16 or 24 bits, one sound alone or the parts of a whole."""

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

_HALF_STEP = 2.0**-16
"""What a 16-bit whole number is scaled by to be uniform over one LSB."""
_PIECE = 8192
"""Frames worked on at a time: they stay in the processor's cache, which halves the time."""


_ON_GRID = 2.0**-6
"""LSB: a sum this close to the grid lies on it but for what float32 rounds, at 16 bits 2^-10 an addition."""


class Quantiser:
    """Rounds samples to `bits`-bit integers, with triangular (TPDF) dither of +-1 LSB where they need it.

    Samples that lie on the integer grid need no rounding and pass unchanged: a 24-bit recording leaves as it came, and
    digital silence stays silent. The error of all others has the same mean (none) and power (1/4 LSB^2) whatever the
    signal. The result does not depend on how a sound is cut into blocks.
    A `mirrored` quantiser adds the negative of what another one adds and rounds halves the other way (down instead of
    up): where two parts in exact arithmetic sum to a whole on the grid, so do their integers.
    Dither: Lipshitz, Wannamaker and Vanderkooy, "Quantization and Dither", JAES 40 (1992).
    """

    def __init__(self, bits: int, seed: int = 0, mirrored: bool = False) -> None:
        self._scale = float(1 << (bits - 1))
        self._steps = np.random.PCG64(seed)
        self._sign = -1.0 if mirrored else 1.0

    def quantise(self, samples: NDArray[np.float32]) -> NDArray[np.int32]:
        """Integers of `samples` (frames, channels), full scale at +-1.

        The topmost step stands for +1 too; beyond +-1 the result saturates: check the peak before.
        """
        whole = np.empty(samples.shape, np.int32)
        for start in range(0, len(samples), _PIECE):
            whole[start : start + _PIECE] = self._saturated(self._rounded(samples[start : start + _PIECE]))
        return whole

    def scaled(self, samples: NDArray[np.float32]) -> NDArray[np.float64]:
        """The samples in LSB."""
        return np.multiply(samples, self._scale, dtype=np.float64)

    def dithered(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Whole numbers of all values in LSB, those on the grid too, with the dither of the next frames."""
        # floor(x + 1/2), and -floor(-x + 1/2) where mirrored: the same up to signs, also on ties.
        whole: NDArray[np.float64] = np.floor(values * self._sign + self._dither(values.shape) + 0.5)
        whole *= self._sign
        return whole

    def _rounded(self, samples: NDArray[np.float32]) -> NDArray[np.float64]:
        values = self.scaled(samples)
        is_whole = values == np.rint(values)
        if is_whole.all():
            # Every frame has its own dither, whichever are dithered.
            self.skip(*values.shape)
            return values
        return np.where(is_whole, values, self.dithered(values))

    def _saturated(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.clip(values, -self._scale, self._scale - 1.0, out=values)

    def skip(self, frames: int, channels: int) -> None:
        """Leave out the dither of some frames."""
        self._steps.advance(frames * _steps_for(channels))

    def _dither(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """The difference of two uniform values, quarters of a step's 64 bits: triangular over -1..1 LSB."""
        frames, channels = shape
        pairs = self._steps.random_raw(frames * _steps_for(channels)).view(np.int32)
        dither = pairs >> 16
        pairs &= 0xFFFF
        dither -= pairs
        # The lower halves were counted from 0, the upper ones from -32768.
        dither += 1 << 15
        scaled: NDArray[np.float64] = np.multiply(dither, _HALF_STEP, dtype=np.float64)
        return scaled.reshape(frames, -1)[:, :channels]


class PartsQuantiser:
    """Rounds the parts of a whole to `bits`-bit integers that sum to the whole wherever it lies on the integer grid.

    The whole is the parts' own float32 sum, the last two added first, then each earlier one, as a chain of separations
    defines it. Where it is a whole number of LSB (to 1/64, which float32 may have rounded), parts on the grid pass
    unchanged, the others are dithered, and the last of these is what is left of the whole: the sum is exact, for any
    number of parts.
    Of two parts the second one's error is then the negative of the first one's; of n dithered parts the last one's
    error has up to n - 1 times the power of the others'. Elsewhere (a source of more bits, gain, resampling) all but
    digital silence is dithered, with alternating sign: two parts then miss their sum by one LSB at most (by 1.5, a
    single part's own error, where the other one is silent). What is beyond full scale saturates, and no other part
    makes up for it.
    """

    def __init__(self, bits: int, parts: int) -> None:
        self._scale = float(1 << (bits - 1))
        # One seed a pair: within it the dither cancels. Further pairs must not repeat it.
        self._quantisers = [Quantiser(bits, seed=part // 2, mirrored=part % 2 == 1) for part in range(parts)]

    def quantise(self, parts: Sequence[NDArray[np.float32]]) -> list[NDArray[np.int32]]:
        """Integers of each part (frames, channels), full scale at +-1; all of one shape."""
        made = [np.empty(part.shape, np.int32) for part in parts]
        for start in range(0, len(parts[0]), _PIECE):
            piece = slice(start, start + _PIECE)
            for out, values in zip(made, self._quantised([part[piece] for part in parts]), strict=True):
                out[piece] = values
        return made

    def _quantised(self, parts: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float64]]:
        values = [quantiser.scaled(part) for quantiser, part in zip(self._quantisers, parts, strict=True)]
        # Reversed and in float32, as the parts were made: any other order would round otherwise.
        whole = self._quantisers[0].scaled(reduce(np.add, reversed(parts)))
        nearest = np.rint(whole)
        is_exact = np.abs(whole - nearest) <= _ON_GRID
        is_free = [np.where(is_exact, value != np.rint(value), value != 0.0) for value in values]
        rounded = [
            self._rounded(quantiser, value, free)
            for quantiser, value, free in zip(self._quantisers, values, is_free, strict=True)
        ]
        off = np.where(is_exact, nearest - sum(rounded), 0.0)
        # More than rounding can leave is a part beyond full scale: no other one may be bent by so much.
        off[np.abs(off) > 2 * len(parts)] = 0.0
        if off.any():
            self._share(off, rounded, is_free)
        return rounded

    def _rounded(
        self, quantiser: Quantiser, values: NDArray[np.float64], free: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """In range; what lies on the grid is as it was."""
        if not free.any():
            quantiser.skip(*values.shape)
            rounded = values
        else:
            rounded = np.where(free, quantiser.dithered(values), values)
        return np.clip(rounded, -self._scale, self._scale - 1.0)

    def _share(
        self, off: NDArray[np.float64], rounded: list[NDArray[np.float64]], is_free: list[NDArray[np.bool_]]
    ) -> None:
        """Add what the sum lacks to the last part that is dithered, and what would saturate there to another one."""
        everywhere = np.ones(off.shape, np.bool_)
        for part, takes in (*reversed([*enumerate(is_free)]), *((part, everywhere) for part in range(len(rounded)))):
            filled = np.clip(rounded[part] + np.where(takes, off, 0.0), -self._scale, self._scale - 1.0)
            off -= filled - rounded[part]
            rounded[part] = filled
            if not off.any():
                return


def _steps_for(channels: int) -> int:
    """Steps of the generator a frame: one serves two channels."""
    return (channels + 1) // 2
