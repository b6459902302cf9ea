"""The one graphics item of a lane that shows every span visible in it."""

from math import ceil, floor

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QRegion, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from samstudio.ui.theme import load_theme, notifier, theme
from samstudio.ui.timeline.device_pixels import device_pixels, snapped
from samstudio.ui.timeline.lane_box import LaneBox
from samstudio.ui.timeline.span_marks import Picture, Stretch
from samstudio.ui.timeline.span_painting import FrequencyScale, SpanPainting
from samstudio.ui.timeline.span_strokes import Strokes
from samstudio.ui.timeline.z_order import Z_SPANS

_MARGIN = 8
"""Pixels by which handles and badges may reach over the edges of their span."""
_PINNED = 32
"""Pixels at the left edge of the lane in which badges stand whose span begins before."""
_MOST_PARTS = 8
"""More pieces than these are painted in one go."""


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
        self._kept = QPixmap()
        """The lane as it was painted last, from the pixel `_origin` of the time axis on."""
        self._kept_for: tuple[object, ...] | None = None
        self._origin = 0
        self._stale: list[Stretch] = []
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
            self._forget()
            return
        to_pixels = self._box.to_pixels
        for start, end in changes:
            self._stale.append((start, end))
            left, right = (to_pixels.m11() * time + to_pixels.dx() for time in (start, end))
            columns = QRectF(left - _MARGIN, 0, right - left + 2 * _MARGIN, self._box.rect().height())
            if columns.intersects(self.boundingRect()):
                self.update(columns.intersected(self.boundingRect()))

    def boundingRect(self) -> QRectF:
        """The whole lane."""
        return self._box.rect()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Lay down the exposed part of what is kept, pixel for pixel."""
        if not self._picture.is_seen(*self._box.times):
            self._kept_for = None
            return
        with device_pixels(painter) as to_device:
            lane = snapped(to_device, self.boundingRect())
            exposed = snapped(to_device, option.exposedRect).adjusted(-1, 0, 1, 0) & lane
            self._keep(lane, self._box.to_pixels * to_device, to_device.m11())
            painter.drawPixmap(exposed.topLeft(), self._kept, exposed.translated(-lane.topLeft()))

    def _keep(self, lane: QRect, to_device: QTransform, ratio: float) -> None:
        """Bring the kept painting to the lane's place in time: move what is in it and paint what is new."""
        whole = QRect(QPoint(0, 0), lane.size())
        # Whole pixels, the same for all that is drawn in a lane.
        origin = round(self._box.times[0] * to_device.m11())
        to_kept = QTransform(to_device.m11(), 0, 0, to_device.m22(), -origin, to_device.dy() - lane.top())
        kept_for = (lane.size(), to_device.m11(), ratio)
        if self._kept_for != kept_for or abs(self._origin - origin) >= whole.width():
            self._kept = QPixmap(lane.size())
            self._kept.fill(Qt.GlobalColor.transparent)
            stale = QRegion(whole)
        else:
            stale = self._move_kept(self._origin - origin, whole, ratio)
            for start, end in self._stale:
                left, right = (
                    min(max(time * to_device.m11() - origin, -99), whole.width() + 99) for time in (start, end)
                )
                stale |= QRect(floor(left), 0, ceil(right - left) + 1, whole.height()).adjusted(
                    -ceil(_MARGIN * ratio), 0, ceil(_MARGIN * ratio), 0
                )
        self._kept_for, self._origin, self._stale = kept_for, origin, []
        for part in stale & whole if stale.rectCount() <= _MOST_PARTS else QRegion(stale.boundingRect() & whole):
            self._paint_part(part, whole, to_kept, ratio)

    def _move_kept(self, shift: int, whole: QRect, ratio: float) -> QRegion:
        """Move the kept painting by `shift` pixels to the right; returns what must be painted anew."""
        if not shift:
            return QRegion()
        self._kept.scroll(shift, 0, whole)
        # Badges stay at the left edge when the start of their span is scrolled away.
        badges = QRect(0, 0, ceil(_PINNED * ratio) + max(shift, 0), whole.height())
        return QRegion(whole) - QRegion(whole.translated(shift, 0)) + QRegion(badges)

    def _paint_part(self, part: QRect, lane: QRect, to_kept: QTransform, ratio: float) -> None:
        # The spectrogram's colours are dark in every theme.
        look = load_theme("dark") if self._scale else theme()
        margin = ceil(_MARGIN * ratio)
        with QPainter(self._kept) as painter:
            painter.setClipRect(part)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.fillRect(part, Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            strokes = Strokes(painter, look, ratio, self._hatches)
            around = part.adjusted(-margin, 0, margin, 0)
            SpanPainting(strokes, to_kept, lane, around, self._scale).paint(self._picture)

    def _place(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def _forget(self) -> None:
        self._kept_for = None
        self.update()

    def _forget_colors(self) -> None:
        self._hatches.clear()
        self._forget()
