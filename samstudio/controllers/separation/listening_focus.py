"""Where the user listens or looks, for an engine that makes drafts."""

from PySide6.QtCore import QObject, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.session.stretch import Stretch


class ListeningFocus(QObject):
    """What comes next: from the playhead on while it plays or is in the first half of the view, else what is in view.

    Follows the recording that is separated; of one that is not shown nothing is heard or seen. The thread of the engine
    reads one reference.
    """

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._recording: Recording | None = None
        self._rate = 0
        self._view: Stretch = (0.0, 0.0)
        self._position, self._is_playing = 0.0, False
        self._loop: Stretch | None = None
        self._frames: tuple[int, int] | None = None
        document.opened.connect(self._update)

    def frames(self) -> tuple[int, int] | None:
        """See `samstudio.separation.engine.Focus`."""
        return self._frames

    def follow(self, recording: Recording, sample_rate: int) -> None:
        """That recording is being separated, from now on."""
        self._recording, self._rate = recording, sample_rate
        self._update()

    def show_view(self, view: Stretch) -> None:
        """That stretch is in view."""
        self._view = view
        self._update()

    @Slot(float)
    def show_position(self, position: float) -> None:
        """The playhead is there (seconds)."""
        self._position = position
        self._update()

    @Slot(bool)
    def show_playing(self, playing: bool) -> None:
        """It plays, or no longer."""
        self._is_playing = playing
        self._update()

    @Slot(object)
    def show_loop(self, loop: Stretch | None) -> None:
        """What is looped, if anything is."""
        self._loop = loop
        self._update()

    @Slot()
    def _update(self) -> None:
        if self._recording is not self._document.recording:
            self._frames = None
            return
        start, end = self._view
        loop, position = self._loop, self._position
        if self._is_playing and loop is not None and loop[0] <= position < loop[1]:
            start, end = loop
        elif self._is_playing:
            start, end = position, max(end, position + end - start)
        elif start <= position <= (start + end) / 2.0:
            start = position
        self._frames = round(start * self._rate), round(end * self._rate)
