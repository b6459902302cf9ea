"""How closely brush and lasso follow the pointer, and how smooth the window stays with an area of many parts.

    QT_QPA_PLATFORM=offscreen python benchmarks/areas.py [minutes ...]

Prints medians and 95th percentiles of a frame in ms at 1920 x 1080, on the clock and as work of the GUI thread, with
the spectrograms of clip, target and residual in view; and the time from the end of a stroke of 2 s to its sound.
"""

import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from benchmarks.tools import SIZE, clip_of, frame_times, report, settle, synthetic_clip, tell_memory, written
from samstudio.app.container import Container
from samstudio.app.editor import Editor, make_container
from samstudio.app.main import make_application
from samstudio.app.main_window import MainWindow
from samstudio.session.areas.rasteriser import area_of_cells
from samstudio.session.areas.regions import similar_cells
from samstudio.session.cell_grid import CellGrid
from samstudio.session.prompt import Prompt
from samstudio.session.scratch import scratch_array
from samstudio.session.take import Sound, Stems, Take
from samstudio.ui.theme import apply_theme

SECONDS = 10.0
"""In view."""
STROKE_POINTS = 300


class Hand:
    """A mouse over the uppermost spectrogram."""

    def __init__(self, window: MainWindow) -> None:
        (_, box), *_ = window.timeline.picture_boxes()
        self._viewport = box.scene().views()[0].viewport()

    def place(self, across: float, upright: float) -> QPoint:
        return QPoint(round(across * self._viewport.width()), round((1.0 - upright) * self._viewport.height()))

    def send(self, kind: QEvent.Type, place: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        screen = QPointF(self._viewport.mapToGlobal(place))
        event = QMouseEvent(kind, QPointF(place), screen, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._viewport, event)

    def press(self, place: QPoint) -> None:
        self.send(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
        self.send(QEvent.Type.MouseButtonPress, place, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)

    def move(self, place: QPoint) -> None:
        self.send(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)

    def release(self, place: QPoint) -> None:
        self.send(QEvent.Type.MouseButtonRelease, place, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)


def drawing(app: QApplication, window: MainWindow, tool: str) -> np.ndarray:
    """The frames of a long wavy line with a tool."""
    window.trigger(tool)
    hand = Hand(window)

    def at(number: int) -> QPoint:
        return hand.place(0.1 + 0.7 * number / STROKE_POINTS, 0.5 + 0.4 * np.sin(number / 9.0))

    hand.press(at(0))
    times = frame_times(app, lambda number: hand.move(at(number + 1)), STROKE_POINTS - 1)
    window.area_layer.cancel_gesture()
    hand.release(at(STROKE_POINTS))
    return times


def heard_after(app: QApplication, container: Container, window: MainWindow, strokes: int = 8) -> list[float]:
    """Milliseconds from the end of each stroke of 2 s until its sound is what plays."""
    window.trigger("tool_brush")
    hand, waits = Hand(window), []
    applied: list[object] = []
    container.corrector.applied.connect(applied.append)
    for number in range(strokes):
        height = 0.2 + 0.06 * number
        hand.press(hand.place(0.3, height))
        for step in range(20):
            hand.move(hand.place(0.3 + 0.2 * step / 19, height + 0.02 * np.sin(step)))
            app.processEvents()
        begun, count = time.perf_counter(), len(applied)
        hand.release(hand.place(0.5, height))
        while len(applied) == count:
            app.processEvents()
        waits.append(1e3 * (time.perf_counter() - begun))
        settle(app, container)
    return waits


def measure(app: QApplication, container: Container, window: MainWindow) -> None:
    clip, document = clip_of(container), container.document
    target = scratch_array(clip.frames, clip.channels)
    stems = Stems(target, clip.samples)
    settings = container.preferences.separation_settings()
    document.add_take(Take("Take", Prompt("sound"), settings, Sound(stems), 1.0, clip.frames))
    window.trigger("switch_stem_lanes")
    middle = clip.duration / 2.0
    window.timeline.zoom_to(middle - SECONDS / 2.0, middle + SECONDS / 2.0)
    settle(app, container)
    print(f"{len(window.timeline.picture_boxes())} spectrograms in view", flush=True)
    for size in (32, 200):
        window.area_options.numbers["size"].setValue(size)
        report(f"brush of {size} px follows the pointer", drawing(app, window, "tool_brush"))
    for tool in ("lasso", "harmonics", "area_box"):
        report(f"{tool} follows the pointer", drawing(app, window, f"tool_{tool}"))
    window.area_options.numbers["size"].setValue(32)
    waits = heard_after(app, container, window)
    print(f"a stroke of 2 s is heard after {np.median(waits):.0f} ms, at most {max(waits):.0f} ms", flush=True)
    grid = CellGrid(clip.sample_rate)
    # What the wand may find in noise.
    levels = np.random.default_rng(2).normal(0.0, 5.0, (round(grid.frame_of(SECONDS / 2.0)), grid.bins))
    found = similar_cells(levels.astype(np.float32), len(levels) // 2, grid.bins // 2, 4.0)
    area = area_of_cells(found, round(grid.frame_of(middle - SECONDS / 4.0)), 0, grid)
    pan = 0.01 * SECONDS
    report("pan", frame_times(app, lambda _number: window.timeline.scroll_by(pan)))
    assert area is not None, "the wand finds something in noise"
    container.areas.draw(area)
    print(f"an area of {len(area.rings)} parts, {sum(len(ring) for ring in area.rings)} corners", flush=True)
    window.timeline.zoom_to(middle - SECONDS / 2.0, middle + SECONDS / 2.0)
    settle(app, container)
    report("pan with it", frame_times(app, lambda _number: window.timeline.scroll_by(pan)))
    window.timeline.zoom_to(middle - SECONDS / 2.0, middle + SECONDS / 2.0)
    settle(app, container)
    step = SECONDS / 600.0
    report("playhead over it", frame_times(app, lambda n: window.timeline.show_playhead(middle - 2.0 + step * n)))
    tell_memory("at the end")


def main() -> None:
    with TemporaryDirectory() as home, TemporaryDirectory() as folder:
        # The settings of whoever runs this are left alone.
        os.environ["HOME"] = os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"] = home
        app = make_application()
        apply_theme(app, "dark")
        for minutes in [float(argument) for argument in sys.argv[1:]] or [10.0, 180.0]:
            print(f"== {minutes:g} minutes, stereo 48 kHz", flush=True)
            path = written(synthetic_clip(minutes), Path(folder))
            container = make_container()
            editor = Editor(container)
            editor.window.resize(*SIZE)
            editor.window.show()
            editor.commands.files.open_path(path)
            settle(app, container)
            measure(app, container, editor.window)
            editor.window.hide()
            container.shut_down()
            path.unlink()


if __name__ == "__main__":
    main()
