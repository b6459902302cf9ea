"""A gate is silent below, exact above, and never clicks in between."""

import numpy as np
import pytest

from samstudio.dsp.noise_gate import ATTACK, HOLD, RELEASE, frame_peaks, gated

RATE = 48000
SOFT = np.float32(1e-4)
"""-80 dBFS: kept below, it shows the gain."""
HELD, OPENING, CLOSING = (round(seconds * RATE) for seconds in (HOLD, ATTACK, RELEASE))


def through(sound, threshold=-40.0, size=1 << 14):
    blocks = (sound[start : start + size] for start in range(0, len(sound), size))
    return np.concatenate(list(gated(blocks, threshold, RATE)))


def ground(seconds=1.0, channels=1):
    return np.full((round(seconds * RATE), channels), SOFT, np.float32)


def gains(sound, **how):
    return through(sound, **how)[:, 0] / sound[:, 0]


@pytest.fixture
def bursts():
    """Noise in stereo that comes and goes, sometimes for a moment only, sometimes between the two thresholds."""
    random = np.random.default_rng(3)
    steps = np.repeat(10.0 ** (random.uniform(-90, -10, 60) / 20.0), random.integers(1, 4000, 60))
    return (random.uniform(-1, 1, (len(steps), 2)) * steps[:, np.newaxis]).astype(np.float32)


@pytest.mark.parametrize("size", [1, 37, OPENING, OPENING + 2, 5000])
def test_the_blocks_make_no_difference(bursts, size):
    sound = bursts[: 8_000 if size == 1 else None]
    whole = through(sound, size=len(sound))
    assert 1000 < np.count_nonzero(whole[:, 0] == sound[:, 0]) < len(sound) - 1000
    assert np.array_equal(through(sound, size=size), whole)


def test_loud_frames_pass_bit_for_bit_and_long_silence_is_cut(bursts):
    made = through(bursts)
    loud = frame_peaks(bursts) >= 0.01
    assert np.array_equal(made[loud], bursts[loud])
    assert len(made) == len(bursts)
    assert not through(ground()).any()
    assert np.array_equal(through(bursts, threshold=-200.0), bursts)


def test_it_is_open_in_time_and_closes_after_the_hold():
    sound = ground()
    sound[20_000] = 0.02
    gain = gains(sound)
    still = np.flatnonzero(gain == 1.0)
    assert (still[0], still[-1]) == (20_000, 20_000 + HELD)
    heard = np.flatnonzero(gain > 1e-6)
    assert heard[0] == pytest.approx(20_000 - OPENING, abs=1)
    assert heard[-1] == pytest.approx(20_000 + HELD + CLOSING, abs=5)
    assert gain[20_000 + HELD + CLOSING // 2] == pytest.approx(0.5, abs=0.001)


def test_no_step_is_above_the_ramps_own():
    sound = ground(3.0)
    # The last ones come while the gate is still closing.
    sound[[10_000, 60_000, 63_000, 66_000, 69_500]] = 0.02
    steps = np.diff(gains(sound))
    hair = 1e-7
    assert steps.max() <= np.pi / 2 / OPENING + hair
    assert -steps.min() <= np.pi / 2 / CLOSING + hair
    assert steps.max() > np.pi / 4 / OPENING


def test_hysteresis_keeps_open_what_could_not_open_it():
    sound = ground()
    between, below = 10.0 ** (-45 / 20.0), 10.0 ** (-47 / 20.0)
    sound[5_000:10_000] = between
    assert not through(sound[:40_000]).any()
    sound[10_000] = 0.011
    sound[10_001:20_000] = between
    sound[20_000:40_000] = below
    gain = gains(sound)
    assert gain[5_000 : 10_000 - OPENING - 1].max() == 0.0
    assert gain[10_000 : 20_000 + HELD].min() == 1.0
    assert gain[20_000 + HELD + CLOSING + 1 :].max() == 0.0


def test_a_gap_within_the_hold_is_no_gap():
    sound = ground()
    sound[[10_000, 10_000 + HELD + 1]] = 0.02
    sound[[30_000, 30_000 + HELD + 2]] = 0.02
    gain = gains(sound)
    assert gain[10_000 : 10_000 + HELD + 1].min() == 1.0
    assert gain[30_000 + HELD + 1] < 1.0


def test_the_lowest_tone_is_not_broken_by_its_zero_crossings():
    tone = (0.02 * np.sin(2 * np.pi * 20 * np.arange(RATE) / RATE)).astype(np.float32)[:, np.newaxis]
    inner = slice(1_000, -1_000)
    assert np.array_equal(through(tone)[inner], tone[inner])


def test_channels_are_linked():
    sound = ground(channels=3)
    sound[20_000, 2] = -0.5
    made = through(sound) / sound
    assert made[20_000, 0] == 1.0
    assert np.array_equal(made[:, 0], made[:, 1])
    assert np.array_equal(made[:, 0], made[:, 2])


@pytest.mark.parametrize("frames", [0, 1, OPENING])
def test_a_sound_shorter_than_the_look_ahead(frames):
    sound = np.full((frames, 2), 0.5, np.float32)
    assert sum(map(len, gated(iter([sound] if frames else []), -40.0, RATE))) == frames
    assert all((block == 0.5).all() for block in gated(iter([sound] if frames else []), -40.0, RATE))


def test_it_holds_no_more_than_its_look_ahead():
    given = 0

    def endless():
        nonlocal given
        for _ in range(100):
            given += 4096
            yield np.zeros((4096, 2), np.float32)

    done = 0
    for block in gated(endless(), -40.0, RATE):
        done += len(block)
        assert given - done <= OPENING + 2
    assert done == 100 * 4096
