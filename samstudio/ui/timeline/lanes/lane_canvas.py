"""What a lane is painted on: a graphics view that shows one box, pixel for pixel, and does nothing else."""

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView

from samstudio.ui.timeline.lanes.lane_box import LaneBox


class LaneCanvas(QGraphicsView):
    """Keeps the box as large as itself."""

    def __init__(self, box: LaneBox) -> None:
        super().__init__()
        self._box = box
        scene = QGraphicsScene(self)
        # A handful of items, all of which are visible: an index would only cost upkeep.
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        scene.addItem(box)
        self.setScene(scene)
        # Keys are the timeline's.
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        # It paints all of itself: without this the whole timeline is painted under every playhead.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def device_size(self) -> tuple[float, int]:
        """Width, 1 or more, and height in device pixels."""
        ratio = self.devicePixelRatioF()
        # Rows are whole device pixels of the window, where they lie on the screen.
        top = self.mapTo(self.window(), QPoint(0, 0)).y()
        return max(1.0, self.width() * ratio), round((top + self.height()) * ratio) - round(top * ratio)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The box grows along."""
        super().resizeEvent(event)
        area = QRectF(self.viewport().rect())
        self.setSceneRect(area)
        self._box.setGeometry(area)
