import gc
from dataclasses import replace

import numpy as np
import pytest

from samstudio.controllers.analysis import timeline_renderer as module
from samstudio.controllers.analysis.timeline_renderer import TimelineRenderer
from samstudio.dsp.scales import FrequencyScale
from samstudio.dsp.spectrogram import SpectrogramSettings, shade_db
from samstudio.dsp.tiles import Tile, ViewRequest
from samstudio.session.take import Stem

RATE = 48000
SETTINGS = SpectrogramSettings(scale="linear", fft_size=1024)
LINEAR = FrequencyScale.up_to("linear", RATE / 2)
VIEW = ViewRequest(0.0, 0.002, 1000, 240, LINEAR)


@pytest.fixture
def tone():
    """Two seconds of 6 kHz at -6 dBFS."""
    wave = 0.5 * np.sin(2 * np.pi * 6000 * np.arange(2 * RATE) / RATE)
    return wave.astype(np.float32)[:, None]


@pytest.fixture
def pictures(qtbot):
    made = TimelineRenderer(threads=1)
    made.set_spectrogram_settings(SETTINGS)
    yield made
    made.close()


@pytest.fixture
def tiles(pictures):
    """Every tile delivered, in order."""
    emitted: list[Tile] = []
    pictures.tile_ready.connect(emitted.append)
    return emitted


def settle(qtbot, pictures):
    qtbot.waitUntil(lambda: not pictures.is_busy)


def test_peaks_come_and_are_the_sound(qtbot, pictures, tone):
    with qtbot.waitSignal(pictures.peaks_changed) as blocker:
        pictures.set_source(Stem.TARGET, tone, RATE, len(tone))
    stem, peaks = blocker.args
    assert stem is Stem.TARGET
    assert peaks.frames_ready == len(tone)
    assert peaks.columns(0, 100, 900.0).high.max() == pytest.approx(0.5, abs=1e-3)


def test_peaks_of_long_sound_come_in_pieces(qtbot, pictures, monkeypatch, tone):
    monkeypatch.setattr(module, "_PEAK_FRAMES", 30000)
    stages = []
    pictures.peaks_changed.connect(lambda _stem, peaks: stages.append(peaks.frames_ready))
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    qtbot.waitUntil(lambda: len(stages) >= 4)
    assert stages[-1] == len(tone)
    assert stages == sorted(stages)


def test_only_what_exists_is_looked_at(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, 0)
    pictures.request_view(VIEW)
    assert pictures._running == 0
    assert pictures._filling is None
    with qtbot.waitSignal(pictures.peaks_changed) as blocker:
        pictures.extend(Stem.CLIP, 20000)
    assert blocker.args[1].frames_ready == 20000
    settle(qtbot, pictures)
    assert {tile.key.number for tile in tiles} == {0}
    assert not tiles[-1].complete


def test_tiles_grow_with_the_sound(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, 20000)
    pictures.request_view(VIEW)
    settle(qtbot, pictures)
    pictures.extend(Stem.CLIP, len(tone))
    settle(qtbot, pictures)
    newest = {tile.key: tile for tile in tiles}
    assert len(newest) == 4
    assert all(tile.complete for tile in newest.values())


def test_a_tone_is_in_its_row_at_its_level(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.request_view(VIEW)
    settle(qtbot, pictures)
    tile = next(tile for tile in tiles if tile.key.number == 1)
    assert tile.shades.shape == (240, 256)
    row = int(tile.shades[:, 100].argmax())
    assert 239 - row == int(LINEAR.position(6000) * 240)
    assert shade_db(int(tile.shades[row, 100]), SETTINGS) == pytest.approx(-6.0, abs=0.5)


@pytest.mark.parametrize("seconds_per_pixel", [0.0005, 0.002, 0.011])
def test_no_click_is_missed_and_each_is_where_it_sounds(qtbot, pictures, tiles, tone, seconds_per_pixel):
    places = np.arange(12000, 84000, 7300)
    clicks = np.zeros_like(tone)
    clicks[places] = 1.0
    pictures.set_source(Stem.CLIP, clicks, RATE, len(clicks))
    pictures.request_view(ViewRequest(0.0, seconds_per_pixel, round(2.0 / seconds_per_pixel), 240))
    settle(qtbot, pictures)
    lit = np.concatenate(
        [tile.key.number * tile.shades.shape[1] + np.flatnonzero(tile.shades.max(axis=0)) for tile in tiles]
    )
    away = np.abs(lit[:, None] + 0.5 - places / RATE / seconds_per_pixel)
    reach = SETTINGS.fft_size / 2 / RATE / seconds_per_pixel + 1
    assert away.min(axis=1).max() <= reach
    assert away.min(axis=0).max() <= reach


def test_kept_tiles_are_delivered_at_once(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.request_view(VIEW)
    settle(qtbot, pictures)
    made = {tile.key: tile for tile in tiles}
    tiles.clear()
    pictures.request_view(VIEW)
    assert {tile.key: tile for tile in tiles} == {key: made[key] for key in VIEW.keys}


def test_what_is_no_longer_seen_is_not_begun(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    for zoom in (0.001, 0.0011, 0.0012, 0.0013):
        pictures.request_view(ViewRequest(0.0, zoom, 1000, 240))
    settle(qtbot, pictures)
    zooms = [tile.key.seconds_per_pixel for tile in tiles]
    assert zooms.count(0.001) == 1, "the one under way is finished, no other begun"
    assert zooms.count(0.0011) == zooms.count(0.0012) == 0
    assert zooms.count(0.0013) >= 4


def test_other_settings_make_other_tiles_but_another_colour_does_not(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.request_view(VIEW)
    settle(qtbot, pictures)
    tiles.clear()
    pictures.set_spectrogram_settings(SpectrogramSettings(scale="linear", fft_size=1024, colour_map="grey"))
    settle(qtbot, pictures)
    assert tiles == []
    pictures.set_spectrogram_settings(SpectrogramSettings(scale="linear", fft_size=1024, range_db=60.0))
    settle(qtbot, pictures)
    assert {tile.key for tile in tiles} >= set(VIEW.keys)


def test_another_scale_needs_no_new_spectra(qtbot, pictures, tiles, tone, monkeypatch):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.request_view(VIEW)
    settle(qtbot, pictures)
    tiles.clear()
    monkeypatch.setattr(module, "spectra", lambda *_: pytest.fail("computed again"))
    view = replace(VIEW, scale=FrequencyScale.of_band("mel", RATE / 2, 500.0, 9000.0))
    pictures.request_view(view)
    settle(qtbot, pictures)
    assert {tile.key for tile in tiles} >= set(view.keys)
    tile = next(tile for tile in tiles if tile.key.number == 1)
    row = int(tile.shades[:, 100].argmax())
    assert 239 - row == int(view.scale.position(6000) * 240)


def test_tiles_of_the_old_clip_are_not_delivered(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.request_view(VIEW)
    pictures.set_source(Stem.CLIP, np.zeros_like(tone), RATE, len(tone))
    settle(qtbot, pictures)
    assert tiles
    assert all(tile.shades.max() == 0 for tile in tiles)


def test_a_clip_that_turned_out_shorter_keeps_its_peaks(qtbot, pictures, tone):
    with qtbot.waitSignal(pictures.peaks_changed) as blocker:
        pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.set_source(Stem.CLIP, tone[:50000], RATE, 50000)
    assert pictures._sources[Stem.CLIP].peaks is blocker.args[1]
    pictures.set_source(Stem.CLIP, tone.copy(), RATE, 0)
    assert pictures._sources[Stem.CLIP].peaks is not blocker.args[1]


def test_a_failure_is_logged_and_not_tried_for_ever(qtbot, pictures, tiles, tone, monkeypatch, caplog):
    monkeypatch.setattr(module, "spectra", lambda *_: 1 / 0)
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.request_view(VIEW)
    settle(qtbot, pictures)
    assert tiles == []
    assert len([record for record in caplog.records if "background work failed" in record.message]) == len(VIEW.keys)


def test_no_clip_nothing_rendered(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.set_source(Stem.CLIP, None, 0, 0)
    pictures.request_view(VIEW)
    settle(qtbot, pictures)
    assert tiles == []


def test_going_back_to_sound_shown_before_needs_no_work(qtbot, pictures, tone):
    other = tone * 0.5
    pictures.set_source(Stem.TARGET, tone, RATE, len(tone))
    settle(qtbot, pictures)
    pictures.set_source(Stem.TARGET, other, RATE, len(other))
    settle(qtbot, pictures)
    emitted = []
    pictures.peaks_changed.connect(lambda _stem, peaks: emitted.append(peaks))
    pictures.set_source(Stem.TARGET, tone, RATE, len(tone))
    assert [peaks.frames_ready for peaks in emitted] == [len(tone)]
    assert emitted[0].columns(0, 100, 900.0).high.max() == pytest.approx(0.5, abs=1e-3)
    assert not pictures.is_busy


def test_peaks_go_with_their_sound(qtbot, pictures):
    sound = np.ones((RATE, 1), np.float32)
    pictures.set_source(Stem.TARGET, sound, RATE, RATE)
    settle(qtbot, pictures)
    assert len(pictures._peaks._kept) == 1
    pictures.set_source(Stem.TARGET, None, RATE, 0)
    del sound

    def is_forgotten() -> bool:
        # The thread that made them may have them in its hands for a moment longer.
        gc.collect()
        return not pictures._peaks._kept

    qtbot.waitUntil(is_forgotten)
