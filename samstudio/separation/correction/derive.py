"""Brings stems up to their correction, and computes no more than what has changed."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from samstudio.separation.correction.cells import CorrectionBasis, corrected_segments
from samstudio.separation.correction.patched_copy import PatchedCopy, patch_count
from samstudio.session.cell_grid import CellGrid
from samstudio.session.clip import Samples
from samstudio.session.correction import BLOCK, CellField, Correction
from samstudio.session.scratch import ScratchFile, forget_pages
from samstudio.session.take import Sound, Stems

CHUNK = 64
"""Segments computed at once, some 0.7 s: what they need stays in the processor's cache."""
AHEAD = 6
"""Chunks after the playhead that come first, then as many before it, then twice as many after it, and so on."""
MOST_EDITED = 128 << 20
"""Bytes of sound that are computed before any of it is heard; more than that is heard from the playhead on."""
MOST_PATCHES = 2000
"""Of a stem; the system maps some 60 000 parts of files at the same time."""
MOST_FIRST = 0.25
"""Of the sound that strokes may change and still be computed before another strength."""
_FORGET_CHUNKS = 48
Flags = NDArray[np.bool_]
FrameRange = tuple[int, int]


@dataclass(frozen=True, eq=False)
class PartlyCorrected:
    """Stems that have their new sound in the frames `start` to `stop` so far, and elsewhere none."""

    stems: Stems
    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class Corrected:
    """The sound with its correction, and the frame ranges in which its stems differ from those it had before."""

    sound: Sound
    changed: tuple[FrameRange, ...]

    @property
    def hull(self) -> FrameRange:
        """From the first frame that differs to the last."""
        return (self.changed[0][0], self.changed[-1][1]) if self.changed else (0, 0)


Steps = Generator[PartlyCorrected | None, None, Corrected]


def corrected(sound: Sound, whole: Samples | None, rate: int, playhead: int = 0) -> Steps:
    """Bring the stems of a sound up to its correction. Raises ScratchError.

    `whole` (frames, channels) is what the stems must sum to; None: what they sum to now. The new stems are other
    arrays, or those that the engine made. Where little has changed, that costs time and room in proportion; else they
    come from frame `playhead` on in both directions, and each step is a PartlyCorrected.
    """
    if sound.is_up_to_date:
        return Corrected(sound, ())
    basis = CorrectionBasis(sound.made, whole, CellGrid(rate))
    applied = sound.applied or Correction()
    base, of_base = (
        (sound.stems, applied) if applied.strength_db == sound.correction.strength_db else (sound.made, Correction())
    )
    changed = _changed_segments(basis, of_base, sound.correction)
    hop = basis.grid.hop
    size = int(changed.sum()) * hop * sound.made.target.shape[1] * 2 * sound.made.target.itemsize
    if sound.correction.is_neutral:
        stems = sound.made
    elif size <= MOST_EDITED and patch_count(base.target) < MOST_PATCHES and not changed.all():
        stems = yield from _edited(basis, sound.correction, base, changed)
    else:
        stems = yield from _rewritten(basis, sound.correction, base, changed, playhead // hop)
    differs = changed if base is sound.stems else np.ones_like(changed)
    ranges = tuple((first * hop, min(stop * hop, basis.frames)) for first, stop in runs(differs))
    return Corrected(sound.with_stems(stems, sound.correction), ranges)


def strokes_first(sound: Sound, rate: int) -> Sound:
    """The sound with what its correction is to be next.

    Another strength changes everything, which takes long: strokes that change little come before, at the strength that
    the stems have.
    """
    wanted, applied = sound.correction, sound.applied or Correction()
    if wanted.strength_db == applied.strength_db or wanted.cells == applied.cells:
        return sound
    frames = CellGrid(rate).frames_in(len(sound.made.target))
    if changed_frames(wanted.cells, applied.cells, frames).mean() > MOST_FIRST:
        return sound
    return replace(sound, correction=replace(wanted, strength_db=applied.strength_db))


def corrected_at_once(sound: Sound, whole: Samples | None, rate: int) -> Generator[None, None, Sound]:
    """`corrected`, for work that goes on with the sound when it is there."""
    steps = corrected(sound, whole, rate)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: Corrected = end.value
            return made.sound
        yield


def _changed_segments(basis: CorrectionBasis, before: Correction, after: Correction) -> Flags:
    """(K,) the segments in which two corrections may make a difference."""
    if before.strength_db != after.strength_db:
        return np.ones(basis.segments, bool)
    frames = changed_frames(before.cells, after.cells, basis.grid.frames_in(basis.frames))
    # Frame n reaches the segments n - 2 to n + 1.
    padded = np.pad(frames, (1, 2))
    reached = padded[:-3] | padded[1:-2] | padded[2:-1] | padded[3:]
    return reached[: basis.segments]


def changed_frames(one: CellField, other: CellField, frames: int) -> Flags:
    """(frames,) the STFT frames in which two fields have other values."""
    flags = np.zeros(-(-frames // BLOCK) * BLOCK, bool)
    for place in one.blocks.keys() | other.blocks.keys():
        mine, yours = one.blocks.get(place), other.blocks.get(place)
        if mine is yours or place[0] * BLOCK >= frames:
            continue
        rows = flags[place[0] * BLOCK : (place[0] + 1) * BLOCK]
        rows |= np.any((0 if mine is None else mine) != (0 if yours is None else yours), axis=1)
    return flags[:frames]


def _edited(
    basis: CorrectionBasis, correction: Correction, base: Stems, changed: Flags
) -> Generator[None, None, Stems]:
    """Copies of the base, with the changed segments written."""
    target, residual = PatchedCopy(base.target), PatchedCopy(base.residual)
    for first, stop in runs(changed, CHUNK):
        made = corrected_segments(basis, correction, first, stop)
        target.write(first * basis.grid.hop, made.target)
        residual.write(first * basis.grid.hop, made.residual)
        yield
    return Stems(target.samples, residual.samples)


def _rewritten(
    basis: CorrectionBasis, correction: Correction, base: Stems, changed: Flags, origin: int
) -> Generator[PartlyCorrected, None, Stems]:
    """Stems on the scratch disk, of which what has not changed comes from the base."""
    hop, shape = basis.grid.hop, basis.made.target.shape
    with ScratchFile(*shape) as target, ScratchFile(*shape) as residual:
        stems = Stems(target.samples, residual.samples)
        start = stop = min(max(0, origin), basis.segments)
        for number, (first, last) in enumerate(outwards(basis.segments, start)):
            if changed[first:last].any():
                made = corrected_segments(basis, correction, first, last)
            else:
                made = Stems(*(samples[first * hop : last * hop] for samples in (base.target, base.residual)))
            target.write(first * hop, made.target)
            residual.write(first * hop, made.residual)
            start, stop = min(start, first), max(stop, last)
            if number % _FORGET_CHUNKS == 0:
                _forget(basis, base, stems)
            yield PartlyCorrected(stems, start * hop, min(stop * hop, basis.frames))
        _forget(basis, base, stems)
    return stems


def outwards(count: int, origin: int) -> Iterator[tuple[int, int]]:
    """Chunks of `count` segments (first, stop), each beside those before it: see AHEAD."""
    first, stop, length = origin, origin, AHEAD
    while first > 0 or stop < count:
        for _ in range(length):
            if stop < count:
                yield stop, min(stop + CHUNK, count)
                stop = min(stop + CHUNK, count)
        for _ in range(length):
            if first > 0:
                yield max(0, first - CHUNK), first
                first = max(0, first - CHUNK)
        length *= 2


def runs(flags: Flags, most: int | None = None) -> Iterator[tuple[int, int]]:
    """First and stop of every run of set flags, in pieces of `most` at most."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    for first, stop in edges.reshape(-1, 2).tolist():
        step = most or stop - first
        yield from ((start, min(start + step, stop)) for start in range(first, stop, step))


def _forget(basis: CorrectionBasis, *all_stems: Stems) -> None:
    for stems in (basis.made, *all_stems):
        forget_pages(stems.target)
        forget_pages(stems.residual)
    if basis.whole is not None:
        forget_pages(basis.whole)
