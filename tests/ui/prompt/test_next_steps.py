from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QRegion
from PySide6.QtTest import QTest

from samstudio.separation.engine import WayOn
from samstudio.session.prompt import Prompt, Span
from samstudio.session.take import SeparationSettings
from samstudio.ui.prompt.prompt_panel import PromptPanel
from tests.signals import emissions
from tests.ui.prompt.conftest import ENGINES

PLUS = Span(1, 2)


def is_seen(panel: PromptPanel, widget) -> bool:
    """Whether nothing of it is cut off by the panel or by what scrolls in it."""
    return widget.isVisible() and widget.visibleRegion() == QRegion(widget.rect())


def open_list_and_choose(chooser, row: int) -> None:
    """As a click in the open list does."""
    chooser.setCurrentIndex(row)
    chooser.activated.emit(row)


def test_the_list_of_engines_leads_to_the_set_up_and_keeps_its_choice(panel):
    asked, changed = emissions(panel.setup_requested), emissions(panel.settings_changed)
    open_list_and_choose(panel.engine_chooser, 3)
    assert len(asked) == 1
    assert panel.engine_chooser.engine == "spectral"
    assert changed == []


def test_stepping_through_the_engines_never_opens_the_set_up(panel):
    asked = emissions(panel.setup_requested)
    chooser = panel.engine_chooser
    chooser.setFocus()
    for _ in range(4):
        QTest.keyClick(chooser, Qt.Key.Key_Down)
    assert asked == []
    assert chooser.engine == "other"


def test_an_engine_that_is_set_up_needs_no_way_there(panel):
    panel.show_engines((ENGINES[0], replace(ENGINES[1], unavailable="")))
    assert panel.engine_chooser.count() == 2


def test_text_that_is_not_understood_shows_two_next_steps(panel):
    marked, asked = emissions(panel.mark_requested), emissions(panel.setup_requested)
    panel.show_prompt(Prompt("flute"))
    panel.show_error("Without a + span the spectral engine only knows drums.")
    steps = panel.next_steps
    assert steps.mark_button.isVisible()
    assert steps.setup_button.isVisible()
    assert not steps.use_button.isVisible()
    steps.mark_button.click()
    steps.setup_button.click()
    assert (len(marked), len(asked)) == (1, 1)
    panel.error._dismiss()
    assert not steps.isVisible()


def test_a_way_on_is_to_use_sam_audio_where_it_is_set_up(panel):
    panel.show_engines((ENGINES[0], replace(ENGINES[1], unavailable="")))
    chosen = emissions(panel.engine_chosen)
    panel.show_prompt(Prompt("flute"))
    panel.show_error("Without a + span the spectral engine only knows drums.")
    assert not panel.next_steps.setup_button.isVisible()
    assert panel.next_steps.use_button.text() == "Use SAM Audio"
    panel.next_steps.use_button.click()
    assert chosen == ["sam-audio"]
    assert not panel.error.isVisible()
    assert not panel.next_steps.isVisible()


def test_errors_of_marks_have_no_ways_on(panel):
    panel.show_prompt(Prompt("flute", (PLUS,)))
    panel.show_error("All spans lie after the end of the clip.")
    assert not panel.next_steps.isVisible()


def test_sam_audio_without_its_weights_leads_to_the_set_up(panel):
    panel.show_settings(SeparationSettings("sam-audio"))
    panel.show_error("SAM Audio needs weights, and none are named.")
    assert panel.next_steps.setup_button.isVisible()
    assert not panel.next_steps.mark_button.isVisible()


def test_a_low_panel_shows_text_refusal_and_separate_together(panel):
    panel.resize(300, 300)
    panel.show_prompt(Prompt("flute"))
    panel.show_error("Without a + span the spectral engine only knows drums.")
    QTest.qWait(1)
    for part in (panel.field, panel.error, panel.next_steps, panel.separate_button):
        assert is_seen(panel, part), part


def test_separate_and_its_progress_are_in_sight_wherever_the_panel_is_scrolled(panel):
    panel.show_settings(SeparationSettings("sam-audio"))
    panel._fold.click()
    panel.resize(300, 200)
    QTest.qWait(1)
    panel._area.verticalScrollBar().setValue(10_000)
    QTest.qWait(1)
    assert not is_seen(panel, panel.field)
    assert is_seen(panel, panel.separate_button)
    panel.show_progress("Separating", 0.1, None)
    QTest.qWait(1)
    assert is_seen(panel, panel.running)


def test_unfolding_brings_the_advanced_settings_to_sight(panel):
    panel.show_settings(SeparationSettings("sam-audio"))
    panel.resize(300, 300)
    QTest.qWait(1)
    panel._fold.click()
    QTest.qWait(1)
    assert is_seen(panel, panel._fold)
    assert is_seen(panel, panel.advanced.engine_form.fields["preset"].box)


def test_many_ways_on_stand_side_by_side_and_fit_into_a_low_panel(panel, qtbot):
    panel.resize(320, 400)
    panel.show_prompt(Prompt("ui sond"))
    panel.show_error("“ui sond” is not in the word list (did you mean “ui sound”?).")
    steps = panel.next_steps
    steps.offer(WayOn.ADD_LISTENER, ())
    steps.offer_word("ui sond")
    buttons = [steps.word_button, steps.mark_button, steps.listener_button, steps.setup_button]
    qtbot.waitUntil(lambda: all(is_seen(panel, button) for button in buttons))
    assert not panel.next_steps.visibleRegion().isEmpty()
    tops = [button.y() for button in buttons]
    assert tops[0] == tops[1] < tops[2] == tops[3]
    rights = {button.geometry().right() for button in buttons[1::2]}
    assert rights == {steps.width() - 1}
    assert all(button.width() >= button.sizeHint().width() for button in buttons)
    panel.resize(200, 700)
    qtbot.waitUntil(lambda: len({button.y() for button in buttons}) == 4)
