"""A batch's row on a worker, which writes its files itself."""

import socket
import time
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from samstudio.cli.batches.batch_run import RowOutcome
from samstudio.cli.batches.rows_here import RowRunner
from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.separation.remote.workers.running_task import RunningTask
from samstudio.session.text.quoting import one_line

_PAUSE = 0.5
"""Seconds between two reports of progress."""


@dataclass(frozen=True)
class SharedFiles:
    """What a worker sees if its files are those of the batch: a file in the output folder, and the recording's size.

    The size is -1 where the recording is not there either.
    """

    mark: Path
    source_bytes: int

    def fault(self, job: SeparationJob) -> CommandError | None:
        """Why this worker cannot do the row; None if it can."""
        if self.source_bytes < 0:
            return CommandError(Exit.INPUT, f"There is no file '{job.source}': please check its name and folder.")
        for path in (self.mark, job.source):
            try:
                size = path.stat().st_size
            except OSError:
                size = -1
            if size < 0 or (path == job.source and size != self.source_bytes):
                return CommandError(
                    Exit.INPUT,
                    f"'{path.parent}' is not the same folder there as here: recordings and output must lie where "
                    "all machines reach them by the same path.",
                )
        return None


@dataclass
class TaskListener:
    """Sends a row's progress to the client and keeps its sentences; where the row is not wanted any more, it ends."""

    task: RunningTask
    number: int
    notes: list[str] = field(default_factory=list)
    _told: float = 0.0

    def progressed(self, _stage: str, fraction: float) -> None:
        """Implements Listener."""
        self.task.check_wanted()
        if time.monotonic() - self._told > _PAUSE:
            self.task.tell(self.number, fraction)
            self._told = time.monotonic()

    def noted(self, text: str) -> None:
        """Implements Listener."""
        self.notes.append(text)


@cache
def _runner() -> RowRunner:
    """Of this process: engines stay for the rows that follow."""
    return RowRunner()


def do_row(topic: str, number: int, job: SeparationJob, shared: SharedFiles | None) -> RowOutcome:
    """Run a row on this worker; `shared` is None where its files are the client's without doubt."""
    with RunningTask(topic) as task:
        listener = TaskListener(task, number)
        fault = shared.fault(job) if shared else None
        outcome = RowOutcome(fault) if fault else _runner().outcome_of(job, listener)
        return replace(outcome, host=one_line(socket.gethostname(), 60), notes=tuple(listener.notes))
