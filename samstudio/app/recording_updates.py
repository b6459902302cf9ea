"""What the window shows of the open recordings and of their queue."""

from PySide6.QtCore import QObject, QTimer, Slot

from samstudio.app.commands.commands import Commands
from samstudio.app.container import Container
from samstudio.app.main_window import MainWindow
from samstudio.session.stretch import Stretch


class RecordingUpdates(QObject):
    """Keeps the list of recordings as they are; its panel is there while several are open."""

    def __init__(self, container: Container, commands: Commands, window: MainWindow) -> None:
        super().__init__(window)
        self._container, self._commands, self._window = container, commands, window
        self._has_several = self._has_queue = False

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
            QTimer.singleShot(0, self._commands.panels, self._commands.panels.make_room_for_recordings)
        self._window.recordings_panel.show_rows(rows)

    @Slot()
    def show_drafts(self) -> None:
        """There are other drafts, finished sound has passed one, or other stems are shown than those it is of."""
        separator, clip = self._container.separator, self._container.document.clip
        parts: tuple[Stretch, ...] = ()
        if separator.is_running and separator.draft is not None and clip is not None:
            beyond, rate = separator.draft.beyond(separator.frames_ready), clip.sample_rate
            parts = tuple((start / rate, stop / rate) for start, stop in beyond)
        self._window.takes_panel.running.show_drafts(parts)
        is_shown = self._container.audition.stems is separator.stems
        self._window.timeline.stack.show_drafts(parts if is_shown else ())

    @Slot(str)
    def tell_stopped(self, sentence: str) -> None:
        """A separation was cancelled before anything was finished."""
        if sentence:
            self._window.status.show_note(sentence)

    def _show_panel_of_queue(self, *, is_used: bool) -> None:
        """The panel comes when more than the take that is being made is to be told, and goes unless it is looked at."""
        dock = self._window.docks["queue"]
        if is_used != self._has_queue and (is_used or dock.visibleRegion().isEmpty()):
            self._has_queue = is_used
            dock.setVisible(is_used)

    @Slot()
    def show_queue(self) -> None:
        """A separation was queued, began or went on."""
        self.show_list()
        queue, recording = self._container.separation_queue, self._container.document.recording
        count = len(queue.unfinished)
        self._window.docks["queue"].setWindowTitle(f"Queue ({count})" if count else "Queue")
        self._show_panel_of_queue(is_used=len(queue.entries) > 1 or queue.is_paused)
        waiting = queue.waiting(recording)
        is_running = queue.is_running(recording)
        # Where none runs, the first one that waits stands in its row.
        self._window.takes_panel.queued.show_names([one.name for one in waiting[0 if is_running else 1 :]])
        if is_running:
            return
        if waiting:
            self._window.prompt_panel.separate_button.hide()
            self._window.prompt_panel.running.show_queued()
            self._window.takes_panel.show_queued(waiting[0].name)
        else:
            self._window.prompt_panel.show_idle()
            self._window.takes_panel.show_running(None)
