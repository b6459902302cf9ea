"""The region in the video: drawn, moved, removed; and the dock that shows the video of the recording."""

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QDockWidget, QMainWindow

from samstudio.controllers.analysis.video_frames import VideoFrames
from samstudio.controllers.document.document import Document
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.region import Region
from samstudio.session.video.object_edits import with_chosen
from samstudio.ui.video.video_panel import VideoPanel

_SHOWN, _PLACED = "video/shown", "video/placed"
_LEAST_SIZE = QSize(320, 320)
"""Logical pixels at first: enough to click on; afterwards the user's own arrangement counts."""


class VideoCommands(QObject):
    """Turns requests about the region into named edits of the document's prompt."""

    def __init__(
        self,
        document: Document,
        video_frames: VideoFrames,
        preferences: Preferences,
        panel: VideoPanel,
        dock: QDockWidget,
    ) -> None:
        super().__init__(dock)
        self._document, self._video_frames, self._preferences = document, video_frames, preferences
        self._panel, self._dock = panel, dock
        # Below -1, which stands for no gesture: edits of spans count upwards.
        self._gesture = -1
        dock.toggleViewAction().triggered.connect(self._remember)
        panel.seen_changed.connect(video_frames.set_watched)

    @Slot(object, bool)
    def mark(self, region: Region, moves: bool) -> None:
        """The user has drawn where the object is: at the region's time if it `moves`, else all the time."""
        name = "Move rectangle" if self._document.prompt.regions else "Draw rectangle"
        self._put(name, region, moves)

    @Slot(object, bool, bool)
    def nudge(self, region: Region, moves: bool, begins: bool) -> None:
        """The same in small steps by keys, of which a run is undone as one."""
        self._gesture -= begins
        self._put("Move rectangle", region, moves, self._gesture)

    def _put(self, name: str, region: Region, moves: bool, gesture: int = -1) -> None:
        prompt = self._document.prompt
        placed = prompt.with_region_moved(region) if moves else prompt.with_region(region)
        # What is drawn is what is separated: objects that are followed are kept, muted.
        index = next(place for place, known in enumerate(placed.objects) if not known.follows)
        self._document.edit_prompt(name, placed.with_objects(*with_chosen(placed.objects, index)), gesture)

    @Slot(object)
    def rest(self, region: Region) -> None:
        """The object stands still: one region applies all the time."""
        self._document.edit_prompt("Stop following motion", self._document.prompt.with_region(region))

    @Slot()
    def clear(self) -> None:
        """Remove the region."""
        self._document.edit_prompt("Clear rectangle", self._document.prompt.without_region())

    @Slot(object)
    def show_video(self, video: object) -> None:
        """Another recording: the dock is shown with a video and hidden without, unless the user keeps it closed."""
        self._panel.show_video(shown=video is not None)
        if video is None:
            self._dock.hide()
        elif self._preferences.flag(_SHOWN, default=True):
            # After what else the recording has changed was laid out and painted: both at once take too long.
            QTimer.singleShot(0, self, self._show_dock)

    @Slot()
    def _show_dock(self) -> None:
        if self._video_frames.has_video:
            self._dock.show()
            # In a small window it shares its place with others.
            self._dock.raise_()
            self._enlarge_dock()

    def _enlarge_dock(self) -> None:
        """Give the dock its first size."""
        window = self._dock.parentWidget()
        if isinstance(window, QMainWindow) and not self._preferences.flag(_PLACED, default=False):
            self._preferences.set_flag(_PLACED, value=True)
            size = _LEAST_SIZE.expandedTo(QSize(window.width() // 4, window.height() * 2 // 5))
            window.resizeDocks([self._dock], [size.width()], Qt.Orientation.Horizontal)
            # With all that share its column: of one dock alone, Qt only takes a part of the change.
            docks = [dock for dock in window.findChildren(QDockWidget) if self._is_in_column(dock)]
            room = sum(dock.height() for dock in docks)
            others = max(0, room - size.height()) // max(1, len(docks) - 1)
            heights = [size.height() if dock is self._dock else others for dock in docks]
            window.resizeDocks(docks, heights, Qt.Orientation.Vertical)

    def _is_in_column(self, dock: QDockWidget) -> bool:
        """Whether a dock is seen above or below the video, or is the video's."""
        is_seen = dock.isVisible() and not dock.isFloating() and not dock.visibleRegion().isEmpty()
        return dock is self._dock or (is_seen and dock.x() == self._dock.x())

    @Slot(bool)
    def _remember(self, shown: bool) -> None:
        if self._video_frames.has_video:
            self._preferences.set_flag(_SHOWN, value=shown)
