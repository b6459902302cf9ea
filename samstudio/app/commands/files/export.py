"""The export dialog, and the writing behind it."""

from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from samstudio.app.commands.files.export_form_request import ExportFormRequest
from samstudio.assets import folder_beside
from samstudio.audio.export.export import ExportReport
from samstudio.audio.export.export_measures import ExportProgress
from samstudio.controllers.analysis.video_frames import VideoFrames
from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.persistence.session_state import SessionState
from samstudio.controllers.playback.mixing import Mixing
from samstudio.controllers.separation.corrector import Corrector
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.clip import AudioClip
from samstudio.session.take_tree import chain_to
from samstudio.ui.export.export_choices import FORMATS, ExportChoices
from samstudio.ui.export.export_dialog import ExportDialog


@dataclass(frozen=True)
class ExportControllers:
    """What an export reads, and what it works with."""

    document: Document
    selection: Selection
    mixing: Mixing
    video_frames: VideoFrames
    session_state: SessionState
    preferences: Preferences
    background: Background
    corrector: Corrector


class ExportCommands(QObject):
    """Asks what to export where, and has it written in the pool."""

    def __init__(self, controllers: ExportControllers, window: QWidget) -> None:
        super().__init__(window)
        self._controllers, self._window = controllers, window

    def export(self) -> None:
        """Export the current take's stems, as they are when all edits are applied."""
        self._controllers.corrector.when_applied(self._open)

    def _open(self) -> None:
        controllers = self._controllers
        clip, take = controllers.document.clip, controllers.document.current_take
        if clip is not None and take is not None:
            chain = chain_to(take, controllers.document.takes)
            video = clip.path if controllers.video_frames.has_video else None
            mix, markers = controllers.mixing.mix, controllers.document.markers
            request = ExportFormRequest(clip, chain, mix, controllers.selection.range, video, markers)
            _Export(controllers, request, self._window).open()


class _Export(QObject):
    """One dialog and the jobs it starts; which ends when the dialog is closed."""

    def __init__(self, controllers: ExportControllers, request: ExportFormRequest, window: QWidget) -> None:
        super().__init__(window)
        self._controllers, self._request = controllers, request
        self._dialog = ExportDialog(request.source, remembered_choices(controllers.preferences, request.clip), window)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.export_requested.connect(self._write)
        self._dialog.cancel_requested.connect(self._cancel)
        self._dialog.peak_requested.connect(self._measure_peak)
        self._dialog.reveal_requested.connect(lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
        self._dialog.finished.connect(self._close)
        self._writing: Job | None = None
        self._measuring: Job | None = None

    def open(self) -> None:
        """Show the dialog."""
        self._dialog.open()

    def _remember(self, choices: ExportChoices) -> None:
        preferences = self._controllers.preferences
        preferences.set_text("export/folder", str(choices.folder))
        preferences.set_text("export/template", choices.template)
        preferences.set_flag("export/daw_project", value=choices.daw_project)
        for name, audio_format in FORMATS.items():
            if audio_format == choices.audio_format:
                preferences.set_text("export/format", name)

    @Slot(object)
    def _measure_peak(self, choices: ExportChoices) -> None:
        if self._measuring is not None:
            self._measuring.cancel()
        self._measuring = self._controllers.background.run(self._request.peak(choices), done=self._on_peak)

    @Slot(object)
    def _on_peak(self, last: ExportProgress | float | None) -> None:
        # Sound without a frame has no peak to report.
        self._dialog.show_peak(last if isinstance(last, float) else -inf)

    @Slot(object)
    def _write(self, choices: ExportChoices) -> None:
        self._remember(choices)
        self._dialog.show_progress("Starting", 0.0)
        self._writing = self._controllers.background.run(
            self._request.write(choices),
            stepped=self._on_step,
            done=self._on_written,
            failed=self._dialog.show_error,
            ended=self._on_ended,
        )

    @Slot(object)
    def _on_step(self, step: ExportProgress | ExportReport) -> None:
        if isinstance(step, ExportProgress):
            self._dialog.show_progress(step.stage, step.done / step.total)

    @Slot(object)
    def _on_written(self, report: ExportReport) -> None:
        self._controllers.session_state.mark_exported()
        self._dialog.show_report(report)

    @Slot()
    def _on_ended(self) -> None:
        if self._writing is not None and self._writing.is_cancelled:
            self._dialog.show_cancelled()
        self._writing = None

    @Slot()
    def _cancel(self) -> None:
        if self._writing is not None:
            self._writing.cancel()

    @Slot()
    def _close(self) -> None:
        for job in (self._measuring, self._writing):
            if job is not None:
                job.cancel()
        self.deleteLater()


def remembered_choices(preferences: Preferences, clip: AudioClip | None) -> ExportChoices:
    """Folder, names, format and project as they were chosen last; at first beside the recording."""
    choices = ExportChoices(Path(preferences.text("export/folder", str(folder_beside(clip.path if clip else None)))))
    name = preferences.text("export/format", next(iter(FORMATS)))
    template = preferences.text("export/template", choices.template)
    daw_project = preferences.flag("export/daw_project", default=False)
    audio_format = FORMATS.get(name, choices.audio_format)
    return replace(choices, audio_format=audio_format, template=template, daw_project=daw_project)
