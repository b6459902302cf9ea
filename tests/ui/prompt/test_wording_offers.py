"""What the text might say better, offered below the field."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.separation.registry import engine_info
from samstudio.session.prompt import Prompt
from samstudio.session.take import SeparationSettings
from samstudio.ui.prompt.prompt_panel import PromptPanel
from tests.signals import emissions


@pytest.fixture
def panel(panel: PromptPanel) -> PromptPanel:
    """With the engine that understands any text, ready to be used."""
    panel.show_engines((engine_info("spectral"), replace(engine_info("sam-audio"), unavailable="")))
    panel.show_settings(SeparationSettings("sam-audio"))
    panel.activateWindow()
    panel.field.setFocus()
    return panel


def test_another_wording_is_taken_with_the_keyboard_alone(panel, qtbot):
    texts = emissions(panel.text_changed)
    QTest.keyClicks(panel.field, "A man is speaking.")
    button = panel.wording.rewrite_button
    assert button.text() == button.accessibleName() == "Use “man speaking”"
    assert "in lower case" in panel.wording.sentences.text()
    QTest.keyClick(panel.field, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is button)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert panel.field.text() == "man speaking"
    assert texts[-1] == "man speaking"
    assert panel.field.hasFocus()
    assert not panel.wording.isVisible()


def test_each_of_two_sounds_by_itself(panel):
    asked = emissions(panel.wording.each_requested)
    QTest.keyClicks(panel.field, "guitar and drums")
    button = panel.wording.each_button
    assert button.text() == "A take for each sound"
    assert button.accessibleName() == "Separate “guitar” and “drums”, each as a take of its own"
    assert not panel.wording.rewrite_button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [("guitar", "drums")]


def test_what_is_left_out_is_told_and_what_only_leaves_out_is_refused_in_the_hint(panel):
    panel.show_prompt(Prompt("man speaking without dog"))
    assert (
        panel.wording.sentences.text()
        == "− spans are set where “dog” is heard and “man speaking” is not, if that can be told."
    )
    assert not panel.wording.each_button.isVisible()
    panel.show_prompt(Prompt("no dog"))
    assert panel.wording.rewrite_button.text() == "Use “dog”"
    assert "use the residual" in panel.wording.sentences.text()
    assert "says only what the sound is not" in panel._hint.text()


def test_a_long_wording_is_cut_on_the_button_only(panel):
    long = "a very old squeaking wooden door in an empty house"
    panel.show_prompt(Prompt(long))
    button = panel.wording.rewrite_button
    assert len(button.text()) < 36
    assert button.accessibleName() == f"Use “{long.removeprefix('a ')}”"


def test_a_sentence_that_offers_nothing_gives_way_to_a_refusal(panel):
    panel.show_settings(SeparationSettings("spectral"))
    panel.show_prompt(Prompt("bird without a name"))
    assert panel.wording.isVisible()
    assert not panel.wording.rewrite_button.isVisible()
    panel.show_error("This is not understood.")
    assert not panel.wording.isVisible()
    panel.show_error(None)
    assert panel.wording.isVisible()
