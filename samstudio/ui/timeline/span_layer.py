"""The spans over all lanes: shows them and turns the mouse into wishes. It edits nothing."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal

from samstudio.session.prompt import Prompt
from samstudio.ui.timeline.edge_scroll import EdgeScroll
from samstudio.ui.timeline.gesture_rules import Drag, Outline, spread
from samstudio.ui.timeline.lane_box import Gesture, LaneBox, Tool
from samstudio.ui.timeline.marking import Marking
from samstudio.ui.timeline.snapping import Magnet, SnapTargets
from samstudio.ui.timeline.span_lane import SpanLane
from samstudio.ui.timeline.span_marks import Picture, Stretch, marks_of
from samstudio.ui.timeline.span_painting import FrequencyScale


class SpanLayer(QObject):
    """Draws the prompt's spans and the time selection over every lane, and asks for changes, once at each release."""

    span_drawn = Signal(object)
    """The new Span."""
    span_edited = Signal(int, object)
    """Index and the Span to put there."""
    span_selected = Signal(object)
    """Index, or None."""
    selection_changed = Signal(object)
    """(start, end) in seconds, or None."""
    seek_requested = Signal(float)
    """Seconds."""
    span_menu_requested = Signal(int, QPoint)
    """Index and global position."""
    readout_changed = Signal(str)
    """What is being dragged, or why nothing can be; '' when that is over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: list[SpanLane] = []
        self._marking = Marking()
        self._is_snapping = True
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
        spectrogram: LaneBox | None = None,
        frequency_scale: FrequencyScale | None = None,
    ) -> None:
        """Draw over `boxes` from now on; `spectrogram` is the one whose y axis runs 0..1 over `frequency_scale`."""
        self.cancel_gesture()
        for lane in self._lanes:
            lane.detach()
        self._lanes = [SpanLane(box, frequency_scale if box is spectrogram else None) for box in boxes]
        for lane in self._lanes:
            box = lane.box
            for signal, slot in (
                (box.drag_started, self._start_drag),
                (box.drag_moved, self._move_drag),
                (box.drag_finished, self._finish_drag),
                (box.clicked, self._click),
                (box.double_clicked, self._select_time_of_span),
                (box.context_requested, self._ask_for_menu),
                (box.hovered, self._hover),
            ):
                lane.connections.append(signal.connect(partial(slot, lane)))
        self._change(scale=frequency_scale)

    def show_prompt(self, prompt: Prompt) -> None:
        """Show the prompt's spans. If they change during a drag on one of them, the drag is dropped."""
        if prompt.spans != self._marking.spans and self._drag and self._drag.index is not None:
            self.cancel_gesture()
        self._change(spans=prompt.spans)

    def show_selected_span(self, index: int | None) -> None:
        """Show which span is selected."""
        self._change(selected=index)

    def show_selection(self, selection: Stretch | None) -> None:
        """Show the time selection, in seconds."""
        self._change(selection=selection)

    def set_tool(self, tool: Tool) -> None:
        """What the next drag does."""
        self.cancel_gesture()
        self._change(tool=tool)

    def set_duration(self, seconds: float) -> None:
        """The clip's length: nothing is drawn beyond it, and nothing at all at 0."""
        self._change(duration=seconds)

    def set_snap_targets(self, targets: SnapTargets) -> None:
        """What edges snap to beside other edges."""
        self._marking = replace(self._marking, targets=targets)

    def set_playhead(self, seconds: float | None) -> None:
        """Where the playhead is: edges snap to it, Shift-click selects from it. Repaints nothing."""
        self.set_snap_targets(replace(self._marking.targets, playhead=seconds))

    def set_snapping(self, is_on: bool) -> None:
        """Whether edges snap at all."""
        self._is_snapping = is_on

    def cancel_gesture(self) -> bool:
        """Forget the drag under way. Returns whether there was one."""
        had_drag = self._drag is not None
        self._drag = self._outline = self._magnet = self._held = None
        self._edge_scroll.stop()
        for lane in self._lanes:
            lane.hide_label()
        self._read("")
        self._show()
        return had_drag

    def _change(self, **facts: object) -> None:
        self._marking = replace(self._marking, **facts)
        self._show()

    def _show(self, snap_line: float | None = None) -> None:
        """Show the marking, and in it what the drag under way would leave."""
        spans, selected, selection = self._marking.spans, self._marking.selected, self._marking.selection
        if self._drag and self._outline:
            span, index = self._marking.span(self._drag, self._outline), self._drag.index
            if span is None:
                selection = self._outline.start, self._outline.end
            else:
                selected = len(spans) if index is None else index
                spans = (*spans[:selected], span, *spans[selected + 1 :])
        picture = Picture(marks_of(spans, selected), selection, snap_line)
        for lane in self._lanes:
            lane.item.show_picture(picture)

    def _read(self, text: str) -> None:
        # Told again even if unchanged: another read-out of the mouse may have taken its place in between.
        if text or self._readout:
            self._readout = text
            self.readout_changed.emit(text)

    def _start_drag(self, lane: SpanLane, gesture: Gesture) -> None:
        self.cancel_gesture()
        drag = (
            self._marking.drag(lane.pressed_point(gesture), gesture.modifiers) if self._marking.duration > 0 else None
        )
        if drag is None:
            return
        self._drag, self._magnet = drag, self._marking.magnet(drag)
        if drag.index is not None and drag.index != self._marking.selected:
            self.span_selected.emit(drag.index)

    def _move_drag(self, lane: SpanLane, gesture: Gesture) -> None:
        drag, point = self._drag, lane.point(gesture)
        if drag is None or (self._outline is None and not drag.is_far(point)):
            return
        is_free = bool(gesture.modifiers & Qt.KeyboardModifier.AltModifier) or not self._is_snapping
        magnet = None if is_free else self._magnet
        self._outline = drag.follow(point, magnet, self._marking.duration)
        self._show(drag.snap_line(self._outline, magnet, point))
        self._read(self._marking.drag_text(drag, self._outline))
        lane.show_label(self._readout, gesture)
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
        span = self._marking.span(drag, outline)
        if span is None:
            self._ask_for_selection((outline.start, outline.end))
        elif drag.index is None:
            self.span_drawn.emit(span)
        elif span != self._marking.spans[drag.index]:
            self.span_edited.emit(drag.index, span)

    def _click(self, lane: SpanLane, gesture: Gesture) -> None:
        """On a span: select it. With Shift: extend the time selection. On empty ground: seek and select nothing."""
        marking, point = self._marking, lane.point(gesture)
        time = min(max(point.time, 0.0), marking.duration)
        if marking.duration <= 0:
            return
        if gesture.modifiers & Qt.KeyboardModifier.ShiftModifier:
            held = marking.far_edge(time)
            anchor = (marking.targets.playhead or 0.0) if held is None else held
            self._ask_for_selection(spread(anchor, time, marking.duration))
        elif hit := marking.hit(point):
            self.span_selected.emit(hit.index)
        else:
            if marking.selected is not None:
                self.span_selected.emit(None)
            if marking.selection is not None:
                self.selection_changed.emit(None)
            self.seek_requested.emit(time)

    def _ask_for_selection(self, stretch: Stretch) -> None:
        self.selection_changed.emit(stretch if stretch[0] < stretch[1] else None)

    def _select_time_of_span(self, lane: SpanLane, gesture: Gesture) -> None:
        if hit := self._marking.hit(lane.point(gesture)):
            span = self._marking.spans[hit.index]
            self.selection_changed.emit((span.start, span.end))

    def _ask_for_menu(self, lane: SpanLane, gesture: Gesture) -> None:
        if hit := self._marking.hit(lane.point(gesture)):
            self.span_selected.emit(hit.index)
            self.span_menu_requested.emit(hit.index, lane.global_position(gesture))

    def _hover(self, lane: SpanLane, gesture: Gesture | None) -> None:
        # Hover news go on during a drag; then the drag has the word.
        if self._drag is not None:
            return
        if gesture is None or self._marking.duration <= 0:
            self._read("")
            return
        point = lane.point(gesture)
        lane.show_hover(self._marking.cursor(point, gesture.modifiers), self._marking.tool_tip(point))
        self._read(self._marking.refusal(point))
