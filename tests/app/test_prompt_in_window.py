"""The prompt in the window: Enter, and what it says where nothing can be separated."""

import re

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from samstudio.app.editor import make_container
from samstudio.session.prompt import Sign
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


def test_enter_without_a_recording_says_what_is_missing(window, qtbot):
    window.activateWindow()
    type_and_enter(window, "tone", qtbot)
    assert window.container.document.prompt.text == "tone"
    assert window.status.currentMessage().startswith("Open a recording first")


def test_the_example_of_the_welcome_page_works_with_the_engine_of_a_fresh_install(fresh, tmp_path, qtbot):
    window, container = fresh, fresh.container
    assert container.preferences.separation_settings().engine == "spectral"
    shown = " ".join(card.text() for card in window.welcome.findChildren(QLabel))
    (example,) = re.findall("“(.*?)”", shown)
    path = tmp_path / "voice.wav"
    rate, seconds = 16000, np.arange(2 * 16000) / 16000
    soundfile.write(path, 0.2 * np.sin(2 * np.pi * 200 * seconds) * (1 + np.sin(2 * np.pi * 4 * seconds)), rate)
    with qtbot.waitSignal(container.clip_loader.completed):
        window.commands.files.open_path(path)
    window.activateWindow()
    with qtbot.waitSignal(container.separator.finished):
        type_and_enter(window, example, qtbot)
    assert window.prompt_panel.error.text == ""
    assert [take.prompt.text for take in container.document.takes] == [example]


def test_the_demo_separates_with_the_engine_of_a_fresh_install(fresh, qtbot):
    window = fresh
    with qtbot.waitSignal(window.container.clip_loader.completed):
        window.actions_by_name["open_demo"].trigger()
    prompt = window.container.document.prompt
    # Marked in both signs, it does not depend on whether the engine knows the words.
    assert {span.sign for span in prompt.spans} == set(Sign)
    assert "Learns the sound from the + spans" in window.prompt_panel._hint.text()
