"""What a drag on a span means: which edges follow the mouse and where they may go. No painting, no state."""

from dataclasses import dataclass, replace
from enum import Flag, auto

from PySide6.QtCore import Qt

from samstudio.session.prompt import Sign, Span
from samstudio.ui.timeline.snapping import Magnet

DRAG_REACH = 3
"""Pixels. A shorter drag is a click."""
EDGE_REACH = 4
"""Pixels on either side of an edge where it can be taken."""
SHORTEST_SPAN = 0.01
"""Seconds. No drag makes or leaves a shorter span."""
LOWEST_BOX = 4
"""Pixels. No drag makes a flatter box."""


class Grip(Flag):
    """The edges of a span that follow the mouse."""

    START = auto()
    END = auto()
    LOW = auto()
    HIGH = auto()
    BODY = START | END | LOW | HIGH


@dataclass(frozen=True)
class Hit:
    """A span of the prompt, and what of it lies under the mouse."""

    index: int
    grip: Grip


@dataclass(frozen=True)
class Point:
    """The mouse on a lane: `time` in seconds, `position` 0..1 on the frequency scale, None in a lane without one."""

    time: float
    position: float | None
    seconds_per_pixel: float
    position_per_pixel: float
    on_bracket: bool = False
    """Whether the mouse is where a lane without frequency shows the brackets of boxes."""


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

    def follow(self, point: Point, magnet: Magnet | None, duration: float) -> Outline:
        """The outline with the mouse at `point`, inside 0..`duration` seconds. Edges that meet change places."""
        start, end, low, high = self.outline.start, self.outline.end, self.outline.low, self.outline.high
        shift = point.time - self.pressed.time
        if magnet and self.is_new:
            start += magnet.hold((start,), 0.0, point.seconds_per_pixel)
        if magnet:
            moving = [edge for edge, grip in ((start, Grip.START), (end, Grip.END)) if grip in self.grip]
            shift = magnet.hold(moving, shift, point.seconds_per_pixel)
        start, end = dragged((start, end), self._follows(Grip.START, Grip.END), shift, duration, self._least(point))
        if low is not None and high is not None and point.position is not None and self.pressed.position is not None:
            rise = point.position - self.pressed.position
            # A hand that moves a box in time trembles in frequency.
            if self.grip == Grip.BODY and abs(rise) < LOWEST_BOX * point.position_per_pixel:
                rise = 0.0
            flattest = LOWEST_BOX * point.position_per_pixel
            low, high = dragged((low, high), self._follows(Grip.LOW, Grip.HIGH), rise, 1.0, flattest)
        return Outline(start, end, low, high)

    def is_far(self, point: Point) -> bool:
        """Whether the mouse has gone far enough from where it was pressed to mean a drag."""
        if abs(point.time - self.pressed.time) >= DRAG_REACH * point.seconds_per_pixel:
            return True
        if self.outline.low is None or point.position is None or self.pressed.position is None:
            return False
        return abs(point.position - self.pressed.position) >= DRAG_REACH * point.position_per_pixel

    def snap_line(self, outline: Outline, magnet: Magnet | None, point: Point) -> float | None:
        """The target on which an edge that the drag moved has come to rest in `outline`."""
        if magnet is None:
            return None
        moved = {outline.start, outline.end} - (
            {self.pressed.time} if self.is_new else {self.outline.start, self.outline.end}
        )
        return next((edge for edge in sorted(moved) if magnet.near(edge, point.seconds_per_pixel) == edge), None)

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
    edges: tuple[float, float], follows: tuple[bool, bool], shift: float, limit: float, least: float
) -> tuple[float, float]:
    """Two edges of which some follow the mouse by `shift`, kept in order, inside 0..`limit` and `least` apart."""
    match follows:
        case (True, True):
            shift = min(max(shift, -edges[0]), limit - edges[1])
            return edges[0] + shift, edges[1] + shift
        case (True, False):
            return spread(edges[1], edges[0] + shift, limit, least)
        case (False, True):
            return spread(edges[0], edges[1] + shift, limit, least)
    return edges


def spread(anchor: float, point: float, limit: float, least: float = 0.0) -> tuple[float, float]:
    """The stretch from `anchor` to `point` in order, inside 0..`limit`, at least `least` long where there is room."""
    anchor, point = (min(max(value, 0.0), limit) for value in (anchor, point))
    if abs(point - anchor) < least:
        ahead = limit - anchor
        has_room = (ahead if point >= anchor else anchor) >= least
        goes_ahead = point >= anchor if has_room else ahead >= anchor
        point = min(anchor + least, limit) if goes_ahead else max(anchor - least, 0.0)
    return min(anchor, point), max(anchor, point)


def nudged(span: Span, seconds: float, grip: Grip, duration: float) -> Span:
    """`span` with the edges of `grip` moved by `seconds`, as a drag would: Grip.BODY moves the whole."""
    follows = Grip.START in grip, Grip.END in grip
    edges = dragged((span.start, span.end), follows, seconds, duration, min(SHORTEST_SPAN, span.length))
    return replace(span, start=edges[0], end=edges[1])


def hit_at(outlines: tuple[Outline, ...], point: Point, selected: int | None) -> Hit | None:
    """What lies here: an edge of the selected span, else any edge, else the shortest body; later ones first."""
    hits = [Hit(index, grip) for index, outline in enumerate(outlines) if (grip := _grip_at(outline, point))]

    def rank(hit: Hit) -> tuple[bool, bool, float, int]:
        is_edge = hit.grip != Grip.BODY
        outline = outlines[hit.index]
        return not (is_edge and hit.index == selected), not is_edge, outline.end - outline.start, -hit.index

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
    """The pointer that tells what a drag would do."""
    if grip == Grip.BODY:
        return Qt.CursorShape.SizeAllCursor
    in_time, in_band = grip & (Grip.START | Grip.END), grip & (Grip.LOW | Grip.HIGH)
    if in_time and in_band:
        rising = grip in {Grip.START | Grip.LOW, Grip.END | Grip.HIGH}
        return Qt.CursorShape.SizeBDiagCursor if rising else Qt.CursorShape.SizeFDiagCursor
    return Qt.CursorShape.SizeHorCursor if in_time else Qt.CursorShape.SizeVerCursor
