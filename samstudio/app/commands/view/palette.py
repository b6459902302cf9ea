"""The command palette: everything that can be done, by name."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from samstudio.app.actions import ACTIONS, ActionSpec
from samstudio.ui.keys.palette import CommandPalette, PaletteEntry

_REMEMBERED = 5
_MINE = "command_palette"


class PaletteCommands(QObject):
    """Fills the palette with actions, panels, recent recordings and takes, and does what is chosen."""

    def __init__(self, window) -> None:
        super().__init__(window)
        self._window, self._studio = window, window.studio
        # Made when it is first asked for: the window shall open at once.
        self._palette: CommandPalette | None = None
        self._lately: list[tuple[str, str]] = []

    def command_palette(self) -> None:
        """Find an action by its name."""
        if self._palette is None:
            self._palette = CommandPalette(self._window)
            self._palette.chosen.connect(self._do)
        entries = [*self._actions(), *self._panels(), *self._takes(), *self._recordings()]
        by_name = {(entry.kind, entry.name): entry for entry in entries}
        first = [by_name[name] for name in self._lately if name in by_name]
        self._palette.ask((*first, *(entry for entry in entries if entry not in first)))

    def _actions(self) -> Iterator[PaletteEntry]:
        keys = self._studio.key_map.keys
        for spec in ACTIONS:
            if spec.name != _MINE:
                yield self._action(spec, keys[spec.name])

    def _action(self, spec: ActionSpec, keys: tuple[str, ...]) -> PaletteEntry:
        action: QAction = self._window.actions_by_name[spec.name]
        state = "on" if action.isChecked() else ""
        refusal = "" if action.isEnabled() else spec.needs.value or "not now"
        text = action.text().replace("&", "")
        return PaletteEntry("action", spec.name, text, spec.group.replace("&", ""), keys, state, refusal)

    def _panels(self) -> Iterator[PaletteEntry]:
        for name, dock in self._window.docks.items():
            state = "hidden" if dock.isHidden() else "shown"
            yield PaletteEntry("panel", name, f"Show or hide {dock.windowTitle()}", "Panel", note=state)

    def _takes(self) -> Iterator[PaletteEntry]:
        for index, take in enumerate(self._studio.document.takes):
            current = "current" if take is self._studio.document.current_take else ""
            yield PaletteEntry("take", str(index), take.name, "Take", note=current)

    def _recordings(self) -> Iterator[PaletteEntry]:
        for path in self._studio.preferences.recent_files:
            yield PaletteEntry(
                "recording", str(path), f"Open {path.name}", "Recent recording", note=str(path.parent.name)
            )

    @Slot(object)
    def _do(self, entry: PaletteEntry) -> None:
        name = (entry.kind, entry.name)
        self._lately = [name, *(other for other in self._lately if other != name)][:_REMEMBERED]
        match entry.kind:
            case "action":
                self._window.actions_by_name[entry.name].trigger()
            case "panel":
                self._window.docks[entry.name].toggleViewAction().trigger()
            case "take":
                self._studio.document.select_take(int(entry.name))
            case "recording":
                self._window.files.open_path(Path(entry.name))
