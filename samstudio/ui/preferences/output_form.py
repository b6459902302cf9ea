"""The sound output, its buffer, and the pre- and post-roll of a selection."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from samstudio.audio.playback.devices import BUFFERS, OutputChoice, OutputDevice, host_default
from samstudio.ui.parts import explain, label, number_box
from samstudio.ui.preferences.titled_form import TitledForm
from samstudio.ui.theme import theme

MOST_ROLL = 30.0
"""Seconds."""
_LEAST_WIDTH = 260


class OutputForm(QWidget):
    """Every change takes effect at once."""

    output_chosen = Signal(object)
    """OutputChoice."""
    tone_toggled = Signal(bool)
    shown = Signal()
    """Before it can be seen: devices may have been connected since it was seen last."""
    rolls_changed = Signal(float, float)
    """Seconds before and after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._devices: tuple[OutputDevice, ...] = ()
        self._default: OutputDevice | None = None
        self.driver, self.output = QComboBox(), QComboBox()
        self.output.setMinimumWidth(_LEAST_WIDTH)
        self.buffer = QComboBox()
        for seconds, title in BUFFERS.items():
            self.buffer.addItem(f"{title}, {round(1000 * seconds)} ms", seconds)
        self.exclusive = QCheckBox("Exclusive use")
        self.tone = QPushButton("Test tone")
        self.tone.setCheckable(True)
        self.tone.setAutoDefault(False)
        self.before, self.after = self._roll(), self._roll()
        self.note = label(look="dim", wrap=True)
        self._form = TitledForm(self)
        self._lay_out()
        self.driver.activated.connect(self._choose_driver)
        self.output.activated.connect(self._choose)
        self.exclusive.clicked.connect(self._choose)
        self.buffer.activated.connect(self._choose)
        self.tone.toggled.connect(self.tone_toggled)
        for field in (self.before, self.after):
            field.valueChanged.connect(lambda _value: self.rolls_changed.emit(self.before.value(), self.after.value()))

    def show_outputs(self, devices: Sequence[OutputDevice], default: OutputDevice | None, choice: OutputChoice) -> None:
        """List the drivers and devices there are, and a chosen one that is not; nothing is emitted."""
        self._devices, self._default = tuple(devices), default
        chosen_host = choice.host or (default.host if default else "")
        self.driver.clear()
        self.driver.addItems(list(dict.fromkeys(device.host for device in devices)))
        if chosen_host and self.driver.findText(chosen_host) < 0:
            self.driver.addItem(chosen_host)
        self.driver.setCurrentText(chosen_host)
        self._form.setRowVisible(self.driver, self.driver.count() > 1)
        self._list_devices(choice.key)
        self.exclusive.setChecked(choice.exclusive)
        self.buffer.setCurrentIndex(self.buffer.findData(choice.buffer))

    def _list_devices(self, key: str) -> None:
        """List what the driver plays on, the default first; `key` is chosen."""
        host = self.driver.currentText()
        of_host = [device for device in self._devices if device.host == host]
        of_system = self._default is None or self._default.host == host
        usual = self._default if of_system else next((device for device in of_host if device.is_default), None)
        title = "System default" if of_system else "Default" if of_host else "Not available"
        # ALSA's own name for it says nothing more.
        named = "" if usual is None or usual.name == "default" else f" ({usual.name})"
        self.output.clear()
        self.output.addItem(title + named, "" if of_system else host_default(host))
        for device in of_host:
            self.output.addItem(f"{device.name} · {device.sample_rate / 1000:g} kHz", device.key)
        name = OutputChoice(key).name
        if name and self.output.findData(key) < 0:
            self.output.addItem(f"{name} · not connected", key)
        self.output.setCurrentIndex(max(0, self.output.findData(key)))
        self._form.setRowVisible(self.exclusive, any(device.can_be_exclusive for device in of_host))

    def _choose_driver(self) -> None:
        self._list_devices("")
        self._choose()

    def _choose(self) -> None:
        choice = OutputChoice(self.output.currentData(), self.exclusive.isChecked(), self.buffer.currentData())
        self.output_chosen.emit(choice)

    def show_rolls(self, before: float, after: float) -> None:
        """Show the seconds around a selection; nothing is emitted."""
        with QSignalBlocker(self.before), QSignalBlocker(self.after):
            self.before.setValue(before)
            self.after.setValue(after)

    def show_tone(self, playing: bool) -> None:
        """Show whether the tone plays; nothing is emitted."""
        with QSignalBlocker(self.tone):
            self.tone.setChecked(playing)
        self.tone.setText("Stop the tone" if playing else "Test tone")

    def show_note(self, text: str) -> None:
        """The device in use, or why there is none."""
        self.note.setText(text)
        self._form.setRowVisible(self.note, bool(text))

    def showEvent(self, event: QShowEvent) -> None:
        """Have the devices listed."""
        self.shown.emit()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """The tone ends with the form."""
        self.tone.setChecked(False)
        super().hideEvent(event)

    @staticmethod
    def _roll() -> QDoubleSpinBox:
        field = number_box(QDoubleSpinBox)
        field.setRange(0.0, MOST_ROLL)
        field.setDecimals(1)
        field.setSingleStep(0.5)
        field.setSuffix(" s")
        return field

    def _lay_out(self) -> None:
        form = self._form
        output = QHBoxLayout()
        output.setSpacing(theme().space(2))
        output.addWidget(self.output, 1)
        output.addWidget(self.tone)
        self._explain()
        form.add("Driver", self.driver)
        form.add("Output", self.output, output)
        form.addRow("", self.exclusive)
        form.add("Buffer", self.buffer)
        form.addRow("", self.note)
        form.add("Pre-roll", self.before)
        form.add("Post-roll", self.after)
        self.show_note("")

    def _explain(self) -> None:
        follows = (
            "A default is looked up whenever the sound card is opened: ten seconds after the last sound, or later."
        )
        explain(self.driver, "Driver", more="The audio system. Each one lists its own devices.")
        explain(self.output, "Sound output", more=f"Remembered by name. {follows}")
        explain(
            self.exclusive,
            "Exclusive use",
            more="Without the system's mixer, at the recording's rate where the device can; other programs are silent.",
        )
        explain(
            self.buffer,
            "Buffer",
            more="A longer one has no dropouts on a busy machine; a shorter one responds sooner to the keys.",
        )
        explain(self.tone, "Test tone", more="997 Hz at −20 dBFS, one second on the left, then one on the right.")
        explain(self.before, "Pre-roll", more="Time played before the selection.", action="play_around")
        explain(self.after, "Post-roll", more="Time played after the selection.", action="play_around")
