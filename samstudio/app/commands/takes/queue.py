"""The queue of separations: what is shown of it, and what is done with it."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from samstudio.controllers.persistence.session_opener import SessionOpener
from samstudio.controllers.queue.queue_journal import QueueJournal
from samstudio.controllers.queue.queued_separation import QueuedSeparation
from samstudio.controllers.queue.separation_queue import SeparationQueue
from samstudio.controllers.separation.separator import Separator
from samstudio.session.text.quoting import listed
from samstudio.storage.queue_file import StoredSeparation
from samstudio.ui.question import Role, add_answer, ask, make_question
from samstudio.ui.queue.queue_panel import QueuePanel
from samstudio.ui.recordings.recording_rows import RecordingRow
from samstudio.ui.time_text import format_done, format_left, format_length


class QueueCommands(QObject):
    """Acts on the separations of the list, by their places in it."""

    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        queue: SeparationQueue,
        separator: Separator,
        opener: SessionOpener,
        journal: QueueJournal,
        panel: QueuePanel,
        actions: Mapping[str, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._queue, self._separator, self._opener, self._journal = queue, separator, opener, journal
        self._panel, self._actions, self._window = panel, actions, window
        self._is_dropped = False

    @Slot(bool)
    def pause(self, paused: bool) -> None:
        """Rest, or go on."""
        if paused == self._queue.is_paused:
            return
        self._queue.set_paused(paused)
        self.noted.emit("The queue is paused." if paused else "The queue goes on.")

    def cancel_all(self) -> None:
        """Cancel all that wait, and the one that runs; what is finished of it is kept."""
        for separation in reversed(self._queue.unfinished):
            self._queue.remove(separation)

    @Slot(int, int)
    def move(self, place: int, step: int) -> None:
        """Let one be separated later, or earlier for a negative step."""
        self._queue.move(self._queue.entries[place], step)

    @Slot(int)
    def remove(self, place: int) -> None:
        """Cancel one, or forget one that failed."""
        self._queue.remove(self._queue.entries[place])

    @Slot(int)
    def retry(self, place: int) -> None:
        """Queue one that failed again."""
        self._queue.retry(self._queue.entries[place])

    @Slot(int)
    def show_recording(self, place: int) -> None:
        """Show the recording that one is of."""
        self._opener.show(self._queue.entries[place].recording)

    # From one start to the next

    @Slot()
    def offer(self) -> None:
        """Ask what to do with separations that an earlier window did not finish."""
        waiting = self._journal.find()
        if not waiting:
            self._journal.discard()
            return
        count = "One separation was" if len(waiting) == 1 else f"{len(waiting)} separations were"
        ask(
            self._window,
            f"{count} not finished when SAM Studio was closed.",
            f"{listed([_described(one) for one in waiting], chr(10))}\nTheir recordings are opened, if they are not.",
            "queue_box",
            (
                ("Queue again", "Separate what is left (Enter)", lambda: self._journal.bring_back(waiting)),
                ("Discard", "Do not separate them", self._journal.discard),
                ("Decide later", "Ask again at the next start (Esc)", self._journal.release),
            ),
        )

    def may_close(self) -> bool:
        """Whether the window may close: asks if separations are not finished."""
        count = self._journal.unfinished
        if not count:
            return True
        what = "A separation is" if count == 1 else f"{count} separations are"
        more = "Keep the queue to be asked at the next start whether to go on with it."
        box = make_question(self._window, f"{what} not finished. Quit all the same?", more, "queue_box")
        keep = add_answer(box, "Quit and keep the queue", Role.AcceptRole, "Go on at the next start (Enter)")
        drop = add_answer(box, "Quit and cancel all", Role.DestructiveRole, "Nothing is left of the queue")
        cancel = add_answer(box, "Cancel", Role.RejectRole, "Return to the editor (Esc)")
        box.setDefaultButton(keep)
        box.setEscapeButton(cancel)
        box.exec()
        self._is_dropped = box.clickedButton() is drop
        return box.clickedButton() in (keep, drop)

    def leave(self) -> None:
        """The window closes: forget what is in the queue if that was the answer."""
        if self._is_dropped:
            self._journal.forget()

    # What the panel shows

    @Slot()
    def show(self) -> None:
        """Let the panel and the action show the queue as it is."""
        queue = self._queue
        rows = tuple(map(self._row, queue.entries))
        running = int(queue.running is not None)
        self._panel.show_queue(rows, running, self._summary(), queue.progress.fraction, paused=queue.is_paused)
        self._actions["pause_queue"].setChecked(queue.is_paused)

    def _summary(self) -> str:
        """`2 of 5 done · 1 failed · about 3 min left`."""
        progress = self._queue.progress
        if not progress.total or not self._queue.unfinished:
            return ""
        left = "paused" if self._queue.is_paused else format_left(progress.left)
        failed = f"{progress.failed} failed · " if progress.failed else ""
        return f"{progress.done - progress.failed} of {progress.total} done · {failed}{left}"

    def _row(self, separation: QueuedSeparation) -> RecordingRow:
        failure = self._queue.failed.get(separation, "")
        is_running = separation is self._queue.running
        recording = separation.recording
        return RecordingRow(
            separation.name,
            f"{recording.name}, {format_length(separation.seconds)}",
            # What changes comes first: a long name is cut.
            recording.name if failure else self._state(separation),
            failure or recording.name,
            self._separator.progress[1] if is_running else None,
            has_failed=bool(failure),
        )

    def _state(self, separation: QueuedSeparation) -> str:
        if separation is self._queue.running:
            _, fraction, left = self._separator.progress
            more = "paused" if self._queue.is_paused else format_left(left) if left is not None else ""
            return " · ".join(part for part in (format_done(fraction), more) if part)
        if not separation.recording.is_complete:
            return "Waits until the recording is read"
        return "Queued" if separation.is_ready else "Waits for your edits"


def _described(waiting: StoredSeparation) -> str:
    """`song.wav: Take 2 · bell`."""
    return f"{Path(waiting.session or waiting.recording).name}: {waiting.name}"
