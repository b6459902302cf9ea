"""Rows run one after the other in this process, with one engine of each kind."""

from collections.abc import Iterator

from samstudio.cli.batches.batch_run import ClaimedRow, RowOutcome, row_prefix
from samstudio.cli.errors import CommandError, unexpected
from samstudio.cli.job import make_engine, run_job, separation_facts
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.cli.terminal.progress import Bar, Listener
from samstudio.separation.engine import Engine


class RowRunner:
    """Runs single rows; an engine that was made once is used again."""

    def __init__(self) -> None:
        self._engines: dict[str, Engine] = {}

    def outcome_of(self, job: SeparationJob, listener: Listener) -> RowOutcome:
        """Run a job; what became of it."""
        try:
            name = job.settings.engine
            engine = self._engines.get(name) or make_engine(name)
            self._engines[name] = engine
            return RowOutcome(facts=separation_facts(job, run_job(job, engine, listener)))
        except CommandError as error:
            return RowOutcome(error)
        except Exception as error:  # noqa: BLE001 (a bug in one row must not stop the others)
            return RowOutcome(unexpected(error))


def run_here(
    rows: Iterator[ClaimedRow], bar: Bar, threads: int | None = None
) -> Iterator[tuple[ClaimedRow, RowOutcome]]:
    """Run the rows, each on so many threads or all cores; what is to be said is printed at once."""
    if threads is not None:
        from samstudio.separation.devices import use_threads

        use_threads(threads)
    runner = RowRunner()
    for claimed in rows:
        bar.prefix = row_prefix(claimed.row)
        yield claimed, runner.outcome_of(claimed.job, bar)
