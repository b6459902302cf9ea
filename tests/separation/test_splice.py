"""A stretch of one result in another: nothing else changes, nothing clicks, the sum stays."""

from dataclasses import replace

import numpy as np
import pytest

from samstudio.separation.splice import FADE_SECONDS, spliced
from samstudio.session.take import Sound, SplicedPart, Stems

RATE, FRAMES = 8000, 40_000


@pytest.fixture
def whole():
    rng = np.random.default_rng(3)
    return (rng.integers(-(2**22), 2**22, (FRAMES, 2)) / 2**23).astype(np.float32)


def made(whole, part, absent=(), withheld=None):
    target = (np.rint(whole * np.float32(part) * 2**23) / 2**23).astype(np.float32)
    return Sound(Stems(target, whole - target), absent, withheld)


def run(*arguments, **options):
    steps = spliced(*arguments, **options)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("stretch", [(8000, 16000), (0, 5000), (30_000, FRAMES), (100, 110), (0, FRAMES)])
def test_only_the_stretch_changes_and_the_sum_stays_to_the_last_bit(whole, stretch):
    base, other = made(whole, 0.25), made(whole, 0.75)
    sound = run(base, other, whole, RATE, stretch, "“Take 2”", is_exact=True)
    assert np.array_equal(sound.stems.target + sound.stems.residual, whole)
    first, last = stretch
    fade = min(round(FADE_SECONDS * RATE), (last - first) // 2)
    outside = np.r_[0:first, last:FRAMES]
    assert np.array_equal(sound.stems.target[outside], base.stems.target[outside])
    inside = slice(first + (fade if first else 0), last - (fade if last < FRAMES else 0))
    assert np.array_equal(sound.stems.target[inside], other.stems.target[inside])
    assert sound.parts == (SplicedPart(first / RATE, last / RATE, "“Take 2”"),)


def test_the_joints_do_not_click():
    ones = np.ones((FRAMES, 1), np.float32)
    base, other = made(ones, 0.0), made(ones, 1.0)
    sound = run(base, other, ones, RATE, (8000, 16000), "", is_exact=True)
    step = np.abs(np.diff(sound.stems.target[:, 0])).max()
    assert step <= 1.01 / round(FADE_SECONDS * RATE)


def test_a_residual_of_the_models_own_is_cross_faded(whole):
    base = Sound(Stems(whole * 0, whole * 0 + np.float32(0.5)))
    other = Sound(Stems(whole * 0, whole * 0 - np.float32(0.5)))
    sound = run(base, other, whole, RATE, (8000, 16000), "", is_exact=False)
    residual = sound.stems.residual[:, 0]
    assert np.all(residual[:8000] == 0.5)
    assert np.all(residual[8200:15800] == -0.5)
    assert np.abs(np.diff(residual)).max() < 0.01


def test_what_is_absent_and_withheld_comes_along(whole):
    base = made(whole, 0.25, ((0.0, 1.5), (4.0, 5.0)), whole * np.float32(0.5))
    other = made(whole, 0.75, ((1.9, 3.0),))
    sound = run(base, other, whole, RATE, (8000, 16000), "", is_exact=True)
    assert sound.absent == ((0.0, 1.0), (1.9, 2.0), (4.0, 5.0))
    assert not sound.withheld[8200:15800].any()
    assert np.array_equal(sound.withheld[:8000], base.withheld[:8000])


def test_what_was_edited_before_is_told(whole):
    base, other = made(whole, 0.25), made(whole, 0.75)
    strong = replace(base.correction, strength_db=3.0)
    range_ = (RATE // 2, RATE)
    sound = run(replace(base, correction=strong), other, whole, RATE, range_, "“Take 2”", is_exact=True)
    assert sound.parts == (SplicedPart(0.0, len(whole) / RATE, "edited"), SplicedPart(0.5, 1.0, "“Take 2”"))
    sound = run(base, replace(other, correction=strong), whole, RATE, range_, "“Take 2”", is_exact=True)
    assert sound.parts == (SplicedPart(0.5, 1.0, "“Take 2”, edited"),)


def test_a_stretch_put_over_another_covers_it(whole):
    base, other = made(whole, 0.25), made(whole, 0.75)
    once = run(base, other, whole, RATE, (8000, 16000), "one", is_exact=True)
    twice = run(once, base, whole, RATE, (4000, 20_000), "two", is_exact=True)
    assert twice.parts == (SplicedPart(0.5, 2.5, "two"),)
    assert np.array_equal(twice.stems.target, base.stems.target)
