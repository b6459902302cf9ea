"""The one graphics item of a lane that paints every span visible in it."""

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from samstudio.ui.theme import load_theme, notifier, theme
from samstudio.ui.timeline.lane_box import LaneBox
from samstudio.ui.timeline.span_marks import Mark, Picture, Stretch
from samstudio.ui.timeline.span_strokes import Strokes
from samstudio.ui.timeline.z_order import Z_SPANS

BRACKET_HEIGHT = 12
"""Pixels at the foot of a lane without frequency where boxes are shown."""
_MARGIN = 8


class FrequencyScale(Protocol):
    """The frequency axis of a lane."""

    def position(self, hz: float) -> float:
        """0..1 from foot to top."""

    def hz(self, position: float) -> float:
        """The frequency at 0..1."""


class SpanItem(QGraphicsObject):
    """Paints a Picture over one lane, in its pixels. With `scale`, the lane's y axis, boxes have their height."""

    def __init__(self, box: LaneBox, scale: FrequencyScale | None) -> None:
        super().__init__(box)
        self.setZValue(Z_SPANS)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        # Tells paint() which part is asked for.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._box, self._scale = box, scale
        self._picture = Picture()
        self._hatches: dict[tuple[object, ...], QPixmap] = {}
        box.sigTransformChanged.connect(self._place)
        box.sigResized.connect(self._place)
        notifier.theme_changed.connect(self._repaint)
        self._place()

    def show_picture(self, picture: Picture) -> None:
        """Show `picture`; only the stretches of time that differ are painted again."""
        changes = picture.changes_from(self._picture)
        self._picture = picture
        if changes is None:
            self.update()
            return
        for start, end in changes:
            self.update(self._columns(start, end))

    def detach(self) -> None:
        """Leave the lane for good."""
        self._box.sigTransformChanged.disconnect(self._place)
        self._box.sigResized.disconnect(self._place)
        notifier.theme_changed.disconnect(self._repaint)
        self._box.scene().removeItem(self)

    def boundingRect(self) -> QRectF:
        """The whole lane."""
        return self._box.rect()

    def _place(self) -> None:
        self.prepareGeometryChange()
        self._to_pixels = self._box.childTransform()
        self.update()

    def _repaint(self) -> None:
        self._hatches.clear()
        self.update()

    def _x(self, time: float) -> float:
        return self._to_pixels.m11() * time + self._to_pixels.dx()

    def _y(self, position: float) -> float:
        return self._to_pixels.m22() * position + self._to_pixels.dy()

    def _columns(self, start: float, end: float) -> QRectF:
        """The pixels that a mark over `start`..`end` seconds may touch."""
        left, right = self._x(start) - _MARGIN, self._x(end) + _MARGIN
        return QRectF(left, 0, right - left, self._box.rect().height()).intersected(self._box.rect())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Selection, spans in their order, snap line: only what touches the exposed part."""
        exposed = option.exposedRect.adjusted(-_MARGIN, 0, _MARGIN, 0)
        # The spectrogram's colours are dark in every theme.
        strokes = Strokes(painter, load_theme("dark") if self._scale else theme(), self._hatches)
        picture = self._picture
        if picture.selection:
            self._paint_selection(strokes, picture.selection, exposed)
        for mark in picture.marks:
            if self._x(mark.span.end) < exposed.left() or self._x(mark.span.start) > exposed.right():
                continue
            if mark.span.is_box:
                self._paint_box(strokes, mark, exposed)
            else:
                self._paint_span(strokes, mark, exposed)
        if picture.snap_line is not None:
            strokes.dashes(self._x(picture.snap_line), exposed.top(), exposed.bottom(), strokes.look.color("accent"))

    def _paint_selection(self, strokes: Strokes, selection: Stretch, exposed: QRectF) -> None:
        rect = self._rect(selection, exposed)
        color = strokes.look.color("selection")
        strokes.painter.fillRect(rect, color)
        color.setAlphaF(0.9)
        for time in selection:
            strokes.line(self._x(time), rect.top(), rect.bottom(), color)

    def _rect(self, stretch: Stretch, exposed: QRectF) -> QRectF:
        """The full height over `stretch`, cut to what is exposed: a span may reach hours past the lane."""
        left, right = max(self._x(stretch[0]), exposed.left()), min(self._x(stretch[1]), exposed.right())
        return QRectF(left, 0, max(right - left, 0), self._box.rect().height())

    def _paint_span(self, strokes: Strokes, mark: Mark, exposed: QRectF) -> None:
        span, left = mark.span, self._x(mark.span.start)
        for stretch, won in _parts(mark):
            strokes.ground(self._rect(stretch, exposed), mark, left, won)
        rect = self._rect((span.start, span.end), exposed)
        for time in (span.start, span.end):
            strokes.edge(self._x(time), rect.top(), rect.bottom(), mark, halo=self._scale is not None)
        strokes.badge(QRectF(max(left, 0), 0, self._x(span.end) - max(left, 0), rect.height()), mark)
        if mark.is_selected:
            for time in (span.start, span.end):
                strokes.handle(QPointF(self._x(time), rect.center().y()), 5, min(22, rect.height() / 2), mark)

    def _paint_box(self, strokes: Strokes, mark: Mark, exposed: QRectF) -> None:
        span = mark.span
        if self._scale is None or span.low is None or span.high is None:
            strokes.bracket(self._x(span.start), self._x(span.end), self._box.rect().height(), mark)
            return
        top, foot = sorted((self._y(self._scale.position(span.high)), self._y(self._scale.position(span.low))))
        whole = QRectF(QPointF(self._x(span.start), top), QPointF(self._x(span.end), foot))
        strokes.ground(whole.intersected(exposed), mark, whole.left(), won=True)
        strokes.frame(whole, mark)
        strokes.badge(QRectF(max(whole.left(), 0), top, whole.right() - max(whole.left(), 0), whole.height()), mark)
        if mark.is_selected:
            for x in (whole.left(), whole.center().x(), whole.right()):
                for y in (whole.top(), whole.center().y(), whole.bottom()):
                    if (x, y) != (whole.center().x(), whole.center().y()):
                        strokes.handle(QPointF(x, y), 6, 6, mark)


def _parts(mark: Mark) -> list[tuple[Stretch, bool]]:
    """The span cut where it loses to another: each part with whether it counts."""
    parts: list[tuple[Stretch, bool]] = []
    at = mark.span.start
    for start, end in mark.lost:
        parts += [((at, start), True), ((start, end), False)]
        at = end
    return [(part, won) for part, won in (*parts, ((at, mark.span.end), True)) if part[0] < part[1]]
