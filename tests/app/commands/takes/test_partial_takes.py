"""Takes of a part in the real window: of the selection, and tried before the rest is separated."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from samstudio.app import requirements
from samstudio.app.commands.takes import partial_takes
from samstudio.app.commands.takes.partial_takes import tried_place, tried_stretch
from samstudio.session.prompt import Prompt, Span
from samstudio.session.take import Stem
from samstudio.ui.takes.take_rows import LINES

FADE = 960
"""Frames of the fades: 20 ms at 48 kHz."""


def take_of(window, qtbot, action: str):
    with qtbot.waitSignal(window.container.separator.finished):
        window.actions_by_name[action].trigger()
    qtbot.waitUntil(lambda: not window.container.separator.is_running)
    return window.container.document.current_take


@pytest.fixture
def selected(opened, monkeypatch):
    """The window with half a second selected, frames 24000 to 48000, and a span elsewhere."""
    # A recording of two seconds is long here.
    monkeypatch.setattr(requirements, "LONG", 2.0)
    document = opened.container.document
    document.edit_prompt("Mark", Prompt("bell", (Span(1.2, 1.6),)))
    opened.container.selection.select_range((0.5, 1.0))
    return opened


def test_the_button_takes_the_sound_out_of_the_selection_alone(selected, qtbot, tone_clip):
    document, button = selected.container.document, selected.prompt_panel.partial.buttons["separate_selection"]
    assert button.isVisible()
    with qtbot.waitSignal(selected.container.separator.finished):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    take = document.current_take
    target, residual = take.sound.stems.target, take.sound.stems.residual
    assert np.abs(target + residual - tone_clip.samples).max() < 1e-7
    for outside in (slice(0, 24_000), slice(48_000, None)):
        assert not target[outside].any()
        assert np.array_equal(residual[outside], tone_clip.samples[outside])
    inside = slice(24_000 + FADE, 48_000 - FADE)
    assert np.array_equal(target[inside], tone_clip.samples[inside] * np.float32(0.5))
    rise = np.abs(target[24_000 : 24_000 + FADE]) / np.maximum(np.abs(tone_clip.samples[24_000 : 24_000 + FADE]), 0.05)
    assert rise[:48].max() < 0.06
    assert take.stretch == (0.5, 1.0)
    assert take.frames_done == tone_clip.frames


def test_a_part_says_so_is_marked_and_not_computed_twice(selected, qtbot):
    # Its name, its card and its facts say so.
    take = take_of(selected, qtbot, "separate_selection")
    assert take.name == "Take 1 · bell (part)"
    assert ("Only 0:00.500 – 0:01.000", "text_dim", False) in selected.takes_panel.view.currentIndex().data(LINES)
    facts = selected.takes_panel.facts_of(take)
    assert facts["Separated"] == "only 0:00.500 – 0:01.000"
    assert facts["Length"] == "complete"
    # The main spectrogram marks what was not separated where it shows a stem.
    stack = selected.timeline.stack
    selected.timeline.setFocus()
    for key, is_marked in ((Qt.Key.Key_2, True), (Qt.Key.Key_3, True), (Qt.Key.Key_1, False)):
        qtbot.keyClick(selected.timeline, key)
        before = stack.spectrogram.canvas.grab().toImage()
        stack.show_left_out(())
        without = stack.spectrogram.canvas.grab().toImage()
        stack.show_left_out(((0.0, 0.5), (1.0, 2.0)))
        assert (before != without) is is_marked
    # The same selection is not computed twice, but another one and the whole are.
    document = selected.container.document
    selected.actions_by_name["separate_selection"].trigger()
    assert not selected.container.separator.is_running
    assert document.takes == (take,)
    selected.container.selection.select_range((0.5, 1.1))
    assert take_of(selected, qtbot, "separate_selection").stretch == (0.5, 1.1)
    assert take_of(selected, qtbot, "separate").stretch is None
    assert len(document.takes) == 3


def test_a_key_separates_the_selection_and_without_a_text_it_is_called_a_part(selected, qtbot):
    selected.timeline.setFocus()
    with qtbot.waitSignal(selected.container.separator.finished):
        qtbot.keyClick(selected.timeline, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    assert selected.container.document.current_take.stretch == (0.5, 1.0)
    # Without a text its name says that it is a part.
    qtbot.waitUntil(lambda: not selected.container.separator.is_running)
    document = selected.container.document
    document.edit_prompt("Retype", document.prompt.with_text(""))
    assert take_of(selected, qtbot, "separate_selection").name == "Take 2 · part"


def test_a_try_is_made_and_played_and_the_rest_follows(selected, qtbot, monkeypatch, tone_clip):
    monkeypatch.setattr(partial_takes, "TRIED_SECONDS", 0.75)
    played, buttons = [], selected.prompt_panel.partial.buttons
    monkeypatch.setattr(selected.container.transport, "play_range", lambda *stretch: played.append(stretch))
    selected.container.selection.clear()
    selected.container.transport.seek(1.0)
    assert not buttons["separate_selection"].isVisible()
    assert not buttons["separate_rest"].isVisible()
    with qtbot.waitSignal(selected.container.separator.finished):
        qtbot.mouseClick(buttons["try_here"], Qt.MouseButton.LeftButton)
    tried = selected.container.document.current_take
    assert tried.stretch == (0.625, 1.375)
    assert played == [tried.stretch]
    assert selected.container.mixing.auditioned is Stem.TARGET
    qtbot.waitUntil(buttons["separate_rest"].isVisible)
    selected.container.document.edit_prompt("Retype", Prompt("other"))
    with qtbot.waitSignal(selected.container.separator.finished):
        qtbot.mouseClick(buttons["separate_rest"], Qt.MouseButton.LeftButton)
    whole = selected.container.document.current_take
    assert (whole.stretch, whole.prompt, whole.settings) == (None, tried.prompt, tried.settings)
    assert np.array_equal(whole.sound.stems.target, tone_clip.samples * np.float32(0.5))
    assert not buttons["separate_rest"].isVisible()
    # The whole is not what was tried: it does not start to play.
    assert len(played) == 1


def test_what_was_tried_before_is_played_again(selected, qtbot, monkeypatch):
    played = []
    monkeypatch.setattr(selected.container.transport, "play_range", lambda *stretch: played.append(stretch))
    take_of(selected, qtbot, "try_here")
    selected.actions_by_name["try_here"].trigger()
    assert not selected.container.separator.is_running
    assert len(played) == 2


@pytest.mark.parametrize(
    ("place", "duration", "expected"),
    [
        ((50.0, 50.0), 100.0, (40.0, 60.0)),
        ((4.0, 6.0), 100.0, (0.0, 20.0)),
        ((99.0, 99.0), 100.0, (80.0, 100.0)),
        ((30.0, 70.0), 100.0, (30.0, 50.0)),
        ((1.0, 1.0), 3.0, (0.0, 3.0)),
    ],
    ids=["around the playhead", "at the start", "at the end", "a long selection", "a short recording"],
)
def test_what_is_tried(place, duration, expected):
    assert tried_stretch(place, duration) == expected


def test_of_a_residual_the_rest_stays_that_residual(selected, qtbot):
    first = take_of(selected, qtbot, "separate")
    with qtbot.waitSignal(selected.container.separator.finished):
        selected.commands.separation.start(source=first, frame_range=(24_000, 48_000))
    part = selected.container.document.current_take
    assert part.source == first.id
    whole = first.sound.stems.residual
    assert np.abs(part.sound.stems.target + part.sound.stems.residual - whole).max() < 1e-7
    assert np.array_equal(part.sound.stems.residual[:24_000], whole[:24_000])
    rest = take_of(selected, qtbot, "separate_rest")
    assert (rest.source, rest.stretch) == (first.id, None)


def test_it_is_saved_and_opened_again(selected, qtbot, tmp_path):
    take = take_of(selected, qtbot, "separate_selection")
    folder = tmp_path / "work.samstudio"
    with qtbot.waitSignal(selected.container.session_saver.saved):
        selected.container.session_saver.save(folder)
    selected.actions_by_name["close"].trigger()
    with qtbot.waitSignal(selected.container.session_opener.opened):
        selected.commands.files.open_path(folder)
    again = selected.container.document.current_take
    assert again.stretch == take.stretch
    assert np.array_equal(again.sound.stems.target, take.sound.stems.target)


def test_the_rest_and_the_whole_are_separated_anew_where_the_take_of_all_was_edited(selected, qtbot):
    document, corrector = selected.container.document, selected.container.corrector
    whole = take_of(selected, qtbot, "separate")
    corrector.set_strength(6.0)
    qtbot.waitUntil(lambda: not corrector.is_pending)
    take_of(selected, qtbot, "separate_selection")
    corrector.set_strength(-6.0)
    qtbot.waitUntil(lambda: not corrector.is_pending)
    rest = take_of(selected, qtbot, "separate_rest")
    assert rest.id != whole.id
    assert rest.stretch is None
    assert rest.sound.correction.is_neutral
    # That one is exactly what this input gives.
    selected.actions_by_name["separate"].trigger()
    assert len(document.takes) == 3
    assert document.current_take is document.takes[2]


def test_a_try_is_offered_only_where_the_recording_is_much_longer(opened, monkeypatch):
    button, action = opened.prompt_panel.partial.buttons["try_here"], opened.actions_by_name["try_here"]
    assert not button.isVisible()
    assert not action.isEnabled()
    monkeypatch.setattr(requirements, "LONG", 2.0)
    opened.container.document.edit_prompt("Retype", Prompt("bell"))
    assert button.isVisible()
    assert action.isEnabled()


@pytest.mark.parametrize(
    ("position", "places", "expected"),
    [
        (0.0, [(24.0, 27.0), (90.0, 91.0)], (24.0, 27.0)),
        (80.0, [(24.0, 27.0), (95.0, 96.0)], (95.0, 96.0)),
        (20.0, [(24.0, 27.0)], (20.0, 20.0)),
        (50.0, [], (50.0, 50.0)),
    ],
    ids=["the nearest", "nearer after it", "within reach", "nothing marked"],
)
def test_it_is_tried_where_the_sound_is(position, places, expected):
    assert tried_place(position, places, 120.0) == expected
