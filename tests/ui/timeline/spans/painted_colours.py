"""How close the painted pixels are to a colour of the theme."""

from PySide6.QtGui import QColor, QImage

from samstudio.ui.theme import theme
from tests.ui.timeline.drawn_lanes import Lanes

EMPTY = theme().color("canvas")


def closeness(color: QColor, role: str) -> float:
    """How far a colour has gone from the empty ground to that of a role: 0 to 1 (channel-wise least squares)."""
    ground, goal, seen = ([c.red(), c.green(), c.blue()] for c in (EMPTY, theme().color(role), color))
    way = [g - e for g, e in zip(goal, ground, strict=True)]
    gone = [s - e for s, e in zip(seen, ground, strict=True)]
    return sum(w * g for w, g in zip(way, gone, strict=True)) / sum(w * w for w in way)


def tint(image: QImage, lanes: Lanes, start: float, end: float, role: str, box=None) -> float:
    """The mean closeness to a role over a stretch of time across the middle of a lane."""
    left, right, y = lanes.at(start, 0, box).x(), lanes.at(end, 0, box).x(), lanes.at(0, 0.3, box).y()
    places = [(x, y + row) for x in range(left, right) for row in range(8)]
    return sum(closeness(image.pixelColor(x, y), role) for x, y in places) / len(places)
