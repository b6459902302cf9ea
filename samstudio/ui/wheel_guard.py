"""The wheel over a list, number field or slider that does not have the focus."""

from functools import cache

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class _WheelGuard(QObject):
    """Leaves the wheel over a control without the focus to what lies behind it, which may scroll."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ignore the wheel over a control without the focus."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


@cache
def _wheel_guard() -> _WheelGuard:
    return _WheelGuard()


def guard_wheel(control: QWidget) -> None:
    """Guard a control. Guarded twice it is guarded once."""
    control.installEventFilter(_wheel_guard())
