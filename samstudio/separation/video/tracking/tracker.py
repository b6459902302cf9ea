"""Follows an object both ways from each of its marks."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing

import numpy as np
import torch
from torch import Tensor

from samstudio.separation.engine import Progress, Video
from samstudio.separation.video.contract import Picture, Segmenter, Tracked
from samstudio.separation.video.tracking.finder import Finder, KeyMask
from samstudio.separation.video.tracking.frames import (
    Interval,
    motion_size,
    read_backwards,
    read_forwards,
    resized,
    scaled_size,
)
from samstudio.separation.video.tracking.key_frames import FeatureFinder, FeatureSegmenter
from samstudio.separation.video.tracking.track_plan import TrackPiece, TrackPlan, track_plan
from samstudio.session.video.mask_track import UNSURE, WHOLE, Mask
from samstudio.session.video.objects import Mark

STAGE = "Following the object"
KEYS_PER_SECOND = 5.0
MASK_SIDE = 256
"""Pixels of the longer side of a mask."""
_LEAST_AGREEMENT = 0.7
"""Overlap of the masks of both ways that makes neither less certain."""
_OF_WHOLE = 0.8 * UNSURE
"""The certainty of a mask of nearly the whole picture, at a mark as well."""


class KeyFrameTracker:
    """See `Tracker`: finds the object in some frames of a second; motion carries the masks to those in between."""

    def __init__(self, segmenter: Segmenter, make_finder: Callable[[], Finder], name: str) -> None:
        """The `segmenter` says what marks mean; `name` and version of the finder."""
        self._segmenter, self._make_finder = segmenter, make_finder
        self._name = name

    @property
    def key(self) -> str:
        """See `Tracker`."""
        return f"{self._name}, {self._segmenter.key}"

    def track(
        self, video: Video, times: Sequence[float], marks: Sequence[Mark], near: float = 0.0
    ) -> Generator[Progress | Tracked, None, None]:
        """See `Tracker`. Raises ValueError without times or marks."""
        line = track_plan(times, marks, KEYS_PER_SECOND)
        following = _Following(self._segmenter, self._make_finder(), video, line)
        yield from following.look_at_marks(marks)
        for piece in line.pieces(near):
            yield from following.follow(piece)


class FeatureTracker(KeyFrameTracker):
    """Finds the object by its features and by the segmenter's own masks."""

    def __init__(self, segmenter: FeatureSegmenter) -> None:
        super().__init__(segmenter, lambda: FeatureFinder(segmenter), "features 1")


class _Following:
    """One object in one film."""

    def __init__(self, segmenter: Segmenter, finder: Finder, video: Video, line: TrackPlan) -> None:
        self._segmenter, self._finder, self._video, self._line = segmenter, finder, video, line
        self._marked: dict[int, KeyMask] = {}
        self._size = 1, 1
        self._told = bytearray(len(line.times))
        self._done = 0
        between = [piece for piece in line.pieces(0.0) if piece.starts_marked and piece.ends_marked]
        # Between two marks both ways are gone.
        self._total = len(line.keys) + sum(len(line.keys_of(piece)) for piece in between)

    def look_at_marks(self, marks: Sequence[Mark]) -> Generator[Progress, None, None]:
        """Make the masks of all marks, and let the finder remember them."""
        numbers = {mark.time: number for number, mark in self._line.marks.items()}
        with closing(self._video.frames_at(mark.time for mark in marks)) as pictures:
            for mark, picture in zip(marks, pictures, strict=True):
                yield self._progress()
                mask, number = self._marked_mask(mark, picture), numbers.get(mark.time)
                self._finder.remember(None if number is None else self._line.place_of(number), picture, mask)
                if number is not None:
                    self._marked[number] = KeyMask(mask, 1.0)

    def _marked_mask(self, mark: Mark, picture: Picture) -> Tensor:
        """(h, w), soft."""
        self._size, size = scaled_size(picture, MASK_SIDE), motion_size(picture)
        if mark.absent:
            return torch.zeros(size)
        chosen = self._segmenter.offers(self._segmenter.look(picture), mark).chosen(mark.choice)
        return resized(torch.from_numpy(np.array(chosen)).float(), *size)

    def follow(self, piece: TrackPiece) -> Generator[Progress | Tracked, None, None]:
        """All masks of a piece."""
        keys = self._line.keys_of(piece)
        if piece.first == piece.last:
            yield from self._tell(piece.first, self._marked[piece.first])
            return
        forth: dict[int, KeyMask] = {}
        if piece.starts_marked and piece.ends_marked:
            for interval, _, end in self._walk(keys, backwards=False):
                forth[interval.last] = _packed(end)
                yield self._progress()
        for interval, known, new in self._walk(keys, backwards=piece.ends_marked, forth=forth):
            yield self._progress()
            yield from self._filled(interval, known, new, backwards=piece.ends_marked)

    def _walk(
        self, keys: tuple[int, ...], *, backwards: bool, forth: dict[int, KeyMask] | None = None
    ) -> Iterator[tuple[Interval, KeyMask, KeyMask]]:
        """The intervals from a marked key on, each with the masks of the key known before and of the new one.

        `forth` has what the walk the other way found: what is told is made of both.
        """
        start = self._marked[keys[-1] if backwards else keys[0]]
        judge = self._finder.walk(start, backwards=backwards)
        read = read_backwards if backwards else read_forwards
        with closing(read(self._video, self._line.times, keys)) as intervals:
            walked = told = start
            for interval in intervals:
                number = interval.first if backwards else interval.last
                told_before = told
                if number in self._marked:
                    walked = told = self._marked[number]
                else:
                    end = 0 if backwards else -1
                    carried = interval.carried(walked.mask, backwards=backwards)[end]
                    picture = interval.frames[end].picture
                    assert picture is not None, "key frames are read with their pictures"  # noqa: S101
                    walked = judge(self._line.place_of(number), picture, carried)
                    told = _of_both(walked, forth.get(number) if forth else None, number, keys)
                yield interval, told_before, told

    def _filled(
        self, interval: Interval, known: KeyMask, new: KeyMask, *, backwards: bool
    ) -> Generator[Tracked, None, None]:
        """The masks of all frames of an interval: those of both keys, carried towards each other by motion."""
        first, last = (new, known) if backwards else (known, new)
        onwards = interval.carried(first.mask, backwards=False)
        back = interval.carried(last.mask, backwards=True)
        steps = len(onwards) - 1
        for step, (before, after) in enumerate(zip(onwards, back, strict=True)):
            share = step / steps
            certainty = (1 - share) * first.certainty + share * last.certainty
            yield from self._tell(interval.first + step, KeyMask((1 - share) * before + share * after, certainty))

    def _tell(self, number: int, found: KeyMask) -> Generator[Tracked, None, None]:
        if number in self._line.wanted and not self._told[number]:
            self._told[number] = 1
            mask: Mask = (resized(found.mask, *self._size) > 0.5).numpy()
            is_whole = mask.mean() >= WHOLE
            yield Tracked(self._line.times[number], mask, min(found.certainty, _OF_WHOLE if is_whole else 1.0))

    def _progress(self) -> Progress:
        self._done = min(self._done + 1, self._total)
        return Progress(STAGE, self._done - 1, self._total)


def _packed(found: KeyMask) -> KeyMask:
    """The same in a quarter of the memory."""
    return KeyMask((found.mask > 0.5).to(torch.uint8), found.certainty)


def _of_both(back: KeyMask, forth: KeyMask | None, number: int, keys: tuple[int, ...]) -> KeyMask:
    """Of the masks of both ways to a key the one that is surer and nearer to its mark; they confirm each other."""
    if forth is None:
        return back
    forth = KeyMask(forth.mask.float(), forth.certainty)
    one, other = back.mask > 0.5, forth.mask > 0.5
    union = int((one | other).sum())
    agreement = float((one & other).sum()) / union if union else 1.0
    ways = ((back, keys[-1] - number), (forth, number - keys[0]))

    def doubt(way: tuple[KeyMask, int]) -> tuple[bool, float]:
        found, distance = way
        return found.certainty < UNSURE, distance * (1.5 - found.certainty)

    best = min(ways, key=doubt)[0]
    doubted = best.certainty * (0.4 + 0.6 * agreement)
    agreed = max(back.certainty, forth.certainty)
    return KeyMask(best.mask, agreed if agreement >= _LEAST_AGREEMENT else doubted)
