"""The spans over all lanes: shows them and turns mouse gestures into requests. It edits nothing."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal

from samstudio.session.frame_grid import FrameGrid
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.stretch import Stretch
from samstudio.ui.timeline.axis.edge_scroll import EdgeScroll
from samstudio.ui.timeline.lanes.lane_box import Gesture, LaneBox, Tool
from samstudio.ui.timeline.spans.gesture_context import GestureContext
from samstudio.ui.timeline.spans.gesture_rules import Drag, Grip, Hit, Outline, Point, spread
from samstudio.ui.timeline.spans.snapping import Magnet, SnapTarget, SnapTargets
from samstudio.ui.timeline.spans.span_display import SpanDisplay
from samstudio.ui.timeline.spans.span_groups import FrequencyAxis
from samstudio.ui.timeline.spans.span_lane import SpanLane

_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class SpanLayer(QObject):
    """Draws spans, suggested spans and the time selection over every lane; requests changes, once at each release."""

    span_drawn = Signal(object)
    """The new Span."""
    spans_edited = Signal(object)
    """dict[int, Span]: the spans to put at these indices."""
    spans_selected = Signal(object)
    """tuple[int, ...], the primary one last."""
    suggestion_selected = Signal(object)
    """Index."""
    suggestion_accepted = Signal(int, object)
    """Index of a suggested span and the Span that it was trimmed to."""
    selection_changed = Signal(object)
    """(start, end) in seconds, or None."""
    seek_requested = Signal(float)
    """Seconds."""
    menu_requested = Signal(object, QPoint)
    """MenuTarget and global position; what is under the mouse is selected by then."""
    readout_changed = Signal(str)
    """What is being dragged, or why nothing can be; '' when that is over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._display = SpanDisplay()
        self.context = GestureContext()
        self._is_snapping = True
        self._grid: FrameGrid | None = None
        self._edited: tuple[int, ...] = ()
        self._readout = ""
        self._drag: Drag | None = None
        self._magnet: Magnet | None = None
        self._outline: Outline | None = None
        """The drag's result so far; None until the mouse has gone far enough to mean a drag."""
        self._held: tuple[SpanLane, Gesture] | None = None
        self._edge_scroll = EdgeScroll(self)
        self._edge_scroll.scrolled.connect(self._follow_view)

    def attach(
        self,
        boxes: Sequence[LaneBox],
        spectrograms: Sequence[LaneBox] = (),
        frequency_scale: FrequencyAxis | None = None,
        bare: Sequence[LaneBox] = (),
    ) -> None:
        """Draw over `boxes` from now on; the y axis of `spectrograms` among them runs 0..1 over `frequency_scale`.

        Over `bare` ones there are no spans.
        """
        self.cancel_gesture()
        self._display.attach(boxes, spectrograms, frequency_scale, bare)
        for lane in self._display.lanes:
            box = lane.box
            for signal, slot in (
                (box.drag_started, self._start_drag),
                (box.drag_moved, self._move_drag),
                (box.drag_finished, self._finish_drag),
                (box.clicked, self._click),
                (box.double_clicked, self._select_time_of_span),
                (box.context_requested, self._request_menu_at),
                (box.hovered, self._hover),
            ):
                lane.connections.append(signal.connect(partial(slot, lane)))
        self._show_context(replace(self.context, scale=frequency_scale))

    def show_scale(self, scale: FrequencyAxis) -> None:
        """Show another frequency axis. A drag whose places would change is dropped."""
        self.cancel_gesture()
        self._display.show_scale(scale)
        self.context = replace(self.context, scale=scale)

    def show_prompt(self, prompt: Prompt) -> None:
        """Show the prompt's spans. If they change during a drag on one of them, the drag is dropped."""
        if prompt.spans != self.context.spans and self._drag and self._drag.index is not None:
            self.cancel_gesture()
        self._show_context(replace(self.context, spans=prompt.spans))

    def show_selected_spans(self, indices: tuple[int, ...]) -> None:
        """Show which spans are selected, the primary one last."""
        self._show_context(replace(self.context, selected=indices))

    def show_suggestions(self, suggestions: tuple[Span, ...]) -> None:
        """Show the suggested spans."""
        if self._drag and self._drag.is_suggestion:
            self.cancel_gesture()
        self._show_context(replace(self.context, suggestions=suggestions))

    def show_selected_suggestion(self, index: int | None) -> None:
        """Show which suggested span is selected."""
        self._show_context(replace(self.context, suggestion=index))

    def show_selection(self, selection: Stretch | None) -> None:
        """Show the time selection, in seconds."""
        self._show_context(replace(self.context, selection=selection))

    def show_frame_grid(self, grid: FrameGrid | None) -> None:
        """Draw the frames in which a model sees time under the spans, or none."""
        self._grid = grid
        self._show()

    def show_edited(self, indices: tuple[int, ...], text: str = "") -> None:
        """Show which spans the keys are moving, with `text` beside the last of them."""
        self._edited = indices
        self._show()
        self._display.hide_labels()
        lane = self._display.first_visible
        if lane and indices and text:
            lane.show_label_at(text, self.context.spans[indices[-1]].end)

    def set_tool(self, tool: Tool) -> None:
        """What the next drag does."""
        self.cancel_gesture()
        self._show_context(replace(self.context, tool=tool))

    def set_duration(self, seconds: float) -> None:
        """The clip's length: nothing is drawn beyond it, and nothing at all at 0."""
        self._show_context(replace(self.context, duration=seconds))

    def set_snap_targets(self, targets: SnapTargets) -> None:
        """What edges snap to beside other edges."""
        self.context = replace(self.context, targets=targets)

    def set_playhead(self, seconds: float | None) -> None:
        """Where the playhead is: edges snap to it, Shift-click selects from it. Repaints nothing."""
        self.set_snap_targets(replace(self.context.targets, playhead=seconds))

    def set_snapping(self, is_on: bool) -> None:
        """Whether edges snap at all."""
        self._is_snapping = is_on

    def magnet_at(self, time: float) -> Magnet | None:
        """What the edges of something drawn from `time` (seconds) on snap to; None where nothing snaps."""
        drag = Drag(Point(time, None, 0.0, 0.0), Outline(time, time), Grip.END, Sign.PLUS)
        return self.context.magnet(drag) if self._is_snapping else None

    def request_menu(self) -> None:
        """Ask for the menu of what is selected, at its place, as the menu key does."""
        if lane := self._display.first_visible:
            target, time = self.context.selected_target()
            self.menu_requested.emit(target, lane.box.middle_at(time))

    def cancel_gesture(self) -> bool:
        """Drop the current drag. Returns whether there was one."""
        had_drag = self._drag is not None
        self._drag = self._outline = self._magnet = self._held = None
        self._edge_scroll.stop()
        self._display.hide_labels()
        self._show_readout("")
        if had_drag:
            self._show()
        return had_drag

    def _show_context(self, context: GestureContext) -> None:
        self.context = context
        self._show()

    def _show(self, snapped_to: SnapTarget | None = None) -> None:
        """Show the context, and in it what the drag in progress would leave."""
        shown = self.context
        if self._drag and self._outline:
            shown = shown.during(self._drag, self._outline)
        self._display.show_context(shown, self._edited, None if snapped_to is None else snapped_to.time, self._grid)

    def _show_readout(self, text: str) -> None:
        # Emitted again even if unchanged: another read-out may have replaced it in between.
        if text or self._readout:
            self._readout = text
            self.readout_changed.emit(text)

    def _start_drag(self, lane: SpanLane, gesture: Gesture) -> None:
        self.cancel_gesture()
        point = lane.pressed_point(gesture)
        drag = self.context.drag(point, gesture.modifiers) if self.context.duration > 0 else None
        if drag is None:
            return
        self._drag, self._magnet = drag, self.context.magnet(drag)
        if drag.index is not None:
            self._select(Hit(drag.index, drag.grip, drag.is_suggestion))

    def _move_drag(self, lane: SpanLane, gesture: Gesture) -> None:
        drag, point = self._drag, lane.point(gesture)
        if drag is None or (self._outline is None and not drag.is_far(point)):
            return
        is_free = bool(gesture.modifiers & Qt.KeyboardModifier.AltModifier) or not self._is_snapping
        magnet = None if is_free else self._magnet
        self._outline = drag.follow(point, magnet, self.context.duration)
        target = drag.snapped_to(self._outline, magnet, point)
        self._show(target)
        text = self.context.drag_text(drag, self._outline)
        self._show_readout(f"{text}  ·  snapped to {target.name}" if target else text)
        lane.show_label(text, gesture)
        lane.show_target(target)
        self._held = lane, gesture
        self._edge_scroll.aim(lane.box, gesture.time)

    def _follow_view(self, seconds: float) -> None:
        if self._held:
            lane, gesture = self._held
            self._move_drag(lane, replace(gesture, time=gesture.time + seconds))

    def _finish_drag(self, lane: SpanLane, gesture: Gesture) -> None:
        drag, outline = self._drag, self._outline
        self.cancel_gesture()
        if drag is None:
            return
        if outline is None:
            self._click(lane, replace(gesture, time=gesture.pressed_time, y=gesture.pressed_y))
            return
        span = self.context.span(drag, outline)
        if span is None:
            self._request_selection((outline.start, outline.end))
        elif drag.index is None:
            self.span_drawn.emit(span)
        elif drag.is_suggestion:
            self.suggestion_accepted.emit(drag.index, span)
        elif changes := self.context.changes(drag, outline):
            self.spans_edited.emit(changes)

    def _click(self, lane: SpanLane, gesture: Gesture) -> None:
        """Select what is there, more of it with Ctrl or Shift; elsewhere seek, or with Shift extend the time."""
        context, point = self.context, lane.point(gesture)
        time = min(max(point.time, 0.0), context.duration)
        if context.duration <= 0 or context.tool is Tool.ZOOM:
            return
        hit = context.hit(point)
        is_more = hit is not None and not hit.is_suggestion and bool(context.selected)
        if gesture.modifiers & _SHIFT and not is_more:
            held = context.far_edge(time)
            anchor = (context.targets.playhead or 0.0) if held is None else held
            self._request_selection(spread(anchor, time, (0.0, context.duration)))
        elif hit:
            self._select(hit, gesture.modifiers)
        elif not gesture.modifiers & _CTRL:
            if context.selected:
                self.spans_selected.emit(())
            if context.suggestion is not None:
                self.suggestion_selected.emit(None)
            if context.selection is not None:
                self.selection_changed.emit(None)
            self.seek_requested.emit(time)

    def _select(self, hit: Hit, keys: Qt.KeyboardModifier | None = None) -> None:
        if hit.is_suggestion:
            if hit.index != self.context.suggestion:
                self.suggestion_selected.emit(hit.index)
            return
        chosen = self.context.selection_after_click(hit.index, keys)
        if chosen != self.context.selected:
            self.spans_selected.emit(chosen)

    def _request_selection(self, stretch: Stretch) -> None:
        self.selection_changed.emit(stretch if stretch[0] < stretch[1] else None)

    def _select_time_of_span(self, lane: SpanLane, gesture: Gesture) -> None:
        if self.context.tool is not Tool.ZOOM and (hit := self.context.hit(lane.point(gesture))):
            span = (self.context.suggestions if hit.is_suggestion else self.context.spans)[hit.index]
            self.selection_changed.emit((span.start, span.end))

    def _request_menu_at(self, lane: SpanLane, gesture: Gesture) -> None:
        if self.context.duration <= 0:
            return
        point = lane.point(gesture)
        target = self.context.menu_target(point)
        if hit := self.context.hit(point):
            self._select(hit)
        self.menu_requested.emit(target, lane.global_position(gesture))

    def _hover(self, lane: SpanLane, gesture: Gesture | None) -> None:
        # Hover events arrive during a drag too; its own read-out stays.
        if self._drag is not None:
            return
        if gesture is None or self.context.duration <= 0:
            self._show_readout("")
            return
        point = lane.point(gesture)
        lane.show_hover(self.context.cursor(point, gesture.modifiers), self.context.tool_tip(point))
        self._show_readout(self.context.refusal(point))
