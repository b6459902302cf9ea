"""What is drawn between a press and a release of the mouse, with each of the area tools."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from samstudio.session.areas.area import Combination
from samstudio.session.areas.brush import Tip
from samstudio.session.correction import Direction
from samstudio.ui.timeline.areas.area_pad import AreaPad, Spot
from samstudio.ui.timeline.spans.snapping import Magnet, SnapTarget

NO_MAGNET = Magnet(())
_CLICK = 3.0
"""Pixels; a shorter drag is a click."""
_LEAST_BOX = 1.0
"""Pixels that a box is wide and high at least."""
Points = NDArray[np.float64]


class PadGesture:
    """Base of all: remembers the places; draws nothing."""

    def __init__(self, pad: AreaPad, spot: Spot) -> None:
        self.pad, self.pressed = pad, spot
        self.is_begun = False
        """Whether the mouse has gone far enough to mean a drag."""
        self._spots = [(spot.time, spot.position)]

    @property
    def points(self) -> Points:
        """(n, 2) in seconds and 0..1."""
        return np.array(self._spots, np.float64)

    def places(self, points: Points) -> Points:
        """Points with their frequencies in Hz."""
        return np.column_stack([points[:, 0], self.pad.axis.frequencies(points[:, 1])])

    def follow(self, _spot: Spot) -> None:
        """The mouse has moved."""
        self.is_begun = True


class LineGesture(PadGesture):
    """A line drawn by hand, and as many of its multiples as are drawn beside it."""

    def __init__(self, pad: AreaPad, spot: Spot, multiples: int = 1) -> None:
        super().__init__(pad, spot)
        self._numbers = np.arange(1, multiples + 1)

    def follow(self, spot: Spot) -> None:
        """Draw on."""
        if not self.is_begun:
            self.pad.draft.begin(self._ends(*self._spots[0]))
        self.is_begun = True
        self._spots.append((spot.time, spot.position))
        self.pad.draft.extend(self._ends(spot.time, spot.position))

    def _ends(self, time: float, position: float) -> list[tuple[float, float]]:
        if len(self._numbers) == 1:
            return [(time, position)]
        hz = self.pad.axis.frequencies(np.array([position]))[0] * self._numbers
        return [(time, place) for place in self.pad.axis.positions(hz).clip(-0.1, 1.1).tolist()]


class BrushGesture(PadGesture):
    """A stroke, which begins with the press."""

    def __init__(self, pad: AreaPad, spot: Spot, tip: Tip, direction: Direction) -> None:
        super().__init__(pad, spot)
        self.tip, self.direction = tip, direction
        self.is_begun = True
        pad.draft.begin(self._spots, (tip, direction))

    def follow(self, spot: Spot) -> None:
        """Paint on."""
        if (spot.time, spot.position) != self._spots[-1]:
            self._spots.append((spot.time, spot.position))
            self.pad.draft.extend(self._spots[-1:])


class BoxGesture(PadGesture):
    """A rectangle, whose ends snap."""

    def __init__(self, pad: AreaPad, spot: Spot, magnet: Magnet) -> None:
        super().__init__(pad, spot)
        self._magnet = magnet
        self.target: SnapTarget | None = None
        """What the end under the mouse has snapped to."""
        self._corner = self._snapped(spot)
        self._other = self._corner

    def follow(self, spot: Spot) -> None:
        """Draw the box larger or smaller."""
        self.is_begun = True
        self._other = self._snapped(spot)
        self.pad.draft.show_frame(self._corner, self._other)

    @property
    def points(self) -> Points:
        """Its corners."""
        (time, position), (other_time, other_position) = self._corner, self._other
        start, end = sorted((time, other_time))
        low, high = sorted((position, other_position))
        end = max(end, start + _LEAST_BOX * self.pressed.seconds_per_pixel)
        high = max(high, low + _LEAST_BOX * self.pressed.position_per_pixel)
        return np.array([(start, low), (end, low), (end, high), (start, high)])

    def _snapped(self, spot: Spot) -> tuple[float, float]:
        self.target = self._magnet.near(spot.time, spot.seconds_per_pixel)
        return (spot.time if self.target is None else self.target.time), spot.position


def is_far(pressed: Spot, spot: Spot) -> bool:
    """Whether the mouse has gone far enough from where it was pressed to mean a drag."""
    across = (spot.time - pressed.time) / pressed.seconds_per_pixel
    upright = (spot.position - pressed.position) / pressed.position_per_pixel
    return bool(np.hypot(across, upright) >= _CLICK)


TURNING = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier
"""Either takes from the area, or paints the other way: many window managers take a drag with Alt for themselves."""


def combination_of(modifiers: Qt.KeyboardModifier) -> Combination:
    """What becomes of the selected area when these keys are held at the press."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return Combination.ADD
    return Combination.SUBTRACT if modifiers & TURNING else Combination.REPLACE
