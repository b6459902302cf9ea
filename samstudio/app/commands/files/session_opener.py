"""Opening sessions: finding their recording, bringing everything back, and noticing what has changed meanwhile."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from samstudio.app.commands.takes.separation import SeparationCommands
from samstudio.app.commands.view.view import ViewCommands
from samstudio.app.container import Studio
from samstudio.controllers.persistence.autosave import LostWork
from samstudio.dsp.spectrogram import FFT_SIZES, SpectrogramSettings
from samstudio.session.clip import AudioClip
from samstudio.session.prompt import Prompt
from samstudio.session.session import ViewState
from samstudio.storage.clip_file import find_clip
from samstudio.storage.json_values import SessionError, from_json
from samstudio.storage.session_folder import SESSION_JSON
from samstudio.storage.session_reader import OpenedSession
from samstudio.ui.question import ask
from samstudio.ui.timeline.paint.colour_maps import COLOUR_MAPS
from samstudio.ui.timeline.timeline import Timeline


class SessionOpener(QObject):
    """Brings sessions, and work that a crash left behind, back into the document."""

    warned = Signal(str)
    """A sentence: what could not be brought back, or is another now."""

    def __init__(
        self,
        studio: Studio,
        timeline: Timeline,
        viewing: ViewCommands,
        separation: SeparationCommands,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._studio, self._timeline, self._window = studio, timeline, window
        self._viewing, self._separation = viewing, separation
        self._coming: OpenedSession | None = None
        self._open: OpenedSession | None = None
        self._lost: LostWork | None = None
        self._located = False
        self._question: QMessageBox | None = None
        studio.session_saver.read.connect(self._take_read)
        studio.session_saver.about_to_save.connect(self._note_view)
        studio.clip_loader.completed.connect(self._complete)
        studio.clip_loader.failed.connect(self._give_up)
        studio.clip_hash.found.connect(self._compare_hash)

    def read(self, folder: Path, lost: LostWork | None = None) -> None:
        """Open the session in `folder`, or the journal that a crash left there."""
        self.forget()
        self._lost = lost
        self._studio.session_saver.read_session(folder, is_autosave=lost is not None)

    def forget(self) -> None:
        """Something else is being opened."""
        self._coming = self._open = self._lost = None
        self._located = False
        if self._question is not None:
            self._question.close()

    @property
    def prompt(self) -> Prompt | None:
        """The prompt that comes with the recording being opened, if a session does."""
        return self._coming.session.prompt if self._coming else None

    @property
    def folder(self) -> Path | None:
        """Where the session being opened lies, or the one that a journal belongs to; None where there is none."""
        if self._coming is None:
            return None
        if self._lost is None:
            return self._coming.folder
        base = Path(self._coming.session.autosave_of or self._coming.folder)
        return base if base != self._coming.folder and (base / SESSION_JSON).is_file() else None

    # The recording

    @Slot(object)
    def _take_read(self, opened: OpenedSession) -> None:
        path = find_clip(opened.folder, opened.session.clip)
        if path is not None:
            self._begin(opened, path)
            return
        clip = opened.session.clip
        self._ask(
            "The recording of this session is not where it was.",
            f"It was {clip.absolute or clip.path}.",
            ("Locate…", "Show where the recording is now", lambda: self._locate(opened)),
            ("Cancel", "Leave the session closed", lambda: None),
        )

    def _locate(self, opened: OpenedSession) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Locate the recording", str(opened.folder.parent))
        if name:
            self._located = True
            self._begin(opened, Path(name))

    def _begin(self, opened: OpenedSession, path: Path) -> None:
        self._coming = opened
        self._studio.clip_loader.open(path)

    @Slot()
    def _give_up(self) -> None:
        if self._coming is not None and self._studio.session_saver.is_restoring:
            self._studio.session_saver.detach()
        self._coming = None

    # What belongs to it

    def resume(self, clip: AudioClip) -> None:
        """The document was opened with the session's recording and prompt: bring in the rest."""
        if self._coming is None:
            return
        session = self._coming.session
        self._studio.mixing.set_mix(session.mix)
        if session.settings is not None:
            self._separation.adopt_settings(session.settings)
        if self._fits(clip):
            self._restore()
        else:
            # Some files tell their length only at the end.
            self._studio.session_saver.await_takes()
        self._show_view(session.view)

    def _fits(self, clip: AudioClip) -> bool:
        opened = self._coming or self._open
        if opened is None:
            return True
        told = opened.session.clip
        return (clip.frames, clip.channels, clip.sample_rate) == (told.frames, told.channels, told.sample_rate)

    @Slot()
    def _complete(self) -> None:
        clip = self._studio.document.clip
        if clip is None or (self._coming is None and self._open is None):
            return
        if not self._fits(clip):
            self._tell_other_clip()
        elif self._coming is not None:
            self._restore()
            self._show_view(self._coming.session.view if self._coming else ViewState())

    def _restore(self) -> None:
        opened, lost, folder = self._coming, self._lost, self.folder
        if opened is None:
            return
        self._coming, self._open = None, opened
        studio, session = self._studio, opened.session
        studio.document.restore_takes(session.takes, session.current_take)
        is_mine = studio.session_saver.adopt(opened, folder, is_saved=lost is None)
        if lost is not None:
            studio.autosave.adopt(lost)
        if folder is not None:
            studio.preferences.add_recent_file(folder)
        if opened.lost:
            studio.session_saver.detach()
            self.warned.emit(" ".join((*opened.lost, "Saving asks for another name, so that the session keeps them.")))
        elif not is_mine:
            self.warned.emit(
                f"“{folder.name if folder else ''}” is open in another window: save it under another name."
            )
        elif self._located:
            studio.session_saver.mark_changed()

    def _tell_other_clip(self) -> None:
        opened = self._coming or self._open
        if opened is None:
            return
        self._studio.document.restore_takes((), "")
        self._studio.session_saver.await_takes()
        self._ask(
            "This is not the recording that the session was made with.",
            "Its length, rate or channels are others: the takes of the session do not fit it.",
            ("Locate…", "Show where the recording is now", lambda: self._locate(opened)),
            (
                "Go on with the marks alone",
                "Keep the marks; the saved session keeps its takes",
                self._go_on_without_takes,
            ),
        )

    def _go_on_without_takes(self) -> None:
        self._coming = self._open = None
        self._studio.session_saver.detach()

    @Slot(str)
    def _compare_hash(self, sha256: str) -> None:
        opened = self._open
        if opened is None or opened.session.clip.sha256 in ("", sha256):
            return
        self._ask(
            "The recording has changed since the session was saved.",
            "Its takes were made of the older sound: they may no longer add up to it.",
            ("Go on with it", "Keep the takes as they are", self._go_on_with_other_sound),
            ("Locate another…", "Show where the right recording is", lambda: self._locate_instead(opened)),
        )

    def _go_on_with_other_sound(self) -> None:
        self._open = None
        self._studio.session_saver.mark_changed()

    def _locate_instead(self, opened: OpenedSession) -> None:
        self._locate(opened)
        if self._coming is None:
            self._go_on_with_other_sound()

    def _ask(self, text: str, more: str, *answers: tuple[str, str, object]) -> None:
        if self._question is not None:
            self._question.close()
        self._question = ask(self._window, text, more, "session_box", answers)
        self._question.destroyed.connect(self._forget_question)

    @Slot()
    def _forget_question(self) -> None:
        self._question = None

    # The view

    @Slot()
    def _note_view(self) -> None:
        start, end = self._timeline.visible_range
        spectrogram: Mapping[str, str | int | float] = asdict(self._viewing.spectrogram)
        view = ViewState(
            max(0.0, start),
            end,
            self._studio.selection.range,
            self._studio.transport.position,
            spectrogram,
            self._studio.transport.loop,
            self._timeline.stack.heights,
            self._timeline.stack.gain,
        )
        self._studio.session_saver.note_view(view, self._separation.settings)

    def _show_view(self, view: ViewState) -> None:
        if view.end > view.start:
            self._timeline.zoom_to(view.start, view.end)
        self._studio.selection.select_range(view.selection)
        self._studio.transport.seek(view.playhead)
        self._studio.transport.set_loop(view.loop)
        self._timeline.stack.share_height(view.lanes)
        self._timeline.stack.scale_waveforms(view.wave_gain / self._timeline.stack.gain)
        # How it looked is not worth a word where it makes no sense.
        with suppress(SessionError):
            self._viewing.change_spectrogram(spectrogram_settings(view.spectrogram))


def spectrogram_settings(facts: Mapping[str, str | int | float]) -> SpectrogramSettings:
    """The spectrogram's settings as a session has them. Raises SessionError where they make no sense."""
    settings: SpectrogramSettings = from_json(SpectrogramSettings, dict(facts), "view.spectrogram", _no_samples)
    is_known = settings.fft_size in FFT_SIZES and settings.colour_map in COLOUR_MAPS
    if not (is_known and 1.0 <= settings.range_db <= 300.0 and abs(settings.ceiling_db) <= 300.0):
        raise SessionError("view.spectrogram makes no sense.")
    return settings


def _no_samples(_name: str) -> object:
    raise SessionError("A view holds no sound.")
