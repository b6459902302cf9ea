"""The real application, which writes down twenty times a second where its widgets are and what they show.

usage: python -m tests.e2e.watched_app NOTES.json [FILE]
"""

import json
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from samstudio.app import main as app_main
from samstudio.app.commands.commands import Commands
from samstudio.app.container import Container
from samstudio.app.editor import Editor
from samstudio.app.main_window import MainWindow

_INTERVAL = 50
_AXIS = np.linspace(0.0, 1.0, 129)
"""Positions on the spectrogram's upright axis, from its foot to its top, whose Hz are noted."""


def note(container: Container, commands: Commands, window: MainWindow) -> dict[str, object]:
    clip = container.document.clip
    return {
        "widgets": {name: rect for widget in QApplication.allWidgets() for name, rect in _places(widget)},
        "lanes": [_lane(window, box) for box in window.timeline.lane_boxes()],
        "clip": clip and [clip.frames, clip.channels, clip.sample_rate],
        "is_reading": container.clip_loader.is_reading(container.document.recording),
        "is_drawing": container.timeline_renderer.is_busy,
        "text": container.document.prompt.text,
        "spans": [[span.start, span.end, span.sign] for span in container.document.prompt.spans],
        "marks": [[len(mark.clicks) for mark in known.marks] for known in container.document.prompt.objects],
        "has_mask": commands.object_display.mask is not None,
        "is_following": container.following.is_running,
        "followed": len(container.following.track.times) if container.following.track else 0,
        "unsure": container.following.track.unsure if container.following.track else (),
        "selection": container.selection.range,
        "selected_spans": container.selection.spans,
        "is_editing_span": window.span_keyboard.is_editing,
        "takes": [take.name for take in container.document.takes],
        "sources": [take.source for take in container.document.takes],
        "parts": [len(take.sound.parts) for take in container.document.takes],
        "ids": [take.id for take in container.document.takes],
        "current": container.document.current_take and container.document.current_take.name,
        "title": window.windowTitle(),
        "is_kept": container.session_state.is_kept,
        "is_running": container.separator.is_running,
        "auditioned": container.mixing.auditioned,
        "status": window.status.currentMessage(),
        "view": window.timeline.visible_range,
        "picture": str(window.timeline.stack.spectrogram.channel),
        "frequencies": window.timeline.frequency_scale.frequencies(_AXIS).tolist(),
        "position": container.transport.position,
        "area": container.areas.area and [*container.areas.area.times, *container.areas.area.band],
        "parts_of_area": len(container.areas.area.rings) if container.areas.area else 0,
        "strokes": container.document.current_take.sound.correction.strokes if container.document.current_take else 0,
        "brush": [commands.area_tools.options.size, commands.area_tools.options.direction],
        "active": window_title(QApplication.activeWindow()),
        "dialogs": [w.windowTitle() for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window],
        "errors": [w.text() for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()],
        "focus": getattr(QApplication.focusWidget(), "accessibleName", str)(),
    }


def window_title(window: QWidget | None) -> str | None:
    return window and window.windowTitle()


def _places(widget: QWidget):
    # Most are hidden: asking for their names first would take a tenth of a core.
    if widget.isVisible() and (name := widget.accessibleName() or widget.objectName()):
        corner = widget.mapToGlobal(widget.rect().topLeft())
        yield name, [corner.x(), corner.y(), widget.width(), widget.height()]


def _lane(window: MainWindow, box) -> dict[str, float]:
    """Where a lane is: the screen's x of 0 s, pixels a second, its middle, and its edges on the screen."""
    view = box.scene().views()[0]

    def place(seconds: float):
        return view.viewport().mapToGlobal(view.mapFromScene(box.mapToScene(box.to_pixels.map(QPointF(seconds, 0.5)))))

    start, end = window.timeline.visible_range
    first, last = place(start), place(end)
    per_second = (last.x() - first.x()) / (end - start)
    corner = view.viewport().mapToGlobal(view.mapFromScene(box.mapToScene(0.0, 0.0)))
    return {
        "x": first.x() - start * per_second,
        "per_second": per_second,
        "y": first.y(),
        "seen": view.isVisible(),
        "left": corner.x(),
        "top": corner.y(),
        "width": box.size().width(),
        "height": box.size().height(),
    }


def main() -> int:
    notes = Path(sys.argv[1])

    class WatchedEditor(Editor):
        def __init__(self, container: Container) -> None:
            super().__init__(container)
            self._number = 0
            self._watch = QTimer(self.window, interval=_INTERVAL)
            self._watch.timeout.connect(self._note)
            self._watch.start()

        def _note(self) -> None:
            aside = notes.with_suffix(".new")
            self._number += 1
            aside.write_text(
                json.dumps({"number": self._number, **note(self.container, self.commands, self.window)}), "utf-8"
            )
            aside.replace(notes)

    app_main.Editor = WatchedEditor
    # On a busy machine Qt would leave out places of a drag, and what is painted would depend on that.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    return app_main.run_window([Path(path) for path in sys.argv[2:3]])


if __name__ == "__main__":
    sys.exit(main())
