"""How the list of recordings looks."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.ui.recordings.recording_rows import RecordingRow
from samstudio.ui.recordings.recordings_panel import RecordingsPanel
from samstudio.ui.theme import theme
from tests.ui.timeline.whole import is_colour, seen

ROWS = tuple(RecordingRow(name, "", "0:12", "No take yet", is_shown=name == "one") for name in ("one", "two"))
FAILURE = "“music” is heard nearly everywhere: mark a - span where it is not heard, and separate again."


@pytest.fixture
def panel(qtbot):
    made = RecordingsPanel()
    qtbot.addWidget(made)
    made.resize(224, 400)
    made.show()
    made.show_rows(ROWS)
    return made


def marks(panel, place):
    """Whether there is the bar of the recording that is shown at the left edge of a row."""
    row = panel.view.visualRect(panel.rows.index(place))
    part = seen(panel.view.viewport())[row.top() : row.bottom(), row.left() : row.left() + 4]
    return bool(is_colour(part, theme().color("accent")).any())


def test_a_right_click_on_another_leaves_the_bar_at_the_one_that_is_shown(panel):
    other = panel.view.visualRect(panel.rows.index(1)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(other))
    assert panel.selected == (1,)
    assert [marks(panel, place) for place in range(2)] == [True, False]


def test_a_failure_takes_one_line_more_and_its_tooltip_has_all_of_it(panel):
    before = panel.full_height
    panel.show_rows((ROWS[0], replace(ROWS[1], state=3 * FAILURE, has_failed=True)))
    lines = panel.view.sizeHintForRow(1) - panel.view.sizeHintForRow(0)
    assert 0 < lines < 1.2 * panel.fontMetrics().height()
    assert panel.full_height == before + lines
    assert 3 * FAILURE in panel.rows.index(1).data(Qt.ItemDataRole.ToolTipRole)


def test_all_rows_are_in_view_at_the_full_height(panel):
    panel.show_rows(tuple(replace(ROWS[1], name=str(number)) for number in range(5)))
    panel.resize(224, panel.full_height)
    assert panel.view.verticalScrollBar().maximum() == 0
    panel.resize(224, panel.full_height - panel.view.sizeHintForRow(0) // 2)
    QApplication.processEvents()
    assert panel.view.verticalScrollBar().maximum() > 0
