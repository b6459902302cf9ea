"""The strips' meters: how they move, by the standards they name, and how they are drawn."""

from math import exp, log10

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from samstudio.audio.playback.mixer import Levels
from samstudio.ui.mixer.ballistics import FALL, HOLD, Ballistics
from samstudio.ui.mixer.level_scale import deflection
from samstudio.ui.mixer.meter import INSET, Meter, PeakLamp
from samstudio.ui.theme import apply_theme, theme

RATE = 48000


def tone(seconds, frequency=4000.0):
    """A full-scale sine."""
    return np.sin(2 * np.pi * frequency * np.arange(round(seconds * RATE)) / RATE)


def watched(*parts, lead=0.0):
    """What a meter says 30 times a second, unevenly, while it hears `lead` seconds of silence and then these parts.

    Rows of (seconds since the parts began, peak, hold, RMS), in dB.
    """
    sound = np.concatenate([np.zeros(round(lead * RATE)), *parts])
    side, rows, done = Ballistics(), [], 0
    for frames in np.random.default_rng(1).integers(1300, 1900, len(sound) // 1300):
        piece = sound[done : done + frames]
        if not len(piece):
            break
        side.advance(len(piece) / RATE, np.abs(piece).max(), np.sqrt(np.square(piece).mean()))
        done += len(piece)
        rows.append((done / RATE - lead, side.peak, side.hold, side.rms))
    return np.array(rows)


@pytest.mark.parametrize("burst", [np.ones(1), tone(0.005)], ids=["one sample", "5 ms"])
def test_a_peak_rises_at_once(burst):
    # IEC 60268-18 lets a meter take 5 ms.
    assert watched(np.zeros(4800), burst, np.zeros(4800))[:, 1].max() == pytest.approx(0.0, abs=0.1)


def test_a_peak_returns_by_20_db_in_1_7_s_at_an_even_speed():
    times, peaks, *_ = watched(tone(1.0), np.zeros(3 * RATE)).T
    fallen = times[np.argmax(peaks <= -20.0)] - 1.0
    # IEC 60268-18: 1.7 s, give or take 0.3.
    assert fallen == pytest.approx(1.7, abs=0.1)
    falling = (times > 1.1) & (times < 2.7)
    assert np.diff(peaks[falling]) / np.diff(times[falling]) == pytest.approx(-FALL)


def test_the_highest_peak_is_held_for_a_second():
    times, _, holds, _ = watched(tone(1.0), np.zeros(3 * RATE)).T
    # IEC 60268-18: 1 s, give or take 0.5.
    assert times[np.argmax(holds < 0.0)] - 1.0 == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(("seconds", "tolerance"), [(1.0, 0.5), (0.5, 0.5), (0.2, 0.5), (0.1, 1.0), (0.05, 1.0)])
@pytest.mark.parametrize("lead", [0.0, 0.008, 0.016, 0.024])
def test_the_rms_answers_bursts_as_time_weighting_f(seconds, tolerance, lead):
    # IEC 61672-1: the highest reading of a burst beside that of the tone it is cut from.
    expected = 10.0 * log10(1.0 - exp(-seconds / 0.125))
    highest = watched(tone(seconds), np.zeros(RATE // 2), lead=lead)[:, 3].max()
    assert highest - -3.01 == pytest.approx(expected, abs=tolerance)


def test_the_rms_falls_as_time_weighting_f():
    times, *_, levels = watched(tone(2.0), np.zeros(RATE)).T
    falling = (times > 2.1) & (times < 2.9)
    # IEC 61672-1: at least 25 dB a second; a time constant of 125 ms makes 34.7.
    assert np.diff(levels[falling]) / np.diff(times[falling]) == pytest.approx(-34.7, abs=0.1)


def test_the_meter_says_which_standards_it_follows(qtbot):
    meter = Meter("Target")
    qtbot.addWidget(meter)
    tip = meter.toolTip()
    assert "20 dB in 1.7 s" in tip
    assert f"holds the highest for {HOLD:g} s (IEC 60268-18)" in tip
    assert "125 ms (IEC 61672-1)" in tip


def test_a_new_peak_lifts_bar_and_hold():
    side = Ballistics()
    side.advance(0.03, 1.0, 0.5)
    for _ in range(20):
        side.advance((HOLD + 0.2) / 20, 0.0, 0.0)
    assert side.peak < side.hold < 0.0
    side.advance(0.1, 0.5, 0.0)
    assert side.peak == pytest.approx(-6.02, abs=0.01)
    side.advance(0.1, 2.0, 0.0)
    assert side.hold == pytest.approx(6.02, abs=0.01)


def test_all_comes_to_rest():
    side = Ballistics()
    side.advance(1.0, 0.5, 0.25)
    assert not side.at_rest
    for _ in range(400):
        side.advance(0.033, 0.0, 0.0)
    assert side.at_rest


@pytest.fixture
def meter(qtbot):
    made = Meter("Target")
    qtbot.addWidget(made)
    made.resize(300, made.sizeHint().height())
    return made


def settle(meter, left, right):
    """Both sides at their level in dB, for long."""
    for _ in range(60):
        for side, level in zip(meter.sides, (left, right), strict=True):
            side.advance(0.1, 10 ** (level / 20), 10 ** (level / 20))
    meter.show_levels(Levels((10 ** (left / 20), 10 ** (right / 20)), (10 ** (left / 20), 10 ** (right / 20))))


@pytest.mark.parametrize("name", ["dark", "light"])
def test_it_is_drawn_as_far_as_the_level(qapp, meter, name):
    apply_theme(qapp, name)
    settle(meter, -20.0, 6.0)
    image = meter.grab().toImage()
    left, right = meter.height() - 10, meter.height() - 3

    def color(level, row):
        return QColor(image.pixel(round(INSET + deflection(level) * (300 - 2 * INSET)), row))

    assert color(-30.0, left) == theme().color("meter_low")
    assert color(-12.0, left) not in (theme().color("meter_low"), theme().color("meter_mid"))
    assert color(-30.0, right) == theme().color("meter_low")
    assert color(-9.5, right) == theme().color("meter_low")
    assert color(-8.5, right) == theme().color("meter_mid")
    assert color(-1.0, right) == theme().color("meter_mid")
    assert color(1.0, right) == theme().color("meter_high")
    assert color(9.0, right) != theme().color("meter_high")
    apply_theme(qapp, "dark")


def test_it_is_drawn_again_in_another_theme_and_another_width(qapp, meter):
    settle(meter, -20.0, -20.0)
    meter.grab()
    apply_theme(qapp, "light")
    meter.resize(400, meter.height())
    image = meter.grab().toImage()
    row = meter.height() - 3
    end = round(INSET + deflection(-20.0) * (400 - 2 * INSET))
    assert QColor(image.pixel(end - 4, row)) == theme().color("meter_low")
    assert QColor(image.pixel(end + 4, row)) != theme().color("meter_low")
    apply_theme(qapp, "dark")


class Paintings(QObject):
    """Counts how often a widget is painted."""

    count = 0

    def eventFilter(self, _watched, event):
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_what_does_not_move_is_not_painted(qapp, qtbot, meter):
    meter.show()
    qtbot.waitExposed(meter)
    settle(meter, -20.0, -20.0)
    qapp.processEvents()
    paintings = Paintings()
    meter.installEventFilter(paintings)
    for _ in range(5):
        meter.show_levels(Levels((0.1, 0.1), (0.1, 0.1)))
        qapp.processEvents()
    assert paintings.count == 0
    meter.show_levels(Levels((0.5, 0.1), (0.1, 0.1)))
    qapp.processEvents()
    assert paintings.count == 1


def test_it_falls_back_by_itself(qtbot, monkeypatch):
    monkeypatch.setattr("samstudio.ui.mixer.ballistics.HOLD", 0.0)
    meter = Meter("Target")
    qtbot.addWidget(meter)
    meter.show_levels(Levels((0.002, 0.002), (0.001, 0.001)))
    assert not meter.at_rest
    qtbot.waitUntil(lambda: meter.at_rest and not meter._timer.isActive())


def test_the_lamp_remembers_the_peak_until_it_is_clicked(qtbot):
    lamp = PeakLamp("Master")
    qtbot.addWidget(lamp)
    lamp.show_levels(Levels((0.5, 0.25), (0.1, 0.1)))
    assert not lamp.is_lit
    assert "−6.0 dBFS" in lamp.accessibleName()
    lamp.show_levels(Levels((0.1, 1.2), (0.1, 0.1)))
    lamp.show_levels(Levels((0.1, 0.1), (0.1, 0.1)))
    assert lamp.is_lit
    assert "+1.6 dBFS, clipped" in lamp.accessibleName()
    QTest.mouseClick(lamp, Qt.MouseButton.LeftButton)
    assert not lamp.is_lit


def test_nothing_of_a_meter_that_falls_outlives_it(qapp):
    meter = Meter("Target")
    meter.show_levels(Levels((1.0, 1.0), (1.0, 1.0)))
    timer = meter._timer
    assert timer.isActive()
    shiboken6.delete(meter)
    assert not shiboken6.isValid(timer), "Qt would call the meter that is gone"
