"""Peaks of every sound that was shown, so that a take that is selected again is shown at once."""

import weakref
from functools import partial

import numpy as np
from numpy.typing import NDArray

from samstudio.dsp.peaks import PeakPyramid
from samstudio.session.clip import Samples
from samstudio.session.scratch import ScratchError, scratch_array


class PeakStore:
    """Keeps a pyramid for each array of samples, as long as the array exists; on disk, so that memory stays free."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[weakref.ref[Samples], PeakPyramid]] = {}

    def peaks_of(self, samples: Samples) -> PeakPyramid:
        """The pyramid of this sound: an empty one at first."""
        if id(samples) not in self._kept:
            self.adopt(samples, PeakPyramid(samples.shape[0], samples.shape[1], _allocate))
        return self._kept[id(samples)][1]

    def adopt(self, samples: Samples, peaks: PeakPyramid) -> None:
        """Keep `peaks` as those of `samples`."""
        name = id(samples)
        # Another array may get the same id later: the entry goes with this array.
        self._kept[name] = weakref.ref(samples, partial(_forget, self._kept, name)), peaks


def _forget(kept: dict[int, tuple[weakref.ref[Samples], PeakPyramid]], name: int, _gone: object) -> None:
    kept.pop(name, None)


def _allocate(count: int) -> NDArray[np.float32]:
    try:
        return scratch_array(count, 1)[:, 0]
    except ScratchError:
        # A full disk is reported by whatever writes a stem; the peaks are small enough for memory.
        return np.zeros(count, np.float32)
