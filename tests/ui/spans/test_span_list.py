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
from tests.signals import heard

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
def test_typed_values_are_told(panel, column, text, span):
    told = heard(panel.spans_edited)
    type_into(panel, 0, column, text)
    assert told == [{0: span}]


def test_an_emptied_band_makes_a_span_of_a_box(panel):
    told = heard(panel.spans_edited)
    panel.view.setCurrentIndex(panel.table.index(1, BAND))
    assert panel.table.setData(panel.table.index(1, BAND), "")
    assert told == [{1: Span(3.0, 4.25)}]


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
    told = heard(panel.spans_edited)
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
    told = heard(panel.spans_edited)
    type_into(panel, 0, START, "0:01.000")
    assert told == []


def test_the_end_may_be_typed_as_the_clip_shows_it():
    assert edited_span(Span(0, 1), END, "10.000", 9.9997).end == 9.9997


def test_bands_stand_only_where_there_are_boxes(panel):
    assert not panel.view.isColumnHidden(BAND)
    panel.show_prompt(Prompt("", SPANS[:1]), DURATION)
    assert panel.view.isColumnHidden(BAND)


def test_selection_is_told_and_shown_without_echo(panel):
    told = heard(panel.spans_selected)
    panel.view.selectRow(2)
    panel.show_selected_spans((1,))
    assert told == [(2,)]
    assert rows(panel) == [1]
    panel.show_selected_spans(())
    assert rows(panel) == []
    assert told == [(2,)]


def rows(panel: SpanListPanel) -> list[int]:
    return sorted(index.row() for index in panel.view.selectionModel().selectedRows())


def click(panel: SpanListPanel, row: int, keys=Qt.KeyboardModifier.NoModifier) -> None:
    where = panel.view.visualRect(panel.table.index(row, START)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, keys, where)


def test_clicks_with_ctrl_and_shift_select_several_the_last_one_first_of_all(panel):
    told = heard(panel.spans_selected)
    # As the window does: what is told comes back.
    panel.spans_selected.connect(panel.show_selected_spans)
    click(panel, 2)
    click(panel, 0, Qt.KeyboardModifier.ControlModifier)
    assert told[-1] == (2, 0)
    click(panel, 2, Qt.KeyboardModifier.ControlModifier)
    assert told[-1] == (0,)
    click(panel, 0)
    click(panel, 2, Qt.KeyboardModifier.ShiftModifier)
    assert sorted(told[-1]) == [0, 1, 2]
    panel.view.clearSelection()
    assert told[-1] == ()


def test_ctrl_a_in_the_list_selects_all_spans(panel):
    told = heard(panel.spans_selected)
    panel.show_suggestions((Span(80, 81),))
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert sorted(told[-1]) == [0, 1, 2]


def test_a_selection_that_comes_before_its_span_is_shown_with_it(panel):
    panel.show_selected_spans((3,))
    panel.show_prompt(Prompt("", (*SPANS, Span(7, 8))), DURATION)
    assert rows(panel) == [3]


def test_selection_stays_through_an_edit(panel):
    panel.show_selected_spans((1,))
    told = heard(panel.spans_selected)
    panel.show_prompt(Prompt("", (SPANS[0], SPANS[1].flipped(), SPANS[2])), DURATION)
    panel.show_prompt(Prompt("", (*SPANS, Span(7, 8))), DURATION)
    assert rows(panel) == [1]
    assert told == []


@pytest.mark.parametrize(
    "after",
    [
        (SPANS[0], SPANS[2]),
        (*SPANS, Span(7, 8)),
        (Span(0, 1), *SPANS),
        (SPANS[0], Span(9, 10), Span(11, 12), SPANS[2]),
        (SPANS[2], SPANS[0]),
        (),
    ],
)
def test_only_rows_that_differ_are_told_of(panel, after):
    panel.show_suggestions((Span(80, 81),))
    resets = heard(panel.table.modelReset)
    came, went = heard(panel.table.rowsInserted), heard(panel.table.rowsRemoved)
    panel.show_prompt(Prompt("", after), DURATION)
    assert panel.table.rowCount() == len(after) + 1
    assert panel.table.data(panel.table.index(len(after), SIGN)) == "?"
    shown = [cells(panel, row)[START] for row in range(len(after))]
    assert shown == [edited_cell(span) for span in after]
    assert resets == []
    assert len(came) + len(went) == (len(after) != len(SPANS))


def edited_cell(span: Span) -> str:
    return f"{int(span.start // 60)}:{span.start % 60:06.3f}"


def test_one_edit_repaints_one_row(panel):
    changed = heard(panel.table.dataChanged)
    panel.show_prompt(Prompt("", (SPANS[0], SPANS[1].flipped(), SPANS[2])), DURATION)
    assert [(first.row(), last.row()) for first, last, *_ in changed] == [(1, 1)]


def test_buttons_ask_for_actions_on_the_selected_spans(panel):
    asked = heard(panel.action_requested)
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
    asked = heard(panel.action_requested)
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.table.index(1, SIGN))
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert asked == ["flip_span", "delete_span"]


def test_a_double_click_on_the_sign_flips(panel):
    asked = heard(panel.action_requested)
    panel.view.doubleClicked.emit(panel.table.index(2, SIGN))
    panel.view.doubleClicked.emit(panel.table.index(2, LENGTH))
    assert asked == ["flip_span"]


def test_a_right_click_asks_for_the_menu(panel):
    asked = heard(panel.menu_requested)
    panel.view.customContextMenuRequested.emit(panel.view.rect().center())
    assert asked == [panel.view.viewport().mapToGlobal(panel.view.rect().center())]


def test_suggestions_are_listed_below_the_spans_and_cannot_be_typed_into(panel):
    assert not panel.suggestion_bar.isVisible()
    panel.show_suggestions((Span(80, 81.5), Span(90, 91)))
    assert cells(panel, 3)[:4] == ["?", "1:20.000", "1:21.500", "1.500"]
    index = panel.table.index(3, START)
    assert index.data(Qt.ItemDataRole.FontRole).italic()
    assert not index.flags() & Qt.ItemFlag.ItemIsEditable
    assert "heard by the model" in panel.table.index(3, SIGN).data(Qt.ItemDataRole.AccessibleTextRole)
    assert panel.suggestion_bar.isVisible()


def test_a_suggestion_is_selected_accepted_and_dismissed_from_the_list(panel):
    panel.show_suggestions((Span(80, 81.5), Span(90, 91)))
    chosen, asked, spans = heard(panel.suggestion_selected), heard(panel.action_requested), heard(panel.spans_selected)
    panel.suggestion_selected.connect(panel.show_selected_suggestion)
    click(panel, 4)
    assert (chosen, spans) == ([1], [])
    assert rows(panel) == [4]
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    for button in panel.suggestion_bar.buttons.values():
        button.click()
    assert asked == ["accept_suggestion", "delete_span", *panel.suggestion_bar.buttons]


def test_without_a_chosen_suggestion_only_all_can_be_accepted(panel):
    panel.show_suggestions((Span(80, 81.5),))
    enabled = [action for action, button in panel.suggestion_bar.buttons.items() if button.isEnabled()]
    assert enabled == ["accept_all_suggestions"]


def test_a_list_with_suggestions_alone_is_not_empty(panel):
    panel.show_prompt(Prompt(), DURATION)
    assert panel._stack.currentIndex() == 0
    panel.show_suggestions((Span(80, 81.5),))
    assert panel._stack.currentIndex() == 1


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


def test_the_models_eye_is_shown_on_demand(panel):
    assert panel.view.isColumnHidden(MODEL_FRAMES)
    panel.show_frame_grid(FrameGrid(48000, 1920))
    assert not panel.view.isColumnHidden(MODEL_FRAMES)
    assert panel.table.data(panel.table.index(0, MODEL_FRAMES)) == "25–62"


def test_rows_are_told_to_screen_readers(panel):
    index = panel.table.index(1, SIGN)
    told = panel.table.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert told == "plus box from 0:03.000 to 0:04.250, 200 – 4000 Hz"


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
