"""Scrolls the lanes where there are more of them than there is room for."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QWidget


class LaneScroll(QScrollArea):
    """Shows `lanes` in its whole size; its `bar`, to be laid out beside it, is hidden while all of them are visible."""

    def __init__(self, lanes: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(lanes)
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.bar.setAccessibleName("Scroll the lanes")
        self.bar.hide()
        own = self.verticalScrollBar()
        own.rangeChanged.connect(self._show_range)
        own.valueChanged.connect(self.bar.setValue)
        self.bar.valueChanged.connect(own.setValue)

    def _show_range(self, least: int, most: int) -> None:
        self.bar.setPageStep(self.viewport().height())
        self.bar.setRange(least, most)
        self.bar.setVisible(most > least)
