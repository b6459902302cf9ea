"""A frame of the video with a caption and a row of buttons below it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from samstudio.ui.parts import label
from samstudio.ui.theme import theme

HEIGHT_FOR_CAPTION = 174
"""Logical pixels of the page."""


class FramePage(QWidget):
    """What the pages of the video panel share; the view is the page's own."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self._caption = label(caption, "caption", wrap=True)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Always two lines: the frame must not move under the mouse when the text gets shorter.
        self._caption.setMinimumHeight(2 * QFontMetrics(theme().font("caption")).lineSpacing())

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel the frame and the buttons come first: what to do, the view's tooltip says as well."""
        super().resizeEvent(event)
        self._caption.setVisible(self.height() >= HEIGHT_FOR_CAPTION)
