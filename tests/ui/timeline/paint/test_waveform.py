import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.dsp.peaks import PeakPyramid
from samstudio.session.take import Stem
from samstudio.ui.theme import theme
from samstudio.ui.timeline.paint.waveform_item import WaveformItem
from tests.ui.timeline.whole import LEFT, NO_KEY, RATE, Whole, clip_of, is_colour, seen, wheel


@pytest.fixture
def show(qtbot):
    shown = []

    def make(samples, rate=RATE):
        shown.append(Whole(qtbot, clip_of(samples, rate)))
        return shown[-1]

    yield make
    for whole in shown:
        whole.pictures.close()


def drawn(whole):
    """Which pixels of the clip's lane belong to the waveform."""
    pixels = seen(whole.canvas(0))
    whole_wave = is_colour(pixels, theme().color("wave_clip"), 40) | is_colour(pixels, theme().color("rms_clip"), 40)
    return whole_wave[:, 1:]


@pytest.mark.parametrize("length", [60.0, 20.0, 5.0, 1.0, 0.2, 0.05, 0.01])
def test_a_single_sample_is_seen_at_every_zoom(show, length):
    samples = np.zeros(60 * RATE, np.float32)
    at = 30 * RATE + 17
    samples[at] = 0.8
    whole = show(samples)
    whole.timeline.zoom_to(at / RATE - length * 0.3, at / RATE + length * 0.7)
    whole.timeline.show_playhead(None)
    wave = drawn(whole)
    middle, half = len(wave) / 2, (len(wave) - 3) / 2
    top = np.flatnonzero(wave.any(axis=1)).min()
    assert top == pytest.approx(middle - 0.8 * half, abs=3)
    assert np.flatnonzero(wave[top]).mean() == pytest.approx(whole.x(at / RATE), abs=3)


def test_silence_is_a_line(show):
    whole = show(np.zeros(10 * RATE, np.float32))
    whole.timeline.show_playhead(None)
    wave = drawn(whole)
    rows = np.flatnonzero(wave.any(axis=1))
    assert len(rows) == 1
    assert rows[0] == pytest.approx(len(wave) / 2, abs=1.5)


def test_the_height_is_the_level(show):
    whole = show(np.tile(np.array([0.5, -0.25], np.float32), 5 * RATE))
    whole.timeline.show_playhead(None)
    rows = np.flatnonzero(drawn(whole).all(axis=1))
    middle, half = whole.canvas(0).height() / 2, (whole.canvas(0).height() - 3) / 2
    assert rows.min() == pytest.approx(middle - 0.5 * half, abs=1.5)
    assert rows.max() == pytest.approx(middle + 0.25 * half, abs=1.5)


def test_the_body_is_the_rms(show):
    whole = show(np.sin(np.arange(10 * RATE)) * 0.8)
    whole.timeline.show_playhead(None)
    body = is_colour(seen(whole.canvas(0)), theme().color("rms_clip"))[:, 1:-1]
    rows = np.flatnonzero(body.all(axis=1))
    half = (whole.canvas(0).height() - 3) / 2
    assert len(rows) == pytest.approx(2 * 0.8 / np.sqrt(2) * half, abs=4)


# The second is the highest that a 16-bit file can hold.
@pytest.mark.parametrize("level", [1.0, 32767 / 32768])
def test_clipped_samples_are_marked_in_the_clip_only(show, level):
    samples = np.zeros(10 * RATE, np.float32)
    samples[5 * RATE] = level
    whole = show(samples)
    whole.timeline.show_playhead(None)
    lamp = is_colour(seen(whole.canvas(0)), theme().color("clip_lamp"))
    rows, columns = np.nonzero(lamp)
    assert rows.max() < 6
    assert columns.mean() == pytest.approx(whole.x(5.0), abs=2)
    samples[5 * RATE] = 0.999
    whole = show(samples)
    assert not is_colour(seen(whole.canvas(0)), theme().color("clip_lamp")).any()


def test_eight_channels_share_the_lane(show):
    samples = np.zeros((10 * RATE, 8), np.float32)
    samples[:, 5] = 0.9 * np.sin(np.arange(10 * RATE))
    whole = show(samples)
    whole.timeline.show_playhead(None)
    wave = drawn(whole)
    height = len(wave) / 8
    filled = [wave[round(c * height) + 2 : round((c + 1) * height) - 2].mean() for c in range(8)]
    assert filled[5] > 0.7
    assert all(part < 0.2 for channel, part in enumerate(filled) if channel != 5)


def test_samples_get_dots_where_there_is_room(show):
    rng = np.random.default_rng(0)
    whole = show(rng.uniform(-0.5, 0.5, 10 * RATE))
    whole.timeline.show_playhead(None)
    whole.timeline.zoom_to(5.0, 5.0 + 20 / RATE)
    dots = is_colour(seen(whole.canvas(0)), theme().color("rms_clip"), 20)
    at = whole.x(5.0 + 10 / RATE)
    y = dots.shape[0] / 2 - whole.clip.samples[5 * RATE + 10, 0] * (dots.shape[0] - 3) / 2
    assert dots[round(y) - 1 : round(y) + 2, at - 1 : at + 2].any()
    whole.timeline.zoom_to(5.0, 5.0 + 2000 / RATE)
    assert not is_colour(seen(whole.canvas(0)), theme().color("rms_clip"), 20).any()


def test_panning_paints_only_what_is_new(show, monkeypatch):
    whole = show(np.sin(np.arange(60 * RATE) / 9.0))
    whole.timeline.zoom_to(10.0, 20.0)
    seen(whole.timeline)
    drawn_columns = []
    draw = WaveformItem._image

    def watched(item, sound, first, count, *rest):
        drawn_columns.append(count)
        return draw(item, sound, first, count, *rest)

    monkeypatch.setattr(WaveformItem, "_image", watched)
    for _ in range(10):
        whole.timeline.scroll_by(0.1)
        seen(whole.canvas(0))
    new = whole.canvas(0).width() / 10
    assert new - 128 <= sum(drawn_columns) <= new + 128


def test_panning_does_not_shimmer(show):
    rng = np.random.default_rng(1)
    whole = show(rng.uniform(-0.9, 0.9, 60 * RATE))
    whole.timeline.show_playhead(None)
    whole.timeline.zoom_to(10.0, 20.0)
    before = drawn(whole)
    start, end = whole.timeline.visible_range
    pixel = (end - start) / whole.canvas(0).width()
    whole.timeline.scroll_by(7 * pixel)
    after = drawn(whole)
    assert np.array_equal(before[:, 7:], after[:, :-7])


@pytest.mark.parametrize("length", [60.0, 10.0])
def test_what_exists_is_drawn_as_it_comes_and_nothing_else(show, length):
    samples = np.full((60 * RATE, 1), 0.7, np.float32)
    whole = show(samples)
    whole.timeline.show_playhead(None)
    whole.timeline.zoom_to(0.0, length)
    peaks = PeakPyramid(*samples.shape)
    for seconds in (length / 3, length * 0.75, length):
        peaks.fill(samples, int(seconds * RATE))
        whole.timeline.show_peaks(Stem.CLIP, peaks)
        QApplication.processEvents()
        columns = np.flatnonzero(drawn(whole).any(axis=0))
        assert columns.max() == pytest.approx(whole.x(seconds), abs=3)


def test_nothing_is_drawn_after_the_end(show):
    whole = show(np.full(2 * RATE, 0.5))
    item = whole.timeline.stack.lanes[Stem.CLIP].wave
    assert item._image(item._sound, 99 * 128, 128, 100, 1.0).pixelColor(5, 50).alpha() == 0


def test_waveforms_can_be_drawn_higher_and_the_ruler_goes_along(show):
    whole = show(np.tile(np.array([0.01, -0.01], np.float32), 5 * RATE))
    whole.timeline.show_playhead(None)
    gutter = whole.timeline.stack.lanes[Stem.CLIP].amplitudes
    half = (whole.canvas(0).height() - 3) / 2
    for _ in range(10):
        wheel(gutter, QPoint(30, 50), 1)
    rows = np.flatnonzero(drawn(whole).all(axis=1))
    assert len(rows) == pytest.approx(2 * 0.01 * 32 * half, abs=3)
    marks = {tick.label: y for y, tick in gutter.marks()}
    assert "−36" in marks
    middle = whole.canvas(0).height() / 2
    assert marks["−36"] == pytest.approx(middle + 10 ** (-36 / 20) * 32 * half, abs=1.5)
    QTest.mouseDClick(gutter, LEFT, NO_KEY, QPoint(30, 50))
    assert len(np.flatnonzero(drawn(whole).all(axis=1))) <= 4


def test_waveforms_are_never_drawn_lower_than_they_are(show):
    whole = show(np.tile(np.array([0.5, -0.5], np.float32), 5 * RATE))
    before = drawn(whole)
    whole.timeline.scale_waveforms(0.01)
    assert np.array_equal(drawn(whole), before)


@pytest.mark.parametrize("length", [10.0, 0.1, 0.002])
def test_a_waveform_drawn_higher_stays_in_its_channel(show, length):
    samples = np.zeros((10 * RATE, 2), np.float32)
    samples[:, 0] = 0.5 * np.sin(np.arange(10 * RATE))
    whole = show(samples)
    whole.timeline.show_playhead(None)
    whole.timeline.zoom_to(5.0, 5.0 + length)
    whole.timeline.scale_waveforms(50.0)
    wave = drawn(whole)
    lower = wave[len(wave) // 2 + 4 :]
    assert lower.sum() <= 3 * lower.shape[1]
    assert wave[: len(wave) // 2].any(axis=1).all()


@pytest.mark.parametrize("length", [10.0, 0.1])
def test_a_sound_that_has_changed_somewhere_is_drawn_anew_there_and_nowhere_else(show, length, monkeypatch):
    time = np.arange(10 * RATE)
    whole = show(0.5 * np.sin(time / 20.0))
    whole.timeline.show_playhead(None)
    whole.timeline.zoom_to(5.0 - length / 2, 5.0 + length / 2)
    before = drawn(whole)
    other = whole.clip.samples.copy()
    first, end = round((5.0 - length / 100) * RATE), round((5.0 + length / 100) * RATE)
    other[first:end] = 0.9
    pieces = []
    original = WaveformItem._image
    monkeypatch.setattr(WaveformItem, "_image", lambda *given: pieces.append(given[3]) or original(*given))
    whole.pictures.replace_source(Stem.CLIP, other, (first, end))
    whole.settle()
    after = drawn(whole)
    assert sum(pieces) <= 2 * 128
    changed = np.flatnonzero((before != after).any(axis=0))
    assert whole.x(first / RATE) - 2 <= changed.min() <= changed.max() <= whole.x(end / RATE) + 2
    assert len(changed) >= 2, "at least where the line leaves the old one and where it comes back"
