"""Replacing a stretch of one result by that of another, with cross-fades at its ends."""

from collections.abc import Generator
from dataclasses import replace
from math import ceil

import numpy as np

from samstudio.separation.correction.derive import corrected_at_once
from samstudio.separation.stems import exact_residual
from samstudio.session.cell_grid import CellGrid
from samstudio.session.clip import Samples
from samstudio.session.correction import Correction
from samstudio.session.scratch import forget_pages, scratch_array
from samstudio.session.stretch import Stretch, joined, without
from samstudio.session.take import Sound, SplicedPart, Stems

FADE_SECONDS = 0.02
"""Length of the cross-fades, which lie inside the stretch."""
PIECE = 1 << 18
"""Frames copied at once."""
NOTHING_DIFFERS = "It sounds as before: change the text, the spans or a setting first, then redo the selection."
_ALIKE = 1e-5
"""-100 dBFS: less is not heard."""
EDITED = "edited"
"""The origin of what was corrected before it was put in."""


def spliced(
    base: Sound,
    other: Sound,
    whole: Samples | None,
    rate: int,
    frame_range: tuple[int, int],
    origin: str,
    *,
    is_exact: bool,
    keeps_edits: bool = False,
) -> Generator[float, None, Sound]:
    """`base` with `other` in `frame_range` (start and end), in new scratch arrays; yields how much is done, 0..1.

    `whole` (frames, channels) is what both were separated from; None: what `base` sums to. With `is_exact` the residual
    is what is left of it, else it is cross-faded too. Outside the range `other` is not read. `origin` names the
    source in the sound's parts. With `keeps_edits` what was painted by hand stays a correction of the result, whose
    strength is that of `base`. Raises ScratchError.
    """
    edits = (base.correction, other.correction) if keeps_edits else ()
    if edits:
        base, other = (replace(sound.stored, correction=Correction()) for sound in (base, other))
    frames, channels = base.stems.target.shape
    target, residual = scratch_array(frames, channels), scratch_array(frames, channels)
    withheld = None if base.withheld is None and other.withheld is None else scratch_array(frames, channels)
    for start in range(0, frames, PIECE):
        piece = slice(start, min(start + PIECE, frames))
        gains = _gains(piece, rate, frame_range, frames)
        target[piece], residual[piece] = _spliced_stems(base, other, whole, piece, gains, is_exact=is_exact)
        if withheld is not None:
            before, after = (
                np.zeros_like(target[piece]) if it is None else np.array(it[piece])
                for it in (base.withheld, other.withheld)
            )
            withheld[piece] = _faded(before, after, gains)
        for array in (whole, target, residual, withheld, *_arrays(base), *_arrays(other)):
            if array is not None:
                forget_pages(array)
        yield piece.stop / frames
    seconds = frame_range[0] / rate, frame_range[1] / rate
    # The corrections are in the new stems, which nothing else tells of.
    put_in = () if base.correction.is_neutral else (SplicedPart(0.0, frames / rate, EDITED),)
    origin = origin if other.correction.is_neutral else f"{origin}, {EDITED}"
    parts = (part for part in (*base.parts, *put_in) if not seconds[0] <= part.start < part.end <= seconds[1])
    made = Sound(
        Stems(target, residual),
        _absent(base.absent, other.absent, seconds),
        withheld,
        (*parts, SplicedPart(*seconds, origin)),
    )
    return (yield from _with_edits(made, *edits, whole, rate, frame_range)) if edits else made


def _with_edits(
    made: Sound, before: Correction, after: Correction, whole: Samples | None, rate: int, frame_range: tuple[int, int]
) -> Generator[float, None, Sound]:
    """`made` with what was painted by hand: in the range that of `after`, elsewhere that of `before`."""
    grid, frames, (first, last) = CellGrid(rate), len(made.stems.target), frame_range
    cells = ceil(first / grid.hop), grid.frames_in(frames) if last == frames else ceil(last / grid.hop)
    steps = corrected_at_once(replace(made, correction=before.with_frames_of(after, *cells)), whole, rate)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            sound: Sound = end.value
            return sound
        yield 1.0


def limit_to_range(sound: Sound, whole: Samples, rate: int, frame_range: tuple[int, int], *, is_exact: bool) -> None:
    """Give stems, in place, that exist in `frame_range` (start and end) only, short fades at its ends.

    There the target comes from silence and goes into it; `whole` (frames, channels) is what the stems sum to, with
    `is_exact` to the last bit. Outside the range nothing is changed.
    """
    (first, last), frames = frame_range, len(whole)
    fade = min(round(FADE_SECONDS * rate), (last - first) // 2)
    for piece in (slice(first, first + fade), slice(last - fade, last)):
        gains = _gains(piece, rate, frame_range, frames)
        source = np.array(whole[piece])
        target = sound.stems.target[piece] * gains
        if is_exact:
            target, residual = exact_residual(source, target)
        else:
            residual = _faded(source, sound.stems.residual[piece], gains)
        sound.stems.target[piece], sound.stems.residual[piece] = target, residual
        if sound.withheld is not None:
            sound.withheld[piece] *= gains


def splice_piece(
    base: Sound,
    other: Sound,
    whole: Samples,
    rate: int,
    frame_range: tuple[int, int],
    piece: slice,
    *,
    is_exact: bool,
) -> tuple[Samples, Samples]:
    """Target and residual of one piece of what `spliced` makes of the same, (n, channels) each."""
    gains = _gains(piece, rate, frame_range, len(whole))
    return _spliced_stems(base, other, whole, piece, gains, is_exact=is_exact)


def _spliced_stems(
    base: Sound, other: Sound, whole: Samples | None, piece: slice, gains: Samples, *, is_exact: bool
) -> tuple[Samples, Samples]:
    """Target and residual of one piece, (n, channels) each."""
    old, rest = np.array(base.stems.target[piece]), np.array(base.stems.residual[piece])
    inside = gains[:, 0] > 0
    if not inside.any():
        return old, rest
    new = _faded(old, other.stems.target[piece], gains)
    if is_exact:
        new, left = exact_residual(old + rest if whole is None else np.array(whole[piece]), new)
    else:
        left = _faded(rest, other.stems.residual[piece], gains)
    # Outside, the stems stay what they were to the last bit.
    outside = ~inside
    new[outside], left[outside] = old[outside], rest[outside]
    return new, left


def _gains(piece: slice, rate: int, frame_range: tuple[int, int], frames: int) -> Samples:
    """(n, 1) 0..1: the gain of the other sound. Where the range ends with the sound, there is no fade."""
    first, last = frame_range
    fade = max(1, min(round(FADE_SECONDS * rate), (last - first) // 2))
    number = np.arange(piece.start, piece.stop, dtype=np.float64)
    rising = np.ones(len(number)) if first == 0 else (number - first + 1) / (fade + 1)
    falling = np.ones(len(number)) if last == frames else (last - number) / (fade + 1)
    gains = np.clip(np.minimum(rising, falling), 0.0, 1.0)
    gains[(number < first) | (number >= last)] = 0.0
    return gains.astype(np.float32)[:, np.newaxis]


def _faded(old: Samples, new: Samples, gains: Samples) -> Samples:
    """A linear cross-fade, which keeps the level because the two sounds are alike there."""
    return np.where(gains == 1, new, np.where(gains == 0, old, old + (new - old) * gains)).astype(
        np.float32, copy=False
    )


def _arrays(sound: Sound) -> tuple[Samples | None, ...]:
    return sound.stems.target, sound.stems.residual, sound.withheld


def _absent(before: tuple[Stretch, ...], after: tuple[Stretch, ...], stretch: Stretch) -> tuple[Stretch, ...]:
    """The absent stretches: those of `after` inside the stretch, those of `before` outside."""
    start, end = stretch
    inside = ((max(low, start), min(high, end)) for low, high in after)
    return joined((*without(before, (stretch,)), *(part for part in inside if part[0] < part[1])))


def is_alike(before: Samples, after: Samples) -> bool:
    """Whether no difference between two sounds (frames, channels) is heard."""
    pieces = (slice(start, start + PIECE) for start in range(0, len(before), PIECE))
    return all(float(np.abs(before[piece] - after[piece]).max()) <= _ALIKE for piece in pieces)
