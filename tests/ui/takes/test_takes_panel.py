from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from samstudio.session.comparing.comparison import Comparison
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import Candidate, Scores, SeparationSettings, Sound, SplicedPart, Stems, Take
from samstudio.ui.takes.take_facts import take_facts
from samstudio.ui.takes.take_rows import DEPTH, LETTER, LINES
from samstudio.ui.takes.take_text import (
    describe_take,
    format_gain,
    prompt_line,
    prompt_line_below_name,
    score_parts,
    scores_line,
    state_line,
    work_line,
)
from samstudio.ui.takes.takes_panel import TakesPanel
from tests.signals import emissions

SILENCE = np.zeros((480, 1), np.float32)
PROMPT = Prompt("acoustic guitar", (Span(1, 2), Span(2, 3), Span(4, 5, Sign.MINUS)))


def make_take(name: str, frames: int = 480, notices: tuple[str, ...] = ()) -> Take:
    return Take(name, PROMPT, SeparationSettings(), Sound(Stems(SILENCE, SILENCE)), 12.34, frames, notices)


TAKES = (make_take("One"), make_take("Two", frames=240), make_take("Three", notices=("Rough: found by a word.",)))


@pytest.fixture
def panel(qtbot) -> TakesPanel:
    panel = TakesPanel()
    qtbot.addWidget(panel)
    panel.resize(260, 320)
    panel.show()
    panel.show_clip_rate(40, 480)
    panel.show_takes(TAKES)
    panel.show_current(TAKES[0])
    return panel


def test_an_empty_list_teaches(qtbot):
    panel = TakesPanel()
    qtbot.addWidget(panel)
    assert panel._stack.currentIndex() == 0
    assert not panel.rename_button.isEnabled()
    panel.show_running("Take 1")
    assert panel._stack.currentIndex() == 2, "no takes yet, below the first one"
    panel.show_running(None)
    assert panel._stack.currentIndex() == 0
    panel.show_takes(TAKES)
    assert panel._stack.currentIndex() == 1


def test_takes_are_selected_with_the_arrows_and_reported_once(panel):
    emitted = emissions(panel.take_selected)
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert emitted == [1]


def test_showing_is_not_emitted_again(panel):
    emitted = emissions(panel.take_selected)
    panel.show_current(TAKES[2])
    panel.show_takes(TAKES[1:])
    panel.show_current(None)
    assert emitted == []


def test_the_current_take_is_stated_not_only_coloured(panel):
    current = panel.rows.data(panel.rows.index(0), Qt.ItemDataRole.AccessibleTextRole)
    other = panel.rows.data(panel.rows.index(1), Qt.ItemDataRole.AccessibleTextRole)
    assert current.startswith("Current take. One")
    assert other.startswith("Two")


def test_a_name_is_changed_in_place(panel):
    emitted = emissions(panel.take_renamed)
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    editor = panel.view.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, " Best one ")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert emitted == [(0, "Best one")]


def test_an_empty_or_unchanged_name_asks_for_nothing(panel):
    emitted = emissions(panel.take_renamed)
    index = panel.rows.index(0)
    assert not panel.rows.setData(index, "  ")
    panel.rows.setData(index, "One")
    assert emitted == []


def test_delete_by_key_and_button(panel):
    emitted = emissions(panel.take_deleted)
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    panel.delete_button.click()
    assert emitted == [0, 0]


def test_takes_in_words(panel):
    assert prompt_line(TAKES[0]) == "acoustic guitar · + 2  − 1"
    assert prompt_line_below_name(TAKES[0]) == prompt_line(TAKES[0])
    assert prompt_line_below_name(make_take("Take 1 · acoustic guitar")) == "+ 2  − 1"
    assert work_line(TAKES[0], None) == "Spectral · 12.3 s"
    assert work_line(TAKES[1], 12.0) == "Spectral · stopped at 0:12 · 12.3 s"
    assert state_line(TAKES[2]) == "Rough"
    redone = replace(TAKES[2], sound=replace(TAKES[2].sound, parts=(SplicedPart(1.0, 2.0, "redone"),)))
    assert state_line(redone) == "Rough · spliced"
    panel.show_takes((*TAKES, redone))
    lines = [line for line, _, _ in panel.rows.index(3).data(LINES)]
    assert lines[-1] == "Rough · spliced", "on a line of its own it is never cut"
    assert "Rough: found by a word." in describe_take(TAKES[2], None)


def test_a_take_that_was_cut_short_says_where(panel):
    assert panel.rows.stopped_at(TAKES[0]) is None
    assert panel.rows.stopped_at(TAKES[1]) == 6.0
    assert "stopped at 0:06" in panel.rows.data(panel.rows.index(1), Qt.ItemDataRole.ToolTipRole)


def test_the_current_take_is_drawn_with_a_bar(panel):
    from samstudio.ui.theme import theme

    image = panel.view.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    bar = [panel.view.visualRect(panel.rows.index(row)) for row in (0, 1)]
    colors = [image.pixelColor(round((rect.left() + 3) * ratio), round(rect.center().y() * ratio)) for rect in bar]
    assert colors[0] == theme().color("accent")
    assert colors[1] != theme().color("accent")


def tree() -> tuple[Take, ...]:
    """Two takes, the second from the first one's residual, and a third that was judged."""
    first = make_take("One")
    stems = [Stems(SILENCE.copy(), SILENCE) for _ in range(3)]
    scores = (Scores(4.1, 4.3, 3.8, 4.2), Scores(3.0), Scores(1.2))
    candidates = tuple(Candidate(Sound(made), score) for made, score in zip(stems, scores, strict=True))
    judged = replace(
        make_take("Two"), candidates=candidates, sound=Sound(stems[1]), starred=True, note="Watery\nat the end"
    )
    return first, judged, replace(make_take("Below one"), source=first.id)


def shown(panel: TakesPanel) -> list[tuple[str, int]]:
    indices = [panel.rows.index(row) for row in range(panel.rows.rowCount())]
    return [(index.data(), index.data(DEPTH)) for index in indices]


@pytest.fixture
def takes(panel) -> tuple[Take, ...]:
    takes = tree()
    panel.show_takes(takes)
    panel.show_current(takes[0])
    return takes


def test_what_came_from_a_residual_stands_below_its_take(panel, takes):
    assert shown(panel) == [("One", 0), ("Below one", 1), ("Two", 0)]
    assert "From the residual of One" in panel.rows.index(1).data(Qt.ItemDataRole.AccessibleTextRole)


def test_places_are_the_documents_not_the_rows(panel, takes):
    emitted = emissions(panel.take_selected)
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert emitted == [2]
    panel.show_current(takes[2])
    assert panel.rows.neighbour(1) == 1
    assert panel.rows.neighbour(-1) == 0
    panel.show_current(takes[1])
    assert panel.rows.neighbour(1) is None


def test_only_the_starred_ones_can_be_shown(panel, takes):
    assert not panel.none_starred.isVisible()
    panel.filter_button.click()
    assert shown(panel) == [("Two", 0)]
    assert not panel.view.currentIndex().isValid()
    assert panel.rows.neighbour(1) == 1
    panel.filter_button.click()
    assert panel.view.currentIndex().data() == "One"


def test_a_filter_that_leaves_nothing_says_why(panel):
    panel.filter_button.click()
    assert shown(panel) == []
    assert panel.none_starred.isVisible()


def test_a_star_is_set_by_button_and_by_a_click_on_its_place(panel, takes):
    emitted = emissions(panel.take_starred)
    panel.star_button.click()
    row = panel.view.visualRect(panel.rows.index(2))
    place = QPoint(row.right() - 14, row.top() + 14)
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert emitted == [(0, True), (1, False)]
    assert not panel.star_button.isChecked(), "the button shows what is, not what was asked"


def test_score_star_and_note_are_reported(panel, takes):
    spoken = panel.rows.index(2).data(Qt.ItemDataRole.AccessibleTextRole)
    for words in ("Two (starred)", "Fair 3.0 · candidate 2 of 3", "Note: Watery"):
        assert words in spoken
    assert scores_line(takes[0]) == ""
    assert score_parts(takes[1].candidates[0].scores) == "recall 4.3 · precision 3.8 · faithful 4.2"


def test_the_candidates_are_offered_and_the_chosen_one_marked(panel, takes):
    emitted = emissions(panel.candidate_chosen)
    panel.fold.setChecked(True)
    assert not panel.details.candidates.isVisible()
    panel.show_current(takes[1])
    buttons = panel.details.candidates.buttons
    assert [button.isChecked() for button in buttons] == [False, True, False]
    assert buttons[0].text() == "Candidate 1 · good 4.1"
    assert emitted == []
    buttons[0].click()
    assert emitted == [(1, 0)]


def test_a_note_is_reported_when_the_cursor_leaves_and_dropped_with_esc(panel, takes):
    emitted = emissions(panel.take_noted)
    panel.edit_note()
    note = panel.details.note
    QTest.keyClicks(note, "bright")
    panel.view.setFocus()
    assert emitted == [(0, "bright")]
    panel.show_takes((replace(takes[0], note="bright"), *takes[1:]))
    QTest.keyClicks(note, " and more")
    QTest.keyClick(note, Qt.Key.Key_Escape)
    panel.view.setFocus()
    assert note.toPlainText() == "bright"
    assert emitted == [(0, "bright")]


def test_a_note_goes_to_the_take_it_was_typed_for(panel, takes):
    emitted = emissions(panel.take_noted)
    panel.edit_note()
    QTest.keyClicks(panel.details.note, "first")
    panel.show_current(takes[1])
    assert emitted == [(0, "first")]
    assert panel.details.note.toPlainText() == "Watery\nat the end"


def test_news_of_the_same_take_does_not_disturb_a_note_being_typed(panel, takes):
    panel.edit_note()
    QTest.keyClicks(panel.details.note, "half a se")
    panel.show_takes((replace(takes[0], starred=True), *takes[1:]))
    assert panel.details.note.toPlainText() == "half a se"


def test_a_and_b_are_marked_and_switched(panel, takes):
    emitted = emissions(panel.other_requested)
    assert not panel.compare_bar.isVisible()
    panel.show_comparison(Comparison(takes[0].id, takes[1].id, (-1.3, 0.0)))
    panel.show_matching(matching=True)
    assert [panel.rows.index(row).data(LETTER) for row in range(3)] == ["A", "", "B"]
    assert (panel.compare_bar.a.isChecked(), panel.compare_bar.b.isChecked()) == (True, False)
    assert panel.compare_bar.levels.text() == "A −1.3 dB · B 0.0 dB"
    panel.compare_bar.a.click()
    assert emitted == []
    panel.compare_bar.b.click()
    assert len(emitted) == 1
    panel.show_comparison(Comparison(takes[0].id, takes[1].id, measuring=True))
    assert panel.compare_bar.levels.text() == "Measuring the loudness…"


def test_a_letter_takes_no_room_of_the_name(panel, takes):
    panel.resize(260, 700)
    QApplication.processEvents()
    row = panel.view.visualRect(panel.rows.index(2))
    name = QRect(row.topLeft(), QSize(row.width(), 24))
    before = panel.view.viewport().grab(name).toImage()
    below = panel.view.viewport().grab(row).toImage()
    panel.show_comparison(Comparison(takes[0].id, takes[1].id, (0.0, 0.0)))
    QApplication.processEvents()
    assert panel.rows.index(2).data(LETTER) == "B"
    assert panel.view.viewport().grab(name).toImage() == before
    assert panel.view.viewport().grab(row).toImage() != below


def test_the_same_takes_stay_the_same_rows(panel, takes):
    resets = emissions(panel.rows.modelReset)
    panel.show_takes((replace(takes[0], name="Other"), *takes[1:]))
    assert resets == []
    assert shown(panel)[0] == ("Other", 0)


def test_the_facts_name_everything_that_made_a_take():
    first, _, below = tree()
    settings = SeparationSettings("sam-audio", seed=7, options={"model": "facebook/sam-audio-large", "steps": 24})
    facts = take_facts(replace(below, settings=settings), 6.0, {first.id: "One"})
    expected = {
        "Text": "acoustic guitar",
        "Spans": "+\xa01–2, +\xa02–3, −\xa04–5",
        "Made from": "residual of One",
        "Engine": "SAM Audio",
        "Model": "sam-audio-large",
        "Steps": "24",
        "Solver": "by the preset",
        "Seed": "7",
        "Length": "stopped at 0:06",
    }
    assert {name: facts[name] for name in expected} == expected
    assert "Model" not in take_facts(first, None, {})


@pytest.mark.parametrize(("gain", "words"), [(-1.34, "−1.3 dB"), (-0.04, "0.0 dB"), (0.0, "0.0 dB")])
def test_a_gain_has_no_sign_where_it_rounds_to_nothing(gain, words):
    assert format_gain(gain) == words


def test_in_a_low_panel_the_details_leave_the_list_the_take_that_they_are_of(panel):
    panel.fold.setChecked(True)
    panel.resize(230, 330)
    QApplication.processEvents()
    view, details = panel.view, panel.details
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))
    assert view.height() < details.height() > details.note.height() + 80
    assert not panel.strength_bar.isVisible()
    panel.fold.setChecked(False)
    QApplication.processEvents()
    assert panel.strength_bar.isVisible()
    assert view.height() > 150


def test_in_a_narrow_panel_values_are_below_their_titles(panel):
    panel.resize(230, 800)
    panel.fold.setChecked(True)
    QApplication.processEvents()
    page = panel.details.widget()

    def part(text):
        return next(part for part in page.findChildren(QLabel) if part.text() == text)

    assert (
        part("Spans").geometry().bottom()
        < part("+\N{NO-BREAK SPACE}1–2, +\N{NO-BREAK SPACE}2–3, −\N{NO-BREAK SPACE}4–5").y()
    )
    panel.resize(400, 800)
    QApplication.processEvents()
    assert part("Spans").y() == part("+\N{NO-BREAK SPACE}1–2, +\N{NO-BREAK SPACE}2–3, −\N{NO-BREAK SPACE}4–5").y()
