import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QVBoxLayout, QWidget

from samstudio.app.input.focus_return import FocusReturn


@pytest.fixture
def window(qtbot):
    follower = FocusReturn(QApplication.instance())
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    window.field, window.box = QLineEdit(), QComboBox()
    window.box.addItems(["one", "two", "three"])
    layout.addWidget(window.field)
    layout.addWidget(window.box)
    with qtbot.waitActive(window):
        window.show()
    window.field.setFocus()
    yield window
    follower.deleteLater()


def press(box):
    """The mouse goes down on a list, as the window system says it: the list has the focus and is open."""
    window = box.window()
    QTest.mousePress(window.windowHandle(), Qt.MouseButton.LeftButton, pos=box.mapTo(window, box.rect().center()))


def pick(qtbot, box, row):
    press(box)
    qtbot.waitUntil(box.view().isVisible)
    QTest.mouseRelease(box, Qt.MouseButton.LeftButton)
    # An open list ignores the release of the click that opened it for a while: the keyboard picks at once.
    box.view().setCurrentIndex(box.model().index(row, 0))
    QTest.keyClick(box.view(), Qt.Key.Key_Return)


def test_the_focus_goes_back_after_a_choice(window, qtbot):
    pick(qtbot, window.box, 2)
    assert window.box.currentIndex() == 2
    assert window.field.hasFocus()
    pick(qtbot, window.box, 1)
    assert window.field.hasFocus(), "the second time as the first"


def test_a_list_reached_with_tab_keeps_it(window, qtbot):
    QTest.keyClick(window.field, Qt.Key.Key_Tab)
    QTest.keyClick(window.box, Qt.Key.Key_Down)
    assert (window.box.currentIndex(), window.box.hasFocus()) == (1, True)


def test_where_nothing_had_it_nothing_keeps_it(window, qtbot):
    window.field.clearFocus()
    pick(qtbot, window.box, 2)
    assert not window.box.hasFocus()


def test_the_field_before_may_be_gone(window, qtbot):
    press(window.box)
    qtbot.waitUntil(window.box.view().isVisible)
    window.field.deleteLater()
    qtbot.waitUntil(lambda: len(window.children()) == 2)
    QTest.keyClick(window.box.view(), Qt.Key.Key_Return)
    assert not window.box.hasFocus()
