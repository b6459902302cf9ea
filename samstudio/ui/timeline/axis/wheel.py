"""What the mouse wheel does on the time axis."""

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QWheelEvent

from samstudio.ui.timeline.axis.time_view import TimeView


def zoom_or_scroll(
    event: QWheelEvent, view: TimeView, at: float, zoom_requested: SignalInstance, scroll_requested: SignalInstance
) -> None:
    """Request a zoom (factor, and `at`, the time that stays) or, with Shift or sideways, to scroll by seconds."""
    across, along = event.angleDelta().x() / 120.0, event.angleDelta().y() / 120.0
    if across or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        scroll_requested.emit(-(across or along) * 0.1 * view.length)
    else:
        zoom_requested.emit(0.8**along, at)
    event.accept()
