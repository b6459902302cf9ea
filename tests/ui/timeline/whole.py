"""A whole timeline with its pictures, a mouse for it, and eyes."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from samstudio.controllers.analysis.timeline_renderer import TimelineRenderer
from samstudio.session.clip import AudioClip
from samstudio.session.take import Stem, Stems, Take
from samstudio.ui.timeline.timeline import Timeline

RATE = 8000
LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def clip_of(samples: np.ndarray, rate: int = RATE) -> AudioClip:
    """A clip of these samples; one channel where they have one axis."""
    samples = np.asarray(samples, np.float32)
    return AudioClip(samples if samples.ndim == 2 else samples[:, None], rate)


class Whole:
    """A timeline 1000 pixels wide and its pictures, wired as in the window."""

    def __init__(self, qtbot, clip: AudioClip) -> None:
        self.qtbot, self.clip = qtbot, clip
        self.timeline, self.pictures = Timeline(), TimelineRenderer(threads=1)
        qtbot.addWidget(self.timeline)
        self.timeline.resize(1000, 600)
        self.timeline.view_changed.connect(self.pictures.request_views)
        self.pictures.peaks_changed.connect(self.timeline.show_peaks)
        self.pictures.tile_ready.connect(self.timeline.sounds.show_tile)
        self.pictures.sound_replaced.connect(self.timeline.sounds.show_replaced)
        with qtbot.waitExposed(self.timeline):
            self.timeline.show()
        self.timeline.show_clip(clip)
        self.pictures.set_source(Stem.CLIP, clip.samples, clip.sample_rate, clip.frames)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being computed, and let it be drawn."""
        self.qtbot.waitUntil(lambda: not self.pictures.is_busy)
        QApplication.processEvents()

    def show_stems(self, stems: Stems | None) -> None:
        """Give the timeline and its pictures target and residual, or none."""
        self.timeline.show_stems(stems)
        for stem in (Stem.TARGET, Stem.RESIDUAL):
            samples = getattr(stems, stem) if stems else None
            self.pictures.set_source(stem, samples, self.clip.sample_rate, self.clip.frames)

    def show_earlier(self, takes: tuple[Take, ...]) -> None:
        """Give them the targets of earlier takes."""
        self.timeline.show_earlier(takes)
        for take in takes:
            self.pictures.set_source(take.id, take.sound.stems.target, self.clip.sample_rate, self.clip.frames)

    def canvas(self, lane: int) -> QWidget:
        """The picture of lane 0 (clip), 1 (spectrogram), 2 (target), 3 (residual)."""
        return list(self.timeline.stack.lanes.values())[lane].canvas

    def x(self, seconds: float) -> int:
        """The column of a time."""
        start, end = self.timeline.visible_range
        return int((seconds - start) / (end - start) * self.canvas(0).width())


class Painted(QObject):
    """How wide the stretches were that widgets painted."""

    def __init__(self, widgets: list[QWidget]) -> None:
        super().__init__()
        self.widths: list[int] = []
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, _widget: QObject, event: QEvent) -> bool:
        """Note the paintings."""
        if event.type() == QEvent.Type.Paint:
            self.widths.append(event.rect().width())
        return False


def seen(widget: QWidget) -> np.ndarray:
    """What the widget shows, uint8 (rows, columns, 3)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def is_colour(pixels: np.ndarray, colour: QColor, tolerance: int = 12) -> np.ndarray:
    """Which pixels have this colour."""
    wanted = np.array([colour.red(), colour.green(), colour.blue()])
    return np.all(np.abs(pixels.astype(int) - wanted) <= tolerance, axis=-1)


def drag(widget: QWidget, start: QPoint, end: QPoint, steps: int = 6) -> None:
    """A left drag with moves between."""
    QTest.mouseMove(widget, start)
    QTest.mousePress(widget, LEFT, NO_KEY, start)
    for step in range(1, steps + 1):
        QTest.mouseMove(widget, start + (end - start) * step / steps)
    QTest.mouseRelease(widget, LEFT, NO_KEY, end)
    QApplication.processEvents()


def wheel(widget: QWidget, at: QPoint, notches: int, modifiers: Qt.KeyboardModifier = NO_KEY) -> None:
    """Turn the wheel over a point."""
    event = QWheelEvent(
        QPointF(at), QPointF(widget.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    QApplication.processEvents()
