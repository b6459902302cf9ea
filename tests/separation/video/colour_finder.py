"""A segmenter and a tracker that see colours: quick, exact and easy to foretell."""

import numpy as np

from samstudio.separation.engine import Progress
from samstudio.separation.video.contract import Looked, Offers, Tracked

LIKE = 20
"""Levels by which colours that are the same may differ."""


def alike(picture, colour, by=LIKE):
    return (np.abs(picture.astype(int) - colour) <= by).all(2)


def colour_at(picture, mark):
    height, width = picture.shape[:2]
    if mark.clicks:
        x, y = next((click.x, click.y) for click in mark.clicks if click.positive)
    else:
        left, top, across, down = mark.box
        x, y = left + across / 2, top + down / 2
    return picture[min(height - 1, int(y * height)), min(width - 1, int(x * width))].astype(int)


class ColourSegmenter:
    """Offers the topmost row of it, all that has its colour, and the whole picture; a negative click takes off the
    columns to its left."""

    key = "colours 1"

    def __init__(self):
        self.looks = 0

    def look(self, picture):
        self.looks += 1
        return Looked(*picture.shape[:2], picture)

    def offers(self, looked, mark):
        picture = looked.seen
        whole = alike(picture, colour_at(picture, mark))
        for click in mark.clicks:
            if not click.positive:
                whole[:, : int(click.x * looked.width)] = False
        part = whole.copy()
        rows = np.flatnonzero(part.any(1))
        part[int(rows[0]) + 1 if len(rows) else 0 :] = False
        return Offers((part, whole, np.ones_like(whole)), (0.5, 0.9, 0.1), 1)


class ColourTracker:
    """Finds the colours of the marks, that of the nearest one first; where none is there the object is lost."""

    key = "colours 1"

    def __init__(self):
        self.asked = []

    def track(self, video, times, marks, near=0.0):
        self.asked.append(tuple(times))
        seen = [mark for mark in marks if not mark.absent]
        frames = list(video.frames_at(mark.time for mark in seen))
        colours = {mark.time: colour_at(frame, mark) for mark, frame in zip(seen, frames, strict=True)}
        for count, time in enumerate(sorted(times, key=lambda time: abs(time - near)), 1):
            (picture,) = video.frames_at((time,))
            nearest = sorted(marks, key=lambda mark: abs(mark.time - time))
            found = np.zeros(picture.shape[:2], bool)
            for mark in nearest:
                if mark.absent or found.any():
                    break
                found = alike(picture, colours[mark.time])
            certain = 1.0 if nearest[0].absent else 0.9 * found.any()
            yield Tracked(time, found, certain)
            yield Progress("Following", count, len(times))
