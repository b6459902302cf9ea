"""Asks what to export and where, shows progress, and what was measured afterwards."""

from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from samstudio.audio.errors import AudioError
from samstudio.audio.export.export import ExportReport
from samstudio.ui.export.export_choices import ExportChoices, ExportSource
from samstudio.ui.export.export_form import ExportForm
from samstudio.ui.export.export_questions import ExistingFilesQuestion, GainOffer, MissingFolderQuestion
from samstudio.ui.export.export_report import ExportReportPage
from samstudio.ui.export.fitted_scroll_area import FittedScrollArea
from samstudio.ui.icons import icon
from samstudio.ui.parts import NoticeBar, explain, label, primary_button
from samstudio.ui.progress_bar import ProgressBar
from samstudio.ui.theme import theme


class ExportDialog(QDialog):
    """Emits ExportChoices; progress, result and errors are shown by its `show_` methods."""

    export_requested = Signal(object)
    """ExportChoices; no existing file is replaced unless the user said so."""
    cancel_requested = Signal()
    peak_requested = Signal(object)
    """ExportChoices whose highest peak is wanted by `show_peak`: integer formats clip above 0 dBFS."""
    reveal_requested = Signal(object)
    """Path of the folder to open."""

    def __init__(self, source: ExportSource, choices: ExportChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export stems")
        self._source = source
        self._measured: ExportChoices | None = None
        self._makes_folder = False
        self.form = ExportForm(source, choices)
        self.form.choices_changed.connect(self._check)
        self.report = ExportReportPage()
        self.notice = NoticeBar()
        self.question = ExistingFilesQuestion()
        self.question.answered.connect(self._export)
        self.missing_folder = MissingFolderQuestion()
        self.missing_folder.agreed.connect(self._make_folder)
        self.gain = GainOffer()
        self.pages = QStackedWidget()
        self._choices, self._written = FittedScrollArea(self.form), FittedScrollArea(self.report)
        self.pages.addWidget(self._choices)
        # Nothing in it takes the focus: many files are scrolled through here.
        self._written.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._written.setAccessibleName("What was written")
        self.pages.addWidget(self._written)
        self.bar = ProgressBar("export")
        self.stage = label(look="caption")
        self.export_button = primary_button("Export", "export")
        explain(self.export_button, "Export", "Return")
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self._ask_or_export)
        self.reveal_button = QPushButton("Show in folder")
        self.reveal_button.setIcon(icon("folder"))
        explain(self.reveal_button, "Show in folder", more="Open the folder in the file manager.")
        self.reveal_button.clicked.connect(lambda: self.reveal_requested.emit(self.report.folder))
        self.reveal_button.hide()
        self.close_button = QPushButton()
        self.close_button.clicked.connect(self.reject)
        self._lay_out()
        # Queued: the layout must have taken the change in first.
        self.form.more.toggled.connect(self._fit, Qt.ConnectionType.QueuedConnection)
        self._show_running(running=False)
        self._check()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.reveal_button)
        buttons.addWidget(self.stage, 1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme().space(5)] * 4)
        column.setSpacing(theme().space(3))
        for part in (self.pages, self.gain, self.missing_folder, self.question, self.notice, self.bar):
            column.addWidget(part)
        column.addLayout(buttons)
        self.setMinimumWidth(theme().space(140))

    def show_peak(self, peak_db: float | None) -> None:
        """The highest peak of the chosen stems in dBFS, or None while it is not known."""
        self.gain.show_peak(None if self._measured is None else peak_db)

    def show_progress(self, stage: str, fraction: float) -> None:
        """An export runs; `fraction` 0..1 of it is done."""
        self._show_running(running=True)
        self.bar.show_fraction(fraction)
        self.stage.setText(stage)

    def show_report(self, report: ExportReport) -> None:
        """The files are whole: show what was measured on them."""
        self.report.show_report(report)
        # The choices would hold the dialog taller than the report is.
        self._choices.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.pages.setCurrentWidget(self._written)
        self._show_running(running=False)
        self.gain.hide()
        self.export_button.hide()
        self.reveal_button.show()
        self.close_button.setDefault(True)
        self.close_button.setFocus()
        QTimer.singleShot(0, self, self._fit)

    def show_error(self, sentence: str) -> None:
        """The export failed; the choices stay, to be corrected and tried again."""
        self._show_running(running=False)
        self.notice.show_text(sentence)

    def show_cancelled(self) -> None:
        """The export was cancelled; nothing was written."""
        self._show_running(running=False)
        self.stage.setText("Cancelled: nothing was written.")

    @property
    def is_running(self) -> bool:
        """Whether an export is under way."""
        return not self.bar.isHidden()

    def reject(self) -> None:
        """Esc and Cancel stop a running export first, and close the dialog otherwise."""
        if self.is_running:
            self.cancel_requested.emit()
        else:
            super().reject()

    @Slot()
    def _fit(self) -> None:
        """As tall as what is unfolded needs."""
        # At a scale such as 1.5 the system's window may become a pixel lower than it was asked to be.
        self.resize(self.width(), self._wanted_height + 1)
        area, frame = self.screen().availableGeometry(), self.frameGeometry()
        if frame.bottom() > area.bottom():
            self.move(frame.left(), max(area.top(), area.bottom() - frame.height()))

    @property
    def _wanted_height(self) -> int:
        """As much as there is to show, but no more than the screen has: the form is scrolled then."""
        # From the inside out: Qt would do it only later.
        for part in (self.form, self.report, self.pages, self):
            if (layout := part.layout()) is not None:
                layout.activate()
        frame = self.frameGeometry().height() - self.height()
        return min(self.sizeHint().height(), self.screen().availableGeometry().height() - frame)

    def event(self, event: QEvent) -> bool:
        """Grow for what comes to be shown, such as an offer or an error."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.height() < self._wanted_height:
            self._fit()
        return handled

    def _show_running(self, *, running: bool) -> None:
        self.bar.setVisible(running)
        self.stage.setText("")
        self.pages.setEnabled(not running)
        self.gain.setEnabled(not running)
        self.export_button.setEnabled(not running)
        on_report = self.pages.currentWidget() is self._written
        self.close_button.setText("Close" if on_report and not running else "Cancel")
        explain(self.close_button, self.close_button.text(), "Esc")

    def _check(self) -> None:
        """Say at once what cannot be exported, and have the peak measured where it matters."""
        self._makes_folder = False
        self.missing_folder.hide()
        self.question.hide()
        self.notice.show_text(None)
        fault = self.form.show_preview()
        self.export_button.setEnabled(fault is None)
        sound = self.form.choices.sound
        # A gain that was agreed to stays while nothing changes but names.
        if sound != self._measured:
            self._measured = sound
            self.gain.show_peak(None)
            if sound is not None:
                self.peak_requested.emit(self.form.choices)

    def _ask_or_export(self) -> None:
        choices = self.form.choices
        try:
            if not choices.folder.exists() and not self._makes_folder:
                self.missing_folder.ask(choices.folder)
                return
            there = [path.name for path in choices.paths(self._source).values() if path.exists()]
        except (AudioError, OSError) as error:
            self.notice.show_text(str(error))
            return
        if there and choices.existing == "ask":
            self.question.ask(there)
        else:
            self._export(choices.existing)

    def _make_folder(self) -> None:
        self._makes_folder = True
        self.missing_folder.hide()
        self._ask_or_export()

    def _export(self, existing: Literal["ask", "number", "replace"]) -> None:
        self.question.hide()
        self.notice.show_text(None)
        chosen = replace(self.form.choices, existing=existing, gain_db=self.gain.gain_db)
        self.export_requested.emit(replace(chosen, makes_folder=self._makes_folder))
