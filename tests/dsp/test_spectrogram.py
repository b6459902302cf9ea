import numpy as np
import pytest

from samstudio.dsp.channel_layout import LOUDEST, SUMMED
from samstudio.dsp.scales import SCALE_KINDS, FrequencyScale
from samstudio.dsp.spectrogram import (
    WINDOW_KINDS,
    SpectrogramSettings,
    at_columns,
    at_rows,
    shade_db,
    spectra,
    to_shades,
    window,
)

RATE = 48000


def tone(hz, level_db=-6.0, seconds=2.0, channels=1):
    time = np.arange(int(RATE * seconds)) / RATE
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hz * time)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


@pytest.mark.parametrize("kind", WINDOW_KINDS)
@pytest.mark.parametrize("size", [512, 2048, 8192])
def test_a_sine_reads_its_level(kind, size):
    levels = spectra(tone(RATE / size * 40), 40, 3, 1024, window(kind, size))
    assert levels[1].argmax() == 40
    assert levels[1].max() == pytest.approx(-6.0, abs=0.1)


@pytest.mark.parametrize("hop", [64, 1024, 4096, 40_000])
def test_a_short_burst_is_found_by_wide_columns_too(hop):
    """Half a column of sound, wherever it lies in the column."""
    samples = np.zeros((200_000, 2), np.float32)
    samples[hop : hop + max(hop // 2, 2048), 1] = tone(3000)[: max(hop // 2, 2048), 0][: 200_000 - hop]
    levels = spectra(samples, 0, 5, hop, window("hann", 2048))
    assert levels[1].max() > -13.0


def test_the_loudest_channel_counts():
    opposite = tone(1500, channels=2) * np.array([1.0, -1.0], np.float32)
    assert spectra(opposite, 10, 1, 2048, window("hann", 2048)).max() == pytest.approx(-6.0, abs=0.1)


def test_outside_the_sound_is_silence():
    levels = spectra(tone(1000), 200, 4, 1024, window("hann", 2048))
    assert levels.max() <= -199


@pytest.mark.parametrize("width", [10.0, 64.0, 64.5, 99.0, 127.9])
def test_columns_keep_the_loudest_and_stay_in_place(width):
    levels = np.full((400, 3), -100.0, np.float32)
    levels[137] = -10.0
    columns = at_columns(levels, 50, 64, 0, int(450 * 64 / width), width)
    (found, *more) = np.flatnonzero(columns[:, 1] >= (-10.0 if width >= 64 else -20.0))
    middle = (187 + 0.5) * 64 / width
    assert abs(np.mean([found, *more]) + 0.5 - middle) <= 1.0
    assert len(more) <= (0 if width >= 64 else 1)


@pytest.mark.parametrize("kind", SCALE_KINDS)
@pytest.mark.parametrize("rows", [37, 200, 1000])
@pytest.mark.parametrize("hz", [60.0, 440.0, 3000.0, 15000.0])
def test_the_loudest_row_is_where_the_tone_is(kind, rows, hz):
    levels = spectra(tone(hz), 10, 2, 2048, window("hann", 4096))
    scale = FrequencyScale.up_to(kind, RATE / 2)
    drawn = at_rows(levels, RATE, scale, rows)
    assert drawn.shape == (rows, 2)
    assert drawn.max() == pytest.approx(levels.max(), abs=1.5)
    row = rows - 1 - int(drawn[:, 0].argmax())
    bin_width = RATE / 4096
    assert scale.hz(row / rows) - bin_width <= hz <= scale.hz((row + 1) / rows) + bin_width


@pytest.mark.parametrize("kind", SCALE_KINDS)
def test_no_single_bin_is_lost_on_few_rows(kind):
    scale = FrequencyScale.up_to(kind, RATE / 2)
    for line in (3, 100, 517, 1024):
        levels = np.full((1, 1025), -120.0, np.float32)
        levels[0, line] = -3.0
        assert at_rows(levels, RATE, scale, 60).max() == pytest.approx(-3.0, abs=1e-4)


def test_shades_run_from_floor_to_ceiling():
    settings = SpectrogramSettings(range_db=80.0, ceiling_db=-10.0)
    shades = to_shades(np.array([-200.0, -90.0, -50.0, -10.0, 6.0], np.float32), settings)
    assert shades.tolist() == [0, 0, 128, 255, 255]
    assert shade_db(128, settings) == pytest.approx(-50.0, abs=0.2)


def test_channels_are_pictured_one_by_one_or_as_one():
    time = np.arange(RATE) / RATE
    left, right = 0.5 * np.sin(2 * np.pi * 3000 * time), 0.25 * np.sin(2 * np.pi * 9000 * time)
    both = np.stack([left + right, -left], axis=1).astype(np.float32)
    shape = window("hann", 1024)

    def levels(part: int) -> tuple[float, float]:
        column = spectra(both, 8, 1, 1024, shape, part)[0]
        return float(column[round(3000 * 1024 / RATE)]), float(column[round(9000 * 1024 / RATE)])

    assert levels(0) == pytest.approx((-6.0, -12.0), abs=0.5)
    assert levels(1)[0] == pytest.approx(-6.0, abs=0.5)
    assert levels(1)[1] < -80.0
    assert levels(LOUDEST) == pytest.approx((-6.0, -12.0), abs=0.5)
    cancelled, halved = levels(SUMMED)
    assert cancelled < -80.0
    assert halved == pytest.approx(-18.0, abs=0.5)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_spoil_no_others_and_make_no_warning(bad):
    samples = tone(1000.0)
    samples[40_000:41_000] = bad
    levels = spectra(samples, 0, 90, 1024, window("hann", 2048))
    assert not np.isnan(levels).any()
    assert -8.0 < levels[10].max() < 0.0
