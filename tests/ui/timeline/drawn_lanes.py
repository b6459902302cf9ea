"""Two real lanes, a wave above a spectrogram, and a real mouse for them."""

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsScene, QGraphicsView

from samstudio.session.prompt import Prompt, Span
from samstudio.ui.theme import theme
from samstudio.ui.timeline.lanes.lane_box import LaneBox
from samstudio.ui.timeline.spans.span_layer import SpanLayer

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
WIDTH, LANE_HEIGHT, SECONDS = 1000, 200, 10.0
PIXEL = SECONDS / WIDTH


def about(seconds: float) -> object:
    """Equal to times within a pixel and a half."""
    return pytest.approx(seconds, abs=1.5 * PIXEL)


class LinearScale:
    """0..20 kHz on 0..1."""

    def position(self, hz: float) -> float:
        return hz / 20000

    def positions(self, hz):
        return hz / 20000

    def hz(self, position: float) -> float:
        return position * 20000


@dataclass
class RecordedSignals:
    """Everything a layer emits, as (signal, arguments)."""

    emitted: list[tuple] = field(default_factory=list)

    def listen(self, layer: SpanLayer) -> None:
        for name in (
            "span_drawn",
            "spans_edited",
            "spans_selected",
            "suggestion_selected",
            "suggestion_accepted",
            "selection_changed",
            "seek_requested",
        ):
            getattr(layer, name).connect(lambda *values, name=name: self.emitted.append((name, *values)))

    def only(self, name: str) -> tuple:
        """The arguments of the one emission, which must be `name`."""
        assert [emission[0] for emission in self.emitted] == [name]
        return self.emitted[0][1:]

    def edit(self) -> tuple[int, Span]:
        """Index and span of the one edit of one span that was emitted."""
        ((change,),) = (changes.items() for changes in self.only("spans_edited"))
        return change


class Lanes:
    """A small timeline: ten seconds over a thousand pixels, one wave lane and one spectrogram lane."""

    def __init__(self, qtbot) -> None:
        self.scene = QGraphicsScene(0, 0, WIDTH, 2 * LANE_HEIGHT)
        self.widget = QGraphicsView(self.scene)
        qtbot.addWidget(self.widget)
        self.widget.setFrameShape(QFrame.Shape.NoFrame)
        self.widget.setBackgroundBrush(theme().color("canvas"))
        self.widget.resize(WIDTH, 2 * LANE_HEIGHT)
        self.wave, self.spectrogram = LaneBox(), LaneBox()
        for row, box in enumerate((self.wave, self.spectrogram)):
            self.scene.addItem(box)
            box.setGeometry(QRectF(0, row * LANE_HEIGHT, WIDTH, LANE_HEIGHT))
            box.show_times(0, SECONDS)
        self.layer = SpanLayer(self.widget)
        self.layer.attach([self.wave, self.spectrogram], [self.spectrogram], LinearScale())
        self.layer.set_duration(SECONDS)
        self.signals = RecordedSignals()
        self.signals.listen(self.layer)
        with qtbot.waitExposed(self.widget):
            self.widget.show()

    def show(self, *spans: Span, selected: int | tuple[int, ...] | None = None) -> None:
        self.layer.show_prompt(Prompt(spans=spans))
        several = selected if isinstance(selected, tuple) else () if selected is None else (selected,)
        self.layer.show_selected_spans(several)

    def at(self, time: float, y: float = 0.0, box: LaneBox | None = None) -> QPoint:
        """The pixel at a time and height of a lane: the wave lane, -1 to 1, by default."""
        box = box or self.wave
        place = QPointF(time, y if box is self.spectrogram else (y + 1) / 2)
        return self.widget.mapFromScene(box.mapToScene(box.to_pixels.map(place)))

    def hover(self, where: QPoint) -> Qt.CursorShape:
        """Move the mouse there; returns the pointer it gets."""
        QTest.mouseMove(self.widget.viewport(), where)
        return self.widget.viewport().cursor().shape()

    def press(self, where: QPoint, keys=NO_KEY) -> None:
        QTest.mouseMove(self.widget.viewport(), where)
        QTest.mousePress(self.widget.viewport(), LEFT, keys, where)

    def move(self, start: QPoint, end: QPoint, keys=NO_KEY, steps: int = 6) -> None:
        for step in range(1, steps + 1):
            self._move_to(start + (end - start) * step / steps, keys)

    def _move_to(self, where: QPoint, keys) -> None:
        # QTest.mouseMove cannot hold a key down.
        from PySide6.QtGui import QMouseEvent

        viewport = self.widget.viewport()
        place = QPointF(where), QPointF(viewport.mapToGlobal(where))
        event = QMouseEvent(QMouseEvent.Type.MouseMove, *place, Qt.MouseButton.NoButton, LEFT, keys)
        QApplication.sendEvent(viewport, event)

    def release(self, where: QPoint, keys=NO_KEY) -> None:
        QTest.mouseRelease(self.widget.viewport(), LEFT, keys, where)

    def drag(self, start: QPoint, end: QPoint, keys=NO_KEY) -> None:
        self.press(start, keys)
        self.move(start, end, keys)
        self.release(end, keys)

    def click(self, where: QPoint, keys=NO_KEY, button=LEFT) -> None:
        QTest.mouseMove(self.widget.viewport(), where)
        QTest.mouseClick(self.widget.viewport(), button, keys, where)

    def picture(self) -> QImage:
        """What is seen now."""
        QApplication.processEvents()
        return self.widget.grab().toImage()

    def color(self, time: float, y: float = 0.0, box: LaneBox | None = None) -> QColor:
        """The colour seen at a time and height of a lane."""
        return self.picture().pixelColor(self.at(time, y, box))
