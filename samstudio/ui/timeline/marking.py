"""What a press on a lane would take hold of, given what is shown and the tool in hand. No painting, no state."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from PySide6.QtCore import Qt

from samstudio.session.prompt import Sign, Span
from samstudio.ui.timeline.gesture_rules import EDGE_REACH, Drag, Grip, Hit, Outline, Point, cursor_for, hit_at
from samstudio.ui.timeline.lane_box import Tool
from samstudio.ui.timeline.readout import span_text, stretch_text
from samstudio.ui.timeline.snapping import Magnet, SnapTargets
from samstudio.ui.timeline.span_marks import Stretch
from samstudio.ui.timeline.span_painting import FrequencyScale


@dataclass(frozen=True)
class Marking:
    """Everything a gesture depends on. Times in seconds; with `duration` 0 there is nothing to mark."""

    spans: tuple[Span, ...] = ()
    selected: int | None = None
    selection: Stretch | None = None
    tool: Tool = Tool.SELECT
    duration: float = 0.0
    targets: SnapTargets = field(default_factory=SnapTargets)
    scale: FrequencyScale | None = None

    def hit(self, point: Point) -> Hit | None:
        """The span under the mouse."""
        return hit_at(tuple(self._outlines(point)), point, self.selected)

    def taken(self, point: Point, modifiers: Qt.KeyboardModifier) -> Hit | None:
        """What a drag from here takes hold of.

        With Select every span, with Shift none, so that time can be selected inside a span; the other tools draw, also
        inside a span, and take only the edges of the selected one.
        """
        hit = self.hit(point)
        if self.tool is Tool.SELECT:
            return None if modifiers & Qt.KeyboardModifier.ShiftModifier else hit
        return hit if hit and hit.index == self.selected and hit.grip != Grip.BODY else None

    def drag(self, point: Point, modifiers: Qt.KeyboardModifier) -> Drag | None:
        """The drag that a press here begins; None where this tool can do nothing."""
        if hit := self.taken(point, modifiers):
            outline = self._outline(self.spans[hit.index], point)
            return Drag(point, outline, hit.grip, self.spans[hit.index].sign, hit.index)
        if self.tool is Tool.SELECT:
            anchor = self._anchor(point, modifiers)
            return Drag(point, Outline(anchor, point.time), Grip.END, None)
        if self.tool is not Tool.BOX:
            sign = Sign.PLUS if self.tool is Tool.PLUS else Sign.MINUS
            return Drag(point, Outline(point.time, point.time), Grip.END, sign)
        if point.position is None:
            return None
        outline = Outline(point.time, point.time, point.position, point.position)
        return Drag(point, outline, Grip.END | Grip.HIGH, Sign.PLUS)

    def magnet(self, drag: Drag) -> Magnet:
        """Everything that pulls in this drag, except what the drag itself moves."""
        points = [0.0, self.duration, *self.targets.onsets]
        points += [edge for i, span in enumerate(self.spans) if i != drag.index for edge in (span.start, span.end)]
        if self.targets.playhead is not None:
            points.append(self.targets.playhead)
        if self.selection and drag.sign is not None:
            points += self.selection
        return Magnet(points, self.targets.zero_crossing)

    def span(self, drag: Drag, outline: Outline) -> Span | None:
        """The span that `drag` has made of `outline`; None when it selects time."""
        if drag.sign is None:
            return None
        span = Span(outline.start, outline.end, drag.sign) if drag.index is None else self.spans[drag.index]
        span = span.moved(outline.start, outline.end)
        if self.scale is None or outline.low is None or outline.high is None:
            return span
        # An edge that stays keeps its exact frequency, which may lie outside the axis.
        low = span.low if span.is_box and outline.low == drag.outline.low else self.scale.hz(outline.low)
        high = span.high if span.is_box and outline.high == drag.outline.high else self.scale.hz(outline.high)
        return replace(span, low=low, high=high)

    def cursor(self, point: Point, modifiers: Qt.KeyboardModifier) -> Qt.CursorShape:
        """The pointer that tells what a drag from here would do."""
        if hit := self.taken(point, modifiers):
            return cursor_for(hit.grip)
        if self.tool is Tool.SELECT:
            return Qt.CursorShape.SizeHorCursor if self._is_on_selection_edge(point) else Qt.CursorShape.IBeamCursor
        return Qt.CursorShape.ForbiddenCursor if self.refusal(point) else Qt.CursorShape.CrossCursor

    def tool_tip(self, point: Point) -> str:
        """The span under the mouse in words, '' for none."""
        hit = self.hit(point)
        if hit is None:
            return ""
        span = self.spans[hit.index]
        return span_text(span) + ("\nMuted: kept, but not used." if span.muted else "")

    def refusal(self, point: Point) -> str:
        """Why the tool in hand can do nothing here, '' if it can."""
        return "Draw boxes in the spectrogram." if self.tool is Tool.BOX and point.position is None else ""

    def drag_text(self, drag: Drag, outline: Outline) -> str:
        """What the drag has made so far, in words."""
        span = self.span(drag, outline)
        return span_text(span) if span else stretch_text(outline.start, outline.end)

    def far_edge(self, time: float) -> float | None:
        """The edge of the time selection that stays when the selection is extended to `time`."""
        return max(self.selection, key=lambda edge: abs(edge - time)) if self.selection else None

    def _anchor(self, point: Point, modifiers: Qt.KeyboardModifier) -> float:
        is_extending = bool(modifiers & Qt.KeyboardModifier.ShiftModifier) or self._is_on_selection_edge(point)
        held = self.far_edge(point.time) if is_extending else None
        return point.time if held is None else held

    def _is_on_selection_edge(self, point: Point) -> bool:
        reach = EDGE_REACH * point.seconds_per_pixel
        return self.selection is not None and any(abs(edge - point.time) <= reach for edge in self.selection)

    def _outlines(self, point: Point) -> Iterator[Outline]:
        return (self._outline(span, point) for span in self.spans)

    def _outline(self, span: Span, point: Point) -> Outline:
        if span.low is None or span.high is None:
            return Outline(span.start, span.end)
        if self.scale is None or point.position is None:
            return Outline(span.start, span.end, 0.0, 1.0)
        low, high = (min(max(self.scale.position(hz), 0.0), 1.0) for hz in (span.low, span.high))
        return Outline(span.start, span.end, low, high)
