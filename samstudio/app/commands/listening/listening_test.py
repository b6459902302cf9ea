"""A listening test over a folder: what the folder holds, the trials, and the table of answers."""

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from samstudio.controllers.background import Background
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.playback.trial_playback import TrialPlayback, TrialSounds
from samstudio.controllers.settings.preferences import Preferences
from samstudio.session.comparing.blind_test import Answer, Side
from samstudio.session.comparing.listening_test import (
    Trial,
    TrialResult,
    open_trials,
    summary_lines,
    trials_for,
    unreadable_sentence,
)
from samstudio.session.text.quoting import one_line
from samstudio.storage.json_values import SessionError
from samstudio.storage.listening_folder import ListeningFolder
from samstudio.ui.listening.listening_dialog import NO_FOLDER, ListeningDialog

ALL_ANSWERED = "Every trial has been answered under this name."
_FOLDER, _LISTENER = "listening/folder", "listening/listener"


class ListeningTestCommands(QObject):
    """Opens the dialog."""

    def __init__(self, transport: Transport, background: Background, preferences: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._transport, self._background, self._preferences = transport, background, preferences
        self._window = window

    def listening_test(self) -> None:
        """Hear the sounds of a folder in pairs, and judge them."""
        # The sound card may take one program's one stream only.
        self._transport.release_output()
        own = Transport()
        own.choose_output(self._transport.output)
        self.playback = TrialPlayback(own, self._background)
        _ListeningRun(self.playback, self._preferences, self._window).open()


class _ListeningRun(QObject):
    """One dialog and its test."""

    def __init__(self, playback: TrialPlayback, preferences: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._playback, self._preferences = playback, preferences
        playback.setParent(self)
        playback.transport.setParent(self)
        self._folder: ListeningFolder | None = None
        self._left: tuple[Trial, ...] = ()
        self._count = 0
        self._levels = (0.0, 0.0)
        self._side: Side | None = Side.X
        self._place = ("", 0.0)
        self._failure = ""
        self.dialog = ListeningDialog(window)
        self.dialog.setObjectName("listening_test")
        self.dialog.setup.listener.setText(preferences.text(_LISTENER, ""))
        self._connect()
        folder = preferences.text(_FOLDER, "")
        if folder and Path(folder).is_dir():
            self._open_folder(Path(folder))

    def _connect(self) -> None:
        dialog, playback = self.dialog, self._playback
        dialog.setup.folder_requested.connect(self._choose_folder)
        dialog.setup.folder_named.connect(self._name_folder)
        dialog.setup.changed.connect(self._show_setup)
        dialog.start_requested.connect(self._start)
        dialog.results_button.clicked.connect(self._show_results)
        dialog.side_requested.connect(self._hear)
        dialog.play_toggled.connect(playback.transport.toggle)
        dialog.answered.connect(self._on_answered)
        dialog.end_requested.connect(self._show_results)
        dialog.finished.connect(self._close)
        playback.loaded.connect(self._on_loaded)
        playback.failed.connect(self._on_failed)
        playback.transport.playing_changed.connect(dialog.show_playing)
        playback.transport.device_failed.connect(dialog.show_error)
        dialog.show_playing(False)

    def open(self) -> None:
        """Show the dialog."""
        self.dialog.open()

    @property
    def _listener(self) -> str:
        return one_line(self.dialog.setup.listener.text().strip(), 60)

    # The setup

    @Slot()
    def _choose_folder(self) -> None:
        last = self._preferences.text(_FOLDER, str(Path.home()))
        chosen = QFileDialog.getExistingDirectory(self.dialog, "Folder of the listening test", last)
        if chosen:
            self._open_folder(Path(chosen))

    @Slot(str)
    def _name_folder(self, typed: str) -> None:
        self._open_folder(Path(typed).expanduser())

    def _open_folder(self, path: Path) -> None:
        self.dialog.show_error(None)
        self.dialog.setup.folder.setText(str(path))
        try:
            self._folder = ListeningFolder(path)
        except SessionError as error:
            self._folder = None
            self.dialog.show_error(str(error))
        else:
            self._preferences.set_text(_FOLDER, str(path))
        self._show_setup()

    @Slot()
    def _show_setup(self) -> None:
        folder = self._folder
        if folder is None:
            self.dialog.show_setup("", NO_FOLDER, answered=False)
            return
        results, unreadable = self._results(folder)
        trials = trials_for(self._listener, folder.clips, folder.systems)
        self._left, self._count = open_trials(self._listener, trials, results), len(trials)
        found = f"{', '.join(folder.systems)}: {_counted(len(folder.clips), 'clip')}, {_counted(len(trials), 'trial')}"
        if self._listener and len(self._left) < len(trials):
            found += f", of which {len(trials) - len(self._left)} are answered by {self._listener}"
        if unreadable:
            found += f". {unreadable_sentence(unreadable)[:-1]}"
        lack = "Type who listens first." if not self._listener else "" if self._left else ALL_ANSWERED
        self.dialog.show_setup(f"{found}.", lack, answered=bool(results))

    def _results(self, folder: ListeningFolder) -> tuple[tuple[TrialResult, ...], int]:
        try:
            return folder.read()
        except SessionError as error:
            self.dialog.show_error(str(error))
            return (), 0

    # The trials

    @Slot()
    def _start(self) -> None:
        self._preferences.set_text(_LISTENER, self._listener)
        self._load()

    def _load(self) -> None:
        if self._folder is not None and self._left:
            self.dialog.show_reading()
            self._playback.load(self._folder.files(self._left[0]), matched=self.dialog.setup.matched.isChecked())

    @Slot(object)
    def _on_loaded(self, sounds: TrialSounds) -> None:
        self._levels = sounds.levels_db
        number = self._count - len(self._left) + 1
        self.dialog.show_trial(number, self._count, self._left[0].clip, has_recording=None in sounds.sounds)
        self.dialog.show_error(self._failure or None)
        self._failure = ""
        clip, position = self._place
        self._hear(Side.X)
        # Another pair of the same clip goes on where the last one was left.
        self._playback.transport.play(position if clip == self._left[0].clip else 0.0)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        """A trial that cannot be heard is left out for now; it is there again the next time."""
        self._left, self._failure = self._left[1:], sentence
        if self._left:
            self._load()
        else:
            self._show_results()
            self.dialog.show_error(sentence)

    @Slot(object)
    def _hear(self, side: Side | None) -> None:
        self._side = side
        self._playback.hear(side)
        self.dialog.show_side(side)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if self._folder is None:
            return
        trial, now = self._left[0], datetime.now(UTC).isoformat(timespec="seconds")
        try:
            self._folder.append(TrialResult(self._listener, trial, answer, self._levels, now))
        except SessionError as error:
            # The trial stays: the answer can be given again.
            self.dialog.show_error(str(error))
            return
        self._place = trial.clip, self._playback.transport.position
        self._left = self._left[1:]
        if self._left:
            self._load()
        else:
            self._show_results()

    @Slot()
    def _show_results(self) -> None:
        self._playback.close()
        if self._folder is None:
            return
        results, unreadable = self._results(self._folder)
        mine = sum(result.listener == self._listener for result in results)
        headline = f"{mine} of {self._count} trials are answered by {self._listener}" if mine else "The answers so far"
        self.dialog.show_results(headline, summary_lines(results, unreadable))

    @Slot()
    def _close(self) -> None:
        self._playback.close()
        self._playback.transport.close()
        self.dialog.deleteLater()
        self.deleteLater()


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
