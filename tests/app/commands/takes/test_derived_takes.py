"""Takes out of what another left, with a stretch made anew, and comped."""

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox

from samstudio.controllers.separation import engine_thread
from samstudio.separation.registry import create_engine
from samstudio.separation.spectral import plan
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import SeparationSettings, Sound, SplicedPart, Stems


@pytest.fixture
def separated(opened, qtbot):
    """A window with a first take: half of everything."""
    _separate(opened, qtbot, "separate")
    return opened


def _separate(window, qtbot, action: str):
    if action == "continue_from_residual":
        window.actions_by_name[action].trigger()
        action = "separate"
    with qtbot.waitSignal(window.container.separator.finished):
        window.actions_by_name[action].trigger()
    return window.container.document.current_take


def _differs(stems, whole) -> float:
    """By how much they miss it; the tone is no multiple of 24-bit steps, so the cross-fades round its last bits."""
    return float(np.abs(stems.target + stems.residual - whole).max())


def test_a_chain_of_takes_sums_to_the_recording_and_nothing_is_computed_twice(separated, qtbot, tone_clip):
    document = separated.container.document
    first = document.current_take
    second = _separate(separated, qtbot, "continue_from_residual")
    third = _separate(separated, qtbot, "continue_from_residual")
    assert (second.source, third.source) == (first.id, second.id)
    assert np.array_equal(second.sound.stems.target + second.sound.stems.residual, first.sound.stems.residual)
    leaves = (
        third.sound.stems.target + third.sound.stems.residual + second.sound.stems.target + first.sound.stems.target
    )
    assert np.array_equal(leaves, tone_clip.samples)
    document.select_take(0)
    separated.actions_by_name["continue_from_residual"].trigger()
    separated.actions_by_name["separate"].trigger()
    assert document.current_take is second
    assert not separated.container.separator.is_running


def test_while_its_residual_is_separated_a_take_keeps_its_sound_and_the_rest_is_heard(separated, qtbot):
    document = separated.container.document
    first = document.current_take
    beyond, answers = [], []

    def look(_stems):
        beyond.append(separated.container.mixing.mixer.tracks[2].beyond)
        answers.append(document.may_change_sound(first))

    separated.container.separator.started.connect(look)
    second = _separate(separated, qtbot, "continue_from_residual")
    assert beyond[0] is first.sound.stems.residual
    assert answers == [False]
    assert document.may_change_sound(second)


def test_a_redone_stretch_uses_what_was_learned(opened, qtbot, monkeypatch):
    """With the engine that learns: the same prompt costs no other fit, nor listening."""
    fits, fit = [], plan.fit
    monkeypatch.setattr(plan, "fit", lambda *given: fits.append(1) or fit(*given))
    monkeypatch.setattr(engine_thread, "create_engine", create_engine)
    opened.container.document.edit_prompt("Mark", Prompt("", (Span(0.2, 0.6), Span(0.8, 1.2, Sign.MINUS))))
    first = _separate(opened, qtbot, "separate")
    assert len(fits) == 1
    opened.container.selection.select_range((0.5, 1.0))
    redone = _separate(opened, qtbot, "redo_stretch")
    assert len(fits) == 1
    assert redone.settings == first.settings
    assert np.allclose(redone.sound.stems.target, first.sound.stems.target, atol=1e-6)


def test_a_stretch_is_made_again_with_another_seed_where_that_is_another_attempt(opened, qtbot, tone_clip):
    separated = opened
    opened.commands.separation.change_settings(SeparationSettings("sam-audio"))
    _separate(opened, qtbot, "separate")
    document = separated.container.document
    first = document.current_take
    separated.container.selection.select_range((0.5, 1.0))
    redone = _separate(separated, qtbot, "redo_stretch")
    assert redone.name == "Take 2 · redone"
    assert redone.settings.seed == first.settings.seed + 1
    assert redone.sound.parts == (SplicedPart(0.5, 1.0, "redone, seed 1"),)
    assert np.array_equal(redone.sound.stems.target[:24_000], first.sound.stems.target[:24_000])
    assert np.array_equal(redone.sound.stems.target[48_000:], first.sound.stems.target[48_000:])
    middle = slice(26_000, 46_000)
    assert np.array_equal(redone.sound.stems.target[middle], tone_clip.samples[middle] * np.float32(0.25))
    assert _differs(redone.sound.stems, tone_clip.samples) < 1e-7
    assert document.takes[0] is first


def test_a_comp_takes_stretches_over_and_each_can_be_undone(separated, qtbot, tone_clip):
    # Without another take it says so.
    messages = []
    separated.commands.derived_takes.noted.connect(messages.append)
    separated.container.selection.select_range((0.5, 1.0))
    separated.actions_by_name["comp"].trigger()
    assert "no other take" in messages[0]
    document, comping = separated.container.document, separated.container.comping
    first = document.current_take
    _separate(separated, qtbot, "run_again")
    second = document.current_take
    document.select_take(0)
    assert comping.others() == (second,)
    separated.container.selection.select_range((0.5, 1.0))
    with qtbot.waitSignal(comping.finished):
        separated.commands.derived_takes.take_over(second)
    comp = document.current_take
    assert comp.name == f"Comp of {first.name}"
    assert np.array_equal(comp.sound.stems.target[30_000], second.sound.stems.target[30_000])
    assert _differs(comp.sound.stems, tone_clip.samples) < 1e-7
    qtbot.waitUntil(lambda: not comping.is_running)
    separated.container.selection.select_range((1.5, 1.75))
    with qtbot.waitSignal(comping.finished):
        separated.commands.derived_takes.take_over(second)
    assert len(document.takes) == 3
    assert len(document.current_take.sound.parts) == 2
    document.undo_stack.undo()
    assert document.current_take.sound.parts == comp.sound.parts
    assert np.array_equal(document.current_take.sound.stems.target, comp.sound.stems.target)


def test_a_take_from_a_residual_and_its_stretch_are_made_again_from_that_residual(separated, qtbot):
    document = separated.container.document
    first = document.current_take
    second = _separate(separated, qtbot, "continue_from_residual")
    again = _separate(separated, qtbot, "run_again")
    assert again.source == first.id
    assert (again.prompt, again.settings.seed) == (second.prompt, second.settings.seed + 1)
    assert np.array_equal(again.sound.stems.target + again.sound.stems.residual, first.sound.stems.residual)
    assert not np.array_equal(again.sound.stems.target, second.sound.stems.target)
    qtbot.waitUntil(lambda: not separated.container.separator.is_running)
    document.select_take(1)
    separated.container.selection.select_range((0.5, 1.0))
    redone = _separate(separated, qtbot, "redo_stretch")
    assert redone.source == second.source == first.id
    assert _differs(redone.sound.stems, first.sound.stems.residual) < 1e-7


def test_what_is_left_of_a_take_that_is_gone_is_not_separated_again(separated, qtbot):
    messages = []
    separated.commands.takes.noted.connect(messages.append)
    second = _separate(separated, qtbot, "continue_from_residual")
    separated.container.document.delete_take(0)
    separated.actions_by_name["run_again"].trigger()
    assert f"“{second.name}”" in messages[-1]
    assert not separated.container.separator.is_running
    assert len(separated.container.document.takes) == 1


def test_before_a_take_goes_that_others_were_made_from_it_asks(separated, qtbot):
    document = separated.container.document
    second = _separate(separated, qtbot, "continue_from_residual")
    for answer, left in (("Keep it", 2), ("Delete it", 1)):
        document.select_take(0)
        separated.actions_by_name["delete_take"].trigger()
        box = separated.findChildren(QMessageBox, "delete_box")[-1]
        assert f"“{second.name}” was made from it" in box.text()
        assert box.defaultButton() is box.escapeButton()
        assert len(document.takes) == 2
        next(button for button in box.buttons() if button.text() == answer).click()
        assert len(document.takes) == left
        assert document.takes[-1] is second


def test_a_refused_undo_is_reported(separated, qtbot):
    document = separated.container.document
    first = document.current_take
    sound = Sound(Stems(first.sound.stems.residual, first.sound.stems.target))
    document.exchange_sound("Swap", first.id, first.sound, sound)
    with qtbot.waitSignal(separated.container.separator.finished):
        separated.commands.separation.start(document.current_take)
    second = document.current_take
    separated.actions_by_name["undo"].trigger()
    assert f"“{second.name}” was separated" in separated.status.currentMessage()
    assert document.takes[0].sound.stems is sound.stems


def test_the_residual_is_what_is_seen_while_it_is_separated_next(separated):
    timeline = separated.timeline
    clip = timeline.stack.lanes["clip"].wave
    separated.actions_by_name["continue_from_residual"].trigger()
    separated.actions_by_name["hear_mix"].trigger()
    assert timeline.stack.spectrogram.title == "Spectrogram: residual"
    assert clip.opacity() < 0.5
    separated.actions_by_name["back_to_recording"].trigger()
    assert timeline.stack.spectrogram.title == "Spectrogram: clip"
    assert clip.opacity() == 1.0


def test_a_take_of_a_part_gives_a_comp_only_what_it_has(separated, qtbot):
    document, comping, selection = (
        separated.container.document,
        separated.container.comping,
        separated.container.selection,
    )
    first = document.current_take
    selection.select_range((0.5, 1.0))
    part = _separate(separated, qtbot, "separate_selection")
    document.select_take(0)
    selection.select_range((0.25, 0.75))
    with qtbot.waitSignal(comping.finished) as taken:
        separated.commands.derived_takes.take_over(part)
    assert taken.args[0] == (0.5, 0.75)
    comp = document.current_take
    assert np.array_equal(comp.sound.stems.target[12_000:22_000], first.sound.stems.target[12_000:22_000])
    assert np.array_equal(comp.sound.stems.target[30_000], part.sound.stems.target[30_000])
    qtbot.waitUntil(lambda: not comping.is_running)
    selection.select_range((1.25, 1.5))
    with qtbot.waitSignal(comping.failed) as told:
        separated.commands.derived_takes.take_over(part)
    assert told.args[0] == f"“{part.name}” was not separated there: select a stretch that it has."
