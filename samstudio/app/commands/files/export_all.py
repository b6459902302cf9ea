"""The export of all open recordings: the current take of each, in one folder, with the same settings."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from samstudio.app.commands.files.export import ExportControllers, remembered_choices
from samstudio.app.commands.files.export_form_request import ExportFormRequest
from samstudio.audio.export.export import ExportReport
from samstudio.audio.export.export_measures import ExportProgress
from samstudio.controllers.document.recording import Recording
from samstudio.session.take_tree import chain_to
from samstudio.ui.export.export_choices import ExportChoices

CLIP_NAME = "{clip}"


class ExportAllCommands(QObject):
    """Asks for a folder, and has target and residual of every recording written there, one after the other."""

    noted = Signal(str)
    progressed = Signal(str)
    """How far it is, in words."""
    failed = Signal(str)
    """A sentence: what could not be written."""

    def __init__(self, controllers: ExportControllers, window: QWidget) -> None:
        super().__init__(window)
        self._controllers, self._window = controllers, window
        self._exported: list[Recording] = []
        self._folder = Path()

    def export_all(self) -> None:
        """Export the current takes as target and residual, in the format that was chosen last."""
        if self._exported:
            self.noted.emit("An export of all recordings is under way.")
            return
        recordings = [each for each in self._controllers.document.recordings.all if each.current_take is not None]
        if not recordings:
            self.noted.emit("No recording has a take yet: separate first.")
            return
        if any(each.current_take and not each.current_take.sound.is_up_to_date for each in recordings):
            self.noted.emit("Your edits are being applied: export in a moment.")
            return
        choices = remembered_choices(self._controllers.preferences, recordings[0].clip)
        name = QFileDialog.getExistingDirectory(
            self._window, f"Export {len(recordings)} recordings to", str(choices.folder)
        )
        if name:
            template = choices.template if CLIP_NAME in choices.template else ExportChoices.template
            # Nothing is asked for each file: one that exists stays, and the new one gets a number.
            choices = replace(choices, folder=Path(name), template=template, existing="number")
            self._exported, self._folder = recordings, Path(name)
            requests = [request for each in recordings if (request := _request(each)) is not None]
            self._controllers.background.run(
                _writing(requests, choices),
                stepped=self._on_step,
                done=self._on_done,
                failed=self.failed,
                ended=self._on_ended,
            )

    @Slot(object)
    def _on_step(self, step: str | None) -> None:
        if step is not None:
            self.progressed.emit(step)

    @Slot()
    def _on_done(self) -> None:
        for recording in self._exported:
            self._controllers.session_state.mark_exported(recording)
        self.noted.emit(f"{len(self._exported)} recordings exported to “{self._folder.name}”.")

    @Slot()
    def _on_ended(self) -> None:
        self._exported = []


def _request(recording: Recording) -> ExportFormRequest | None:
    clip, take = recording.clip, recording.current_take
    if clip is None or take is None:
        return None
    return ExportFormRequest(clip, chain_to(take, recording.takes), recording.mix, None, None, recording.markers)


def _writing(requests: Sequence[ExportFormRequest], choices: ExportChoices) -> Generator[str | None, None, None]:
    """Yields what is being done. Raises AudioError at the first that cannot be written."""
    for number, request in enumerate(requests, 1):
        yield f"Exporting {number} of {len(requests)}: {request.clip.name}"
        steps: Generator[ExportProgress | ExportReport, None, None] = request.write(choices)
        for _ in steps:
            # Whoever cancels does not wait for the end of a file.
            yield None
