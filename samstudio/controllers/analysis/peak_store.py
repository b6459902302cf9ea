"""Peaks of every sound that was shown, so that a take that is selected again is shown at once."""

import itertools
import weakref
from functools import partial

import numpy as np
from numpy.typing import NDArray

from samstudio.dsp.peaks import PeakPyramid
from samstudio.session.clip import Samples
from samstudio.session.scratch import ScratchError, scratch_array


class PeakStore:
    """Keeps a pyramid and a serial number for each array of samples, as long as the array exists.

    Pyramids are on disk, so that memory stays free.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[weakref.ref[Samples], PeakPyramid, int]] = {}
        self._serials = itertools.count()

    def peaks_of(self, samples: Samples) -> PeakPyramid:
        """The pyramid of this sound: an empty one at first."""
        if id(samples) not in self._kept:
            self.adopt(samples, PeakPyramid(samples.shape[0], samples.shape[1], _allocate))
        return self._kept[id(samples)][1]

    def serial_of(self, samples: Samples) -> int:
        """The number of this sound, whose peaks are kept here."""
        return self._kept[id(samples)][2]

    def adopt(self, samples: Samples, peaks: PeakPyramid) -> None:
        """Keep `peaks` as those of `samples`, under a new number."""
        name = id(samples)
        # Another array may get the same id later: the entry goes with this array.
        reference = weakref.ref(samples, partial(_forget, self._kept, name))
        self._kept[name] = reference, peaks, next(self._serials)

    def forget(self, samples: Samples) -> None:
        """Keep nothing of this sound: its peaks are about to become those of another."""
        self._kept.pop(id(samples), None)


def _forget(
    kept: dict[int, tuple[weakref.ref[Samples], PeakPyramid, int]], name: int, gone: weakref.ref[Samples]
) -> None:
    # By now the entry may be another one's.
    if name in kept and kept[name][0] is gone:
        del kept[name]


def _allocate(count: int) -> NDArray[np.float32]:
    try:
        return scratch_array(count, 1)[:, 0]
    except ScratchError:
        # A full disk is reported by whatever writes a stem; the peaks are small enough for memory.
        return np.zeros(count, np.float32)
