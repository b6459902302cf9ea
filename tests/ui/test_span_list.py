from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.ui.span_list import SpanListPanel
from samstudio.ui.span_table import BAND, END, LENGTH, MODEL_FRAMES, SIGN, START, edited_span, model_frames

SPANS = (Span(1.0, 2.5), Span(3.0, 4.25, low=200.0, high=4000.0), Span(65.0, 66.0, Sign.MINUS))
DURATION = 120.0


@pytest.fixture
def panel(qtbot) -> SpanListPanel:
    panel = SpanListPanel()
    qtbot.addWidget(panel)
    panel.resize(400, 300)
    panel.show()
    panel.show_prompt(Prompt("", SPANS), DURATION)
    return panel


def heard(signal) -> list:
    said: list = []
    signal.connect(lambda *args: said.append(args if len(args) > 1 else args[0]))
    return said


def type_into(panel: SpanListPanel, row: int, column: int, text: str) -> QLineEdit:
    """Open a cell as a person does, type, press Enter; the editor, which is still there if the text was refused."""
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.table.index(row, column))
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    editor = panel.view.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    press_enter(editor)
    return editor


def press_enter(editor: QLineEdit) -> None:
    """Press Enter; Qt commits a cell one turn of the event loop later."""
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()


def cells(panel: SpanListPanel, row: int) -> list[str]:
    return [panel.table.data(panel.table.index(row, column)) for column in range(MODEL_FRAMES)]


def test_spans_are_listed(panel):
    assert cells(panel, 0) == ["+", "0:01.000", "0:02.500", "1.500", "—"]
    assert cells(panel, 1)[BAND] == "200–4000"
    assert cells(panel, 2)[SIGN] == "−"


@pytest.mark.parametrize(
    ("column", "text", "span"),
    [
        (START, "0:00.5", Span(0.5, 2.5)),
        (END, "1:02.5", Span(1.0, 62.5)),
        (LENGTH, "4", Span(1.0, 5.0)),
        (BAND, "0.1k-2k", Span(1.0, 2.5, low=100.0, high=2000.0)),
    ],
)
def test_typed_values_are_told(panel, column, text, span):
    told = heard(panel.span_edited)
    type_into(panel, 0, column, text)
    assert told == [(0, span)]


def test_an_emptied_band_makes_a_span_of_a_box(panel):
    told = heard(panel.span_edited)
    panel.view.setCurrentIndex(panel.table.index(1, BAND))
    assert panel.table.setData(panel.table.index(1, BAND), "")
    assert told == [(1, Span(3.0, 4.25))]


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        (START, "later", "is not a time"),
        (START, "2.5", "has to end after it starts"),
        (END, "2:00.001", "The recording ends at 2:00.000"),
        (LENGTH, "0", "has to end after it starts"),
        (BAND, "9000", "is not a band"),
    ],
)
def test_invalid_input_is_refused_in_place_and_nothing_is_lost(panel, column, text, sentence):
    told = heard(panel.span_edited)
    editor = type_into(panel, 0, column, text)
    assert told == []
    assert editor.isVisible()
    assert editor.text() == text
    assert panel.notice.isVisible()
    assert sentence in panel.notice.text
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert cells(panel, 0) == ["+", "0:01.000", "0:02.500", "1.500", "—"]


def test_a_complaint_goes_when_the_next_value_is_right(panel):
    editor = type_into(panel, 0, START, "later")
    editor.selectAll()
    QTest.keyClicks(editor, "1.25")
    press_enter(editor)
    assert not panel.notice.isVisible()


def test_opening_a_cell_and_leaving_it_does_not_round_the_span(panel):
    panel.show_prompt(Prompt("", (Span(1.00049, 2.5),)), DURATION)
    told = heard(panel.span_edited)
    type_into(panel, 0, START, "0:01.000")
    assert told == []


def test_the_end_may_be_typed_as_the_clip_shows_it():
    assert edited_span(Span(0, 1), END, "10.000", 9.9997).end == 9.9997


def test_bands_stand_only_where_there_are_boxes(panel):
    assert not panel.view.isColumnHidden(BAND)
    panel.show_prompt(Prompt("", SPANS[:1]), DURATION)
    assert panel.view.isColumnHidden(BAND)


def test_selection_is_told_and_shown_without_echo(panel):
    told = heard(panel.span_selected)
    panel.view.selectRow(2)
    panel.show_selected_span(1)
    assert told == [2]
    assert panel.selected == 1
    panel.show_selected_span(None)
    assert panel.selected is None
    assert told == [2]


def test_selection_stays_through_an_edit(panel):
    panel.show_selected_span(1)
    told = heard(panel.span_selected)
    panel.show_prompt(Prompt("", (SPANS[0], SPANS[1].flipped(), SPANS[2])), DURATION)
    panel.show_prompt(Prompt("", (*SPANS, Span(7, 8))), DURATION)
    assert panel.selected == 1
    assert told == []


def test_buttons_ask_for_edits_of_the_selected_span(panel):
    edits, added, deleted = heard(panel.span_edited), heard(panel.span_added), heard(panel.span_deleted)
    flip, mute, duplicate, delete = panel._buttons
    assert not flip.isEnabled()
    panel.view.selectRow(0)
    flip.click()
    mute.click()
    duplicate.click()
    delete.click()
    assert edits == [(0, SPANS[0].flipped()), (0, replace(SPANS[0], muted=True))]
    assert added == [Span(2.5, 4.0)]
    assert deleted == [0]


def test_a_copy_stays_inside_the_recording(panel):
    panel.show_prompt(Prompt("", (Span(100.0, 118.0),)), DURATION)
    added = heard(panel.span_added)
    panel.view.selectRow(0)
    panel._buttons[2].click()
    assert added == [Span(102.0, 120.0)]


def test_keys_of_the_list(panel):
    edits, deleted = heard(panel.span_edited), heard(panel.span_deleted)
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.table.index(1, SIGN))
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert edits == [(1, SPANS[1].flipped())]
    assert deleted == [1]


def test_a_double_click_on_the_sign_flips(panel):
    edits = heard(panel.span_edited)
    panel.view.doubleClicked.emit(panel.table.index(2, SIGN))
    panel.view.selectRow(2)
    panel.view.doubleClicked.emit(panel.table.index(2, SIGN))
    assert edits == [(2, SPANS[2].flipped())]


def test_spans_are_added_where_the_window_says(panel):
    added = heard(panel.span_added)
    panel.show_add_place(119.5, 130.0)
    panel._adders[1].click()
    panel.show_add_place(120.0, 121.0)
    panel._adders[0].click()
    assert added == [Span(119.5, 120.0, Sign.MINUS), Span(119.0, 120.0)]


def test_without_a_recording_nothing_can_be_added(panel):
    panel.show_prompt(Prompt(), 0.0)
    assert not any(button.isEnabled() for button in panel._adders)


@pytest.mark.parametrize(
    ("span", "frames"),
    [
        (Span(0.0, 0.04), (0, 0)),
        (Span(0.0, 1.0), (0, 24)),
        (Span(1.0, 2.5), (25, 62)),
        (Span(0.041, 0.05), (1, 1)),  # covers no frame's first sample: widened to one
        (Span(0.05, 0.1), (2, 2)),
    ],
)
def test_model_frames(span, frames):
    assert model_frames(span) == frames


def test_the_models_eye_is_shown_on_demand(panel):
    assert panel.view.isColumnHidden(MODEL_FRAMES)
    panel.show_model_frames(shown=True)
    assert not panel.view.isColumnHidden(MODEL_FRAMES)
    assert panel.table.data(panel.table.index(0, MODEL_FRAMES)) == "25–62"


def test_rows_are_told_to_screen_readers(panel):
    index = panel.table.index(1, SIGN)
    told = panel.table.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert told == "plus box from 0:03.000 to 0:04.250, 200 – 4000 Hz"
