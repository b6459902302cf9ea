"""What is being drawn with an area tool, and the tip of the brush. Only what is new is painted."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from samstudio.session.areas.brush import Tip
from samstudio.session.correction import Direction
from samstudio.ui.theme import theme
from samstudio.ui.timeline.areas.outline_painting import CASING, DARK, LIGHT, LINE, hatch, paint_line
from samstudio.ui.timeline.lanes.lane_box import LaneBox

Place = tuple[float, float]
"""Seconds, and 0..1 upwards."""
SIGNS = {Direction.TO_TARGET: "+", Direction.TO_RESIDUAL: "−", Direction.RESTORE: "↺"}
"""How the directions are written where there is no room for words."""
_SIGN = 16.0
"""Pixels that a direction's sign takes beside the tip."""
COLOURS = {
    Direction.TO_TARGET: "wave_target",
    Direction.TO_RESIDUAL: "wave_residual",
    Direction.RESTORE: "text_dim",
}


class DraftItem(QGraphicsItem):
    """Lines and strokes in a picture of their own, to which each piece is added as it is drawn."""

    def __init__(self, parent: QGraphicsItem, box: LaneBox) -> None:
        super().__init__(parent)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._box = box
        self._picture: QPixmap | None = None
        self._lines: list[list[Place]] = []
        self._brush: tuple[Tip, Direction] | None = None
        self._frame: tuple[Place, Place] | None = None
        self._tip: tuple[QPointF, Tip, Direction] | None = None

    def boundingRect(self) -> QRectF:
        """The whole band of the lane, in its pixels."""
        return QRectF(QPointF(0.0, 0.0), self._box.band_rect(0).size())

    def fit(self) -> None:
        """Another part of the time axis, or another size: everything has another place."""
        self.prepareGeometryChange()
        self._picture = None
        if points := list(zip(*self._lines, strict=True)):
            self._lines = [[start] for start in points[0]]
            for ends in points[1:]:
                self._add(ends)
        self.update()

    def begin(self, starts: Sequence[Place], brush: tuple[Tip, Direction] | None = None) -> None:
        """Begin lines at these places; with a `brush` they are a stroke of it."""
        self.clear()
        self._lines, self._brush = [[start] for start in starts], brush
        self._add(starts)

    def extend(self, ends: Sequence[Place]) -> None:
        """Draw each line on to a place."""
        self._add(ends)

    def show_frame(self, corner: Place, other: Place) -> None:
        """Show a box between two corners."""
        old, self._frame = self._frame, (corner, other)
        for frame in (old, self._frame):
            if frame is not None:
                self.update(self._rect(frame).adjusted(-CASING, -CASING, CASING, CASING))

    def show_tip(
        self, pixel: QPointF | None, tip: Tip | None = None, direction: Direction = Direction.TO_TARGET
    ) -> None:
        """Show the brush around the pointer, or not at all."""
        old = self._tip
        self._tip = None if pixel is None or tip is None else (pixel, tip, direction)
        for shown in (old, self._tip):
            if shown is not None:
                self.update(_around(shown[0], shown[1].radius + CASING).united(self._sign_place(shown[0], shown[1])))

    def clear(self) -> None:
        """Remove what was drawn; the tip stays."""
        if self._lines or self._frame is not None:
            self.update()
        self._picture, self._lines, self._brush, self._frame = None, [], None, None

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Lay down the picture, as far as it is exposed; over it the frame and the tip."""
        if self._picture is not None:
            exposed, ratio = option.exposedRect, self._picture.devicePixelRatio()
            source = QRectF(exposed.topLeft() * ratio, exposed.size() * ratio)
            painter.drawPixmap(exposed, self._picture, source)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._frame is not None:
            for pen in _pens():
                painter.setPen(pen)
                painter.drawRect(self._rect(self._frame))
        if self._tip is not None:
            self._paint_tip(painter, *self._tip)

    def _paint_tip(self, painter: QPainter, center: QPointF, tip: Tip, direction: Direction) -> None:
        for pen in _pens():
            painter.setPen(pen)
            painter.drawEllipse(center, tip.radius, tip.radius)
        inner = tip.radius * tip.hardness
        if 3.0 < inner < tip.radius - 2.0:
            pen = QPen(LIGHT, 1.0, Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawEllipse(center, inner, inner)
        plate = self._sign_place(center, tip)
        painter.setPen(QPen(LIGHT, 1.0))
        painter.setBrush(DARK)
        painter.drawEllipse(plate.adjusted(1, 1, -1, -1))
        painter.setFont(theme().font(bold=True))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, SIGNS[direction])

    def _sign_place(self, center: QPointF, tip: Tip) -> QRectF:
        """Beside the tip, where it covers nothing that is painted, and inside of the lane."""
        offset, lane = 0.72 * tip.radius + 2.0, self.boundingRect()
        x, y = center.x() + offset, center.y() + offset
        if x + _SIGN > lane.right():
            x = center.x() - offset - _SIGN
        if y + _SIGN > lane.bottom():
            y = center.y() - offset - _SIGN
        return QRectF(x, y, _SIGN, _SIGN)

    def _add(self, ends: Sequence[Place]) -> None:
        """Draw a piece of each line into the picture, and have just that painted."""
        picture = self._picture or self._blank()
        ratio, dirty = picture.devicePixelRatio(), QRectF()
        with QPainter(picture) as painter:
            for number, (line, end) in enumerate(zip(self._lines, ends, strict=True)):
                start_pixel, end_pixel = self._pixel(line[-1]), self._pixel(end)
                line.append(end)
                if self._brush is None:
                    # The line that is drawn stands out from its multiples.
                    paint_line(painter, start_pixel, end_pixel, 1.0 if not number else 0.5)
                    reach = CASING
                else:
                    reach = self._brush[0].radius
                    self._paint_stroke(painter, start_pixel, end_pixel, *self._brush, ratio)
                for pixel in (start_pixel, end_pixel):
                    dirty = dirty.united(_around(pixel, reach + 2.0))
        self._picture = picture
        self.update(dirty.intersected(self.boundingRect()))

    @staticmethod
    def _paint_stroke(
        painter: QPainter, start: QPointF, end: QPointF, tip: Tip, direction: Direction, ratio: float
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # What was drawn before is replaced, so that a stroke is evenly dense where it lies over itself.
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        tile = hatch(direction, ratio, theme().color(COLOURS[direction]).name())
        tile.setDevicePixelRatio(ratio)
        pen = QPen(QBrush(tile), 2.0 * tip.radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        # A line without length has no caps in every version of Qt.
        painter.drawLine(start, end if end != start else end + QPointF(0.01, 0.0))

    def _blank(self) -> QPixmap:
        views = self._box.scene().views() if self._box.scene() is not None else []
        ratio = views[0].devicePixelRatioF() if views else 1.0
        size = self.boundingRect().size()
        picture = QPixmap(max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        return picture

    def _pixel(self, place: Place) -> QPointF:
        return self._box.to_band.map(QPointF(*place))

    def _rect(self, frame: tuple[Place, Place]) -> QRectF:
        return QRectF(self._pixel(frame[0]), self._pixel(frame[1])).normalized()


def _pens() -> tuple[QPen, QPen]:
    return QPen(DARK, CASING), QPen(LIGHT, LINE)


def _around(center: QPointF, reach: float) -> QRectF:
    return QRectF(center - QPointF(reach, reach), QSizeF(2.0 * reach, 2.0 * reach))
