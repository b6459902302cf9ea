"""The master's meters follow what is heard."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from samstudio.controllers.playback.metering import Programme
from samstudio.dsp.master_meter import ProgrammeMeter, ProgrammeReading
from samstudio.session.clip import AudioClip

RATE = 48000


@pytest.fixture
def clip():
    noise = 0.1 * np.random.default_rng(1).standard_normal((5 * RATE, 2))
    return AudioClip(noise.astype(np.float32), RATE)


@pytest.fixture
def programme(transport):
    made = Programme(transport)
    made.readings = []
    made.reading_changed.connect(made.readings.append)
    made.begin(RATE)
    return made


def hear(card, programme, seconds):
    for _ in range(round(seconds * 10)):
        card.pull(RATE // 10)
        programme.measure()


def test_it_reads_what_the_master_hands_over(mixing, transport, programme, card, clip):
    mixing.set_mix(replace(mixing.mix, master_db=-6.0))
    transport.play()
    hear(card, programme, 4.0)
    meter = ProgrammeMeter(RATE)
    meter.add(card.heard)
    read = programme.readings[-1]
    assert read.integrated == pytest.approx(meter.reading.integrated, abs=1e-9)
    assert read.true_peak == pytest.approx(meter.reading.true_peak, abs=1e-9)
    assert read.short_term == pytest.approx(meter.reading.short_term, abs=1e-9)
    assert -30.0 < read.integrated < -15.0


def test_ten_readings_a_second_come_while_it_plays(transport, programme, card):
    transport.play()
    for _ in range(120):
        card.pull(RATE * 16 // 1000)
        transport._timer.timeout.emit()
    # 1.92 s, and the one that it began with.
    assert 19 <= len(programme.readings) - 1 <= 21


def test_a_pause_does_not_count_and_a_reset_forgets(transport, programme, card):
    transport.play()
    hear(card, programme, 2.0)
    transport.stop()
    before = programme.readings[-1].integrated
    hear(card, programme, 1.0)
    assert programme.readings[-1].integrated == pytest.approx(before, abs=0.3)
    programme.reset()
    assert programme.readings[-1] == ProgrammeReading()
    programme.measure()
    assert programme.readings[-1].true_peak == -inf


def test_nothing_is_measured_without_a_recording(transport, programme, card):
    programme.begin(None)
    transport.play()
    hear(card, programme, 0.5)
    assert programme.readings[-1] == ProgrammeReading()
