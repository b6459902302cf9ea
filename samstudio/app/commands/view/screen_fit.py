"""Keeps the window on a screen, and no larger than one."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QStyle

_FRAME = 2
"""Logical pixels of a window's frame on each side."""


def fitted(window: QRect, screens: Sequence[QRect]) -> QRect:
    """`window` inside that of the `screens` of which it covers most, else inside the first; smaller where it must be.

    All are in logical pixels; there is at least one screen.
    """
    most = max(screens, key=lambda screen: _area(window.intersected(screen)))
    size = window.size().boundedTo(most.size())
    left = min(max(window.left(), most.left()), most.right() + 1 - size.width())
    top = min(max(window.top(), most.top()), most.bottom() + 1 - size.height())
    return QRect(left, top, size.width(), size.height())


def _area(rect: QRect) -> int:
    return rect.width() * rect.height() if rect.isValid() else 0


def fit_on_screen(window: QMainWindow, least: QSize) -> None:
    """Move and shrink a window that is not shown yet; `least` is its minimum size where the screen has room for it."""
    bar = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    screens = QGuiApplication.screens()
    primary = QGuiApplication.primaryScreen()
    # Inside its frame and below its title bar, whose sizes only the window manager knows.
    places = [
        screen.availableGeometry().adjusted(_FRAME, bar + _FRAME, -_FRAME, -_FRAME)
        for screen in sorted(screens, key=lambda one: one != primary)
    ]
    smallest = QSize(min(place.width() for place in places), min(place.height() for place in places))
    window.setMinimumSize(least.boundedTo(smallest))
    if not window.isMaximized() and not window.isFullScreen():
        window.setGeometry(fitted(window.geometry(), places))
