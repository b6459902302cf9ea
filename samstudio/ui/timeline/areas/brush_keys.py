"""The keys of the brush, which mean something else while another tool is active."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit

from samstudio.ui.keys.focus_filter import FocusFilter
from samstudio.ui.timeline.areas.area_layer import AreaLayer
from samstudio.ui.timeline.areas.area_options import AreaTool

_NOTCHES = 2.0
_HARDER = 10
"""Percent."""
_KEYS = {
    Qt.Key.Key_BracketLeft: -1,
    Qt.Key.Key_BraceLeft: -1,
    Qt.Key.Key_BracketRight: 1,
    Qt.Key.Key_BraceRight: 1,
    Qt.Key.Key_X: 0,
}
_OTHER_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class BrushKeys(FocusFilter):
    """Claims [ and ] (size), with Shift (hardness), and X (direction) while the brush is the tool.

    Not while typing, and not in a widget that keeps the brackets for itself.
    """

    def __init__(self, layer: AreaLayer) -> None:
        super().__init__(layer)
        self._layer = layer

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the keys from the actions that have them, and do what they are for."""
        if not isinstance(event, QKeyEvent) or not self._is_ours(watched, event):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            self._press(event)
            return True
        return False

    def _is_ours(self, watched: QObject, event: QKeyEvent) -> bool:
        is_typing = isinstance(watched, QLineEdit | QAbstractSpinBox) or bool(watched.property("keeps_brackets"))
        is_plain = event.key() in _KEYS and not event.modifiers() & _OTHER_MODIFIERS
        return self._layer.tool is AreaTool.BRUSH and is_plain and not is_typing

    def _press(self, event: QKeyEvent) -> None:
        step = _KEYS[Qt.Key(event.key())]
        if not step:
            if not event.isAutoRepeat():
                self._layer.turn_brush()
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._layer.harden_brush(step * _HARDER)
        else:
            self._layer.resize_brush(step * _NOTCHES)
