"""The video frame at the playhead, on which the user marks what makes the sound."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from samstudio.separation.engine_info import EngineInfo, PromptPart
from samstudio.separation.registry import engine_that_accepts
from samstudio.session.prompt import Prompt
from samstudio.session.video.object_edits import chosen_index
from samstudio.session.video.objects import VideoObject
from samstudio.ui.empty_state import EmptyState
from samstudio.ui.parts import make_panel
from samstudio.ui.theme import theme
from samstudio.ui.video.object_bar import ObjectBar
from samstudio.ui.video.object_page import ObjectPage
from samstudio.ui.video.rectangle_page import RectanglePage


class VideoPanel(QWidget):
    """The objects above the frame; on it the chosen one is clicked, or a rectangle is drawn."""

    seen_changed = Signal(bool)
    """Whether it is on the screen. A dock's own signal says no while it has no place yet."""

    def __init__(self) -> None:
        super().__init__()
        make_panel(self)
        self._objects: Sequence[VideoObject] = ()
        self.bar, self.objects, self.rectangles = ObjectBar(), ObjectPage(), RectanglePage()
        self.bar.rectangles.toggled.connect(self._show_mode)
        empty = EmptyState("film", "No video", "Open a video file to see it here, and click what makes the sound.")
        self._stack, self._modes = QStackedLayout(self), QStackedLayout()
        self._stack.addWidget(empty)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(*[theme().space(2)] * 4)
        column.setSpacing(theme().space(2))
        column.addWidget(self.bar)
        column.addLayout(self._modes, 1)
        self._modes.addWidget(self.objects)
        self._modes.addWidget(self.rectangles)
        self._stack.addWidget(page)
        # F6 leads to the first child that takes the focus: the picture, not a name that the keys would be typed into.
        self.bar.raise_()
        for before, after in pairwise((self.objects.next, self.rectangles.view, self.rectangles.clear, self.bar.list)):
            self.setTabOrder(before, after)
        for before, after in pairwise((self.bar.list, self.bar.add, self.bar.remove, self.bar.rectangles)):
            self.setTabOrder(before, after)
        self.bar.renamed.connect(self.objects.view.setFocus)

    def showEvent(self, event: QShowEvent) -> None:
        """Frames are of use now."""
        super().showEvent(event)
        self.seen_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Closed, behind another tab, or minimised."""
        super().hideEvent(event)
        self.seen_changed.emit(False)

    def show_video(self, *, shown: bool) -> None:
        """Show the frame, still empty, or what to do where there is none."""
        self.objects.view.show_frame(None)
        self.rectangles.show_frame(None, 0.0)
        self._stack.setCurrentIndex(int(shown))

    @Slot(object, float)
    def show_frame(self, frame: NDArray[np.uint8], time: float) -> None:
        """Show the frame at `time` (seconds)."""
        self.objects.view.show_frame(frame)
        self.rectangles.show_frame(frame, time)

    def show_prompt(self, prompt: Prompt) -> None:
        """Show the objects of another prompt; what is chosen says how it is marked."""
        if prompt.objects != self._objects:
            self._objects = prompt.objects
            self.bar.show_objects(prompt.objects)
            chosen = chosen_index(prompt.objects)
            if chosen is not None:
                with QSignalBlocker(self.bar.rectangles):
                    self.bar.rectangles.setChecked(not prompt.objects[chosen].follows)
                self._show_mode()
        self.rectangles.show_prompt(prompt)

    def show_engine(self, info: EngineInfo | None) -> None:
        """Say what objects are for where the chosen engine does not look at the video."""
        sees = info is None or PromptPart.REGIONS in info.accepts
        other = engine_that_accepts(PromptPart.REGIONS)
        such = f": {other.title} does" if other is not None else ""
        self.objects.show_advice("" if sees or info is None else f"{info.title} does not look at the video{such}.")

    def show_time_format(self) -> None:
        """Write the time in the current format."""
        self.rectangles.show_time_format()

    @Slot()
    def _show_mode(self) -> None:
        self._modes.setCurrentIndex(int(self.bar.rectangles.isChecked()))
