"""Spans told from an object's motion: it sounds where it is struck or moves with a sound, others where it rests.

For engines that do not look at the video. N frames; thresholds were chosen with benchmarks/motion_spans.py.
"""

from collections.abc import Generator
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from samstudio.separation.engine import Video
from samstudio.separation.video.contract import Picture
from samstudio.session.clip import Samples
from samstudio.session.prompt import Sign, Span
from samstudio.session.video.mask_track import Mask, MaskTrack

_SIDE = 160
"""Pixels of the longer side, at most twice as many, at which motion is seen."""
_MOVES, _SOUNDS, _BEGINS = 0.35, 0.15, 0.25
"""Shares of the nearly largest motion, level and rise of level from which a thing moves, sounds and begins to."""
_UNREST = 3.0
"""How much more than usually a thing moves that is struck."""
_SOUNDING, _RESTING, _OTHER = 0.2, 0.32, 0.24
"""Seconds that a struck thing is taken to sound; until it may be silent; that the beginning of another one counts."""
_NEAR = 0.08
"""Seconds between motion and sound that belong together."""
_SHORTEST = 3
"""Frames of a span."""
_MOST_OF_PICTURE = 0.8
"""An object that fills more of the picture is none that was told from the rest: its motion says nothing."""
_Flags = NDArray[np.bool_]
_Curve = NDArray[np.float64]


def motion_spans(
    video: Video, track: MaskTrack, samples: Samples, sample_rate: int
) -> Generator[float, None, tuple[Span, ...]]:
    """The spans in order of time, none where motion and sound say nothing; yields the fraction done.

    `samples` (frames, channels) of the clip. Passes on what reading the video raises.
    """
    times = np.array(track.times)
    if len(times) < 2 * _SHORTEST:
        return ()
    step = float(np.median(np.diff(times)))
    moved: list[float] = []
    before: tuple[_Curve, Mask] | None = None
    with closing(video.frames_at(track.times)) as pictures:
        for index, picture in enumerate(pictures):
            now = _small_grey(picture), track.mask(index)
            is_next = index > 0 and times[index] - times[index - 1] < 1.5 * step
            moved.append(_motion(before, now) if before is not None and is_next else 0.0)
            before = now
            yield (index + 1) / len(times)
    if not any(moved):
        return ()
    level = _levels(samples, sample_rate, times, step)
    seen = np.array([bool(mask) for mask in track.masks])
    plus, minus = _told(np.array(moved), level, seen, step)
    spans = [*_spans(plus, times, step, Sign.PLUS), *_spans(minus, times, step, Sign.MINUS)]
    return tuple(sorted(spans, key=lambda span: span.start))


def _told(moved: _Curve, level: _Curve, seen: _Flags, step: float) -> tuple[_Flags, _Flags]:
    """Where the object sounds, and where only others do, as flags (N,)."""

    def frames(seconds: float) -> int:
        return round(seconds / step)

    moved = np.maximum(moved - np.percentile(moved, 20), 0.0)
    rise = np.maximum(np.diff(level, prepend=level[:1]), 0.0)
    # What moves little all the time is not struck all the time.
    least = max(_MOVES * _nearly_largest(moved), _UNREST * float(np.median(moved)))
    struck = seen & (moved > least)
    sounding = level > _SOUNDS * _nearly_largest(level)
    plus, others, silent = np.zeros_like(struck), np.zeros_like(struck), np.ones_like(struck)
    for frame in np.flatnonzero(struck):
        plus[frame : frame + frames(_SOUNDING)] = True
        silent[max(0, frame - frames(_NEAR)) : frame + frames(_RESTING)] = False
    for frame in np.flatnonzero(rise > _BEGINS * _nearly_largest(rise)):
        near = slice(max(0, frame - frames(_NEAR)), frame + frames(_NEAR) + 1)
        others[frame : frame + frames(_OTHER)] |= not struck[near].any()
    return plus & sounding & seen, others & silent & sounding & seen


def _nearly_largest(values: _Curve) -> float:
    """A few outliers do not count."""
    return max(float(np.percentile(values, 99)), 1e-9)


def _motion(before: tuple[_Curve, Mask], now: tuple[_Curve, Mask]) -> float:
    """By how much the picture changes inside the object more than outside: the camera moves all of it."""
    (old, _), (new, _) = before, now
    if old.shape != new.shape:
        return 0.0
    inside = _at_size(before[1], old.shape) | _at_size(now[1], new.shape)
    change = np.abs(new - old)
    if not 0.0 < inside.mean() < _MOST_OF_PICTURE:
        return 0.0
    return max(0.0, float(change[inside].mean() - change[~inside].mean()))


def _small_grey(picture: Picture) -> _Curve:
    """(h, w), 0..255: each the mean of a square of pixels."""
    height, width = picture.shape[:2]
    side = max(1, max(height, width) // _SIDE)
    rows, columns = height // side, width // side
    whole = picture[: rows * side, : columns * side].reshape(rows, side, columns, side, 3)
    return np.asarray(whole.mean((1, 3, 4), dtype=np.float64))


def _at_size(mask: Mask, shape: tuple[int, ...]) -> Mask:
    rows, columns = (np.arange(size) * there // size for size, there in zip(shape, mask.shape, strict=True))
    return np.asarray(mask[rows][:, columns])


def _levels(samples: Samples, sample_rate: int, times: _Curve, step: float) -> _Curve:
    """(N,): the root mean square of the sound of each frame."""
    first = np.round(times * sample_rate).astype(int)
    length = max(1, round(step * sample_rate))
    pieces = (samples[start : start + length] for start in first)
    return np.array([np.sqrt(np.square(piece, dtype=np.float64).mean()) if len(piece) else 0.0 for piece in pieces])


def _spans(flags: _Flags, times: _Curve, step: float, sign: Sign) -> Generator[Span, None, None]:
    start: int | None = None
    for frame, flag in enumerate([*flags, False]):
        is_gap = 0 < frame < len(times) and times[frame] - times[frame - 1] > 1.5 * step
        if start is not None and (not flag or is_gap):
            if frame - start >= _SHORTEST:
                yield Span(float(times[start]), float(times[frame - 1] + step), sign)
            start = None
        if flag and start is None:
            start = frame
