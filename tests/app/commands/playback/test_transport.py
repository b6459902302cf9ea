"""Listening in the window: around a selection, without the target, through another output, and how loud it is."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from samstudio.audio.playback.devices import OutputChoice, OutputDevice
from samstudio.session.mix import Mix, Strip
from samstudio.session.prompt import Span
from samstudio.session.take import Stem
from samstudio.ui.listening.blind_test_dialog import BlindTestDialog

RATE = 48000


@pytest.fixture
def heard(card, opened):
    return opened


@pytest.fixture
def separated(heard, qtbot):
    with qtbot.waitSignal(heard.container.separator.finished):
        heard.actions_by_name["separate"].trigger()
    return heard


def test_around_the_selection_a_second_more_is_heard_on_either_side(heard, card, tone_clip):
    heard.container.selection.select_range((0.8, 1.0))
    heard.commands.output.change_rolls(0.5, 0.25)
    heard.actions_by_name["play_around"].trigger()
    out = card.pull(RATE * 3 // 2)
    assert np.array_equal(out[240:40000], tone_clip.samples[round(0.3 * RATE) + 240 : round(0.3 * RATE) + 40000])
    assert not out[round(0.95 * RATE) :].any()
    heard.container.transport._timer.timeout.emit()
    assert not heard.container.transport.playing
    assert heard.container.transport.position == pytest.approx(0.8)


def test_what_space_and_its_like_play(heard, card, tone_clip, qtbot):
    # The selection once, and then it stops.
    transport = heard.container.transport
    transport.seek(1.5)
    heard.container.selection.select_range((0.5, 0.7))
    heard.timeline.setFocus()
    qtbot.keyClick(heard.timeline, Qt.Key.Key_Space)
    out = card.pull(RATE)
    assert np.array_equal(out[240:9000], tone_clip.samples[24240:33000])
    assert not out[round(0.25 * RATE) :].any(), "it went on after the selection"
    transport._timer.timeout.emit()
    assert not transport.playing
    qtbot.keyClick(heard.timeline, Qt.Key.Key_Space)
    assert transport.playing
    card.pull(RATE // 10)
    qtbot.keyClick(heard.timeline, Qt.Key.Key_Space)
    assert not transport.playing
    # Ctrl: from the playhead, although time is selected.
    card.pull(480)
    heard.container.transport.seek(1.5)
    heard.container.selection.select_range((0.5, 0.7))
    heard.timeline.setFocus()
    qtbot.keyClick(heard.timeline, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    out = card.pull(RATE // 4)
    assert np.array_equal(out[240:9000], tone_clip.samples[72240:81000])
    # The button does what Space does.
    transport.stop()
    card.pull(480)
    heard.container.transport.seek(1.5)
    heard.container.selection.select_range((0.5, 0.7))
    qtbot.mouseClick(heard.transport_bar.play, Qt.MouseButton.LeftButton)
    assert np.array_equal(card.pull(RATE // 4)[240:9000], tone_clip.samples[24240:33000])
    # From the playhead where no time is selected.
    transport.stop()
    card.pull(480)
    heard.container.selection.select_range(None)
    heard.container.transport.seek(1.5)
    heard.commands.spans.add(Span(0.25, 0.5))
    assert heard.container.selection.spans
    heard.timeline.setFocus()
    qtbot.keyClick(heard.timeline, Qt.Key.Key_Space)
    out = card.pull(RATE // 4)
    assert np.array_equal(out[240:9000], tone_clip.samples[72240:81000])


def test_a_blind_test_plays_on_where_the_playhead_is_and_leaves_it_there(separated, card, qtbot):
    with qtbot.waitSignal(separated.container.separator.finished):
        separated.actions_by_name["run_again"].trigger()
    qtbot.waitUntil(lambda: not separated.container.separator.is_running)
    transport = separated.container.transport
    transport.seek(1.25)
    separated.actions_by_name["blind_test"].trigger()
    dialog = separated.findChild(BlindTestDialog)
    qtbot.mouseClick(dialog.next_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.round.title.isVisible)
    card.pull(RATE // 10)
    assert transport.playing
    assert 1.25 <= transport.position < 1.5
    dialog.reject()
    assert not transport.playing
    assert transport.position == pytest.approx(1.25)


def test_the_rolls_and_a_returning_playhead_are_remembered(heard, card):
    heard.commands.output.change_rolls(2.5, 0.0)
    heard.commands.preferences.playback_settings()
    dialog = heard.commands.preferences.output
    assert (dialog.before.value(), dialog.after.value()) == (2.5, 0.0)
    dialog.close()
    heard.actions_by_name["return_on_stop"].trigger()
    heard.container.transport.seek(0.3)
    heard.actions_by_name["play"].trigger()
    card.pull(RATE // 10)
    heard.actions_by_name["play"].trigger()
    assert heard.container.transport.position == pytest.approx(0.3)
    assert heard.container.preferences.flag("return_on_stop", default=False)


def test_the_keys_of_the_mix(separated, card, qtbot):
    # C takes the target out and brings it back.
    mixing, action = separated.container.mixing, separated.actions_by_name["without_target"]
    before = mixing.mix.soloed(Stem.TARGET)
    mixing.set_mix(before)
    action.trigger()
    assert not any(mixing.mix.gains(Stem.TARGET))
    assert not any(mixing.mix.gains(Stem.CLIP))
    assert mixing.mix.gains(Stem.RESIDUAL) == (1.0, 1.0)
    action.trigger()
    assert mixing.mix == before
    # One key leads back from a solo.
    mixing.set_mix(Mix())
    mixing, actions = separated.container.mixing, separated.actions_by_name
    before = Mix()
    actions["hear_target"].trigger()
    assert mixing.auditioned is Stem.TARGET
    actions["hear_mix"].trigger()
    assert mixing.mix == before
    assert mixing.auditioned is None
    # Solo-safe by key and by Ctrl and a click.
    panel = separated.mixer_panel
    strip = panel.strips[Stem.CLIP]
    panel.focus_strip(Stem.CLIP)
    separated.actions_by_name["solo_safe_strip"].trigger()
    assert separated.container.mixing.mix.strips[Stem.CLIP].solo_safe
    assert strip.solo.is_ringed
    assert "Solo-safe" in strip.solo.toolTip()
    qtbot.mouseClick(strip.solo, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier)
    assert not separated.container.mixing.mix.strips[Stem.CLIP].solo_safe
    assert not strip.solo.isChecked()
    # An inverted clip nulls the stems.
    transport, panel = separated.container.transport, separated.mixer_panel
    panel.focus_strip(Stem.CLIP)
    separated.actions_by_name["hear_mix"].trigger()
    separated.actions_by_name["mute_strip"].trigger()
    separated.actions_by_name["invert_strip"].trigger()
    assert panel.strips[Stem.CLIP].invert.isChecked()
    transport.play(0.0)
    assert np.abs(card.pull(4800)).max() < 1e-7


def test_the_masters_loudness_is_shown_and_begins_again(heard, card):
    heard.container.transport.play(0.0)
    for _ in range(15):
        card.pull(RATE // 10)
        heard.container.metering.measure()
    loudness = heard.mixer_panel.loudness
    # Two sines of 0.4: -7.96 dBFS each, and a stereo sine reads its level; 440 and 660 Hz are weighted a little less.
    assert float(loudness.values["I"].text.replace("−", "-")) == pytest.approx(-8.6, abs=0.5)
    assert loudness.values["TP"].text == "−8.0"
    assert "LUFS" in loudness.values["I"].accessibleName()
    assert loudness.correlation.correlation == pytest.approx(0.0, abs=0.05)
    heard.container.transport.stop()
    loudness.reset.click()
    assert loudness.values["I"].text == "–"


def test_another_output_is_played_through_and_remembered(heard, card, monkeypatch):
    phones = OutputDevice(3, "Headphones", 2, 44100, "Core Audio")
    monkeypatch.setattr("samstudio.app.commands.playback.output.output_devices", lambda: (phones,))
    monkeypatch.setattr("samstudio.app.commands.playback.output.default_output", lambda: None)
    monkeypatch.setattr("samstudio.app.commands.playback.output.rescan", lambda: None)
    heard.actions_by_name["playback_settings"].trigger()
    dialog = heard.commands.preferences.output
    dialog.output.setCurrentIndex(1)
    dialog.output.activated.emit(1)
    dialog.exclusive.click()
    assert "Core Audio: Headphones" in dialog.note.text()
    heard.container.transport.play(0.0)
    assert card.output == OutputChoice("Core Audio: Headphones", exclusive=True)
    dialog.tone.click()
    assert not heard.container.transport.playing
    assert dialog.tone.text() == "Stop the tone"
    dialog.close()
    assert card.streams[-1].closed
    assert heard.container.preferences.text("output") == "Core Audio: Headphones"
    heard.commands.preferences.playback_settings()
    assert dialog.exclusive.isChecked()
    assert dialog.output.currentData() == "Core Audio: Headphones"
    dialog.close()


def test_the_mixer_is_reset_in_one_gesture_and_brought_back_but_not_into_another_recording(separated):
    # Nothing to reset or to undo.
    mixing, actions, status = separated.container.mixing, separated.actions_by_name, separated.status
    # A strip that was touched and is as before.
    mixing.set_mix(Mix().with_strip("0123", Strip()))
    actions["reset_mixer"].trigger()
    assert "nothing to reset" in status.currentMessage()
    actions["restore_mixer"].trigger()
    assert "nothing to undo" in status.currentMessage()
    mixing.set_mix(Mix())
    mixing, actions, status = separated.container.mixing, separated.actions_by_name, separated.status
    first, changes = mixing.mix, []
    turned = Strip(-7.5, pan=0.4, mute=True, solo=True, invert=True, solo_safe=True)
    mixing.set_mix(replace(first, master_db=-3.0).with_strip(Stem.TARGET, turned).with_strip(Stem.CLIP, Strip(2.0)))
    before = mixing.mix
    mixing.mix_changed.connect(changes.append)
    actions["reset_mixer"].trigger()
    assert (mixing.mix, len(changes)) == (Mix(), 1)
    assert "Undo mixer reset" in status.currentMessage()
    assert actions["restore_mixer"].text().replace("&", "") in status.currentMessage()
    strip = separated.mixer_panel.strips[Stem.CLIP]
    assert strip.mute.isChecked()
    assert strip.fader.level == 0.0
    assert separated.mixer_panel.master.fader.level == 0.0
    # A change after the reset is not lost by going back either.
    since = Mix(master_db=-1.0)
    mixing.set_mix(since)
    actions["restore_mixer"].trigger()
    assert mixing.mix == before
    actions["restore_mixer"].trigger()
    assert mixing.mix == since
    # Another recording's mix is not brought back.
    mixing, actions = separated.container.mixing, separated.actions_by_name
    mixing.set_mix(Mix(master_db=-3.0))
    actions["reset_mixer"].trigger()
    separated.container.document.open(separated.container.document.clip)
    actions["restore_mixer"].trigger()
    assert mixing.mix == Mix()
