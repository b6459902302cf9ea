"""The less common choices: sample rate, level, fades, gate, trimming, extra files."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from samstudio.audio.export.export_request import Normalise, Trim
from samstudio.dsp.noise_gate import HYSTERESIS
from samstudio.session.take import Stem
from samstudio.ui.export.export_choices import MIX, ExportChoices, ExportSource
from samstudio.ui.parts import explain, field_title, number_box
from samstudio.ui.theme import theme

_RATES = (44100, 48000, 88200, 96000, 176400, 192000)
_LEVELS = {
    "Keep the level": None,
    "Peak at": Normalise("peak", -1.0),
    "Loudness at": Normalise("loudness", -16.0),
}
_VIDEO_SOUNDS = {
    "No video": "",
    "Video with the mix": MIX,
    "Video with the target": str(Stem.TARGET),
    "Video with the residual": str(Stem.RESIDUAL),
}
_LOWEST, _LONGEST_FADE = -60.0, 60.0
_SOFTEST, _LOUDEST, _GATE = -120.0, -6.0, -50.0
"""dBFS: range of the thresholds, and the noise gate's first value."""
_LONGEST_PAD = 10_000
"""Milliseconds."""
_TRIMMING = (
    "Cuts what is silent before the first sound of all files and after the last: at the same places in each, so that "
    "they stay aligned. The time stamp of a WAV moves along."
)


class ExportOptions(QWidget):
    """Shows the less common part of ExportChoices and lets it be changed."""

    changed = Signal()

    def __init__(self, source: ExportSource, choices: ExportChoices, title_width: int) -> None:
        """`title_width` in pixels: that of the column of titles in the form above."""
        super().__init__()
        self.rate = QComboBox()
        self.rate.addItem(f"As the recording, {source.sample_rate} Hz", None)
        for rate in _RATES:
            if rate != source.sample_rate:
                self.rate.addItem(f"{rate} Hz", rate)
        self.level = QComboBox()
        for title, normalise in _LEVELS.items():
            self.level.addItem(title, normalise)
        self.level_value = _box(_LOWEST, 0.0, " dBFS")
        self.fade_in = _box(0.0, _LONGEST_FADE, " s")
        self.fade_out = _box(0.0, _LONGEST_FADE, " s")
        self.gates = QCheckBox("Below")
        self.gate = _box(_SOFTEST, _LOUDEST, " dBFS")
        self.trims = QCheckBox("Below")
        self.trim = _box(_SOFTEST, _LOUDEST, " dBFS")
        self.pad = number_box(QSpinBox)
        self.pad.setRange(0, _LONGEST_PAD)
        self.pad.setSingleStep(10)
        self.pad.setSuffix(" ms")
        self.markers = QCheckBox("Spans and markers")
        self.record = QCheckBox("Write a recipe (JSON) next to the files")
        self.own_folder = QCheckBox("Put the files in their own folder")
        self.video = QComboBox()
        for title, stem in _VIDEO_SOUNDS.items():
            self.video.addItem(title, stem)
        self._keeps_length = False
        self._has_video = source.video is not None
        self._show(choices)
        self._explain()
        self._lay_out(title_width)
        self._connect()

    def chosen(self, choices: ExportChoices) -> ExportChoices:
        """The choices with what is chosen here."""
        normalise = self.level.currentData()
        return replace(
            choices,
            sample_rate=self.rate.currentData(),
            normalise=None if normalise is None else replace(normalise, level=self.level_value.value()),
            fade_in=self.fade_in.value(),
            fade_out=self.fade_out.value(),
            gate=self.gate.value() if self.gates.isChecked() else None,
            trim=Trim(self.trim.value(), self.pad.value() / 1000.0) if self.trims.isChecked() else None,
            markers=self.markers.isChecked(),
            record=self.record.isChecked(),
            own_folder=self.own_folder.isChecked(),
            video=self._video,
        )

    @property
    def is_plain(self) -> bool:
        """Whether everything has its default."""
        first = (self.rate, self.level, self.video)
        rest = (self.gates, self.trims, self.markers, self.record, self.own_folder)
        fades = self.fade_in.value() or self.fade_out.value()
        return not fades and all(box.currentIndex() == 0 for box in first) and not any(x.isChecked() for x in rest)

    def _show(self, choices: ExportChoices) -> None:
        self.rate.setCurrentIndex(max(0, self.rate.findData(choices.sample_rate)))
        measures = [normalise and normalise.measure for normalise in _LEVELS.values()]
        self.level.setCurrentIndex(measures.index(choices.normalise and choices.normalise.measure))
        self._show_level()
        if choices.normalise is not None:
            self.level_value.setValue(choices.normalise.level)
        self.fade_in.setValue(choices.fade_in)
        self.fade_out.setValue(choices.fade_out)
        trim = choices.trim or Trim()
        self.gates.setChecked(choices.gate is not None)
        self.gate.setValue(_GATE if choices.gate is None else choices.gate)
        self.trims.setChecked(choices.trim is not None)
        self.trim.setValue(trim.threshold)
        self.pad.setValue(round(trim.pad * 1000.0))
        self._show_silence()
        self.markers.setChecked(choices.markers)
        self.record.setChecked(choices.record)
        self.own_folder.setChecked(choices.own_folder)
        self.video.setCurrentIndex(max(0, self.video.findData(choices.video)))

    def _show_level(self) -> None:
        normalise = self.level.currentData()
        self.level_value.setEnabled(normalise is not None)
        if normalise is not None:
            self.level_value.setSuffix(" dBFS" if normalise.measure == "peak" else " LUFS")
            self.level_value.setValue(normalise.level)

    def _show_silence(self) -> None:
        self.gate.setEnabled(self.gates.isChecked())
        for box in (self.trim, self.pad):
            box.setEnabled(self.trims.isChecked())

    @Slot(bool)
    def keep_length(self, kept: bool) -> None:
        """The files are to be as long as the recording, or need not be."""
        self._keeps_length = kept
        self._let_trim()

    def _let_trim(self) -> None:
        """Let silence be trimmed, or say why it cannot be."""
        kept = "A video" if self._video else "The selection in place" if self._keeps_length else ""
        if kept:
            self.trims.setChecked(False)
        self.trims.setDisabled(bool(kept))
        explain(
            self.trims, "Trim silence", more=f"{kept} keeps the full length: nothing can be cut." if kept else _TRIMMING
        )

    @property
    def _video(self) -> str:
        """The stem that a video is written with; empty: none."""
        return str(self.video.currentData()) if self._has_video else ""

    def _explain(self) -> None:
        explain(self.rate, "Sample rate", more="Another rate is resampled in the best quality, without delay.")
        explain(
            self.level,
            "Level",
            more="One gain for all files, so that they still add up: the loudest of them comes to this level.",
        )
        explain(self.level_value, "Level to reach")
        explain(self.fade_in, "Fade in")
        explain(self.fade_out, "Fade out")
        explain(
            self.gates,
            "Noise gate",
            more="Silences what is softer, in each file separately, residual and mix included: target + residual is no "
            f"longer the recording then. Opens at the threshold, closes {HYSTERESIS:g} dB below.",
        )
        explain(self.gate, "Threshold of the noise gate")
        explain(self.trim, "Threshold for trimming", more="What is below it in every file counts as silence.")
        explain(self.pad, "Pad", more="How much of the silence stays before the first sound and after the last.")
        explain(self.markers, "Spans and markers", more="As cue markers and regions in WAV files, which a DAW shows.")
        explain(
            self.record, "Write a recipe (JSON) next to the files", more="Engine, prompt, spans, settings and seed."
        )
        explain(
            self.video,
            "Video file",
            more="The video is copied without re-encoding; the sound is replaced over the whole length: AAC in MP4, "
            "lossless in MOV and MKV.",
        )
        explain(self.own_folder, "Put the files in their own folder", more="Named after the recording and the take.")

    def _lay_out(self, title_width: int) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme().space(4))
        grid.setVerticalSpacing(theme().space(2))
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, title_width)
        level, beside = _row(self.level, self.level_value), QVBoxLayout()
        fades = _pairs(
            (field_title("In", self.fade_in), self.fade_in), (field_title("Out", self.fade_out), self.fade_out)
        )
        gate = _pairs((self.gates, self.gate))
        trim = _pairs((self.trims, self.trim), (field_title("Pad", self.pad), self.pad))
        for box in (self.own_folder, self.record, self.markers):
            beside.addWidget(box)
        rows = (
            ("Sample rate", _row(self.rate), self.rate),
            ("Level", level, self.level),
            ("Fades", fades, self.fade_in),
            ("Noise gate", gate, self.gates),
            ("Trim silence", trim, self.trims),
            ("Files", beside, self.own_folder),
            *([("Video", _row(self.video), self.video)] if self._has_video else []),
        )
        for row, (title, content, field) in enumerate(rows):
            name = field_title(title, field)
            # On one line with the first control of its row.
            name.setMinimumHeight((self.own_folder if content is beside else self.rate).sizeHint().height())
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(content, row, 1)

    def _connect(self) -> None:
        self.level.currentIndexChanged.connect(self._show_level)
        # First, so that `choices` is up to date when it is read.
        self.video.currentIndexChanged.connect(self._let_trim)
        for box in (self.gates, self.trims):
            box.toggled.connect(self._show_silence)
        for choice in (self.rate, self.level, self.video):
            choice.currentIndexChanged.connect(self.changed)
        for number in (self.level_value, self.fade_in, self.fade_out, self.gate, self.trim, self.pad):
            number.valueChanged.connect(self.changed)
        for box in (self.gates, self.trims, self.markers, self.record, self.own_folder):
            box.toggled.connect(self.changed)


def _box(low: float, high: float, suffix: str) -> QDoubleSpinBox:
    box = number_box(QDoubleSpinBox)
    box.setRange(low, high)
    box.setDecimals(1 if low < 0 else 2)
    box.setSingleStep(0.5 if low < 0 else 0.05)
    box.setSuffix(suffix)
    box.lineEdit().setTextMargins(theme().space(1.5), 0, 0, 0)
    return box


def _pairs(*pairs: tuple[QWidget, QWidget]) -> QHBoxLayout:
    """Fields after their names."""
    row = QHBoxLayout()
    row.setSpacing(theme().space(2))
    for name, field in pairs:
        row.addWidget(name)
        row.addWidget(field)
        row.addSpacing(theme().space(2))
    row.addStretch(1)
    return row


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme().space(2))
    for place, part in enumerate(parts):
        row.addWidget(part, 1 if place == 0 else 0)
    return row
