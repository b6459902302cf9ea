"""The engine thread: walks engines' generators, and builds takes of what they yield."""

import logging
import threading
import time
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.audio.errors import AudioError
from samstudio.controllers.background import UNEXPECTED
from samstudio.controllers.separation.take_builder import TakeBuilder
from samstudio.controllers.settings.machines import Machines
from samstudio.separation.engine import CacheUse, Engine, Notice, Progress, SeparationError, SeparationRequest, Step
from samstudio.separation.registry import create_engine
from samstudio.separation.remote.extra import LineLostError
from samstudio.separation.torch_libraries import load_libraries
from samstudio.session.scratch import ScratchError
from samstudio.session.stretch import Stretch
from samstudio.session.take import MadeOn, SeparationSettings, Take, machine_of
from samstudio.storage.job_manifest import this_machine

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EngineWork:
    """What the engine thread is to do: a take of its own, or with a `base` that one with a range made again."""

    request: SeparationRequest
    name: str
    source: str = ""
    base: Take | None = None
    band: Stretch | None = None
    """The only frequencies (Hz) that the target is to have."""


class EngineThread(QObject):
    """Lives on the engine thread: creates engines, walks their generators, builds takes."""

    started = Signal(object, int)
    """Stems, and how many of their frames can be played: none yet, or all where a part is put into what there is."""
    progressed = Signal(object)
    grown = Signal(int)
    part_grown = Signal(object, object)
    """Stems in place of those before, and in which frames (start and end) they differ."""
    drafted = Signal(object)
    """Draft: another one than before."""
    notice_added = Signal(str)
    ended = Signal(object)
    """Take, or None when nothing was finished."""
    failed = Signal(str, object)
    """The sentence, and the SeparationError that it is of, or None."""

    def __init__(self, machines: Machines | None) -> None:
        """`machines` are those on which engines can work beside this one."""
        super().__init__()
        self._machines = machines
        self.cancelled, self.is_free = threading.Event(), threading.Event()
        self.be_ready()

    def be_ready(self) -> None:
        """Neither cancelled nor at rest, from now on."""
        self.cancelled.clear()
        self.is_free.set()

    @Slot(str)
    def warm_up(self, engine: str) -> None:
        """Import an engine before it is needed: torch takes a second or two."""
        try:
            load_libraries()
            create_engine(engine)
        except SeparationError:
            log.info("engine %s is not available", engine)
        except BaseException:  # a panic in a library written in Rust is no Exception
            log.exception("warming up %s failed", engine)

    @Slot(object)
    def separate(self, work: EngineWork) -> None:
        """Walk the engine from its first step to its last, or to the cancel."""
        try:
            self.ended.emit(self._walk(work))
        except (SeparationError, ScratchError, AudioError) as error:
            self.failed.emit(str(error), error if isinstance(error, SeparationError) else None)
        except BaseException:  # else the window would wait for ever
            log.exception("separation failed")
            self.failed.emit(UNEXPECTED, None)

    def _walk(self, work: EngineWork) -> Take | None:
        since, begun, rested = time.time(), time.monotonic(), 0.0
        request, builder = work.request, TakeBuilder(work.request, work.base, work.band)
        if builder.part is None:
            self.started.emit(builder.stems, 0)
        else:
            self.started.emit(builder.part.latest, len(request.samples))
        steps = self._engine(request.settings).separate(request)
        try:
            for step in steps:
                if not self.is_free.is_set():
                    stopped = time.monotonic()
                    self.is_free.wait()
                    rested += time.monotonic() - stopped
                if self.cancelled.is_set():
                    break
                self._add(step, builder)
        except LineLostError as error:
            # As after a cancel: what is finished is kept.
            self.cancelled.set()
            self._add(Notice(str(error)), builder)
        finally:
            steps.close()
        take = builder.take(work.name, time.monotonic() - begun - rested)
        if take is None:
            return None
        machine = machine_of(request.settings.device)
        made_on = MadeOn(machine, "", 0, "") if machine else this_machine()
        return replace(take, source=work.source, began=since, made_on=made_on)

    def _engine(self, settings: SeparationSettings) -> Engine:
        if self._machines is None or not machine_of(settings.device):
            return create_engine(settings.engine)
        return self._machines.engine_on(settings.device)

    def _add(self, step: Step, builder: TakeBuilder) -> None:
        before, draft, part = builder.frames_done, builder.draft, builder.part
        part_before = part.latest if part is not None else None
        builder.add(step)
        if builder.draft is not draft:
            self.drafted.emit(builder.draft)
        if part is not None:
            if part.latest is not part_before:
                self.part_grown.emit(part.latest, part.changed)
        elif builder.frames_done > before:
            self.grown.emit(builder.frames_done)
        match step:
            case Progress():
                self.progressed.emit(step)
            case Notice():
                self.notice_added.emit(step.text)
            case CacheUse(trouble=trouble) if trouble:
                self.notice_added.emit(trouble)
