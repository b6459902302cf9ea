"""The list of markers, with mouse and keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from samstudio.session.labels.marker import Marker
from samstudio.ui.markers.marker_list import MarkerListPanel
from samstudio.ui.markers.marker_table import NAME, TIME
from samstudio.ui.markers.span_tabs import SpanTabs
from samstudio.ui.spans.span_list import SpanListPanel

MARKERS = (Marker(1.0, "Intro"), Marker(4.0, "Verse"), Marker(9.0, "Outro"))


@pytest.fixture
def panel(qtbot):
    made = MarkerListPanel()
    qtbot.addWidget(made)
    made.resize(320, 240)
    made.show_markers(MARKERS, 10.0)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.edits, made.gone_to, made.actions, made.chosen = [], [], [], []
    made.marker_edited.connect(lambda index, marker: made.edits.append((index, marker)))
    made.go_requested.connect(made.gone_to.append)
    made.action_requested.connect(made.actions.append)
    made.selection_changed.connect(made.chosen.append)
    return made


def click(panel, row, column, modifier=Qt.KeyboardModifier.NoModifier):
    place = panel.view.visualRect(panel.table.index(row, column)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def typed(panel, text):
    *_, editor = panel.view.findChildren(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    # Qt commits what was typed with an event of its own.
    QApplication.processEvents()


def test_a_name_is_typed_after_f2(panel):
    click(panel, 1, TIME)
    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    typed(panel, "Chorus")
    assert panel.edits == [(1, Marker(4.0, "Chorus"))]


def test_a_time_is_typed_and_a_wrong_one_is_told(panel):
    click(panel, 1, TIME)
    panel.view.edit(panel.table.index(1, TIME))
    typed(panel, "0:05.25")
    assert panel.edits == [(1, Marker(5.25, "Verse"))]
    for wrong, words in (("99", "ends at"), ("soon", "soon")):
        panel.view.edit(panel.table.index(1, TIME))
        typed(panel, wrong)
        assert words in panel.notice.text
    assert len(panel.edits) == 1


def test_enter_goes_to_a_marker_and_delete_asks_for_its_end(panel):
    click(panel, 2, NAME)
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert panel.gone_to == [2]
    assert panel.actions == ["delete_marker"]


def test_what_is_selected_is_reported_and_stays_when_others_come_and_go(panel):
    click(panel, 0, NAME)
    click(panel, 2, NAME, Qt.KeyboardModifier.ControlModifier)
    assert panel.selected == (0, 2)
    panel.show_markers((Marker(0.5, "new"), *MARKERS), 10.0)
    assert panel.selected == (1, 3)
    assert panel.chosen[-1] == (1, 3)
    panel.show_markers(MARKERS[1:2], 10.0)
    assert panel.selected == ()
    assert not panel.delete_button.isEnabled()


def test_the_tabs_are_there_only_with_markers(qtbot):
    tabs = SpanTabs(SpanListPanel(), panel := MarkerListPanel())
    qtbot.addWidget(tabs)
    tabs.show()
    assert not tabs.tabBar().isVisible()
    tabs.show_count(3)
    assert tabs.tabBar().isVisible()
    assert tabs.tabText(1) == "Markers (3)"
    tabs.show_markers()
    assert tabs.currentWidget() is panel
    tabs.show_count(0)
    assert tabs.currentIndex() == 0
    QApplication.processEvents()
