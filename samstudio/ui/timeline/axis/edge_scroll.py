"""Scrolls the view while a drag is held outside it."""

from PySide6.QtCore import QObject, QTimer, Signal

from samstudio.ui.timeline.lanes.lane_box import LaneBox

_INTERVAL_MS = 30
_SPEED = 0.15
"""The part of the mouse's distance from the edge by which the view moves at each step."""
_FASTEST = 0.1
"""The part of the view that one step moves at most."""


class EdgeScroll(QObject):
    """Asks a lane to scroll as long as the mouse is aimed outside its view, faster further out."""

    scrolled = Signal(float)
    """Seconds by which the view has moved, and the mouse over it with it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._box: LaneBox | None = None
        self._step = 0.0
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self._scroll)

    def aim(self, box: LaneBox, time: float) -> None:
        """The drag on `box` is now held at `time` seconds."""
        start, end = box.times
        beyond = min(time - start, 0.0) + max(time - end, 0.0)
        fastest = _FASTEST * (end - start)
        self._box, self._step = box, min(max(beyond * _SPEED, -fastest), fastest)
        if not self._step:
            self.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """The drag is over."""
        self._timer.stop()
        self._box = None

    def _scroll(self) -> None:
        if self._box is None:
            return
        before = self._box.times[0]
        self._box.scroll_requested.emit(self._step)
        moved = self._box.times[0] - before
        if moved:
            self.scrolled.emit(moved)
        else:
            # The end of the clip.
            self.stop()
