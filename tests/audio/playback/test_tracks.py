"""Clip, stems and the earlier parts of a chain, in a mix."""

from dataclasses import replace

import numpy as np
import pytest

from samstudio.audio.playback.mixer import RAMP_SECONDS, Mixer
from samstudio.audio.playback.tracks import StemSet, targets_of, tracks_of
from samstudio.session.clip import AudioClip
from samstudio.session.mix import Mix, Strip
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Sound, Stem, Stems, Take

RATE = 48000
RAMP = round(RAMP_SECONDS * RATE)


def noise(seed, frames=20000):
    # Whole steps of 2^-23, as a file of 24 bits has them: differences and sums of them are exact.
    steps = np.random.default_rng(seed).integers(-(2**20), 2**20, (frames, 2))
    return (steps / 2**23).astype(np.float32)


def chain_of(clip, depth):
    """Takes, each made of what the one before left."""
    takes, whole = [], clip.samples
    for number in range(depth):
        stems = Stems(noise(10 + number, clip.frames), whole - noise(10 + number, clip.frames))
        takes.append(Take(f"Take {number + 1}", Prompt(), SeparationSettings(), Sound(stems), 0.0, clip.frames))
        whole = stems.residual
    return takes


def stem_set_of(chain, **facts):
    return StemSet(chain[-1].sound.stems, targets_of(chain[:-1]), **facts)


def order(mixer, mix, clip, stem_set):
    mixer.set_tracks(tuple(tracks_of(mix, clip, stem_set).values()), Strip(mix.master_db).amplitude)


def render(mixer, start, frames):
    out = np.full((frames, 2), np.nan, np.float32)
    mixer.render(start, out)
    return out


def gains(mix, clip, stem_set):
    return {channel: track.gain_left for channel, track in tracks_of(mix, clip, stem_set).items()}


@pytest.fixture
def clip():
    return AudioClip(noise(1), RATE)


@pytest.mark.parametrize("depth", [1, 2, 3, 7])
def test_by_default_a_chain_of_any_depth_is_heard_as_the_clip_to_the_last_bit(clip, depth):
    mixer = Mixer(RATE)
    order(mixer, Mix(), clip, stem_set_of(chain_of(clip, depth)))
    assert np.array_equal(render(mixer, 0, clip.frames), clip.samples)


def test_a_chain_whose_beginning_is_gone_is_heard_as_what_that_left(clip):
    first, *rest = chain_of(clip, 3)
    mixer = Mixer(RATE)
    order(mixer, Mix(), clip, stem_set_of(rest))
    assert np.array_equal(render(mixer, 0, clip.frames), first.sound.stems.residual)


def test_going_along_a_chain_while_it_plays_changes_nothing_of_the_sum(clip):
    chain, mixer = chain_of(clip, 4), Mixer(RATE)
    order(mixer, Mix(), clip, stem_set_of(chain[:1]))
    pieces = [render(mixer, 0, 1000)]
    for start, depth in zip(range(1000, 20000, 1000), [2, 3, 4, 2, 4, 1, 3] * 3, strict=False):
        order(mixer, Mix(), clip, stem_set_of(chain[:depth]))
        pieces.append(render(mixer, start, 1000))
    assert np.abs(np.concatenate(pieces) - clip.samples).max() < 1e-6


def test_what_two_takes_of_a_chain_have_in_common_plays_on_untouched(clip):
    first, *_ = chain = chain_of(clip, 4)
    mix = Mix().with_strip(Stem.TARGET, Strip(mute=True)).with_strip(Stem.RESIDUAL, Strip(mute=True))
    for take in chain[1:]:
        mix = mix.with_strip(take.id, Strip(mute=True))
    mixer = Mixer(RATE)
    for start, depth in zip(range(0, 12000, 1000), [2, 3, 4] * 4, strict=True):
        order(mixer, mix, clip, stem_set_of(chain[:depth]))
        assert np.array_equal(render(mixer, start, 1000), first.sound.stems.target[start : start + 1000])


def test_a_growing_take_sounds_like_the_clip_at_every_moment(clip):
    first, *_ = chain = chain_of(clip, 2)
    target, whole = noise(2), first.sound.stems.residual
    stems = Stems(np.zeros_like(target), np.zeros_like(target))
    mixer = Mixer(RATE)
    order(mixer, Mix(), clip, stem_set_of(chain[:1]))
    pieces = [render(mixer, 0, 1000)]
    for start in range(1000, 16000, 1000):
        done = 2 * (start - 1000) if start < 6000 else start - 500
        stems.target[:done], stems.residual[:done] = target[:done], whole[:done] - target[:done]
        order(mixer, Mix(), clip, StemSet(stems, targets_of([first]), done, whole))
        pieces.append(render(mixer, start, 1000))
    assert np.abs(np.concatenate(pieces) - clip.samples[:16000]).max() < 1e-6
    order(mixer, Mix().soloed(Stem.TARGET), clip, StemSet(stems, targets_of([first]), 17000, whole))
    render(mixer, 16000, RAMP)
    out = render(mixer, 16000 + RAMP, 1000)
    # The target alone: beyond what is computed it is not silent, but what it is being taken from.
    assert np.array_equal(out[1000 - RAMP :], whole[17000 : 17000 + RAMP])


def test_what_grows_from_the_clip_leaves_the_rest_of_it_in_the_residual(clip):
    silence = np.zeros_like(clip.samples)
    mixer = Mixer(RATE)
    order(mixer, Mix(), clip, StemSet(Stems(silence, silence.copy()), ready=0))
    assert np.array_equal(render(mixer, 0, 5000), clip.samples[:5000])


def test_without_stems_the_clip_is_heard_though_its_strip_is_muted(clip):
    assert gains(Mix(), clip, None) == {Stem.CLIP: 1.0}
    soloed = Mix().soloed(Stem.TARGET).with_strip(Stem.CLIP, Strip(-6.0206))
    assert gains(soloed, clip, None)[Stem.CLIP] == pytest.approx(0.5, abs=1e-4)


def test_with_stems_the_strips_decide(clip):
    stem_set = stem_set_of(chain_of(clip, 1))
    mix = replace(Mix(), master_db=-20.0)
    assert list(gains(mix, clip, stem_set).values()) == [0.0, 1.0, 1.0]
    assert list(gains(mix.soloed(Stem.CLIP), clip, stem_set).values()) == [1.0, 0.0, 0.0]


def test_each_earlier_target_has_a_strip_of_its_own(clip):
    first, second, _ = chain = chain_of(clip, 3)
    mix = Mix().with_strip(first.id, Strip(-6.0206, invert=True)).with_strip(second.id, Strip(mute=True))
    heard = gains(mix, clip, stem_set_of(chain))
    assert heard == pytest.approx(
        {"clip": 0.0, "target": 1.0, "residual": 1.0, first.id: -0.5, second.id: 0.0}, abs=1e-4
    )
    assert gains(mix.soloed(Stem.TARGET), clip, stem_set_of(chain))[first.id] == 0.0
    assert gains(mix.soloed(second.id), clip, stem_set_of(chain)) == {
        channel: float(channel == second.id) for channel in ("clip", "target", "residual", first.id, second.id)
    }


def test_the_solo_of_a_strip_that_belongs_to_another_chain_silences_nothing(clip):
    mix = Mix().with_strip("elsewhere", Strip(solo=True))
    assert list(gains(mix, clip, stem_set_of(chain_of(clip, 2))).values()) == [0.0, 1.0, 1.0, 1.0]


def test_the_stems_gain_is_theirs_alone(clip):
    heard = gains(Mix().with_strip(Stem.CLIP, Strip()), clip, stem_set_of(chain_of(clip, 2), stems_db=-20.0))
    assert list(heard.values()) == pytest.approx([1.0, 0.1, 0.1, 1.0])
