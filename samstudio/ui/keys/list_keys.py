"""Keys that a list has of its own."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

KeyActions = Mapping[Qt.Key, Callable[[], None]]


class ListKeys(QObject):
    """Gives a list its own keys while it has the focus, ahead of the window's shortcuts."""

    def __init__(self, view: QWidget, keys: KeyActions, with_alt: KeyActions | None = None) -> None:
        super().__init__(view)
        held = Qt.KeyboardModifier
        self._keys = {held.NoModifier: keys, held.AltModifier: with_alt or {}}
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim its keys before shortcuts are looked up, and act on them."""
        if isinstance(event, QKeyEvent):
            keys = self._keys.get(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, {})
            action = keys.get(Qt.Key(event.key()))
            if action and event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if action and event.type() == QEvent.Type.KeyPress:
                action()
                return True
        return super().eventFilter(watched, event)
