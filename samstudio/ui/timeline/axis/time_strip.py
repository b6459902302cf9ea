"""A strip along the time axis, which the wheel zooms and scrolls."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QWidget

from samstudio.ui.accessible_roles import set_role
from samstudio.ui.timeline.axis.time_view import TimeView
from samstudio.ui.timeline.axis.wheel import zoom_or_scroll


class TimeStrip(QWidget):
    """Paints all of its ground itself; `height` in logical pixels."""

    zoom_requested = Signal(float, float)
    """Factor (<1 shows less) and the time that stays where it is."""
    scroll_requested = Signal(float)
    """Seconds."""

    def __init__(self, name: str, height: int) -> None:
        super().__init__()
        self.setFixedHeight(height)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(name)
        set_role(self, QAccessible.Role.Graphic)
        self._view = TimeView(0.0, 1.0)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(400, self.minimumHeight())

    def show_view(self, view: TimeView) -> None:
        """Show another part of the time axis."""
        self._view = view
        self.update()

    def _seconds(self, x: float) -> float:
        """The time at a place of the visible part."""
        return self._view.start + x / max(1, self.width()) * self._view.length

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The same as over the lanes."""
        at = self._seconds(event.position().x())
        zoom_or_scroll(event, self._view, at, self.zoom_requested, self.scroll_requested)
