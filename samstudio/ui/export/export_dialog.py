"""Asks what to export where, shows how it goes, and what was measured afterwards."""

from dataclasses import replace
from math import ceil
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from samstudio.audio.errors import AudioError
from samstudio.audio.export.export import ExportReport
from samstudio.ui.export.export_choices import ExportChoices, ExportSource
from samstudio.ui.export.export_form import ExportForm
from samstudio.ui.export.export_report import ExportReportPage
from samstudio.ui.icons import icon
from samstudio.ui.parts import IconLabel, NoticeBar, explain, label, primary_button
from samstudio.ui.progress_bar import ProgressBar
from samstudio.ui.theme import theme


class ExportDialog(QDialog):
    """Emits ExportChoices; whoever writes tells it how that goes."""

    export_requested = Signal(object)
    """ExportChoices; no file that exists will be replaced unless the person said so."""
    cancel_requested = Signal()
    peak_requested = Signal(object)
    """ExportChoices whose highest peak is to be told with `show_peak`: integers would clip above 0 dBFS."""
    reveal_requested = Signal(object)
    """Path of the folder to open."""

    def __init__(self, source: ExportSource, choices: ExportChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export stems")
        self._source = source
        self._measured: ExportChoices | None = None
        self.form = ExportForm(source, choices)
        self.form.choices_changed.connect(self._check)
        self.report = ExportReportPage()
        self.notice = NoticeBar()
        self.question = _ExistingQuestion()
        self.question.answered.connect(self._export)
        self.gain = _GainOffer()
        self.pages = QStackedWidget()
        self.pages.addWidget(_Scrolled(self.form))
        self._written = _Scrolled(self.report)
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
        # Once the layout knows of it.
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
        for part in (self.pages, self.gain, self.question, self.notice, self.bar):
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
        # Its options would hold the dialog taller than the report is.
        self.form.more.setChecked(False)
        self.pages.setCurrentWidget(self._written)
        self._show_running(running=False)
        self.gain.hide()
        self.export_button.hide()
        self.reveal_button.show()
        self.close_button.setDefault(True)
        self.close_button.setFocus()

    def show_error(self, sentence: str) -> None:
        """The export failed; the choices stay, to be mended and tried again."""
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
        self.resize(self.width(), self._wanted_height)
        room, frame = self.screen().availableGeometry(), self.frameGeometry()
        if frame.bottom() > room.bottom():
            self.move(frame.left(), max(room.top(), room.bottom() - frame.height()))

    @property
    def _wanted_height(self) -> int:
        """As much as there is to show, but no more than the screen has: the form is scrolled then."""
        # From the inside out: Qt would get round to it only later.
        for part in (self.form, self.report, self.pages, self):
            part.layout().activate()
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
            there = [path.name for path in choices.paths(self._source).values() if path.exists()]
        except (AudioError, OSError) as error:
            self.notice.show_text(str(error))
            return
        if there and choices.existing == "ask":
            self.question.ask(there)
        else:
            self._export(choices.existing)

    def _export(self, existing: Literal["ask", "number", "replace"]) -> None:
        self.question.hide()
        self.notice.show_text(None)
        self.export_requested.emit(replace(self.form.choices, existing=existing, gain_db=self.gain.gain_db))


class _Scrolled(QScrollArea):
    """Asks for as much height as its page would like, and is content with less."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setProperty("look", "plain")
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass on that the page would like another height."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """The page's own, its lines broken as they are in this width."""
        page = self.widget()
        if not page.hasHeightForWidth():
            return page.sizeHint()
        return QSize(page.sizeHint().width(), max(page.minimumSizeHint().height(), page.heightForWidth(self.width())))

    def minimumSizeHint(self) -> QSize:
        """The page's width, with a bar beside it."""
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self.widget().minimumSizeHint().width() + bar, 0)


class _ExistingQuestion(QFrame):
    """What to do with files that are already there."""

    answered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "warning")
        self._text = label(wrap=True)
        self.number_button = QPushButton("Keep both")
        explain(self.number_button, "Keep both", more="The new files get a number behind their names.")
        self.number_button.clicked.connect(lambda: self.answered.emit("number"))
        self.replace_button = QPushButton("Replace")
        explain(self.replace_button, "Replace", more="The files that are there now are lost.")
        self.replace_button.clicked.connect(lambda: self.answered.emit("replace"))
        row = QHBoxLayout(self)
        row.addWidget(IconLabel("warning", "warning"))
        row.addWidget(self._text, 1)
        row.addWidget(self.number_button)
        row.addWidget(self.replace_button)
        self.hide()

    def ask(self, names: list[str]) -> None:
        """Ask about these files."""
        verb = "is" if len(names) == 1 else "are"
        self._text.setText(f"{' and '.join(names)} {verb} already in this folder.")
        self.setAccessibleName(self._text.text())
        self.show()
        self.number_button.setFocus()


class _GainOffer(QFrame):
    """Offers one common gain where integers would clip; nothing is changed unless it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "warning")
        self._offered_db = 0.0
        self._text = label(wrap=True)
        self.box = QCheckBox()
        column = QVBoxLayout()
        column.addWidget(self._text)
        column.addWidget(self.box)
        row = QHBoxLayout(self)
        row.addWidget(IconLabel("warning", "warning"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.hide()

    @property
    def gain_db(self) -> float:
        """The gain the person agreed to; 0 otherwise."""
        return self._offered_db if self.box.isChecked() else 0.0

    def show_peak(self, peak_db: float | None) -> None:
        """Offer what a peak above full scale needs."""
        clips = peak_db is not None and peak_db > 0.0
        # Rounded up to a tenth, so that the peak ends below full scale.
        self._offered_db = -ceil(peak_db * 10.0) / 10.0 if peak_db is not None and clips else 0.0
        self.box.setChecked(False)
        self.setVisible(clips)
        if peak_db is not None and clips:
            self._text.setText(
                f"The loudest peak is {peak_db:+.1f} dBFS: in whole numbers it would clip. "
                "A 32-bit float file would keep it as it is."
            )
            self.box.setText(f"Lower all stems by {-self._offered_db:.1f} dB")
            explain(self.box, self.box.text(), more="The same for all, so that they still add up.")
