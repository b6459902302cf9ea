"""How certain an object of the video was followed, over time, in a strip between ruler and lanes."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QBrush, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip

from samstudio.session.video.mask_track import UNSURE, MaskTrack
from samstudio.session.video.objects import Mark
from samstudio.ui.parts import plain_tip
from samstudio.ui.theme import theme
from samstudio.ui.time_formats import time_format
from samstudio.ui.timeline.axis.time_strip import TimeStrip

_HEIGHT = 18
_TOP = 3
"""Pixels above a bar of full certainty."""
_LEAST = 3
"""Pixels: a bar that is seen."""
_APART = 0.1
"""Seconds between two masks beyond which nothing was followed between them."""
_DOT = 4.0
_REACH = 6.0
"""Pixels around a mark within which it is hit."""


class CertaintyStrip(TimeStrip):
    """Bars as high as the certainty; low ones in the colour of a warning, lost ones hatched; a dot at each mark.

    A click goes there. It is there only where an object is marked.
    """

    seek_requested = Signal(float)
    """Seconds."""

    def __init__(self) -> None:
        super().__init__("Certainty of the object", _HEIGHT)
        self._marks: tuple[Mark, ...] = ()
        self._track: MaskTrack | None = None
        self._times = np.empty(0)
        self._certainty = np.empty(0)
        self._lost = np.empty(0, bool)
        self.hide()

    def show_object(self, marks: tuple[Mark, ...], track: MaskTrack | None) -> None:
        """Show the marks of an object and where it was followed to; without marks the strip is hidden."""
        self._marks = marks
        if track is not self._track:
            self._track = track
            self._take(track)
        self.setVisible(bool(marks))
        unsure = len(track.unsure) if track else 0
        self.setAccessibleDescription(f"Marks: {len(marks)}. Places to check: {unsure}.")
        self.update()

    def _take(self, track: MaskTrack | None) -> None:
        self._times = np.array(track.times if track else ())
        self._certainty = np.array(track.certainty if track else ())
        self._lost = np.array([track.is_lost(k) for k in range(len(track.times))] if track else (), bool)

    def x_of(self, seconds: float) -> float:
        """Logical pixels from the left edge."""
        return (seconds - self._view.start) / self._view.length * self.width()

    def columns(self) -> list[tuple[int, float, bool]]:
        """Column of pixels, least certainty and whether the object is lost in any of it, where it was followed."""
        width = max(1, self.width())
        edges = self._view.start + np.arange(width + 1) / width * self._view.length
        first = np.searchsorted(self._times, edges[:-1])
        last = np.searchsorted(self._times, edges[1:])
        found = []
        # Between two masks, closely zoomed in, the earlier one counts on.
        is_between = (first == last) & (first > 0)
        is_between[is_between] = edges[:-1][is_between] - self._times[first[is_between] - 1] <= _APART
        first = np.where(is_between, first - 1, first)
        for column, (begin, end) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
            if begin == end:
                continue
            found.append((column, float(self._certainty[begin:end].min()), bool(self._lost[begin:end].any())))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars, hatches and dots."""
        look, painter = theme(), QPainter(self)
        painter.fillRect(event.rect(), look.color("panel"))
        painter.fillRect(QRect(0, _HEIGHT - 1, self.width(), 1), look.color("border"))
        sure, unsure, lost = look.color("plus"), look.color("warning"), look.color("error")
        hatch = QBrush(lost, Qt.BrushStyle.BDiagPattern)
        room = _HEIGHT - 1 - _TOP
        for column, certainty, is_lost in self.columns():
            if is_lost:
                painter.fillRect(QRect(column, _TOP, 1, room), hatch)
            else:
                height = max(_LEAST, round(room * certainty))
                painter.fillRect(
                    QRect(column, _HEIGHT - 1 - height, 1, height), sure if certainty >= UNSURE else unsure
                )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self._marks:
            # Hollow where it says that the object is absent.
            painter.setPen(look.color("text"))
            painter.setBrush(look.color("panel" if mark.absent else "text"))
            painter.drawEllipse(QPointF(self.x_of(mark.time), _HEIGHT / 2), _DOT, _DOT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there; to a mark's very time where one is near."""
        if event.button() == Qt.MouseButton.LeftButton:
            x = event.position().x()
            near = [mark.time for mark in self._marks if abs(self.x_of(mark.time) - x) <= _REACH]
            time = min(near, key=lambda time: abs(self.x_of(time) - x), default=self._seconds(x))
            self.seek_requested.emit(max(0.0, time))

    def event(self, event: QEvent) -> bool:
        """What the strip shows under the pointer, in a tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain_tip(self.text_at(event.pos().x())), self)
            return True
        return super().event(event)

    def text_at(self, x: float) -> str:
        """What is at a place, in words."""
        time = self._seconds(x)
        here = next((column for column in self.columns() if column[0] == int(x)), None)
        if any(abs(self.x_of(mark.time) - x) <= _REACH for mark in self._marks):
            state = "a mark"
        elif here is None:
            state = "not followed to here yet"
        elif here[2]:
            state = "lost: click the object in the video to mend it"
        else:
            state = f"certainty {100 * here[1]:.0f} %"
        return f"{time_format().text(time)}: {state}"
