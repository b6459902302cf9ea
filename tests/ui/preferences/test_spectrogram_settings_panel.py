from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from samstudio.dsp.scales import ANY_SCALE, FrequencyScale
from samstudio.dsp.spectrogram import FFT_SIZES, SpectrogramSettings
from samstudio.ui.preferences.spectrogram_settings_panel import SpectrogramSettingsPanel
from samstudio.ui.timeline.paint.colour_maps import COLOUR_MAPS, colour_table
from tests.signals import emissions


@pytest.fixture
def panel(qtbot) -> SpectrogramSettingsPanel:
    panel = SpectrogramSettingsPanel()
    qtbot.addWidget(panel)
    panel.show()
    return panel


def choose(chooser, value) -> None:
    chooser.setCurrentIndex(chooser.findData(value))
    chooser.activated.emit(chooser.currentIndex())


def test_every_choice_is_reported(panel):
    emitted = emissions(panel.settings_changed)
    choose(panel.scale, "log")
    choose(panel.fft_size, 8192)
    choose(panel.window_kind, "rectangular")
    choose(panel.colour_map, "grey")
    assert emitted[-1] == replace(
        SpectrogramSettings(), scale="log", fft_size=8192, window="rectangular", colour_map="grey"
    )
    assert len(emitted) == 4


def test_levels_move_with_the_keys(panel):
    emitted = emissions(panel.settings_changed)
    QTest.keyClick(panel.range_db.slider, Qt.Key.Key_Right)
    QTest.keyClick(panel.ceiling_db.slider, Qt.Key.Key_Left)
    defaults = SpectrogramSettings()
    assert emitted[-1] == replace(defaults, range_db=defaults.range_db + 1, ceiling_db=defaults.ceiling_db - 1)
    assert panel.ceiling_db._read_out.text() == f"−{-emitted[-1].ceiling_db:.0f} dBFS"


def test_shown_settings_are_not_emitted_again_nor_rounded(panel):
    emitted = emissions(panel.settings_changed)
    settings = SpectrogramSettings("linear", 512, "hann", 72.5, -20.25, "viridis")
    panel.show_settings(settings, ANY_SCALE)
    assert emitted == []
    choose(panel.scale, "mel")
    assert emitted == [replace(settings, scale="mel")]


def test_back_to_the_defaults(panel):
    panel.show_settings(SpectrogramSettings(fft_size=512), ANY_SCALE)
    emitted = emissions(panel.settings_changed)
    panel.reset_button.click()
    assert emitted == [SpectrogramSettings()]


def test_everything_that_can_be_computed_can_be_chosen(panel):
    assert [panel.fft_size.itemData(row) for row in range(panel.fft_size.count())] == list(FFT_SIZES)
    assert [panel.colour_map.itemData(row) for row in range(panel.colour_map.count())] == list(COLOUR_MAPS)


def test_colour_maps_show_their_colours(panel):
    strip = panel.colour_map.itemIcon(0).pixmap(64, 12).toImage()
    for x, shade in ((0, 0), (strip.width() - 1, 255)):
        drawn, wanted = strip.pixelColor(x, strip.height() // 2), QColor.fromRgb(colour_table("house")[shade])
        for one, other in zip(drawn.getRgb()[:3], wanted.getRgb()[:3], strict=True):
            assert one == pytest.approx(other, abs=6)


def typed(field, text) -> None:
    field.lineEdit().selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_band_is_typed_and_cannot_be_upside_down_or_beyond_the_recording(panel):
    panel.show_settings(SpectrogramSettings(), FrequencyScale.up_to("mel", 22050.0))
    assert (panel.low_hz.value(), panel.high_hz.value()) == (0.0, 22050.0)
    emitted = emissions(panel.settings_changed)
    typed(panel.high_hz, "8000")
    typed(panel.low_hz, "500")
    assert emitted == [SpectrogramSettings(high_hz=8000.0), SpectrogramSettings(low_hz=500.0, high_hz=8000.0)]
    typed(panel.low_hz, "9000")
    assert panel.low_hz.value() <= 7950.0
    typed(panel.high_hz, "40000")
    assert panel.high_hz.value() <= 22050.0
    # What is stepped to the end is the end of any recording.
    panel.high_hz.setValue(22050.0)
    assert emitted[-1].high_hz == 0.0


def test_a_band_that_was_zoomed_to_is_not_rounded_by_another_choice(panel):
    zoomed = SpectrogramSettings(low_hz=123.4, high_hz=5678.9)
    panel.show_settings(zoomed, ANY_SCALE)
    emitted = emissions(panel.settings_changed)
    choose(panel.scale, "linear")
    typed(panel.high_hz, "6000")
    assert emitted == [replace(zoomed, scale="linear"), replace(zoomed, scale="linear", high_hz=6000.0)]
