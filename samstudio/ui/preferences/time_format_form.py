"""How times are written: on the ruler, the clock and the lists."""

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from samstudio.ui.parts import explain, number_box
from samstudio.ui.preferences.titled_form import TitledForm
from samstudio.ui.time_formats import FRAME_RATES, TimeFormat, TimeUnit

UNIT_TITLES = {
    TimeUnit.CLOCK: "Minutes and seconds",
    TimeUnit.SECONDS: "Seconds",
    TimeUnit.SAMPLES: "Samples",
    TimeUnit.TIMECODE: "Timecode (SMPTE)",
    TimeUnit.BARS: "Bars and beats",
}


class TimeFormatForm(QWidget):
    """Every change shows at once."""

    format_changed = Signal(object)
    """TimeFormat."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._format = TimeFormat()
        self.unit = QComboBox()
        for unit, title in UNIT_TITLES.items():
            self.unit.addItem(title, unit)
        self.frame_rate = QComboBox()
        for rate in FRAME_RATES:
            self.frame_rate.addItem(f"{rate} fps", rate)
        self.tempo = number_box(QDoubleSpinBox)
        self.tempo.setRange(20.0, 400.0)
        self.tempo.setDecimals(3)
        self.tempo.setSuffix(" bpm")
        self.beats = number_box(QSpinBox)
        self.beats.setRange(1, 32)
        self._lay_out()
        self.unit.activated.connect(self._on_changed)
        self.frame_rate.activated.connect(self._on_changed)
        self.tempo.valueChanged.connect(self._on_changed)
        self.beats.valueChanged.connect(self._on_changed)
        self.show_format(self._format)

    def show_format(self, time_format: TimeFormat) -> None:
        """Show a format; nothing is emitted. What its unit does not need is greyed."""
        self._format = time_format
        self.unit.setCurrentIndex(self.unit.findData(time_format.unit))
        self.frame_rate.setCurrentIndex(self.frame_rate.findData(time_format.frame_rate))
        with QSignalBlocker(self.tempo), QSignalBlocker(self.beats):
            self.tempo.setValue(time_format.tempo)
            self.beats.setValue(time_format.beats_per_bar)
        for field in (self.tempo, self.beats):
            self._form.labelForField(field).setEnabled(time_format.unit is TimeUnit.BARS)
            field.setEnabled(time_format.unit is TimeUnit.BARS)
        self._form.labelForField(self.frame_rate).setEnabled(time_format.unit is TimeUnit.TIMECODE)
        self.frame_rate.setEnabled(time_format.unit is TimeUnit.TIMECODE)

    def put_first(self, title: str, field: QWidget) -> None:
        """Put another field above these, so that all titles stand in one column."""
        self._form.add(title, field, place=0)

    def _lay_out(self) -> None:
        self._form = TitledForm(self)
        for title, field, more in (
            ("Time format", self.unit, "On the ruler, the clock, the read-outs and in the list of spans."),
            ("Frame rate", self.frame_rate, "Of the video that the timecode belongs to; needs the format Timecode."),
            (
                "Tempo",
                self.tempo,
                "Beats a minute; the first bar begins with the recording. Needs the format Bars and beats.",
            ),
            ("Beats in a bar", self.beats, "Needs the format Bars and beats."),
        ):
            explain(field, title, more=more)
            self._form.add(title, field)

    def _on_changed(self, _value: object = None) -> None:
        self.show_format(
            replace(
                self._format,
                # Qt makes a plain text of it.
                unit=TimeUnit(self.unit.currentData()),
                frame_rate=self.frame_rate.currentData(),
                tempo=self.tempo.value(),
                beats_per_bar=self.beats.value(),
            )
        )
        self.format_changed.emit(self._format)
