"""The command palette: everything that can be done, by name."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QWidget

from samstudio.app.action_spec import ActionSpec
from samstudio.app.action_texts import SYNONYMS
from samstudio.app.commands.files.files import FileCommands
from samstudio.controllers.document.document import Document
from samstudio.controllers.settings.key_map import KeyMap
from samstudio.controllers.settings.preferences import Preferences
from samstudio.ui.keys.palette import CommandPalette, PaletteEntry

_REMEMBERED = 5
_MINE = "command_palette"


class PaletteCommands(QObject):
    """Fills the palette with actions, panels, recent recordings and takes, and does what is chosen."""

    def __init__(
        self,
        specs: Sequence[ActionSpec],
        actions: Mapping[str, QAction],
        docks: Mapping[str, QDockWidget],
        key_map: KeyMap,
        document: Document,
        preferences: Preferences,
        files: FileCommands,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._specs, self._actions, self._docks = specs, actions, docks
        self._key_map, self._document, self._preferences = key_map, document, preferences
        self._files, self._window = files, window
        # Made on first use, so that the window opens at once.
        self._palette: CommandPalette | None = None
        self._recent: list[tuple[str, str]] = []

    def command_palette(self) -> None:
        """Find an action by its name."""
        if self._palette is None:
            self._palette = CommandPalette(self._window)
            self._palette.chosen.connect(self._do)
        entries = [*self._action_entries(), *self._panels(), *self._takes(), *self._recordings()]
        by_name = {(entry.kind, entry.name): entry for entry in entries}
        first = [by_name[name] for name in self._recent if name in by_name]
        self._palette.ask((*first, *(entry for entry in entries if entry not in first)))

    def _action_entries(self) -> Iterator[PaletteEntry]:
        keys = self._key_map.keys
        for spec in self._specs:
            if spec.name != _MINE:
                yield self._action(spec, keys[spec.name])

    def _action(self, spec: ActionSpec, keys: tuple[str, ...]) -> PaletteEntry:
        action = self._actions[spec.name]
        state = "on" if action.isChecked() else ""
        refusal = "" if action.isEnabled() else spec.needs.text or "not now"
        text, words = action.text().replace("&", ""), SYNONYMS.get(spec.name, "")
        return PaletteEntry("action", spec.name, text, spec.group.replace("&", ""), keys, state, refusal, words)

    def _panels(self) -> Iterator[PaletteEntry]:
        for name, dock in self._docks.items():
            state = "hidden" if dock.isHidden() else "shown"
            yield PaletteEntry("panel", name, f"Show or hide {dock.windowTitle()}", "Panel", note=state)

    def _takes(self) -> Iterator[PaletteEntry]:
        for index, take in enumerate(self._document.takes):
            current = "current" if take is self._document.current_take else ""
            yield PaletteEntry("take", str(index), take.name, "Take", note=current)

    def _recordings(self) -> Iterator[PaletteEntry]:
        for path in self._preferences.recent_files:
            yield PaletteEntry(
                "recording", str(path), f"Open {path.name}", "Recent recording", note=str(path.parent.name)
            )

    @Slot(object)
    def _do(self, entry: PaletteEntry) -> None:
        name = (entry.kind, entry.name)
        self._recent = [name, *(other for other in self._recent if other != name)][:_REMEMBERED]
        match entry.kind:
            case "action":
                self._actions[entry.name].trigger()
            case "panel":
                self._docks[entry.name].toggleViewAction().trigger()
            case "take":
                self._document.select_take(int(entry.name))
            case "recording":
                self._files.open_path(Path(entry.name))
