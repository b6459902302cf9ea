"""What the mixer adds up."""

import numpy as np
import pytest

from samstudio.audio.playback.fold_down import fold_down
from samstudio.audio.playback.mixer import Mixer
from samstudio.audio.playback.tracks import Track
from samstudio.dsp.channel_layout import channel_names

RATE = 48000
RAMP = 480


def noise(frames=20000, channels=2, seed=0, level=0.2):
    return (level * np.random.default_rng(seed).standard_normal((frames, channels))).astype(np.float32)


def sine(frequency=220.0, frames=RATE, level=0.5):
    wave = level * np.sin(2 * np.pi * frequency * np.arange(frames) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def render(mixer, start, frames, block=1000):
    out = np.full((frames, 2), np.nan, np.float32)
    for first in range(0, frames, block):
        mixer.render(start + first, out[first : first + block])
    return out


def mixed(*tracks, master=1.0):
    mixer = Mixer(RATE)
    mixer.set_tracks(tracks, master)
    return mixer


def roughness(sound):
    """The largest second difference: a click of height h makes at least h/2, a slow sine next to nothing."""
    return float(np.abs(np.diff(sound, n=2, axis=0)).max())


@pytest.mark.parametrize("block", [64, 1000, 20000])
def test_a_stereo_stem_at_0_db_comes_out_bit_for_bit(block):
    stem = noise()
    assert np.array_equal(render(mixed(Track(stem)), 137, 19000, block), stem[137:19137])


def test_mono_is_heard_on_both_sides():
    stem = noise(channels=1)
    out = render(mixed(Track(stem)), 0, 20000)
    assert np.array_equal(out[:, 0], stem[:, 0])
    assert np.array_equal(out[:, 1], stem[:, 0])


def test_gains_balance_the_sides():
    stem = noise()
    out = render(mixed(Track(stem, 0.5, 0.25)), 0, 20000)
    assert np.array_equal(out, stem * np.float32([0.5, 0.25]))


def test_the_stems_of_a_take_null_against_the_clip():
    clip, target = noise(seed=1), noise(seed=2)
    residual = clip - target
    out = render(mixed(Track(target), Track(residual)), 0, 20000)
    assert np.abs(out - clip).max() < 1e-6


def test_after_the_end_there_is_silence():
    stem = noise(500)
    out = render(mixed(Track(stem)), 400, 300)
    assert np.array_equal(out[:100], stem[400:])
    assert not out[100:].any()
    assert not render(mixed(Track(stem)), 9000, 300).any()


def test_six_channels_fold_by_itu_r_bs_775():
    matrix = fold_down(6)
    front, centre, lfe, surround = matrix[0], matrix[2], matrix[3], matrix[4]
    assert front == pytest.approx([1.0, 0.0])
    assert centre == pytest.approx([0.7071, 0.7071], abs=1e-4)
    assert lfe == pytest.approx([0.0, 0.0])
    assert surround == pytest.approx([0.7071, 0.0], abs=1e-4)
    stem = noise(channels=6)
    assert np.allclose(render(mixed(Track(stem)), 0, 20000), stem @ matrix, atol=1e-6)


@pytest.mark.parametrize("channels", [3, 4, 5, 7, 8])
def test_every_usual_layout_folds_by_the_names_of_its_channels(channels):
    matrix = dict(zip(channel_names(channels), fold_down(channels).tolist(), strict=True))
    assert matrix["L"] == [1.0, 0.0]
    assert matrix["R"] == [0.0, 1.0]
    for name, (left, right) in matrix.items():
        sides = {"L": left > 0.0 == right, "R": right > 0.0 == left}.get(name[0], left == right)
        assert sides or name == "LFE", name
    assert matrix.get("LFE", [0.0, 0.0]) == [0.0, 0.0]
    assert "C" not in matrix or matrix["C"] == pytest.approx([0.7071, 0.7071], abs=1e-4)


@pytest.mark.parametrize("channels", [9, 12, 16])
def test_other_channel_counts_fold_to_means(channels):
    stem = noise(channels=channels)
    out = render(mixed(Track(stem)), 0, 20000)
    assert np.allclose(out[:, 0], stem[:, 0::2].mean(axis=1), atol=1e-6)
    assert np.allclose(out[:, 1], stem[:, 1::2].mean(axis=1), atol=1e-6)


def test_a_gain_moves_on_a_straight_ramp_of_10_ms_across_blocks():
    ones = np.ones((RATE, 2), np.float32)
    mixer = mixed(Track(ones))
    before = render(mixer, 0, 1000)
    mixer.set_tracks((Track(ones, 0.0, 0.5),))
    after = render(mixer, 1000, 2000, block=97)
    assert np.array_equal(before, np.ones_like(before))
    assert np.allclose(after[:RAMP, 0], 1.0 - np.arange(1, RAMP + 1) / RAMP, atol=1e-5)
    assert np.allclose(after[:RAMP, 1], 1.0 - 0.5 * np.arange(1, RAMP + 1) / RAMP, atol=1e-5)
    assert not after[RAMP:, 0].any()
    assert np.array_equal(after[RAMP:, 1], np.full(2000 - RAMP, 0.5, np.float32))


def test_a_gain_turned_round_half_way_goes_on_from_where_it_was():
    ones = np.ones((RATE, 2), np.float32)
    mixer = mixed(Track(ones))
    render(mixer, 0, 1000)
    mixer.set_tracks((Track(ones, 0.0, 0.0),))
    half = render(mixer, 1000, RAMP // 2)
    mixer.set_tracks((Track(ones),))
    back = render(mixer, 1000 + RAMP // 2, 1000)
    assert half[-1, 0] == pytest.approx(0.5, abs=1e-5)
    assert np.abs(np.diff(np.concatenate([half, back]), axis=0)).max() <= 1.01 / RAMP
    assert back[-1, 0] == 1.0


def test_the_master_ramps_too():
    ones = np.ones((RATE, 2), np.float32)
    tracks = (Track(ones),)
    mixer = mixed(*tracks)
    render(mixer, 0, 1000)
    mixer.set_tracks(tracks, 0.5)
    out = render(mixer, 1000, 1000)
    assert np.abs(np.diff(out, axis=0)).max() <= 0.51 / RAMP
    assert out[-1, 0] == 0.5


def test_switching_solo_and_back_has_neither_click_nor_gap():
    target, residual = sine(220.0), sine(311.0)
    mixer = mixed(Track(target), Track(residual, 0.0, 0.0))
    pieces = [render(mixer, 0, 3000)]
    mixer.set_tracks((Track(target, 0.0, 0.0), Track(residual)))
    pieces.append(render(mixer, 3000, 3000))
    mixer.set_tracks((Track(target), Track(residual, 0.0, 0.0)))
    pieces.append(render(mixer, 6000, 3000))
    out = np.concatenate(pieces)
    assert np.array_equal(out[:3000], target[:3000])
    assert np.array_equal(out[3000 + RAMP : 6000], residual[3000 + RAMP : 6000])
    assert np.array_equal(out[6000 + RAMP :], target[6000 + RAMP : 9000])
    assert roughness(out) < 0.01


def test_another_take_cross_fades_at_the_same_playhead():
    first, second = sine(220.0), sine(330.0)
    mixer = mixed(Track(first))
    head = render(mixer, 0, 3000)
    mixer.set_tracks((Track(second),))
    tail = render(mixer, 3000, 3000)
    assert np.array_equal(tail[RAMP:], second[3000 + RAMP : 6000])
    weight = np.arange(1, RAMP + 1, dtype=np.float32)[:, None] / RAMP
    cross = second[3000 : 3000 + RAMP] * weight + first[3000 : 3000 + RAMP] * (1 - weight)
    assert np.allclose(tail[:RAMP], cross, atol=1e-5)
    assert roughness(np.concatenate([head, tail])) < 0.01


def test_another_view_of_the_same_samples_is_the_same_sound():
    stem = noise()
    mixer = mixed(Track(stem))
    render(mixer, 0, 1000)
    mixer.set_tracks((Track(stem[:15000]),))
    assert np.array_equal(render(mixer, 1000, 4000), stem[1000:5000])


def test_the_same_sound_on_two_tracks_is_heard_twice():
    stem = noise()
    mixer = mixed(Track(stem), Track(stem))
    assert np.array_equal(render(mixer, 0, 1000), 2 * stem[:1000])
    mixer.set_tracks((Track(stem), Track(stem, 0.0, 0.0)))
    render(mixer, 1000, 1000)
    assert np.array_equal(render(mixer, 2000, 1000), stem[2000:3000])


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_what_is_not_computed_yet_is_silence_or_what_stands_in_for_it(channels):
    stem, other = noise(channels=channels, seed=1), noise(channels=channels, seed=2)
    fold = {1: np.ones((1, 2)), 2: np.eye(2)}.get(channels, fold_down(channels))
    patched = np.concatenate([stem[:1050], other[1050:]])
    out = render(mixed(Track(stem, ready=1050, beyond=other)), 700, 19500)
    fading = slice(1050 - RAMP, 1050)
    patched[fading] += (other - stem)[fading] * (np.arange(1, RAMP + 1) / RAMP - 1 / RAMP)[:, np.newaxis]
    assert np.allclose(out[:-200], (patched @ fold)[700:], atol=1e-5)
    assert not out[-200:].any()
    out = render(mixed(Track(stem, ready=1050)), 0, 2000)
    assert np.allclose(out[: 1050 - RAMP], (stem @ fold)[: 1050 - RAMP], atol=1e-6)
    assert not out[1050:].any()


@pytest.mark.parametrize("block", [64, 1000])
def test_neither_the_end_of_what_is_computed_nor_its_growth_clicks(block):
    stem, other = sine(110.0), sine(110.0, level=-0.5)
    mixer = mixed(Track(stem, ready=4000, beyond=other))
    out = [render(mixer, 0, 8000, block)]
    assert np.array_equal(out[0][:3000], stem[:3000])
    assert np.array_equal(out[0][4000:], other[4000:8000])
    mixer.set_tracks((Track(stem, ready=20000, beyond=other),))
    out.append(render(mixer, 8000, 8000, block))
    assert np.array_equal(out[1][RAMP:], stem[8000 + RAMP : 16000])
    assert roughness(np.concatenate(out)) < 2e-3


@pytest.mark.parametrize(("since", "ready"), [(700, 5050), (3000, None), (1050, 19000), (0, 4000)])
def test_only_the_frames_that_are_computed_play_and_others_before_and_after_them(since, ready):
    stem, other = noise(seed=1), noise(seed=2)
    out = render(mixed(Track(stem, ready=ready, beyond=other, since=since)), 0, 20000)
    inside = slice(since + RAMP if since else 0, ready - RAMP if ready else None)
    assert np.array_equal(out[inside], stem[inside])
    assert np.array_equal(out[:since], other[:since])
    assert ready is None or np.array_equal(out[ready:], other[ready:])


@pytest.mark.parametrize("block", [64, 1000])
def test_neither_the_beginning_of_what_is_computed_nor_its_growth_clicks(block):
    stem, other = sine(110.0), sine(110.0, level=-0.5)
    mixer = mixed(Track(stem, beyond=other, since=4000))
    out = [render(mixer, 0, 8000, block)]
    assert np.array_equal(out[0][:4000], other[:4000])
    assert np.array_equal(out[0][4000 + RAMP :], stem[4000 + RAMP : 8000])
    assert roughness(out[0]) < 3e-3
    mixer = mixed(Track(stem, beyond=other, since=12000))
    out = [render(mixer, 0, 8000, block)]
    mixer.set_tracks((Track(stem, beyond=other, since=2000),))
    out.append(render(mixer, 8000, 8000, block))
    assert np.array_equal(out[1][RAMP:], stem[8000 + RAMP : 16000])
    assert roughness(np.concatenate(out)) < 3e-3


def test_levels_are_peak_and_rms_after_the_fader_and_start_again_when_read():
    loud, quiet = sine(1000.0, level=0.8), sine(1000.0, level=0.1)
    mixer = mixed(Track(loud, 0.5, 0.25), Track(quiet), master=0.5)
    render(mixer, 0, 24000)
    first, second, master = mixer.read_levels()
    assert first.peak == pytest.approx((0.4, 0.2), rel=1e-3)
    assert first.rms == pytest.approx((0.4 / 2**0.5, 0.2 / 2**0.5), rel=1e-3)
    assert second.rms == pytest.approx((0.1 / 2**0.5,) * 2, rel=1e-3)
    assert master.peak == pytest.approx((0.25, 0.15), rel=1e-3)
    assert [levels.peak for levels in mixer.read_levels()] == [(0.0, 0.0)] * 3


def test_broken_samples_are_silent_and_spoil_no_level():
    stem = noise(level=0.1)
    stem[100], stem[200, 1] = np.nan, np.inf
    mixer = mixed(Track(stem))
    out = render(mixer, 0, 20000)
    assert np.array_equal(out, np.nan_to_num(stem, posinf=0.0))
    assert mixer.read_levels()[0].peak == pytest.approx(tuple(np.abs(out).max(axis=0)))


def test_snap_begins_at_the_new_gains():
    ones = np.ones((RATE, 2), np.float32)
    mixer = mixed(Track(ones, 0.0, 0.0))
    render(mixer, 0, 1000)
    mixer.set_tracks((Track(ones),), 0.5)
    mixer.snap()
    assert np.array_equal(render(mixer, 0, 100), np.full((100, 2), 0.5, np.float32))
