"""Channel strips side by side, as many as there are: what has no room is scrolled to."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from samstudio.ui.mixer.channel_strip import ChannelStrip
from samstudio.ui.theme import theme


class StripRow(QScrollArea):
    """Shares its width among its strips, and scrolls sideways where they would be too narrow."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # As high as what stands beside it.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._page = QWidget()
        self._row = QHBoxLayout(self._page)
        # A gap behind each strip, the last one in view too: so none runs into what stands beside.
        self.gap = round(theme().space(1.5))
        self.setViewportMargins(0, 0, self.gap, 0)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self.gap)
        self.setWidget(self._page)

    def arrange(self, strips: Sequence[ChannelStrip]) -> None:
        """Show these strips in this order; Tab follows it."""
        for strip in strips:
            self._row.removeWidget(strip)
            self._row.addWidget(strip, 1, Qt.AlignmentFlag.AlignTop)
        controls = [control for strip in strips for control in strip.controls]
        for before, after in pairwise(controls):
            QWidget.setTabOrder(before, after)
        self.setMaximumWidth(sum(strip.maximumWidth() + self.gap for strip in strips))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as its strips would like."""
        return self._page.sizeHint() + QSize(self.gap, 0)

    def minimumSizeHint(self) -> QSize:
        """One strip at least, and a bit of the next."""
        return QSize(240, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls sideways, whichever way it turns."""
        bar, turned = self.horizontalScrollBar(), event.angleDelta()
        bar.setValue(bar.value() - (turned.x() or turned.y()))
