"""The one graphics item of a lane that shows every span visible in it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from samstudio.ui.theme import load_theme, notifier, theme
from samstudio.ui.timeline.device_pixels import device_pixels, snapped
from samstudio.ui.timeline.lane_box import LaneBox
from samstudio.ui.timeline.span_marks import Picture
from samstudio.ui.timeline.span_painting import FrequencyScale, SpanPainting
from samstudio.ui.timeline.span_strokes import Strokes
from samstudio.ui.timeline.z_order import Z_SPANS

_MARGIN = 8
"""Pixels by which handles and badges may reach over the edges of their span."""


class SpanItem(QGraphicsObject):
    """Shows a Picture over one lane. With `scale`, the lane's y axis, boxes have their height."""

    def __init__(self, box: LaneBox, scale: FrequencyScale | None) -> None:
        super().__init__(box)
        self.setZValue(Z_SPANS)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        # Tells paint() which part is asked for.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._box, self._scale = box, scale
        self._picture = Picture()
        self._hatches: dict[tuple[object, ...], QPixmap] = {}
        box.view_changed.connect(self._place)
        notifier.theme_changed.connect(self._forget_colors)

    def detach(self) -> None:
        """Leave the lane for good."""
        self._box.view_changed.disconnect(self._place)
        notifier.theme_changed.disconnect(self._forget_colors)
        self.setParentItem(None)
        if self.scene() is not None:
            self.scene().removeItem(self)

    def show_picture(self, picture: Picture) -> None:
        """Show `picture`; only the stretches of time that differ are painted again."""
        changes = picture.changes_from(self._picture)
        self._picture = picture
        if changes is None:
            self.update()
            return
        to_pixels = self._box.to_pixels
        for start, end in changes:
            left, right = (to_pixels.m11() * time + to_pixels.dx() for time in (start, end))
            columns = QRectF(left - _MARGIN, 0, right - left + 2 * _MARGIN, self._box.rect().height())
            if columns.intersects(self.boundingRect()):
                self.update(columns.intersected(self.boundingRect()))

    def boundingRect(self) -> QRectF:
        """The whole lane."""
        return self._box.rect()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint the exposed part, pixel for pixel."""
        # The spectrogram's colours are dark in every theme.
        look = load_theme("dark") if self._scale else theme()
        with device_pixels(painter) as to_device:
            exposed = option.exposedRect.adjusted(-_MARGIN, 0, _MARGIN, 0)
            strokes = Strokes(painter, look, to_device.m11(), self._hatches)
            areas = snapped(to_device, self.boundingRect()), snapped(to_device, exposed)
            SpanPainting(strokes, self._box.to_pixels * to_device, *areas, self._scale).paint(self._picture)

    def _place(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def _forget_colors(self) -> None:
        self._hatches.clear()
        self.update()
