"""Selecting in the list of spans, and what one edit repaints."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from samstudio.session.prompt import Prompt, Span
from samstudio.ui.spans.span_list import SpanListPanel
from samstudio.ui.spans.span_table import SIGN, START
from tests.signals import emissions
from tests.ui.spans.shown_spans import DURATION, SPANS, cells


def test_selection_is_reported_and_shown_without_echo(panel):
    emitted = emissions(panel.spans_selected)
    panel.view.selectRow(2)
    panel.show_selected_spans((1,))
    assert emitted == [(2,)]
    assert rows(panel) == [1]
    panel.show_selected_spans(())
    assert rows(panel) == []
    assert emitted == [(2,)]


def rows(panel: SpanListPanel) -> list[int]:
    return sorted(index.row() for index in panel.view.selectionModel().selectedRows())


def click(panel: SpanListPanel, row: int, keys=Qt.KeyboardModifier.NoModifier) -> None:
    where = panel.view.visualRect(panel.table.index(row, START)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, keys, where)


def test_clicks_with_ctrl_and_shift_select_several_the_last_one_first_of_all(panel):
    emitted = emissions(panel.spans_selected)
    # As the window does: what is told comes back.
    panel.spans_selected.connect(panel.show_selected_spans)
    click(panel, 2)
    click(panel, 0, Qt.KeyboardModifier.ControlModifier)
    assert emitted[-1] == (2, 0)
    click(panel, 2, Qt.KeyboardModifier.ControlModifier)
    assert emitted[-1] == (0,)
    click(panel, 0)
    click(panel, 2, Qt.KeyboardModifier.ShiftModifier)
    assert sorted(emitted[-1]) == [0, 1, 2]
    panel.view.clearSelection()
    assert emitted[-1] == ()


def test_ctrl_a_in_the_list_selects_all_spans(panel):
    emitted = emissions(panel.spans_selected)
    panel.show_suggestions((Span(80, 81),))
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert sorted(emitted[-1]) == [0, 1, 2]


def test_a_selection_that_comes_before_its_span_is_shown_with_it(panel):
    panel.show_selected_spans((3,))
    panel.show_prompt(Prompt("", (*SPANS, Span(7, 8))), DURATION)
    assert rows(panel) == [3]


def test_selection_stays_through_an_edit(panel):
    panel.show_selected_spans((1,))
    emitted = emissions(panel.spans_selected)
    panel.show_prompt(Prompt("", (SPANS[0], SPANS[1].flipped(), SPANS[2])), DURATION)
    panel.show_prompt(Prompt("", (*SPANS, Span(7, 8))), DURATION)
    assert rows(panel) == [1]
    assert emitted == []


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
def test_only_rows_that_differ_are_reported(panel, after):
    panel.show_suggestions((Span(80, 81),))
    resets = emissions(panel.table.modelReset)
    came, went = emissions(panel.table.rowsInserted), emissions(panel.table.rowsRemoved)
    panel.show_prompt(Prompt("", after), DURATION)
    assert panel.table.rowCount() == len(after) + 1
    assert panel.table.data(panel.table.index(len(after), SIGN)) == "+?"
    shown = [cells(panel, row)[START] for row in range(len(after))]
    assert shown == [edited_cell(span) for span in after]
    assert resets == []
    assert len(came) + len(went) == (len(after) != len(SPANS))


def edited_cell(span: Span) -> str:
    return f"{int(span.start // 60)}:{span.start % 60:06.3f}"


def test_one_edit_repaints_one_row(panel):
    changed = emissions(panel.table.dataChanged)
    panel.show_prompt(Prompt("", (SPANS[0], SPANS[1].flipped(), SPANS[2])), DURATION)
    assert [(first.row(), last.row()) for first, last, *_ in changed] == [(1, 1)]


def test_neighbours_are_selected_as_one_part(panel):
    spans = tuple(Span(i * 0.005, i * 0.005 + 0.002) for i in range(20_000))
    panel.show_prompt(Prompt("", spans), DURATION)
    panel.show_selected_spans((5, 6, *range(100, 20_000), 3))
    assert panel.view.selectionModel().selection().count() == 3
    assert panel.view.selected_rows() == [5, 6, *range(100, 20_000), 3]
    panel.view.viewport().repaint()
