"""The area tools over all spectrograms: turns what is drawn into areas and strokes. It selects and edits nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QGraphicsItem

from samstudio.session.areas.area import Area
from samstudio.session.areas.brush import Stroke, UprightAxis
from samstudio.session.correction import Direction
from samstudio.session.mix import Channel
from samstudio.ui.time_text import format_band
from samstudio.ui.timeline.areas.area_hints import NO_TAKE, WORDS, hint
from samstudio.ui.timeline.areas.area_options import AreaOptions, AreaTool
from samstudio.ui.timeline.areas.area_pad import AreaPad, Spot
from samstudio.ui.timeline.areas.draft_item import SIGNS
from samstudio.ui.timeline.areas.gestures import (
    NO_MAGNET,
    TURNING,
    BoxGesture,
    BrushGesture,
    LineGesture,
    PadGesture,
    combination_of,
    is_far,
)
from samstudio.ui.timeline.axis.edge_scroll import EdgeScroll
from samstudio.ui.timeline.lanes.lane_box import LaneBox
from samstudio.ui.timeline.spans.readout import stretch_text
from samstudio.ui.timeline.spans.snapping import Magnet


class AreaLayer(QObject):
    """Keeps a pad over each spectrogram and runs one gesture at a time, with the active tool."""

    area_drawn = Signal(object, object)
    """Area, and the Combination with the selected one."""
    similar_requested = Signal(object, object, object)
    """Channel, (seconds, Hz), Combination."""
    harmonics_requested = Signal(object, object, object)
    """Channel, line (n, 2) in seconds and Hz, Combination."""
    stroke_drawn = Signal(object, object)
    """Stroke and Direction."""
    place_clicked = Signal(float)
    """Seconds: a click with a tool that draws."""
    noted = Signal(str)
    """Why nothing is painted."""
    menu_requested = Signal(QPoint)
    """Where on the screen."""
    options_changed = Signal(object)
    """AreaOptions: by wheel or key."""
    readout_changed = Signal(str)
    """What is being drawn, or what the tool does here; '' for nothing."""

    def __init__(self, magnet: Callable[[float], Magnet | None], parent: QObject | None = None) -> None:
        """`magnet` gives what the edges of a box drawn at a time (seconds) snap to, None for nothing."""
        super().__init__(parent)
        self._magnet_of = magnet
        self.tool: AreaTool | None = None
        self.options = AreaOptions()
        self._area: Area | None = None
        self._can_paint = False
        self._pads: list[AreaPad] = []
        self._gesture: tuple[AreaPad, PadGesture] | None = None
        self._pressed: Spot | None = None
        self._last: Spot | None = None
        self._hovered: tuple[AreaPad, Spot] | None = None
        self._edge_scroll = EdgeScroll(self)
        self._edge_scroll.scrolled.connect(self._follow_view)

    # What is shown

    def attach(self, pictures: Sequence[tuple[Channel, LaneBox]], axis: UprightAxis) -> None:
        """Draw over these boxes from now on, in whose bands the upright axis runs over `axis`."""
        self.cancel_gesture()
        self._hovered = None
        wanted = [(channel, box, band) for channel, box in pictures for band in range(box.bands)]
        known = {(pad.channel, pad.box, pad.band): pad for pad in self._pads}
        for place in known.keys() - set(wanted):
            known[place].detach()
        self._pads = [known.get(place) or self._pad(*place, axis) for place in wanted]
        self.show_axis(axis)

    @Slot(object)
    def show_axis(self, axis: UprightAxis) -> None:
        """Other frequencies are in view."""
        for pad in self._pads:
            pad.show_axis(axis)

    def _pad(self, channel: Channel, box: LaneBox, band: int, axis: UprightAxis) -> AreaPad:
        pad = AreaPad(box, band, channel, axis)
        pad.pressed.connect(self._press)
        pad.moved.connect(self._move)
        pad.released.connect(self._release)
        pad.hovered.connect(self._hover)
        pad.menu_requested.connect(self.menu_requested)
        pad.wheel_turned.connect(self.resize_brush)
        pad.show_area(self._area)
        pad.draft.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresParentOpacity)
        self._activate(pad)
        return pad

    @Slot(object)
    def show_area(self, area: Area | None) -> None:
        """Show the selected area, or none."""
        self._area = area
        for pad in self._pads:
            pad.show_area(area)

    @Slot(bool)
    def set_paintable(self, can_paint: bool) -> None:
        """Whether there is a take to paint on."""
        self._can_paint = can_paint
        self._show_tip()

    def set_tool(self, tool: AreaTool | None) -> None:
        """What the mouse draws in spectrograms; None: nothing of areas."""
        self.cancel_gesture()
        self.tool = tool
        for pad in self._pads:
            self._activate(pad)
        self._show_tip()

    def _activate(self, pad: AreaPad) -> None:
        pad.set_active(self.tool is not None, self.tool is AreaTool.BRUSH)
        # The area does not limit the brush, and must not hide what is painted.
        pad.setOpacity(0.3 if self.tool is AreaTool.BRUSH else 1.0)

    @Slot(object)
    def show_options(self, options: AreaOptions) -> None:
        """Draw with other options from the next gesture on."""
        self.options = options
        self._show_tip()

    @Slot(float)
    def resize_brush(self, notches: float) -> None:
        """A larger brush, or for less than 0 notches a smaller one: an eighth each."""
        size = self.options.size * 1.125**notches
        steps = 1 if notches > 0 else -1
        wanted = round(size) if round(size) != self.options.size else self.options.size + steps
        self._change(self.options.with_number("size", wanted))

    def harden_brush(self, percent: int) -> None:
        """A harder brush, or for less than 0 percent a softer one."""
        self._change(self.options.with_number("hardness", self.options.hardness + percent))

    def turn_brush(self) -> None:
        """Paint the other way."""
        self._change(replace(self.options, direction=self.options.turned))

    def _change(self, options: AreaOptions) -> None:
        if options != self.options:
            self.show_options(options)
            self.options_changed.emit(options)

    # Gestures

    def cancel_gesture(self) -> bool:
        """Drop what is being drawn. Returns whether there was something."""
        gesture, self._gesture = self._gesture, None
        self._pressed = self._last = None
        self._edge_scroll.stop()
        if gesture is not None:
            gesture[0].draft.clear()
            self.readout_changed.emit("")
        return gesture is not None

    @Slot(object)
    def _press(self, spot: Spot) -> None:
        pad = self.sender()
        self.cancel_gesture()
        if not isinstance(pad, AreaPad) or self.tool is None:
            return
        if self.tool is AreaTool.BRUSH and not self._can_paint:
            self.noted.emit(NO_TAKE)
            return
        self._pressed = self._last = spot
        match self.tool:
            case AreaTool.BOX:
                self._gesture = pad, BoxGesture(pad, spot, self._magnet_of(spot.time) or NO_MAGNET)
            case AreaTool.BRUSH:
                self._gesture = pad, BrushGesture(pad, spot, self.options.tip, self._direction(spot))
            case AreaTool.LASSO:
                self._gesture = pad, LineGesture(pad, spot)
            case AreaTool.HARMONICS:
                self._gesture = pad, LineGesture(pad, spot, self.options.harmonics)
            case AreaTool.WAND:
                self._gesture = pad, PadGesture(pad, spot)

    @Slot(object)
    def _move(self, spot: Spot) -> None:
        if self._gesture is None or self._pressed is None:
            return
        pad, gesture = self._gesture
        self._last = spot
        # Nobody would see what a brush paints outside.
        paints = self.tool is AreaTool.BRUSH and pad.boundingRect().contains(spot.pixel)
        if not paints and (self.tool is AreaTool.BRUSH or not (gesture.is_begun or is_far(self._pressed, spot))):
            return
        gesture.follow(spot)
        if paints:
            self._show_ring(pad, spot)
        self.readout_changed.emit(self._text(gesture))
        if self.tool not in (AreaTool.WAND, AreaTool.BRUSH):
            self._edge_scroll.aim(pad.box, spot.time)

    @Slot(float)
    def _follow_view(self, seconds: float) -> None:
        if self._last is not None:
            self._move(replace(self._last, time=self._last.time + seconds))

    @Slot(object)
    def _release(self, spot: Spot) -> None:
        if self._gesture is None:
            return
        pad, gesture = self._gesture
        self._move(spot)
        tool = self.tool
        self.cancel_gesture()
        how = combination_of(gesture.pressed.modifiers)
        if isinstance(gesture, BrushGesture):
            spots = gesture.points
            stroke = Stroke(spots, gesture.tip, pad.axis, spot.seconds_per_pixel, spot.position_per_pixel)
            self.stroke_drawn.emit(stroke, gesture.direction)
        elif tool is AreaTool.WAND:
            (place,) = gesture.places(gesture.points[:1])
            self.similar_requested.emit(pad.channel, (float(place[0]), float(place[1])), how)
        elif not gesture.is_begun:
            self.place_clicked.emit(gesture.pressed.time)
        elif tool is AreaTool.HARMONICS:
            self.harmonics_requested.emit(pad.channel, gesture.places(gesture.points), how)
        elif len(ring := gesture.places(gesture.points)) >= 3:
            self.area_drawn.emit(Area((ring,), pad.channel), how)

    @Slot(object)
    def _hover(self, spot: Spot | None) -> None:
        pad = self.sender()
        if not isinstance(pad, AreaPad):
            return
        if self._hovered is not None and self._hovered[0] is not pad:
            for other in self._pads:
                other.draft.show_tip(None)
        self._hovered = None if spot is None else (pad, spot)
        if self._gesture is None:
            self._show_tip()

    def _show_tip(self) -> None:
        """The brush under the pointer, and what a press would do."""
        if self._hovered is None:
            for pad in self._pads:
                pad.draft.show_tip(None)
            return
        pad, spot = self._hovered
        is_brush = self.tool is AreaTool.BRUSH
        if is_brush and self._can_paint:
            self._show_ring(pad, spot)
        else:
            for other in self._pads:
                other.draft.show_tip(None)
        if self.tool is not None:
            refused = is_brush and not self._can_paint
            pad.setCursor(Qt.CursorShape.ForbiddenCursor if refused else Qt.CursorShape.CrossCursor)

    def _show_ring(self, pad: AreaPad, spot: Spot) -> None:
        """The brush; where each channel has a band of its own, in each: all are painted together."""
        for other in self._pads:
            if other.box is pad.box:
                other.draft.show_tip(spot.pixel, self.options.tip, self._direction(spot))

    @property
    def _is_split(self) -> bool:
        return any(pad.band > 0 for pad in self._pads)

    def _direction(self, spot: Spot) -> Direction:
        """Alt or Ctrl turns the brush round for as long as it is held at the press."""
        held = self._pressed or spot
        return self.options.turned if held.modifiers & TURNING else self.options.direction

    def _text(self, gesture: PadGesture) -> str:
        if isinstance(gesture, BrushGesture):
            channels = " in all channels" if self._is_split else ""
            return f"{SIGNS[gesture.direction]} Painting {WORDS[gesture.direction]}{channels}"
        if not gesture.is_begun or self.tool is AreaTool.WAND:
            return ""
        places = gesture.places(gesture.points)
        (start, low), (end, high) = places.min(axis=0), places.max(axis=0)
        text = f"{stretch_text(float(start), float(end))}  ·  {format_band(float(low), float(high))}"
        target = gesture.target if isinstance(gesture, BoxGesture) else None
        return text if target is None else f"{text}  ·  snapped to {target.name}"

    def hint(self) -> str:
        """What the active tool asks for, in a few words."""
        if self.tool is None:
            return ""
        if self.tool is AreaTool.BRUSH and not self._can_paint:
            return NO_TAKE
        return hint(self.tool, self.options, has_area=self._area is not None, is_split=self._is_split)
