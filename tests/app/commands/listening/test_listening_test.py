"""A listening test over a folder in the real window, by keyboard, on a sound card that is pulled by hand."""

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from samstudio.session.comparing.blind_test import Answer, Rating, Side
from samstudio.storage.listening_folder import TABLE, ListeningFolder
from samstudio.ui.listening.listening_dialog import ListeningDialog

RATE = 8000
LEVELS = {"loud": 0.4, "soft": 0.1, "reference": 0.8}


@pytest.fixture
def folder(tmp_path):
    """Two systems that made two clips, one 12 dB above the other."""
    place = tmp_path / "test"
    noise = np.random.default_rng(0).standard_normal(RATE).clip(-1, 1)
    for system, level in LEVELS.items():
        (place / system).mkdir(parents=True)
        for clip in "ab":
            soundfile.write(place / system / f"{clip}.wav", level * noise, RATE, subtype="FLOAT")
    return place


@pytest.fixture
def dialog(card, window, folder, qtbot, monkeypatch) -> ListeningDialog:
    """The dialog with the folder chosen and a listener named."""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    return opened_dialog(window, qtbot)


def opened_dialog(window, qtbot) -> ListeningDialog:
    window.actions_by_name["listening_test"].trigger()
    dialog = window.findChildren(ListeningDialog)[-1]
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    dialog.setup.choose.setFocus()
    QTest.keyClick(dialog.setup.choose, Qt.Key.Key_Space)
    dialog.setup.listener.setFocus()
    dialog.setup.listener.selectAll()
    QTest.keyClicks(dialog.setup.listener, "Ann")
    # Shortcuts of a new window count once it has been told that it is active.
    QApplication.processEvents()
    return dialog


def press(dialog, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget() or dialog, key, modifier)


def begin(dialog, qtbot):
    press(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dialog.round.title.isVisible)


def answer(dialog, key):
    press(dialog, key, Qt.KeyboardModifier.ShiftModifier)
    press(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def title(dialog) -> str:
    """`Trial 1 of 2`, before the clip's name."""
    number, _, clip = dialog.round.title.text().partition(" · ")
    assert clip in ("a", "b")
    return number


def level(card) -> float:
    """The level of what is heard now, after its fade."""
    card.pull(480)
    return float(np.abs(card.pull(960)).mean())


def test_a_whole_test_by_keyboard_stopped_and_gone_on_with(dialog, window, folder, qtbot):
    assert "2 clips, 2 trials" in dialog.setup.found.text()
    begin(dialog, qtbot)
    assert title(dialog) == "Trial 1 of 2"
    clip = dialog.round.title.text()[-1]
    answer(dialog, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: title(dialog) == "Trial 2 of 2")
    (first,), _ = ListeningFolder(folder).read()
    assert first.trial.clip == clip
    assert (first.listener, first.answer.preferred) == ("Ann", Side.X)
    press(dialog, Qt.Key.Key_Escape)
    assert dialog.headline.text() == "1 of 2 trials are answered by Ann"
    dialog.close()

    dialog = opened_dialog(window, qtbot)
    assert "1 are answered by Ann" in dialog.setup.found.text()
    begin(dialog, qtbot)
    assert title(dialog) == "Trial 2 of 2"
    answer(dialog, Qt.Key.Key_N)
    qtbot.waitUntil(dialog.summary.isVisible)
    assert "no difference 1 (1 listener, 2 clips)" in dialog.summary.toPlainText()
    assert len((folder / TABLE).read_text("utf-8").splitlines()) == 3
    dialog.close()
    # Nothing is left for this listener.
    assert not opened_dialog(window, qtbot).next_button.isEnabled()


def test_x_y_and_the_recording_are_heard_at_one_playhead_x_and_y_equally_loud(dialog, card, qtbot):
    begin(dialog, qtbot)
    x = level(card)
    press(dialog, Qt.Key.Key_Y)
    y = level(card)
    press(dialog, Qt.Key.Key_R)
    recording = level(card)
    assert x == pytest.approx(y, rel=0.15)
    assert recording == pytest.approx(8 * x, rel=0.15)
    # Three times 0.18 s at 48 kHz or the file's own rate: nothing has begun again.
    place = dialog.parent().commands.listening_test.playback.transport.position
    assert place > 0.15
    dialog.reject()
    dialog.close()


def test_sounds_of_different_rates_are_left_out_and_that_is_said(card, window, folder, qtbot, monkeypatch):
    soundfile.write(folder / "soft" / "a.wav", np.zeros(4000), 4000)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    dialog = opened_dialog(window, qtbot)
    begin(dialog, qtbot)
    assert title(dialog) == "Trial 2 of 2"
    assert "one sample rate" in dialog.notice.text
    answer(dialog, Qt.Key.Key_N)
    qtbot.waitUntil(dialog.summary.isVisible)
    assert dialog.headline.text() == "1 of 2 trials are answered by Ann"
    dialog.close()


def test_enter_goes_on_and_never_rates(dialog, folder, qtbot):
    begin(dialog, qtbot)
    press(dialog, Qt.Key.Key_Return)
    assert title(dialog) == "Trial 1 of 2"
    press(dialog, Qt.Key.Key_3)
    press(dialog, Qt.Key.Key_X, Qt.KeyboardModifier.ShiftModifier)
    assert "Enter" in dialog.missing.text()
    press(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: title(dialog) == "Trial 2 of 2")
    (first,), _ = ListeningFolder(folder).read()
    assert first.answer == Answer(Rating(3), Rating(), Side.X)
    dialog.reject()
    dialog.close()


def test_a_chosen_button_needs_no_more_room(dialog, qtbot):
    begin(dialog, qtbot)
    button = dialog.round.better.button(0)
    before = button.sizeHint().width()
    button.click()
    assert button.sizeHint().width() == before
    assert not button.font().bold()
    dialog.reject()
    dialog.close()


def test_the_folder_can_be_typed(card, window, folder, qtbot):
    (folder / TABLE).write_text("no answer\n", "utf-8")
    window.actions_by_name["listening_test"].trigger()
    dialog = window.findChildren(ListeningDialog)[-1]
    dialog.setup.folder.clear()
    QTest.keyClicks(dialog.setup.folder, str(folder))
    QTest.keyClick(dialog.setup.folder, Qt.Key.Key_Return)
    assert "2 clips, 2 trials" in dialog.setup.found.text()
    assert "1 line of the table could not be read" in dialog.setup.found.text()
    dialog.close()


def test_a_folder_that_holds_no_pairs_is_refused(card, window, tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    dialog = opened_dialog(window, qtbot)
    assert "is no listening test" in dialog.notice.text
    assert not dialog.next_button.isEnabled()
    dialog.close()


def test_start_says_what_it_waits_for(card, window, folder, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    window.actions_by_name["listening_test"].trigger()
    dialog = window.findChildren(ListeningDialog)[-1]
    said = [(dialog.missing.text(), dialog.next_button.isEnabled())]
    dialog.setup.choose.click()
    said.append((dialog.missing.text(), dialog.next_button.isEnabled()))
    QTest.keyClicks(dialog.setup.listener, "Ann")
    said.append((dialog.missing.text(), dialog.next_button.isEnabled()))
    assert said == [("Choose the folder first.", False), ("Type who listens first.", False), ("", True)]
