"""Playing, on a sound card that is pulled by hand."""

import numpy as np
import pytest

from samstudio.audio.playback.devices import NO_DEVICE
from samstudio.audio.playback.player import LOST
from samstudio.controllers.playback.transport import Transport
from samstudio.session.clip import AudioClip
from tests.audio.playback.fake_portaudio import FakePortAudio, use

RATE = 48000
FADE = 240


class Log(list):
    """What a signal said."""

    def __init__(self, signal):
        super().__init__()
        signal.connect(self.append)


def tick(transport):
    transport._timer.timeout.emit()


def test_space_plays_and_stops_where_it_is_heard(transport, card, clip):
    messages = Log(transport.playing_changed)
    transport.toggle()
    card.pull(24000)
    transport.toggle()
    card.pull(4800)
    assert messages == [True, False]
    assert transport.position == pytest.approx(0.5, abs=1e-4)
    transport.toggle()
    assert np.array_equal(card.pull(4800)[FADE:], clip.samples[24000 + FADE : 28800])


def test_the_position_is_reported_while_playing(transport, card):
    places = Log(transport.position_changed)
    transport.play(0.5)
    for _ in range(5):
        card.pull(480)
        tick(transport)
    assert places == pytest.approx([0.5, 0.51, 0.52, 0.53, 0.54, 0.55], abs=1e-4)


def test_the_end_stops_it_and_the_next_play_begins_again(transport, card):
    messages = Log(transport.playing_changed)
    transport.play(1.9)
    card.pull(9600)
    tick(transport)
    assert messages == [True, False]
    assert transport.position == 2.0
    transport.play()
    assert transport.position == 0.0


def test_a_range_plays_once_and_the_playhead_is_at_its_start_again(transport, card, clip):
    transport.play_range(0.5, 0.7)
    out = card.pull(14400)
    tick(transport)
    assert not out[9600:].any()
    assert np.array_equal(out[FADE : 9600 - FADE], clip.samples[24000 + FADE : 33600 - FADE])
    assert not transport.playing
    assert transport.position == 0.5


def test_a_range_that_is_the_loop_goes_round(transport, card):
    transport.set_loop((0.5, 0.7))
    transport.play_range(0.5, 0.7)
    card.pull(14400)
    tick(transport)
    assert transport.playing
    assert transport.position == pytest.approx(0.6, abs=1e-4)


def test_the_loop_is_sorted_clipped_and_widened(transport):
    loops = Log(transport.loop_changed)
    transport.set_loop((1.5, 0.5))
    transport.set_loop((1.0, 9.0))
    transport.set_loop((1.0, 1.001))
    transport.set_loop((2.0, 2.0))
    transport.set_loop(None)
    assert loops[:2] == [(0.5, 1.5), (1.0, 2.0)]
    assert loops[2] == pytest.approx((1.0, 1.02))
    assert loops[3] == pytest.approx((1.98, 2.0))
    assert loops[4] is None


def test_a_loop_set_while_playing_elsewhere_is_jumped_into(transport, card):
    transport.play(0.0)
    card.pull(4800)
    transport.set_loop((1.0, 1.1))
    card.pull(4800 + 2400 + FADE)
    assert transport.playing
    assert transport.position == pytest.approx(1.05, abs=0.001)


def test_the_playhead_returns_on_stop_where_that_is_chosen(transport, card):
    transport.set_returning(True)
    transport.seek(0.5)
    transport.toggle()
    card.pull(4800)
    transport.toggle()
    assert (transport.playing, transport.position) == (False, 0.5)
    # What plays and is sent elsewhere begins there.
    transport.toggle()
    card.pull(4800)
    transport.seek(1.0)
    card.pull(4800)
    transport.toggle()
    assert transport.position == 1.0
    transport.set_returning(False)
    transport.toggle()
    card.pull(4800)
    transport.toggle()
    assert transport.position == pytest.approx(1.1, abs=0.01)


def test_with_a_returning_playhead_the_end_is_a_stop_too(qtbot, transport, card):
    transport.set_returning(True)
    transport.play(1.5)
    card.pull(48_000)
    qtbot.waitUntil(lambda: not transport.playing)
    assert transport.position == 1.5


def test_play_outside_the_loop_starts_at_the_loop(transport, card):
    transport.set_loop((1.0, 1.5))
    transport.play(0.2)
    assert transport.position == 1.0
    transport.play(1.2)
    assert transport.position == pytest.approx(1.2)


def test_steps_and_jumps_stay_inside_the_clip(transport, card):
    transport.seek(1.0)
    transport.step(-5.0)
    assert transport.position == 0.0
    transport.step(1.5)
    transport.step(5.0)
    assert transport.position == 2.0
    transport.play(1.0)
    card.pull(4800)
    transport.step(-0.5)
    assert transport.playing
    assert transport.position == pytest.approx(0.6, abs=1e-3)


def test_a_missing_device_is_reported_in_one_sentence_and_all_else_goes_on(transport, card):
    failures, states = Log(transport.device_failed), Log(transport.device_status_changed)
    card.error = "No sound card was found."
    transport.play(0.5)
    assert failures == [card.error]
    assert states == [card.error]
    assert not transport.playing
    transport.seek(1.0)
    assert transport.position == 1.0
    card.error = None
    transport.play()
    assert transport.playing
    assert states[-1] == "Sound: test card"


def test_without_a_sound_card_the_playhead_moves_and_each_press_of_play_says_why_nothing_is_heard(
    mixing, clip, qtbot, monkeypatch
):
    """The real way to the card, of which there is none."""
    use(monkeypatch, FakePortAudio())
    transport = Transport()
    transport.load(mixing.mixer, clip.frames)
    failures, states, places = (
        Log(it) for it in (transport.device_failed, transport.device_status_changed, transport.position_changed)
    )
    transport.play(1.9)
    assert transport.playing
    assert failures == states == [NO_DEVICE]
    qtbot.waitUntil(lambda: not transport.playing, timeout=60_000)
    assert places == sorted(places)
    assert len(places) > 1
    assert transport.position == pytest.approx(2.0)
    transport.play(0.5)
    assert failures == [NO_DEVICE] * 2
    transport.stop()
    # Once there is one, it plays there.
    card = use(monkeypatch, FakePortAudio("Headphones"))
    transport.play(0.5)
    assert len(card.opened) == 1
    assert states[-1].startswith("Sound: Headphones")
    transport.close()


def test_a_device_pulled_out_while_playing_is_reported(transport, card):
    failures, messages = Log(transport.device_failed), Log(transport.playing_changed)
    transport.play(0.5)
    card.pull(4800)
    card.streams[-1].active = False
    for _ in range(60):
        tick(transport)
    assert failures == [LOST]
    assert messages == [True, False]
    assert transport.position == pytest.approx(0.6, abs=1e-3)


def test_another_recording_stops_and_begins_at_zero_without_a_loop(mixing, transport, card):
    transport.set_loop((0.5, 1.0))
    transport.play(0.5)
    card.pull(4800)
    other = AudioClip(np.full((44100, 2), 0.25, np.float32), 44100)
    mixing.set_clip(other)
    transport.load(mixing.mixer, other.frames)
    assert not transport.playing
    assert transport.position == 0.0
    assert transport.loop is None
    transport.play()
    assert np.array_equal(card.pull(4410), other.samples[:4410])
    transport.load(None, 0)
    transport.play()
    assert not transport.playing


def test_a_trimmed_clip_plays_on_and_ends_earlier(mixing, transport, card, clip):
    transport.play(1.0)
    card.pull(4800)
    mixing.trim_clip(AudioClip(clip.samples[: 3 * RATE // 2], RATE))
    transport.trim(3 * RATE // 2)
    out = card.pull(24000)
    assert np.array_equal(out[:19200], clip.samples[52800:72000])
    assert not out[19200:].any()


def test_the_card_is_let_go_some_time_after_a_stop(transport, card):
    transport.play()
    card.pull(4800)
    transport.stop()
    assert not card.streams[-1].closed
    assert transport._idle.isActive()
    transport._idle.timeout.emit()
    assert card.streams[-1].closed


def test_what_was_heard_can_be_read_for_the_meters_and_silence_is_not_in_it(transport, card, clip):
    transport.play(1.0)
    heard = card.pull(4800)
    transport.stop()
    card.pull(4800)
    read = transport.read_output()
    assert np.array_equal(read[:4800], heard)
    assert len(read) == 4800 + FADE
    assert len(transport.read_output()) == 0
