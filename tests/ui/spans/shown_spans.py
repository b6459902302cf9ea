"""The spans that the tests of the span list show, and what its cells contain."""

from samstudio.session.prompt import Sign, Span
from samstudio.ui.spans.span_list import SpanListPanel
from samstudio.ui.spans.span_table import MODEL_FRAMES

SPANS = (Span(1.0, 2.5), Span(3.0, 4.25, low=200.0, high=4000.0), Span(65.0, 66.0, Sign.MINUS))
DURATION = 120.0
"""Seconds."""


def cells(panel: SpanListPanel, row: int) -> list[str]:
    return [panel.table.data(panel.table.index(row, column)) for column in range(MODEL_FRAMES)]
