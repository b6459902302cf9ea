"""Rows run on workers: handed out as these become free, with the progress of all of them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from samstudio.cli.batches.batch_run import ClaimedRow, RowOutcome
from samstudio.cli.cluster.row_task import SharedFiles, do_row
from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.job import file_facts
from samstudio.cli.stems.folder import make_folder
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.cli.terminal.progress import Bar
from samstudio.separation.remote.extra import ClusterError
from samstudio.separation.remote.workers.worker_pool import PoolTask, WorkerLostError, WorkerPool


class RowsOnWorkers:
    """Has rows run by a pool; `mark` is a file by which machines know the output folder, None for local processes."""

    def __init__(self, pool: WorkerPool, bar: Bar, mark: Path | None) -> None:
        self._pool = pool
        self._bar = bar
        self._mark = mark
        self._fractions: dict[int, float] = {}
        self._has_workers = True
        pool.told = self._on_told

    def run(self, rows: Iterator[ClaimedRow]) -> Iterator[tuple[ClaimedRow, RowOutcome]]:
        """Run the rows; they end in any order. Raises CommandError if the scheduler is lost."""
        tasks = (PoolTask(row, self._arguments(row.job)) for row in rows)
        try:
            for number, row, result in self._pool.run(do_row, tasks, self._show_progress):
                self._fractions.pop(number, None)
                if isinstance(result, WorkerLostError):
                    yield row, RowOutcome(CommandError(Exit.SEPARATION, str(result)))
                else:
                    # As they are called here: workers are given whole paths.
                    facts = result.facts | file_facts(row.job) if result.facts else {}
                    yield row, replace(result, facts=facts)
        except ClusterError as error:
            raise CommandError(
                Exit.SEPARATION, f"{error}: what is done stays done; start the command again to go on."
            ) from error

    def _arguments(self, job: SeparationJob) -> tuple[SeparationJob, SharedFiles | None]:
        # A worker that was lost may have put one of the two files in its place.
        job = replace(job, overwrite=True)
        if self._mark is None:
            return job, None
        job = replace(job, source=job.source.resolve(), target=job.target.absolute(), residual=job.residual.absolute())
        size = -1
        with suppress(OSError):
            size = job.source.stat().st_size
        return job, SharedFiles(self._mark, size)

    def _on_told(self, number: int, values: tuple[Any, ...]) -> None:
        self._fractions[number] = float(values[0])

    def _show_progress(self) -> None:
        fractions = tuple(self._fractions.values())
        workers = self._pool.threads
        if not workers and self._has_workers:
            self._bar.prefix = ""
            self._bar.noted("No worker is left: waiting for one.")
        self._has_workers = bool(workers)
        self._bar.progressed(f"{workers} worker{'s' if workers != 1 else ''}", sum(fractions))


@contextmanager
def folder_mark(folder: Path) -> Iterator[Path]:
    """A file in the folder by which another machine recognises it. Raises CommandError."""
    make_folder(folder)
    path = folder.absolute() / f".samstudio-batch-{secrets.token_hex(8)}.here"
    try:
        path.touch(exist_ok=False)
    except OSError as error:
        raise CommandError(Exit.OUTPUT, f"Nothing can be written into '{folder}' ({error.strerror}).") from error
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink()
