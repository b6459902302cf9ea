"""Runs an engine on its own thread and turns its steps into signals."""

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal, Slot

from samstudio.audio.playback.tracks import Draft
from samstudio.audio.video.video_file import VideoFile
from samstudio.controllers.background import SHUT_DOWN_LIMIT
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.controllers.separation.engine_thread import EngineThread, EngineWork
from samstudio.controllers.separation.listening_focus import ListeningFocus
from samstudio.controllers.separation.pace_history import PaceHistory
from samstudio.controllers.separation.run_clock import RunClock
from samstudio.controllers.separation.run_estimate import RunEstimate
from samstudio.controllers.settings.machines import Machines
from samstudio.separation.engine import NotHeardError, Progress, SeparationError, SeparationRequest
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.prompt import Prompt
from samstudio.session.stretch import Stretch
from samstudio.session.take import SeparationSettings, Stems, Take
from samstudio.storage.mask_files import MaskFiles


class Separator(QObject):
    """Starts and cancels separations, one at a time, and adds the takes to their recordings.

    Owns the take that is being built. All signals arrive on the GUI thread; all but the last two are of the recording
    that is shown.
    """

    started = Signal(object)
    """Stems: silent as yet, to be filled from the start on; or what a part that is made will be put into."""
    progressed = Signal(str, float, object)
    """Stage, fraction 0..1, seconds left (None while unknown)."""
    stems_grew = Signal(int)
    """Frames of the stems that can be played."""
    part_grew = Signal(object, object, object)
    """Stems that were being shown, those in their place, and in which frames (start and end) they differ."""
    drafted = Signal(object)
    """Draft, to hear and see until the stems grow."""
    notice_added = Signal(str)
    finished = Signal(object)
    """Take: whole, or cut short by a cancel. The document has it by now."""
    stopped = Signal(str)
    """Cancelled before anything was finished: a sentence about that. Empty where the recording was closed."""
    failed = Signal(str)
    ways_offered = Signal(object, object)
    """After a failure: WayOn, or None, and tuple of the spans of a guess; what can be done beside what was said."""
    running_changed = Signal(bool)
    advanced = Signal(object)
    """Recording, shown or not, whose separation began, went on or ended."""
    ended = Signal(object, object, str)
    """Recording, shown or not; its new take, or None; and the sentence of a failure, or nothing."""

    _separation_wanted = Signal(object)
    _warm_up_wanted = Signal(str)

    def __init__(
        self, document: Document, paces: PaceHistory, parent: QObject | None = None, machines: Machines | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self.paces, self._clock = document, paces, RunClock()
        self.focus = ListeningFocus(document, self)
        """Where drafts are wanted."""
        self.is_busy = False
        """Whether any recording is being separated."""
        self.progress: tuple[str, float, float | None] = ("", 0.0, None)
        """Stage, fraction 0..1, seconds left (None while unknown) of what is being separated."""
        self.stems: Stems | None = None
        """Of the take that is being built, as far as it is; None while there is none."""
        self.frames_ready = 0
        """Frames of these stems that can be played."""
        self.draft: Draft | None = None
        """What the stems may become; None while there is none."""
        self.samples: Samples | None = None
        """What is being separated, or was last: the recording, or a take's residual."""
        self.source = ""
        """The id of that take; empty for the recording."""
        self.name = ""
        """What the take that is being built, or was last, is to be called."""
        self.estimate: RunEstimate | None = None
        """Of the separation that runs, or ran last."""
        self.recording: Recording | None = None
        """The open recording that is being separated, or was last."""
        self._candidate_of: Take | None = None
        """The take of which a candidate is rendered, in place of a take that is made; and its number."""
        self._candidate = 0
        self._thread = QThread(self)
        self._thread.setObjectName("engine")
        self._engine = EngineThread(machines)
        self._engine.moveToThread(self._thread)
        self._separation_wanted.connect(self._engine.separate)
        self._warm_up_wanted.connect(self._engine.warm_up)
        self._engine.started.connect(self._on_started)
        self._engine.grown.connect(self._on_grown)
        self._engine.part_grown.connect(self._on_part_grown)
        self._engine.drafted.connect(self._on_drafted)
        self._engine.notice_added.connect(self._on_notice)
        self._engine.progressed.connect(self._on_progressed)
        self._engine.ended.connect(self._on_ended)
        self._engine.failed.connect(self._on_failed)
        document.opened.connect(self._on_shown)
        document.recordings.closed.connect(self._on_closed)
        # At the usual priority: with a lower one it would wait while it holds the interpreter, and delay the player.
        self._thread.start()

    def warm_up(self, engine: str) -> None:
        """Import the engine's code before it is needed."""
        self._warm_up_wanted.emit(engine)

    def start(
        self,
        clip: AudioClip,
        prompt: Prompt,
        settings: SeparationSettings,
        name: str,
        *,
        source: Take | None = None,
        base: Take | None = None,
        frame_range: tuple[int, int] | None = None,
        band: Stretch | None = None,
        recording: Recording | None = None,
        candidate: int | None = None,
    ) -> None:
        """Separate the `clip` of a recording (the shown one), or what a `source` take left; the take is called `name`.

        With a `frame_range` (start and end) only that is separated: the take's target is silent elsewhere, or as in
        the take `base`, if one is given; with a `band` (Hz) it has only that. With a `candidate` that one of `base` is
        made, and no take. Does nothing while another separation runs.
        """
        if self.is_busy:
            return
        self.samples = samples = clip.samples if source is None else source.sound.stems.residual
        self.source = source.id if source is not None else ""
        self._engine.be_ready()
        self.recording, self.name = recording or self._document.recording, name
        first, last = frame_range or (0, len(samples))
        self.estimate = RunEstimate(self.paces, settings, (last - first) / clip.sample_rate, self._clock.now)
        self._set_running(True)
        # Whether the file has a video is known only once it is opened, on the engine's thread.
        video = VideoFile(clip.path, clip.track) if prompt.active_objects and clip.path else None
        self.focus.follow(self.recording, clip.sample_rate)
        focus = self.focus if frame_range is None else None
        request = SeparationRequest(
            samples,
            clip.sample_rate,
            prompt,
            settings,
            frame_range,
            video=video,
            tracks=MaskFiles() if video else None,
            focus=focus,
            candidate=candidate,
        )
        self._candidate_of, self._candidate = base if candidate is not None else None, candidate or 0
        self._separation_wanted.emit(EngineWork(request, name, self.source, base if candidate is None else None, band))

    @Slot()
    def cancel(self) -> None:
        """Stop at the engine's next step and keep what is finished."""
        self._engine.cancelled.set()
        self._engine.is_free.set()

    def set_paused(self, paused: bool) -> None:
        """Let the engine rest at its next step, or go on; the time that it rests counts for no estimate."""
        if paused and self.is_busy:
            self._engine.is_free.clear()
            self._clock.stop()
        elif not paused:
            self._clock.go_on()
            self._engine.is_free.set()

    def shut_down(self, until: QDeadlineTimer | None = None) -> bool:
        """Cancel and wait for the engine thread to end, or until a moment. Returns whether it has ended."""
        self.cancel()
        self._thread.quit()
        return self._thread.wait(until or QDeadlineTimer(SHUT_DOWN_LIMIT))

    def _set_running(self, running: bool) -> None:
        self.is_busy = running
        self._document.held = self.samples if running else None
        self.progress = ("Starting", 0.0, self.estimate.expected if self.estimate is not None else None)
        self.running_changed.emit(self.is_running)
        self.advanced.emit(self.recording)

    @property
    def is_running(self) -> bool:
        """Whether the recording that is shown is being separated."""
        return self.is_busy and self._is_shown

    @property
    def _is_shown(self) -> bool:
        return self.recording is self._document.recording

    @Slot()
    def _on_shown(self) -> None:
        """Another recording is shown: report how far its separation is, if it is the one that is under way."""
        self.running_changed.emit(self.is_running)
        if self.is_running:
            self.progressed.emit(*self.progress)
            if self.stems is not None:
                self.started.emit(self.stems)
            if self.draft is not None:
                self.drafted.emit(self.draft)

    @Slot(object)
    def _on_closed(self, recording: Recording) -> None:
        if recording is self.recording:
            self.cancel()

    @Slot(object, int)
    def _on_started(self, stems: Stems, frames_ready: int) -> None:
        self.stems, self.frames_ready, self.draft = stems, frames_ready, None
        if self._is_shown:
            self.started.emit(stems)

    @Slot(int)
    def _on_grown(self, frames: int) -> None:
        if self.stems is not None:
            self.frames_ready = frames
            if self._is_shown:
                self.stems_grew.emit(frames)

    @Slot(object, object)
    def _on_part_grown(self, stems: Stems, changed: tuple[int, int]) -> None:
        before, self.stems = self.stems, stems
        if self._is_shown:
            self.part_grew.emit(before, stems, changed)

    @Slot(object)
    def _on_drafted(self, draft: Draft) -> None:
        if self.stems is not None:
            self.draft = draft
            if self._is_shown:
                self.drafted.emit(draft)

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        fraction, left = self.estimate.advance(progress) if self.estimate is not None else (progress.fraction, None)
        self.progress = (progress.stage, fraction, left)
        if self._is_shown:
            self.progressed.emit(*self.progress)
        self.advanced.emit(self.recording)

    @Slot(str)
    def _on_notice(self, sentence: str) -> None:
        if self._is_shown:
            self.notice_added.emit(sentence)

    @Slot(object)
    def _on_ended(self, take: Take | None) -> None:
        recording, had_draft = self.recording, self.draft is not None
        # To render a candidate takes a part of the time only, to read a result next to none.
        is_whole = not self._engine.cancelled.is_set() and self._candidate_of is None
        if take is not None and self.estimate is not None and is_whole and not take.from_cache:
            self.estimate.complete()
        self._set_running(False)
        if take is not None and self.frames_ready < len(take.sound.stems.target):
            # What a cancelled separation did not reach lies in the residual: the stems are whole now.
            self._on_grown(len(take.sound.stems.target))
        self.stems = self.draft = None
        if self._candidate_of is not None:
            take = self._keep_candidate(take)
        elif take is not None and recording in self._document.recordings.all:
            self._document.add_take(take, recording)
        else:
            take = None
        if take is not None:
            if self._is_shown:
                self.finished.emit(take)
        else:
            is_open = recording in self._document.recordings.all
            self.stopped.emit(self._nothing_made(had_draft=had_draft) if is_open else "")
        self.ended.emit(recording, take, "")

    def _nothing_made(self, *, had_draft: bool) -> str:
        """What a cancel leaves that came before anything was finished."""
        if self._candidate_of is not None:
            return f"Cancelled: the candidate is not rendered, “{self._candidate_of.name}” is as it was."
        draft = ", and the draft is not kept" if had_draft else ""
        return f"Cancelled: nothing of “{self.name}” was finished{draft}."

    def _keep_candidate(self, made: Take | None) -> Take | None:
        """Give a candidate that was rendered to its take, unless it was cut short; the take as it is now."""
        base = self._candidate_of
        if base is None or made is None or self._engine.cancelled.is_set():
            return None
        self._document.fill_candidate(base.id, self._candidate, made.sound)
        return self._document.take(base.id)

    @Slot(str, object)
    def _on_failed(self, sentence: str, error: SeparationError | None) -> None:
        self._set_running(False)
        self.stems = self.draft = None
        if self._is_shown:
            self.failed.emit(error.in_window if error is not None else sentence)
            guess = error.guess if isinstance(error, NotHeardError) else ()
            if error is not None and (error.way_on or guess):
                self.ways_offered.emit(error.way_on, guess)
        self.ended.emit(self.recording, None, sentence)
