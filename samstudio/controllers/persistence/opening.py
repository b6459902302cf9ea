"""A recording or session that is being opened."""

from dataclasses import dataclass
from pathlib import Path

from samstudio.controllers.background import Job
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.persistence.journal_folder import LostWork
from samstudio.session.clip import AudioClip
from samstudio.session.labels.marker import Markers
from samstudio.session.prompt import Prompt
from samstudio.storage.session_folder import SESSION_JSON
from samstudio.storage.session_reader import OpenedSession


@dataclass(eq=False)
class Opening:
    """A recording that is being opened, with its session if it has one."""

    recording: Recording
    shows: bool
    """Whether it is shown as soon as it can be."""
    prompt: Prompt
    markers: Markers = ()
    session: OpenedSession | None = None
    """None: it has none, or it is still being read."""
    lost: LostWork | None = None
    """The journal of a crash that the session was read from."""
    job: Job | None = None
    is_located: bool = False
    """Whether the user has shown where the recording is."""
    has_takes: bool = False
    """Whether the takes of the session are there."""
    is_asked_about: bool = False
    """Whether a question about it waits for its answer."""

    @property
    def is_pending(self) -> bool:
        """Whether it is not known yet if anything can be shown, and nobody is asked."""
        return self.recording.clip is None and not self.is_asked_about

    @property
    def opened(self) -> OpenedSession:
        """The session, which has been read."""
        assert self.session is not None  # noqa: S101 (the callers have looked)
        return self.session

    @property
    def folder(self) -> Path | None:
        """Where it is to be saved: the session itself, or the one that a journal belongs to, if there is one."""
        if self.lost is None:
            return self.opened.folder
        base = Path(self.opened.session.autosave_of or self.opened.folder)
        return base if base != self.opened.folder and (base / SESSION_JSON).is_file() else None

    def fits(self, clip: AudioClip) -> bool:
        """Whether the takes have the clip's length, rate and channels."""
        saved = self.opened.session.clip
        return (clip.frames, clip.channels, clip.sample_rate) == (saved.frames, saved.channels, saved.sample_rate)
