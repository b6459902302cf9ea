"""Overriding the presence gate: in a stretch of time the target gets back what was withheld from it."""

from collections.abc import Generator, Sequence

import numpy as np

from samstudio.separation.stems import MUTE_RAMP_SECONDS, exact_residual
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages, scratch_array
from samstudio.session.stretch import Stretch, without
from samstudio.session.take import Sound, Stems

PIECE = 1 << 18
"""Frames copied at once."""


def let_through(
    sound: Sound, clip: Samples | None, rate: int, stretch: Stretch, *, is_exact: bool
) -> Generator[float, None, Sound]:
    """The sound without the gate in `stretch` (seconds), in new scratch arrays; yields how much is done, 0..1.

    The gate is the engine's: the stems are those that it made, and the correction is still to be applied to the result.

    `clip` (frames, channels) is what was separated; None: what the stems sum to. With `is_exact` the residual is what
    is left of it, else it is the model's own and stays as it is. Where `stretch` ends within an absent stretch, a ramp
    leads to silence; at the ends of the absent stretches the gate has its own ramps.
    """
    sound = sound.stored
    if sound.withheld is None:
        return sound
    frames, channels = sound.stems.target.shape
    target, withheld = scratch_array(frames, channels), scratch_array(frames, channels)
    residual = scratch_array(frames, channels) if is_exact else None
    anything_left = False
    for start in range(0, frames, PIECE):
        place = slice(start, min(start + PIECE, frames))
        kept, rest, gone = (np.array(it[place]) for it in (sound.stems.target, sound.stems.residual, sound.withheld))
        opening = _opening(start, len(kept), rate, stretch, sound.absent)[:, None]
        if opening.any():
            full = kept + gone
            louder = np.where(opening == 1, full, kept + gone * opening)
            if is_exact:
                louder, made = exact_residual(kept + rest if clip is None else np.array(clip[place]), louder)
                # Elsewhere the stems stay what they were, whatever the clip's last bits are.
                louder, rest = np.where(opening > 0, louder, kept), np.where(opening > 0, made, rest)
            kept, gone = louder, full - louder
        target[place], withheld[place] = kept, gone
        if residual is not None:
            residual[place] = rest
        anything_left = anything_left or bool(gone.any())
        for array in (clip, target, residual, withheld, sound.stems.target, sound.stems.residual, sound.withheld):
            if array is not None:
                forget_pages(array)
        yield place.stop / frames
    stems = Stems(target, sound.stems.residual if residual is None else residual)
    absent, left = without(sound.absent, (stretch,)), withheld if anything_left else None
    return Sound(stems, absent, left, sound.parts, sound.correction)


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
