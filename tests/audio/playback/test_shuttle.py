"""The sound at other speeds and backwards, and where the playhead says it is."""

import numpy as np
import pytest

from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.player import Player
from samstudio.audio.playback.read_ahead import ReadAhead
from samstudio.audio.playback.tracks import Track
from tests.audio.playback.fake_stream import FakeCard

RATE = 48000
FADE = 240
LEVEL = 0.5


def tone(frequency, places):
    wave = LEVEL * np.sin(2 * np.pi * frequency * np.asarray(places) / RATE + 1.0)
    return np.stack([wave, 0.5 * wave], axis=1).astype(np.float32)


def noise(frames):
    return (0.2 * np.random.default_rng(3).standard_normal((frames, 2))).astype(np.float32)


@pytest.fixture
def card():
    return FakeCard()


@pytest.fixture
def loaded(card):
    players = []

    def load(samples):
        mixer = Mixer(RATE)
        mixer.set_tracks((Track(samples),))
        players.append(Player(card.open, card.clock))
        players[-1].load(mixer, len(samples))
        players[-1].mixer = mixer
        return players[-1]

    yield load
    for player in players:
        player.close()


def step(sound):
    return float(np.abs(np.diff(sound, axis=0, prepend=0.0)).max())


def decibels(sound, against):
    return 10 * np.log10((sound.astype(float) ** 2).mean() / (against.astype(float) ** 2).mean())


@pytest.mark.parametrize("speed", [0.5, 2.0, 4.0, 8.0, -0.5, -2.0, -4.0, -8.0])
def test_pitch_and_place_move_with_the_speed_and_the_level_stays(loaded, card, speed):
    player = loaded(tone(300.0, np.arange(8 * RATE)))
    start = 4 * RATE
    player.seek(start)
    player.shuttle(speed)
    out = card.pull(9600)
    first = start if speed > 0 else start - 1
    expected = tone(300.0, first + speed * np.arange(9600))
    assert decibels(out[FADE:] - expected[FADE:], expected) < -80
    assert player.speed == speed
    assert player.position == start + round(9600 * speed)


def test_backwards_is_the_sound_reversed_bit_for_bit(loaded, card):
    samples = noise(RATE)
    player = loaded(samples)
    player.seek(20000)
    player.shuttle(-1.0)
    assert np.array_equal(card.pull(8000)[FADE:], samples[12000:20000][::-1][FADE:])
    assert player.position == 12000


def test_a_shuttle_on_at_the_sounds_own_speed_is_the_sound_bit_for_bit(loaded, card):
    samples = noise(RATE)
    player = loaded(samples)
    player.shuttle(1.0)
    assert np.array_equal(card.pull(8000), samples[:8000])


def test_what_would_be_above_half_the_rate_vanishes_and_does_not_fold(loaded, card):
    player = loaded(tone(10000.0, np.arange(8 * RATE)))
    player.seek(RATE)
    player.shuttle(8.0)
    assert decibels(card.pull(24000)[2 * FADE :], np.float32([LEVEL])) < -80


@pytest.mark.parametrize(("speed", "start", "end"), [(8.0, RATE, 2 * RATE), (-4.0, RATE, 0), (-1.0, 1000, 0)])
def test_it_stops_at_the_recordings_ends_without_a_click(loaded, card, speed, start, end):
    player = loaded(tone(100.0, np.arange(2 * RATE)))
    player.seek(start)
    player.shuttle(speed)
    rendered = round(abs(end - start) / abs(speed))
    out = card.pull(rendered + 1000)
    assert np.abs(out[rendered - 2 * FADE : rendered - FADE]).max() > 0.9 * LEVEL / 2
    assert not out[rendered:].any()
    assert step(out) < 2 * np.pi * 100 * abs(speed) / RATE * LEVEL + LEVEL * np.pi / 2 / FADE
    assert not player.playing
    assert player.speed == 1.0
    assert player.position == end


def test_backwards_from_the_beginning_and_on_from_the_end_is_nothing(loaded, card):
    player = loaded(noise(4800))
    player.shuttle(-1.0)
    assert not card.pull(1000).any()
    assert not player.playing
    player.seek(4800)
    player.shuttle(2.0)
    assert not card.pull(1000).any()
    assert player.position == 4800


def test_changes_of_speed_and_turns_go_on_from_there_without_a_click(loaded, card):
    player = loaded(tone(60.0, np.arange(20 * RATE)))
    player.play(5 * RATE)
    card.pull(4800)
    place = 5 * RATE + 4800
    for speed in (2.0, 8.0, 1.0, -1.0, -8.0, 0.5, 4.0):
        # The old way fades out first.
        place += FADE * (player.speed - speed) + 4800 * speed
        player.shuttle(speed)
        card.pull(4800)
        assert player.position == round(place)
    steepest = 2 * np.pi * 60 * 8 / RATE * LEVEL + LEVEL * np.pi / 2 / FADE
    assert step(card.heard) < steepest
    # Nothing is left out or heard twice at a change: the last stretch is the tone from its own place.
    expected = tone(60.0, place - 4.0 * np.arange(1000, 0, -1))
    assert decibels(card.heard[-1000:] - expected, expected) < -80


def test_the_playhead_keeps_the_old_speed_until_the_new_one_is_heard():
    card = FakeCard(latency=0.1, block=480)
    player = Player(card.open, card.clock)
    mixer = Mixer(RATE)
    mixer.set_tracks((Track(noise(20 * RATE)),))
    player.load(mixer, 20 * RATE)
    player.play(2 * RATE)
    card.pull(9600)
    assert player.position == pytest.approx(2 * RATE + 4800, abs=2)
    player.shuttle(-4.0)
    assert player.position == pytest.approx(2 * RATE + 4800, abs=2)
    places = []
    for _ in range(20):
        card.pull(480)
        places.append(player.position - 2 * RATE)
    turn = 9600 + FADE
    heard = 4800 + 480 * np.arange(1, 21)
    expected = np.where(heard < turn, heard, turn - 4 * (heard - turn))
    assert np.abs(places - expected).max() <= 0.002 * RATE
    player.stop()
    # It stops where it was heard, however much was handed over.
    assert player.position == pytest.approx(2 * RATE + places[-1], abs=8)
    player.close()


def test_two_orders_before_the_card_asks_are_the_last_one(loaded, card):
    samples = noise(RATE)
    player = loaded(samples)
    player.seek(10000)
    player.shuttle(2.0)
    player.shuttle(-1.0)
    assert np.array_equal(card.pull(4000)[FADE:], samples[6000:10000][::-1][FADE:])
    player.seek(40000)
    player.shuttle(-2.0)
    player.shuttle(-1.0)
    card.pull(FADE)
    assert np.array_equal(card.pull(4000)[FADE:], samples[36000:40000][::-1][FADE:])


def test_a_seek_keeps_speed_and_direction_and_plain_play_is_at_its_own_speed(loaded, card):
    samples = noise(4 * RATE)
    player = loaded(samples)
    player.seek(RATE)
    player.shuttle(-8.0)
    card.pull(1000)
    player.seek(3 * RATE)
    assert player.position == 3 * RATE
    card.pull(2000 + FADE)
    assert player.speed == -8.0
    assert player.position == 3 * RATE - 16000
    player.play(RATE)
    assert player.speed == 1.0
    card.pull(FADE)
    assert np.array_equal(card.pull(1000)[FADE:], samples[RATE : RATE + 1000][FADE:])


@pytest.mark.parametrize("speed", [2.0, -2.0])
def test_neither_loop_nor_stop_holds_it(loaded, card, speed):
    player = loaded(noise(4 * RATE))
    player.play(2 * RATE, loop=(2 * RATE - 500, 2 * RATE + 500))
    card.pull(700)
    player.shuttle(speed)
    player.set_loop((2 * RATE - 500, 2 * RATE + 500))
    card.pull(9600)
    assert abs(player.position - 2 * RATE) > 15000
    player.play(2 * RATE, stop=2 * RATE + 5000)
    card.pull(1000)
    player.shuttle(speed)
    card.pull(9600)
    assert player.playing


def test_gains_ramp_backwards_too(loaded, card):
    ones = np.ones((RATE, 2), np.float32)
    player = loaded(ones)
    player.seek(40000)
    player.shuttle(-1.0)
    card.pull(1000)
    assert player.mixer.read_levels()[0].peak == (1.0, 1.0)
    player.mixer.set_tracks((Track(ones, 0.5, 0.5),))
    out = card.pull(1000)
    # 10 ms for half the level.
    assert np.abs(np.diff(out, axis=0)).max() < 1.01 * 0.5 / 480
    assert (np.diff(out[:, 0]) <= 0).all()
    assert out[-1, 0] == 0.5


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_channels_that_are_folded_down_and_frames_not_ready_come_out_backwards_too(channels):
    sound = np.random.default_rng(1).standard_normal((3000, channels)).astype(np.float32)
    later = -sound
    mixer = Mixer(RATE)
    mixer.set_tracks((Track(sound, ready=1500, beyond=later),))
    on, back = np.empty((1500, 2), np.float32), np.empty((1500, 2), np.float32)
    mixer.render(700, on)
    mixer.snap()
    mixer.render(2200, back, backwards=True)
    assert np.array_equal(back, on[::-1])


class Watched:
    """Samples that remember what of them was read."""

    def __init__(self):
        self.read = []

    def __getitem__(self, frames):
        self.read.append((frames.start, frames.stop))
        return np.zeros((1, 1), np.float32)


@pytest.mark.parametrize(
    ("place", "expected"),
    [((RATE, 1.0), (RATE, 5 * RATE)), ((RATE, 8.0), (RATE, 33 * RATE)), ((RATE, -8.0), (0, RATE))],
)
def test_what_lies_ahead_is_read_where_the_playhead_goes(qtbot, place, expected):
    mixer, samples = Mixer(RATE), Watched()
    mixer._state = type("Scene", (), {"tracks": (type("Track", (), {"samples": samples}),)})
    ahead = ReadAhead(mixer, lambda: ())
    ahead.start(place)
    qtbot.waitUntil(lambda: bool(samples.read))
    ahead.stop()
    assert samples.read[0] == expected
