"""A hatched band over a lane: where the target was made silent, nothing was separated, or a draft is heard."""

from bisect import bisect_right

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QGraphicsObject, QGraphicsSceneMouseEvent, QStyleOptionGraphicsItem, QWidget

from samstudio.session.stretch import Stretch
from samstudio.ui.theme import notifier, theme
from samstudio.ui.timeline.lanes.lane_box import LaneBox
from samstudio.ui.timeline.lanes.z_order import Z_PRESENCE
from samstudio.ui.timeline.paint.device_pixels import device_pixels, snapped

WORD = "absent"
REASON = (
    "Absent: neither a + span nor the model's own search nor the level says that the target is here,\n"
    "so it was silenced. The silenced sound is kept: right-click to restore it."
)
DRAFT_WORD = "draft"
DRAFT_REASON = (
    "Draft: what is heard here is what the separation is heading for.\n"
    "It is replaced as the take gets ready, and is not kept."
)
LEFT_OUT_WORD = "not separated"
LEFT_OUT_REASON = (
    "Not separated: the separation was cancelled before it came here, or was asked for elsewhere only.\n"
    "The target is silent here, the residual is the clip."
)
_PERIOD = 6
"""Logical pixels from one line of the hatch to the next."""
_PADDING = 4


class HatchedBand(QGraphicsObject):
    """Shows stretches over a lane's box, a word in them, and explains them in a tool tip."""

    def __init__(self, box: LaneBox, word: str, reason: str, *, is_dashed: bool = False) -> None:
        super().__init__(box)
        self._is_dashed = is_dashed
        self.setZValue(Z_PRESENCE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setToolTip(reason)
        self._box, self._word = box, word
        self._stretches: tuple[Stretch, ...] = ()
        self._hatch: tuple[tuple[object, ...], QPixmap] | None = None
        box.view_changed.connect(self._place)
        notifier.theme_changed.connect(self._place)

    def show_stretches(self, stretches: tuple[Stretch, ...]) -> None:
        """Show other stretches (seconds), disjoint and in order."""
        if stretches != self._stretches:
            self._stretches = stretches
            self.setVisible(bool(stretches))
            self._place()

    def boundingRect(self) -> QRectF:
        """The whole lane."""
        return self._box.rect()

    def shape(self) -> QPainterPath:
        """The stretches only: elsewhere the mouse belongs to the lane."""
        path = QPainterPath()
        for _, rect in self._visible():
            path.addRect(rect)
        return path

    def stretch_at(self, x: float) -> Stretch | None:
        """The stretch at a place in logical pixels from the lane's left edge."""
        return next((stretch for stretch, rect in self._visible() if rect.left() <= x <= rect.right()), None)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """A veil, a hatch, edges, and the word where it fits."""
        look = theme()
        color = QColor(look.color("text_dim"))
        with device_pixels(painter) as to_device:
            ratio = max(1.0, to_device.m11())
            hatch = self._hatch_of(color, ratio)
            font = painter.font()
            font.setPixelSize(round(10 * ratio))
            painter.setFont(font)
            lane = snapped(to_device, self.boundingRect())
            for _, rect in self._visible():
                area = snapped(to_device, rect)
                veil = QColor(look.color("canvas"))
                veil.setAlphaF(0.35)
                painter.fillRect(area, veil)
                painter.drawTiledPixmap(area, hatch, QPoint(0, 0))
                for x in (area.left(), area.right()):
                    painter.fillRect(x, area.top(), 1, area.height(), color)
                _write(
                    painter,
                    self._word,
                    area.intersected(lane),
                    round(_PADDING * ratio),
                    color,
                    QColor(look.color("canvas")),
                )

    def _hatch_of(self, color: QColor, ratio: float) -> QPixmap:
        key = color.rgba(), ratio
        if self._hatch is None or self._hatch[0] != key:
            period = max(2, round(_PERIOD * ratio))
            tile = QPixmap(period, period)
            tile.fill(Qt.GlobalColor.transparent)
            painter = QPainter(tile)
            line = QColor(color)
            line.setAlphaF(0.3)
            # Level lines: the slanted hatches are those of spans.
            painter.fillRect(0, 0, period // 2 if self._is_dashed else period, max(1, round(ratio)), line)
            painter.end()
            self._hatch = key, tile
        return self._hatch[1]

    def _visible(self) -> list[tuple[Stretch, QRectF]]:
        """The visible stretches, with their places in logical pixels."""
        width, height = self._box.rect().width(), self._box.rect().height()
        to_pixels = self._box.to_pixels
        scale, offset = to_pixels.m11(), to_pixels.dx()
        if scale <= 0:
            return []
        visible = []
        first = bisect_right([end for _, end in self._stretches], -offset / scale)
        for stretch in self._stretches[first:]:
            left, right = (scale * time + offset for time in stretch)
            if left > width:
                break
            left, right = max(left, -_PADDING), min(right, width + _PADDING)
            visible.append((stretch, QRectF(left, 0.0, max(1.0, right - left), height)))
        return visible

    def _place(self, *_: object) -> None:
        self.prepareGeometryChange()
        self.update()


class PresenceBand(HatchedBand):
    """Shows where the presence gate made the target silent, and requests a menu."""

    menu_requested = Signal(object, QPoint)
    """The stretch (seconds) and the global position."""

    def __init__(self, box: LaneBox) -> None:
        super().__init__(box, WORD, REASON)
        self.setAcceptedMouseButtons(Qt.MouseButton.RightButton)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """The right button asks for the menu; all else is left to the lane."""
        event.setAccepted(self.stretch_at(event.pos().x()) is not None)

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Ask for the menu."""
        stretch = self.stretch_at(event.pos().x())
        if stretch is not None:
            self.menu_requested.emit(stretch, event.screenPos())


def _write(painter: QPainter, word: str, visible: QRect, padding: int, color: QColor, ground: QColor) -> None:
    """The word in the middle of the visible part, on a plate of the canvas colour, if it fits."""
    metrics = QFontMetrics(painter.font())
    plate = QRect(0, 0, metrics.horizontalAdvance(word) + 2 * padding, metrics.height())
    plate.moveCenter(visible.center())
    if plate.width() + 2 * padding > visible.width() or plate.height() > visible.height():
        return
    painter.fillRect(plate, ground)
    painter.setPen(color)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, word)
