"""How the spectrogram looks: frequency axis, transform, levels, colours."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QWidget,
)

from samstudio.dsp.channel_layout import Shown
from samstudio.dsp.scales import ANY_SCALE, NARROWEST_HZ, SCALE_KINDS, FrequencyScale
from samstudio.dsp.spectrogram import CEILINGS_DB, FFT_SIZES, RANGES_DB, WINDOW_KINDS, SpectrogramSettings
from samstudio.ui.parts import explain, field_title, label, number_box
from samstudio.ui.theme import theme
from samstudio.ui.timeline.paint.colour_maps import COLOUR_MAPS, colour_table

_SWATCH = QSize(64, 12)
_CHANNEL_TITLES: Mapping[Shown, str] = {"loudest": "Loudest", "sum": "Sum", "each": "One below the other"}
_WINDOW_TITLES = {
    "hann": "Hann",
    "hamming": "Hamming",
    "blackman-harris": "Blackman–Harris",
    "rectangular": "Rectangular",
}


class SpectrogramSettingsPanel(QFrame):
    """Shows SpectrogramSettings; stands in a popup or a dock."""

    settings_changed = Signal(object)
    """SpectrogramSettings, at every change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._settings = SpectrogramSettings()
        self.scale = _chooser(((kind, kind.capitalize()) for kind in SCALE_KINDS), "Frequency axis")
        self.channels = _chooser(_CHANNEL_TITLES.items(), "Channels")
        self.channels.setToolTip(
            "Channels\nAll as one: the loudest in each place, or their sum; or one below the other."
        )
        self.fft_size = _chooser(((size, str(size)) for size in FFT_SIZES), "FFT size")
        self.fft_size.setToolTip("FFT size\nLarger: finer in frequency, coarser in time.")
        self.window_kind = _chooser(((kind, _WINDOW_TITLES.get(kind, kind)) for kind in WINDOW_KINDS), "Window")
        self.colour_map = _chooser(COLOUR_MAPS.items(), "Colours")
        self.colour_map.setIconSize(_SWATCH)
        for row, name in enumerate(COLOUR_MAPS):
            self.colour_map.setItemIcon(row, _swatch(name))
        self.range_db = _LevelSlider(*RANGES_DB, "Range", "dB", "From the darkest to the brightest colour.")
        self.ceiling_db = _LevelSlider(
            *CEILINGS_DB, "Brightest at", "dBFS", "The level that gets the brightest colour."
        )
        self.low_hz = _hz_field("Lowest frequency", "What the spectrogram begins with.")
        self.high_hz = _hz_field("Highest frequency", "What the spectrogram ends with.")
        self.low_hz.valueChanged.connect(self._on_low_changed)
        self.high_hz.valueChanged.connect(self._on_high_changed)
        for chooser in (self.channels, self.scale, self.fft_size, self.window_kind, self.colour_map):
            chooser.activated.connect(self._on_changed)
        for level in (self.range_db, self.ceiling_db):
            level.moved.connect(self._on_changed)
        self.reset_button = QPushButton("Reset to the defaults")
        explain(self.reset_button, "Reset to the defaults")
        self.reset_button.clicked.connect(self._reset)
        self._lay_out()
        self.show_settings(self._settings, ANY_SCALE)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(*[theme().space(4)] * 4)
        grid.setHorizontalSpacing(theme().space(4))
        grid.setVerticalSpacing(theme().space(2))
        grid.setColumnStretch(1, 1)
        title = label("Spectrogram", "title")
        grid.addWidget(title, 0, 0, 1, 2)
        rows = (
            ("Channels", self.channels),
            ("Frequency axis", self.scale),
            ("From", self.low_hz),
            ("To", self.high_hz),
            ("FFT size", self.fft_size),
            ("Window", self.window_kind),
            ("Range", self.range_db),
            ("Brightest at", self.ceiling_db),
            ("Colours", self.colour_map),
        )
        for row, (name, control) in enumerate(rows, 1):
            grid.addWidget(field_title(name, control), row, 0)
            grid.addWidget(control, row, 1)
        grid.addWidget(self.reset_button, len(rows) + 1, 1, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(theme().space(85))

    def show_settings(self, settings: SpectrogramSettings, whole: FrequencyScale) -> None:
        """Show values, and bands of a recording that has the frequencies of `whole`; nothing is emitted."""
        self._settings, self._whole = settings, whole
        self._show_band()
        for chooser, value in (
            (self.channels, settings.channels),
            (self.scale, settings.scale),
            (self.fft_size, settings.fft_size),
            (self.window_kind, settings.window),
            (self.colour_map, settings.colour_map),
        ):
            chooser.setCurrentIndex(chooser.findData(value))
        self.range_db.show_value(settings.range_db)
        self.ceiling_db.show_value(settings.ceiling_db)

    def _show_band(self) -> None:
        """The band that is shown; neither end can pass the other."""
        nyquist = self._whole.high
        shown = FrequencyScale.of_band(self._settings.scale, nyquist, self._settings.low_hz, self._settings.high_hz)
        least = min(NARROWEST_HZ, nyquist)
        with QSignalBlocker(self.low_hz), QSignalBlocker(self.high_hz):
            self.low_hz.setRange(0.0, max(0.0, shown.high - least))
            self.high_hz.setRange(min(nyquist, shown.low + least), nyquist)
            self.low_hz.setValue(shown.low if self._settings.low_hz else 0.0)
            self.high_hz.setValue(shown.high)

    def _on_low_changed(self, hz: float) -> None:
        self._change_band(replace(self._settings, low_hz=hz))

    def _on_high_changed(self, hz: float) -> None:
        self._change_band(replace(self._settings, high_hz=0.0 if hz >= self._whole.high else hz))

    def _change_band(self, settings: SpectrogramSettings) -> None:
        self._settings = settings
        self._show_band()
        self.settings_changed.emit(settings)

    def _on_changed(self) -> None:
        new = replace(
            self._settings,
            channels=self.channels.currentData(),
            scale=self.scale.currentData(),
            fft_size=self.fft_size.currentData(),
            window=self.window_kind.currentData(),
            colour_map=self.colour_map.currentData(),
            range_db=self.range_db.value,
            ceiling_db=self.ceiling_db.value,
        )
        if new != self._settings:
            self._settings = new
            self._show_band()
            self.settings_changed.emit(new)

    def _reset(self) -> None:
        self.show_settings(SpectrogramSettings(), self._whole)
        self.settings_changed.emit(self._settings)


class _LevelSlider(QWidget):
    """A slider with its value beside it."""

    moved = Signal()

    def __init__(self, low: int, high: int, name: str, unit: str, more: str) -> None:
        super().__init__()
        self._unit = unit
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(low, high)
        self.slider.setPageStep(10)
        explain(self.slider, name, more=more)
        self._read_out = label()
        self._read_out.setMinimumWidth(theme().space(17))
        self._read_out.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self._read_out)
        self.slider.valueChanged.connect(self._show_value)
        # Only changes by the user are reported.
        self.slider.actionTriggered.connect(lambda _action: self._on_changed())
        self.value = float(low)

    def show_value(self, value: float) -> None:
        """Show a value; nothing is emitted."""
        self.value = value
        self.slider.setValue(round(value))
        self._show_value(round(value))

    def _on_changed(self) -> None:
        self.value = float(self.slider.sliderPosition())
        self.moved.emit()

    def _show_value(self, value: int) -> None:
        self._read_out.setText(f"{value} {self._unit}".replace("-", "−"))


def _hz_field(name: str, more: str) -> QDoubleSpinBox:
    field = number_box(QDoubleSpinBox)
    field.setDecimals(0)
    field.setSingleStep(100.0)
    field.setSuffix(" Hz")
    # What is being typed is no request yet.
    field.setKeyboardTracking(False)
    explain(field, name, more=more)
    return field


def _chooser(titles: Iterable[tuple[int | str, str]], name: str) -> QComboBox:
    chooser = QComboBox()
    explain(chooser, name)
    for value, title in titles:
        chooser.addItem(title, value)
    return chooser


def _swatch(name: str) -> QIcon:
    """The colour map from quiet to loud."""
    image = QImage(256, 1, QImage.Format.Format_RGB32)
    for x, color in enumerate(colour_table(name)):
        image.setPixel(x, 0, color)
    strip = image.scaled(_SWATCH * 2, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return QIcon(QPixmap.fromImage(strip))
