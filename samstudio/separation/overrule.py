"""Overruling the presence gate: the target gets back, in a stretch of time, what was withheld from it."""

from collections.abc import Generator, Sequence

import numpy as np

from samstudio.separation.stems import MUTE_RAMP_SECONDS, exact_residual
from samstudio.separation.stretches import Stretch, without
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages, scratch_array
from samstudio.session.take import Sound, Stems

PIECE = 1 << 18
"""Frames copied at once."""


def let_through(
    sound: Sound, clip: Samples | None, rate: int, stretch: Stretch, *, is_exact: bool
) -> Generator[float, None, Sound]:
    """The sound without the gate in `stretch` (seconds), in new scratch arrays; yields how much is done, 0..1.

    `clip` (frames, channels) is what was separated; None: what the stems sum to. With `is_exact` the residual is what is left of it, else the
    model's own and stays. Within the absent stretches it ends with ramps; their own ends need none.
    """
    if sound.withheld is None:
        return sound
    frames, channels = sound.stems.target.shape
    target, withheld = scratch_array(frames, channels), scratch_array(frames, channels)
    residual = scratch_array(frames, channels) if is_exact else sound.stems.residual
    anything_left = False
    for start in range(0, frames, PIECE):
        place = slice(start, min(start + PIECE, frames))
        kept, gone = np.array(sound.stems.target[place]), np.array(sound.withheld[place])
        opening = _opening(start, len(kept), rate, stretch, sound.absent)[:, None]
        full = kept + gone
        target[place] = np.where(opening == 1, full, kept + gone * opening)
        if is_exact:
            # Elsewhere target and residual are what they were, whatever the clip's last bits are.
            rest = np.array(sound.stems.residual[place])
            new = exact_residual(kept + rest if clip is None else np.array(clip[place]), target[place])
            for array, made, old in zip((target, residual), new, (kept, rest), strict=True):
                array[place] = np.where(opening > 0, made, old)
        withheld[place] = full - target[place]
        anything_left = anything_left or bool(withheld[place].any())
        for array in (target, residual, withheld, sound.stems.target, sound.stems.residual, sound.withheld):
            forget_pages(array)
        if clip is not None:
            forget_pages(clip)
        yield place.stop / frames
    stems = Stems(target, residual)
    return Sound(stems, without(sound.absent, (stretch,)), withheld if anything_left else None)


def _opening(first: int, count: int, rate: int, stretch: Stretch, absent: Sequence[Stretch]) -> Samples:
    """(count,) 0..1 from frame `first` on: how much of what was withheld is given back."""
    opening = np.zeros(count, np.float32)
    for start, end in absent:
        low, high = max(start, stretch[0]), min(end, stretch[1])
        if low >= high:
            continue
        begin, stop = round(low * rate), round(high * rate)
        ramp = max(1, min(round(MUTE_RAMP_SECONDS * rate), (stop - begin) // 2))
        place = np.arange(max(begin, first), min(stop, first + count))
        gains = np.ones(len(place), np.float32)
        if low > start:
            gains = np.minimum(gains, (place - begin + 1) / ramp)
        if high < end:
            gains = np.minimum(gains, (stop - place) / ramp)
        opening[place - first] = np.clip(gains, 0, 1)
    return opening
