"""The item over a spectrogram that shows the selected area and, while an area tool is active, takes the mouse."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsObject,
    QGraphicsSceneContextMenuEvent,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QGraphicsSceneWheelEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from samstudio.session.areas.area import Area, Ring
from samstudio.session.areas.brush import UprightAxis
from samstudio.session.mix import Channel
from samstudio.session.stretch import Stretch
from samstudio.ui.timeline.areas.cell_painting import cell_picture
from samstudio.ui.timeline.areas.draft_item import DraftItem
from samstudio.ui.timeline.areas.outline_painting import Places, paint_area
from samstudio.ui.timeline.lanes.lane_box import Gesture, LaneBox
from samstudio.ui.timeline.lanes.z_order import Z_AREA
from samstudio.ui.timeline.paint.device_pixels import device_pixels, exposed_pixels, snapped

_BESIDE = 8
"""Device pixels by which outlines may reach over the ends of an area."""
_REST = 60
"""Milliseconds without another zoom after which the lines are drawn finely."""
_COMPRESSION = Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents
"""Of the moves of the mouse that come faster than they are handled, only the last is."""
_LEAST_RING = 3.0
"""Logical pixels that a part of an area is wide or high at least to be drawn."""
_MOST_RINGS = 1000
_MOST_CORNERS = 3000
"""An area of cells that has more is painted pixel by pixel."""


@dataclass(frozen=True)
class _Zoom:
    """Device pixels a second, the height of the band in these, its axis, and how many of them a logical pixel has."""

    per_second: float
    height: int
    axis: UprightAxis
    ratio: float


@dataclass(frozen=True, eq=False)
class _Columns:
    """Some columns of the time axis, as painted at a zoom."""

    pixmap: QPixmap
    columns: range
    zoom: _Zoom


@dataclass(frozen=True)
class Spot:
    """The mouse over a pad: `time` in seconds, `position` 0..1 on the frequency axis; how much a pixel is."""

    time: float
    position: float
    seconds_per_pixel: float
    position_per_pixel: float
    modifiers: Qt.KeyboardModifier
    pixel: QPointF
    """Where that is on the pad."""


class AreaPad(QGraphicsObject):
    """Covers a band of a lane's spectrogram, in pixels of its own. The layer decides what the mouse means."""

    pressed = Signal(object)
    """Spot; the left button, as in the next two."""
    moved = Signal(object)
    released = Signal(object)
    hovered = Signal(object)
    """Spot, or None when the mouse leaves."""
    menu_requested = Signal(QPoint)
    wheel_turned = Signal(float)
    """Notches of the wheel with Ctrl."""

    def __init__(self, box: LaneBox, band: int, channel: Channel, axis: UprightAxis) -> None:
        super().__init__(box)
        self.setZValue(Z_AREA)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.box, self.band, self.channel, self.axis = box, band, channel, axis
        self.draft = DraftItem(self, box)
        self._area: Area | None = None
        self._is_active = self._takes_ctrl_wheel = False
        self._compression: bool | None = None
        self._kept: _Columns | None = None
        self._resting = QTimer(self, interval=_REST, singleShot=True)
        self._resting.timeout.connect(self._forget)
        self._set_buttons()
        box.view_changed.connect(self._fit)
        self._fit()

    def detach(self) -> None:
        """Remove the pad from its lane."""
        self._keep_moves(keeps=False)
        self.box.view_changed.disconnect(self._fit)
        # The stub does not say that Qt takes None.
        self.setParentItem(None)  # type: ignore[arg-type]
        if self.scene() is not None:
            self.scene().removeItem(self)

    def set_active(self, is_active: bool, takes_ctrl_wheel: bool) -> None:
        """Whether the mouse draws areas here; and whether Ctrl+wheel is the tool's."""
        self._is_active, self._takes_ctrl_wheel = is_active, takes_ctrl_wheel
        self.setAcceptHoverEvents(is_active)
        if is_active:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()
            self.draft.show_tip(None)
        self._set_buttons()

    def show_area(self, area: Area | None) -> None:
        """Show the selected area, or none."""
        self._area = area
        self._set_buttons()
        self._forget()

    def show_axis(self, axis: UprightAxis) -> None:
        """Another frequency axis is shown."""
        self.axis = axis
        self.update()

    def _set_buttons(self) -> None:
        """The menu of an area is there with every tool."""
        left = Qt.MouseButton.LeftButton if self._is_active else Qt.MouseButton.NoButton
        right = Qt.MouseButton.RightButton if self._is_active or self._area else Qt.MouseButton.NoButton
        self.setAcceptedMouseButtons(left | right)

    def _fit(self) -> None:
        self.prepareGeometryChange()
        self.setPos(self.box.band_rect(self.band).topLeft())
        self.update()
        self.draft.fit()

    @Slot()
    def _forget(self) -> None:
        self._kept = None
        self.update()

    # What is shown

    def boundingRect(self) -> QRectF:
        """The whole band."""
        return QRectF(QPointF(0.0, 0.0), self.box.band_rect(self.band).size())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Lay down the area as it was last painted: the playhead passes sixty times a second, and views are panned."""
        if self._area is None:
            return
        with device_pixels(painter) as to_device:
            lane, ratio = snapped(to_device, self.boundingRect()), to_device.m11()
            zoom = _Zoom(self.box.to_band.m11() * ratio, lane.height(), self.axis, ratio)
            first = round(self.box.times[0] * zoom.per_second)
            start, end = (round(time * zoom.per_second) for time in self._area.times)
            reach = range(start - _BESIDE, end + _BESIDE)
            seen = _shared(range(first, first + lane.width()), reach)
            if not seen:
                return
            kept = self._kept
            if kept is None or kept.zoom != zoom or _shared(seen, kept.columns) != seen:
                is_zooming = kept is not None and kept.zoom != zoom
                if is_zooming:
                    self._resting.start()
                # A view that is panned will be panned further.
                spare = 0 if kept is None or is_zooming else lane.width()
                columns = _shared(range(first - spare, first + lane.width() + spare), reach)
                kept = _Columns(self._painted(self._area, columns, zoom, is_rough=is_zooming), columns, zoom)
                self._kept = kept
            place = QRect(lane.left() + kept.columns.start - first, lane.top(), len(kept.columns), lane.height())
            part = exposed_pixels(to_device, option, lane) & place
            painter.drawPixmap(part.topLeft(), kept.pixmap, part.translated(-place.topLeft()))

    def _painted(self, area: Area, columns: range, zoom: _Zoom, *, is_rough: bool) -> QPixmap:
        times = columns.start / zoom.per_second, columns.stop / zoom.per_second
        if area.cells is not None and area.corners > _MOST_CORNERS:
            pixels = len(columns), zoom.height
            return QPixmap.fromImage(cell_picture(area.cells, pixels, times, self.axis, zoom.ratio))
        pixmap = QPixmap(len(columns), zoom.height)
        pixmap.fill(Qt.GlobalColor.transparent)
        rings = (self._pixels(ring, columns, zoom) for ring in self._seen_rings(area, times, zoom))
        with QPainter(pixmap) as painter:
            paint_area(painter, rings, QRectF(pixmap.rect()), zoom.ratio, is_rough=is_rough)
        return pixmap

    def _pixels(self, points: Places, columns: range, zoom: _Zoom) -> Places:
        """Seconds and Hz as device pixels from the first of the `columns` and the top of the band."""
        rows = (1.0 - self.axis.positions(points[:, 1])) * zoom.height
        return np.column_stack([points[:, 0] * zoom.per_second - columns.start, rows])

    def _seen_rings(self, area: Area, times: Stretch, zoom: _Zoom) -> list[Ring]:
        """The rings that are in view and large enough to be seen; of very many the largest."""
        low, high = area.extents
        wide = (high[:, 0] - low[:, 0]) * zoom.per_second
        tall = (self.axis.positions(high[:, 1]) - self.axis.positions(low[:, 1])) * zoom.height
        seen = (high[:, 0] >= times[0]) & (low[:, 0] <= times[1]) & (np.maximum(wide, tall) >= _LEAST_RING * zoom.ratio)
        chosen = np.flatnonzero(seen)
        if len(chosen) > _MOST_RINGS:
            chosen = chosen[np.argsort(np.maximum(wide, tall)[chosen])[-_MOST_RINGS:]]
        # Where no part is large enough, all of it is tiny.
        return [area.rings[number] for number in chosen] or list(area.rings[:_MOST_RINGS])

    # The mouse

    def spot(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> Spot:
        """What lies under a place of the item; no frequency outside of the axis."""
        per_x, per_y = self.box.seconds_of(1.0), 1.0 / max(self.boundingRect().height(), 1.0)
        height = min(max(1.0 - position.y() * per_y, 0.0), 1.0)
        return Spot(self.box.times[0] + position.x() * per_x, height, per_x, per_y, modifiers, QPointF(position))

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """A left press begins to draw; a right one is the menu's, where there is something to act on."""
        spot = self.spot(event.pos(), event.modifiers())
        if event.button() == Qt.MouseButton.LeftButton:
            self._keep_moves(keeps=True)
            self.pressed.emit(spot)
        elif not self._is_active and not self._is_inside(spot):
            event.ignore()

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Like any other press."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Go on drawing."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.moved.emit(self.spot(event.pos(), event.modifiers()))

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """End the drawing, or ask for the menu."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._keep_moves(keeps=False)
            self.released.emit(self.spot(event.pos(), event.modifiers()))
        elif event.button() == Qt.MouseButton.RightButton:
            self.menu_requested.emit(event.screenPos())

    def _keep_moves(self, *, keeps: bool) -> None:
        """Whether every move of the mouse counts, so that a fast stroke cuts no corners, or as it was before."""
        if keeps and self._compression is None:
            self._compression = QCoreApplication.testAttribute(_COMPRESSION)
            QCoreApplication.setAttribute(_COMPRESSION, False)
        elif not keeps and self._compression is not None:
            QCoreApplication.setAttribute(_COMPRESSION, self._compression)
            self._compression = None

    def contextMenuEvent(self, event: QGraphicsSceneContextMenuEvent) -> None:
        """The menu comes at the release."""
        event.accept()

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Report the place; the lane still reads it out."""
        spot = self.spot(event.pos(), event.modifiers())
        here = spot.time, spot.position
        per_pixel = spot.seconds_per_pixel, spot.position_per_pixel
        self.box.hovered.emit(Gesture(*here, *here, event.modifiers(), *per_pixel, self.band))
        # Last: why a tool can do nothing here takes the place of what lies here.
        self.hovered.emit(spot)

    def hoverLeaveEvent(self, _event: QGraphicsSceneHoverEvent) -> None:
        """The mouse is elsewhere."""
        self.hovered.emit(None)
        self.box.hovered.emit(None)

    def wheelEvent(self, event: QGraphicsSceneWheelEvent) -> None:
        """With Ctrl it changes the brush; else it is the lane's."""
        if self._takes_ctrl_wheel and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            event.accept()
            self.wheel_turned.emit(event.delta() / 120.0)
        else:
            event.ignore()

    def _is_inside(self, spot: Spot) -> bool:
        hz = float(self.axis.frequencies(np.array([spot.position]))[0])
        return self._area is not None and self._area.contains(spot.time, hz)


def _shared(some: range, others: range) -> range:
    return range(max(some.start, others.start), min(some.stop, others.stop))
