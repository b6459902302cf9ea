"""Long work off the GUI thread: a generator runs in a thread pool, its steps arrive on the owner's thread.

Everything that takes more than a few milliseconds goes this way, with two exceptions that need one thread for their
whole life: the engines (`separation.separator`) and the open video file (`analysis.video_frames`).
"""

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QObject, QRunnable, QThreadPool, QTimer, Signal, SignalInstance, Slot

from samstudio.audio.errors import AudioError
from samstudio.separation.engine import SeparationError
from samstudio.session.areas.rasteriser import AreaTooLongError
from samstudio.session.scratch import ScratchError
from samstudio.storage.json_values import SessionError

log = logging.getLogger(__name__)

UNEXPECTED = "Something unexpected went wrong; your work is not affected. See the log (Help > Show the log)."
_GRACE = 10_000
"""Milliseconds that a job is kept after its end."""
SHUT_DOWN_LIMIT = 5_000
"""Milliseconds that a closed window waits for its threads. Jobs look for a cancel several times a second; one that does
not, as it is inside a library or waits for a network drive, must not keep the program alive."""
_THREADS = 2
"""Of a pool, unless its owner asks for more: reading a recording does not wait for an export."""

Receiver = Callable[..., object] | SignalInstance
"""A method of a QObject, or a signal that passes the value on."""


class Job(QObject):
    """A generator at work. Its signals are emitted on the thread that started it; after a cancel only `ended` is."""

    stepped = Signal(object)
    """Each value that the generator yielded."""
    done = Signal(object)
    """The last value that the generator yielded (None if it yielded nothing), once it has ended by itself."""
    failed = Signal(str)
    """A sentence to show to the user."""
    ended = Signal()
    """Always, last: after done, failed or a cancel."""

    _yielded = Signal(object)
    _returned = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancelled = threading.Event()
        # The worker's signals go through the event loop of this object's thread. What was already on its way when the
        # job was cancelled is dropped there, so that no receiver has to ask whether it is of an abandoned job.
        self._yielded.connect(self._on_yielded)
        self._returned.connect(self._on_returned)

    def cancel(self) -> None:
        """Close the generator at its next step, and report nothing any more but the end."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def walk(self, steps: Generator[Any, None, None]) -> None:
        """Walk the generator to its end, on whatever thread this is called."""
        last: object = None
        error: str | None = None
        try:
            with closing(steps):
                while not self.is_cancelled:
                    last = next(steps)
                    self._yielded.emit(last)
        except StopIteration:
            pass
        except (AreaTooLongError, AudioError, SeparationError, ScratchError, SessionError) as known:
            error = str(known)
        except BaseException:  # a panic in a library written in Rust is no Exception, and `ended` must come
            log.exception("background work failed")
            error = UNEXPECTED
        self._returned.emit(last, error)

    @Slot(object)
    def _on_yielded(self, step: object) -> None:
        if not self.is_cancelled:
            self.stepped.emit(step)

    @Slot(object, object)
    def _on_returned(self, last: object, error: str | None) -> None:
        if not self.is_cancelled:
            if error is None:
                self.done.emit(last)
            else:
                self.failed.emit(error)
        self.ended.emit()


class _Runnable(QRunnable):
    def __init__(self, job: Job, steps: Generator[Any, None, None]) -> None:
        super().__init__()
        self._job = job
        self._steps: Generator[Any, None, None] | None = steps

    def run(self) -> None:
        # Qt may keep a runnable that is done for a while: the sound that its generator holds must not stay with it.
        steps, self._steps = self._steps, None
        if steps is not None:
            self._job.walk(steps)


class Background(QObject):
    """Runs generators in a pool of its own, in the order in which they come, and keeps their jobs until they end.

    There are several, so that work that takes long does not delay work that must not wait; `app.container` says which.
    """

    def __init__(self, parent: QObject | None = None, threads: int = _THREADS) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._jobs: set[Job] = set()

    def run(
        self,
        steps: Generator[Any, None, None],
        *,
        stepped: Receiver | None = None,
        done: Receiver | None = None,
        failed: Receiver | None = None,
        ended: Receiver | None = None,
    ) -> Job:
        """Walk `steps` in the pool. What each receiver gets is documented at the signal of `Job` of that name.

        The receivers are disconnected when their QObject is deleted; the job goes on.
        """
        job = Job(self)
        for signal, receiver in (
            (job.stepped, stepped),
            (job.done, done),
            (job.failed, failed),
            (job.ended, ended),
            (job.ended, self._on_ended),
        ):
            if receiver is not None:
                signal.connect(receiver)
        self._jobs.add(job)
        self._pool.start(_Runnable(job, steps))
        return job

    @Slot()
    def _on_ended(self) -> None:
        job = self.sender()
        if isinstance(job, Job):
            self._jobs.discard(job)
            # The worker may still be inside the emit of the signal that led here.
            QTimer.singleShot(_GRACE, job, job.deleteLater)

    def cancel_all(self) -> None:
        """Cancel every job: each ends at its next step."""
        for job in self._jobs:
            job.cancel()

    def shut_down(self, until: QDeadlineTimer | None = None) -> bool:
        """Cancel everything and wait until no thread works any more, or until a moment. Returns whether none does."""
        self.cancel_all()
        return self._pool.waitForDone(until or QDeadlineTimer(SHUT_DOWN_LIMIT))
