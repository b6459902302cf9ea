"""What is heard with, and how much around a selection."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDoubleSpinBox, QFormLayout, QHBoxLayout, QPushButton, QWidget

from samstudio.audio.devices import OutputDevice
from samstudio.ui.parts import explain, field_title, label
from samstudio.ui.theme import theme

MOST_ROLL = 30.0
"""Seconds."""
_LEAST_WIDTH = 260


class PlaybackDialog(QDialog):
    """Stays open beside the work; every change counts at once."""

    output_chosen = Signal(str)
    """The device's key, empty for the system's default."""
    tone_toggled = Signal(bool)
    rolls_changed = Signal(float, float)
    """Seconds before and after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Playback settings")
        self.output = QComboBox()
        self.output.setMinimumWidth(_LEAST_WIDTH)
        self.tone = QPushButton("Test tone")
        self.tone.setCheckable(True)
        self.tone.setAutoDefault(False)
        self.before, self.after = self._roll(), self._roll()
        self.note = label(look="dim", wrap=True)
        self._lay_out()
        self.output.activated.connect(lambda _index: self.output_chosen.emit(self.output.currentData()))
        self.tone.toggled.connect(self.tone_toggled)
        # No tone is left behind.
        self.finished.connect(lambda _result: self.tone.setChecked(False))
        for field in (self.before, self.after):
            field.valueChanged.connect(lambda _value: self.rolls_changed.emit(self.before.value(), self.after.value()))

    def show_outputs(self, devices: Sequence[OutputDevice], default: OutputDevice | None, chosen: str) -> None:
        """List the devices there are; a chosen one that is not connected is listed too, and said to be missing."""
        self.output.clear()
        self.output.addItem(f"System default ({default.name})" if default else "System default", "")
        for device in devices:
            self.output.addItem(f"{device.name} · {device.host} · {device.sample_rate / 1000:g} kHz", device.key)
        if chosen and self.output.findData(chosen) < 0:
            self.output.addItem(f"{chosen.partition(': ')[2]} · not connected", chosen)
        self.output.setCurrentIndex(max(0, self.output.findData(chosen)))

    def show_rolls(self, before: float, after: float) -> None:
        """Show the seconds around a selection; nothing is emitted."""
        with QSignalBlocker(self.before), QSignalBlocker(self.after):
            self.before.setValue(before)
            self.after.setValue(after)

    def show_tone(self, playing: bool) -> None:
        """Show whether the tone is heard; nothing is emitted."""
        with QSignalBlocker(self.tone):
            self.tone.setChecked(playing)
        self.tone.setText("Stop the tone" if playing else "Test tone")

    def show_note(self, text: str) -> None:
        """What is heard with now, or why nothing is."""
        self.note.setText(text)

    @staticmethod
    def _roll() -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setRange(0.0, MOST_ROLL)
        field.setDecimals(1)
        field.setSingleStep(0.5)
        field.setSuffix(" s")
        return field

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(*[theme().space(4)] * 4)
        form.setHorizontalSpacing(theme().space(4))
        form.setVerticalSpacing(theme().space(2))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        output = QHBoxLayout()
        output.addWidget(self.output, 1)
        output.addWidget(self.tone)
        follows = "The system's default is looked up whenever the sound card is opened anew."
        explain(self.output, "Sound output", more=f"Remembered by name. {follows}")
        explain(self.tone, "Test tone", more="997 Hz at −20 dBFS, one second on the left, then one on the right.")
        explain(self.before, "Pre-roll", more="How much is heard before the selection.", action="play_around")
        explain(self.after, "Post-roll", more="How much is heard after the selection.", action="play_around")
        form.addRow(field_title("Output", self.output, look=""), output)
        form.addRow("", self.note)
        form.addRow("Pre-roll", self.before)
        form.addRow("Post-roll", self.after)
