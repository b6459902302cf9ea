"""The wheel over a control that does not have the focus scrolls what lies behind it, and changes nothing."""

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QSlider,
    QSpinBox,
    QWidget,
)

from samstudio.ui.fold import Fold
from samstudio.ui.parts import MOVED_BY_WHEEL, explain
from tests.app.every_window import OPENING, visit


def wheel(widget, notches=-1):
    """The wheel turned over the middle of a widget, as the window system reports it: to the window."""
    window = widget.window()
    QTest.wheelEvent(window.windowHandle(), widget.mapTo(window, widget.rect().center()), QPoint(0, 120 * notches))
    QApplication.processEvents()


def value(control):
    return control.currentIndex() if isinstance(control, QComboBox) else control.property("value")


def controls(window):
    found = [
        control
        for kind in (QComboBox, QAbstractSpinBox, QSlider)
        for control in window.findChildren(kind)
        if not control.property(MOVED_BY_WHEEL)
    ]
    return [control for control in found if control.isVisible() and control.isEnabled() and not control.hasFocus()]


def faults(window):
    found = []
    for control in controls(window):
        before = value(control)
        for notches in (-1, 1):
            wheel(control, notches)
            if value(control) != before or control.hasFocus():
                found.append(f"{type(control).__name__} {control.accessibleName()}")
                break
    return found


def test_the_wheel_changes_no_control_of_the_window(worked_in, qtbot):
    worked_in.timeline.setFocus()
    (fold,) = worked_in.prompt_panel.findChildren(Fold)
    fold.click()
    worked_in.timeline.setFocus()
    assert len(controls(worked_in)) >= 2
    assert faults(worked_in) == []


def test_the_wheel_changes_no_control_of_any_dialog(worked_in, qtbot):
    seen = 0

    def look(window):
        nonlocal seen
        window.setFocus()
        seen += len(controls(window))
        return faults(window)

    opening = [name for name in OPENING if worked_in.actions_by_name[name].isEnabled()]
    found = {name: visit(worked_in, name, look, qtbot) for name in opening}
    assert {name: errors for name, errors in found.items() if errors} == {}
    assert seen > 10


def test_a_focused_field_is_changed_and_another_lets_the_page_scroll(qtbot):
    area, page = QScrollArea(), QWidget()
    qtbot.addWidget(area)
    field, other = QSpinBox(page), QLineEdit(page)
    explain(field, "Seed")
    field.setGeometry(10, 40, 120, 30)
    other.setGeometry(10, 90, 120, 30)
    page.resize(200, 2000)
    area.setWidget(page)
    area.resize(300, 200)
    with qtbot.waitActive(area):
        area.show()
    field.setFocus()
    wheel(field, 1)
    assert field.value() == 1
    other.setFocus()
    wheel(field, -1)
    assert field.value() == 1
    assert area.verticalScrollBar().value() > 0
    assert other.hasFocus()
