"""Accessible roles of painted widgets: Qt knows only the roles of its own controls."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_ROLE = "accessible_role"
# Qt deletes an interface with its widget; without a reference here Python would delete it as well.
_made: list[QAccessibleWidget] = []


def set_role(widget: QWidget, role: QAccessible.Role) -> None:
    """Set a widget's role, before a screen reader first asks for it."""
    widget.setProperty(_ROLE, role.value)


def install_roles() -> None:
    """Register the roles with Qt; once, when the application starts."""
    QAccessible.installFactory(_interface)


def _interface(_class: str, widget: QObject) -> QAccessibleWidget | None:
    if not isinstance(widget, QWidget) or (role := widget.property(_ROLE)) is None:
        return None
    # Qt's own class, not one of ours: a Python override of interface_cast() crashes when a screen reader calls it.
    _made.append(QAccessibleWidget(widget, QAccessible.Role(role)))
    return _made[-1]
