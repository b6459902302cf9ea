"""Keys: the sheet that lists them, and the dialog that changes them."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDialog, QWidget

from samstudio.app.action_spec import GROUPS, ActionSpec
from samstudio.app.commands.view.guide import GuideCommands
from samstudio.app.gestures import GESTURES
from samstudio.controllers.settings.key_map import KeyMap
from samstudio.controllers.settings.key_presets import key_presets
from samstudio.ui.keys.key_rows import KeyRow
from samstudio.ui.keys.keyboard_dialog import KeyboardDialog
from samstudio.ui.keys.shortcut_sheet import Shortcut, ShortcutSheet

RESERVED = {
    f"Alt+{group[group.index('&') + 1].upper()}": f"opens the menu {group.replace('&', '')}" for group in GROUPS
}
"""Keys that no action can have, and what they are."""


class KeyCommands(QObject):
    """Opens what shows and what changes the keys."""

    def __init__(self, key_map: KeyMap, specs: Sequence[ActionSpec], guide: GuideCommands, window: QWidget) -> None:
        super().__init__(window)
        self._key_map, self._specs, self._guide, self._window = key_map, specs, guide, window
        # Made on first use, so that the window opens at once.
        self._sheet: ShortcutSheet | None = None
        self._dialog: KeyboardDialog | None = None
        self._key_map.keys_changed.connect(self._follow)

    def shortcuts(self) -> None:
        """The sheet of all keys and mouse gestures."""
        if self._sheet is None:
            self._sheet = ShortcutSheet(self._shortcuts(), self._window)
            self._sheet.keyboard_requested.connect(self.keyboard)
            self._sheet.guide_requested.connect(self._guide.show_guide)
        _bring_up(self._sheet)

    def keyboard(self) -> None:
        """Change the keys."""
        if self._dialog is None:
            self._dialog = KeyboardDialog(RESERVED, self._window)
            self._dialog.keys_requested.connect(self._key_map.set_keys)
            self._dialog.reset_requested.connect(self._key_map.reset)
            self._dialog.reset_all_requested.connect(self._key_map.reset_all)
            self._dialog.preset_requested.connect(self._key_map.choose_preset)
        self._follow(None)
        _bring_up(self._dialog)

    def _shortcuts(self) -> tuple[Shortcut, ...]:
        keys = self._key_map.keys
        return (
            tuple(Shortcut(spec.text, keys[spec.name], spec.group.replace("&", "")) for spec in self._specs) + GESTURES
        )

    def _rows(self) -> tuple[KeyRow, ...]:
        keys, changed = self._key_map.keys, self._key_map.changed
        return tuple(
            KeyRow(spec.name, spec.text, spec.group.replace("&", ""), keys[spec.name], spec.name in changed)
            for spec in self._specs
        )

    @Slot(object)
    def _follow(self, _keys: object) -> None:
        if self._sheet is not None:
            self._sheet.show_shortcuts(self._shortcuts())
        if self._dialog is not None:
            self._dialog.show_presets({preset.name: preset.note for preset in key_presets()}, self._key_map.preset.name)
            self._dialog.show_rows(self._rows())


def _bring_up(dialog: QDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
