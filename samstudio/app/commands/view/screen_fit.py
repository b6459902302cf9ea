"""Keeps the window and its dialogs on a screen, and no larger than one."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QScreen, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStyle, QWidget

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
    primary = QGuiApplication.primaryScreen()
    screens = sorted(QGuiApplication.screens(), key=lambda screen: screen != primary)
    places = [_place_on(screen, window) for screen in screens]
    smallest = QSize(min(place.width() for place in places), min(place.height() for place in places))
    window.setMinimumSize(least.boundedTo(smallest))
    if not window.isMaximized() and not window.isFullScreen():
        window.setGeometry(fitted(window.geometry(), places))


def _place_on(screen: QScreen, window: QWidget) -> QRect:
    """Where a window may be: inside its frame and below its title bar, whose sizes only the window manager knows."""
    bar = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    return screen.availableGeometry().adjusted(_FRAME, bar + _FRAME, -_FRAME, -_FRAME)


class DialogFit(QObject):
    """Fits every dialog into its screen when it comes up, and when it has more to show.

    Some are made for more than the smallest screens have.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        app.focusWindowChanged.connect(self._fit)

    @Slot(QWindow)
    def _fit(self, window: QWindow | None) -> None:
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QDialog) and dialog.isVisible() and dialog.windowHandle() is window:
                dialog.installEventFilter(self)
                place = _place_on(dialog.screen(), dialog)
                if not place.contains(dialog.geometry()):
                    wanted, owner = dialog.geometry(), dialog.parentWidget()
                    is_too_large = wanted.size() != wanted.size().boundedTo(place.size())
                    if is_too_large and owner is not None:
                        # One that has no place anywhere, window managers put into a corner.
                        wanted.moveCenter(owner.window().geometry().center())
                    dialog.setMinimumSize(dialog.minimumSize().boundedTo(place.size()))
                    dialog.setGeometry(fitted(wanted, [place]))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What a dialog shows has changed: it may have grown over the edge of the screen."""
        if event.type() == QEvent.Type.LayoutRequest and isinstance(watched, QDialog):
            # Once it has its new size.
            QTimer.singleShot(0, watched, lambda: self._fit(watched.windowHandle()))
        return super().eventFilter(watched, event)
