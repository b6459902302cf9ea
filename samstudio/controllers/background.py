"""Long work off the GUI thread: a generator walked in the pool, its steps delivered on the owner's thread."""

import logging
import threading
from collections.abc import Generator
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

from samstudio.audio.errors import AudioError
from samstudio.separation.engine import SeparationError
from samstudio.session.scratch import ScratchError
from samstudio.storage.json_values import SessionError

log = logging.getLogger(__name__)

UNEXPECTED = "Something unexpected went wrong; your work is untouched. The log tells more (Help > Show log)."
_GRACE = 10_000
"""Milliseconds that a job is kept after its end."""


class Job(QObject):
    """A generator at work. Its signals arrive on the thread that made the job, if received by methods of QObjects."""

    stepped = Signal(object)
    finished = Signal()
    """Walked to its end."""
    failed = Signal(str)
    """A sentence for a person."""
    ended = Signal()
    """Always, last: after finished, failed or cancelled."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Close the generator at its next step."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the job was told to stop."""
        return self._cancelled.is_set()

    def walk(self, steps: Generator[Any, None, None]) -> None:
        """Walk the generator to its end, on whatever thread this is called."""
        try:
            for step in steps:
                if self.is_cancelled:
                    break
                self.stepped.emit(step)
            else:
                self.finished.emit()
        except (AudioError, SeparationError, ScratchError, SessionError) as error:
            self.failed.emit(str(error))
        except Exception:
            log.exception("background work failed")
            self.failed.emit(UNEXPECTED)
        finally:
            steps.close()
            self.ended.emit()


class _Runnable(QRunnable):
    def __init__(self, job: Job, steps: Generator[Any, None, None]) -> None:
        super().__init__()
        self._job, self._steps = job, steps

    def run(self) -> None:
        self._job.walk(self._steps)


class Background(QObject):
    """Starts jobs and keeps them until they have ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._jobs: set[Job] = set()

    def start(self, job: Job, steps: Generator[Any, None, None]) -> None:
        """Walk `steps` in the pool. Connect the job's signals before."""
        # Whoever ordered it may go before it ends, a dialog perhaps: the worker still tells of its end.
        job.setParent(self)
        self._jobs.add(job)
        job.ended.connect(self._forget)
        self._pool.start(_Runnable(job, steps))

    def _forget(self) -> None:
        job = self.sender()
        if isinstance(job, Job):
            self._jobs.discard(job)
            # The worker may still be on its way out of the signal that brought us here.
            QTimer.singleShot(_GRACE, job, job.deleteLater)

    def shut_down(self) -> None:
        """Cancel everything and wait for it."""
        for job in self._jobs:
            job.cancel()
        self._pool.waitForDone()
