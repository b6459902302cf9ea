"""What the lanes show: what is heard, the target's share, waveforms or spectrograms, and the menu of each lane."""

from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QApplication

from samstudio.controllers.document.document import Document
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.session import LaneContent
from samstudio.session.take import Stem
from samstudio.ui.parts import key_of, native_keys
from samstudio.ui.timeline.lanes.lane_menu import lane_menu
from samstudio.ui.timeline.lanes.lane_stack import SPECTROGRAM
from samstudio.ui.timeline.timeline import Timeline

_NEXT = {
    LaneContent.WAVEFORM: LaneContent.SPECTROGRAM,
    LaneContent.SPECTROGRAM: LaneContent.BOTH,
    LaneContent.BOTH: LaneContent.WAVEFORM,
}


class LaneCommands(QObject):
    """Changes the lanes of the timeline."""

    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(self, document: Document, preferences: Preferences, timeline: Timeline, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._preferences, self._timeline = document, preferences, timeline

    @Slot()
    def follow_ground(self) -> None:
        """Another sound is separated next, or another take is shown: its residual may be that sound."""
        ground, take = self._document.ground, self._document.current_take
        is_shown = ground is not None and take is not None and ground.id == take.id
        self._timeline.sounds.show_ground(Stem.RESIDUAL if is_shown else Stem.CLIP)

    def follow_heard(self, on: bool) -> None:
        """Whether the main spectrogram shows what is heard, or always what is separated next."""
        self._timeline.sounds.follow_heard(on)
        self._preferences.set_flag("follow_heard", value=on)

    def show_share(self, on: bool) -> None:
        """Whether the clip's spectrogram is tinted by the target's share."""
        self._timeline.sounds.show_share(on)
        key = native_keys(key_of("hear_clip"))
        if on and key and self._timeline.stack.spectrogram.channel != Stem.CLIP:
            self.noted.emit(f"The target's share tints the clip's spectrogram: press {key} to see it.")

    def switch_stem_lanes(self) -> None:
        """Show the stems as waveforms, spectrograms, both, and so on; all of them what comes next for the target."""
        stack = self._timeline.stack
        content = _NEXT[stack.lanes[Stem.TARGET].view.content]
        for name, view in stack.views.items():
            if name not in {Stem.CLIP, SPECTROGRAM}:
                stack.change_view(name, replace(view, content=content))

    def lane_menu(self) -> None:
        """The menu of the lane whose header has the focus, or else of the uppermost one."""
        lanes = self._timeline.stack.visible_lanes
        focused = QApplication.focusWidget()
        next((lane for lane in lanes if lane.header is focused), lanes[0]).header.request_menu()

    @Slot(str, QPoint)
    def show_menu(self, name: str, place: QPoint) -> None:
        """The menu of a lane."""
        menu = lane_menu(self._timeline.stack, name, self._timeline)
        menu.popup(place)
        menu.aboutToHide.connect(menu.deleteLater)
