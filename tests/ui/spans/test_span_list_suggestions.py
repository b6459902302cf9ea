"""Suggested spans in the list of spans."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from samstudio.session.prompt import Prompt, Span
from samstudio.ui.spans.span_list import SpanListPanel
from samstudio.ui.spans.span_table import SIGN, START
from tests.signals import emissions
from tests.ui.spans.shown_spans import DURATION, cells


def rows(panel: SpanListPanel) -> list[int]:
    return sorted(index.row() for index in panel.view.selectionModel().selectedRows())


def click(panel: SpanListPanel, row: int, keys=Qt.KeyboardModifier.NoModifier) -> None:
    where = panel.view.visualRect(panel.table.index(row, START)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, keys, where)


def test_suggestions_are_listed_below_the_spans_and_cannot_be_typed_into(panel):
    assert not panel.suggestion_bar.isVisible()
    panel.show_suggestions((Span(80, 81.5), Span(90, 91)))
    assert cells(panel, 3)[:4] == ["+?", "1:20.000", "1:21.500", "1.500"]
    index = panel.table.index(3, START)
    assert index.data(Qt.ItemDataRole.FontRole).italic()
    assert not index.flags() & Qt.ItemFlag.ItemIsEditable
    assert "heard by the model" in panel.table.index(3, SIGN).data(Qt.ItemDataRole.AccessibleTextRole)
    assert panel.suggestion_bar.isVisible()


def test_a_suggestion_is_selected_accepted_and_dismissed_from_the_list(panel):
    panel.show_suggestions((Span(80, 81.5), Span(90, 91)))
    chosen, asked, spans = (
        emissions(panel.suggestion_selected),
        emissions(panel.action_requested),
        emissions(panel.spans_selected),
    )
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
