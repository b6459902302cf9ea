"""One painting of the spans of one lane, in device pixels."""

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QTransform

from samstudio.session.model_frames import FRAME, FrameRun
from samstudio.session.prompt import Span
from samstudio.ui.timeline.spans.drawn_spans import DrawnSpan, Overlay
from samstudio.ui.timeline.spans.span_groups import FrequencyAxis, Group, Pixels, SpanColumns, SpanRows, each, groups_of
from samstudio.ui.timeline.spans.span_strokes import HATCH, Strokes

BRACKET_HEIGHT = 12
"""Logical pixels at the foot of a lane without frequency where boxes are shown."""
_FRAMES_TOP, _FRAMES_HEIGHT = 11, 6
"""Logical pixels over the foot of a lane where what SAM Audio sees is shown, and how high that is."""
_SLIVER = 5
"""Logical pixels. A narrower span is one stroke: there is no room for edges and hatch."""
_REACH = 2
"""Logical pixels by which halos may reach over the edges of a mark."""


class SpanPainting:
    """Paints what of a Picture lies in `exposed`, part of `lane`; `to_device` maps seconds and the lane's y scale."""

    def __init__(
        self,
        picture: Overlay,
        strokes: Strokes,
        to_device: QTransform,
        lane: QRect,
        exposed: QRect,
        scale: FrequencyAxis | None,
    ) -> None:
        self._picture, self._strokes = picture, strokes
        self._lane, self._exposed, self._scale = lane, exposed, scale
        self._columns = columns = SpanColumns(to_device.m11(), to_device.dx(), exposed.left(), exposed.right())
        rows = SpanRows(scale, -to_device.m22(), to_device.dy(), lane.bottom()) if scale else None
        narrow, reach = strokes.pixels(_SLIVER), strokes.pixels(_REACH)
        self._spans = groups_of(picture, columns, None, narrow, reach, boxes=False)
        self._boxes = groups_of(picture, columns, rows, narrow, reach, boxes=True)
        self._suggestions = [mark for mark in picture.suggestions if self._is_seen(mark.span)]
        self._frames = [run for run in picture.frames if self._is_seen(run)]

    def paint(self) -> None:
        """Time selection, suggested spans, spans in order, boxes on top, the model's frames, and the snap line."""
        if self._spans or self._suggestions or self._picture.selection or self._picture.snap_line is not None:
            self._paint_strip()
        for mark in self._suggestions:
            self._paint_suggestion(mark)
        for group in self._spans:
            self._paint_signs(group)
        for group in self._boxes:
            self._paint_boxes(group)
        for run in self._frames:
            self._paint_frames(run)

    def _paint_strip(self) -> None:
        """Everything that looks the same all the way down: painted a hatch high, then laid down the lane in one go."""
        strokes, picture, left = self._strokes, self._picture, self._exposed.left()
        height = strokes.pixels(HATCH)
        strip = QPixmap(self._exposed.width(), height)
        strip.fill(Qt.GlobalColor.transparent)
        painter = QPainter(strip)
        painter.translate(-left, 0)
        pen = strokes.with_painter(painter)
        if picture.selection:
            start, end = (self._columns.x(time) for time in picture.selection)
            color = QColor(strokes.look.color("selection"))
            painter.fillRect(start, 0, end - start, height, color)
            color.setAlphaF(0.9)
            for x in (start, end):
                pen.column(x, height, color)
        for mark in self._suggestions:
            start, end = self._edges(mark)
            pen.suggestion_ground(QRect(start, 0, end - start, height), mark)
            for x in (start, end):
                pen.suggestion_edge(x, height, mark, halo=self._scale is not None)
        for group in self._spans:
            self._paint_stretches(pen, group, height)
        if picture.snap_line is not None:
            pen.snap_line(self._columns.x(picture.snap_line), height)
        painter.end()
        top = self._exposed.top()
        strokes.painter.drawTiledPixmap(self._exposed, strip, QPoint(0, (top - self._lane.top()) % height))

    def _paint_stretches(self, pen: Strokes, group: Group, height: int) -> None:
        over_picture = self._scale is not None
        if group.is_sliver:
            pen.sliver(group.left, 0, group.width, height, group.mark)
            return
        for left, right, won in self._parts(group):
            pen.tint(left, right, height, group, won=won, over_picture=over_picture)
        for x in (group.left, group.right):
            pen.edge(x, height, group.mark, halo=over_picture)

    def _parts(self, group: Group) -> list[tuple[Pixels, Pixels, bool]]:
        """Where the spans count and where not."""
        if not group.mark.lost:
            return [(group.left, group.right, True)]
        # Who loses somewhere is alone.
        return [(self._columns.x(first), self._columns.x(last), won) for (first, last), won in group.mark.parts]

    def _paint_suggestion(self, mark: DrawnSpan) -> None:
        """Rails, badge and handles of a suggested span."""
        strokes, lane = self._strokes, self._lane
        start, end = self._edges(mark)
        thick, left = strokes.pixels(1), max(start, lane.left())
        (origin,) = self._columns.origins(np.array([mark.span.start])).tolist()
        for y in (lane.top(), lane.bottom() + 1 - thick):
            strokes.suggestion_rail(QRect(left, y, end - left, thick), origin, mark)
        strokes.badge(QRect(left, lane.top(), end - left, lane.height()), mark, is_suggestion=True)
        if mark.is_selected:
            self._paint_handles(mark, start, end)

    def _paint_frames(self, run: FrameRun) -> None:
        strokes, per_second = self._strokes, self._columns.per_second
        start, end, per_frame = self._columns.x(run.start), self._columns.x(run.end), FRAME * per_second
        # Frames are counted from the run's start, however far away that is.
        beyond = start - (per_second * run.start + self._columns.offset)
        start -= round(beyond % per_frame) if beyond > per_frame else 0
        foot = self._lane.bottom() + 1 - strokes.pixels(_FRAMES_TOP)
        area = QRect(start, foot, max(end - start, 1), strokes.pixels(_FRAMES_HEIGHT))
        strokes.frames(area, run.sign, per_frame)

    def _paint_signs(self, group: Group) -> None:
        """Cap, badge and handles."""
        strokes, lane, mark = self._strokes, self._lane, group.mark
        if not mark.lost and not mark.span.muted:
            strokes.cap(group.left, group.width, lane, mark, won=True)
        elif not mark.span.muted:
            for left, right, won in self._parts(group):
                strokes.cap(left, max(right - left, 1), lane, mark, won=won)
        if group.is_sliver:
            return
        for start, end in each(group.left, group.right):
            # The badge stays in sight when the start is scrolled away.
            left = max(start, lane.left())
            if strokes.has_room_for_badge(end - left):
                strokes.badge(QRect(left, lane.top(), end - left, lane.height()), mark)
            if mark.is_selected:
                self._paint_handles(mark, start, end)

    def _paint_handles(self, mark: DrawnSpan, start: int, end: int) -> None:
        height = min(self._strokes.pixels(22), self._lane.height() // 2)
        for x in (start, end):
            self._strokes.handle(QPoint(x, self._lane.center().y()), self._strokes.pixels(5), height, mark)

    def _paint_boxes(self, group: Group) -> None:
        strokes, lane, mark = self._strokes, self._lane, group.mark
        if self._scale is None:
            beam = strokes.pixels(_SLIVER)
            if group.is_sliver:
                strokes.sliver(group.left, lane.bottom() + 1 - beam, group.width, beam, mark)
            else:
                strokes.bracket(group, lane.bottom() + 1)
            return
        if group.is_sliver:
            width, height = group.right + 1 - group.left, group.foot + 1 - group.top
            strokes.sliver(group.left, group.top, width, height, mark)
            return
        strokes.area(group)
        strokes.frame(group)
        for start, top, end, foot in each(group.left, group.top, group.right, group.foot):
            left = max(start, lane.left())
            strokes.badge(QRect(left, top, end - left, foot - top), mark)
            if mark.is_selected:
                self._paint_box_handles(QRect(QPoint(start, top), QPoint(end, foot)), mark)

    def _paint_box_handles(self, area: QRect, mark: DrawnSpan) -> None:
        size, middle = self._strokes.pixels(6), area.center()
        for x in (area.left(), middle.x(), area.right()):
            for y in (area.top(), middle.y(), area.bottom()):
                if QPoint(x, y) != middle:
                    self._strokes.handle(QPoint(x, y), size, size, mark)

    def _is_seen(self, one: Span | FrameRun) -> bool:
        return one.end >= self._columns.first and one.start <= self._columns.last

    def _edges(self, mark: DrawnSpan) -> tuple[int, int]:
        return self._columns.x(mark.span.start), self._columns.x(mark.span.end)
