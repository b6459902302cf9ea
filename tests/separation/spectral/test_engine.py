from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import torch

from samstudio.separation.engine import Progress, SeparationError, SeparationRequest, StemChunk
from samstudio.separation.spectral.engine import SpectralEngine
from samstudio.session.prompt import Prompt
from samstudio.session.region import Region
from samstudio.session.take import SeparationSettings
from tests.separation.spectral.scenes import improvement, minus, plus, separate, tone_over_noise


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (16000, 2), (44100, 1), (96000, 2), (11025, 8)])
def test_separates_and_sums_to_the_clip(rate, channels):
    scene = tone_over_noise(rate, 2.5, channels)
    outcome = separate(scene.request)
    assert improvement(scene, outcome) > 8
    assert np.array_equal(outcome.target + outcome.residual, scene.clip)


def test_stereo_uses_where_the_sound_is():
    mono, stereo = tone_over_noise(channels=1), tone_over_noise(channels=2)
    assert improvement(stereo, separate(stereo.request)) > improvement(mono, separate(mono.request)) + 1


def test_long_clips_come_in_windows():
    scene = tone_over_noise(8000, 14.0)
    outcome = separate(scene.request)
    assert outcome.chunks >= 2
    assert improvement(scene, outcome) > 8
    assert np.array_equal(outcome.target + outcome.residual, scene.clip)


def test_more_than_is_learned_from_is_sampled():
    scene = tone_over_noise(8000, 45.0)
    outcome = separate(scene.request)
    assert improvement(scene, outcome) > 8


def test_the_target_is_silent_in_minus_spans_unless_asked_otherwise(hasty):
    scene = tone_over_noise()
    start, end = (round(edge * scene.rate) for edge in (0.3, 1.1))
    request = scene.request
    loose = SeparationRequest(
        request.samples, request.sample_rate, request.prompt, SeparationSettings(device="cpu", silent_in_minus=False)
    )
    assert np.all(separate(request).target[start:end] == 0)
    assert np.any(separate(loose).target[start:end] != 0)


def test_without_a_minus_span_it_guesses_and_says_so():
    scene = tone_over_noise().with_prompt("", plus(2.0, 2.8))
    outcome = separate(scene.request)
    assert improvement(scene, outcome) > 5
    assert len(outcome.notices) == 1
    assert "−" in outcome.notices[0]


def test_a_box_keeps_the_target_in_its_band():
    scene = tone_over_noise()
    boxed = scene.with_prompt("", plus(2.0, 2.8, 400, 1100), minus(0.2, 1.2))
    target = separate(boxed.request).target[:, 0]
    power = np.abs(np.fft.rfft(target[32000:44800])) ** 2
    frequencies = np.fft.rfftfreq(12800, 1 / scene.rate)
    inside = (frequencies > 380) & (frequencies < 1120)
    assert power[inside].sum() > 50 * power[frequencies > 1300].sum()


def test_a_minus_box_silences_its_band_alone():
    scene = tone_over_noise()
    whole = separate(scene.request).target[:, 0]
    spans = (*scene.prompt.spans, minus(2.0, 2.8, 800, 1200))
    cut = separate(scene.with_prompt("", *spans).request).target[:, 0]
    frequencies = np.fft.rfftfreq(8000, 1 / scene.rate)
    before, after = (np.abs(np.fft.rfft(sound[34000:42000] * np.hanning(8000))) for sound in (whole, cut))
    near_500, near_1000 = (np.abs(frequencies - tone) < 20 for tone in (500, 1000))
    assert after[near_1000].max() < 0.05 * before[near_1000].max()
    assert after[near_500].max() > 0.9 * before[near_500].max()


def test_the_same_seed_gives_the_same_samples_and_leaves_the_global_state_alone(hasty):
    scene = tone_over_noise(seconds=2.0)
    torch.manual_seed(7)
    before = torch.random.get_rng_state()
    first, second = separate(scene.request), separate(scene.request)
    assert np.array_equal(first.target, second.target)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.is_grad_enabled()


def test_another_seed_gives_other_samples(hasty):
    scene = tone_over_noise(seconds=2.0)
    other = SeparationRequest(scene.clip, scene.rate, scene.prompt, SeparationSettings(device="cpu", seed=1))
    assert not np.array_equal(separate(scene.request).target, separate(other).target)


def test_broken_samples_do_not_spread():
    scene = tone_over_noise()
    clip = scene.clip
    clip[5000], clip[40000:40100], clip[50000] = np.nan, np.inf, -np.inf
    outcome = separate(SeparationRequest(clip, scene.rate, scene.prompt, scene.request.settings))
    broken = ~np.isfinite(clip)
    assert np.isfinite(outcome.target).all()
    assert np.all(outcome.target[broken] == 0)
    assert np.array_equal(outcome.target[~broken] + outcome.residual[~broken], clip[~broken])
    assert improvement(scene, outcome) > 6


def test_silence_gives_silence():
    silent = SeparationRequest(
        np.zeros((16000, 2), np.float32), 16000, Prompt(spans=(plus(0.2, 0.5),)), SeparationSettings(device="cpu")
    )
    assert not separate(silent).target.any()


@pytest.mark.parametrize("rate", [8000, 192000])
def test_the_shortest_clip(rate):
    scene = tone_over_noise(rate, 0.05).with_prompt("", plus(0.03, 0.0301), minus(0.0, 0.0001))
    outcome = separate(scene.request)
    assert np.array_equal(outcome.target + outcome.residual, scene.clip)


def test_progress_rises_to_the_end_in_small_steps():
    outcome = separate(tone_over_noise().request)
    done = [step.fraction for step in outcome.progress]
    assert done == sorted(done)
    assert done[0] < 0.01
    assert done[-1] == pytest.approx(1)
    assert max(after - before for before, after in pairwise(done)) < 0.2


def test_it_can_be_closed_at_every_step(hasty, plans):
    request = tone_over_noise(8000, 1.0).request
    steps = len(list(SpectralEngine().separate(request)))
    for count in range(0, steps, 31):
        plans._kept.clear()
        walk = SpectralEngine().separate(request)
        for _ in range(count):
            next(walk)
        walk.close()
        assert next(walk, None) is None


def test_a_cancelled_walk_keeps_what_came(hasty):
    request = tone_over_noise(8000, 14.0).request
    whole = separate(request)
    walk = SpectralEngine().separate(request)
    first = next(step for step in walk if isinstance(step, StemChunk))
    walk.close()
    assert np.array_equal(first.target, whole.target[: len(first.target)])


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (Prompt(), "Mark a + span"),
        (Prompt(spans=(minus(0, 1),)), "Mark a + span"),
        (Prompt("acoustic guitar"), "acoustic guitar"),
        (Prompt(spans=(plus(10, 12),)), "after the end of the clip"),
        (Prompt().with_region(Region(0, 0, 0.5, 0.5)), "does not use the video: mark a + span"),
    ],
)
def test_says_what_is_missing(prompt, said):
    request = tone_over_noise().request
    with pytest.raises(SeparationError, match=said.replace("+", r"\+")):
        separate(SeparationRequest(request.samples, request.sample_rate, prompt, request.settings))


def test_a_region_is_ignored_and_that_is_reported(hasty):
    scene = tone_over_noise(seconds=2.0)
    seen = replace(scene.request, prompt=scene.prompt.with_region(Region(0, 0, 0.5, 0.5)))
    outcome = separate(seen)
    assert any("marked in the video was ignored" in notice for notice in outcome.notices)
    assert np.array_equal(outcome.target, separate(scene.request).target)


@pytest.mark.parametrize("device", ["tpu", "cuda:99", "mps:x", "meta"])
def test_refuses_a_device_that_is_not_there(device):
    scene = tone_over_noise(seconds=0.5)
    request = SeparationRequest(scene.clip, scene.rate, scene.prompt, SeparationSettings(device=device))
    with pytest.raises(SeparationError, match=device):
        separate(request)


def test_refuses_a_clip_too_short_to_hear():
    with pytest.raises(SeparationError, match="50 ms"):
        separate(SeparationRequest(np.zeros((1, 1), np.float32), 8000, Prompt(spans=(plus(0, 1),))))


def test_a_muted_span_is_not_used(hasty):
    scene = tone_over_noise()
    muted = tuple(type(span)(span.start, span.end, span.sign, muted=True) for span in (plus(0.1, 0.9),))
    with_muted = scene.with_prompt("", *scene.prompt.spans, *muted)
    assert np.array_equal(separate(with_muted.request).target, separate(scene.request).target)


def test_the_first_chunk_comes_before_the_last_slice_is_read(hasty):
    scene = tone_over_noise(8000, 45.0)
    reads: list[int] = []

    class Watched(np.ndarray):
        def __getitem__(self, key):
            if isinstance(key, slice) and key.stop is not None:
                reads.append(int(key.stop))
            return super().__getitem__(key)

    samples = scene.clip.view(Watched)
    spans = (plus(25.0, 35.0), minus(2.0, 10.0))
    for step in SpectralEngine().separate(SeparationRequest(samples, scene.rate, Prompt(spans=spans))):
        if isinstance(step, Progress) and step.stage == "Separating":
            reads.clear()
        if isinstance(step, StemChunk):
            break
    assert max(reads) < 20 * scene.rate


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (95000, 97000), (94000, 200000), (207999, 208000)])
def test_a_stretch_comes_out_as_in_the_whole_clip(start, stop, hasty):
    """Within a window, over the seam between two (12 s), one sample: spans elsewhere teach all the same."""
    scene = tone_over_noise(8000, 26.0, channels=2)
    part, whole = separate(replace(scene.request, frame_range=(start, stop))), _whole()
    np.testing.assert_allclose(part.target, whole.target[start:stop], atol=1e-6)
    np.testing.assert_array_equal(part.target + part.residual, scene.clip[start:stop])
    assert part.progress[-1].fraction == pytest.approx(1)
    assert np.std(whole.target) > 1e-3


@cache
def _whole():
    return separate(tone_over_noise(8000, 26.0, channels=2).request)


def test_only_what_a_stretch_needs_is_separated(hasty):
    """One of three windows."""
    request = tone_over_noise(8000, 26.0, channels=2).request
    part = separate(replace(request, frame_range=(16 * 8000, 17 * 8000)))
    count = [sum(step.stage == "Separating" for step in outcome.progress) for outcome in (part, _whole())]
    assert count[0] < 0.4 * count[1]
