"""The preferences: one window, whose pages ask the commands that hold each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from samstudio.app.commands.playback.output import OutputCommands
from samstudio.app.commands.preferences.graphics import GraphicsCommands
from samstudio.app.commands.preferences.machines import MachineCommands
from samstudio.app.commands.preferences.storage import StorageCommands
from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.app.commands.view.time_format import TimeFormatCommands
from samstudio.controllers.settings.key_map import KeyMap
from samstudio.controllers.settings.model_manager import ModelManager
from samstudio.controllers.settings.preferences import Preferences
from samstudio.separation.models.catalogue import Role
from samstudio.separation.registry import engines, find_engine
from samstudio.ui.preferences.output_form import OutputForm
from samstudio.ui.preferences.preference_pages import EnginesPage, FoldersPage, KeysPage, LookPage
from samstudio.ui.preferences.preferences_dialog import PreferencesDialog

SOUND, LOOK, KEYS, ENGINES, GRAPHICS, MACHINES, STORAGE, FOLDERS = (
    "Sound",
    "Look",
    "Keys",
    "Engines",
    "Graphics card",
    "Machines",
    "Storage",
    "Folders",
)
_BESIDE = "Beside the recording"
_FOLDERS = {
    "folder/open": ("Recordings", "Where Open begins.", "Home folder"),
    "folder/session": ("Sessions", "Where Save the session as begins.", _BESIDE),
    "export/folder": ("Exports", "Where stems are exported to.", _BESIDE),
    "folder/labels": ("Labels", "Where labels are imported from and exported to.", _BESIDE),
}
"""By the names of the preferences."""


@dataclass(frozen=True)
class PreferenceControllers:
    """What the pages show and change."""

    output: OutputCommands
    time_format: TimeFormatCommands
    separation: SeparationCommands
    machines: MachineCommands
    storage: StorageCommands
    graphics: GraphicsCommands
    models: ModelManager
    key_map: KeyMap
    preferences: Preferences


class PreferenceCommands(QObject):
    """Opens the window, made on first use, and keeps its pages up to date."""

    def __init__(self, controllers: PreferenceControllers, actions: Mapping[str, QAction], window: QWidget) -> None:
        super().__init__(window)
        self._controllers, self._actions, self._window = controllers, actions, window
        self.dialog: PreferencesDialog | None = None

    def preferences(self) -> None:
        """Show the window, on the page that it was left on."""
        self._show(self.dialog.titles.currentItem().text() if self.dialog is not None else SOUND)

    def playback_settings(self) -> None:
        """Show the page on sound."""
        self._show(SOUND)

    def time_format(self) -> None:
        """Show the page that has the time format."""
        self._show(LOOK)

    def _show(self, page: str) -> None:
        if self.dialog is None:
            self.dialog = self._make_dialog()
        self._controllers.models.refresh()
        self._controllers.storage.measure()
        self._controllers.graphics.show()
        self._follow()
        self.dialog.show_page(page)

    def _make_dialog(self) -> PreferencesDialog:
        controllers = self._controllers
        self.output, self.look, self.keys = OutputForm(), LookPage(), KeysPage()
        self.engines, self.machines, self.folders = EnginesPage(), controllers.machines.page, FoldersPage(_FOLDERS)
        controllers.output.attach(self.output)
        controllers.time_format.attach(self.look.time_format)
        light = self._actions["light_theme"]
        self.look.light_chosen.connect(light.setChecked)
        light.toggled.connect(self._follow)
        self.keys.edit_requested.connect(self._actions["keyboard"].trigger)
        controllers.key_map.keys_changed.connect(self._follow)
        self.engines.engine.engine_chosen.connect(controllers.separation.choose_engine)
        self.engines.setup_requested.connect(self._actions["set_up_models"].trigger)
        controllers.separation.settings_changed.connect(self._follow)
        controllers.models.parts_changed.connect(self._follow)
        self.folders.folder_chosen.connect(self._choose_folder)
        pages = (
            (SOUND, self.output),
            (LOOK, self.look),
            (KEYS, self.keys),
            (ENGINES, self.engines),
            # Only a bundle can have it added.
            *([(GRAPHICS, controllers.graphics.page)] if controllers.graphics.support is not None else []),
            (MACHINES, self.machines),
            (STORAGE, controllers.storage.page),
            (FOLDERS, self.folders),
        )
        return PreferencesDialog(pages, self._window)

    @Slot()
    def _follow(self, _change: object = None) -> None:
        """Show everything as it is now."""
        controllers = self._controllers
        self.look.show_light(self._actions["light_theme"].isChecked())
        preset = controllers.key_map.preset
        self.keys.show_keys(preset.name, preset.note, len(controllers.key_map.changed))
        settings = controllers.separation.settings
        self.engines.show_engines(engines(controllers.separation.options), settings.engine)
        info = find_engine(settings.engine)
        parts = [part for part in controllers.models.parts if part.is_ready and part.role is Role.MODEL]
        named = [str(settings.options[setting.name]) for setting in info.parts] if info is not None else []
        self.engines.show_models([part.title for part in parts], ", ".join(name for name in named if name))
        self.folders.show_folders({name: controllers.preferences.text(name) for name in _FOLDERS})

    @Slot(str, object)
    def _choose_folder(self, name: str, folder: Path) -> None:
        self._controllers.preferences.set_text(name, str(folder))
        self._follow()
