"""The export of all open recordings: the current take of each, in one folder, with the same settings."""

import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from samstudio.app.commands.files.export import ExportControllers, remembered_choices
from samstudio.app.commands.files.export_form_request import ExportFormRequest
from samstudio.audio.errors import AudioError
from samstudio.audio.export.export import ExportReport
from samstudio.audio.export.export_measures import ExportProgress
from samstudio.controllers.background import UNEXPECTED, Job
from samstudio.controllers.document.recording import Recording, WorkState
from samstudio.session.scratch import ScratchError
from samstudio.session.take_tree import chain_to
from samstudio.ui.export.export_all_dialog import ExportAllDialog
from samstudio.ui.export.export_choices import ExportChoices
from samstudio.ui.export.export_report import null_text

log = logging.getLogger(__name__)

CLIP_NAME = "{clip}"
NOT_YET = "Your edits are being applied: export in a moment."


@dataclass(frozen=True, eq=False)
class _RecordingExport:
    """A recording to be exported, as it was when that was asked for."""

    recording: Recording
    name: str
    request: ExportFormRequest
    work: WorkState


@dataclass(frozen=True)
class _Progress:
    """How much is done of all (0..1), and of which recording."""

    recording: str
    stage: str
    fraction: float


@dataclass(frozen=True, eq=False)
class _Ended:
    """A recording that was exported; or, with a sentence, one that could not be."""

    piece: _RecordingExport
    failure: str = ""
    report: ExportReport | None = None


class ExportAllCommands(QObject):
    """Asks for a folder, and has all parts of every recording written there, one recording after the other."""

    noted = Signal(str)

    def __init__(self, controllers: ExportControllers, window: QWidget) -> None:
        super().__init__(window)
        self._controllers, self._window = controllers, window
        self._job: Job | None = None
        self._dialog: ExportAllDialog | None = None
        self._folder, self._count = Path(), 0
        self._exported: list[Recording] = []
        self._failures: list[str] = []
        self._lines: list[str] = []
        """What was written, a line for each recording."""

    @property
    def is_running(self) -> bool:
        """Whether files are being written."""
        return self._job is not None

    def export_all(self) -> None:
        """Export the current takes with all parts of their chains, in the format that was chosen last."""
        if self._dialog is not None and self._job is not None:
            self._dialog.raise_()
            self._dialog.activateWindow()
            return
        if self._dialog is not None:
            # It lists what an earlier export has written.
            self._dialog.close()
        recordings = [each for each in self._controllers.document.recordings.all if each.current_take is not None]
        if not recordings:
            self.noted.emit("No recording has a take yet: separate first.")
            return
        if any(each.current_take and not each.current_take.sound.is_up_to_date for each in recordings):
            self.noted.emit(NOT_YET)
            return
        choices = remembered_choices(self._controllers.preferences, recordings[0].clip)
        name = QFileDialog.getExistingDirectory(
            self._window, f"Export {len(recordings)} recordings to", str(choices.folder)
        )
        if name:
            template = choices.template if CLIP_NAME in choices.template else ExportChoices.template
            # Nothing is asked for each file: one that exists stays, and the new one gets a number.
            self._start(recordings, replace(choices, folder=Path(name), template=template, existing="number"))

    def _start(self, recordings: Sequence[Recording], choices: ExportChoices) -> None:
        pieces = [piece for each in recordings if (piece := _piece(each)) is not None]
        self._folder, self._count, self._exported, self._failures = choices.folder, len(pieces), [], []
        self._lines = []
        dialog = self._dialog = ExportAllDialog(self._window)
        dialog.cancel_requested.connect(self._cancel)
        dialog.finished.connect(self._forget_dialog)
        dialog.show()
        self._job = self._controllers.background.run(
            _writing(pieces, choices), stepped=self._on_step, failed=self._on_failure, ended=self._on_ended
        )

    @Slot(object)
    def _on_step(self, step: _Progress | _Ended) -> None:
        match step:
            case _Progress() if self._dialog is not None:
                self._dialog.show_progress(step.recording, step.stage, step.fraction)
            case _Ended(piece, ""):
                self._exported.append(piece.recording)
                self._lines.append(_written(piece.name, step.report))
                self._controllers.session_state.mark_exported(piece.recording, piece.work)
            case _Ended(piece, failure):
                self._on_failure(f"“{piece.name}”: {failure}")

    @Slot(str)
    def _on_failure(self, sentence: str) -> None:
        self._failures.append(sentence)
        if self._dialog is not None:
            self._dialog.show_failures(self._failures)

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot()
    def _on_ended(self) -> None:
        done, was_cancelled = len(self._exported), self._job is not None and self._job.is_cancelled
        self._job = None
        count = f"{done} of {self._count} recordings" if done < self._count else f"{done} recordings"
        summary = f"{'Cancelled: ' if was_cancelled else ''}{count} exported to “{self._folder.name}”."
        self.noted.emit(summary)
        if self._dialog is not None:
            # What failed first: it asks for something.
            lines = (*self._failures, *self._lines)
            self._dialog.show_end(summary, lines)
            if not lines:
                self._dialog.close()

    @Slot()
    def _forget_dialog(self) -> None:
        self._dialog = None


def _piece(recording: Recording) -> _RecordingExport | None:
    clip, take = recording.clip, recording.current_take
    if clip is None or take is None:
        return None
    chain = chain_to(take, recording.takes)
    request = ExportFormRequest(clip, chain, recording.mix, None, None, recording.markers)
    return _RecordingExport(recording, recording.name, request, recording.work)


def _written(name: str, report: ExportReport | None) -> str:
    """`“name”: 2 files, null −∞ dB`."""
    if report is None:
        return f"“{name}”"
    files = f"{len(report.paths)} {'file' if len(report.paths) == 1 else 'files'}"
    return f"“{name}”: {files}" + (f", null {null_text(report.null_db)}" if report.null_db is not None else "")


def _writing(pieces: Sequence[_RecordingExport], choices: ExportChoices) -> Generator[_Progress | _Ended, None, None]:
    """Each recording whole or not at all; the next ones follow after one that cannot be written."""
    for number, piece in enumerate(pieces):
        source, title = piece.request.source, f"{number + 1} of {len(pieces)}: {piece.name}"
        yield _Progress(title, "Starting", number / len(pieces))
        try:
            # The parts of a take's whole chain: only together are they the recording.
            report = None
            for step in piece.request.write(replace(choices, stems=(*source.earlier, *choices.stems))):
                if isinstance(step, ExportProgress):
                    yield _Progress(title, step.stage, (number + step.done / step.total) / len(pieces))
                else:
                    report = step
            yield _Ended(piece, report=report)
        except (AudioError, ScratchError) as error:
            yield _Ended(piece, str(error))
        except Exception:
            log.exception("an export failed")
            yield _Ended(piece, UNEXPECTED)
