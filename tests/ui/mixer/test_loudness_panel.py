"""The master's readings as they are shown."""

import pytest
from PySide6.QtGui import QColor, QImage

from samstudio.dsp.master_meter import MeterReading
from samstudio.ui.mixer.correlation_meter import CorrelationMeter
from samstudio.ui.mixer.loudness_panel import LoudnessPanel
from samstudio.ui.theme import apply_theme, theme


@pytest.fixture
def panel(qtbot):
    made = LoudnessPanel()
    qtbot.addWidget(made)
    return made


def test_readings_are_shown_with_their_names_and_units(panel):
    panel.show_reading(MeterReading(-18.24, -19.0, -20.06, -1.2, 0.5, -16.0, -17.5))
    assert [field.text for field in panel.values.values()] == ["−18.2", "−19.0", "−20.1", "−1.2"]
    assert [field.highest for field in panel.values.values()] == ["−16.0", "−17.5", "", ""]
    assert panel.values["M"].accessibleName() == "Momentary loudness: −18.2 LUFS, highest −16.0"
    assert panel.values["TP"].accessibleName() == "True peak: −1.2 dBTP"
    assert not panel.values["TP"].is_alarming
    panel.show_reading(MeterReading())
    assert {field.text for field in panel.values.values()} == {"–"}


def test_a_true_peak_above_full_scale_stands_out(panel):
    panel.show_reading(MeterReading(true_peak=0.3))
    assert panel.values["TP"].is_alarming
    assert panel.values["TP"].text == "+0.3"
    panel.show_reading(MeterReading(momentary=0.3, true_peak=0.0))
    assert not any(field.is_alarming for field in panel.values.values())


def test_reset_asks(panel, qtbot):
    with qtbot.waitSignal(panel.reset_requested):
        panel.reset.click()


@pytest.mark.parametrize(("correlation", "role"), [(0.8, "meter_low"), (-0.8, "meter_high")])
@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_correlation_is_drawn_from_the_middle(qapp, qtbot, name, correlation, role):
    apply_theme(qapp, name)
    meter = CorrelationMeter()
    qtbot.addWidget(meter)
    meter.resize(240, meter.sizeHint().height())
    meter.show_correlation(correlation)
    image = QImage(meter.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    meter.render(image)
    row, side = image.height() // 2, 1 if correlation > 0 else -1
    assert image.pixelColor(120 + side * 40, row) == theme().color(role)
    assert image.pixelColor(120 - side * 40, row) != theme().color(role)
    apply_theme(qapp, "dark")


def test_a_silent_side_has_no_correlation(panel):
    panel.correlation.show_correlation(None)
    assert panel.correlation.accessibleName() == "Master correlation –"
