"""Keys: the sheet that shows them."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from samstudio.app.actions import ACTIONS
from samstudio.app.gestures import GESTURES
from samstudio.app.studio import Studio
from samstudio.ui.shortcut_sheet import Shortcut, ShortcutSheet


class KeyCommands(QObject):
    """What tells and changes the keys."""

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._key_map = window, studio.key_map
        # Made when it is first asked for: the window shall open at once.
        self._sheet: ShortcutSheet | None = None
        self._key_map.keys_changed.connect(self._follow)

    def shortcuts(self) -> None:
        """The sheet of all keys and mouse gestures."""
        if self._sheet is None:
            self._sheet = ShortcutSheet(self._shortcuts(), self._window)
        self._sheet.show()
        self._sheet.raise_()
        self._sheet.activateWindow()

    def _shortcuts(self) -> tuple[Shortcut, ...]:
        keys = self._key_map.keys
        return tuple(Shortcut(spec.text, keys[spec.name], spec.group.replace("&", "")) for spec in ACTIONS) + GESTURES

    @Slot(object)
    def _follow(self, _keys: object) -> None:
        if self._sheet is not None:
            self._sheet.show_shortcuts(self._shortcuts())
