from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from samstudio.session.frame_grid import FrameGrid
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.ui.spans.span_list import SpanListPanel
from samstudio.ui.spans.span_table import BAND, END, LENGTH, MODEL_FRAMES, SIGN, START, edited_span
from samstudio.ui.time_formats import TimeFormat, TimeUnit, use_time_format
from tests.signals import emissions
from tests.ui.spans.shown_spans import DURATION, SPANS, cells


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


def test_spans_are_listed(panel):
    assert cells(panel, 0) == ["+", "0:01.000", "0:02.500", "1.500", "—"]
    assert cells(panel, 1)[BAND] == "200–4k"
    assert panel.table.data(panel.table.index(1, BAND), Qt.ItemDataRole.EditRole) == "200–4000"
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
def test_typed_values_are_reported(panel, column, text, span):
    emitted = emissions(panel.spans_edited)
    type_into(panel, 0, column, text)
    assert emitted == [{0: span}]


def test_an_emptied_band_makes_a_span_of_a_box(panel):
    emitted = emissions(panel.spans_edited)
    panel.view.setCurrentIndex(panel.table.index(1, BAND))
    assert panel.table.setData(panel.table.index(1, BAND), "")
    assert emitted == [{1: Span(3.0, 4.25)}]


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
    emitted = emissions(panel.spans_edited)
    editor = type_into(panel, 0, column, text)
    assert emitted == []
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
    emitted = emissions(panel.spans_edited)
    type_into(panel, 0, START, "0:01.000")
    assert emitted == []


def test_the_end_may_be_typed_as_the_clip_shows_it():
    assert edited_span(Span(0, 1), END, "10.000", 9.9997).end == 9.9997


def test_bands_stand_only_where_there_are_boxes(panel):
    assert not panel.view.isColumnHidden(BAND)
    panel.show_prompt(Prompt("", SPANS[:1]), DURATION)
    assert panel.view.isColumnHidden(BAND)


def test_buttons_ask_for_actions_on_the_selected_spans(panel):
    asked = emissions(panel.action_requested)
    flip, mute, duplicate, delete = panel._buttons
    assert not flip.isEnabled()
    panel.show_selected_spans((0, 2))
    for button in (flip, mute, duplicate, delete):
        button.click()
    assert asked == ["flip_span", "mute_span", "duplicate_span", "delete_span"]


def test_the_mute_button_is_down_when_all_selected_are_muted(panel):
    panel.show_prompt(Prompt("", (replace(SPANS[0], muted=True), SPANS[1])), DURATION)
    panel.show_selected_spans((0,))
    assert panel._buttons[1].isChecked()
    panel.show_selected_spans((0, 1))
    assert not panel._buttons[1].isChecked()


def test_keys_of_the_list(panel):
    asked = emissions(panel.action_requested)
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.table.index(1, SIGN))
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert asked == ["flip_span", "delete_span"]


def test_a_double_click_on_the_sign_flips(panel):
    asked = emissions(panel.action_requested)
    panel.view.doubleClicked.emit(panel.table.index(2, SIGN))
    panel.view.doubleClicked.emit(panel.table.index(2, LENGTH))
    assert asked == ["flip_span"]


def test_a_right_click_asks_for_the_menu(panel):
    asked = emissions(panel.menu_requested)
    panel.view.customContextMenuRequested.emit(panel.view.rect().center())
    assert asked == [panel.view.viewport().mapToGlobal(panel.view.rect().center())]


def test_spans_are_added_where_the_window_says(panel):
    added = emissions(panel.span_added)
    panel.show_add_place(119.5, 130.0)
    panel._adders[1].click()
    panel.show_add_place(120.0, 121.0)
    panel._adders[0].click()
    assert added == [Span(119.5, 120.0, Sign.MINUS), Span(119.0, 120.0)]


def test_without_a_recording_nothing_can_be_added(panel):
    panel.show_prompt(Prompt(), 0.0)
    assert not any(button.isEnabled() for button in panel._adders)


def test_the_models_eye_is_shown_on_demand(panel):
    assert panel.view.isColumnHidden(MODEL_FRAMES)
    panel.show_frame_grid(FrameGrid(48000, 1920))
    assert not panel.view.isColumnHidden(MODEL_FRAMES)
    assert panel.table.data(panel.table.index(0, MODEL_FRAMES)) == "25–62"


def test_rows_are_described_to_screen_readers(panel):
    index = panel.table.index(1, SIGN)
    emitted = panel.table.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert emitted == "plus box from 0:03.000 to 0:04.250, 200 – 4000 Hz"


def test_frames_that_the_model_does_not_see_are_not_listed(panel):
    panel.show_prompt(Prompt("", (Span(1, 2, muted=True), Span(1, 2, Sign.MINUS, 100.0, 200.0))), DURATION)
    assert [panel.table.index(row, MODEL_FRAMES).data() for row in range(2)] == ["—", "—"]


@pytest.fixture
def _clock_again():
    yield
    use_time_format(TimeFormat())


@pytest.mark.parametrize("duration", [5.0, 222.2, 11_111.1])
@pytest.mark.parametrize("unit", TimeUnit)
@pytest.mark.usefixtures("_clock_again")
def test_nothing_is_cut_off_in_any_format(qtbot, unit, duration):
    use_time_format(TimeFormat(unit, frame_rate="29.97 drop"))
    panel = SpanListPanel()
    qtbot.addWidget(panel)
    starts = (duration * place for place in (0.0, 0.44, 0.888))
    spans = (Span(0.0, duration), *(Span(start, start + 0.08 * duration) for start in starts))
    panel.show_prompt(Prompt("", spans), duration)
    panel.resize(panel.sizeHint())
    panel.show()
    view = panel.view
    QApplication.processEvents()
    assert view.horizontalScrollBar().maximum() == 0
    assert_nothing_cut_off(panel)
    panel.show_prompt(Prompt("", (*spans, Span(0, 1, low=200.0, high=14_000.0))), duration)
    panel.show_frame_grid(FrameGrid(48000, 1920))
    QApplication.processEvents()
    assert_nothing_cut_off(panel)
    assert view.horizontalScrollBar().maximum() > 0
    panel.resize(800, 300)
    QApplication.processEvents()
    assert view.horizontalScrollBar().maximum() == 0
    assert view.horizontalHeader().length() == view.viewport().width()


def assert_nothing_cut_off(panel):
    view, table = panel.view, panel.table
    for column in range(table.columnCount()):
        if not view.isColumnHidden(column):
            cells = [view.sizeHintForIndex(table.index(row, column)).width() for row in range(table.rowCount())]
            assert view.columnWidth(column) >= max(*cells, view.horizontalHeader().sectionSizeHint(column))
