"""Takes in the real window: stepped through, compared, judged blind, made again."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from samstudio.separation.registry import checked_settings
from samstudio.session.comparing.blind_test import Answer, Rating, Side
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings, Sound, Stem, Stems, Take
from samstudio.ui.listening.blind_test_dialog import BlindTestDialog


@pytest.fixture
def takes(opened) -> tuple[Take, ...]:
    """Three takes: all, half and a quarter of the clip, from different words."""
    document = opened.container.document
    for name, share in (("All", 1.0), ("Half", 0.5), ("Quarter", 0.25)):
        target = document.clip.samples * np.float32(share)
        stems = Stems(target, document.clip.samples - target)
        document.add_take(Take(name, Prompt(name), SeparationSettings(), Sound(stems), 0.1, document.clip.frames))
    return document.takes


def heard_gain(window, stem: Stem) -> tuple[object, float]:
    """The samples and the gain of a stem in the mixer."""
    track = window.container.mixing.mixer.tracks[list(Stem).index(stem)]
    return track.samples, track.gain_left


def do(window, name: str) -> None:
    assert window.actions_by_name[name].isEnabled(), f"{name} is not offered"
    window.actions_by_name[name].trigger()


def test_keys_step_through_the_takes_load_their_prompt_and_star_them(opened, takes, qtbot):
    opened.timeline.setFocus()
    qtbot.keyClick(opened.timeline, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert opened.container.document.current_take is takes[1]
    qtbot.keyClick(opened.timeline, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(opened.timeline, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert opened.container.document.current_take is takes[0]
    qtbot.keyClick(opened.timeline, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert opened.container.document.current_take is takes[1]
    document = opened.container.document
    document.select_take(0)
    do(opened, "use_settings")
    assert document.prompt == takes[0].prompt
    assert document.undo_stack.undoText() == "Use the prompt of “All”"
    assert opened.commands.separation.settings == checked_settings(takes[0].settings)
    assert not opened.container.separator.is_running
    document.select_take(2)
    opened.timeline.setFocus()
    qtbot.keyClick(opened.timeline, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert opened.container.document.takes[2].starred
    assert opened.takes_panel.star_button.isChecked()
    names = [action.objectName() for action in opened.commands.takes._make_menu().actions() if action.objectName()]
    assert {"star_take", "note_take", "rename_take", "run_again", "use_settings", "delete_take"} <= set(names)
    do(opened, "delete_take")
    assert [take.name for take in opened.container.document.takes] == ["All", "Half"]


def test_b_goes_back_and_forth_equally_loud_without_a_fader_moving(opened, takes, qtbot):
    container = opened.container
    do(opened, "hear_target")
    mix = container.mixing.mix
    opened.actions_by_name["match_levels"].setChecked(True)
    qtbot.waitUntil(lambda: container.comparing.comparison.offsets_db is not None)
    assert heard_gain(opened, Stem.TARGET) == (takes[2].sound.stems.target, 1.0)
    qtbot.keyClick(opened.timeline, Qt.Key.Key_B)
    samples, gain = heard_gain(opened, Stem.TARGET)
    assert samples is takes[1].sound.stems.target
    assert gain == pytest.approx(0.5, abs=1e-3)
    assert container.mixing.mix is mix
    assert opened.takes_panel.compare_bar.levels.text() == "A −6.0 dB · B 0.0 dB"
    qtbot.keyClick(opened.timeline, Qt.Key.Key_B)
    assert heard_gain(opened, Stem.TARGET) == (takes[2].sound.stems.target, 1.0)
    assert opened.container.preferences.flag("match_levels", default=False)
    opened.actions_by_name["match_levels"].setChecked(False)


def test_a_take_that_is_made_meanwhile_is_heard_at_its_own_level(opened, takes, qtbot):
    container = opened.container
    do(opened, "hear_target")
    opened.actions_by_name["match_levels"].setChecked(True)
    container.document.select_take(1)
    qtbot.waitUntil(lambda: container.comparing.comparison.offsets_db is not None)
    assert heard_gain(opened, Stem.TARGET)[1] < 0.9
    with qtbot.waitSignal(container.audition.stems_changed):
        do(opened, "separate")
    assert heard_gain(opened, Stem.TARGET)[1] == 1.0
    qtbot.waitUntil(lambda: len(container.document.takes) == 4)
    opened.actions_by_name["match_levels"].setChecked(False)


def test_again_with_another_seed(opened, takes, qtbot):
    document = opened.container.document
    document.select_take(1)
    for seed in (1, 2):
        with qtbot.waitSignal(opened.container.separator.finished):
            do(opened, "run_again")
        qtbot.waitUntil(lambda: not opened.container.separator.is_running)
        assert document.current_take.prompt == takes[1].prompt
        assert document.current_take.settings.seed == seed
    assert document.prompt == takes[1].prompt


def test_settings_stand_side_by_side_and_follow_the_takes(opened, takes):
    do(opened, "compare_settings")
    dialog = opened.commands.takes._dialog
    assert [chooser.currentText() for chooser in dialog.choosers] == ["Half", "Quarter"]
    opened.container.document.rename_take(1, "Other")
    assert dialog.choosers[0].currentText() == "Other"
    dialog.close()


@pytest.fixture
def blind(opened, takes, qtbot) -> BlindTestDialog:
    """A test of two rounds of Half and Quarter, begun."""
    opened.container.selection.select_range((0.5, 1.5))
    do(opened, "blind_test")
    dialog = opened.findChild(BlindTestDialog)
    dialog.setup.rounds.setValue(2)
    dialog.next_button.click()
    qtbot.waitUntil(dialog.round.title.isVisible)
    return dialog


def answer(dialog: BlindTestDialog, preferred: Side) -> None:
    dialog.answered.emit(Answer(Rating(5, 4, 3), Rating(1, 2, 3), preferred))


def test_x_and_y_are_the_two_takes_equally_loud_and_the_window_does_not_reveal_them(opened, takes, blind):
    shown = opened.container.document.current_take
    assert opened.container.mixing.mix.strips[Stem.TARGET].solo
    assert opened.container.transport.loop == (0.5, 1.5)
    gains = {}
    for side in Side:
        blind.round.hear_buttons[side].click()
        samples, gain = heard_gain(opened, Stem.TARGET)
        gains[id(samples)] = gain
        assert opened.container.document.current_take is shown
        assert opened.container.audition.stems is shown.sound.stems
    assert gains[id(takes[1].sound.stems.target)] == pytest.approx(0.5, abs=1e-3)
    assert gains[id(takes[2].sound.stems.target)] == 1.0
    blind.round.hear_buttons[None].click()
    assert heard_gain(opened, Stem.TARGET)[1] == 0.0
    assert heard_gain(opened, Stem.CLIP)[1] == 1.0
    # A test that is ended at once closes and changes nothing.
    blind.reject()
    assert not blind.isVisible()
    assert opened.container.mixing.auditioned is None
    assert opened.container.transport.loop is None


def test_a_separation_that_ends_meanwhile_is_not_heard(opened, takes, blind):
    before = heard_gain(opened, Stem.TARGET)[0]
    stems = Stems(opened.container.document.clip.samples, takes[0].sound.stems.residual)
    opened.container.document.add_take(
        Take("New", Prompt(), SeparationSettings(), Sound(stems), 0.1, opened.container.document.clip.frames)
    )
    assert heard_gain(opened, Stem.TARGET)[0] is before
    blind.reject()
    assert heard_gain(opened, Stem.TARGET)[0] is stems.target


def test_afterwards_the_results_are_reported_and_all_is_heard_as_before(opened, takes, blind, tmp_path, monkeypatch):
    blind.round.hear_buttons[Side.Y].click()
    answer(blind, Side.X)
    assert blind.round.title.text() == "Round 2 of 2 · Half, Quarter"
    answer(blind, Side.Y)
    assert blind.results.isVisible()
    assert opened.container.transport.loop is None
    assert opened.container.mixing.auditioned is None
    assert heard_gain(opened, Stem.TARGET) == (takes[2].sound.stems.target, 1.0)
    goals = iter([tmp_path / "answers.csv", tmp_path / "missing" / "answers.csv"])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(next(goals)), ""))
    blind.export_button.click()
    rows = list(csv.DictReader((tmp_path / "answers.csv").read_text("utf-8").splitlines()))
    assert [row["preferred"] for row in rows] == ["yes", "no", "no", "yes"]
    assert {row["take"] for row in rows} == {"Half", "Quarter"}
    assert list(tmp_path.glob("*.part")) == []
    blind.export_button.click()
    assert "answers.csv" in blind.notice.text
    blind.close_button.click()
    QApplication.processEvents()


def test_a_test_that_is_ended_early_tells_what_was_answered(opened, takes, blind):
    answer(blind, Side.X)
    blind.reject()
    assert blind.results.isVisible()
    assert blind.results.verdict.text().endswith("1 of 1 times")
    blind.close_button.click()


def test_a_take_whose_settings_cannot_be_used_says_why_and_changes_nothing(opened):
    document, commands = opened.container.document, opened.commands
    samples = document.clip.samples
    sound = Sound(Stems(samples, samples * np.float32(0.0)))
    unknown = SeparationSettings("no-such-engine"), "no engine called 'no-such-engine'"
    wrong = SeparationSettings("sam-audio", options={"preset": "huge"}), "no preset 'huge'"
    for action in ("use_settings", "run_again"):
        for settings, sentence in (unknown, wrong):
            document.add_take(Take("Foreign", Prompt("bell"), settings, sound, 0.1, document.clip.frames))
            before, prompt = commands.separation.settings, document.prompt
            do(opened, action)
            assert sentence in opened.prompt_panel.error.text, action
            assert (commands.separation.settings, document.prompt) == (before, prompt)
            assert not opened.container.separator.is_running


def test_the_key_of_the_target_is_named_until_the_target_is_heard(opened, takes, qtbot):
    opened.commands.ready_note.announce(takes[0])
    assert opened.status.currentMessage().startswith("All is ready")
    assert "Press 2" in opened.status.currentMessage()
    qtbot.keyClick(opened.timeline, Qt.Key.Key_2)
    assert "Press 2" not in opened.status.currentMessage()
    opened.commands.ready_note.announce(takes[0])
    assert opened.status.currentMessage().startswith("All is ready")
    assert "Press 2" not in opened.status.currentMessage()
