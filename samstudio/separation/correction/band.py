"""Stems limited to a band of frequencies: a correction that can be restored, like any edit by hand."""

from dataclasses import replace
from math import ceil, floor

import numpy as np

from samstudio.separation.correction.derive import corrected_at_once
from samstudio.separation.steps import finish
from samstudio.session.cell_grid import CellGrid
from samstudio.session.clip import Samples
from samstudio.session.correction import CellMask, Direction
from samstudio.session.stretch import Stretch
from samstudio.session.take import Sound

NOTICE = (
    "Only {:.0f} – {:.0f} Hz is in the target: what was separated at other frequencies was moved to the residual, "
    "from where Restore brings it back."
)


def limited_to_band(
    sound: Sound, whole: Samples | None, rate: int, frame_range: tuple[int, int], band: Stretch
) -> Sound:
    """`sound` with nothing in its target outside a `band` (Hz), from one frame to another.

    `whole` (frames, channels) is what the stems sum to; None: what they sum to. Raises ScratchError.
    """
    grid, correction = CellGrid(rate), sound.correction
    first, last = floor(frame_range[0] / grid.hop), ceil(frame_range[1] / grid.hop) + 1
    low, high = (min(max(0, round(grid.bin_of(hz))), grid.bins) for hz in band)
    for start, stop in ((0, low), (high + 1, grid.bins)):
        if start < stop:
            weights = np.broadcast_to(np.full(stop - start, 255, np.uint8), (last - first, stop - start))
            correction = correction.painted(CellMask(first, start, weights), Direction.TO_RESIDUAL, 1.0)
    # No edit by hand: it counts no strokes.
    correction = replace(correction, strokes=sound.correction.strokes)
    return finish(corrected_at_once(replace(sound, correction=correction), whole, rate))
