"""A place that is moved by hand is heard as it moves: at its speed, without a click, and silent where it rests."""

import numpy as np
import pytest

from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.player import Player
from samstudio.audio.playback.tracks import Track
from tests.audio.playback.fake_stream import FakeCard

RATE = 48000
STEP = 800
"""Frames between two moves of a pointer: 60 a second."""


def tone(frequency, frames):
    wave = 0.5 * np.sin(2 * np.pi * frequency * np.arange(frames) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


@pytest.fixture
def card():
    return FakeCard(block=480)


@pytest.fixture
def player(card):
    mixer = Mixer(RATE)
    samples = tone(500.0, 20 * RATE)
    mixer.set_tracks((Track(samples),))
    made = Player(card.open, card.clock)
    made.load(mixer, len(samples))
    yield made
    made.close()


def moved(player, card, start, speed, moves=60):
    """What is heard while a pointer moves at an even speed, in the steps of a mouse."""
    heard = []
    for move in range(moves):
        player.scrub(round(start + speed * STEP * move))
        heard.append(card.pull(STEP))
    return np.concatenate(heard)


def frequency(sound):
    spectrum = np.abs(np.fft.rfft(sound[:, 0] * np.hanning(len(sound))))
    return spectrum.argmax() * RATE / len(sound)


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0, 4.0, -0.5, -1.0, -2.0])
def test_the_pitch_follows_the_speed_of_the_hand(player, card, speed):
    heard = moved(player, card, 10 * RATE, speed)[RATE // 4 :]
    assert frequency(heard) == pytest.approx(500.0 * abs(speed), rel=0.02)
    level = np.sqrt((heard.astype(float) ** 2).mean())
    assert level == pytest.approx(0.5 / np.sqrt(2), rel=0.05)
    # No step that the tone itself has not, a little faster than the hand's mean.
    assert np.abs(np.diff(heard, axis=0)).max() < 1.3 * 0.5 * 2 * np.pi * 500.0 * abs(speed) / RATE


def test_a_hand_that_rests_is_silent_and_the_sound_falls_without_a_click(player, card):
    moved(player, card, 5 * RATE, 1.0)
    resting = card.pull(RATE // 2)
    assert np.abs(np.diff(resting, axis=0)).max() < 1.3 * 0.5 * 2 * np.pi * 500.0 / RATE
    assert np.abs(resting[RATE // 4 :]).max() < 1e-3
    assert player.position == 5 * RATE + 59 * STEP
    assert player.playing


def test_a_far_jump_is_no_run_and_no_click(player, card):
    moved(player, card, 2 * RATE, 1.0, 20)
    player.scrub(15 * RATE)
    after = card.pull(RATE // 2)
    assert np.abs(np.diff(after, axis=0)).max() < 0.05
    assert np.abs(after[RATE // 20 :]).max() == 0.0


def test_playing_and_stopping_join_without_a_click(player, card):
    player.play(3 * RATE)
    card.pull(RATE // 10)
    moved(player, card, 4 * RATE, 1.0, 20)
    player.stop()
    card.pull(RATE // 10)
    player.play(3 * RATE)
    card.pull(RATE // 10)
    slope = 0.5 * 2 * np.pi * 500.0 / RATE
    # A fade of 5 ms adds its own slope, at full level.
    assert np.abs(np.diff(card.heard, axis=0)).max() < 1.5 * slope + 0.5 * np.pi / 2 / 240


@pytest.mark.parametrize("place", [0, 20 * RATE])
def test_the_ends_of_the_sound_are_no_trouble(player, card, place):
    heard = moved(player, card, place, 1.0 if place == 0 else -1.0)
    assert np.abs(heard[RATE // 4 :]).max() > 0.4
    player.scrub(place)
    assert np.isfinite(card.pull(RATE)).all()
    assert player.position == place
