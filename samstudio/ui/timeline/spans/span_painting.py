"""One painting of the spans of one lane, in device pixels."""

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QTransform

from samstudio.session.frame_grid import FrameRun
from samstudio.session.prompt import Sign, Span
from samstudio.ui.timeline.spans.drawn_spans import DrawnSpan, Overlay
from samstudio.ui.timeline.spans.span_groups import (
    FrequencyAxis,
    Group,
    Pixels,
    SpanColumns,
    SpanRows,
    each,
    groups_of,
    joined,
)
from samstudio.ui.timeline.spans.span_strokes import HATCH, Strokes

BRACKET_HEIGHT = 12
"""Logical pixels at the foot of a lane without frequency where boxes are shown."""
_FRAMES_TOP, _FRAMES_HEIGHT = 11, 6
"""Logical pixels over the foot of a lane where what the model sees is shown, and how high that is."""
_SLIVER = 5
"""Logical pixels. A narrower span is one stroke: there is no room for edges and hatch."""
_REACH = 2
"""Logical pixels by which halos may reach over the edges of a span."""


class SpanPainting:
    """Paints what lies in `exposed`, part of `lane`; `to_device` maps seconds and the lane's y scale.

    A lane with `scale` has it in each of its `bands`, and boxes, too.
    """

    def __init__(
        self,
        overlay: Overlay,
        strokes: Strokes,
        to_device: QTransform,
        lane: QRect,
        exposed: QRect,
        scale: FrequencyAxis | None,
        bands: int = 1,
    ) -> None:
        self._overlay, self._strokes = overlay, strokes
        self._lane, self._exposed, self._scale = lane, exposed, scale
        self._columns = columns = SpanColumns(to_device.m11(), to_device.dx(), exposed.left(), exposed.right())
        narrow, reach = strokes.pixels(_SLIVER), strokes.pixels(_REACH)
        self._spans = groups_of(overlay, columns, None, narrow, reach, boxes=False)
        self._cut: dict[Group, list[tuple[Pixels, Pixels, bool]]] = {}
        self._boxes: list[tuple[QRect, list[Group]]] = []
        top, height = to_device.dy() + to_device.m22(), -to_device.m22() / bands
        for band in range(bands if scale else 1):
            foot = to_device.dy() if band == bands - 1 else top + (band + 1) * height
            area = QRect(lane.left(), round(top + band * height), lane.width(), 0)
            area.setBottom(lane.bottom() if band == bands - 1 else round(foot) - 1)
            rows = SpanRows(scale, height, foot, area.bottom()) if scale else None
            self._boxes.append((area, groups_of(overlay, columns, rows, narrow, reach, boxes=True)))
        self._suggestions = joined(tuple(d for d in overlay.suggestions if self._is_seen(d.span)), columns)
        self._frames = [run for run in overlay.frames if self._is_seen(run)]

    def paint(self) -> None:
        """Time selection, suggested spans, spans in order, boxes on top, the model's frames, and the snap line."""
        if self._spans or self._suggestions or self._overlay.selection or self._overlay.snap_line is not None:
            self._paint_strip()
        for drawn in self._suggestions:
            self._paint_suggestion(drawn)
        for group in self._spans:
            self._paint_signs(group)
        for area, groups in self._boxes:
            if len(self._boxes) > 1 and groups:
                self._strokes.painter.save()
                self._strokes.painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
            for group in groups:
                self._paint_boxes(group, area)
            if len(self._boxes) > 1 and groups:
                self._strokes.painter.restore()
        painted = -1
        for run in self._frames:
            # Of those that end in one pixel the first is enough: there may be thousands.
            if (end := self._columns.x(run.end)) > painted:
                self._paint_frames(run)
                painted = end

    def _paint_strip(self) -> None:
        """Everything that looks the same all the way down: painted a hatch high, then laid down the lane in one go."""
        strokes, overlay, left = self._strokes, self._overlay, self._exposed.left()
        height = strokes.pixels(HATCH)
        strip = QPixmap(self._exposed.width(), height)
        strip.fill(Qt.GlobalColor.transparent)
        painter = QPainter(strip)
        painter.translate(-left, 0)
        pen = strokes.with_painter(painter)
        if overlay.selection:
            start, end = (self._columns.x(time) for time in overlay.selection)
            color = QColor(strokes.look.color("selection"))
            painter.fillRect(start, 0, end - start, height, color)
            color.setAlphaF(0.9)
            for x in (start, end):
                pen.column(x, height, color)
        for drawn in self._suggestions:
            start, end = self._edges(drawn)
            pen.suggestion_ground(QRect(start, 0, end - start, height), drawn)
            for x in (start, end):
                pen.suggestion_edge(x, height, drawn, halo=self._scale is not None)
        for group in self._spans:
            self._paint_stretches(pen, group, height)
        if overlay.snap_line is not None:
            pen.snap_line(self._columns.x(overlay.snap_line), height)
        painter.end()
        top = self._exposed.top()
        strokes.painter.drawTiledPixmap(self._exposed, strip, QPoint(0, (top - self._lane.top()) % height))

    def _paint_stretches(self, pen: Strokes, group: Group, height: int) -> None:
        over_spectrogram = self._scale is not None
        if group.is_sliver:
            pen.sliver(group.left, 0, group.width, height, group.drawn)
            return
        for left, right, won in self._parts(group):
            pen.tint(left, right, height, group, won=won, over_spectrogram=over_spectrogram)
        for x in (group.left, group.right):
            pen.edge(x, height, group.drawn, halo=over_spectrogram)

    def _parts(self, group: Group) -> list[tuple[Pixels, Pixels, bool]]:
        """Where the spans count and where not."""
        if not group.drawn.lost:
            return [(group.left, group.right, True)]
        if group not in self._cut:
            # A span that loses somewhere is in a group of its own.
            both = zip(group.drawn.stretches, (True, False), strict=True)
            parts = ((*self._columns.stretches(times), won) for times, won in both)
            self._cut[group] = [part for part in parts if len(part[0])]
        return self._cut[group]

    def _paint_suggestion(self, drawn: DrawnSpan) -> None:
        """Rails, badge and handles of a suggested span."""
        strokes, lane = self._strokes, self._lane
        start, end = self._edges(drawn)
        thin, cap, left = strokes.pixels(1), strokes.pixels(3), max(start, lane.left())
        (origin,) = self._columns.origins(np.array([drawn.span.start])).tolist()
        # The thicker rail tells the sign where no badge fits, as the cap of a drawn span does; beside a lone edge too.
        width = max(end - left, strokes.pixels(5))
        top, foot = (cap, thin) if drawn.span.sign is Sign.PLUS else (thin, cap)
        for y, thick in ((lane.top(), top), (lane.bottom() + 1 - foot, foot)):
            strokes.suggestion_rail(QRect(left, y, width, thick), origin, drawn)
        strokes.badge(QRect(left, lane.top(), end - left, lane.height()), drawn, is_suggestion=True)
        if drawn.is_selected:
            self._paint_handles(drawn, start, end)

    def _paint_frames(self, run: FrameRun) -> None:
        strokes, per_second = self._strokes, self._columns.per_second
        start, end, per_frame = self._columns.x(run.start), self._columns.x(run.end), run.grid.seconds * per_second
        # Frames are counted from the run's start, however far away that is.
        beyond = start - (per_second * run.start + self._columns.offset)
        start -= round(beyond % per_frame) if beyond > per_frame else 0
        foot = self._lane.bottom() + 1 - strokes.pixels(_FRAMES_TOP)
        area = QRect(start, foot, max(end - start, 1), strokes.pixels(_FRAMES_HEIGHT))
        strokes.frames(area, run.sign, per_frame)

    def _paint_signs(self, group: Group) -> None:
        """Cap, badge and handles."""
        strokes, lane, drawn = self._strokes, self._lane, group.drawn
        if not drawn.lost and not drawn.span.muted:
            strokes.cap(group.left, group.width, lane, drawn, won=True)
        elif not drawn.span.muted:
            for left, right, won in self._parts(group):
                strokes.cap(left, right - left, lane, drawn, won=won)
        if group.is_sliver:
            return
        for start, end in each(group.left, group.right):
            # The badge stays visible when the start is scrolled away.
            left = max(start, lane.left())
            if strokes.has_room_for_badge(end - left):
                strokes.badge(QRect(left, lane.top(), end - left, lane.height()), drawn)
            if drawn.is_selected:
                self._paint_handles(drawn, start, end)

    def _paint_handles(self, drawn: DrawnSpan, start: int, end: int) -> None:
        height = min(self._strokes.pixels(22), self._lane.height() // 2)
        for x in (start, end):
            self._strokes.handle(QPoint(x, self._lane.center().y()), self._strokes.pixels(5), height, drawn)

    def _paint_boxes(self, group: Group, lane: QRect) -> None:
        strokes, drawn = self._strokes, group.drawn
        if self._scale is None:
            beam = strokes.pixels(_SLIVER)
            if group.is_sliver:
                strokes.sliver(group.left, lane.bottom() + 1 - beam, group.width, beam, drawn)
            else:
                strokes.bracket(group, lane.bottom() + 1)
            return
        if group.is_sliver:
            width, height = group.right + 1 - group.left, group.foot + 1 - group.top
            strokes.sliver(group.left, group.top, width, height, drawn)
            return
        strokes.area(group)
        strokes.frame(group)
        for start, top, end, foot in each(group.left, group.top, group.right, group.foot):
            # The badge stays visible when its corner is scrolled or zoomed away.
            seen = QRect(QPoint(max(start, lane.left()), max(top, lane.top())), QPoint(end - 1, foot - 1))
            strokes.badge(seen, drawn)
            if drawn.is_selected:
                self._paint_box_handles(QRect(QPoint(start, top), QPoint(end, foot)), drawn)

    def _paint_box_handles(self, area: QRect, drawn: DrawnSpan) -> None:
        size, middle = self._strokes.pixels(6), area.center()
        for x in (area.left(), middle.x(), area.right()):
            for y in (area.top(), middle.y(), area.bottom()):
                if QPoint(x, y) != middle:
                    self._strokes.handle(QPoint(x, y), size, size, drawn)

    def _is_seen(self, one: Span | FrameRun) -> bool:
        return one.end >= self._columns.first and one.start <= self._columns.last

    def _edges(self, drawn: DrawnSpan) -> tuple[int, int]:
        return self._columns.x(drawn.span.start), self._columns.x(drawn.span.end)
