import gc
from dataclasses import replace

import numpy as np
import pytest

from samstudio.controllers.analysis import peak_filler, tile_maker, timeline_renderer
from samstudio.controllers.analysis.timeline_renderer import TimelineRenderer
from samstudio.dsp.peaks import PeakPyramid
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
    monkeypatch.setattr(peak_filler, "_PEAK_FRAMES", 30000)
    stages = []
    pictures.peaks_changed.connect(lambda _stem, peaks: stages.append(peaks.frames_ready))
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    qtbot.waitUntil(lambda: len(stages) >= 4)
    assert stages[-1] == len(tone)
    assert stages == sorted(stages)


def test_only_what_exists_is_looked_at(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, 0)
    pictures.request_views([VIEW])
    assert pictures._running == 0
    assert not pictures.is_busy
    with qtbot.waitSignal(pictures.peaks_changed) as blocker:
        pictures.extend(Stem.CLIP, 20000)
    assert blocker.args[1].frames_ready == 20000
    settle(qtbot, pictures)
    assert {tile.key.number for tile in tiles} == {0}
    assert not tiles[-1].complete


def test_tiles_grow_with_the_sound(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, 20000)
    pictures.request_views([VIEW])
    settle(qtbot, pictures)
    pictures.extend(Stem.CLIP, len(tone))
    settle(qtbot, pictures)
    newest = {tile.key: tile for tile in tiles}
    assert len(newest) == 4
    assert all(tile.complete for tile in newest.values())


def test_a_tone_is_in_its_row_at_its_level(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.request_views([VIEW])
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
    pictures.request_views([ViewRequest(0.0, seconds_per_pixel, round(2.0 / seconds_per_pixel), 240)])
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
    pictures.request_views([VIEW])
    settle(qtbot, pictures)
    made = {tile.key: tile for tile in tiles}
    tiles.clear()
    pictures.request_views([VIEW])
    assert {tile.key: tile for tile in tiles} == {key: made[key] for key in VIEW.keys}


def test_what_is_no_longer_seen_is_not_begun(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    for zoom in (0.001, 0.0011, 0.0012, 0.0013):
        pictures.request_views([ViewRequest(0.0, zoom, 1000, 240)])
    settle(qtbot, pictures)
    zooms = [tile.key.seconds_per_pixel for tile in tiles]
    assert zooms.count(0.001) == 1, "the one under way is finished, no other begun"
    assert zooms.count(0.0011) == zooms.count(0.0012) == 0
    assert zooms.count(0.0013) >= 4


def test_of_frequencies_that_are_passed_through_no_tile_is_made(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.request_views([VIEW])
    settle(qtbot, pictures)
    tiles.clear()
    scales = [LINEAR.part(0.0, 0.9**step, LINEAR) for step in range(1, 9)]
    for scale in scales:
        pictures.request_views([replace(VIEW, scale=scale)])
    settle(qtbot, pictures)
    assert {tile.key.scale for tile in tiles} == {scales[-1]}


def test_other_settings_make_other_tiles_but_another_colour_does_not(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.request_views([VIEW])
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
    pictures.request_views([VIEW])
    settle(qtbot, pictures)
    tiles.clear()
    monkeypatch.setattr(tile_maker, "spectra", lambda *_: pytest.fail("computed again"))
    view = replace(VIEW, scale=FrequencyScale.of_band("mel", RATE / 2, 500.0, 9000.0))
    pictures.request_views([view])
    settle(qtbot, pictures)
    assert {tile.key for tile in tiles} >= set(view.keys)
    tile = next(tile for tile in tiles if tile.key.number == 1)
    row = int(tile.shades[:, 100].argmax())
    assert 239 - row == int(view.scale.position(6000) * 240)


def test_tiles_of_the_old_clip_are_not_delivered(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.request_views([VIEW])
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
    monkeypatch.setattr(tile_maker, "spectra", lambda *_: 1 / 0)
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.request_views([VIEW])
    settle(qtbot, pictures)
    assert tiles == []
    assert len([record for record in caplog.records if "background work failed" in record.message]) == len(VIEW.keys)


def test_no_clip_nothing_rendered(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.set_source(Stem.CLIP, None, 0, 0)
    pictures.request_views([VIEW])
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


TARGET_VIEW = replace(VIEW, channel=Stem.TARGET)


def test_tiles_of_several_channels_are_made_at_once(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.set_source(Stem.TARGET, tone * 0.1, RATE, len(tone))
    pictures.request_views([VIEW, replace(TARGET_VIEW, height=100)])
    settle(qtbot, pictures)
    loudest = {(tile.key.channel, tile.key.rows): shade_db(int(tile.shades.max()), SETTINGS) for tile in tiles}
    assert loudest == {
        (Stem.CLIP, 240): pytest.approx(-6.0, abs=0.5),
        (Stem.TARGET, 100): pytest.approx(-26.0, abs=0.5),
    }


def test_a_channel_without_a_picture_gets_no_tiles(qtbot, pictures, tiles, tone):
    pictures.request_views([VIEW])
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.set_source(Stem.TARGET, tone * 0.1, RATE, len(tone))
    settle(qtbot, pictures)
    assert {tile.key.channel for tile in tiles} == {Stem.CLIP}


def test_going_back_to_another_sound_delivers_its_tiles_at_once(qtbot, pictures, tiles, tone):
    a, b = tone * 0.5, tone * 0.1
    pictures.request_views([TARGET_VIEW])
    for sound in (a, b):
        pictures.set_source(Stem.TARGET, sound, RATE, len(sound))
        settle(qtbot, pictures)
    tiles.clear()
    pictures.set_source(Stem.TARGET, a, RATE, len(a))
    assert {tile.key for tile in tiles} >= set(TARGET_VIEW.keys)
    assert max(shade_db(int(tile.shades.max()), SETTINGS) for tile in tiles) == pytest.approx(-12.0, abs=0.5)
    assert not pictures.is_busy


def test_the_pictures_of_a_stem_grow_with_it(qtbot, pictures, tiles, tone):
    pictures.request_views([TARGET_VIEW])
    pictures.set_source(Stem.TARGET, tone, RATE, 0)
    settle(qtbot, pictures)
    assert tiles == []
    pictures.extend(Stem.TARGET, len(tone))
    settle(qtbot, pictures)
    assert {tile.key for tile in tiles} >= set(TARGET_VIEW.keys)


CHANGED = (60000, 62000)


def replaced(tone):
    """The tone with a burst of full scale in the frames CHANGED."""
    other = tone.copy()
    other[CHANGED[0] : CHANGED[1]] = 1.0
    return other


def test_of_a_replaced_sound_only_what_changed_is_made_anew(qtbot, pictures, tiles, tone, monkeypatch):
    pictures.request_views([TARGET_VIEW])
    pictures.set_source(Stem.TARGET, tone, RATE, len(tone))
    settle(qtbot, pictures)
    tiles.clear()
    computed = []
    original = tile_maker.spectra
    monkeypatch.setattr(tile_maker, "spectra", lambda *given: computed.append(given[1:4]) or original(*given))
    other = replaced(tone)
    pictures.replace_source(Stem.TARGET, other, CHANGED)
    settle(qtbot, pictures)
    numbers = {tile.key.number for tile in tiles}
    assert numbers == {2}, "frames 60000 to 62000 lie in the third tile of 24576 frames"
    assert 0 < len(computed) <= 3
    assert all(first * hop < CHANGED[1] + 1024 and (first + count) * hop > CHANGED[0] - 1024
               for first, count, hop in computed)  # fmt: skip
    tiles.clear()
    monkeypatch.undo()
    pictures.set_source(Stem.RESIDUAL, other.copy(), RATE, len(other))
    pictures.request_views([TARGET_VIEW, replace(VIEW, channel=Stem.RESIDUAL)])
    settle(qtbot, pictures)
    shades = {(tile.key.channel, tile.key.number): tile.shades for tile in tiles}
    for number in range(4):
        assert np.array_equal(shades[Stem.TARGET, number], shades[Stem.RESIDUAL, number])


def test_the_peaks_of_a_replaced_sound_are_those_of_the_new_one(qtbot, pictures, tone):
    pictures.set_source(Stem.TARGET, tone, RATE, len(tone))
    settle(qtbot, pictures)
    peaks = pictures._sources[Stem.TARGET].peaks
    other = replaced(tone)
    with qtbot.waitSignal(pictures.sound_replaced) as blocker:
        pictures.replace_source(Stem.TARGET, other, CHANGED)
    channel, samples, changed = blocker.args
    assert (channel, changed) == (Stem.TARGET, CHANGED)
    assert samples is other
    fresh = PeakPyramid(len(other), 1)
    fresh.fill(other, len(other))
    for hop in (64.0, 900.0, 9000.0):
        count = int(len(other) / hop)
        assert np.array_equal(peaks.columns(0, count, hop).high, fresh.columns(0, count, hop).high)
        assert np.allclose(peaks.columns(0, count, hop).rms, fresh.columns(0, count, hop).rms)
    # And back, as undo does.
    pictures.replace_source(Stem.TARGET, tone, CHANGED)
    settle(qtbot, pictures)
    assert peaks.columns(0, 100, 900.0).high.max() == pytest.approx(0.5, abs=1e-3)


def test_a_replacement_while_peaks_are_filled_is_not_lost(qtbot, pictures, tone, monkeypatch):
    monkeypatch.setattr(peak_filler, "_PEAK_FRAMES", 30000)
    pictures.set_source(Stem.TARGET, tone, RATE, len(tone))
    other = replaced(tone)
    pictures.replace_source(Stem.TARGET, other, CHANGED)
    settle(qtbot, pictures)
    peaks = pictures._sources[Stem.TARGET].peaks
    assert peaks.frames_ready == len(tone)
    assert peaks.columns(0, 100, 960.0).high.max() == 1.0


def test_the_targets_share_is_its_part_of_the_power(qtbot, pictures, tiles, tone):
    half = np.where(np.arange(len(tone))[:, None] < RATE, 1.0, 0.5).astype(np.float32)
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.set_source(Stem.TARGET, tone * half, RATE, len(tone))
    pictures.set_source(Stem.RESIDUAL, tone * (1.0 - half), RATE, len(tone))
    view = replace(VIEW, has_share=True)
    pictures.request_views([view])
    settle(qtbot, pictures)
    shares = {tile.key.number: tile.share for tile in tiles}
    row = int(tiles[0].shades[:, 100].argmax())
    assert shares[0][row, 100] == 255
    assert shares[3][row, 100] == pytest.approx(128, abs=1)
    assert all(tile.complete for tile in tiles)


def test_the_targets_share_of_a_chain_is_its_part_of_all_parts(qtbot, pictures, tiles, tone):
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.set_source(Stem.TARGET, tone * 0.1, RATE, len(tone))
    pictures.set_source(Stem.RESIDUAL, tone * 0.001, RATE, len(tone))
    pictures.set_source("earlier", tone * 0.1, RATE, len(tone))
    pictures.request_views([replace(VIEW, has_share=True)])
    settle(qtbot, pictures)
    row = int(tiles[0].shades[:, 100].argmax())
    assert tiles[0].share[row, 100] == pytest.approx(128, abs=1)


def test_tiles_and_spectra_are_bounded_however_many_channels(qtbot, pictures, tiles, tone, monkeypatch):
    monkeypatch.setattr(timeline_renderer, "_TILES_HELD", 1 << 20)
    channels = [f"take{number}" for number in range(8)]
    for channel in channels:
        pictures.set_source(channel, tone.copy(), RATE, len(tone))
    pictures.request_views([replace(VIEW, channel=channel) for channel in channels])
    settle(qtbot, pictures)
    assert {tile.key.channel for tile in tiles} == set(channels)
    assert sum(tile.shades.nbytes for tile in pictures._tiles.values()) <= 1 << 20


def test_a_sound_that_two_channels_share_is_drawn_in_both_and_changed_in_one(qtbot, pictures, tone, monkeypatch):
    monkeypatch.setattr(peak_filler, "_PEAK_FRAMES", 30000)
    drawn = {}
    pictures.peaks_changed.connect(lambda channel, peaks: drawn.update({channel: (peaks, peaks.frames_ready)}))
    pictures.set_source(Stem.CLIP, tone, RATE, len(tone))
    pictures.set_source(Stem.RESIDUAL, tone, RATE, len(tone))
    settle(qtbot, pictures)
    assert [ready for _, ready in drawn.values()] == [len(tone)] * 2
    pictures.replace_source(Stem.RESIDUAL, replaced(tone), CHANGED)
    settle(qtbot, pictures)
    loudest = {channel: peaks.columns(0, 100, 960.0).high.max() for channel, (peaks, _) in drawn.items()}
    assert loudest == {Stem.CLIP: pytest.approx(0.5, abs=1e-3), Stem.RESIDUAL: 1.0}


def test_a_change_that_is_overtaken_by_a_later_one_is_not_filled(qtbot, pictures, tone, monkeypatch):
    pictures.set_source(Stem.TARGET, tone, RATE, len(tone))
    settle(qtbot, pictures)
    filled = []
    monkeypatch.setattr(peak_filler, "_PEAK_FRAMES", 30000)
    pictures.sound_replaced.connect(lambda _channel, _samples, changed: filled.append(changed))
    for level in (0.5, 0.6, 0.7):
        pictures.replace_source(Stem.TARGET, tone * np.float32(level), (0, len(tone)))
    settle(qtbot, pictures)
    assert len(filled) <= 5, "one that was under way, and the four pieces of the last"
    peaks = pictures._sources[Stem.TARGET].peaks
    assert peaks.columns(0, 100, 960.0).high.max() == pytest.approx(0.35, abs=1e-3)
