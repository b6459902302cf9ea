"""Grid, markers and playhead, under and over a lane's content, in the lane's pixels."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from samstudio.ui.theme import blend, theme
from samstudio.ui.timeline.lanes.z_order import Z_GRID, Z_MARKERS, Z_PLAYHEAD
from samstudio.ui.timeline.paint.device_pixels import device_pixels, exposed_pixels, fill, mapped_x, mapped_y, snapped


class GridItem(QGraphicsItem):
    """A faint grid: vertical lines at times, horizontal ones at amplitudes, the middle ones a little stronger."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        # So that paint() is given the exposed part.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z_GRID)
        self._rect = QRectF()
        self._times: tuple[float, ...] = ()
        self._levels: tuple[tuple[float, bool], ...] = ()

    def set_rect(self, rect: QRectF) -> None:
        """Fill another rectangle of the parent."""
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:
        """The rectangle that it fills."""
        return self._rect

    def show_times(self, places: tuple[float, ...]) -> None:
        """Upright lines, at parts of the width: 0 left, 1 right."""
        self._times = places
        self.update()

    def show_levels(self, levels: tuple[tuple[float, bool], ...]) -> None:
        """Level lines: (y in logical pixels, whether it is a middle line)."""
        self._levels = levels
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """One device pixel wide each, as far as they are exposed."""
        with device_pixels(painter) as to_device:
            lane = snapped(to_device, self._rect)
            exposed = exposed_pixels(to_device, option, lane)
            places = [lane.left() + round(place * lane.width()) for place in self._times]
            upright = [QRect(x, lane.top(), 1, lane.height()) for x in places if exposed.left() <= x <= exposed.right()]
            rows = [(round(mapped_y(to_device, y)), middle) for y, middle in self._levels]
            level = [(QRect(exposed.left(), y, exposed.width(), 1), middle) for y, middle in rows]
            fill(painter, upright + [line for line, middle in level if not middle], _on_canvas(1.0))
            fill(painter, [line for line, middle in level if middle], _on_canvas(2.5))


def _on_canvas(strength: float) -> QColor:
    """The grid's colour as it looks on the canvas: painted opaque, it costs a tenth."""
    line, ground = theme().color("grid"), theme().color("canvas")
    return blend(ground, line, min(1.0, line.alphaF() * strength))


class MarkersItem(QGraphicsItem):
    """An upright line at each marker."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        # So that paint() is given the exposed part.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z_MARKERS)
        self._rect = QRectF()
        self._places: tuple[float, ...] = ()

    def set_rect(self, rect: QRectF) -> None:
        """Fill another rectangle of the parent."""
        self.prepareGeometryChange()
        self._rect = rect

    def boundingRect(self) -> QRectF:
        """The rectangle that it fills."""
        return self._rect

    def show_places(self, places: tuple[float, ...]) -> None:
        """Lines at parts of the width: 0 left, 1 right."""
        if places != self._places:
            self._places = places
            self.setVisible(bool(places))
            self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """One device pixel wide each, as far as they are exposed."""
        with device_pixels(painter) as to_device:
            lane = snapped(to_device, self._rect)
            exposed = exposed_pixels(to_device, option, lane)
            places = {lane.left() + round(place * lane.width()) for place in self._places}
            shown = [x for x in places if exposed.left() <= x <= exposed.right()]
            fill(painter, [QRect(x, lane.top(), 1, lane.height()) for x in shown], theme().color("marker"))


class PlayheadItem(QGraphicsItem):
    """The playhead. Only its own strip is painted when it moves."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z_PLAYHEAD)
        self._height = 0.0

    def set_height(self, height: float) -> None:
        """As tall as the lane."""
        self.prepareGeometryChange()
        self._height = height

    def boundingRect(self) -> QRectF:
        """Room for the line wherever its whole device pixels fall."""
        return QRectF(-2.0, 0.0, 4.0, self._height)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """A line of whole device pixels, edged with the canvas so that it shows on any ground."""
        with device_pixels(painter) as to_device:
            width = max(1, round(to_device.m11()))
            x, top = round(mapped_x(to_device, 0.0)) - width // 2, round(mapped_y(to_device, 0.0))
            height = round(self._height * to_device.m22()) + 1
            painter.fillRect(x - width, top, 3 * width, height, theme().color("canvas"))
            painter.fillRect(x, top, width, height, theme().color("playhead"))
