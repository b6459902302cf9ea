"""What is offered when words are refused: the best guess, and a listener for any words."""

from PySide6.QtCore import QCoreApplication, Qt

from samstudio.separation.engine import WayOn
from samstudio.session.prompt import Prompt, Span
from tests.signals import emissions

GUESS = (Span(1, 2), Span(5, 6))


def refuse(panel, way_on, guess) -> None:
    panel.show_prompt(Prompt("dog"))
    panel.show_error("“dog” is not heard clearly enough.")
    panel.next_steps.offer(way_on, guess)


def test_the_guess_is_shown_on_request_and_offered_once(panel, qtbot):
    asked = emissions(panel.next_steps.guess_requested)
    refuse(panel, None, GUESS)
    button = panel.next_steps.guess_button
    assert button.isVisible()
    assert not panel.next_steps.listener_button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [GUESS]
    assert not button.isVisible()
    assert panel.next_steps.mark_button.isVisible()


def test_a_listener_for_any_words_is_one_click_away(panel, qtbot):
    asked = emissions(panel.next_steps.listener_requested)
    refuse(panel, WayOn.ADD_LISTENER, ())
    assert not panel.next_steps.guess_button.isVisible()
    assert panel.next_steps.listener_button.text() == "Add PE-A-Frame…"
    QCoreApplication.processEvents()
    qtbot.mouseClick(panel.next_steps.listener_button, Qt.MouseButton.LeftButton)
    assert len(asked) == 1


def test_what_was_offered_goes_with_the_refusal(panel):
    refuse(panel, WayOn.ADD_LISTENER, GUESS)
    panel.show_error("Something else.")
    assert not panel.next_steps.guess_button.isVisible()
    assert not panel.next_steps.listener_button.isVisible()


def test_where_the_model_is_gone_setting_one_up_is_offered(panel, qtbot):
    asked = emissions(panel.next_steps.setup_requested)
    refuse(panel, WayOn.SET_UP_MODEL, ())
    button = panel.next_steps.setup_button
    assert button.isVisible()
    assert button.text() == "Set up models…"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(asked) == 1


def test_a_refusal_gives_the_keys_back_to_the_text_that_has_to_change(panel, qtbot):
    panel.field.setFocus()
    panel.field.leave_to_wait()
    assert not panel.field.hasFocus()
    panel.field.come_back()
    assert panel.field.hasFocus()
    panel.field.leave()
    panel.field.come_back()
    assert not panel.field.hasFocus()


def test_the_word_that_was_meant_is_one_click_away(panel, qtbot):
    asked = emissions(panel.next_steps.word_requested)
    refuse(panel, WayOn.ADD_LISTENER, ())
    panel.next_steps.offer_word("dog")
    assert not panel.next_steps.word_button.isVisible()
    panel.next_steps.offer_word("birrd")
    assert panel.next_steps.word_button.text() == "Use “bird”"
    QCoreApplication.processEvents()
    qtbot.mouseClick(panel.next_steps.word_button, Qt.MouseButton.LeftButton)
    assert asked == ["bird"]
