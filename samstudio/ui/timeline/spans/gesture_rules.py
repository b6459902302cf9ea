"""What a drag on a span means: which edges follow the mouse and where they may go. No painting, no state."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import Flag, auto

from PySide6.QtCore import Qt

from samstudio.session.prompt import Sign, Span
from samstudio.session.span_edits import SHORTEST_SPAN
from samstudio.ui.timeline.spans.snapping import Magnet, SnapTarget

DRAG_REACH = 3
"""Pixels. A shorter drag is a click."""
EDGE_REACH = 4
"""Pixels on either side of an edge within which it can be dragged."""
LOWEST_BOX = 4
"""Pixels. No drag makes a flatter box."""
_LOWEST_HZ = 20.0


class Grip(Flag):
    """The edges of a span that follow the mouse."""

    START = auto()
    END = auto()
    LOW = auto()
    HIGH = auto()
    BODY = START | END | LOW | HIGH


@dataclass(frozen=True)
class Hit:
    """A span of the prompt, or a suggested span, and what of it lies under the mouse."""

    index: int
    grip: Grip
    is_suggestion: bool = False


@dataclass(frozen=True)
class Point:
    """The mouse on a lane: `time` in seconds, `position` 0..1 on the frequency scale, None in a lane without one."""

    time: float
    position: float | None
    seconds_per_pixel: float
    position_per_pixel: float
    on_bracket: bool = False
    """Whether the mouse is where a lane without frequency shows the brackets of boxes."""
    on_bare: bool = False
    """Whether the mouse is on a lane that shows no spans."""


@dataclass(frozen=True)
class Outline:
    """A span or a time selection as drawn: seconds, and 0..1 on the frequency scale for a box."""

    start: float
    end: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Drag:
    """A drag under way. `index` is the span it changes (None: a new one), `sign` is None for a time selection."""

    pressed: Point
    outline: Outline
    grip: Grip
    sign: Sign | None
    index: int | None = None
    is_suggestion: bool = False
    """Whether `index` is that of a suggested span."""
    group: tuple[float, float] | None = None
    """First start and last end of several spans that move together with this one, in time only."""

    def follow(self, point: Point, magnet: Magnet | None, duration: float) -> Outline:
        """The outline with the mouse at `point`, inside 0..`duration` seconds. Edges that meet change places."""
        start, end, low, high = self.outline.start, self.outline.end, self.outline.low, self.outline.high
        shift = point.time - self.pressed.time
        if magnet and self.is_new:
            start += magnet.hold((start,), 0.0, point.seconds_per_pixel)
        if magnet:
            moving = [edge for edge, grip in ((start, Grip.START), (end, Grip.END)) if grip in self.grip]
            shift = magnet.hold(moving, shift, point.seconds_per_pixel)
        if self.group:
            shift = min(max(shift, -self.group[0]), duration - self.group[1])
        start, end = dragged(
            (start, end), self._follows(Grip.START, Grip.END), shift, (0.0, duration), self._least(point)
        )
        if low is not None and high is not None and point.position is not None and self.pressed.position is not None:
            rise = point.position - self.pressed.position
            flattest = LOWEST_BOX * point.position_per_pixel
            # Small vertical movements while moving a box in time are unintended.
            if self.group or (self.grip == Grip.BODY and abs(rise) < flattest):
                rise = 0.0
            # What lies outside the visible frequencies stays there: only what is dragged is kept inside.
            limits = min(low, 0.0), max(high, 1.0)
            low, high = dragged((low, high), self._follows(Grip.LOW, Grip.HIGH), rise, limits, flattest)
        return Outline(start, end, low, high)

    def is_far(self, point: Point) -> bool:
        """Whether the mouse has gone far enough from where it was pressed to mean a drag."""
        if abs(point.time - self.pressed.time) >= DRAG_REACH * point.seconds_per_pixel:
            return True
        if self.outline.low is None or point.position is None or self.pressed.position is None:
            return False
        return abs(point.position - self.pressed.position) >= DRAG_REACH * point.position_per_pixel

    def snapped_to(self, outline: Outline, magnet: Magnet | None, point: Point) -> SnapTarget | None:
        """The target on which an edge that the drag moved has come to rest in `outline`."""
        if magnet is None:
            return None
        moved = {outline.start, outline.end} - (
            {self.pressed.time} if self.is_new else {self.outline.start, self.outline.end}
        )
        targets = ((edge, magnet.near(edge, point.seconds_per_pixel)) for edge in sorted(moved))
        return next((target for edge, target in targets if target is not None and target.time == edge), None)

    @property
    def is_new(self) -> bool:
        """Whether the drag draws something that was not there before: both edges begin under the mouse."""
        return self.outline.start == self.outline.end

    def _follows(self, first: Grip, second: Grip) -> tuple[bool, bool]:
        return first in self.grip, second in self.grip

    def _least(self, point: Point) -> float:
        if self.sign is None:
            return point.seconds_per_pixel
        length = self.outline.end - self.outline.start
        return min(SHORTEST_SPAN, length) if length else SHORTEST_SPAN


def dragged(
    edges: tuple[float, float], follows: tuple[bool, bool], shift: float, limits: tuple[float, float], least: float
) -> tuple[float, float]:
    """Two edges, of which some follow the mouse by `shift`, kept in order, inside `limits` and `least` apart."""
    match follows:
        case (True, True):
            shift = min(max(shift, limits[0] - edges[0]), limits[1] - edges[1])
            return edges[0] + shift, edges[1] + shift
        case (True, False):
            return spread(edges[1], edges[0] + shift, limits, least)
        case (False, True):
            return spread(edges[0], edges[1] + shift, limits, least)
    return edges


def spread(anchor: float, point: float, limits: tuple[float, float], least: float = 0.0) -> tuple[float, float]:
    """The stretch from `anchor` to `point` in order, inside `limits`, at least `least` long where there is room."""
    first, last = limits
    anchor, point = (min(max(value, first), last) for value in (anchor, point))
    if abs(point - anchor) < least:
        ahead, behind = last - anchor, anchor - first
        has_room = (ahead if point >= anchor else behind) >= least
        goes_ahead = point >= anchor if has_room else ahead >= behind
        point = min(anchor + least, last) if goes_ahead else max(anchor - least, first)
    return min(anchor, point), max(anchor, point)


def nudged(span: Span, seconds: float, grip: Grip, duration: float) -> Span:
    """`span` with the edges of `grip` moved by `seconds`, inside 0..`duration`; no edge passes the other."""
    least = min(SHORTEST_SPAN, span.length)
    if Grip.START in grip and Grip.END in grip:
        seconds = min(max(seconds, -span.start), duration - span.end)
        return span.moved(span.start + seconds, span.end + seconds)
    if Grip.START in grip:
        return span.moved(min(max(span.start + seconds, 0.0), span.end - least), span.end)
    return span.moved(span.start, max(min(span.end + seconds, duration), span.start + least))


def nudged_band(box: Span, semitones: float, grip: Grip, highest: float) -> Span:
    """`box` with the frequencies of `grip` moved by `semitones`, up to `highest` Hz; neither passes the other.

    Below the lowest audible frequency lies 0 Hz.
    """
    if box.low is None or box.high is None:
        return box
    factor = 2.0 ** (semitones / 12.0)
    low = _moved_hz(box.low, factor) if Grip.LOW in grip else box.low
    high = box.high * factor if Grip.HIGH in grip else box.high
    if grip == Grip.BODY and (high > highest or (low == 0.0 < box.low)):
        return box
    high = min(high, highest)
    return replace(box, low=low, high=high) if low < high else box


def _moved_hz(hz: float, factor: float) -> float:
    return max(hz * factor, _LOWEST_HZ) if factor > 1.0 else hz * factor * (hz * factor >= _LOWEST_HZ)


def hit_at(outlines: Mapping[int, Outline], point: Point, selected: Collection[int]) -> Hit | None:
    """What lies here: an edge of a selected span, else any edge, else the shortest body; later ones first."""
    hits = [Hit(index, grip) for index, outline in outlines.items() if (grip := _grip_at(outline, point))]

    def rank(hit: Hit) -> tuple[bool, bool, float, int]:
        is_edge = hit.grip != Grip.BODY
        outline = outlines[hit.index]
        return not (is_edge and hit.index in selected), not is_edge, outline.end - outline.start, -hit.index

    return min(hits, key=rank, default=None)


def _grip_at(outline: Outline, point: Point) -> Grip | None:
    in_time = _side((outline.start, outline.end), point.time, EDGE_REACH * point.seconds_per_pixel)
    if in_time is None:
        return None
    in_band = 0
    if outline.low is not None and outline.high is not None:
        if point.position is None:
            return (_TIME_GRIPS[in_time] or Grip.BODY) if point.on_bracket else None
        side = _side((outline.low, outline.high), point.position, EDGE_REACH * point.position_per_pixel)
        if side is None:
            return None
        in_band = side
    return _TIME_GRIPS[in_time] | _BAND_GRIPS[in_band] or Grip.BODY


_TIME_GRIPS = {-1: Grip.START, 0: Grip(0), 1: Grip.END}
_BAND_GRIPS = {-1: Grip.LOW, 0: Grip(0), 1: Grip.HIGH}


def _side(edges: tuple[float, float], at: float, reach: float) -> int | None:
    """-1 and 1 at the lower and upper edge, 0 between them, None outside. Even a narrow thing keeps a middle."""
    low, high = edges
    if not low - reach <= at <= high + reach:
        return None
    inner = min(reach, (high - low) / 3)
    if at <= low + inner:
        return -1
    return 1 if at >= high - inner else 0


def cursor_for(grip: Grip) -> Qt.CursorShape:
    """The cursor for what a drag would do."""
    if grip == Grip.BODY:
        return Qt.CursorShape.SizeAllCursor
    in_time, in_band = grip & (Grip.START | Grip.END), grip & (Grip.LOW | Grip.HIGH)
    if in_time and in_band:
        rising = grip in {Grip.START | Grip.LOW, Grip.END | Grip.HIGH}
        return Qt.CursorShape.SizeBDiagCursor if rising else Qt.CursorShape.SizeFDiagCursor
    return Qt.CursorShape.SizeHorCursor if in_time else Qt.CursorShape.SizeVerCursor
