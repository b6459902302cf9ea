"""Tracks of objects: made by a tracker where none is kept, and kept for the next time."""

from collections.abc import Generator
from contextlib import closing
from hashlib import sha256
from math import ceil, floor

from samstudio.separation.engine import Progress, SeparationError, TrackStore, Video
from samstudio.separation.video.contract import Tracked, Tracker
from samstudio.session.stretch import Stretch
from samstudio.session.video.mask_track import MaskTrack, packed_mask
from samstudio.session.video.objects import Mark

_FORMAT = 2
"""Of the tracks; part of their key."""


def track_times(stretch: Stretch, rate: float) -> tuple[float, ...]:
    """The times (seconds) of the frames of a stretch: of those of the whole clip, `rate` a second, the ones in it."""
    first, last = floor(stretch[0] * rate + 1e-6), ceil(stretch[1] * rate - 1e-6)
    return tuple(number / rate for number in range(first, max(last, first + 1)))


def track_key(video: Video, marks: tuple[Mark, ...], tracker: Tracker) -> str:
    """Tells of all that masks are made from, whatever times they are wanted for; fit for the name of a file."""
    return sha256(repr((_FORMAT, video.key, marks, tracker.key)).encode()).hexdigest()


class GrowingTrack:
    """A track of the `key`, beginning with what is known: of two masks at one time the one that is known first."""

    def __init__(self, key: str, *known: MaskTrack | None) -> None:
        self._key = key
        self._found: dict[float, tuple[bytes, float]] = {}
        self._size: tuple[int, int] | None = None
        for track in known:
            if track is not None and self._size in (None, (track.height, track.width)):
                self._size = track.height, track.width
                for time, mask, certainty in zip(track.times, track.masks, track.certainty, strict=True):
                    self._found.setdefault(time, (mask, certainty))

    def add(self, step: Tracked) -> None:
        """One more mask."""
        if step.mask.shape != self._size:
            # Of another size: what was known has become worthless.
            self._found.clear()
            height, width = step.mask.shape
            self._size = height, width
        self._found[step.time] = packed_mask(step.mask), step.certainty

    def missing(self, times: tuple[float, ...]) -> tuple[float, ...]:
        """Those of the times (seconds) that have no mask yet."""
        return tuple(time for time in times if time not in self._found)

    def track(self) -> MaskTrack | None:
        """All of it in order of time; None as long as there is nothing."""
        if self._size is None or not self._found:
            return None
        times = tuple(sorted(self._found))
        masks, certainty = zip(*(self._found[time] for time in times), strict=True)
        return MaskTrack(self._key, times, masks, certainty, *self._size)


def follow(
    video: Video,
    marks: tuple[Mark, ...],
    times: tuple[float, ...],
    tracker: Tracker,
    store: TrackStore | None = None,
    known: MaskTrack | None = None,
    near: float = 0.0,
) -> Generator[tuple[Progress | Tracked, GrowingTrack], None, MaskTrack]:
    """The track of an object with these marks, with a mask at each of the times (seconds, rising) at least.

    Only what is neither in the `store` nor `known` to hold is looked for; whatever is found is kept, even if it is not
    all. See `Tracker.track` for what is yielded, beside the track as far as it is made. Raises SeparationError for an
    object without marks.
    """
    if not marks:
        raise SeparationError("An object without marks cannot be followed: click on it in the video, or remove it.")
    key = track_key(video, marks, tracker)
    made = GrowingTrack(key, known, store.find(key) if store is not None else None)
    if missing := made.missing(times):
        try:
            with closing(tracker.track(video, missing, marks, near)) as steps:
                for step in steps:
                    if isinstance(step, Tracked):
                        made.add(step)
                    yield step, made
        finally:
            if store is not None and (track := made.track()) is not None:
                store.keep(track)
    track = made.track()
    assert track is not None, "a tracker tells of every time"  # noqa: S101
    return track
