"""Stems that leave the window: dragged into another program, or copied and pasted there."""

import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDrag, QGuiApplication
from PySide6.QtWidgets import QWidget

from samstudio.controllers.document.document import Document
from samstudio.controllers.persistence.stem_drag_out import StemDragOut
from samstudio.controllers.playback.audition import Audition
from samstudio.session.take import Stem, Stems, Take
from samstudio.ui.export.stem_handle import StemHandle
from samstudio.ui.icons import icon
from samstudio.ui.mixer.mixer_panel import MixerPanel

_TIMEOUT = 0.3
"""Seconds that a drag waits for its file: most are complete by then."""


class StemDragOutCommands(QObject):
    """Acts on the current take's stems."""

    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        document: Document,
        audition: Audition,
        stem_drag_out: StemDragOut,
        mixer: MixerPanel,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._stem_drag_out, self._mixer = document, stem_drag_out, mixer
        self._shown: Stems | None = None
        self._copying: Path | None = None
        self._dragging: Path | None = None
        audition.stems_changed.connect(self._show_stems)
        stem_drag_out.ready.connect(self._end_waiting)

    def attach(self, stem: Stem, handle: StemHandle) -> None:
        """Connect a handle to its stem."""
        # A drag begins with a press: by then the file is being written.
        handle.pressed.connect(partial(self._prepare, stem))
        handle.clicked.connect(partial(self.copy, stem))
        handle.dragged.connect(partial(self._drag, stem, handle))

    def copy_stem(self) -> None:
        """Copy the stem of the strip that was touched last; of an earlier take that is its target."""
        focused = self._mixer.focused_strip
        earlier = next((take for take in self._document.takes if take.id == focused), None)
        self._copy(Stem.RESIDUAL if focused == Stem.RESIDUAL else Stem.TARGET, earlier)

    def copy(self, stem: Stem) -> None:
        """Put a stem's file on the clipboard, as soon as it is complete."""
        self._copy(stem)

    def _copy(self, stem: Stem, earlier: Take | None = None) -> None:
        self._copying = goal = self._prepare(stem, earlier)
        if goal is not None and goal.exists():
            self._end_waiting(goal)
        elif goal is not None:
            self.noted.emit(f"Writing “{goal.name}” for the clipboard.")

    def _prepare(self, stem: Stem, earlier: Take | None = None) -> Path | None:
        """Where the stem's file is or will be."""
        clip, take = self._document.clip, earlier or self._document.current_take
        if clip is None or take is None or (earlier is None and self._shown is not take.sound.stems):
            self.noted.emit("This stem is not complete yet: wait until the separation has ended.")
            return None
        if not take.sound.is_up_to_date:
            self.noted.emit("Your edits are being applied to this stem: try again in a moment.")
            return None
        return self._stem_drag_out.prepare(clip, take, stem)

    def _drag(self, stem: Stem, handle: StemHandle) -> None:
        goal = self._prepare(stem)
        if goal is None:
            return
        until = time.monotonic() + _TIMEOUT
        while not goal.exists() and time.monotonic() < until:
            time.sleep(0.01)
        if not goal.exists():
            # Other programs expect the file to exist when the drag begins.
            self._dragging = goal
            self.noted.emit(f"Writing “{goal.name}”: drag it again when it is ready.")
            return
        drag = QDrag(handle)
        drag.setMimeData(file_data(goal))
        drag.setPixmap(icon("drag_out").pixmap(24, 24))
        drag.setHotSpot(QPoint(-8, -8))
        # A copy: a move would remove the file, which the next drag needs.
        drag.exec(Qt.DropAction.CopyAction)

    @Slot(object)
    def _end_waiting(self, path: Path) -> None:
        if path == self._copying:
            self._copying = None
            QGuiApplication.clipboard().setMimeData(file_data(path))
            self.noted.emit(f"“{path.name}” is on the clipboard: paste it into a DAW or a folder.")
        elif path == self._dragging:
            self._dragging = None
            self.noted.emit(f"“{path.name}” is ready: drag it now.")

    @Slot(object)
    def _show_stems(self, stems: Stems | None) -> None:
        self._shown = stems


def file_data(path: Path) -> QMimeData:
    """A file in the formats that programs and file managers accept."""
    url = QUrl.fromLocalFile(str(path))
    data = QMimeData()
    data.setUrls([url])
    # By this, file managers on Linux distinguish a copy from a cut.
    data.setData("x-special/gnome-copied-files", b"copy\n" + url.toEncoded().data())
    return data
