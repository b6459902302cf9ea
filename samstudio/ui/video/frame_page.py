"""A frame of the video with a caption and a row of buttons below it."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from samstudio.ui.theme import theme
from samstudio.ui.video.frame_caption import FrameCaption


class FramePage(QWidget):
    """What the pages of the video panel share; the view is the page's own."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self._caption = FrameCaption(caption)

    @property
    def caption(self) -> str:
        """What is said below the frame."""
        return self._caption.whole_text

    def _lay_out(self, view: QWidget, left: Sequence[QWidget], right: Sequence[QWidget]) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme().space(1))
        for part in left:
            row.addWidget(part)
        row.addStretch(1)
        for part in right:
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space(2))
        column.addWidget(view, 1)
        column.addWidget(self._caption)
        column.addLayout(row)
        self._view, self._row = view, row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel the frame and the buttons come first."""
        super().resizeEvent(event)
        others = self._view.minimumSizeHint().height() + self._row.sizeHint().height() + 2 * theme().space(2)
        self._caption.take_height(self.height() - others, self.width())
