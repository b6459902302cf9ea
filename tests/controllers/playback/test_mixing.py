"""What is heard of a recording and its stems, on a sound card that is pulled by hand."""

from dataclasses import replace

import numpy as np
import pytest

from samstudio.audio.playback.tracks import StemSet
from samstudio.controllers.playback.mixing import NO_STEMS
from samstudio.session.clip import AudioClip
from samstudio.session.mix import Mix, Strip
from samstudio.session.take import Stem, Stems

RATE = 48000
FADE, RAMP = 240, 480


@pytest.fixture
def stems(clip):
    target = (0.1 * np.random.default_rng(2).standard_normal(clip.samples.shape)).astype(np.float32)
    return Stems(target, clip.samples - target)


class Log(list):
    """What a signal said."""

    def __init__(self, signal):
        super().__init__()
        signal.connect(self.append)


def test_a_clip_is_heard_before_any_take_though_its_strip_is_muted(mixing, transport, card, clip):
    assert mixing.mix.strips[Stem.CLIP].mute
    transport.play()
    assert np.array_equal(card.pull(9600), clip.samples[:9600])


@pytest.mark.parametrize("stem", list(Stem))
def test_audition_hears_one_stem_at_the_same_playhead_without_a_gap(mixing, transport, card, clip, stems, stem):
    sounds = {Stem.CLIP: clip.samples, Stem.TARGET: stems.target, Stem.RESIDUAL: stems.residual}
    mixing.set_stems(StemSet(stems))
    assert mixing.auditioned is None
    transport.play()
    card.pull(4800)
    mixing.audition(stem)
    out = card.pull(4800)
    assert mixing.auditioned is stem
    assert np.array_equal(out[RAMP:], sounds[stem][4800 + RAMP : 9600])
    assert np.abs(out[:RAMP]).mean() > 0.03


def test_without_a_take_audition_says_so_and_changes_nothing(mixing):
    refusals, mixes = Log(mixing.audition_refused), Log(mixing.mix_changed)
    mixing.audition(Stem.CLIP)
    mixing.audition(Stem.TARGET)
    mixing.audition(Stem.RESIDUAL)
    assert refusals == [NO_STEMS, NO_STEMS]
    assert mixes == []
    assert mixing.auditioned is Stem.CLIP


def test_target_and_residual_together_are_the_clip(mixing, transport, card, clip, stems):
    mixing.set_stems(StemSet(stems))
    transport.play()
    assert np.abs(card.pull(9600) - clip.samples[:9600]).max() < 1e-6


def test_stems_that_grow_while_playing_are_heard_as_far_as_they_are(mixing, transport, card, clip, stems):
    transport.play()
    card.pull(4800)
    mixing.set_stems(StemSet(stems, ready=0))
    assert np.abs(card.pull(4800) - clip.samples[4800:9600]).max() < 1e-6
    mixing.audition(Stem.TARGET)
    assert np.array_equal(card.pull(4800)[RAMP:], clip.samples[9600 + RAMP : 14400])
    mixing.set_stems(StemSet(stems, ready=24000))
    assert np.array_equal(card.pull(4800)[RAMP:], stems.target[14400 + RAMP : 19200])


def test_the_targets_of_earlier_takes_are_heard_and_reported_by_their_ids(mixing, transport, card, clip, stems):
    transport.playing_changed.connect(mixing.follow_playing)
    part = stems.target * np.float32(0.5)
    mixing.set_stems(StemSet(Stems(part, stems.residual), {"bell": stems.target - part}))
    levels = Log(mixing.levels_changed)
    transport.play()
    assert np.abs(card.pull(9600) - clip.samples[:9600]).max() < 1e-6
    mixing.read_levels()
    assert set(levels[0]) == {*Stem, "bell", None}
    assert levels[0]["bell"].rms == pytest.approx(levels[0][Stem.TARGET].rms, rel=1e-3)
    mixing.set_mix(mixing.mix.soloed("bell"))
    assert mixing.auditioned is None
    assert np.array_equal(card.pull(4800)[RAMP:], (stems.target - part)[9600 + RAMP : 14400])
    # With another take it is no part of what is heard.
    mixing.set_stems(StemSet(stems))
    assert np.abs(card.pull(4800) - clip.samples[14400:19200])[RAMP:].max() < 1e-6
    mixing.audition(Stem.TARGET)
    assert mixing.auditioned is Stem.TARGET


def test_the_mix_is_reported_once_and_heard(mixing, transport, card, stems):
    mixing.set_stems(StemSet(stems))
    mixes = Log(mixing.mix_changed)
    mix = replace(Mix().soloed(Stem.TARGET).with_strip(Stem.TARGET, Strip(-60.0, solo=True)), master_db=6.0)
    mixing.set_mix(mix)
    mixing.set_mix(mix)
    assert mixes == [mix]
    transport.play()
    assert not card.pull(4800).any()


def test_another_recording_is_heard_without_the_stems_of_the_last(mixing, transport, card, stems):
    mixing.set_stems(StemSet(stems))
    other = AudioClip(np.full((44100, 2), 0.25, np.float32), 44100)
    mixing.set_clip(other)
    transport.load(mixing.mixer, other.frames)
    assert mixing.auditioned is Stem.CLIP
    transport.play()
    assert np.array_equal(card.pull(4410), other.samples[:4410])
    mixing.set_clip(None)
    assert mixing.auditioned is mixing.mixer is None


def test_levels_are_reported_by_strip_and_master_and_cleared_at_the_stop(mixing, transport, card, stems):
    transport.ticked.connect(mixing.follow_tick)
    transport.playing_changed.connect(mixing.follow_playing)
    mixing.set_stems(StemSet(stems))
    levels = Log(mixing.levels_changed)
    transport.play()
    card.pull(9600)
    for _ in range(4):
        transport._timer.timeout.emit()
    assert len(levels) == 2, "every other frame of the screen"
    assert set(levels[0]) == {Stem.CLIP, Stem.TARGET, Stem.RESIDUAL, None}
    assert levels[0][Stem.TARGET].rms == pytest.approx((0.1, 0.1), rel=0.05)
    assert levels[0][Stem.CLIP].peak == (0.0, 0.0)
    assert levels[0][None].rms == pytest.approx((0.1, 0.1), rel=0.05)
    transport.stop()
    assert levels[-1] == {}
    transport._timer.timeout.emit()
    assert len(levels) == 3


def test_where_the_recording_stands_in_for_stems_the_level_is_the_recordings(mixing, transport, card, clip, stems):
    mixing.set_stems(StemSet(stems, ready=0, whole=clip.samples))
    levels = Log(mixing.levels_changed)
    transport.play()
    card.pull(4800)
    mixing.read_levels()
    peak = {channel: max(level.peak) for channel, level in levels[-1].items()}
    assert peak[Stem.CLIP] == peak[None] == pytest.approx(float(np.abs(clip.samples[:4800]).max()))
    assert peak[Stem.TARGET] == peak[Stem.RESIDUAL] == 0.0
    # What is computed has levels of its own.
    mixing.set_stems(StemSet(stems, ready=20_000, whole=clip.samples))
    transport.seek(6000 / RATE)
    card.pull(4800)
    mixing.read_levels()
    peak = {channel: max(level.peak) for channel, level in levels[-1].items()}
    assert peak[Stem.CLIP] == 0.0
    assert peak[Stem.TARGET] == pytest.approx(float(np.abs(stems.target[6000:10_800]).max()))
    assert peak[Stem.RESIDUAL] > 0.0


def test_stems_have_a_gain_of_their_own_beside_the_faders(mixing, transport, card, clip, stems):
    mixing.set_mix(Mix().soloed(Stem.TARGET))
    mixing.set_stems(StemSet(stems, stems_db=-6.0))
    transport.play()
    heard = card.pull(9600)
    assert np.allclose(heard, stems.target[:9600] * np.float32(10 ** (-6 / 20)), atol=1e-6)
    mixing.set_stems(StemSet(stems))
    ramped = card.pull(4800)
    assert np.array_equal(ramped[RAMP:], stems.target[9600 + RAMP : 14400])
    assert mixing.mix.strips[Stem.TARGET].gain_db == 0.0
    mixing.audition(Stem.CLIP)
    mixing.set_stems(StemSet(stems, stems_db=-6.0))
    assert np.array_equal(card.pull(4800)[RAMP:], clip.samples[14400 + RAMP : 19200]), "the clip's level was touched"


def test_going_between_two_takes_a_hundred_times_neither_clicks_nor_gaps(mixing, transport, card, clip):
    wave = np.cos(2 * np.pi * 135 * np.arange(clip.frames) / RATE).astype(np.float32)[:, np.newaxis].repeat(2, axis=1)
    loud, soft = (Stems(wave * np.float32(level), np.zeros_like(wave)) for level in (0.5, 0.3))
    mixing.set_mix(Mix().soloed(Stem.TARGET))
    mixing.set_stems(StemSet(loud))
    transport.play()
    random = np.random.default_rng(7)
    heard = [card.pull(960)]
    for number in range(100):
        mixing.set_stems(StemSet(soft) if number % 2 == 0 else StemSet(loud, stems_db=-4.0))
        heard.append(card.pull(480 * int(random.integers(1, 3))))
    sound = np.concatenate(heard)[:, 0]
    sound = sound[FADE:]
    # The wave's own steepest step, and that of two ramps of 10 ms crossing between the loudest levels.
    assert np.abs(np.diff(sound)).max() < 0.5 * 2 * np.pi * 135 / RATE + 2 * 0.5 / RAMP
    moments = sound[: len(sound) // 960 * 960].reshape(-1, 960)
    assert np.sqrt(np.mean(moments**2, axis=1)).min() > 0.8 * 0.3 / 2**0.5
