"""Setting up an engine's models: the dialog, the model manager behind it, and the model in the settings."""

from dataclasses import replace

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.controllers.settings.model_manager import ModelManager
from samstudio.separation.models.catalogue import SAM_AUDIO as FAMILY
from samstudio.separation.models.inventory import ModelPart, usable_model
from samstudio.separation.registry import SAM_AUDIO
from samstudio.ui.models.models_dialog import ModelsDialog


class ModelSetupCommands(QObject):
    """Opens the one set-up dialog, made when it is first asked for, and keeps the chosen model one that is there."""

    noted = Signal(str)
    """A sentence for the status bar: what came of an order while the dialog was hidden."""

    def __init__(self, models: ModelManager, separation: SeparationCommands, window: QWidget) -> None:
        super().__init__(window)
        self._models, self._separation, self._window = models, separation, window
        self._dialog: ModelsDialog | None = None
        models.parts_changed.connect(self._choose_usable)
        models.part_added.connect(self._on_part_added)
        models.failed.connect(self._note)
        models.access_denied.connect(self._on_access_denied)

    def set_up_sam_audio(self) -> None:
        """Show the dialog, as it was left."""
        if self._dialog is None:
            self._dialog = self._make_dialog()
        self._models.refresh()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def _make_dialog(self) -> ModelsDialog:
        models, dialog = self._models, ModelsDialog(SAM_AUDIO.title, FAMILY, self._window)
        dialog.show_parts(models.parts)
        dialog.show_model(self._separation.settings.sam_audio.model)
        models.parts_changed.connect(dialog.show_parts)
        models.running_changed.connect(dialog.show_running)
        models.progressed.connect(dialog.show_progress)
        models.failed.connect(dialog.show_error)
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
        """Separate with that model from now on."""
        settings = self._separation.settings
        sam_audio = replace(settings.sam_audio, model=name)
        self._separation.change_settings(replace(settings, engine=SAM_AUDIO.name, sam_audio=sam_audio))

    @Slot(object)
    def _choose_usable(self, parts: tuple[ModelPart, ...]) -> None:
        """A model that is gone is replaced by one that is there, or by none."""
        settings = self._separation.settings
        usable = usable_model(parts, FAMILY.engine, settings.sam_audio.model)
        if usable != settings.sam_audio.model:
            self._separation.change_settings(replace(settings, sam_audio=replace(settings.sam_audio, model=usable)))

    @Slot(str)
    def _on_part_added(self, name: str) -> None:
        self._note(f"“{name}” is ready.")

    @Slot(str)
    def _on_access_denied(self, name: str) -> None:
        self._note(f"The hub did not give “{name}”: Set up SAM Audio tells why.")

    def _note(self, sentence: str) -> None:
        if self._dialog is None or not self._dialog.isVisible():
            self.noted.emit(sentence)
