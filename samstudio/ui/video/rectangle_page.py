"""The video frame at the playhead, on which a rectangle is drawn that stays, or moves in straight lines."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox

from samstudio.session.prompt import Prompt
from samstudio.session.region import Region, region_at
from samstudio.ui.parts import explain, tool_button
from samstudio.ui.time_formats import time_format
from samstudio.ui.video.frame_page import FramePage
from samstudio.ui.video.video_view import VideoView

_NEAR = 0.02
"""Seconds: a region this near to the playhead is the current one, not the next."""
_DRAW = "Drag a rectangle over what makes the sound, or press Enter."


class RectanglePage(FramePage):
    """Shows frame, region and playhead; requests changes, edits nothing itself."""

    region_marked = Signal(object, bool)
    """Region with the time of the frame it was drawn on; and whether the object moves."""
    region_nudged = Signal(object, bool, bool)
    """The same for a step by a key; and whether this begins a new run of such steps."""
    rest_requested = Signal(object)
    """Region: the object moves no more, and stays there."""
    clear_requested = Signal()
    seek_requested = Signal(float)
    """Seconds."""

    def __init__(self) -> None:
        super().__init__(_DRAW)
        self._regions: tuple[Region, ...] = ()
        self._time = 0.0
        self.view = VideoView()
        explain(
            self.view,
            "Video",
            more="Drag over what makes the sound; everything else is hidden from the model. "
            "Keys: Enter draws a rectangle, arrows move it, Shift+arrows resize it, Del removes it.",
        )
        self.view.region_drawn.connect(self._mark)
        self.view.region_nudged.connect(self._nudge)
        self.view.clear_requested.connect(self.clear_requested)
        self.moves = QCheckBox("Follow motion")
        explain(
            self.moves,
            "Follow motion",
            more="Each rectangle counts for the time it is drawn at; in between it moves in a straight line.",
        )
        self.moves.toggled.connect(self._on_moves_toggled)
        self.previous = tool_button("chevron_left", "Previous rectangle")
        self.next = tool_button("chevron_right", "Next rectangle")
        self.clear = tool_button("delete", "Remove the rectangle", "Del")
        self.previous.clicked.connect(lambda: self._step(-1))
        self.next.clicked.connect(lambda: self._step(1))
        self.clear.clicked.connect(self.clear_requested)
        self._lay_out(self.view, (self.moves,), (self.previous, self.next, self.clear))
        self._show_place()

    def show_frame(self, frame: NDArray[np.uint8] | None, time: float) -> None:
        """Show the frame at `time` (seconds), or none."""
        self._time = time
        self.view.show_frame(frame)
        self._show_place()

    def show_prompt(self, prompt: Prompt) -> None:
        """Show the regions of another prompt."""
        if prompt.regions != self._regions:
            self._regions = prompt.regions
            if len(self._regions) != 1:
                with QSignalBlocker(self.moves):
                    self.moves.setChecked(len(self._regions) > 1)
            self._show_place()

    def show_time_format(self) -> None:
        """Write the time in the current format."""
        self._show_place()

    def _show_place(self) -> None:
        self.view.show_region(region_at(self._regions, self._time))
        self.clear.setEnabled(bool(self._regions))
        self.previous.setVisible(len(self._regions) > 1)
        self.next.setVisible(len(self._regions) > 1)
        self.previous.setEnabled(any(region.time < self._time - _NEAR for region in self._regions))
        self.next.setEnabled(any(region.time > self._time + _NEAR for region in self._regions))
        self._caption.show_text(caption(self._regions, self._time))

    def _mark(self, region: Region) -> None:
        self.region_marked.emit(region.at(self._time), self.moves.isChecked())

    def _nudge(self, region: Region, begins: bool) -> None:
        self.region_nudged.emit(region.at(self._time), self.moves.isChecked(), begins)

    def _on_moves_toggled(self, moves: bool) -> None:
        region = region_at(self._regions, self._time)
        if not moves and region is not None and len(self._regions) > 1:
            self.rest_requested.emit(region)

    def _step(self, direction: int) -> None:
        times = [region.time for region in self._regions if (region.time - self._time) * direction > _NEAR]
        if times:
            self.seek_requested.emit(min(times) if direction > 0 else max(times))


def caption(regions: Sequence[Region], time: float) -> str:
    """What the region means now, in a sentence."""
    if not regions:
        return _DRAW
    if len(regions) == 1:
        return "The model sees only this rectangle, all the time."
    number = next((k for k, region in enumerate(regions, 1) if abs(region.time - time) <= _NEAR), None)
    if number is not None:
        return f"Rectangle {number} of {len(regions)}, at {time_format().text(time)}."
    return f"Between the {len(regions)} rectangles it moves in a straight line."
