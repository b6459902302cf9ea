import numpy as np
import pytest

from samstudio.dsp.peaks import BIN, PeakPyramid, sample_columns

HOPS = [1.0, 2.5, 17.3, 63.9, 64.0, 256.0, 300.7, 1024.0, 5000.9, 60000.1, 300000.0]


@pytest.fixture
def noise():
    return np.random.default_rng(0).uniform(-0.1, 0.1, (300_007, 2)).astype(np.float32)


def filled(samples, step=65_536 + 77):
    """A pyramid filled in steps that do not fall on bins."""
    peaks = PeakPyramid(*samples.shape)
    for stop in [*range(step, len(samples), step), len(samples)]:
        peaks.fill(samples, stop)
    return peaks


def columns_of(samples, hop, peaks=None):
    count = int(np.ceil(len(samples) / hop))
    if hop < BIN:
        return sample_columns(samples, 0, count, hop)
    return (peaks or filled(samples)).columns(0, count, hop)


@pytest.mark.parametrize("hop", HOPS)
@pytest.mark.parametrize("at", [0, 1, 255, 256, 123_456, 300_006])
def test_a_single_sample_shows_at_every_zoom_in_one_column(noise, hop, at):
    noise[at, 1] = 0.9
    columns = columns_of(noise, hop)
    (found,) = np.flatnonzero(columns.high[1] == np.float32(0.9))
    assert abs(found - at // hop) <= 1
    assert columns.high[0].max() < 0.2


@pytest.mark.parametrize("hop", HOPS)
def test_columns_hold_the_extremes_and_the_power_of_all(noise, hop):
    columns = columns_of(noise, hop)
    assert columns.low.min(axis=1) == pytest.approx(noise.min(axis=0))
    assert columns.high.max(axis=1) == pytest.approx(noise.max(axis=0))
    # The last column may hold a sample or two, or none.
    assert np.sqrt(np.mean(columns.rms[:, :-1] ** 2)) == pytest.approx(np.sqrt(np.mean(noise**2)), rel=0.05)


@pytest.mark.parametrize("hop", [40.0, 300.7, 5000.9])
def test_columns_do_not_depend_on_where_the_view_begins(noise, hop):
    peaks = filled(noise)
    whole = columns_of(noise, hop, peaks)
    part = sample_columns(noise, 7, 11, hop) if hop < BIN else peaks.columns(7, 11, hop)
    assert np.array_equal(part.high, whole.high[:, 7:18])
    assert np.array_equal(part.rms, whole.rms[:, 7:18])


def test_filling_in_steps_is_the_same_as_at_once(noise):
    once = PeakPyramid(*noise.shape)
    once.fill(noise, len(noise))
    for hop in (256.0, 1500.0, 30000.0):
        a, b = columns_of(noise, hop, once), columns_of(noise, hop, filled(noise))
        assert np.array_equal(a.low, b.low)
        assert a.rms == pytest.approx(b.rms, rel=1e-5)


def test_what_is_not_filled_is_silent_and_outside_is_silent(noise):
    peaks = PeakPyramid(*noise.shape)
    peaks.fill(noise, 100_000)
    columns = peaks.columns(-3, 40, 10_000.0)
    assert not columns.high[:, :3].any()
    assert columns.high[:, 3:12].all()
    assert not columns.high[:, 14:].any()


def test_one_sample_is_enough():
    peaks = PeakPyramid(1, 1)
    peaks.fill(np.array([[0.5]], np.float32), 1)
    assert peaks.columns(0, 1, 256.0).high[0, 0] == 0.5


def test_they_take_a_small_part_of_the_room_of_the_sound():
    peaks = PeakPyramid(48000 * 600, 2)
    assert peaks.storage.nbytes < 0.07 * 48000 * 600 * 2 * 4


def test_they_can_be_kept_elsewhere(noise):
    places = []

    def allocate(count):
        places.append(np.zeros(count, np.float32))
        return places[0]

    peaks = PeakPyramid(*noise.shape, allocate)
    peaks.fill(noise, len(noise))
    assert peaks.storage is places[0]
    assert places[0].max() == noise.max()
    assert peaks.columns(0, 10, 30000.0).low.min() == noise.min()


@pytest.mark.parametrize("changed", [(0, 1), (100, 164), (5000, 70_001), (123_456, 10**9)])
def test_filling_a_part_anew_is_the_same_as_filling_all_anew(noise, changed):
    peaks = PeakPyramid(len(noise), noise.shape[1])
    peaks.fill(noise, len(noise) - 10)
    other = noise.copy()
    other[changed[0] : changed[1]] *= 3.0
    peaks.refill(other, *changed)
    fresh = PeakPyramid(len(noise), noise.shape[1])
    fresh.fill(other, len(noise) - 10)
    assert np.array_equal(peaks.storage, fresh.storage)
    assert peaks.frames_ready == len(noise) - 10
