"""The one graphics item of a lane that shows every span visible in it."""

from collections.abc import Iterable
from math import ceil, floor
from typing import cast

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPixmap, QRegion, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from samstudio.session.stretch import Stretch
from samstudio.ui.theme import load_theme, notifier, theme
from samstudio.ui.timeline.lanes.lane_box import LaneBox
from samstudio.ui.timeline.lanes.z_order import Z_SPANS
from samstudio.ui.timeline.paint.device_pixels import device_pixels, exposed_pixels, snapped
from samstudio.ui.timeline.spans.drawn_spans import Overlay
from samstudio.ui.timeline.spans.span_groups import FrequencyAxis
from samstudio.ui.timeline.spans.span_painting import SpanPainting
from samstudio.ui.timeline.spans.span_strokes import Strokes

_MARGIN = 8
"""Pixels by which handles and badges may reach over the edges of their span."""
_PINNED = 32
"""Pixels at the left edge of the lane in which badges stand whose span begins before."""
_FEW = 40
"""Up to as many items are painted with the lane each time: that is cheaper than keeping them."""
_NARROW = 0.25
"""Part of the lane up to which the kept painting is used nevertheless: the playhead moves sixty times a second."""
_MOST_PARTS = 8
"""More pieces than these are painted in one go."""
_REST = 60
"""Milliseconds without another zoom or size after which the kept painting is made again; until then it is stretched."""


class SpanItem(QGraphicsObject):
    """Shows an Overlay over one lane. With `scale`, the lane's y axis, boxes have their height."""

    def __init__(self, box: LaneBox, scale: FrequencyAxis | None) -> None:
        super().__init__(box)
        self.setZValue(Z_SPANS)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        # So that paint() is given the exposed part.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._box, self._scale = box, scale
        self._overlay = Overlay()
        self._bands = box.bands
        self._hatches: dict[tuple[object, ...], QPixmap] = {}
        self._kept = QPixmap()
        """The lane as it was painted last, from the pixel `_origin` of the time axis on."""
        self._kept_for: tuple[QSize, float, float] | None = None
        """Of what size, with how many pixels a second, at what device pixel ratio."""
        self._origin = 0
        self._zoomed_to: tuple[QSize, float, float] | None = None
        self._stale: list[Stretch] = []
        self._resting = QTimer(self, interval=_REST, singleShot=True)
        self._resting.timeout.connect(self._forget)
        box.view_changed.connect(self._place)
        notifier.theme_changed.connect(self._forget_colors)

    def detach(self) -> None:
        """Remove the item from the lane."""
        self._box.view_changed.disconnect(self._place)
        notifier.theme_changed.disconnect(self._forget_colors)
        # The stub does not say that Qt takes None.
        self.setParentItem(None)  # type: ignore[arg-type]
        if self.scene() is not None:
            self.scene().removeItem(self)

    def show_scale(self, scale: FrequencyAxis) -> None:
        """Show boxes on another frequency axis."""
        self._scale = scale
        self._forget()

    def show_overlay(self, overlay: Overlay, changes: list[Stretch] | None) -> None:
        """Show `overlay`; of it only `changes` are painted again, the stretches of time that differ (None: all)."""
        self._overlay = overlay
        if changes is None:
            self._forget()
            return
        to_pixels = self._box.to_pixels
        for start, end in changes:
            if self._kept_for is not None:
                self._stale.append((start, end))
            left, right = (to_pixels.m11() * time + to_pixels.dx() for time in (start, end))
            columns = QRectF(left - _MARGIN, 0, right - left + 2 * _MARGIN, self._box.rect().height())
            if columns.intersects(self.boundingRect()):
                self.update(columns.intersected(self.boundingRect()))

    def boundingRect(self) -> QRectF:
        """The whole lane."""
        return self._box.rect()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint the exposed part, pixel for pixel; where there is much, lay down what is kept of it."""
        count = self._overlay.seen(*self._box.times)
        if not count:
            self._kept_for = None
            return
        with device_pixels(painter) as to_device:
            ratio, lane = to_device.m11(), snapped(to_device, self.boundingRect())
            exposed = exposed_pixels(to_device, option, lane)
            to_box = self._box.to_pixels * to_device
            # Whole pixels, the same for all that is drawn in a lane.
            origin = round(self._box.times[0] * to_box.m11())
            to_lane = QTransform(to_box.m11(), 0, 0, to_box.m22(), lane.left() - origin, to_box.dy())
            if count <= _FEW and exposed.width() > _NARROW * lane.width():
                self._kept_for = None
                self._paint_part(painter, exposed, lane, to_lane, ratio)
                return
            if self._kept_for is not None and self._is_zooming(lane.size(), to_box.m11(), ratio):
                painter.setClipRect(exposed)
                self._paint_stretched(painter, lane, origin, to_box.m11() / self._kept_for[1])
                return
            self._keep(lane.size(), origin, to_lane * QTransform.fromTranslate(-lane.left(), -lane.top()), ratio)
            painter.drawPixmap(exposed.topLeft(), self._kept, exposed.translated(-lane.topLeft()))

    def _is_zooming(self, size: QSize, per_second: float, ratio: float) -> bool:
        """Whether the kept painting is of another zoom or size, and the view may not have come to rest yet."""
        if self._kept_for is None or self._kept_for[2] != ratio:
            return False
        shown = size, per_second, ratio
        is_other = self._kept_for != shown
        if is_other and self._zoomed_to != shown:
            self._zoomed_to = shown
            self._resting.start()
        return is_other

    def _paint_stretched(self, painter: QPainter, lane: QRect, origin: int, factor: float) -> None:
        """The kept painting where its times are now: rough, for as long as the lane is zoomed or resized."""
        left = lane.left() + self._origin * factor - origin
        place = QRectF(left, lane.top(), self._kept.width() * factor, lane.height())
        painter.drawPixmap(place, self._kept, QRectF(self._kept.rect()))

    def _keep(self, size: QSize, origin: int, to_kept: QTransform, ratio: float) -> None:
        """Bring the kept painting to the lane's place in time: move what is in it and paint what is new."""
        whole, margin = QRect(QPoint(0, 0), size), ceil(_MARGIN * ratio)
        kept_for = (size, to_kept.m11(), ratio)
        if self._kept_for != kept_for or abs(self._origin - origin) >= whole.width():
            self._kept = QPixmap(size)
            self._kept.fill(Qt.GlobalColor.transparent)
            stale = QRegion(whole)
        else:
            stale = self._move_kept(self._origin - origin, whole, ratio)
            for stretch in self._stale:
                left, right = (min(max(time * to_kept.m11() - origin, -99), size.width() + 99) for time in stretch)
                columns = QRect(floor(left), 0, ceil(right - left) + 1, size.height())
                stale |= columns.adjusted(-margin, 0, margin, 0)
        self._kept_for, self._origin, self._stale = kept_for, origin, []
        parts = stale & whole
        # The stub does not know that a region can be walked.
        rects = cast("Iterable[QRect]", parts) if parts.rectCount() <= _MOST_PARTS else [parts.boundingRect()]
        for part in rects:
            with QPainter(self._kept) as painter:
                painter.setClipRect(part)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
                painter.fillRect(part, Qt.GlobalColor.transparent)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
                self._paint_part(painter, part, whole, to_kept, ratio)

    def _move_kept(self, shift: int, whole: QRect, ratio: float) -> QRegion:
        """Move the kept painting by `shift` pixels to the right; returns what must be painted."""
        if not shift:
            return QRegion()
        self._kept.scroll(shift, 0, whole)
        # Badges stay at the left edge when the start of their span is scrolled away.
        badges = QRect(0, 0, ceil(_PINNED * ratio) + max(shift, 0), whole.height())
        return QRegion(whole) - QRegion(whole.translated(shift, 0)) + QRegion(badges)

    def _paint_part(self, painter: QPainter, part: QRect, lane: QRect, to_lane: QTransform, ratio: float) -> None:
        # The spectrogram's colours are dark in every theme.
        strokes = Strokes(painter, load_theme("dark") if self._scale else theme(), ratio, self._hatches)
        margin = ceil(_MARGIN * ratio)
        around = part.adjusted(-margin, 0, margin, 0)
        SpanPainting(self._overlay, strokes, to_lane, lane, around, self._scale, self._box.bands).paint()

    def _place(self) -> None:
        if self._bands != self._box.bands:
            self._bands = self._box.bands
            self._forget()
        self.prepareGeometryChange()
        self.update()

    @Slot()
    def _forget(self) -> None:
        self._kept_for = None
        self.update()

    def _forget_colors(self) -> None:
        self._hatches.clear()
        self._forget()
