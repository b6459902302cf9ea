"""A scroll area as high as its page where there is room."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class FittedScrollArea(QScrollArea):
    """Its size hint is the height its page needs at this width; with less it scrolls.

    It is never lower than the page down to `kept`, one of its parts.
    """

    def __init__(self, page: QWidget, kept: QWidget | None = None) -> None:
        super().__init__()
        self._page, self._kept = page, kept
        self.setProperty("look", "plain")
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass on that the page needs another height."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """The page's own, its lines broken as they are in this width."""
        page = self._page
        if not page.hasHeightForWidth():
            return page.sizeHint()
        # Qt leaves a bar that is there as long as the page is too high beside it.
        beside_bar = self.width() - self.verticalScrollBar().sizeHint().width()
        heights = (page.heightForWidth(width) for width in (self.width(), beside_bar))
        return QSize(page.sizeHint().width(), max(page.minimumSizeHint().height(), *heights))

    def minimumSizeHint(self) -> QSize:
        """The page's width, with a bar beside it."""
        bar = self.verticalScrollBar().sizeHint().width()
        layout, height = self._page.layout(), 0
        if self._kept is not None and layout is not None:
            layout.activate()
            height = self._kept.geometry().bottom() + 1 + layout.contentsMargins().bottom()
        return QSize(self._page.minimumSizeHint().width() + bar, height)
