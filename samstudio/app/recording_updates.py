"""What the window shows of the open recordings and of their queue."""

from PySide6.QtCore import QObject, QTimer, Slot

from samstudio.app.commands.commands import Commands
from samstudio.app.container import Container
from samstudio.app.main_window import MainWindow
from samstudio.audio.playback.tracks import Draft


class RecordingUpdates(QObject):
    """Keeps the list of recordings as they are; its panel is there while several are open."""

    def __init__(self, container: Container, commands: Commands, window: MainWindow) -> None:
        super().__init__(window)
        self._container, self._commands, self._window = container, commands, window
        self._has_several = False

    @Slot()
    def show_list(self) -> None:
        """One was added, closed or changed, or another one is shown."""
        has_several = len(self._container.document.recordings.all) > 1
        if has_several != self._has_several:
            self._has_several = has_several
            self._window.docks["recordings"].setVisible(has_several)
        rows = self._commands.recordings.rows()
        # A failure is told in more lines.
        before = self._window.recordings_panel.rows.rows
        if has_several and [row.has_failed for row in rows] != [row.has_failed for row in before]:
            # Before the panel is laid out, sizes would be ignored.
            QTimer.singleShot(0, self._window, self._window.make_room_for_recordings)
        self._window.recordings_panel.show_rows(rows)

    @Slot(object)
    def show_draft(self, draft: Draft) -> None:
        """A draft of the take that is being made can be heard."""
        clip = self._container.document.clip
        if clip is not None:
            start, stop = draft.frame_range
            self._window.takes_panel.running.show_draft((start / clip.sample_rate, stop / clip.sample_rate))

    @Slot()
    def show_queue(self) -> None:
        """A separation was queued, began or went on."""
        self.show_list()
        queue, recording = self._container.separation_queue, self._container.document.recording
        if queue.is_running(recording):
            return
        waiting = queue.waiting(recording)
        if waiting is not None:
            self._window.prompt_panel.separate_button.hide()
            self._window.prompt_panel.running.show_queued()
            self._window.takes_panel.show_queued(waiting.name)
        else:
            self._window.prompt_panel.show_idle()
            self._window.takes_panel.show_running(None)
