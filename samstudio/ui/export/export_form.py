"""The choices of an export: stems, stretch, format, folder, names."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from samstudio.audio.errors import AudioError
from samstudio.session.take import Stem
from samstudio.ui.export.export_choices import FORMATS, MIX, ExportChoices, ExportSource, size_line
from samstudio.ui.export.export_options import ExportOptions
from samstudio.ui.fold import Fold
from samstudio.ui.icons import icon
from samstudio.ui.parts import ElidedLabel, ScrolledPage, explain, field_title, label, plain_tip, set_look
from samstudio.ui.theme import theme
from samstudio.ui.time_formats import time_format

_LONGEST_TITLE = "If a file exists"
_PROJECT = (
    "Also a .dawproject (Bitwig, Studio One, Cubase) and an .rpp (REAPER): the files as tracks in their places, with "
    "names, colours, faders and pans, the spans and markers as markers. Fades are the tracks' then, not in the files."
)
_LOSSY = "Lossy files change in length, so that they would not stay in their places: choose WAV, FLAC or AIFF."
_POLICIES = {"ask": "Ask", "number": "Keep both, with a number", "replace": "Replace"}


class ExportForm(ScrolledPage):
    """Shows ExportChoices and lets them be changed."""

    choices_changed = Signal()

    def __init__(self, source: ExportSource, choices: ExportChoices) -> None:
        super().__init__()
        self._source, self._given = source, choices
        self.take = ElidedLabel(source.take)
        self.take.setToolTip(plain_tip(source.take))
        self.stems = {stem: QCheckBox(stem.capitalize()) for stem in (Stem.TARGET, Stem.RESIDUAL, MIX)}
        self.all_parts = QCheckBox("All parts")
        self.whole = QRadioButton(f"Whole recording, {time_format().length_text(source.duration)}")
        self.selection = QRadioButton("Selection")
        self.placed = QRadioButton("Selection in place, silence around it")
        self.format = QComboBox()
        self.daw_project = QCheckBox("DAW project (DAWproject and REAPER)")
        self.folder = QLineEdit(str(choices.folder))
        self.browse = QPushButton("Browse…")
        self.template = QLineEdit(choices.template)
        self.policy = QComboBox()
        self.preview = label(look="caption", wrap=True)
        self.size_line = label(look="caption", wrap=True)
        self.options = ExportOptions(source, choices, label(_LONGEST_TITLE, "dim").sizeHint().width())
        self.more = Fold(
            "More options",
            self.options,
            "Show more export options",
            "Sample rate, level, fades, noise gate, trimming, markers, recipe.",
        )
        self._fill(choices)
        self._explain()
        self._lay_out()
        self._connect()
        self.options.keep_length(kept=self.placed.isChecked())

    def _fill(self, choices: ExportChoices) -> None:
        for stem, box in self.stems.items():
            box.setChecked(stem in choices.stems)
        if not self._source.earlier:
            self.all_parts.hide()
        group = QButtonGroup(self)
        group.addButton(self.whole)
        group.addButton(self.selection)
        group.addButton(self.placed)
        selected = self._source.selection
        self.selection.setEnabled(selected is not None)
        self.placed.setEnabled(selected is not None)
        if selected is not None:
            start, end = map(time_format().text, selected)
            self.selection.setText(f"Selection, {start} to {end}")
        part = self.placed if choices.keeps_length else self.selection
        (part if choices.selection_only and selected is not None else self.whole).setChecked(True)
        for title, audio_format in FORMATS.items():
            self.format.addItem(title, audio_format)
        self.format.setCurrentIndex(list(FORMATS.values()).index(choices.audio_format))
        self.daw_project.setChecked(choices.daw_project)
        self._let_write_project()
        for policy, title in _POLICIES.items():
            self.policy.addItem(title, policy)
        self.policy.setCurrentIndex(list(_POLICIES).index(choices.existing))

    def _explain(self) -> None:
        explain(self.stems[Stem.TARGET], "Target", more="The sound you meant.")
        explain(self.stems[Stem.RESIDUAL], "Residual", more="Everything else.")
        explain(self.stems[MIX], "Mix", more="What the mixer plays now: faders, pans, mutes and solos, in stereo.")
        explain(
            self.all_parts,
            "All parts",
            more="Also what was taken out before: "
            + ", ".join(self._source.earlier)
            + ". Together they add up to the clip.",
        )
        lack = "" if self._source.selection is not None else "\nNeeds a selection: drag over the recording first."
        explain(
            self.placed,
            self.placed.text(),
            more=f"As long as the recording: it lands in the right place in every DAW.{lack}",
        )
        explain(self.whole, self.whole.text(), more="Same start and length as the recording.")
        explain(self.selection, self.selection.text(), more=f"A WAV carries on the time stamp of the recording.{lack}")
        explain(
            self.format,
            "Format",
            more="24 and 16 bits are dithered; 32-bit float is the exact result. Lossy formats are for reference.",
        )
        explain(self.folder, "Folder")
        explain(self.browse, "Browse for a folder")
        self.browse.setIcon(icon("folder"))
        explain(
            self.template,
            "Name template",
            more="{clip}, {stem} and {take} are filled in; {stem} is the prompt's text, and rest.",
        )
        explain(self.policy, "If a file exists")

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme().space(4))
        grid.setVerticalSpacing(theme().space(3))
        grid.setColumnStretch(1, 1)
        stems, folder = QHBoxLayout(), QHBoxLayout()
        stems.setSpacing(theme().space(4))
        for box in self.stems.values():
            stems.addWidget(box)
        stems.addWidget(self.all_parts)
        stems.addStretch(1)
        folder.setSpacing(theme().space(2))
        folder.addWidget(self.folder, 1)
        folder.addWidget(self.browse)
        rows = (
            ("Take", _stacked(self.take), self.take),
            ("Stems", stems, self.stems[Stem.TARGET]),
            ("Range", _stacked(self.whole, self.selection, self.placed), self.whole),
            ("Format", _stacked(self.format, self.daw_project, self.size_line), self.format),
            ("Folder", folder, self.folder),
            ("Name", _stacked(self.template, self.preview), self.template),
            (_LONGEST_TITLE, _stacked(self.policy), self.policy),
        )
        for row, (name, content, field) in enumerate(rows):
            title = field_title(name, field)
            # On one line with the first control of its row.
            title.setMinimumHeight((self.whole if row < 3 else self.format).sizeHint().height())
            grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(content, row, 1)
        grid.addWidget(self.more, len(rows), 0, 1, 2)
        grid.addWidget(self.options, len(rows) + 1, 0, 1, 2)
        # In a dialog drawn tall the room is below, not between the rows.
        grid.setRowStretch(len(rows) + 2, 1)
        self.more.setChecked(not self.options.is_plain)

    def _connect(self) -> None:
        for box in self.stems.values():
            box.toggled.connect(self.choices_changed)
        self.all_parts.toggled.connect(self._on_all_parts_toggled)
        self.whole.toggled.connect(self.choices_changed)
        # First, so that `choices` is up to date when it is read.
        self.placed.toggled.connect(self.options.keep_length)
        self.placed.toggled.connect(self.choices_changed)
        self.options.changed.connect(self.choices_changed)
        self.format.currentIndexChanged.connect(self._let_write_project)
        self.format.currentIndexChanged.connect(self.choices_changed)
        self.daw_project.toggled.connect(self.choices_changed)
        self.policy.currentIndexChanged.connect(self.choices_changed)
        self.folder.textChanged.connect(self.choices_changed)
        self.template.textChanged.connect(self.choices_changed)
        self.browse.clicked.connect(self._browse)

    @Slot(bool)
    def _on_all_parts_toggled(self, all_parts: bool) -> None:
        """All parts include target and residual."""
        for stem in (Stem.TARGET, Stem.RESIDUAL):
            if all_parts:
                self.stems[stem].setChecked(True)
            self.stems[stem].setDisabled(all_parts)
        self.choices_changed.emit()

    @Slot()
    def _let_write_project(self) -> None:
        """Let a project be written, or say why it cannot be."""
        is_lossy = self.format.currentData().is_lossy
        self.daw_project.setDisabled(is_lossy)
        explain(self.daw_project, self.daw_project.text(), more=_LOSSY if is_lossy else _PROJECT)

    @property
    def choices(self) -> ExportChoices:
        """What is chosen now."""
        chosen = replace(
            self._given,
            folder=Path(self.folder.text().strip()).expanduser(),
            template=self.template.text().strip(),
            audio_format=self.format.currentData(),
            daw_project=self.daw_project.isChecked() and self.daw_project.isEnabled(),
            stems=(
                *(self._source.earlier if self.all_parts.isChecked() else ()),
                *(stem for stem, box in self.stems.items() if box.isChecked()),
            ),
            selection_only=self.selection.isChecked() or self.placed.isChecked(),
            keeps_length=self.placed.isChecked(),
            existing=self.policy.currentData(),
        )
        return self.options.chosen(chosen)

    def show_preview(self) -> str | None:
        """Show the names and the size; what is wrong with the choices, or None."""
        fault = self._fault()
        set_look(self.preview, "error" if fault else "caption")
        if fault:
            self.preview.setText(fault)
        else:
            names = [path.name for path in self.choices.paths(self._source).values()]
            lines = [*(f"→ {name}" for name in names), self.choices.name_note(self._source)]
            self.preview.setText("\n".join(filter(None, lines)))
        self.size_line.setText(size_line(self.choices, self._source))
        return fault

    def _fault(self) -> str | None:
        choices = self.choices
        if not choices.stems:
            return "Choose at least one stem."
        if not self.folder.text().strip():
            return "Choose a folder for the files."
        if not choices.folder.is_absolute():
            # Relative to what is unknown to a user who started the program from a menu.
            return "Type the folder's whole path, or browse for it."
        if not choices.template:
            return "Type a name, such as {clip}_{stem}."
        try:
            choices.paths(self._source)
            # The mix is stereo.
            channels = 2 if choices.stems == (MIX,) else self._source.channels
            choices.audio_format.check(choices.goal_rate(self._source), channels)
        except AudioError as error:
            return str(error)
        return None

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Folder for the stems", self.folder.text())
        if chosen:
            self.folder.setText(chosen)


def _stacked(*parts: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(theme().space(1))
    for part in parts:
        column.addWidget(part)
    return column
