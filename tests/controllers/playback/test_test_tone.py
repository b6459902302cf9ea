"""The tone that tells which side is which."""

import numpy as np
import pytest

from samstudio.audio.playback.devices import NO_DEVICE, OutputChoice
from samstudio.audio.playback.player import Player
from samstudio.controllers.playback.test_tone import TestTone
from tests.audio.playback.fake_portaudio import FakePortAudio, use
from tests.audio.playback.fake_stream import FakeCard

RATE = 48000


@pytest.fixture
def card():
    return FakeCard(block=480)


@pytest.fixture
def tone(qapp, card):
    made = TestTone(player=Player(card.open, card.clock))
    made.messages, made.failures = [], []
    made.playing_changed.connect(made.messages.append)
    made.failed.connect(made.failures.append)
    return made


def rms_db(sound):
    return 20 * np.log10(np.sqrt(np.mean(np.square(sound, dtype=float))))


def test_it_is_heard_left_then_right_at_minus_20_dbfs(tone, card):
    tone.start(OutputChoice("ALSA: Headphones"))
    assert card.output == OutputChoice("ALSA: Headphones")
    heard = card.pull(round(2.5 * RATE))
    left, right = heard[round(0.4 * RATE) : round(1.0 * RATE)], heard[round(1.4 * RATE) : round(2.0 * RATE)]
    # A sine's RMS is 3 dB below its peak.
    assert rms_db(left[:, 0]) == rms_db(right[:, 1]) == pytest.approx(-23.01, abs=0.05)
    assert not left[:, 1].any()
    assert not right[:, 0].any()
    tone._timer.timeout.emit()
    assert tone.messages == [True, False]
    assert card.streams[-1].closed


def test_it_can_be_stopped_and_lets_go_of_the_device(tone, card):
    tone.start(OutputChoice())
    card.pull(4800)
    tone.stop()
    assert tone.messages == [True, False]
    assert card.streams[-1].closed


def test_without_a_device_it_says_why(tone, card):
    card.error = "No sound card found."
    tone.start(OutputChoice())
    assert tone.failures == ["No sound card found."]
    assert tone.messages == []


def test_without_any_sound_card_there_is_no_test(qtbot, monkeypatch):
    use(monkeypatch, FakePortAudio())
    tone = TestTone()
    with qtbot.assertNotEmitted(tone.playing_changed), qtbot.waitSignal(tone.failed) as failed:
        tone.start(OutputChoice())
    assert failed.args == [NO_DEVICE]


def test_a_device_pulled_out_is_reported(tone, card):
    tone.start(OutputChoice())
    card.pull(4800)
    card.streams[-1].active = False
    tone._timer.timeout.emit()
    assert len(tone.failures) == 1
    assert tone.messages == [True, False]
