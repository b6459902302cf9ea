"""What a click, a box or a key changes about the objects of a prompt, as values."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from samstudio.session.video.mask_track import Mask, MaskTrack
from samstudio.session.video.objects import Box, Click, Mark, VideoObject

Objects = tuple[VideoObject, ...]


def chosen_index(objects: Sequence[VideoObject]) -> int | None:
    """The object that is marked and followed now: the first that is not muted; None where there is none."""
    return next((index for index, known in enumerate(objects) if not known.muted), None)


def with_chosen(objects: Objects, index: int) -> Objects:
    """That object alone is used; the others are kept, muted."""
    return tuple(replace(known, muted=place != index) for place, known in enumerate(objects))


def with_new(objects: Objects, known: VideoObject) -> Objects:
    """One more object, which is the chosen one."""
    return with_chosen((*objects, known), len(objects))


def with_exchanged(objects: Objects, index: int, known: VideoObject) -> Objects:
    """Another object in the place of one."""
    return (*objects[:index], known, *objects[index + 1 :])


def without(objects: Objects, index: int) -> Objects:
    """Without that object; the one before it is chosen, if it was."""
    rest = (*objects[:index], *objects[index + 1 :])
    return with_chosen(rest, max(0, index - 1)) if rest and not objects[index].muted else rest


def title(objects: Sequence[VideoObject], index: int) -> str:
    """An object's name, or its number."""
    return objects[index].name or f"Object {index + 1}"


def clicked(known: VideoObject, mark: Mark | None, time: float, click: Click, followed: Box | None) -> VideoObject:
    """The object with a click in the frame at `time` (seconds), which `mark` is of, if it has one.

    A mark stands by itself: a negative click on a mask that was followed there marks it with the box around that mask
    (`followed`). Raises ValueError for a negative click where nothing says what it is taken from.
    """
    if mark is not None and not mark.absent:
        return known.with_mark(mark.with_click(click))
    box = followed if not click.positive else None
    return known.with_mark(Mark(mark.time if mark is not None else time, (click,), box))


def taken_back(known: VideoObject, mark: Mark) -> VideoObject:
    """The object without the last click of a mark, or without its box or the mark where that was all."""
    if mark.clicks and (mark.box is not None or any(click.positive for click in mark.clicks[:-1])):
        return known.with_mark(replace(mark, clicks=mark.clicks[:-1], choice=None))
    return known.without_mark(mark.time)


def box_around(mask: Mask) -> Box | None:
    """The box around a mask; None around an empty one."""
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    if not len(rows):
        return None
    height, width = mask.shape
    top, left = int(rows[0]), int(columns[0])
    down, right = int(rows[-1]) + 1 - top, int(columns[-1]) + 1 - left
    return left / width, top / height, right / width, down / height


def still_true(track: MaskTrack, before: Sequence[Mark], now: Sequence[Mark]) -> MaskTrack | None:
    """What of a track that was made from the marks `before` holds for those of `now`; None where none is in both.

    All but what lies between a mark that changed and the marks beside it that did not.
    """
    kept = sorted(mark.time for mark in before if mark in now)
    if not kept:
        return None
    changed = [mark.time for mark in (*before, *now) if (mark in before) != (mark in now)]
    lost = [
        (
            max((time for time in kept if time < at), default=float("-inf")),
            min((time for time in kept if time > at), default=float("inf")),
        )
        for at in changed
    ]
    places = [place for place, time in enumerate(track.times) if all(not (start < time < end) for start, end in lost)]
    return replace(
        track,
        times=tuple(track.times[place] for place in places),
        masks=tuple(track.masks[place] for place in places),
        certainty=tuple(track.certainty[place] for place in places),
    )
