"""Setting up an engine's models: the dialog, the model manager behind it, and the model in the settings."""

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.controllers.settings.model_manager import ModelManager
from samstudio.separation.engine_info import EngineInfo
from samstudio.separation.models.catalogue import ModelFamily, family_of
from samstudio.separation.models.inventory import ModelPart, usable_part
from samstudio.separation.registry import engines
from samstudio.session.engine_settings import PartSetting
from samstudio.ui.models.models_dialog import ModelsDialog
from samstudio.ui.models.part_rows import LISTENER


class ModelSetupCommands(QObject):
    """Opens an engine's set-up dialog, made when first needed, and replaces a chosen model that is gone."""

    noted = Signal(str)
    """A sentence for the status bar: what came of a request while the dialog was hidden."""
    state_changed = Signal(str)
    """In short, which engines that need weights have them."""

    def __init__(self, models: ModelManager, separation: SeparationCommands, window: QWidget) -> None:
        super().__init__(window)
        self._models, self._separation, self._window = models, separation, window
        self._dialogs: dict[str, ModelsDialog] = {}
        self._added: set[str] = set()
        """Parts that have been set up since the last look at the disk."""
        models.parts_changed.connect(self._choose_usable)
        models.parts_changed.connect(self._choose_added)
        models.part_added.connect(self._on_part_added)
        models.failed.connect(self._note)
        models.access_denied.connect(self._on_access_denied)

    def set_up_models(self) -> None:
        """Show the dialog of an engine's models, as it was left."""
        self._open("")

    @Slot()
    def add_listener(self) -> None:
        """Show the dialog with nothing but the listener for any words."""
        self._open(LISTENER)

    def _open(self, alone: str) -> None:
        row = self._part_to_set_up()
        if row is None:
            return
        info = row[0]
        if info.name not in self._dialogs:
            self._dialogs[info.name] = self._make_dialog(*row)
        dialog = self._dialogs[info.name]
        dialog.show_alone(alone)
        self._models.refresh()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _part_to_set_up(self) -> tuple[EngineInfo, PartSetting, ModelFamily] | None:
        """The chosen engine's weights, or those of the first engine that has published ones."""
        chosen = self._separation.settings.engine
        rows = sorted(_required_parts(), key=lambda row: row[0].name != chosen)
        return next(((*row, family) for row in rows if (family := family_of(row[0].name))), None)

    def _make_dialog(self, info: EngineInfo, setting: PartSetting, family: ModelFamily) -> ModelsDialog:
        models, dialog = self._models, ModelsDialog(info.title, family, self._window)
        dialog.show_parts(models.parts)
        dialog.show_model(str(self._separation.options[info.name][setting.name]))
        models.parts_changed.connect(dialog.show_parts)
        models.running_changed.connect(dialog.show_running)
        models.progressed.connect(dialog.show_progress)
        models.failed.connect(dialog.show_error)
        models.part_added.connect(dialog.show_ready)
        models.access_denied.connect(dialog.show_denied)
        models.stopped.connect(dialog.show_stopped)
        dialog.download_requested.connect(models.download)
        dialog.access_requested.connect(models.ask_access)
        dialog.cancel_requested.connect(models.cancel)
        dialog.path_added.connect(models.add_path)
        dialog.remove_requested.connect(models.remove)
        dialog.page_requested.connect(lambda page: QDesktopServices.openUrl(QUrl(page)))
        dialog.model_chosen.connect(self.use_model)
        return dialog

    @Slot(str)
    def use_model(self, name: str) -> None:
        """Separate with that model from now on, and with the engine that it is for."""
        part = next((part for part in self._models.parts if part.name == name), None)
        required = _required_parts()
        info, setting = next((row for row in required if part is not None and part.engine == row[0].name), required[0])
        self._separation.change_option(info.name, setting.name, name)
        self._separation.choose_engine(info.name)

    @Slot(object)
    def _choose_usable(self, parts: tuple[ModelPart, ...]) -> None:
        """A chosen model that was removed is replaced by another installed one, or by none."""
        for info, setting in _required_parts():
            chosen = str(self._separation.options[info.name][setting.name])
            usable = usable_part(parts, info.name, setting.role, chosen)
            if usable != chosen:
                self._separation.change_option(info.name, setting.name, usable)
        ready = [(info, usable_part(parts, info.name, setting.role, "")) for info, setting in _required_parts()]
        self.state_changed.emit(
            " · ".join(f"{info.title}: {'ready' if part else 'not set up'}" for info, part in ready)
        )

    @Slot(object)
    def _choose_added(self, parts: tuple[ModelPart, ...]) -> None:
        """Who sets up a model wants to separate with it; helpers that were added to one change no choice."""
        if self._models.is_running:
            return
        added, self._added = self._added, set()
        roles = {info.name: setting.role for info, setting in _required_parts()}
        for part in parts:
            if part.name in added and part.is_ready and roles.get(part.engine) == part.role:
                self.use_model(part.name)

    @Slot(str)
    def _on_part_added(self, name: str) -> None:
        self._added.add(name)
        self._note(f"“{name}” is ready.")

    @Slot(str)
    def _on_access_denied(self, name: str) -> None:
        self._note(f"The hub did not give “{name}”: “Set up models…” says why.")

    def _note(self, sentence: str) -> None:
        if not any(dialog.isVisible() for dialog in self._dialogs.values()):
            self.noted.emit(sentence)


def _required_parts() -> list[tuple[EngineInfo, PartSetting]]:
    """The settings that name weights without which an engine cannot run, each with its engine."""
    return [(info, part) for info in engines() for part in info.parts if part.is_required]
