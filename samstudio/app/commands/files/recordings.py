"""The open recordings: shown, closed, and separated with one prompt, one after the other."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from samstudio.app.commands.files.sessions import SessionCommands
from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.persistence.clip_loader import ClipLoader
from samstudio.controllers.persistence.session_opener import SessionOpener
from samstudio.controllers.queue.queued_separation import QueuedSeparation
from samstudio.controllers.queue.separation_queue import SeparationQueue
from samstudio.controllers.separation.separator import Separator
from samstudio.separation.registry import find_engine
from samstudio.session.text.quoting import listed
from samstudio.ui.question import ask
from samstudio.ui.recordings.recording_rows import RecordingRow
from samstudio.ui.recordings.recordings_panel import RecordingsPanel
from samstudio.ui.time_text import format_done, format_left, format_length

STEP = "Use the text for several recordings"


class RecordingCommands(QObject):
    """Acts on the recordings of the list, by their places in it."""

    noted = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        document: Document,
        opener: SessionOpener,
        clip_loader: ClipLoader,
        separator: Separator,
        queue: SeparationQueue,
        sessions: SessionCommands,
        separation: SeparationCommands,
        panel: RecordingsPanel,
        actions: Mapping[str, QAction],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._opener, self._clip_loader = document, opener, clip_loader
        self._separator, self._queue = separator, queue
        self._sessions, self._separation = sessions, separation
        self._panel, self._actions, self._window = panel, actions, window
        separator.ended.connect(self._on_ended)
        queue.refused.connect(self._on_refused)

    @property
    def _all(self) -> tuple[Recording, ...]:
        return self._document.recordings.all

    def _at(self, places: tuple[int, ...]) -> list[Recording]:
        return [self._all[place] for place in places if place < len(self._all)]

    def next_recording(self) -> None:
        """Show the next recording of the list, after the last one the first."""
        self._step(1)

    def previous_recording(self) -> None:
        """Show the one before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        there = [recording for recording in self._all if recording.clip is not None]
        if len(there) > 1:
            shown = there[(there.index(self._document.recording) + step) % len(there)]
            self._opener.show(shown)
            self.noted.emit(f"“{shown.name}” is shown.")

    @Slot(int)
    def show(self, place: int) -> None:
        """Show one of them, now or as soon as it has been read."""
        for recording in self._at((place,)):
            self._opener.show(recording)

    @Slot(object)
    def close(self, places: tuple[int, ...]) -> None:
        """Close some, asking for each of which something would be lost."""
        self._separation.commit_requested.emit()
        for recording in self._at(places):
            if not self._sessions.may_close(recording):
                return
            self._document.recordings.close(recording)

    @Slot(object)
    def cancel(self, places: tuple[int, ...]) -> None:
        """Stop their separations, and take them out of the queue."""
        for recording in self._at(places):
            self._queue.cancel(recording)

    # One prompt for several

    def separate_recordings(self) -> None:
        """Separate the selected recordings, or all where only one is selected, with the text of the one shown."""
        places = self._panel.selected
        self.separate(places if len(places) > 1 else tuple(range(len(self._all))))

    @Slot(object)
    def separate(self, places: tuple[int, ...]) -> None:
        """Say what is used, and queue them if that is right."""
        self._separation.commit_requested.emit()
        settings, text = self._separation.settings, self._document.prompt.text.strip()
        chosen = [recording for recording in self._at(places) if recording.clip is not None]
        if not chosen:
            return
        info = find_engine(settings.engine)
        engine = info.title if info is not None else settings.engine
        used = f"Text: “{text}”." if text else "There is no text: only the spans of each recording are used."
        unmarked = [] if text else [each for each in chosen if not _is_marked(each)]
        if unmarked:
            names = listed([f"“{each.name}”" for each in unmarked])
            used += f"\nLeft out, as no span is drawn in {'it' if len(unmarked) == 1 else 'them'}: {names}."
            chosen = [each for each in chosen if each not in unmarked]
        if not chosen:
            self.noted.emit("There is nothing to separate by: type what the sound is, or draw spans.")
            return
        if any(recording.ground is not None for recording in chosen):
            used += "\nThe whole recordings are separated, not the residuals that some of them continue from."
        count = "this recording" if len(chosen) == 1 else f"these {len(chosen)} recordings"
        ask(
            self._window,
            f"Separate {count} with the same prompt?",
            f"{used}\nEngine and settings: those chosen now ({engine}).\n"
            "Spans and boxes are not copied: each recording uses its own. They are separated one after the other, and "
            "each gets a take.",
            "batch_box",
            (
                ("Separate", "Queue them (Enter)", lambda: self._queue_all(chosen, text)),
                ("Cancel", "Separate nothing (Esc)", lambda: None),
            ),
        )

    def _queue_all(self, chosen: list[Recording], text: str) -> None:
        settings, made = self._separation.settings, 0
        for recording in (recording for recording in chosen if recording in self._all):
            prompt = recording.prompt.with_text(text)
            self._document.edit_prompt(STEP, prompt, recording=recording)
            recording.settings = settings
            if recording.take_of(prompt, settings) is not None:
                made += 1
                continue
            name = self._separation.take_name(recording, text)
            wanted = QueuedSeparation(recording, prompt, settings, name)
            if not self._queue.has_like(wanted):
                self._queue.add(wanted)
        if made:
            self.noted.emit(f"{made} of them had been separated with exactly this input: not computed again.")

    @Slot(object, object, str)
    def _on_ended(self, recording: Recording, take: object, failure: str) -> None:
        if recording is self._document.recording or recording not in self._all:
            return
        if failure:
            self.noted.emit(f"“{recording.name}” could not be separated: {failure}")
        elif take is not None:
            self.noted.emit(f"“{recording.name}” has a new take.")

    @Slot(object, str)
    def _on_refused(self, recording: Recording, sentence: str) -> None:
        if recording is self._document.recording:
            self._separation.refused.emit(sentence)
        else:
            self.noted.emit(f"“{recording.name}”: {sentence}")

    @Slot(QPoint)
    def show_menu(self, place: QPoint) -> None:
        """What can be done with the selected recordings."""
        menu = QMenu(self._window)
        menu.addAction(self._actions["separate_recordings"])
        menu.addAction(self._actions["export_all"])
        menu.addAction("Cancel their separations", lambda: self.cancel(self._panel.selected))
        menu.addSeparator()
        menu.addAction("Close", lambda: self.close(self._panel.selected))
        menu.exec(place)

    # What the list shows

    def rows(self) -> tuple[RecordingRow, ...]:
        """A row for each."""
        return tuple(self._row(recording) for recording in self._all)

    def _row(self, recording: Recording) -> RecordingRow:
        clip = recording.clip
        path = recording.folder or (clip.path if clip is not None else None) or recording.path
        failure = self._queue.failures.get(recording, "")
        is_running = self._queue.is_running(recording)
        return RecordingRow(
            recording.name,
            str(path or ""),
            format_length(clip.duration) if clip is not None and not is_running else "",
            self._state(recording) or failure or _takes(recording),
            self._separator.progress[1] if is_running else None,
            recording.is_modified,
            recording is self._document.recording,
            bool(failure) and not self._state(recording),
        )

    def _state(self, recording: Recording) -> str:
        if self._queue.is_running(recording):
            _, fraction, left = self._separator.progress
            return f"{format_done(fraction)} · {format_left(left)}"
        if self._queue.is_waiting(recording):
            return "Queued"
        if self._clip_loader.is_reading(recording):
            return "Reading"
        return "Opening" if recording.clip is None else ""


def _is_marked(recording: Recording) -> bool:
    return bool(recording.prompt.active_spans or recording.prompt.active_objects)


def _takes(recording: Recording) -> str:
    count = len(recording.takes)
    return {0: "No take yet", 1: "1 take"}.get(count, f"{count} takes")
