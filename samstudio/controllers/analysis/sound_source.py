"""A sound that the timeline shows: its samples, how far they exist, and its peaks."""

from dataclasses import dataclass

from samstudio.dsp.peaks import PeakPyramid
from samstudio.session.clip import Samples


@dataclass(frozen=True, eq=False)
class SoundSource:
    """A channel's sound, of which `frames_ready` frames exist, and its peaks."""

    samples: Samples
    sample_rate: int
    frames_ready: int
    peaks: PeakPyramid
    serial: int
    """A number that no other sound has; a sound that is changed gets another one."""


def is_start_of(samples: Samples, whole: Samples) -> bool:
    """Whether `samples` are the first frames of `whole`, in the same memory."""
    same_place = samples.ctypes.data == whole.ctypes.data and samples.strides == whole.strides
    return same_place and 0 < len(samples) <= len(whole)
