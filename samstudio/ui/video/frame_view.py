"""A video frame, whole and in its own proportions, for what is marked on it to be painted over it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from samstudio.ui.theme import notifier, theme


class FrameView(QWidget):
    """Shows a frame and the keyboard's focus; what is painted over the frame, each kind of view knows."""

    def __init__(self) -> None:
        super().__init__()
        self._frame: NDArray[np.uint8] | None = None
        self._image = QImage()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        notifier.theme_changed.connect(self.update)

    def show_frame(self, frame: NDArray[np.uint8] | None) -> None:
        """Show uint8 (H, W, 3), or nothing."""
        self._frame = frame
        if frame is None:
            self._image = QImage()
        else:
            height, width = frame.shape[:2]
            # The image reads the frame's own memory.
            self._image = QImage(frame.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the lists beside the timeline."""
        return QSize(224, 150)

    def minimumSizeHint(self) -> QSize:
        """Small, but what is marked is still visible in it."""
        return QSize(120, 80)

    def image_rect(self) -> QRectF:
        """Where the frame is painted in the widget: whole, in its own proportions."""
        area = QRectF(self.rect()).adjusted(2.0, 2.0, -2.0, -2.0)
        size = self._image.size().toSizeF().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        rect = QRectF(QPointF(), size)
        rect.moveCenter(area.center())
        return rect

    def fractions(self, point: QPointF) -> tuple[float, float]:
        """A place of the widget as fractions of the picture's width and height, beyond 0..1 outside it."""
        rect = self.image_rect()
        return (point.x() - rect.left()) / rect.width(), (point.y() - rect.top()) / rect.height()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The frame, what is marked on it, and the frame of the focus."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("canvas"))
        if not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            image_rect = self.image_rect()
            painter.drawImage(image_rect, self._image)
            self.paint_marks(painter, image_rect)
        if self.hasFocus():
            painter.setPen(QPen(theme().color("focus"), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0))

    def paint_marks(self, painter: QPainter, image_rect: QRectF) -> None:
        """Paint over the frame, which fills `image_rect`."""
