"""Looks at a window as a screen reader and a keyboard do."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget

_Role = QAccessible.Role
_CONTROLS = {
    _Role.PushButton,
    _Role.CheckBox,
    _Role.RadioButton,
    _Role.ComboBox,
    _Role.EditableText,
    _Role.SpinBox,
    _Role.Slider,
    _Role.Dial,
    _Role.ProgressBar,
    _Role.List,
    _Role.Table,
    _Role.Tree,
    _Role.PageTabList,
    _Role.Indicator,
    _Role.Graphic,
    _Role.Chart,
}
_SAY_NOTHING = {_Role.NoRole, _Role.Client}


def parts(top: QWidget) -> Iterator[QAccessibleInterface]:
    """All that a screen reader finds in a window and that is seen."""
    yield from _below(QAccessible.queryAccessibleInterface(top))


def _below(part: QAccessibleInterface | None) -> Iterator[QAccessibleInterface]:
    if part is None or not part.isValid():
        return
    if not part.state().invisible:
        yield part
    for number in range(part.childCount()):
        yield from _below(part.child(number))


def faults(top: QWidget) -> list[str]:
    """What a blind person would stumble over in this window, a line each."""
    found = []
    for part in parts(top):
        widget = part.object()
        # Lists of combo boxes and pictures in views are Qt's own affair.
        if not isinstance(widget, QWidget) or widget.objectName().startswith("qt_scrollarea"):
            continue
        focusable = part.state().focusable and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        name = part.text(QAccessible.Text.Name)
        # A picture in a label adorns the words beside it.
        if (focusable or (part.role() in _CONTROLS and not isinstance(widget, QLabel))) and not name:
            found.append(f"nameless: {_place(widget)}")
        if focusable and part.role() in _SAY_NOTHING:
            found.append(f"without a role: {_place(widget)}")
        if isinstance(widget, QLabel) and widget.text().isascii() and widget.text() not in name:
            found.append(f"its text is hidden by its name {name!r}: {_place(widget)}")
        if isinstance(widget, QComboBox) and not _has_title(top, widget):
            found.append(f"no title is tied to it: {_place(widget)}")
    return found


def _has_title(top: QWidget, box: QComboBox) -> bool:
    # On Linux a combo box's name is its current text; only a label's relation tells what it is for.
    return any(label.buddy() is box for label in top.findChildren(QLabel))


def _place(widget: QWidget) -> str:
    way = []
    while widget is not None and len(way) < 4:
        way.append(f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()}".strip())
        widget = widget.parentWidget()
    return " in ".join(way)


def walk(top: QWidget, key: Qt.Key, start: QWidget, limit: int = 400) -> list[QWidget]:
    """The widgets that have the focus one after the other when `key` is pressed again and again, once round."""
    start.setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[QWidget] = []
    stays = 0
    if len(stops(top)) == 1:
        return [start]
    while stays < limit:
        here = QApplication.focusWidget()
        assert here is not None, f"the focus is lost after {_place(seen[-1])}"
        if seen and here is seen[-1]:
            # A list may use Tab for its own rows, as the timeline does for its spans.
            stays += 1
        elif here in seen:
            assert here is seen[0], f"from {_place(seen[-1])} Tab goes back to {_place(here)}: a trap"
            return seen
        else:
            seen.append(here)
        QTest.keyClick(here, key)
    raise AssertionError(f"Tab never leaves {_place(seen[-1])}")


def stops(top: QWidget) -> set[QWidget]:
    """Every widget of a window that Tab must come to."""
    return {
        widget
        for widget in top.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.window() is top
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not _is_other_radio(widget)
    }


def _is_other_radio(widget: QWidget) -> bool:
    """Of a group of radio buttons Tab comes to the one that is on; the arrows go to the others."""
    exclusive = isinstance(widget, QAbstractButton) and widget.group() is not None and widget.group().exclusive()
    return exclusive and widget.isCheckable() and not widget.isChecked()
