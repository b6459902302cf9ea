"""Base of waveform and spectrogram: where it is drawn, and which part of the time axis it shows."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem

from samstudio.dsp.tiles import ViewRequest
from samstudio.ui.timeline.lanes.z_order import Z_CONTENT


class LaneItem(QGraphicsItem):
    """Fills a rectangle of its parent, under everything else, and leaves the mouse to the lane."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z_CONTENT)
        self._view = ViewRequest(0.0, 1.0, 1, 1)
        self._rect = QRectF()

    def show_view(self, view: ViewRequest) -> None:
        """Show another part of the time axis."""
        self._view = view
        self.update()

    def set_rect(self, rect: QRectF) -> None:
        """Fill another rectangle of the parent."""
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:
        """The rectangle that it fills."""
        return self._rect
