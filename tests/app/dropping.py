"""Files dragged over a widget and dropped, with the events that Qt sends."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

LEFT, COPY, NO_KEYS = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag_over(widget: QWidget, data: QMimeData) -> bool:
    """Whether the widget under the mouse, or one around it, takes what is dragged."""
    place = widget.rect().center()
    enter = QDragEnterEvent(place, COPY, data, LEFT, NO_KEYS)
    QApplication.sendEvent(widget, enter)
    if enter.isAccepted():
        QApplication.sendEvent(widget, QDragMoveEvent(place, COPY, data, LEFT, NO_KEYS))
    return enter.isAccepted()


def drop_on(widget: QWidget, *paths: Path) -> None:
    data = files(*paths)
    assert drag_over(widget, data), f"{widget} refuses files"
    QApplication.sendEvent(widget, QDropEvent(QPointF(widget.rect().center()), COPY, data, LEFT, NO_KEYS))
