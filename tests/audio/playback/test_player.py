"""What comes out of the sound card, and where the playhead says it is."""

import numpy as np
import pytest

from samstudio.audio.errors import AudioError
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.player import LOST, Player
from samstudio.audio.playback.tracks import Track
from tests.audio.playback.fake_stream import FakeCard

RATE = 48000
FADE = 240


def sine(frames=RATE, frequency=220.0, rate=RATE):
    wave = 0.5 * np.sin(2 * np.pi * frequency * np.arange(frames) / rate + 1.0)
    return np.stack([wave, 0.5 * wave], axis=1).astype(np.float32)


def noise(frames=RATE):
    return (0.2 * np.random.default_rng(3).standard_normal((frames, 2))).astype(np.float32)


_players = []


def made(card):
    """A player that is closed when the test is over."""
    _players.append(Player(card.open, card.clock))
    return _players[-1]


@pytest.fixture(autouse=True)
def _close_players():
    yield
    while _players:
        _players.pop().close()


def loaded(samples, card, rate=RATE):
    player = made(card)
    mixer = Mixer(rate)
    mixer.set_tracks((Track(samples),))
    player.load(mixer, len(samples))
    return player


@pytest.fixture
def card():
    return FakeCard()


def roughness(sound):
    return float(np.abs(np.diff(sound, n=2, axis=0)).max())


@pytest.mark.parametrize("block", [64, 100, 512, 5000])
def test_a_whole_clip_is_heard_bit_for_bit_and_then_silence(block):
    card = FakeCard(block=block)
    samples = noise(20000)
    player = loaded(samples, card)
    player.play(0)
    assert player.playing
    out = card.pull(20480)
    assert np.array_equal(out[:20000], samples)
    assert not out[20000:].any()
    assert not player.playing
    assert player.position == 20000


def test_a_start_in_the_middle_fades_in_and_a_stop_fades_out(card):
    samples = sine()
    player = loaded(samples, card)
    player.play(12345)
    head = card.pull(4000)
    place = player.position
    player.stop()
    tail = card.pull(4000)
    assert np.array_equal(head[FADE:], samples[12345 + FADE : 12345 + 4000])
    assert place == player.position == 12345 + 4000
    assert np.abs(tail[:FADE]).max() > 0.1
    assert not tail[FADE:].any()
    assert roughness(np.concatenate([np.zeros((1, 2)), head, tail])) < 0.01


def test_a_range_ends_where_it_should_without_a_click(card):
    samples = sine()
    player = loaded(samples, card)
    player.play(10000, stop=15000)
    out = card.pull(8000)
    assert np.array_equal(out[FADE : 5000 - FADE], samples[10000 + FADE : 15000 - FADE])
    assert np.abs(out[4900:4950]).max() > 0.01
    assert not out[5000:].any()
    assert roughness(np.concatenate([np.zeros((1, 2)), out])) < 0.01
    assert not player.playing
    assert player.position == 15000


def test_a_range_shorter_than_two_fades_has_no_click_either(card):
    player = loaded(sine(), card)
    player.play(10000, stop=10101)
    out = card.pull(512)
    assert out[:101].any()
    assert not out[101:].any()
    assert roughness(np.concatenate([np.zeros((1, 2)), out])) < 0.02


def test_a_seek_while_playing_is_heard_at_once_and_without_a_click(card):
    samples = sine()
    player = loaded(samples, card)
    player.play(0)
    card.pull(3000)
    player.seek(30000)
    assert player.position == 30000
    out = card.pull(3000)
    assert np.array_equal(out[2 * FADE :], samples[30000 + FADE : 30000 + 3000 - FADE])
    assert roughness(card.heard) < 0.01
    assert player.position == 30000 + 3000 - FADE


def test_a_stopped_player_can_be_moved(card):
    samples = noise()
    player = loaded(samples, card)
    player.seek(777)
    assert player.position == 777
    assert not card.streams
    player.play(player.position)
    assert np.array_equal(card.pull(1000)[FADE:], samples[777 + FADE : 1777])


@pytest.mark.parametrize(("start", "end"), [(1000, 1960), (0, 24000), (5000, 12345)])
def test_a_loop_joins_its_ends_to_the_sample(card, start, end):
    samples = noise()
    player = loaded(samples, card)
    player.play(start, loop=(start, end))
    frames = 3 * (end - start) + 500
    out = card.pull(frames)
    expected = np.concatenate([samples[start:end]] * 4)[:frames]
    assert np.array_equal(out[FADE:], expected[FADE:])
    assert player.playing
    assert player.position == start + 500


def test_a_loop_made_shorter_catches_what_is_on_its_way_to_the_ear():
    """What is heard is still inside, what was rendered is behind the new end already."""
    card = FakeCard(latency=0.1)
    player = loaded(sine(), card)
    player.play(0, loop=(0, 40_000))
    card.pull(20_000)
    assert player.position < 17_000
    # 33 periods: the join is smooth by itself.
    player.set_loop((10_000, 17_200))
    later = card.pull(20_000)
    assert 10_000 <= player.position < 17_200
    assert player.playing
    # A jump is a fade out and in again: no step above the sound's own.
    assert roughness(later) < 3 * roughness(sine())


def test_a_loop_can_be_let_go_and_the_clip_plays_on(card):
    samples = noise()
    player = loaded(samples, card)
    player.play(0, loop=(0, 2000))
    card.pull(2500)
    player.set_loop(None)
    assert np.array_equal(card.pull(3000), samples[500:3500])


def test_the_position_takes_the_latency_off_and_runs_on_between_callbacks():
    card = FakeCard(latency=0.1, block=480)
    player = loaded(noise(2 * RATE), card)
    player.play(24000)
    card.pull(480)
    assert player.position == 24000
    card.pull(9120)
    # 0.2 s were handed over; 0.1 s of it is heard.
    assert player.position == pytest.approx(24000 + 4800, abs=2)
    card.now += 0.005
    assert player.position == pytest.approx(24000 + 5040, abs=2)


def test_the_position_never_runs_past_what_was_handed_over():
    card = FakeCard(latency=0.01)
    player = loaded(noise(), card)
    player.play(0)
    card.pull(4800, rest=0.5)
    assert player.position == 4800


def test_the_end_comes_when_it_is_heard_not_when_it_is_handed_over():
    card = FakeCard(latency=0.1)
    player = loaded(noise(4800), card)
    player.play(0)
    card.pull(4800)
    assert player.playing
    card.pull(4800)
    card.now += 0.001
    assert not player.playing
    assert player.position == 4800


def test_the_clock_smooths_callbacks_that_come_in_bursts():
    card = FakeCard(latency=0.05, block=480)
    player = loaded(noise(4 * RATE), card)
    player.play(0)
    jitter = np.random.default_rng(1)
    steps, before = [], None
    for _ in range(200):
        late = float(jitter.uniform(0.0, 0.008))
        card.now += late
        card.pull(480)
        card.now -= late
        if before is not None:
            steps.append(player.position - before)
        before = player.position
    # Unsmoothed, 8 ms of jitter would be steps of 480 +- 384 frames.
    assert np.abs(np.array(steps[20:]) - 480).max() < 100


def test_another_rate_of_the_device_is_resampled():
    card = FakeCard(rate=44100)
    samples = sine(RATE, 1000.0)
    player = loaded(samples, card)
    player.play(0)
    out = card.pull(44100)
    expected = sine(44100, 1000.0, 44100)
    middle = slice(2000, 42000)
    error = out[middle] - expected[middle]
    assert 10 * np.log10((expected[middle] ** 2).mean() / (error**2).mean()) > 80
    assert player.position == pytest.approx(RATE, abs=2)
    player.close()


def test_a_missing_device_is_reported_and_the_player_goes_on_living(card):
    card.error = "No sound card found."
    player = loaded(noise(), card)
    player.seek(1234)
    with pytest.raises(AudioError, match="No sound card found"):
        player.play(1234)
    assert not player.playing
    assert player.position == 1234
    card.error = None
    player.play(1234)
    assert player.playing
    assert card.pull(1000).any()


def test_a_device_pulled_out_is_reported_and_the_next_play_opens_another(card):
    player = loaded(noise(), card)
    player.play(0)
    card.pull(4800)
    player.check()
    card.streams[0].active = False
    with pytest.raises(AudioError) as caught:
        player.check()
    assert str(caught.value) == LOST
    assert not player.playing
    assert player.position == 4800
    assert card.streams[0].closed
    player.play(player.position)
    assert len(card.streams) == 2
    assert card.pull(1000).any()


def test_a_device_that_no_longer_asks_is_lost(card):
    player = loaded(noise(), card)
    player.play(0)
    card.pull(4800, rest=1.0)
    player.check()
    card.now += 3.0
    with pytest.raises(AudioError):
        player.check()


def test_a_restart_soon_after_a_stop_uses_the_open_stream_and_new_gains_at_once(card):
    ones = np.ones((RATE, 2), np.float32)
    player = made(card)
    mixer = Mixer(RATE)
    mixer.set_tracks((Track(ones),))
    player.load(mixer, RATE)
    player.play(0)
    card.pull(1000)
    player.stop()
    card.pull(1000)
    mixer.set_tracks((Track(ones, 0.5, 0.5),))
    player.play(0)
    assert np.array_equal(card.pull(1000), np.full((1000, 2), 0.5, np.float32))
    assert len(card.streams) == 1


def test_another_clip_starts_stopped_at_its_beginning(card):
    player = loaded(noise(), card)
    player.play(0)
    card.pull(1000)
    player.load(Mixer(44100), 100)
    assert card.streams[0].closed
    assert not player.playing
    assert player.position == 0
