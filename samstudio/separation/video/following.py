"""Tracks of objects: made by a tracker where none is kept, and kept for the next time."""

from collections.abc import Generator
from hashlib import sha256
from math import ceil, floor

from samstudio.separation.engine import Progress, SeparationError, TrackStore, Video
from samstudio.separation.video.contract import Tracked, Tracker
from samstudio.session.stretch import Stretch
from samstudio.session.video.mask_track import MaskTrack, packed_mask
from samstudio.session.video.objects import Mark

_FORMAT = 1
"""Of the tracks; part of their key."""


def track_times(stretch: Stretch, rate: float) -> tuple[float, ...]:
    """The times (seconds) of the frames of a stretch: of those of the whole clip, `rate` a second, the ones in it."""
    first, last = floor(stretch[0] * rate + 1e-6), ceil(stretch[1] * rate - 1e-6)
    return tuple(number / rate for number in range(first, max(last, first + 1)))


def track_key(video: Video, stretch: Stretch, rate: float, marks: tuple[Mark, ...], tracker: Tracker) -> str:
    """Tells of all that a track is made from; fit for the name of a file."""
    made_from = (_FORMAT, video.key, track_times(stretch, rate), marks, tracker.key)
    return sha256(repr(made_from).encode()).hexdigest()


def follow(
    video: Video,
    marks: tuple[Mark, ...],
    stretch: Stretch,
    rate: float,
    tracker: Tracker,
    store: TrackStore | None = None,
    near: float = 0.0,
) -> Generator[Progress | Tracked, None, MaskTrack]:
    """The track of an object with these marks through a stretch (seconds), `rate` masks a second.

    Kept ones are found in the `store` and yield nothing. See `Tracker.track` for what is yielded. Raises
    SeparationError for an object without marks.
    """
    if not marks:
        raise SeparationError("An object without marks cannot be followed: click on it in the video, or remove it.")
    key = track_key(video, stretch, rate, marks, tracker)
    if store is not None and (kept := store.find(key)) is not None:
        return kept
    found: dict[float, tuple[bytes, float]] = {}
    height = width = 1
    for step in tracker.track(video, track_times(stretch, rate), marks, near):
        if isinstance(step, Tracked):
            height, width = step.mask.shape
            found[step.time] = packed_mask(step.mask), step.certainty
        yield step
    times = tuple(sorted(found))
    masks, certainty = zip(*(found[time] for time in times), strict=True)
    track = MaskTrack(key, times, masks, certainty, height, width)
    if store is not None:
        store.keep(track)
    return track
