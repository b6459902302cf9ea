"""The master's meters follow what is heard."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from samstudio.controllers.playback.metering import MasterMetering
from samstudio.dsp.master_meter import MasterMeter, MeterReading
from samstudio.session.clip import AudioClip

RATE = 48000


@pytest.fixture
def clip():
    noise = 0.1 * np.random.default_rng(1).standard_normal((5 * RATE, 2))
    return AudioClip(noise.astype(np.float32), RATE)


@pytest.fixture
def metering(transport):
    made = MasterMetering(transport)
    made.readings = []
    made.reading_changed.connect(made.readings.append)
    made.begin(RATE)
    return made


def hear(card, metering, seconds):
    for _ in range(round(seconds * 10)):
        card.pull(RATE // 10)
        metering.measure()


def test_it_reads_what_the_master_hands_over(mixing, transport, metering, card, clip):
    mixing.set_mix(replace(mixing.mix, master_db=-6.0))
    transport.play()
    hear(card, metering, 4.0)
    meter = MasterMeter(RATE)
    meter.add(card.heard)
    read = metering.readings[-1]
    assert read.integrated == pytest.approx(meter.reading.integrated, abs=1e-9)
    assert read.true_peak == pytest.approx(meter.reading.true_peak, abs=1e-9)
    assert read.short_term == pytest.approx(meter.reading.short_term, abs=1e-9)
    assert -30.0 < read.integrated < -15.0


def test_ten_readings_a_second_come_while_it_plays(transport, metering, card):
    transport.play()
    for _ in range(120):
        card.pull(RATE * 16 // 1000)
        transport._timer.timeout.emit()
    # 1.92 s, and the one that it began with.
    assert 19 <= len(metering.readings) - 1 <= 21


def test_a_pause_does_not_count_and_a_reset_forgets(transport, metering, card):
    transport.play()
    hear(card, metering, 2.0)
    transport.stop()
    before = metering.readings[-1].integrated
    hear(card, metering, 1.0)
    assert metering.readings[-1].integrated == pytest.approx(before, abs=0.3)
    metering.reset()
    assert metering.readings[-1] == MeterReading()
    metering.measure()
    assert metering.readings[-1].true_peak == -inf


def test_nothing_is_measured_without_a_recording(transport, metering, card):
    metering.begin(None)
    transport.play()
    hear(card, metering, 0.5)
    assert metering.readings[-1] == MeterReading()
