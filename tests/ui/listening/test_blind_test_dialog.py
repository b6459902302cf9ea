from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from samstudio.session.comparing.blind_test import Answer, BlindTest, Rating, Side
from samstudio.ui.listening.blind_test_dialog import BlindTestDialog
from samstudio.ui.listening.blind_test_setup import BlindChoices
from tests.signals import emissions

TEST = BlindTest(("Take 1", "Take 2"), (1, 0), (0.0, -1.3))
ANSWER = Answer(Rating(5, 4, 5), Rating(2, 1, 3), Side.X)


@pytest.fixture
def dialog(qtbot) -> BlindTestDialog:
    dialog = BlindTestDialog()
    qtbot.addWidget(dialog)
    dialog.setup.show_takes({"a": "Take 1", "b": "Take 2"}, "a", "b")
    with qtbot.waitExposed(dialog):
        dialog.show()
    dialog.activateWindow()
    return dialog


def type_keys(dialog: BlindTestDialog, keys: str) -> None:
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or dialog, key)


def test_levels_are_matched_unless_one_says_otherwise(dialog):
    emitted = emissions(dialog.start_requested)
    dialog.next_button.click()
    assert emitted == [BlindChoices("a", "b", rounds=5, matched=True)]


def test_a_take_is_not_compared_with_itself(dialog):
    emitted = emissions(dialog.start_requested)
    dialog.setup.choosers[1].setCurrentIndex(0)
    dialog.next_button.click()
    assert emitted == []
    assert "two different" in dialog.notice.text


def test_a_whole_round_by_keyboard(dialog, qtbot):
    emitted = emissions(dialog.answered)
    dialog.show_round(TEST)
    assert not dialog.next_button.isEnabled()
    type_keys(dialog, "545213")
    assert not dialog.next_button.isEnabled(), "the preference must be asked"
    QTest.keyClick(dialog, Qt.Key.Key_X, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert emitted == [ANSWER]


def test_no_difference_and_no_rating_is_an_answer(dialog):
    emitted = emissions(dialog.answered)
    dialog.show_round(TEST)
    assert "optional" in dialog.missing.text()
    QTest.keyClick(dialog, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert dialog.round.better.checkedButton().text() == "No difference"
    QTest.mouseClick(dialog.next_button, Qt.MouseButton.LeftButton)
    assert emitted == [Answer(Rating(), Rating(), None)]


def test_nothing_in_the_dialog_is_cut(dialog):
    dialog.show_round(TEST)
    dialog.resize(dialog.minimumSizeHint())
    QTest.qWait(1)
    for kind in (QLabel, QPushButton):
        for part in dialog.findChildren(kind):
            if part.isVisible() and part.text():
                words = part.text().split() if part.property("wordWrap") else [part.text()]
                assert part.width() >= max(map(part.fontMetrics().horizontalAdvance, words)), part.text()
                assert part.height() >= part.heightForWidth(part.width()), part.text()


def test_the_results_of_equals_say_so(dialog):
    equal = Answer(Rating(), Rating(recall=4), None)
    dialog.show_results(TEST.answered(equal).answered(ANSWER))
    assert "Round 1: X was “Take 2”, Y was “Take 1”; no difference was heard" in dialog.results.rounds.toPlainText()
    shown = [part.text() for part in dialog.results.findChildren(QLabel)]
    assert shown.count("1 of 2") >= 2
    dialog.show_results(TEST.answered(equal))
    assert dialog.results.chance.text() == "No difference was heard in any round."


def test_a_rating_can_be_changed_before_the_round_is_over(dialog):
    dialog.show_round(TEST)
    type_keys(dialog, "5")
    scale = dialog.round.grid.scales[Side.X, "recall"]
    scale.buttons[1].click()
    assert scale.value == 2
    assert [button.isChecked() for button in scale.buttons] == [False, True, False, False, False]


def test_keys_switch_and_play_during_a_round_only(dialog):
    wished, played = emissions(dialog.side_requested), emissions(dialog.play_toggled)
    QTest.keyClick(dialog, Qt.Key.Key_Y)
    assert wished == []
    dialog.show_round(TEST)
    for key in (Qt.Key.Key_Y, Qt.Key.Key_X, Qt.Key.Key_R, Qt.Key.Key_Space):
        QTest.keyClick(QApplication.focusWidget(), key)
    assert wished == [Side.Y, Side.X, None]
    assert len(played) == 1


def test_nothing_in_a_round_tells_which_take_is_which(dialog):
    dialog.show_round(TEST)
    dialog.show_side(Side.X)
    shown = [part.text() for kind in (QLabel, QPushButton) for part in dialog.findChildren(kind) if part.isVisible()]
    assert "X" in shown
    assert not [text for text in shown if "Take" in text]


def test_the_next_round_begins_with_nothing_rated(dialog):
    dialog.show_round(TEST)
    type_keys(dialog, "545213")
    dialog.round.better.button(0).click()
    dialog.show_round(replace(TEST, sound="dog\nbarking").answered(ANSWER))
    assert dialog.round.title.text() == "Round 2 of 2 · dog barking"
    assert dialog.next_button.text() == "Finish"
    assert dialog.round.grid.rating(Side.X) == Rating()
    assert dialog.round.better.checkedButton() is None
    assert not dialog.next_button.isEnabled()


def test_esc_in_a_round_ends_the_test_but_does_not_close(dialog):
    ended = emissions(dialog.end_requested)
    dialog.show_round(TEST)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert len(ended) == 1
    assert dialog.isVisible()


def test_the_results_tell_which_was_which(dialog):
    dialog.show_results(TEST.answered(ANSWER).answered(ANSWER))
    assert "Round 1: X was “Take 2”, Y was “Take 1”; X was preferred" in dialog.results.rounds.toPlainText()
    assert dialog.results.verdict.text() == "Neither was preferred more often"
    assert dialog.export_button.isVisible()
    assert not dialog.next_button.isVisible()
    dialog.show_results(TEST.answered(ANSWER))
    assert dialog.results.verdict.text() == "“Take 2” was preferred, 1 of 1 times"


def test_every_button_says_what_it_rates(dialog):
    button = dialog.round.grid.scales[Side.Y, "precision"].buttons[3]
    assert button.accessibleName() == "Precision of Y: 4 of 5"
    assert "nothing else" in button.accessibleDescription()
