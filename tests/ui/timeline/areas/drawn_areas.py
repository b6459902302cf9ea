"""The area tools on a real spectrogram lane of ten seconds and 20 kHz, with a real mouse."""

from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from samstudio.dsp.scales import FrequencyScale
from samstudio.session.take import Stem
from samstudio.ui.timeline.areas.area_layer import AreaLayer
from samstudio.ui.timeline.areas.area_options import AreaTool
from tests.ui.timeline.drawn_lanes import LANE_HEIGHT, NO_KEY, Lanes

SIGNALS = (
    "area_drawn",
    "similar_requested",
    "harmonics_requested",
    "stroke_drawn",
    "place_clicked",
    "options_changed",
    "menu_requested",
)
PER_PIXEL_HZ = 20000 / LANE_HEIGHT


class DrawnAreas:
    """`lanes` with an area layer over the spectrogram, and what it emitted."""

    def __init__(self, qtbot) -> None:
        self.lanes = Lanes(qtbot)
        self.layer = AreaLayer(self.lanes.layer.magnet_at, self.lanes.widget)
        self.layer.attach([(Stem.CLIP, self.lanes.spectrogram)], FrequencyScale("linear", 0.0, 20000.0))
        self.emitted: list[tuple] = []
        for name in SIGNALS:
            getattr(self.layer, name).connect(lambda *values, name=name: self.emitted.append((name, *values)))
        self.layer.set_paintable(True)
        self.lanes.layer.set_snapping(False)

    @property
    def pad(self):
        return self.layer._pads[0]

    def use(self, tool: AreaTool | None) -> None:
        self.layer.set_tool(tool)

    def only(self, name: str) -> tuple:
        """The arguments of the one emission, which must be `name`."""
        assert [emission[0] for emission in self.emitted] == [name]
        (emission,) = self.emitted
        self.emitted.clear()
        return emission[1:]

    def at(self, time: float, hz: float) -> QPoint:
        return self.lanes.at(time, hz / 20000.0, self.lanes.spectrogram)

    def draw(self, *places: tuple[float, float], keys=NO_KEY) -> None:
        """Press, go from place to place (seconds, Hz), release."""
        points = [self.at(*place) for place in places]
        self.lanes.press(points[0], keys)
        for start, end in pairwise(points):
            self.lanes.move(start, end, keys, steps=8)
        self.lanes.release(points[-1], keys)

    def turn_wheel(self, notches: int, keys=NO_KEY) -> None:
        viewport = self.lanes.widget.viewport()
        place = QPointF(self.at(5.0, 10000.0))
        event = QWheelEvent(
            place,
            QPointF(viewport.mapToGlobal(place.toPoint())),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(viewport, event)

    def right_click(self, time: float, hz: float) -> None:
        where = self.at(time, hz)
        QTest.mouseMove(self.lanes.widget.viewport(), where)
        QTest.mouseClick(self.lanes.widget.viewport(), Qt.MouseButton.RightButton, NO_KEY, where)
