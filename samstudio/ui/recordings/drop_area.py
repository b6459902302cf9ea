"""Files dropped anywhere in the window, which lights up while they are over it."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from samstudio.ui.icons import icon_pixmap
from samstudio.ui.theme import theme

DROP = "Drop to open"
_ICON_SIZE = 40


class DropArea(QObject):
    """Takes files for a window before any of its widgets does: lanes and text fields would refuse or paste them."""

    dropped = Signal(object)
    """tuple[Path, ...]"""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.cover = _Cover(window)

    def watch(self, widget: QWidget) -> None:
        """Take the files that are dropped on a widget, or on those of its parts that take drops by now."""
        widget.setAcceptDrops(True)
        for part in (widget, *widget.findChildren(QWidget)):
            if part.acceptDrops():
                part.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take files; what else is dragged is left to the widget."""
        # By class, which is told quickest: every event of the widgets comes here.
        if isinstance(event, QDragLeaveEvent):
            self.cover.hide()
        # A drag that enters is a drag that moves, which is a drop: so Qt's classes have it.
        elif isinstance(event, QDropEvent) and (paths := local_files(event.mimeData())):
            # A copy: a move would make the file manager delete the file.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            is_drop = event.type() == QEvent.Type.Drop
            self.cover.show_files(0 if is_drop else len(paths))
            if is_drop:
                self.dropped.emit(paths)
            return True
        return False


class _Cover(QWidget):
    """Lies over the window while files are dragged over it, and says what a drop would do."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("drop_cover")
        self.hide()

    def show_files(self, count: int) -> None:
        """Say that so many files are going to be opened; none: there is no drag any longer."""
        self.text = DROP if count == 1 else f"{DROP} {count} files"
        self.setAccessibleName(self.text)
        self.setGeometry(self._window.rect())
        self.raise_()
        self.setVisible(count > 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A frame round the window, and the sentence in its middle."""
        colors, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = colors.color("window")
        shade.setAlphaF(0.72)
        painter.fillRect(self.rect(), shade)
        pen = QPen(colors.color("accent"), 3)
        painter.setPen(pen)
        edge = theme().space(2)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), 8, 8)
        painter.setFont(colors.font("title"))
        text = painter.fontMetrics().size(0, self.text)
        inner = theme().space(6)
        width, height = max(text.width(), _ICON_SIZE) + 2 * inner, text.height() + _ICON_SIZE + 3 * inner
        card = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
        painter.setBrush(colors.color("panel"))
        painter.setPen(QPen(colors.color("border"), 1))
        painter.drawRoundedRect(card, 8, 8)
        pixmap = icon_pixmap("drop", "accent", _ICON_SIZE, self.devicePixelRatioF())
        painter.drawPixmap(round(card.center().x() - _ICON_SIZE / 2), round(card.top() + inner), pixmap)
        painter.setPen(colors.color("text"))
        line = QRectF(card.left(), card.top() + _ICON_SIZE + 2 * inner, card.width(), text.height())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self.text)


def local_files(data: QMimeData) -> tuple[Path, ...]:
    """The files on this computer that are dragged."""
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
