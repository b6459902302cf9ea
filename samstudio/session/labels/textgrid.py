"""Praat's TextGrid: written in the long form, read in any form. Points stand in a tier of their own.

A tier cannot hold intervals that overlap: such spans go to further tiers, a later one (which decides) always to a
later tier. Source: the Praat manual, "TextGrid file formats".
"""

import re
from collections.abc import Sequence

import numpy as np

from samstudio.session.labels.label import Label, LabelError, Skipped, exact

_TOKEN = re.compile(
    r'"((?:[^"]++|"")*+)"|(<exists>)|(?<![^\s])(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?=\s|$|[sS](?=\s|$))|![^\n]*'
)
"""Only free-standing numbers, texts and flags count, the rest is for readers; a comment runs to its line's end."""


def write_textgrid(labels: Sequence[Label], duration: float) -> str:
    """The grid of a recording of `duration` seconds."""
    points = sorted((label for label in labels if label.start == label.end), key=lambda label: label.start)
    tiers = _tiers([label for label in labels if label.start != label.end]) or [[]]
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        f"xmax = {exact(duration)}",
        "tiers? <exists>",
        f"size = {len(tiers) + bool(points)}",
        "item []:",
    ]
    for number, tier in enumerate(tiers, 1):
        intervals = _filled(tier, duration)
        lines += [
            f"    item [{number}]:",
            '        class = "IntervalTier"',
            f'        name = "spans {number}"',
            "        xmin = 0",
            f"        xmax = {exact(duration)}",
            f"        intervals: size = {len(intervals)}",
        ]
        for place, label in enumerate(intervals, 1):
            lines += [
                f"        intervals [{place}]:",
                f"            xmin = {exact(label.start)}",
                f"            xmax = {exact(label.end)}",
                f"            text = {_quoted(label.text)}",
            ]
    if points:
        lines += [
            f"    item [{len(tiers) + 1}]:",
            '        class = "TextTier"',
            '        name = "markers"',
            "        xmin = 0",
            f"        xmax = {exact(duration)}",
            f"        points: size = {len(points)}",
        ]
        for place, label in enumerate(points, 1):
            lines += [
                f"        points [{place}]:",
                f"            number = {exact(label.start)}",
                f"            mark = {_quoted(label.text)}",
            ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _tiers(labels: Sequence[Label]) -> list[list[Label]]:
    """Each label in the first tier behind all those that hold an earlier label which it overlaps."""
    edges = np.unique([edge for label in labels for edge in (label.start, label.end)])
    # Between each edge and the next one, how many tiers are taken.
    taken = np.zeros(len(edges), np.int64)
    tiers: list[list[Label]] = []
    for label in labels:
        start, end = np.searchsorted(edges, (label.start, label.end))
        behind = int(taken[start:end].max(initial=0))
        taken[start:end] = behind + 1
        if behind == len(tiers):
            tiers.append([])
        tiers[behind].append(label)
    return tiers


def _filled(tier: Sequence[Label], duration: float) -> list[Label]:
    """In order of time, with empty intervals between, because a tier has no gaps."""
    intervals: list[Label] = []
    now = 0.0
    for label in sorted(tier, key=lambda label: label.start):
        if label.start > now:
            intervals.append(Label(now, label.start, ""))
        intervals.append(label)
        now = label.end
    if now < duration or not intervals:
        intervals.append(Label(now, duration, ""))
    return intervals


def read_textgrid(text: str) -> tuple[list[Label], list[Skipped]]:
    """The intervals that have a text, and the points; nothing is skipped. Raises LabelError."""
    try:
        return _read(_Tokens(text)), []
    except (IndexError, ValueError, OverflowError) as error:
        raise LabelError("This TextGrid is damaged: something is missing or out of its place.") from error


class _Tokens:
    """The numbers and texts of a TextGrid, one after the other."""

    def __init__(self, text: str) -> None:
        found = (match for match in _TOKEN.finditer(text) if not match[0].startswith("!"))
        self._tokens = [match[0] for match in found]
        self._next = 0

    def word(self) -> str:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def string(self) -> str:
        token = self.word()
        if not token.startswith('"'):
            raise ValueError(token)
        return token[1:-1].replace('""', '"')

    def number(self) -> float:
        return float(self.word())


def _read(tokens: _Tokens) -> list[Label]:
    if tokens.string() != "ooTextFile" or tokens.string() != "TextGrid":
        raise LabelError("This is not a Praat TextGrid.")
    tokens.number(), tokens.number(), tokens.word()
    labels: list[Label] = []
    for _ in range(int(tokens.number())):
        kind, name = tokens.string(), tokens.string()
        tokens.number(), tokens.number()
        for number in range(1, int(tokens.number()) + 1):
            place = f"“{name}”, {number}"
            if kind == "IntervalTier":
                label = Label(tokens.number(), tokens.number(), tokens.string(), place)
                labels += [label] if label.text.strip() else []
            else:
                time = tokens.number()
                labels.append(Label(time, time, tokens.string(), place))
    return labels
