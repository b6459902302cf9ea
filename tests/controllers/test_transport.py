"""Listening, on a sound card that is pulled by hand."""

from dataclasses import replace

import numpy as np
import pytest

from samstudio.audio.player import LOST, Player
from samstudio.controllers.transport import NO_STEMS, Transport
from samstudio.session.clip import AudioClip
from samstudio.session.mix import Mix, Strip
from samstudio.session.take import Stem, Stems
from tests.audio.fake_stream import FakeCard

RATE = 48000
FADE, RAMP = 240, 480


def noise(seed, frames=2 * RATE):
    return (0.1 * np.random.default_rng(seed).standard_normal((frames, 2))).astype(np.float32)


@pytest.fixture
def card():
    return FakeCard(block=480)


@pytest.fixture
def clip():
    return AudioClip(noise(1), RATE)


@pytest.fixture
def stems(clip):
    target = noise(2)
    return Stems(target, clip.samples - target)


@pytest.fixture
def transport(qapp, card, clip, monkeypatch):
    monkeypatch.setattr("samstudio.controllers.transport.device_status", lambda _key: "Sound: test card")
    made = Transport(player=Player(card.open, card.clock))
    made.set_clip(clip)
    yield made
    made.close()


class Log(list):
    """What a signal said."""

    def __init__(self, signal):
        super().__init__()
        signal.connect(self.append)


def tick(transport):
    transport._timer.timeout.emit()


def test_a_clip_is_heard_before_any_take_though_its_strip_is_muted(transport, card, clip):
    assert transport.mix.strips[Stem.CLIP].mute
    transport.play()
    assert np.array_equal(card.pull(9600), clip.samples[:9600])


def test_space_plays_and_stops_where_it_is_heard(transport, card, clip):
    said = Log(transport.playing_changed)
    transport.toggle()
    card.pull(24000)
    transport.toggle()
    card.pull(4800)
    assert said == [True, False]
    assert transport.position == pytest.approx(0.5, abs=1e-4)
    transport.toggle()
    assert np.array_equal(card.pull(4800)[FADE:], clip.samples[24000 + FADE : 28800])


def test_the_position_is_told_while_playing(transport, card):
    places = Log(transport.position_changed)
    transport.play(0.5)
    for _ in range(5):
        card.pull(480)
        tick(transport)
    assert places == pytest.approx([0.5, 0.51, 0.52, 0.53, 0.54, 0.55], abs=1e-4)


def test_the_end_stops_it_and_the_next_play_begins_anew(transport, card):
    said = Log(transport.playing_changed)
    transport.play(1.9)
    card.pull(9600)
    tick(transport)
    assert said == [True, False]
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


def test_play_outside_the_loop_starts_at_the_loop(transport, card):
    transport.set_loop((1.0, 1.5))
    transport.play(0.2)
    assert transport.position == 1.0
    transport.play(1.2)
    assert transport.position == pytest.approx(1.2)


@pytest.mark.parametrize("stem", list(Stem))
def test_audition_hears_one_stem_at_the_same_playhead_without_a_gap(transport, card, clip, stems, stem):
    sounds = {Stem.CLIP: clip.samples, Stem.TARGET: stems.target, Stem.RESIDUAL: stems.residual}
    transport.set_stems(stems)
    assert transport.auditioned is None
    transport.play()
    card.pull(4800)
    transport.audition(stem)
    out = card.pull(4800)
    assert transport.auditioned is stem
    assert np.array_equal(out[RAMP:], sounds[stem][4800 + RAMP : 9600])
    assert np.abs(out[:RAMP]).mean() > 0.03


def test_without_a_take_audition_says_so_and_changes_nothing(transport):
    refusals, mixes = Log(transport.audition_refused), Log(transport.mix_changed)
    transport.audition(Stem.CLIP)
    transport.audition(Stem.TARGET)
    transport.audition(Stem.RESIDUAL)
    assert refusals == [NO_STEMS, NO_STEMS]
    assert mixes == []
    assert transport.auditioned is Stem.CLIP


def test_target_and_residual_together_are_the_clip(transport, card, clip, stems):
    transport.set_stems(stems)
    transport.play()
    assert np.abs(card.pull(9600) - clip.samples[:9600]).max() < 1e-6


def test_stems_that_grow_while_playing_are_heard_as_far_as_they_are(transport, card, clip, stems):
    transport.play()
    card.pull(4800)
    transport.set_stems(stems, 0)
    assert np.abs(card.pull(4800) - clip.samples[4800:9600]).max() < 1e-6
    transport.audition(Stem.TARGET)
    assert not card.pull(4800)[RAMP:].any()
    transport.grow_stems(24000)
    assert np.array_equal(card.pull(4800), stems.target[14400:19200])


def test_the_mix_is_told_once_and_heard(transport, card, stems):
    transport.set_stems(stems)
    mixes = Log(transport.mix_changed)
    mix = replace(Mix().soloed(Stem.TARGET).with_strip(Stem.TARGET, Strip(-60.0, solo=True)), master_db=6.0)
    transport.set_mix(mix)
    transport.set_mix(mix)
    assert mixes == [mix]
    transport.play()
    assert not card.pull(4800).any()


def test_levels_are_told_by_strip_and_master_and_cleared_at_the_stop(transport, card, stems):
    transport.set_stems(stems)
    levels = Log(transport.levels_changed)
    transport.play()
    card.pull(9600)
    tick(transport)
    tick(transport)
    assert set(levels[0]) == {Stem.CLIP, Stem.TARGET, Stem.RESIDUAL, None}
    assert levels[0][Stem.TARGET].rms == pytest.approx((0.1, 0.1), rel=0.05)
    assert levels[0][Stem.CLIP].peak == (0.0, 0.0)
    assert levels[0][None].rms == pytest.approx((0.1, 0.1), rel=0.05)
    transport.stop()
    assert levels[-1] == {}


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


def test_a_missing_device_is_told_in_one_sentence_and_all_else_goes_on(transport, card):
    failures, states = Log(transport.device_failed), Log(transport.device_status_changed)
    card.error = "No sound card found: everything but sound works."
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


def test_a_device_pulled_out_while_playing_is_told(transport, card):
    failures, said = Log(transport.device_failed), Log(transport.playing_changed)
    transport.play(0.5)
    card.pull(4800)
    card.streams[-1].active = False
    for _ in range(60):
        tick(transport)
    assert failures == [LOST]
    assert said == [True, False]
    assert transport.position == pytest.approx(0.6, abs=1e-3)


def test_another_clip_stops_and_begins_at_zero_without_stems_or_loop(transport, card, stems):
    transport.set_stems(stems)
    transport.set_loop((0.5, 1.0))
    transport.play(0.5)
    card.pull(4800)
    other = AudioClip(noise(9, 44100), 44100)
    transport.set_clip(other)
    assert not transport.playing
    assert transport.position == 0.0
    assert transport.loop is None
    transport.play()
    assert np.array_equal(card.pull(4410), other.samples[:4410])
    transport.set_clip(None)
    transport.play()
    assert not transport.playing


def test_a_trimmed_clip_plays_on_and_ends_earlier(transport, card, clip):
    transport.play(1.0)
    card.pull(4800)
    transport.trim_clip(AudioClip(clip.samples[: 3 * RATE // 2], RATE))
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


def test_stems_have_a_gain_of_their_own_beside_the_faders(transport, card, clip, stems):
    transport.set_mix(Mix().soloed(Stem.TARGET))
    transport.set_stems(stems, gain_db=-6.0)
    transport.play()
    heard = card.pull(9600)
    assert np.allclose(heard, stems.target[:9600] * np.float32(10 ** (-6 / 20)), atol=1e-6)
    transport.set_stems_gain(0.0)
    ramped = card.pull(4800)
    assert np.array_equal(ramped[RAMP:], stems.target[9600 + RAMP : 14400])
    assert transport.mix.strips[Stem.TARGET].gain_db == 0.0
    transport.audition(Stem.CLIP)
    transport.set_stems_gain(-6.0)
    assert np.array_equal(card.pull(4800)[RAMP:], clip.samples[14400 + RAMP : 19200]), "the clip's level was touched"


def test_going_between_two_takes_a_hundred_times_neither_clicks_nor_gaps(transport, card, clip):
    wave = np.cos(2 * np.pi * 135 * np.arange(clip.frames) / RATE).astype(np.float32)[:, np.newaxis].repeat(2, axis=1)
    loud, soft = (Stems(wave * np.float32(level), np.zeros_like(wave)) for level in (0.5, 0.3))
    transport.set_mix(Mix().soloed(Stem.TARGET))
    transport.set_stems(loud)
    transport.play()
    random = np.random.default_rng(7)
    heard = [card.pull(960)]
    for number in range(100):
        transport.set_stems(*((soft, None, 0.0) if number % 2 == 0 else (loud, None, -4.0)))
        heard.append(card.pull(480 * int(random.integers(1, 3))))
    sound = np.concatenate(heard)[:, 0]
    sound = sound[FADE:]
    # The wave's own steepest step, and that of two ramps of 10 ms crossing between the loudest levels.
    assert np.abs(np.diff(sound)).max() < 0.5 * 2 * np.pi * 135 / RATE + 2 * 0.5 / RAMP
    moments = sound[: len(sound) // 960 * 960].reshape(-1, 960)
    assert np.sqrt(np.mean(moments**2, axis=1)).min() > 0.8 * 0.3 / 2**0.5


def test_what_was_heard_can_be_read_for_the_meters_and_silence_is_not_in_it(transport, card, clip):
    transport.play(1.0)
    heard = card.pull(4800)
    transport.stop()
    card.pull(4800)
    read = transport.read_heard()
    assert np.array_equal(read[:4800], heard)
    assert len(read) == 4800 + FADE
    assert len(transport.read_heard()) == 0
