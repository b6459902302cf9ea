"""Which frequencies the window shows: keys, menus, sessions and files."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.session.prompt import Span
from tests.app.commands.files.session_work import mark, reopen, save_as
from tests.ui.timeline.whole import drag, wheel


def shown(window) -> tuple[float, float]:
    scale = window.timeline.frequency_scale
    return scale.low, scale.high


def test_keys_zoom_and_scroll_the_frequencies_and_the_selection_is_zoomed_to(opened):
    opened.timeline.setFocus()
    nyquist = shown(opened)[1]
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(opened.timeline, Qt.Key.Key_Up, both)
    QTest.keyClick(opened.timeline, Qt.Key.Key_Up, both)
    low, high = shown(opened)
    assert 0.0 < low < high < nyquist
    QTest.keyClick(opened.timeline, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ShiftModifier)
    assert shown(opened)[0] > low
    QTest.keyClick(opened.timeline, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ShiftModifier)
    assert shown(opened) == pytest.approx((low, high))
    QTest.keyClick(opened.timeline, Qt.Key.Key_Down, both)
    assert shown(opened)[1] > high
    QTest.keyClick(opened.timeline, Qt.Key.Key_F, both)
    assert shown(opened) == (0.0, nyquist)
    # Of a selected box time and band are shown.
    mark(opened, Span(0.25, 0.5), Span(0.75, 1.0, low=500.0, high=1500.0))
    opened.container.selection.select_spans((1,))
    opened.actions_by_name["zoom_selection"].trigger()
    assert opened.timeline.visible_range == pytest.approx((0.75, 1.0))
    assert shown(opened) == pytest.approx((500.0, 1500.0))
    opened.container.selection.select_spans((0, 1))
    opened.actions_by_name["zoom_selection"].trigger()
    assert opened.timeline.visible_range == pytest.approx((0.25, 1.0))
    assert shown(opened) == pytest.approx((500.0, 1500.0)), "a span over the whole band says nothing of frequencies"


def test_a_session_opens_with_the_frequencies_it_was_saved_with(opened, tmp_path, monkeypatch, qtbot):
    folder = tmp_path / "work.samstudio"
    opened.timeline.frequencies.show_band(500.0, 1500.0)
    save_as(opened, folder, monkeypatch, qtbot)
    opened.actions_by_name["close"].trigger()
    assert opened.commands.spectrogram.settings == SpectrogramSettings()
    reopen(opened, folder, qtbot)
    assert shown(opened) == pytest.approx((500.0, 1500.0))


def test_a_band_that_the_recording_does_not_have_is_forgotten_with_it(opened):
    commands = opened.commands.spectrogram
    commands.show_band(60_000.0, 90_000.0)
    nyquist = opened.container.document.clip.sample_rate / 2
    assert shown(opened) == (0.0, nyquist)
    commands.show_settings()
    assert (commands._panel.low_hz.value(), commands._panel.high_hz.value()) == (0.0, nyquist)
    commands._panel.hide()
    opened.actions_by_name["all_frequencies"].trigger()
    assert commands.settings == SpectrogramSettings()


def test_another_recording_and_the_next_start_begin_with_all_frequencies(opened, tone_file, qtbot):
    opened.timeline.frequencies.show_band(500.0, 1500.0)
    opened.commands.spectrogram.restore()
    assert shown(opened)[0] == 0.0
    opened.timeline.frequencies.show_band(500.0, 1500.0)
    opened.actions_by_name["close"].trigger()
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        opened.commands.files.open_path(tone_file)
    assert shown(opened)[0] == 0.0


def test_the_colour_bar_sets_the_levels_and_shows_how_often_each_occurs(opened, qtbot):
    bar, commands = opened.timeline.colour_bar, opened.commands.spectrogram
    assert bar.isVisible()
    qtbot.waitUntil(lambda: bool(bar._counts.any()))
    wheel(bar, QPoint(8, bar.height() // 2), -5)
    assert commands.settings.ceiling_db == -10.0
    assert bar._settings == commands.settings
    opened.actions_by_name["colour_bar"].setChecked(False)
    assert not bar.isVisible()
    opened.actions_by_name["colour_bar"].setChecked(True)
    assert bar.isVisible()


def test_the_histogram_follows_the_view_also_where_all_tiles_are_known(opened, qtbot):
    bar, renderer = opened.timeline.colour_bar, opened.container.timeline_renderer
    whole = opened.timeline.visible_range

    def counted():
        lanes = (lane for lane in opened.timeline.stack.visible_lanes if lane.has_picture)
        return sum(lane.spectrogram.shade_counts() for lane in lanes)

    def settle():
        qtbot.waitUntil(lambda: not renderer.is_busy and counted().any() and np.array_equal(bar._counts, counted()))
        return bar._counts

    before = settle()
    opened.timeline.zoom_by(0.2, 0.5)
    assert not np.array_equal(settle(), before)
    opened.timeline.zoom_to(*whole)
    assert np.array_equal(settle(), before)


def test_a_wheel_over_the_frequencies_writes_no_settings(opened, monkeypatch):
    preferences = opened.container.preferences
    monkeypatch.setattr(preferences, "set_text", lambda *_: pytest.fail("written"))
    wheel(opened.timeline.stack.spectrogram.frequencies, QPoint(20, 20), 1)
    assert shown(opened)[1] - shown(opened)[0] < opened.container.document.clip.sample_rate / 2


def test_channels_are_shown_one_below_the_other_and_kept_in_a_session(opened, tmp_path, monkeypatch, qtbot):
    commands = opened.commands.spectrogram
    commands.change(replace(commands.settings, channels="each"))
    lane = opened.timeline.stack.spectrogram
    assert lane.box.bands == opened.container.document.clip.channels
    folder = tmp_path / "work.samstudio"
    save_as(opened, folder, monkeypatch, qtbot)
    commands.change(SpectrogramSettings())
    assert lane.box.bands == 1
    opened.actions_by_name["close"].trigger()
    reopen(opened, folder, qtbot)
    assert commands.settings.channels == "each"
    assert lane.box.bands == opened.container.document.clip.channels


def test_each_open_recording_keeps_its_frequencies(opened, tone_file, tmp_path, qtbot):
    other = tmp_path / "other.wav"
    other.write_bytes(tone_file.read_bytes())
    opened.timeline.frequencies.show_band(500.0, 1500.0)
    with qtbot.waitSignal(opened.container.clip_loader.completed):
        opened.commands.files.open_path(other)
    assert shown(opened)[0] == 0.0
    first, second = opened.container.document.recordings.all
    opened.container.document.recordings.show(first)
    assert shown(opened) == pytest.approx((500.0, 1500.0))
    opened.container.document.recordings.show(second)
    assert shown(opened)[0] == 0.0


def test_the_zoom_tool_has_a_key_and_gives_way_to_other_tools_and_a_double_click_leaves_the_playhead(opened):
    # A double click zooms out and leaves the playhead.
    opened.actions_by_name["tool_zoom"].trigger()
    opened.container.transport.seek(0.25)
    view = opened.timeline.stack.lanes["clip"].canvas.viewport()
    place = view.rect().center()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert opened.container.transport.position == 0.25
    opened.actions_by_name["tool_select"].trigger()
    opened.timeline.setFocus()
    QTest.keyClick(opened.timeline, Qt.Key.Key_Z)
    assert opened.actions_by_name["tool_zoom"].isChecked()
    viewport = opened.timeline.picture_boxes()[0][1].scene().views()[0].viewport()
    nyquist, height, width = shown(opened)[1], viewport.height(), viewport.width()
    drag(viewport, QPoint(width // 4, height // 4), QPoint(width // 2, height // 2))
    low, high = shown(opened)
    assert 0.0 < low < high < nyquist
    assert opened.container.selection.range is None
    times = opened.timeline.visible_range
    QTest.keyClick(opened.timeline, Qt.Key.Key_V)
    drag(viewport, QPoint(width // 4, height // 4), QPoint(width // 2, height // 2))
    assert (shown(opened), opened.timeline.visible_range) == ((low, high), times)
    assert opened.container.selection.range is not None
