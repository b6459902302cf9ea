"""One painting of the spans of one lane, in device pixels."""

from math import floor
from typing import Protocol

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QTransform

from samstudio.session.model_frames import FRAME, FrameRun
from samstudio.ui.timeline.span_marks import Mark, Picture
from samstudio.ui.timeline.span_strokes import HATCH, Strokes

BRACKET_HEIGHT = 12
"""Logical pixels at the foot of a lane without frequency where boxes are shown."""
_FRAMES_TOP, _FRAMES_HEIGHT = 11, 6
"""Logical pixels over the foot of a lane where what SAM Audio sees is shown, and how high that is."""
_SLIVER = 5
"""Logical pixels. A narrower span is one stroke: there is no room for edges and hatch."""


class FrequencyScale(Protocol):
    """The frequency axis of a lane."""

    def position(self, hz: float) -> float:
        """0..1 from foot to top."""

    def hz(self, position: float) -> float:
        """The frequency at 0..1."""


class SpanPainting:
    """Paints what of a Picture lies in `exposed`, part of `lane`; `to_device` maps seconds and the lane's y scale."""

    def __init__(
        self, strokes: Strokes, to_device: QTransform, lane: QRect, exposed: QRect, scale: FrequencyScale | None
    ) -> None:
        self._strokes, self._to_device = strokes, to_device
        self._lane, self._exposed, self._scale = lane, exposed, scale
        self._per_second, self._offset = to_device.m11(), to_device.dx()
        self._first = (exposed.left() - self._offset) / self._per_second
        self._last = (exposed.right() + 1 - self._offset) / self._per_second
        # Beyond these a coordinate no longer matters and could leave the range of an int.
        self._left, self._right = exposed.left() - 4 * HATCH, exposed.right() + 4 * HATCH

    def paint(self, picture: Picture) -> None:
        """Time selection, ghosts, spans in their order, boxes on top, the model's frames, and the line of a snap."""
        seen = picture.marks_between(self._first, self._last)
        ghosts = [mark for mark in picture.ghosts if self._is_seen(mark)]
        spans = [mark for mark in seen if not mark.span.is_box]
        if spans or ghosts or picture.selection or picture.snap_line is not None:
            self._paint_strip(picture, spans, ghosts)
        for mark in ghosts:
            self._paint_ghost(mark)
        for mark in spans:
            self._paint_signs(mark)
        for mark in seen:
            if mark.span.is_box:
                self._paint_box(mark)
        for run in picture.frames:
            if run.end >= self._first and run.start <= self._last:
                self._paint_frames(run)

    def _paint_strip(self, picture: Picture, spans: list[Mark], ghosts: list[Mark]) -> None:
        """Everything that looks the same all the way down: painted a hatch high, then laid down the lane in one go."""
        strokes, left = self._strokes, self._exposed.left()
        height = strokes.pixels(HATCH)
        strip = QPixmap(self._exposed.width(), height)
        strip.fill(Qt.GlobalColor.transparent)
        painter = QPainter(strip)
        painter.translate(-left, 0)
        pen = strokes.with_painter(painter)
        if picture.selection:
            start, end = (self._x(time) for time in picture.selection)
            color = QColor(strokes.look.color("selection"))
            painter.fillRect(start, 0, end - start, height, color)
            color.setAlphaF(0.9)
            for x in (start, end):
                pen.column(x, height, color)
        for mark in ghosts:
            start, end = self._x(mark.span.start), self._x(mark.span.end)
            pen.ghost_ground(QRect(start, 0, end - start, height), mark)
            for x in (start, end):
                pen.ghost_edge(x, height, mark, halo=self._scale is not None)
        for mark in spans:
            self._paint_stretch(pen, mark, height)
        if picture.snap_line is not None:
            pen.snap_line(self._x(picture.snap_line), height)
        painter.end()
        top = self._exposed.top()
        strokes.painter.drawTiledPixmap(self._exposed, strip, QPoint(0, (top - self._lane.top()) % height))

    def _paint_stretch(self, pen: Strokes, mark: Mark, height: int) -> None:
        start, end = self._x(mark.span.start), self._x(mark.span.end)
        if self._is_sliver(mark):
            pen.sliver(QRect(start, 0, max(end - start, 1), height), mark)
            return
        for (first, last), won in mark.parts:
            left = self._x(first)
            area = QRect(left, 0, self._x(last) - left, height)
            pen.tint(area, mark, origin=self._origin(mark), won=won, over_picture=self._scale is not None)
        for x in (start, end):
            pen.edge(x, height, mark, halo=self._scale is not None)

    def _paint_ghost(self, mark: Mark) -> None:
        """Rails, badge and handles of a ghost."""
        strokes, lane = self._strokes, self._lane
        start, end = self._x(mark.span.start), self._x(mark.span.end)
        thick, left = strokes.pixels(1), max(start, lane.left())
        for y in (lane.top(), lane.bottom() + 1 - thick):
            strokes.ghost_rail(QRect(left, y, end - left, thick), self._origin(mark), mark)
        strokes.badge(QRect(left, lane.top(), end - left, lane.height()), mark, is_ghost=True)
        self._paint_handles(mark)

    def _paint_frames(self, run: FrameRun) -> None:
        strokes = self._strokes
        start, end, per_frame = self._x(run.start), self._x(run.end), FRAME * self._per_second
        # Frames are counted from the run's start, however far away that is.
        beyond = start - (self._per_second * run.start + self._offset)
        start -= round(beyond % per_frame) if beyond > per_frame else 0
        foot = self._lane.bottom() + 1 - strokes.pixels(_FRAMES_TOP)
        area = QRect(start, foot, max(end - start, 1), strokes.pixels(_FRAMES_HEIGHT))
        strokes.frames(area, run.sign, per_frame)

    def _paint_signs(self, mark: Mark) -> None:
        """Cap, badge and handles."""
        strokes, lane = self._strokes, self._lane
        if not mark.span.muted:
            for (first, last), won in mark.parts:
                strokes.cap(self._x(first), self._x(last), lane, mark, won=won)
        if self._is_sliver(mark):
            return
        start, end = self._x(mark.span.start), self._x(mark.span.end)
        # The badge stays in sight when the start is scrolled away.
        strokes.badge(QRect(max(start, lane.left()), lane.top(), end - max(start, lane.left()), lane.height()), mark)
        self._paint_handles(mark)

    def _paint_handles(self, mark: Mark) -> None:
        if mark.is_selected:
            height = min(self._strokes.pixels(22), self._lane.height() // 2)
            for x in (self._x(mark.span.start), self._x(mark.span.end)):
                place = QPoint(x, self._lane.center().y())
                self._strokes.handle(place, self._strokes.pixels(5), height, mark)

    def _paint_box(self, mark: Mark) -> None:
        span, strokes, lane = mark.span, self._strokes, self._lane
        start, end = self._x(span.start), self._x(span.end)
        if self._scale is None or span.low is None or span.high is None:
            if self._is_sliver(mark):
                beam = strokes.pixels(_SLIVER)
                strokes.sliver(QRect(start, lane.bottom() + 1 - beam, max(end - start, 1), beam), mark)
            else:
                strokes.bracket(start, end, lane.bottom() + 1, mark)
            return
        top, foot = (self._y(self._scale.position(hz)) for hz in (span.high, span.low))
        foot = min(foot, lane.bottom())
        area = QRect(QPoint(start, top), QPoint(end, foot))
        if self._is_sliver(mark):
            strokes.sliver(area, mark)
            return
        strokes.area(area, mark, self._origin(mark))
        strokes.frame(area, mark, self._origin(mark))
        left = max(start, lane.left())
        strokes.badge(QRect(left, top, end - left, foot - top), mark)
        if mark.is_selected:
            size, middle = strokes.pixels(6), area.center()
            for x in (start, middle.x(), end):
                for y in (top, middle.y(), foot):
                    if QPoint(x, y) != middle:
                        strokes.handle(QPoint(x, y), size, size, mark)

    def _is_sliver(self, mark: Mark) -> bool:
        width = (mark.span.end - mark.span.start) * self._per_second
        return width < self._strokes.pixels(_SLIVER) and not mark.is_selected

    def _is_seen(self, mark: Mark) -> bool:
        return mark.span.end >= self._first and mark.span.start <= self._last

    def _x(self, time: float) -> int:
        x = self._per_second * time + self._offset
        # Not round(): halves must fall the same way wherever the view begins.
        return floor((self._left if x < self._left else min(x, self._right)) + 0.5)

    def _origin(self, mark: Mark) -> int:
        """Where the pattern of a span hangs: its start, however far away."""
        return floor(self._per_second * mark.span.start + self._offset + 0.5)

    def _y(self, position: float) -> int:
        # A box may reach outside the axis.
        return round(self._to_device.m22() * min(max(position, 0.0), 1.0) + self._to_device.dy())
