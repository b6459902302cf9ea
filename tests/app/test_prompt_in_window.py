"""The prompt in the window: Enter, and what it says where nothing can be separated."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from samstudio.app.editor import make_container
from samstudio.app.input.key_guard import KeyGuard
from samstudio.separation.registry import engine_info
from samstudio.session.prompt import Sign, Span
from tests.app.editing import make_window


@pytest.fixture
def fresh(qtbot):
    """The window with the engines as they are."""
    container = make_container()
    window = make_window(container)
    qtbot.addWidget(window, before_close_func=lambda window: window.container.document.recordings.close_all())
    with qtbot.waitExposed(window):
        window.show()
    yield window
    container.shut_down()


@pytest.fixture
def key_guard(qapp):
    guard = KeyGuard(qapp)
    yield guard
    guard.deleteLater()


def type_and_enter(window, text, qtbot):
    field = window.prompt_panel.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_enter_separates_and_leaves_the_keys_to_the_window(opened, qtbot):
    opened.activateWindow()
    with qtbot.waitSignal(opened.container.separator.finished):
        type_and_enter(opened, "tone", qtbot)
        assert opened.timeline.hasFocus()
    assert [take.name for take in opened.container.document.takes] == ["Take 1 · tone"]


def test_escape_keeps_the_words_and_leaves_the_keys_to_the_window(opened, key_guard, qtbot):
    opened.activateWindow()
    opened.actions_by_name["edit_text"].trigger()
    QTest.keyClicks(opened.prompt_panel.field, "horn")
    # The first one closes the list of words.
    for _ in range(2):
        QTest.keyClick(opened.prompt_panel.field, Qt.Key.Key_Escape)
    assert opened.container.document.prompt.text == "horn"
    assert opened.timeline.hasFocus()


def test_enter_separates_although_words_are_offered_and_a_span_is_selected(opened, key_guard, qtbot):
    opened.commands.spans.add(Span(0.25, 0.5))
    assert opened.container.selection.spans
    opened.container.preferences.add_to_prompt_history("tone of a bell")
    opened.prompt_panel.show_history(opened.container.preferences.prompt_history)
    opened.activateWindow()
    field = opened.prompt_panel.field
    field.setFocus()
    qtbot.keyClicks(field, "to")
    qtbot.waitUntil(field.completer().popup().isVisible)
    with qtbot.waitSignal(opened.container.separator.finished):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not opened.span_keyboard.is_editing, "the key of another action was taken"
    assert [take.prompt.text for take in opened.container.document.takes] == ["to"]


def test_enter_without_a_recording_says_what_is_missing(window, qtbot):
    window.activateWindow()
    type_and_enter(window, "tone", qtbot)
    assert window.container.document.prompt.text == "tone"
    assert window.status.currentMessage().startswith("Open a recording first")


def test_the_examples_are_words_that_the_engine_of_a_fresh_install_understands(fresh):
    info = engine_info(fresh.container.preferences.separation_settings().engine)
    assert info.name == "spectral"
    shown = " ".join(card.text() for card in fresh.welcome.findChildren(QLabel))
    (example,) = re.findall("“(.*?)”", shown)
    placeholder = fresh.prompt_panel.field.placeholderText().removeprefix("e.g. ").split(", ")
    assert {example, *placeholder} <= set(info.words)


def test_the_demo_separates_with_the_engine_of_a_fresh_install(fresh, qtbot):
    window = fresh
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.actions_by_name["open_demo"].trigger()
    prompt = window.container.document.prompt
    # Marked in both signs, it does not depend on whether the engine knows the words.
    assert {span.sign for span in prompt.spans} == set(Sign)
    assert "Learns the sound from the + spans" in window.prompt_panel._hint.text()


def test_the_panel_gets_room_for_a_notice_where_the_spans_can_spare_it(opened, qtbot):
    panel, docks = opened.prompt_panel, [opened.docks["prompt"], opened.docks["spans"]]
    whole = docks[0].height() + docks[1].height()
    opened.resizeDocks(docks, [300, whole - 300], Qt.Orientation.Vertical)
    qtbot.wait(1)
    high = docks[0].height() - panel.lack
    opened.resizeDocks(docks, [high, whole - high], Qt.Orientation.Vertical)
    panel.show_notices(("No − span is marked, so the background was guessed.",) * 4)
    qtbot.waitUntil(lambda: docks[0].height() > high)
    assert docks[1].height() >= 200
