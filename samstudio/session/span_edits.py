"""Edits of several spans at once. Every function returns the new list; in it later spans lie on top."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from samstudio.session.prompt import Sign, Span
from samstudio.session.stretch import Stretch

Spans = tuple[Span, ...]

SHORTEST_SPAN = 0.01
"""Seconds. No edit makes a shorter span."""


def put(spans: Spans, changes: Mapping[int, Span]) -> Spans:
    """The spans with those at some indices replaced."""
    return tuple(changes.get(index, span) for index, span in enumerate(spans))


def without(spans: Spans, gone: Collection[int]) -> Spans:
    """The spans without those at some indices."""
    gone = frozenset(gone)
    return tuple(span for index, span in enumerate(spans) if index not in gone)


def signed(spans: Spans, chosen: Collection[int], sign: Sign) -> Spans:
    """The chosen spans all get `sign`."""
    return put(spans, {index: replace(spans[index], sign=sign) for index in chosen})


def flipped(spans: Spans, chosen: Collection[int]) -> Spans:
    """Each chosen span gets the other sign."""
    return put(spans, {index: spans[index].flipped() for index in chosen})


def muted(spans: Spans, chosen: Collection[int]) -> Spans:
    """The chosen spans are all muted, or all used again if they were all muted."""
    are_used = any(not spans[index].muted for index in chosen)
    return put(spans, {index: replace(spans[index], muted=are_used) for index in chosen})


def on_top(spans: Spans, chosen: Collection[int]) -> Spans:
    """The chosen spans come last, in their order: they decide wherever they overlap others."""
    return (*without(spans, chosen), *(spans[index] for index in sorted(chosen)))


def duplicated(spans: Spans, chosen: Collection[int], duration: float) -> Spans:
    """Add copies of the chosen spans right after them, as far as they fit into a clip of `duration` seconds."""
    group = [spans[index] for index in sorted(chosen)]
    start, end = extent(group)
    shift = min(end - start, max(0.0, duration - end))
    return (*spans, *(span.moved(span.start + shift, min(span.end + shift, duration)) for span in group))


def split(spans: Spans, chosen: Collection[int], at: float) -> Spans:
    """The chosen spans cut in two at `at` seconds; those that would leave too short a piece stay whole."""
    pieces: list[Span] = []
    chosen = frozenset(chosen)
    for index, span in enumerate(spans):
        is_cut = index in chosen and span.start + SHORTEST_SPAN <= at <= span.end - SHORTEST_SPAN
        pieces += [span.moved(span.start, at), span.moved(at, span.end)] if is_cut else [span]
    return tuple(pieces)


def merged(spans: Spans, chosen: Collection[int]) -> Spans:
    """The chosen spans of one kind become one, from the first start to the last end.

    Of one kind are spans of the same sign, or boxes of the same sign; muted ones only among themselves. If only
    one span of a kind is chosen, all connected spans of its kind are merged. The new span replaces the last one.
    """
    groups: dict[tuple[Sign, bool, bool], set[int]] = {}
    for index in chosen:
        groups.setdefault(_kind(spans[index]), set()).add(index)
    changes: dict[int, Span] = {}
    gone: set[int] = set()
    for group in groups.values():
        members = group if len(group) > 1 else _connected(spans, next(iter(group)))
        last = max(members)
        changes[last] = _joined([spans[index] for index in sorted(members)])
        gone |= members - {last}
    return without(put(spans, changes), gone)


def extent(spans: Iterable[Span]) -> Stretch:
    """First start and last end, in seconds, of one span or more."""
    spans = list(spans)
    return min(span.start for span in spans), max(span.end for span in spans)


def _kind(span: Span) -> tuple[Sign, bool, bool]:
    return span.sign, span.is_box, span.muted


def _connected(spans: Spans, seed: int) -> set[int]:
    """`seed` and all of its kind that overlap or touch it, directly or through others."""
    alike = sorted(
        (i for i, span in enumerate(spans) if _kind(span) == _kind(spans[seed])), key=lambda i: spans[i].start
    )
    group: set[int] = set()
    end = 0.0
    for index in alike:
        if spans[index].start > end and seed in group:
            break
        if spans[index].start > end:
            group, end = set(), 0.0
        group.add(index)
        end = max(end, spans[index].end)
    return group


def _joined(members: list[Span]) -> Span:
    start, end = extent(members)
    lows, highs = [m.low for m in members if m.low is not None], [m.high for m in members if m.high is not None]
    return replace(members[-1], start=start, end=end, low=min(lows, default=None), high=max(highs, default=None))
