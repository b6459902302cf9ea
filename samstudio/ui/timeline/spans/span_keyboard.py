"""The keys of the timeline: Tab from span to span, Enter to edit one, arrows to move its edges."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from samstudio.ui import announcements
from samstudio.ui.timeline.spans.gesture_rules import Grip, nudged, nudged_band
from samstudio.ui.timeline.spans.readout import span_text
from samstudio.ui.timeline.spans.span_layer import SpanLayer

NUDGE, FAR_NUDGE = 0.01, 0.1
"""Seconds."""
SEMITONES, FAR_SEMITONES = 1.0, 12.0
HINT = "Editing: ← → the start, Shift the end, Alt the whole, Ctrl further; Enter or Esc when done"
BOX_HINT = "Editing: ← → start and ↑ ↓ low edge, Shift end and high edge, Alt the whole, Ctrl further; Esc when done"
_KEY = Qt.Key
_MODIFIER = Qt.KeyboardModifier
_STEPS = {_KEY.Key_Left: -1, _KEY.Key_Right: 1, _KEY.Key_Down: -1, _KEY.Key_Up: 1}
_UPRIGHT = {_KEY.Key_Up, _KEY.Key_Down}
_DONE = {_KEY.Key_Return, _KEY.Key_Enter, _KEY.Key_Escape}
_TABS = {_KEY.Key_Tab: 1, _KEY.Key_Backtab: -1}


class SpanKeyboard(QObject):
    """Filters the keys of `timeline`, the widget that has the focus while spans are worked on. It edits nothing.

    While editing, arrows belong to the span: bare ones move its start, with Shift its end, with Alt the whole; up and
    down move the frequencies of a box in the same way, by semitones. Ctrl goes ten times as far (an octave).
    """

    spans_nudged = Signal(object, bool)
    """dict[int, Span]: the spans to put at these indices; and whether this begins a new run of nudges."""
    span_stepped = Signal(object)
    """Index of the span to select."""
    menu_requested = Signal()
    """The menu key was pressed."""
    status_changed = Signal(str)
    """What the keys do now; '' when editing is over."""

    def __init__(self, layer: SpanLayer, timeline: QWidget) -> None:
        super().__init__(timeline)
        self._layer, self._timeline = layer, timeline
        self._edited: int | None = None
        self._run: tuple[Grip, bool] | None = None
        """What the last nudge moved: a run of the same is one step of undo."""
        timeline.installEventFilter(self)

    @property
    def is_editing(self) -> bool:
        """Whether arrows move a span."""
        return self._edited is not None

    def edit(self) -> None:
        """Let arrows move the primary span from now on."""
        selected = self._layer.context.selected
        if not selected:
            return
        self._timeline.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edited, self._run = selected[-1], None
        self._show(selected[-1])
        is_box = self._layer.context.spans[selected[-1]].is_box
        self.status_changed.emit(BOX_HINT if is_box else HINT)

    def leave(self) -> None:
        """End editing: the arrows move the playhead again."""
        if self.is_editing:
            self._edited = None
            self._layer.show_edited(())
            self.status_changed.emit("")

    def follow_selection(self, indices: tuple[int, ...]) -> None:
        """Another span was selected: the one that was edited is done."""
        if self._edited is not None and (not indices or indices[-1] != self._edited):
            self.leave()

    def follow_prompt(self) -> None:
        """The spans changed, by these keys or by undo."""
        if self._edited is None:
            return
        if self._edited < len(self._layer.context.spans):
            self._show(self._edited)
        else:
            self.leave()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Claims the arrows, Enter and Esc while editing, and Tab as long as there is another span to go to."""
        match event.type():
            case QEvent.Type.ShortcutOverride if isinstance(event, QKeyEvent) and self._is_ours(event):
                event.accept()
                return True
            case QEvent.Type.KeyPress if isinstance(event, QKeyEvent):
                return self._press(event)
            case QEvent.Type.FocusOut:
                self.leave()
            case QEvent.Type.ContextMenu if isinstance(event, QContextMenuEvent):
                if event.reason() == QContextMenuEvent.Reason.Keyboard:
                    self.menu_requested.emit()
                    return True
        return False

    def _is_ours(self, event: QKeyEvent) -> bool:
        return self.is_editing and (event.key() in _STEPS or event.key() in _DONE)

    def _press(self, event: QKeyEvent) -> bool:
        key = _KEY(event.key())
        if key in _TABS:
            return self._step(_TABS[key])
        if self._edited is None or not self._is_ours(event):
            return False
        if key in _DONE:
            self.leave()
        else:
            self._nudge(self._edited, key, event.modifiers())
        return True

    def _step(self, direction: int) -> bool:
        """Go to the next span in time; past the last one the focus moves to the next widget."""
        context = self._layer.context
        by_time = sorted(range(len(context.spans)), key=lambda index: (context.spans[index].start, index))
        if context.selected:
            place = by_time.index(context.selected[-1]) + direction
        else:
            place = 0 if direction > 0 else len(by_time) - 1
        if not 0 <= place < len(by_time):
            return False
        self.span_stepped.emit(by_time[place])
        self._announce(span_text(context.spans[by_time[place]]))
        return True

    def _nudge(self, edited: int, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        context, is_upright, is_far = self._layer.context, key in _UPRIGHT, bool(modifiers & _MODIFIER.ControlModifier)
        grip = _grip(modifiers, is_upright=is_upright)
        moved = context.selected if grip == Grip.BODY and not is_upright else (edited,)
        if is_upright:
            highest = context.scale.hz(1.0) if context.scale else 0.0
            step = _STEPS[key] * (FAR_SEMITONES if is_far else SEMITONES)
            after = {index: nudged_band(context.spans[index], step, grip, highest) for index in moved}
        else:
            step = self._group_step(moved, _STEPS[key] * (FAR_NUDGE if is_far else NUDGE), grip)
            after = {index: nudged(context.spans[index], step, grip, context.duration) for index in moved}
        changes = {index: span for index, span in after.items() if span != context.spans[index]}
        if changes:
            run = grip, is_upright
            self.spans_nudged.emit(changes, run != self._run)
            self._run = run
        self._announce(span_text(self._layer.context.spans[edited]))

    def _group_step(self, moved: tuple[int, ...], step: float, grip: Grip) -> float:
        """`step`, shortened so that spans which move together keep their distances."""
        if grip != Grip.BODY:
            return step
        spans = [self._layer.context.spans[index] for index in moved]
        first, last = min(span.start for span in spans), max(span.end for span in spans)
        return min(max(step, -first), self._layer.context.duration - last)

    def _show(self, edited: int) -> None:
        self._layer.show_edited((edited,), span_text(self._layer.context.spans[edited]))

    def _announce(self, text: str) -> None:
        announcements.announce(self._timeline, text)


def _grip(modifiers: Qt.KeyboardModifier, *, is_upright: bool) -> Grip:
    """The edges that keys with these modifiers move."""
    if modifiers & _MODIFIER.AltModifier:
        return Grip.BODY
    if modifiers & _MODIFIER.ShiftModifier:
        return Grip.HIGH if is_upright else Grip.END
    return Grip.LOW if is_upright else Grip.START
