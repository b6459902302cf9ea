"""The rows of a batch: which are done, which another batch is at, and what became of those that were run."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from samstudio.cli.batches.journal import Journal
from samstudio.cli.batches.manifest import ManifestRow
from samstudio.cli.batches.row_lock import row_lock
from samstudio.cli.errors import CommandError
from samstudio.cli.job import refuse_existing
from samstudio.cli.stems.folder import make_folder
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.cli.terminal.progress import Bar

PlannedRow = tuple[ManifestRow, SeparationJob | CommandError]


@dataclass(frozen=True, eq=False)
class ClaimedRow:
    """A row that is to be run now. No other batch on this folder runs it before `claim` is closed."""

    row: ManifestRow
    job: SeparationJob
    claim: ExitStack = field(repr=False)


@dataclass(frozen=True)
class RowOutcome:
    """What became of a row: `failure` is None where it is done; `host` is the machine, empty for this process.

    `notes` are sentences for the user that were not printed yet, `facts` what `separate --json` prints.
    """

    failure: CommandError | None = None
    host: str = ""
    notes: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


RunRows = Callable[[Iterator[ClaimedRow]], Iterator[tuple[ClaimedRow, RowOutcome]]]
"""Runs rows and tells what became of each; a row is taken only when it can start soon."""


class BatchRun:
    """Has the rows run that are not done yet, and counts the results; `report` gets each of them for `--json`."""

    def __init__(
        self, folder: Path, bar: Bar, report: Callable[[dict[str, Any]], None] | None = None, *, overwrite: bool
    ) -> None:
        self.done = self.done_before = self.failed = 0
        self._journal = Journal(folder)
        self._bar = bar
        self._report = report
        self._overwrite = overwrite
        self._claims: set[ClaimedRow] = set()

    def do_all(self, planned: Iterable[PlannedRow], run_rows: RunRows) -> None:
        """Do every row; those that another batch on the same folder is at come last, and are waited for."""
        busy: list[PlannedRow] = []
        try:
            for claimed in (self._claimed(planned, busy), self._claimed(busy, None)):
                for row, outcome in run_rows(claimed):
                    self._finish(row, outcome)
        finally:
            for row in self._claims:
                row.claim.close()

    def _claimed(self, planned: Iterable[PlannedRow], busy: list[PlannedRow] | None) -> Iterator[ClaimedRow]:
        """The rows to run; those that another batch is at go into `busy`, or are waited for where that is None."""
        for row, job in planned:
            if isinstance(job, CommandError):
                self._end(row, RowOutcome(job))
            elif self._is_done(job):
                self._count_as_done(row, job)
            else:
                with ExitStack() as claim:
                    if not _lock(job, claim, wait=busy is None) and busy is not None:
                        busy.append((row, job))
                    elif (begun := self._begin(row, job)) is not None:
                        claimed = ClaimedRow(row, begun, claim.pop_all())
                        self._claims.add(claimed)
                        yield claimed

    def _begin(self, row: ManifestRow, job: SeparationJob) -> SeparationJob | None:
        """The job as it is to be run; None where another batch has done it meanwhile, or it failed already."""
        try:
            self._journal.read_on()
            if self._is_done(job):
                self._count_as_done(row, job)
                return None
            job = replace(job, overwrite=job.overwrite or self._journal.began(job))
            refuse_existing(job)
            self._journal.begin(job)
        except CommandError as error:
            self._end(row, RowOutcome(error))
            return None
        return job

    def _is_done(self, job: SeparationJob) -> bool:
        return not self._overwrite and self._journal.is_done(job)

    def _count_as_done(self, row: ManifestRow, job: SeparationJob) -> None:
        self.done_before += 1
        self._tell(row, {"target": str(job.target), "residual": str(job.residual), "done_before": True})
        self._bar.finish_one()

    def _finish(self, claimed: ClaimedRow, outcome: RowOutcome) -> None:
        with claimed.claim:
            if outcome.failure is None:
                try:
                    self._journal.finish(claimed.job)
                except CommandError as error:
                    outcome = replace(outcome, failure=error)
            self._end(claimed.row, outcome)
        self._claims.remove(claimed)

    def _end(self, row: ManifestRow, outcome: RowOutcome) -> None:
        """Count a row, and print what is to be said about it."""
        self._bar.prefix = row_prefix(row, outcome.host)
        for note in outcome.notes:
            self._bar.noted(note)
        host = {"host": outcome.host} if outcome.host else {}
        if outcome.failure is None:
            self.done += 1
            self._tell(row, {**outcome.facts, **host})
        else:
            self.failed += 1
            self._bar.noted(str(outcome.failure))
            self._tell(row, {"error": str(outcome.failure), "code": int(outcome.failure.code), **host})
        self._bar.finish_one()

    def _tell(self, row: ManifestRow, facts: dict[str, Any]) -> None:
        if self._report is not None:
            self._report({"row": row.number, "input": row.source, **facts})


def row_prefix(row: ManifestRow, host: str = "") -> str:
    """What stands before each sentence about a row."""
    return f"Row {row.number} ({row.source or 'no input'}){f' on {host}' if host else ''}: "


def _lock(job: SeparationJob, claim: ExitStack, *, wait: bool) -> bool:
    """Lock a row for this batch; False where another has it."""
    # Where the folder cannot be made or locked, the job itself says so, or does without.
    with suppress(OSError, CommandError):
        make_folder(job.target.parent)
        return claim.enter_context(row_lock(job.target.parent, job.target.name, wait=wait))
    return True
