"""The sound output and its test tone; how much is played before and after a selection."""

from contextlib import suppress

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from samstudio.audio.errors import AudioError
from samstudio.audio.playback.devices import BUFFERS, USUAL_BUFFER, OutputChoice, default_output, output_devices
from samstudio.audio.playback.output_stream import rescan
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.test_tone import TestTone
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.settings.preferences import Preferences
from samstudio.ui.preferences.output_form import MOST_ROLL, OutputForm

_OUTPUT, _EXCLUSIVE, _BUFFER = "output", "output_exclusive", "output_buffer"
_PRE_ROLL, _POST_ROLL = "pre_roll", "post_roll"
_USUAL_ROLL = 1.0
"""Seconds."""


class OutputCommands(QObject):
    """Remembers the output and the rolls, and lets the user choose others."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        preferences: Preferences,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._selection, self._window = document, selection, window
        self._preferences, self._transport = preferences, transport
        self._tone = TestTone(self)
        self._form: OutputForm | None = None
        self._status = ""
        transport.device_status_changed.connect(self._note_status)
        self._transport.choose_output(self._chosen)

    def attach(self, form: OutputForm) -> None:
        """Let a form show the output and change it."""
        self._form = form
        form.shown.connect(self._show_form)
        form.output_chosen.connect(self.choose_output)
        form.tone_toggled.connect(self.play_tone)
        form.rolls_changed.connect(self.change_rolls)
        self._tone.playing_changed.connect(form.show_tone)
        self._tone.failed.connect(self._on_failed)
        self._transport.device_status_changed.connect(form.show_note)
        form.show_note(self._status)

    @Slot()
    def _show_form(self) -> None:
        if self._form is not None:
            self._form.show_rolls(self._roll(_PRE_ROLL), self._roll(_POST_ROLL))
            self._list_outputs(self._form)

    def play_around(self) -> None:
        """Play the selection with what is around it; the playhead comes back to its start."""
        stretch, clip = self._selection.stretch, self._document.clip
        if stretch is None or clip is None:
            return
        start, end = stretch
        first = max(0.0, start - self._roll(_PRE_ROLL))
        self._transport.play_range(first, min(clip.duration, end + self._roll(_POST_ROLL)), home=start)

    @Slot(object)
    def choose_output(self, choice: OutputChoice) -> None:
        """Play through that device from now on, and after the next start."""
        self._tone.stop()
        self._preferences.set_text(_OUTPUT, choice.key)
        self._preferences.set_flag(_EXCLUSIVE, value=choice.exclusive)
        self._preferences.set_text(_BUFFER, str(choice.buffer))
        self._transport.choose_output(choice)
        self._transport.look_for_device()

    @Slot(bool)
    def play_tone(self, on: bool) -> None:
        """Start the test tone, or stop it."""
        if on:
            self._transport.release_output()
            self._tone.start(self._chosen)
        else:
            self._tone.stop()

    @Slot(float, float)
    def change_rolls(self, before: float, after: float) -> None:
        """Play that many seconds before and after a selection."""
        self._preferences.set_text(_PRE_ROLL, str(before))
        self._preferences.set_text(_POST_ROLL, str(after))

    @property
    def _chosen(self) -> OutputChoice:
        stored = self._preferences.text(_BUFFER)
        buffer = next((seconds for seconds in BUFFERS if str(seconds) == stored), USUAL_BUFFER)
        exclusive = self._preferences.flag(_EXCLUSIVE, default=False)
        return OutputChoice(self._preferences.text(_OUTPUT), exclusive, buffer)

    def _roll(self, name: str) -> float:
        with suppress(ValueError):
            return min(max(0.0, float(self._preferences.text(name, str(_USUAL_ROLL)))), MOST_ROLL)
        return _USUAL_ROLL

    def _list_outputs(self, form: OutputForm) -> None:
        try:
            # Devices connected since are to be in the list; while it plays PortAudio cannot look for them.
            if not self._transport.playing:
                self._transport.release_output()
                rescan()
            form.show_outputs(output_devices(), default_output(), self._chosen)
            form.show_note(self._status)
        except AudioError as error:
            form.show_outputs((), None, self._chosen)
            form.show_note(str(error))

    @Slot(str)
    def _note_status(self, status: str) -> None:
        self._status = status

    @Slot(str)
    def _on_failed(self, text: str) -> None:
        if self._form is not None:
            self._form.show_note(text)
            self._form.show_tone(False)
