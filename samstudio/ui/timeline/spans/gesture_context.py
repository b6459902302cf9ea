"""What a press on a lane would grab, given what is shown and the current tool. No painting, no state."""

from dataclasses import dataclass, field, replace
from enum import Enum

from PySide6.QtCore import Qt

from samstudio.session import span_edits
from samstudio.session.prompt import Sign, Span
from samstudio.session.stretch import Stretch
from samstudio.ui.timeline.lanes.lane_box import Tool
from samstudio.ui.timeline.spans.gesture_rules import EDGE_REACH, Drag, Grip, Hit, Outline, Point, cursor_for, hit_at
from samstudio.ui.timeline.spans.readout import span_text, stretch_text, suggestion_text
from samstudio.ui.timeline.spans.snapping import Magnet, SnapTarget, SnapTargets
from samstudio.ui.timeline.spans.span_groups import FrequencyAxis

_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_SELECTABLE = "Click to select it, then drag to move it; drag at once to select time."
_MOVABLE = "Drag to move it; Shift+drag selects time."
_SIGNS = {Tool.PLUS: Sign.PLUS, Tool.MINUS: Sign.MINUS}


class MenuTarget(Enum):
    """What a context menu is about."""

    SPAN = "span"
    SUGGESTION = "suggested span"
    SELECTION = "selection"
    EMPTY = "empty"


@dataclass(frozen=True)
class GestureContext:
    """Everything a gesture depends on. Times in seconds; with `duration` 0 there is no clip."""

    spans: tuple[Span, ...] = ()
    selected: tuple[int, ...] = ()
    """The selected spans; the last is the primary one."""
    suggestions: tuple[Span, ...] = ()
    suggestion: int | None = None
    """The selected suggested span."""
    selection: Stretch | None = None
    tool: Tool = Tool.SELECT
    duration: float = 0.0
    targets: SnapTargets = field(default_factory=SnapTargets)
    scale: FrequencyAxis | None = None

    def hit(self, point: Point) -> Hit | None:
        """The span or suggested span under the mouse; where both are alike, the span."""
        if point.on_bare:
            return None
        offset = len(self.suggestions)
        selected = {index + offset for index in self.selected} | (
            {self.suggestion} if self.suggestion is not None else set()
        )
        hit = hit_at(self._outlines(point), point, selected)
        if hit is None or hit.index < offset:
            return hit and replace(hit, is_suggestion=True)
        return replace(hit, index=hit.index - offset)

    def menu_target(self, point: Point) -> MenuTarget:
        """What is under the mouse."""
        if hit := self.hit(point):
            return MenuTarget.SUGGESTION if hit.is_suggestion else MenuTarget.SPAN
        is_selected = self.selection is not None and self.selection[0] <= point.time <= self.selection[1]
        return MenuTarget.SELECTION if is_selected else MenuTarget.EMPTY

    def selected_target(self) -> tuple[MenuTarget, float]:
        """What is selected, and where it begins (seconds); where nothing is, the playhead."""
        if self.selected:
            return MenuTarget.SPAN, self.spans[self.selected[-1]].start
        if self.suggestion is not None:
            return MenuTarget.SUGGESTION, self.suggestions[self.suggestion].start
        if self.selection:
            return MenuTarget.SELECTION, self.selection[0]
        return MenuTarget.EMPTY, self.targets.playhead or 0.0

    def grabbed(self, point: Point, modifiers: Qt.KeyboardModifier) -> Hit | None:
        """What a drag from here grabs.

        With Select the edges of spans and suggested spans, and selected spans as a whole: in others time is selected,
        as it is beside them. With Shift nothing, so that time can be selected inside a selected span, too; with Ctrl
        nothing, so that another span can be drawn there. The other tools draw, also inside a span, and take only the
        edges of selected ones; the Zoom tool takes nothing.
        """
        hit = self.hit(point)
        if self.tool is Tool.ZOOM or hit is None:
            return None
        if hit.grip == Grip.BODY and (hit.is_suggestion or not self.is_selected(hit)):
            return None
        if self.tool is Tool.SELECT:
            return None if modifiers & (_SHIFT | _CTRL) else hit
        return hit if self.is_selected(hit) and hit.grip != Grip.BODY else None

    def is_selected(self, hit: Hit) -> bool:
        """Whether what is under the mouse is selected."""
        return hit.index == self.suggestion if hit.is_suggestion else hit.index in self.selected

    def drag(self, point: Point, modifiers: Qt.KeyboardModifier) -> Drag | None:
        """The drag that a press here begins; None where this tool can do nothing."""
        if hit := self.grabbed(point, modifiers):
            span = (self.suggestions if hit.is_suggestion else self.spans)[hit.index]
            moves_group = hit.grip == Grip.BODY and self.is_selected(hit) and len(self.selected) > 1
            group = span_edits.extent(self.spans[index] for index in self.selected) if moves_group else None
            return Drag(point, self._outline(span, point), hit.grip, span.sign, hit.index, hit.is_suggestion, group)
        if self.tool is Tool.ZOOM:
            return None
        if self.tool is Tool.BOX:
            return self._new_box(point)
        if self.tool is Tool.SELECT and not modifiers & _CTRL:
            return Drag(point, Outline(self._anchor(point, modifiers), point.time), Grip.END, None)
        sign = _SIGNS.get(self.tool) or (self.spans[self.selected[-1]].sign if self.selected else Sign.PLUS)
        return Drag(point, Outline(point.time, point.time), Grip.END, sign)

    def magnet(self, drag: Drag) -> Magnet:
        """All snap targets of this drag, except what the drag itself moves."""
        own: set[int] = set() if drag.index is None or drag.is_suggestion else {drag.index}
        moved = set(self.selected) if drag.group else own
        edges = [edge for i, span in enumerate(self.spans) if i not in moved for edge in (span.start, span.end)]
        suggestions = (
            [edge for span in self.suggestions for edge in (span.start, span.end)] if not drag.is_suggestion else []
        )
        points = {
            "start of the recording": [0.0],
            "end of the recording": [self.duration],
            "onset": self.targets.onsets,
            "marker": self.targets.markers,
            "edge": edges,
            "suggested span": suggestions,
            "playhead": [] if self.targets.playhead is None else [self.targets.playhead],
            "selection": self.selection if self.selection and drag.sign is not None else [],
        }
        targets = [SnapTarget(time, name) for name, times in points.items() for time in times]
        return Magnet(targets, self.targets.zero_crossing)

    def span(self, drag: Drag, outline: Outline) -> Span | None:
        """The span that `drag` has made of `outline`; None when it selects time."""
        if drag.sign is None:
            return None
        if drag.index is None:
            span = Span(outline.start, outline.end, drag.sign)
        else:
            span = (self.suggestions if drag.is_suggestion else self.spans)[drag.index].moved(
                outline.start, outline.end
            )
        if self.scale is None or outline.low is None or outline.high is None:
            return span
        # An edge that stays keeps its exact frequency, which may lie outside the axis.
        low = span.low if span.is_box and outline.low == drag.outline.low else self.scale.hz(outline.low)
        high = span.high if span.is_box and outline.high == drag.outline.high else self.scale.hz(outline.high)
        return replace(span, low=low, high=high)

    def changes(self, drag: Drag, outline: Outline) -> dict[int, Span]:
        """Which spans the drag has changed, and to what: the dragged one and those that move with it."""
        span = self.span(drag, outline)
        if span is None or drag.index is None or drag.is_suggestion:
            return {}
        changes = {drag.index: span}
        if drag.group:
            shift = outline.start - drag.outline.start
            for index in self.selected:
                other = self.spans[index]
                changes.setdefault(index, other.moved(other.start + shift, min(other.end + shift, self.duration)))
        return {index: span for index, span in changes.items() if span != self.spans[index]}

    def during(self, drag: Drag, outline: Outline) -> "GestureContext":
        """What would be shown if the drag ended now; a suggested span that is trimmed is a span by then."""
        span = self.span(drag, outline)
        if span is None:
            return replace(self, selection=(outline.start, outline.end))
        if drag.index is not None and not drag.is_suggestion:
            return replace(self, spans=span_edits.put(self.spans, self.changes(drag, outline)))
        suggestions = self.suggestions
        if drag.index is not None:
            # Only a suggested span gets here with an index.
            suggestions = span_edits.without(suggestions, {drag.index})
        return replace(
            self, spans=(*self.spans, span), selected=(len(self.spans),), suggestions=suggestions, suggestion=None
        )

    def cursor(self, point: Point, modifiers: Qt.KeyboardModifier) -> Qt.CursorShape:
        """The cursor for what a drag from here would do."""
        if hit := self.grabbed(point, modifiers):
            return cursor_for(hit.grip)
        if self.tool is Tool.SELECT and not modifiers & _CTRL:
            return Qt.CursorShape.SizeHorCursor if self._is_on_selection_edge(point) else Qt.CursorShape.IBeamCursor
        return Qt.CursorShape.ForbiddenCursor if self.refusal(point) else Qt.CursorShape.CrossCursor

    def tool_tip(self, point: Point) -> str:
        """The span or suggested span under the mouse as text, '' for none."""
        hit = self.hit(point)
        if hit is None:
            return ""
        if hit.is_suggestion:
            return (
                suggestion_text(self.suggestions[hit.index])
                + "\nDrag an edge to accept it trimmed; right click for more."
            )
        span = self.spans[hit.index]
        lines = [span_text(span)]
        if span.muted:
            lines.append("Muted: kept, but not used.")
        if self.tool is Tool.SELECT:
            lines.append(_MOVABLE if self.is_selected(hit) else _SELECTABLE)
        return "\n".join(lines)

    def refusal(self, point: Point) -> str:
        """Why the current tool can do nothing here, '' if it can."""
        return "Draw boxes in the spectrogram." if self.tool is Tool.BOX and point.position is None else ""

    def drag_text(self, drag: Drag, outline: Outline) -> str:
        """What the drag has made so far, as text."""
        span = self.span(drag, outline)
        if span is None:
            return stretch_text(outline.start, outline.end)
        return span_text(span) + (f"  ·  {len(self.selected)} spans" if drag.group else "")

    def selection_after_click(self, index: int, keys: Qt.KeyboardModifier | None) -> tuple[int, ...]:
        """The spans selected after a click on one: with Ctrl it joins or leaves, with Shift all up to it join.

        Without `keys` a selected one changes nothing: it is about to be dragged, or its menu is requested.
        """
        if keys is None and index in self.selected:
            return self.selected
        rest = tuple(other for other in self.selected if other != index)
        if keys is not None and keys & _CTRL:
            return rest if index in self.selected else (*rest, index)
        if keys is not None and keys & _SHIFT and rest:
            return self._between(rest[-1], index)
        return (index,)

    def _between(self, first: int, last: int) -> tuple[int, ...]:
        """The spans from one to another in order of time, ending with `last`."""
        by_time = sorted(range(len(self.spans)), key=lambda index: (self.spans[index].start, index))
        low, high = sorted((by_time.index(first), by_time.index(last)))
        return (*(index for index in by_time[low : high + 1] if index != last), last)

    def far_edge(self, time: float) -> float | None:
        """The edge of the time selection that stays when the selection is extended to `time`."""
        return max(self.selection, key=lambda edge: abs(edge - time)) if self.selection else None

    def _new_box(self, point: Point) -> Drag | None:
        if point.position is None:
            return None
        outline = Outline(point.time, point.time, point.position, point.position)
        return Drag(point, outline, Grip.END | Grip.HIGH, Sign.PLUS)

    def _anchor(self, point: Point, modifiers: Qt.KeyboardModifier) -> float:
        is_extending = bool(modifiers & _SHIFT) or self._is_on_selection_edge(point)
        held = self.far_edge(point.time) if is_extending else None
        return point.time if held is None else held

    def _is_on_selection_edge(self, point: Point) -> bool:
        reach = EDGE_REACH * point.seconds_per_pixel
        return self.selection is not None and any(abs(edge - point.time) <= reach for edge in self.selection)

    def _outlines(self, point: Point) -> dict[int, Outline]:
        """Of what may lie under the mouse, suggested spans first."""
        reach = EDGE_REACH * point.seconds_per_pixel
        first, last = point.time - reach, point.time + reach
        # Thousands lie elsewhere, and where a box stands in frequency is worked out anew each time.
        near = enumerate((*self.suggestions, *self.spans))
        return {index: self._outline(span, point) for index, span in near if span.start <= last and span.end >= first}

    def _outline(self, span: Span, point: Point) -> Outline:
        if span.low is None or span.high is None:
            return Outline(span.start, span.end)
        if self.scale is None or point.position is None:
            return Outline(span.start, span.end, 0.0, 1.0)
        return Outline(span.start, span.end, self.scale.position(span.low), self.scale.position(span.high))
