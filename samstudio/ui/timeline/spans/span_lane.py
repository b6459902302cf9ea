"""One lane as the span layer sees it: its box, what is painted over it, and the mouse in its terms."""

from PySide6.QtCore import QMetaObject, QObject, QPoint, QPointF, Qt
from shiboken6 import isValid

from samstudio.ui.timeline.lanes.lane_box import Gesture, LaneBox
from samstudio.ui.timeline.spans.gesture_rules import Point
from samstudio.ui.timeline.spans.readout import ReadoutLabel
from samstudio.ui.timeline.spans.snapping import SnapTarget
from samstudio.ui.timeline.spans.span_groups import FrequencyAxis
from samstudio.ui.timeline.spans.span_item import SpanItem
from samstudio.ui.timeline.spans.span_painting import BRACKET_HEIGHT


class SpanLane:
    """Paints over `box`. With `scale` the box's y axis runs 0..1 over it. A bare lane shows no spans."""

    def __init__(self, box: LaneBox, scale: FrequencyAxis | None, *, is_bare: bool) -> None:
        self.box, self.is_bare = box, is_bare
        self.item = SpanItem(box, scale)
        self.connections: list[QMetaObject.Connection] = []
        self._label, self._target = ReadoutLabel(self.item), ReadoutLabel(self.item)
        self.has_frequency = scale is not None

    def detach(self) -> None:
        """Remove everything from the lane."""
        for connection in self.connections:
            QObject.disconnect(connection)
        # The lane may have been closed before.
        if isValid(self.item):
            self.item.detach()

    def pressed_point(self, gesture: Gesture) -> Point:
        """Where a drag began."""
        return self._point(gesture, gesture.pressed_time, gesture.pressed_y)

    def point(self, gesture: Gesture) -> Point:
        """Where the mouse is."""
        return self._point(gesture, gesture.time, gesture.y)

    def _point(self, gesture: Gesture, time: float, y: float) -> Point:
        position = min(max(y, 0.0), 1.0) if self.has_frequency else None
        height_over_foot = self.box.rect().bottom() - self.box.pixel(time, y).y()
        is_on_bracket = not self.has_frequency and height_over_foot <= BRACKET_HEIGHT
        return Point(time, position, gesture.seconds_per_pixel, gesture.y_per_pixel, is_on_bracket, self.is_bare)

    @property
    def is_visible(self) -> bool:
        """Whether the lane is on the screen."""
        return isValid(self.box) and any(view.isVisible() for view in self.box.scene().views())

    def global_position(self, gesture: Gesture) -> QPoint:
        """The mouse on the screen."""
        return self.box.on_screen(self._place(gesture))

    def _place(self, gesture: Gesture) -> QPointF:
        return self.box.pixel(gesture.time, gesture.y, gesture.band)

    def show_hover(self, shape: Qt.CursorShape, tool_tip: str) -> None:
        """The pointer and the tool tip where the mouse is now."""
        self.box.setToolTip(tool_tip)
        if not self.box.hasCursor() or self.box.cursor().shape() != shape:
            self.box.setCursor(shape)

    def show_label(self, text: str, gesture: Gesture) -> None:
        """Show `text` beside the mouse."""
        self._label.show_text(text, self._place(gesture), self.box.rect())

    def show_label_at(self, text: str, time: float) -> None:
        """Show `text` beside `time`, in the middle of the lane."""
        place = QPointF(self.box.pixel(time, 0.0).x(), self.box.rect().center().y())
        self._label.show_text(text, place, self.box.rect())

    def show_target(self, target: SnapTarget | None) -> None:
        """Name what an edge has snapped to, at the foot of its line; None removes the name."""
        if target is None:
            self._target.hide()
        else:
            foot = QPointF(self.box.pixel(target.time, 0.0).x(), self.box.rect().bottom())
            self._target.show_text(target.name, foot, self.box.rect())

    def hide_labels(self) -> None:
        """Hide the labels."""
        for label in (self._label, self._target):
            if isValid(label):
                label.hide()
