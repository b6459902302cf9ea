"""Reduction of float samples to 16 or 24 bits."""

import numpy as np
from numpy.typing import NDArray

_HALF_STEP = 2.0**-16
"""Scale from a 16-bit integer to a uniform value over one LSB."""
_PIECE = 8192
"""Frames processed at a time: they stay in the processor's cache, which halves the time."""


class Quantiser:
    """Rounds samples to `bits`-bit integers, with triangular (TPDF) dither of +-1 LSB where they need it.

    Samples that lie on the integer grid already pass unchanged, so that a 24-bit recording stays as it is; from the
    first one off the grid on, all are dithered. The result does not depend on how a sound is cut into blocks.
    A `mirrored` quantiser adds the negative of what another one adds: two parts of a whole, rounded by such a pair, sum
    to the whole again, because their dither cancels and so, if the whole lies on the grid, does their rounding.
    Dither: Lipshitz, Wannamaker and Vanderkooy, "Quantization and Dither", JAES 40 (1992).
    """

    def __init__(self, bits: int, seed: int = 0, mirrored: bool = False) -> None:
        self._scale = float(1 << (bits - 1))
        self._steps = np.random.PCG64(seed)
        self._width = -_HALF_STEP if mirrored else _HALF_STEP
        self._dithering = False

    def quantise(self, samples: NDArray[np.float32]) -> NDArray[np.int32]:
        """Integers of `samples` (frames, channels), full scale at +-1.

        The highest integer stands for +1 too; beyond +-1 the result saturates: check the peak before.
        """
        whole = np.empty(samples.shape, np.int32)
        for start in range(0, len(samples), _PIECE):
            whole[start : start + _PIECE] = self._quantise_piece(samples[start : start + _PIECE])
        return whole

    def _quantise_piece(self, samples: NDArray[np.float32]) -> NDArray[np.float64]:
        values = np.multiply(samples, self._scale, dtype=np.float64)
        first = 0
        if not self._dithering:
            first = _first_off_grid(values)
            self._dithering = first < len(values)
            # Every frame has its own dither, whenever dithering begins.
            self._steps.advance(first * _steps_for(values.shape[1]))
        if self._dithering:
            values[first:] += self._dither(values[first:].shape)
            np.rint(values, out=values)
        return np.clip(values, -self._scale, self._scale - 1.0, out=values)

    def _dither(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """The difference of two uniform values, 16 of a generator step's 64 bits each: triangular over -1..1 LSB."""
        frames, channels = shape
        pairs = self._steps.random_raw(frames * _steps_for(channels)).view(np.int32)
        dither = pairs >> 16
        pairs &= 0xFFFF
        dither -= pairs
        # The lower halves were counted from 0, the upper ones from -32768.
        dither += 1 << 15
        scaled: NDArray[np.float64] = np.multiply(dither, self._width, dtype=np.float64)
        return scaled.reshape(frames, -1)[:, :channels]


def _steps_for(channels: int) -> int:
    """Generator steps per frame: one serves two channels."""
    return (channels + 1) // 2


def _first_off_grid(values: NDArray[np.float64]) -> int:
    """The first frame with a value that is no integer, or the number of frames."""
    off = (values != np.rint(values)).any(axis=1)
    return int(off.argmax()) if off.any() else len(off)
