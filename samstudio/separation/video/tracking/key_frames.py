"""Which of the masks that a segmenter offers for a key frame is the object, if any.

h x w is the size at which masks are carried by motion, m x n that of a segmenter's answers, g x f that of its features.
"""

import math
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from samstudio.separation.video.contract import Looked, Picture, Segmenter
from samstudio.separation.video.tracking.finder import Judge, KeyMask
from samstudio.separation.video.tracking.frames import LOOKED_SIDE, resized, shrunk
from samstudio.separation.video.tracking.memory import Memory, sampled
from samstudio.session.video.objects import Box, Click

_SMALLEST = 6
"""Pixels of an answer: a smaller mask is no thing."""
_LEAST_OVERLAP, _LEAST_LIKENESS = 0.35, -0.03
"""With the carried mask, and of its features, for a mask to be the object that was there before."""
_FOUND_LIKENESS, _MOST_GROWTH = 0.04, 1.2
"""For a mask to be the object that was lost: its likeness, and the logarithm of the change of its area."""
_PLACES = 3
"""Places where a lost object is looked for."""
_BLOT = 3
"""Features around such a place that are left out of the next."""
_SURE_LIKENESS, _SURE_OVERLAP = 0.1, 0.7
_LOOKS = 32
"""Key frames whose looks are kept, for the way back: 40 MB."""
_SOME_AREA = 0.02
"""Share of the picture of an object that was never seen."""


class FeatureSegmenter(Segmenter, Protocol):
    """A segmenter whose features can be compared from picture to picture."""

    def look_briefly(self, picture: Picture) -> Looked:
        """Look at a picture with less care and in less time."""
        ...

    def answers(self, looked: Looked, clicks: Sequence[Click], box: Box | None) -> tuple[Tensor, Tensor]:
        """Logits (any number, m, n) of masks over the picture, and how good each is taken to be."""
        ...

    def features(self, looked: Looked) -> Tensor:
        """(C, g, f) over the picture, each of length 1."""
        ...


@dataclass(frozen=True, eq=False)
class _Candidate:
    """The logits (m, n) of a mask, its share of the picture, overlap with the carried one, likeness and rank."""

    logits: Tensor
    area: float
    overlap: float
    likeness: float
    rank: float


class FeatureFinder:
    """See `Finder`: goes by overlap with what motion carries on, and by how alike the features are."""

    def __init__(self, segmenter: FeatureSegmenter) -> None:
        self._segmenter = segmenter
        self._memory = Memory()
        self._areas: list[float] = []
        self._looks: OrderedDict[int, Looked] = OrderedDict()

    def remember(self, place: int | None, picture: Picture, mask: Tensor) -> None:
        """See `Finder`."""
        features = self._segmenter.features(self._segmenter.look_briefly(shrunk(picture, LOOKED_SIDE)))
        self._memory.marked.append(sampled(features, resized(mask, *features.shape[1:])))
        if place is not None and (area := float((mask > 0.5).float().mean())):
            self._areas.append(area)

    def walk(self, start: KeyMask, *, backwards: bool) -> Judge:  # noqa: ARG002
        """See `Finder`."""
        usual_area = sum(self._areas) / len(self._areas) if self._areas else _SOME_AREA
        judge = KeyFrameJudge(self._segmenter, self._memory.walk(), start, usual_area)
        return lambda place, picture, carried: judge.judge(self._looked(place, picture), carried)

    def _looked(self, place: int, picture: Picture) -> Looked:
        looked = self._looks.pop(place, None) or self._segmenter.look_briefly(picture)
        self._looks[place] = looked
        if len(self._looks) > _LOOKS:
            self._looks.popitem(last=False)
        return looked


class KeyFrameJudge:
    """Walks from key to key in one direction; knows how large the object was and whether it is lost."""

    def __init__(self, segmenter: FeatureSegmenter, memory: Memory, start: KeyMask, usual_area: float) -> None:
        """`usual_area`: of the object, as a share of the picture, where the start does not show it."""
        self._segmenter, self._memory = segmenter, memory
        self._is_lost = not start.is_seen
        self._area = float((start.mask > 0.5).float().mean()) or usual_area

    def judge(self, looked: Looked, carried: Tensor) -> KeyMask:
        """The object in a key frame to which motion has carried its mask (h, w)."""
        features = self._segmenter.features(looked)
        likeness = self._memory.likeness(features)
        best, is_found = None, False
        if not self._is_lost and bool((carried > 0.5).any()):
            best = self._kept(looked, carried, likeness)
        if best is None:
            best, is_found = self._recovered(looked, likeness), True
        if best is None:
            self._is_lost = True
            return KeyMask(torch.zeros_like(carried), 0.0)
        self._is_lost = False
        self._area = 0.7 * self._area + 0.3 * best.area
        mask = (resized(best.logits, *carried.shape) > 0).float()
        if best.likeness > _SURE_LIKENESS / 2 and best.overlap > _SURE_OVERLAP:
            self._memory.remember(sampled(features, resized(mask, *likeness.shape)))
        return KeyMask(mask, _certainty(best, is_found=is_found))

    def _kept(self, looked: Looked, carried: Tensor, likeness: Tensor) -> _Candidate | None:
        """The mask that goes on from the carried one; None where there is none that fits and looks like it."""
        box, (x, y) = _box_around(carried), _middle(carried)
        click = (Click(x, y),)
        prompts: tuple[tuple[Sequence[Click], Box | None], ...] = (((), box), (click, box), (click, None))
        found: list[_Candidate] = []
        for clicks, around in prompts:
            logits, scores = self._segmenter.answers(looked, clicks, around)
            old = resized(carried, *logits.shape[1:]) > 0.5
            found += self._candidates(logits, scores, old, likeness)
        best = max(found, key=lambda one: one.rank, default=None)
        if best is None or best.overlap <= _LEAST_OVERLAP or best.likeness <= _LEAST_LIKENESS:
            return None
        return best

    def _recovered(self, looked: Looked, likeness: Tensor) -> _Candidate | None:
        """The mask of a place that looks like the object, wherever it is; None where nothing does."""
        left = functional.avg_pool2d(functional.pad(likeness[None, None], (1, 1, 1, 1), mode="replicate"), 3, 1)[
            0, 0
        ].clone()
        found: list[_Candidate] = []
        for _ in range(_PLACES):
            row, column = divmod(int(left.argmax()), left.shape[1])
            if left[row, column] < _FOUND_LIKENESS:
                break
            click = Click((column + 0.5) / left.shape[1], (row + 0.5) / left.shape[0])
            found += self._candidates(*self._segmenter.answers(looked, (click,), None), None, likeness)
            left[max(0, row - _BLOT) : row + _BLOT + 1, max(0, column - _BLOT) : column + _BLOT + 1] = -1.0
        fitting = (
            one
            for one in found
            if one.likeness > _FOUND_LIKENESS and abs(math.log(one.area / self._area)) < _MOST_GROWTH
        )
        return max(fitting, key=lambda one: one.rank, default=None)

    def _candidates(self, logits: Tensor, scores: Tensor, old: Tensor | None, likeness: Tensor) -> Iterator[_Candidate]:
        for answer, score in zip(logits, scores.tolist(), strict=True):
            mask = answer > 0
            area = float(mask.float().mean())
            if mask.sum() < _SMALLEST:
                continue
            share = resized(mask.float(), *likeness.shape)
            alike = float((likeness * share).sum() / share.sum())
            overlap = 0.0 if old is None else float((mask & old).sum() / (mask | old).sum())
            rank = overlap + 0.3 * score + 2 * alike - 0.3 * abs(math.log(area / self._area))
            yield _Candidate(answer, area, overlap, alike, rank)


def _certainty(best: _Candidate, *, is_found: bool) -> float:
    overlap = 0.5 if is_found else min(1.0, best.overlap / _SURE_OVERLAP)
    return overlap * min(1.0, max(0.0, (best.likeness + _SURE_LIKENESS / 2) / (1.5 * _SURE_LIKENESS)))


def _box_around(mask: Tensor) -> Box:
    """The box around a soft mask, a little wider, inside the picture: fractions."""
    edges = []
    for axis, size in ((0, mask.shape[1]), (1, mask.shape[0])):
        places = (mask > 0.5).any(axis).nonzero()
        first, last = int(places[0]) / size, (int(places[-1]) + 1) / size
        wider = 0.05 * (last - first)
        edges.append((max(0.0, first - wider), min(1.0, last + wider)))
    (left, right), (top, bottom) = edges
    return left, top, right - left, bottom - top


def _middle(mask: Tensor) -> tuple[float, float]:
    """A point well inside a soft mask, as fractions: where the blurred mask is highest."""
    solid = (mask > 0.5).float()
    reach = max(1, int(math.sqrt(float(solid.sum())) / 4))
    padded = functional.pad(solid[None, None], (reach, reach, reach, reach))
    depth = functional.avg_pool2d(padded, 2 * reach + 1, 1)[0, 0] * solid
    row, column = divmod(int(depth.argmax()), mask.shape[1])
    return (column + 0.5) / mask.shape[1], (row + 0.5) / mask.shape[0]
