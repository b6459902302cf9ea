"""The parts of a whole, rounded, sum to the whole: on ties, at its extremes, block by block, two parts and more."""

import numpy as np
import pytest
from numpy.typing import NDArray

from samstudio.dsp.dither import PartsQuantiser, Quantiser

Floats = NDArray[np.float32]
FRAMES = 60_000


def whole_of(bits: int, kind: str, frames: int = FRAMES) -> NDArray[np.int64]:
    """Integers (frames, 2) of a `bits`-bit recording."""
    top, rng = 1 << (bits - 1), np.random.default_rng(7)
    match kind:
        case "odd":
            return rng.integers(-3000, 3000, (frames, 2)) | 1
        case "loud":
            return rng.integers(-top, top, (frames, 2))
        case "extremes":
            return rng.choice(np.array([-top, -top + 1, top - 1, top - 2, 0]), (frames, 2))
    return np.zeros((frames, 2), np.int64)


def target_of(whole: Floats, bits: int, kind: str) -> Floats:
    """A target whose remainder is hard to round: ties, tiny, silent by stretches, beyond the whole."""
    rng, step = np.random.default_rng(8), 1.0 / (1 << (bits - 1))
    noise = rng.uniform(-1.0, 1.0, whole.shape)
    made = {
        "share": whole * noise,
        "ties": (np.floor(noise * 900) + 0.5) * step,
        "near ties": (np.floor(noise * 900) + 0.5) * step * (1 + noise * 1e-7),
        "tiny": noise * 1e-12,
        "silent": np.where(np.arange(len(whole))[:, None] % 1000 < 700, 0.0, whole * noise),
        "everything": whole * 1.0,
        "beyond": np.clip(whole * 1.7, -1.0, 1.0),
    }
    return made[kind].astype(np.float32)


@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("whole_kind", ["odd", "loud", "extremes", "silence"])
@pytest.mark.parametrize("kind", ["share", "ties", "near ties", "tiny", "silent", "everything", "beyond"])
def test_two_parts_sum_to_a_recording_of_the_same_depth_exactly(bits, whole_kind, kind) -> None:
    integers = whole_of(bits, whole_kind)
    whole = (integers / (1 << (bits - 1))).astype(np.float32)
    target = target_of(whole, bits, kind)
    residual = whole - target
    # What engines promise: the float32 sum is the recording. Beyond full scale a gain is due, or a float file.
    ours = ((target + residual) == whole) & (np.abs(target) <= 1.0) & (np.abs(residual) <= 1.0)
    made = PartsQuantiser(bits, 2).quantise([target, residual])
    assert np.array_equal((made[0].astype(np.int64) + made[1])[ours], integers[ours])
    assert ours.mean() > 0.4
    scale = float(1 << (bits - 1))
    for part, values in zip((target, residual), made, strict=True):
        assert np.abs(values - part * np.float64(scale))[ours].max() <= 2.5


@pytest.mark.parametrize("parts", [3, 4, 6])
@pytest.mark.parametrize("bits", [16, 24])
def test_a_chain_of_parts_sums_exactly(bits, parts) -> None:
    integers = whole_of(bits, "odd")
    rest = (integers / (1 << (bits - 1))).astype(np.float32)
    rng, chain, exact = np.random.default_rng(3), [], np.ones(rest.shape, bool)
    for _ in range(parts - 1):
        target = (rest * rng.uniform(-0.5, 1.0, rest.shape)).astype(np.float32)
        left = rest - target
        exact &= target + left == rest
        chain.append(target)
        rest = left
    made = PartsQuantiser(bits, parts).quantise([*chain, rest])
    assert np.array_equal(sum(part.astype(np.int64) for part in made)[exact], integers[exact])
    assert exact.mean() > 0.1


def test_the_last_of_n_parts_bears_the_others_errors() -> None:
    integers = whole_of(16, "odd", 200_000)
    rest = (integers / 32768).astype(np.float32)
    one, two = (np.random.default_rng(seed).uniform(-0.2, 0.2, rest.shape).astype(np.float32) for seed in (1, 2))
    parts = [one, two, (rest - one) - two]
    errors = [
        values - part * np.float64(32768)
        for values, part in zip(PartsQuantiser(16, 3).quantise(parts), parts, strict=True)
    ]
    assert [np.mean(error**2) for error in errors[:2]] == pytest.approx([0.25, 0.25], rel=0.02)
    # The dither of the second one is the negative of the first one's, so its error is not independent of it.
    assert np.mean(errors[2] ** 2) < 0.55
    assert [abs(np.mean(error)) for error in errors] == pytest.approx([0.0] * 3, abs=0.005)


@pytest.mark.parametrize("bits", [16, 24])
def test_digital_silence_stays_silent_in_every_part(bits) -> None:
    whole = (whole_of(bits, "odd") / (1 << (bits - 1))).astype(np.float32)
    target = (whole * 0.3).astype(np.float32)
    residual = whole - target
    target[1000:9000], residual[1000:9000] = 0.0, whole[1000:9000]
    target[20_000:30_000], residual[20_000:30_000] = whole[20_000:30_000], 0.0
    made = PartsQuantiser(bits, 2).quantise([target, residual])
    assert not made[0][1000:9000].any()
    assert not made[1][20_000:30_000].any()
    assert made[0][:1000].any()


def test_one_channel_may_be_silent_beside_another() -> None:
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, (5000, 2)).astype(np.float32)
    sound[:, 1] = 0.0
    assert not Quantiser(16).quantise(sound)[:, 1].any()


@pytest.mark.parametrize("cuts", [[1, 8191, 8192, 8193, 20_000], [16_384, 32_768], [5]])
def test_blocks_make_no_difference_to_parts(cuts) -> None:
    whole = (whole_of(16, "odd") / 32768).astype(np.float32)
    target = target_of(whole, 16, "silent")
    parts = [target, whole - target]
    at_once, quantiser = PartsQuantiser(16, 2).quantise(parts), PartsQuantiser(16, 2)
    pieces = [quantiser.quantise(piece) for piece in zip(*(np.split(part, cuts) for part in parts), strict=True)]
    for number, values in enumerate(at_once):
        assert np.array_equal(np.concatenate([piece[number] for piece in pieces]), values)


@pytest.mark.parametrize("depth", [24, 32])
def test_a_whole_between_the_steps_is_missed_by_one_step_at_most(depth) -> None:
    """A finer recording; where one part is silent, the other one is rounded alone."""
    whole = np.random.default_rng(4).uniform(-0.45, 0.45, (FRAMES, 2)).astype(np.float32)
    whole = np.round(whole * 2.0 ** (depth - 1)).astype(np.float32) / np.float32(2.0 ** (depth - 1))
    target = np.round(target_of(whole, 16, "silent") * 2.0**23).astype(np.float32) / np.float32(2.0**23)
    made = PartsQuantiser(16, 2).quantise([target, whole - target])
    error = np.abs(made[0].astype(np.int64) + made[1] - whole * np.float64(32768))
    assert error[target != 0.0].max() <= 1.0
    assert error.max() <= 1.5
    assert not made[0][target == 0.0].any()


def test_a_part_beyond_full_scale_does_not_bend_the_others() -> None:
    target, residual = np.full((10, 1), 1.5, np.float32), np.full((10, 1), -0.75, np.float32)
    made = PartsQuantiser(16, 2).quantise([target, residual])
    assert np.array_equal(made[1], np.full((10, 1), -24576))


def test_a_mirrored_pair_of_single_quantisers_sums_exactly_too_where_the_arithmetic_is_exact() -> None:
    """Ties among them: half of the values of each part lie half a step off the grid."""
    integers = whole_of(16, "odd")
    halves = np.random.default_rng(5).integers(-4000, 4000, integers.shape) / 2
    target, residual = ((values / 32768).astype(np.float32) for values in (halves, integers - halves))
    made = Quantiser(16).quantise(target).astype(np.int64) + Quantiser(16, mirrored=True).quantise(residual)
    assert np.array_equal(made, integers)
