"""Overruling the presence gate on a target of which stretches were withheld."""

import numpy as np
import pytest

from samstudio.separation.presence_override import let_through
from samstudio.separation.stems import exact_residual, faded
from samstudio.session.take import Sound, Stems

RATE = 8000
ABSENT = ((0.5, 1.25), (2.0, 3.0))


def walked(steps):
    """The result of a generator, and what it yielded."""
    emitted = []
    while True:
        try:
            emitted.append(next(steps))
        except StopIteration as end:
            return end.value, emitted


def made(*, on_grid: bool) -> tuple[np.ndarray, np.ndarray, Sound]:
    """A clip, a target, and the sound of it with a gate that is closed, but for ramps, where it is absent."""
    rng = np.random.default_rng(3)
    clip, target = (0.3 * rng.standard_normal((4 * RATE, 2)).astype(np.float32) for _ in range(2))
    if on_grid:
        clip = (np.rint(clip * 2**23) / 2**23).astype(np.float32)
    target = exact_residual(clip, target)[0]
    place, ramp = np.arange(len(clip)), round(0.02 * RATE)
    gains = np.ones(len(clip), np.float32)
    for start, end in ABSENT:
        away = np.maximum(round(start * RATE) + ramp - place, place - (round(end * RATE) - ramp))
        gains = np.minimum(gains, np.clip(away / ramp, 0, 1).astype(np.float32))
    gated, residual = exact_residual(clip, faded(target, gains))
    return clip, target, Sound(Stems(gated, residual), ABSENT, target - gated)


@pytest.mark.parametrize("on_grid", [True, False])
def test_what_the_gate_takes_can_be_given_back_to_the_last_bit(on_grid):
    clip, target, sound = made(on_grid=on_grid)
    assert not sound.stems.target[round(0.53 * RATE) : round(1.22 * RATE)].any()
    np.testing.assert_array_equal(sound.stems.target + sound.withheld, target)
    after, emitted = walked(let_through(sound, clip, RATE, (0.0, 4.0), is_exact=True))
    np.testing.assert_array_equal(after.stems.target, target)
    np.testing.assert_array_equal(after.stems.residual, exact_residual(clip, target)[1])
    assert after.absent == ()
    assert after.withheld is None
    assert emitted[-1] == 1.0
    # The sound before is untouched: undo brings it back.
    assert not sound.stems.target[round(0.53 * RATE) : round(1.22 * RATE)].any()


@pytest.mark.parametrize("on_grid", [True, False])
def test_one_absent_stretch_of_two(on_grid, monkeypatch):
    monkeypatch.setattr("samstudio.separation.presence_override.PIECE", 3001)
    clip, target, sound = made(on_grid=on_grid)
    after, _ = walked(let_through(sound, clip, RATE, ABSENT[1], is_exact=True))
    half = round(1.6 * RATE)
    np.testing.assert_array_equal(after.stems.target[half:], target[half:])
    np.testing.assert_array_equal(after.stems.target[:half], sound.stems.target[:half])
    np.testing.assert_array_equal(after.withheld[:half], sound.withheld[:half])
    assert not after.withheld[half:].any()
    assert after.absent == ABSENT[:1]
    np.testing.assert_allclose(after.stems.target + after.stems.residual, clip, atol=0 if on_grid else 1e-7)


def test_a_part_of_an_absent_stretch_gets_ramps():
    clip, target, sound = made(on_grid=True)
    sound = Sound(Stems(0 * sound.stems.target, clip), ((0.0, 4.0),), np.full_like(target, 0.25))
    after, _ = walked(let_through(sound, clip, RATE, (1.0, 2.0), is_exact=True))
    inside = slice(round(1.02 * RATE), round(1.98 * RATE))
    np.testing.assert_array_equal(after.stems.target[inside], 0.25)
    assert np.abs(np.diff(after.stems.target, axis=0)).max() <= 0.25 / 80 + 1e-6
    assert not after.stems.target[:RATE].any()
    assert not after.stems.target[2 * RATE :].any()
    np.testing.assert_array_equal(after.stems.target + after.withheld, 0.25)
    np.testing.assert_array_equal(after.stems.target + after.stems.residual, clip)
    assert after.absent == ((0.0, 1.0), (2.0, 4.0))


def test_the_models_own_target_and_residual_are_not_rounded():
    clip, _, sound = made(on_grid=True)
    target = (0.3 * np.random.default_rng(5).standard_normal(clip.shape)).astype(np.float32)
    gated = faded(target, (sound.withheld == 0).all(axis=1).astype(np.float32))
    own = Sound(Stems(gated, sound.stems.residual), ABSENT, target - gated)
    after, _ = walked(let_through(own, clip, RATE, (0.0, 4.0), is_exact=False))
    assert after.stems.residual is sound.stems.residual
    np.testing.assert_array_equal(after.stems.target, target)


def test_without_the_clip_the_stems_sum_to_what_they_did():
    clip, target, sound = made(on_grid=True)
    after, _ = walked(let_through(sound, None, RATE, (0.0, 4.0), is_exact=True))
    np.testing.assert_array_equal(after.stems.target, target)
    np.testing.assert_array_equal(after.stems.target + after.stems.residual, clip)


def test_where_nothing_is_withheld_nothing_changes():
    clip = np.zeros((100, 1), np.float32)
    sound = Sound(Stems(clip, clip))
    after, emitted = walked(let_through(sound, clip, RATE, (0.0, 1.0), is_exact=True))
    assert after is sound
    assert emitted == []
