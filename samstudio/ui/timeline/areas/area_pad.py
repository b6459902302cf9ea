"""The item over a spectrogram that shows the selected area and, while an area tool is active, takes the mouse."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
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
from samstudio.ui.timeline.areas.cell_painting import cell_picture
from samstudio.ui.timeline.areas.draft_item import DraftItem
from samstudio.ui.timeline.areas.outline_painting import Places, paint_area
from samstudio.ui.timeline.lanes.lane_box import Gesture, LaneBox
from samstudio.ui.timeline.lanes.z_order import Z_AREA
from samstudio.ui.timeline.paint.device_pixels import device_pixels, exposed_pixels, snapped

_LEAST_RING = 3.0
"""Pixels that a part of an area is wide or high at least to be drawn."""
_MOST_RINGS = 1000
_MOST_CORNERS = 3000
"""An area of cells that has more is painted pixel by pixel."""


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
        self._kept = QPixmap()
        self._kept_for: tuple[QSize, float, float] | None = None
        self._set_buttons()
        box.view_changed.connect(self._fit)
        self._fit()

    def detach(self) -> None:
        """Remove the pad from its lane."""
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
        self._forget()

    def _set_buttons(self) -> None:
        """The menu of an area is there with every tool."""
        left = Qt.MouseButton.LeftButton if self._is_active else Qt.MouseButton.NoButton
        right = Qt.MouseButton.RightButton if self._is_active or self._area else Qt.MouseButton.NoButton
        self.setAcceptedMouseButtons(left | right)

    def _fit(self) -> None:
        self.prepareGeometryChange()
        self.setPos(self.box.band_rect(self.band).topLeft())
        self._forget()
        self.draft.fit()

    def _forget(self) -> None:
        self._kept_for = None
        self.update()

    # What is shown

    def boundingRect(self) -> QRectF:
        """The whole band."""
        return QRectF(QPointF(0.0, 0.0), self.box.band_rect(self.band).size())

    def to_pixels(self, points: Places) -> Places:
        """Seconds and Hz as the pad's own pixels."""
        positions = self.axis.positions(points[:, 1])
        to_pixels = self.box.to_band
        x = to_pixels.m11() * points[:, 0] + to_pixels.dx()
        return np.column_stack([x, to_pixels.m22() * positions + to_pixels.dy()])

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Lay down the area as it was last painted: the playhead passes sixty times a second."""
        times = self.box.times
        if self._area is None or self._area.times[1] < times[0] or self._area.times[0] > times[1]:
            return
        with device_pixels(painter) as to_device:
            lane, ratio = snapped(to_device, self.boundingRect()), to_device.m11()
            state = lane.size(), ratio, times[0]
            if state != self._kept_for:
                self._kept, self._kept_for = self._painted(self._area, lane.size(), ratio), state
            exposed = exposed_pixels(to_device, option, lane)
            painter.drawPixmap(exposed.topLeft(), self._kept, exposed.translated(-lane.topLeft()))

    def _painted(self, area: Area, size: QSize, ratio: float) -> QPixmap:
        if area.cells is not None and area.corners > _MOST_CORNERS:
            pixels = size.width(), size.height()
            return QPixmap.fromImage(cell_picture(area.cells, pixels, self.box.times, self.axis, ratio))
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        rings = (self.to_pixels(ring) * ratio for ring in self._seen_rings(area))
        with QPainter(pixmap) as painter:
            paint_area(painter, rings, QRectF(pixmap.rect()), ratio)
        return pixmap

    def _seen_rings(self, area: Area) -> list[Ring]:
        """The rings that are in view and large enough to be seen; of very many the largest."""
        low, high = area.extents
        per_x, height = self.box.seconds_of(1.0), self.boundingRect().height()
        start, end = self.box.times
        wide = (high[:, 0] - low[:, 0]) / per_x
        tall = (self.axis.positions(high[:, 1]) - self.axis.positions(low[:, 1])) * height
        seen = (high[:, 0] >= start) & (low[:, 0] <= end) & (np.maximum(wide, tall) >= _LEAST_RING)
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
            self.released.emit(self.spot(event.pos(), event.modifiers()))
        elif event.button() == Qt.MouseButton.RightButton:
            self.menu_requested.emit(event.screenPos())

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
