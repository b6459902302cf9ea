"""The grid of cells, time by frequency, in which a take's sound is corrected."""

from dataclasses import dataclass
from functools import cached_property
from math import log2

FRAME_SECONDS = 2048 / 44100
"""Length of an STFT frame: speech and music both are sparse at about 46 ms."""


@dataclass(frozen=True)
class CellGrid:
    """The cells of an STFT with 75 % overlap at `sample_rate` Hz; frame n is centred on sample n * hop."""

    sample_rate: int

    @cached_property
    def size(self) -> int:
        """Frame length in samples, the power of two nearest to FRAME_SECONDS; 8 at least."""
        return max(8, int(2 ** round(log2(self.sample_rate * FRAME_SECONDS))))

    @property
    def hop(self) -> int:
        """Samples from frame to frame."""
        return self.size // 4

    @property
    def bins(self) -> int:
        """Cells of a frame, from 0 Hz to half the sample rate."""
        return self.size // 2 + 1

    def frames_in(self, samples: int) -> int:
        """STFT frames that are centred within a sound of `samples` frames, or on its end."""
        return samples // self.hop + 1

    def frame_of(self, seconds: float) -> float:
        """The STFT frame, with its fraction, at a time."""
        return seconds * self.sample_rate / self.hop

    def seconds_of(self, frame: float) -> float:
        """The time on which an STFT frame is centred."""
        return frame * self.hop / self.sample_rate

    def bin_of(self, hz: float) -> float:
        """The bin, with its fraction, at a frequency."""
        return hz * self.size / self.sample_rate

    def hz_of(self, row: float) -> float:
        """The frequency on which a bin is centred."""
        return row * self.sample_rate / self.size
