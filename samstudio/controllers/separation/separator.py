"""Runs an engine on its own thread and turns its steps into signals."""

import logging
import threading
import time
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QThread, Signal, Slot

from samstudio.audio.decode.video_file import VideoFile
from samstudio.audio.errors import AudioError
from samstudio.controllers.background import UNEXPECTED
from samstudio.controllers.separation.eta import EtaEstimator
from samstudio.controllers.separation.take_builder import TakeBuilder
from samstudio.separation.engine import Notice, Progress, SeparationError, SeparationRequest, Step
from samstudio.separation.registry import create_engine
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.prompt import Prompt
from samstudio.session.scratch import ScratchError
from samstudio.session.take import SeparationSettings, Take

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _EngineWork:
    """What the engine thread is to do: a take of its own, or with a `base` that one with a stretch made anew."""

    request: SeparationRequest
    name: str
    source: str = ""
    base: Take | None = None


class _EngineThread(QObject):
    """Lives on the engine thread: makes engines, walks their generators, gathers takes."""

    started = Signal(object)
    progressed = Signal(object)
    grown = Signal(int)
    notice_added = Signal(str)
    ended = Signal(object)
    """Take, or None when nothing was finished."""
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.cancelled = threading.Event()

    @Slot(str)
    def warm_up(self, engine: str) -> None:
        """Import an engine before it is needed: torch takes a second or two."""
        try:
            create_engine(engine)
        except SeparationError:
            log.info("engine %s is not available", engine)
        except Exception:
            log.exception("warming up %s failed", engine)

    @Slot(object)
    def separate(self, work: _EngineWork) -> None:
        """Walk the engine from its first step to its last, or to the cancel."""
        try:
            self.ended.emit(self._walk(work))
        except (SeparationError, ScratchError, AudioError) as error:
            self.failed.emit(str(error))
        except Exception:
            log.exception("separation failed")
            self.failed.emit(UNEXPECTED)

    def _walk(self, work: _EngineWork) -> Take | None:
        begun = time.monotonic()
        request, builder = work.request, TakeBuilder(work.request)
        if work.base is None:
            self.started.emit(builder.stems)
        steps = create_engine(request.settings.engine).separate(request)
        try:
            for step in steps:
                if self.cancelled.is_set():
                    break
                self._tell(step, builder)
        finally:
            steps.close()
        if work.base is None:
            take = builder.take(work.name, time.monotonic() - begun)
        else:
            take = builder.mended(work.base, work.name, time.monotonic() - begun)
        return None if take is None else replace(take, source=work.source)

    def _tell(self, step: Step, builder: TakeBuilder) -> None:
        before = builder.frames_done
        builder.add(step)
        if builder.frames_done > before and not builder.is_mending:
            self.grown.emit(builder.frames_done)
        match step:
            case Progress():
                self.progressed.emit(step)
            case Notice():
                self.notice_added.emit(step.text)


class Separator(QObject):
    """Starts and cancels separations. One at a time; all signals arrive on the GUI thread."""

    started = Signal(object)
    """Stems, silent as yet, that will be filled from the start on."""
    progressed = Signal(str, float, object)
    """Stage, fraction 0..1, seconds left (None while unknown)."""
    grown = Signal(int)
    """Frames of the stems that can be heard."""
    notice_added = Signal(str)
    finished = Signal(object)
    """Take: whole, or cut short by a cancel."""
    stopped = Signal()
    """Cancelled before anything was finished."""
    failed = Signal(str)
    running_changed = Signal(bool)

    _separation_wanted = Signal(object)
    _warm_up_wanted = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_running = False
        self.clip: AudioClip | None = None
        """The recording that is being separated, or was last."""
        self.samples: Samples | None = None
        """What of it: all, or what a take left."""
        self.source = ""
        """The id of that take; empty: it is all."""
        self._pace = EtaEstimator()
        self._thread = QThread(self)
        self._thread.setObjectName("engine")
        self._engine = _EngineThread()
        self._engine.moveToThread(self._thread)
        self._separation_wanted.connect(self._engine.separate)
        self._warm_up_wanted.connect(self._engine.warm_up)
        self._engine.started.connect(self.started)
        self._engine.grown.connect(self.grown)
        self._engine.notice_added.connect(self.notice_added)
        self._engine.progressed.connect(self._report_progress)
        self._engine.ended.connect(self._end)
        self._engine.failed.connect(self._fail)
        # At the usual priority: waiting its turn with a lower one, it would hold up the interpreter and so the player.
        self._thread.start()

    def warm_up(self, engine: str) -> None:
        """Import the engine's code in good time."""
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
        stretch: tuple[int, int] | None = None,
    ) -> None:
        """Separate `clip`, or what a `source` take left of it; the take will be called `name`.

        With a `base` only a `stretch` (start and end frame) is separated and put into that take's sound. Does nothing
        while another separation runs.
        """
        if self.is_running:
            return
        self.samples = samples = clip.samples if source is None else source.stems.residual
        self.source = source.id if source is not None else ""
        self._engine.cancelled.clear()
        self.clip = clip
        self._pace = EtaEstimator()
        self._set_running(True)
        # Whether there is a picture in the file, its opening tells.
        film = VideoFile(clip.path) if prompt.regions and clip.path else None
        request = SeparationRequest(samples, clip.sample_rate, prompt, settings, stretch, picture=film)
        self._separation_wanted.emit(_EngineWork(request, name, self.source, base))

    @Slot()
    def cancel(self) -> None:
        """Stop at the engine's next step and keep what is finished."""
        self._engine.cancelled.set()

    def shut_down(self) -> None:
        """Cancel and wait for the engine thread to end."""
        self.cancel()
        self._thread.quit()
        self._thread.wait()

    def _set_running(self, running: bool) -> None:
        self.is_running = running
        self.running_changed.emit(running)

    @Slot(object)
    def _report_progress(self, progress: Progress) -> None:
        left = self._pace.time_left(progress.fraction)
        self.progressed.emit(progress.stage, progress.fraction, left)

    @Slot(object)
    def _end(self, take: Take | None) -> None:
        self._set_running(False)
        if take is None:
            self.stopped.emit()
        else:
            self.finished.emit(take)

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self._set_running(False)
        self.failed.emit(sentence)
