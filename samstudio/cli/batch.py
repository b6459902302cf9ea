"""The `batch` command: separates the recordings of a manifest one after the other, and resumes where it stopped."""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from samstudio.cli.batches.journal import Journal
from samstudio.cli.batches.manifest import ManifestRow, plan_jobs, read_manifest
from samstudio.cli.batches.row_lock import row_lock
from samstudio.cli.errors import CommandError, Exit, sigterm_as_interrupt, unexpected
from samstudio.cli.job import make_engine, refuse_existing, run_job
from samstudio.cli.options import add_engine_options, add_output_options
from samstudio.cli.stems.folder import make_folder
from samstudio.cli.stems.separation_job import SeparationJob
from samstudio.cli.terminal.progress import Bar
from samstudio.cli.terminal.streams import print_out
from samstudio.separation.engine import Engine

EPILOG = """\
The manifest is a CSV file (commas, semicolons or tabs) with a header. Column input is needed; prompt, spans, region,
engine, output_format, bits, seed and track may be there, and where a cell is empty the option of that name counts.
Paths are relative to the manifest; spans stand in one cell, separated by spaces, "+1.5:3 -5:7", and so do the regions
of a movement. Rows that would write the same files get their prompt, or their number, added to the name. Started
again, the command leaves alone what it has done unless the row or its recording changed."""


def add_command(commands: Any) -> None:
    """Add `batch`."""
    parser = commands.add_parser(
        "batch",
        help="separate every recording of a manifest",
        description="Separates every row of a manifest; exit code 5 if any failed.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("manifest", type=Path, metavar="MANIFEST.csv")
    add_engine_options(parser)
    add_output_options(parser)
    parser.set_defaults(run=batch)


@sigterm_as_interrupt()
def batch(options: argparse.Namespace) -> int:
    """Separate all rows that are not done yet."""
    rows, unknown = read_manifest(options.manifest)
    with Bar(len(rows)) as bar:
        if unknown:
            bar.noted(f"The manifest's columns {', '.join(unknown)} are unknown and ignored.")
        run = BatchRun(options.output, bar, overwrite=options.overwrite)
        run.do_all(plan_jobs(rows, options))
    print_out(f"{run.done} done, {run.done_before} had been done before, {run.failed} failed.")
    return Exit.SEPARATION if run.failed else Exit.DONE


class BatchRun:
    """Runs the jobs one after the other, with one engine of each kind, and counts the results."""

    def __init__(self, folder: Path, bar: Bar, *, overwrite: bool) -> None:
        self.done = self.done_before = self.failed = 0
        self._journal = Journal(folder)
        self._bar = bar
        self._overwrite = overwrite
        self._engines: dict[str, Engine] = {}

    def do_all(self, planned: Sequence[tuple[ManifestRow, SeparationJob | CommandError]]) -> None:
        """Do every row; those that another batch on the same folder is at come last, and are waited for."""
        busy = [pair for pair in planned if not self._do_free(*pair, wait=False)]
        for row, job in busy:
            self._do_free(row, job, wait=True)

    def _do_free(self, row: ManifestRow, job: SeparationJob | CommandError, *, wait: bool) -> bool:
        """Do a row unless another batch is at it and `wait` is False. Returns whether it is done with."""
        if isinstance(job, CommandError):
            self.do(row, job)
        elif not self._is_done(job):
            with ExitStack() as stack:
                # Where the folder cannot be made or locked, the job itself says so, or does without.
                with suppress(OSError, CommandError):
                    make_folder(job.target.parent)
                    if not stack.enter_context(row_lock(job.target.parent, job.target.name, wait=wait)):
                        return False
                self.do(row, job)
        else:
            self.done_before += 1
        self._bar.finish_one()
        return True

    def _is_done(self, job: SeparationJob) -> bool:
        return not self._overwrite and self._journal.is_done(job)

    def do(self, row: ManifestRow, job: SeparationJob | CommandError) -> None:
        """Run a row's job unless it is done; a failure is printed as one line."""
        self._journal.read_on()
        if isinstance(job, SeparationJob) and self._is_done(job):
            self.done_before += 1
            return
        self._bar.prefix = f"Row {row.number} ({row.source or 'no input'}): "
        try:
            if isinstance(job, CommandError):
                raise job
            self._separate(job)
            self.done += 1
        except CommandError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 (a bug in one row must not stop the others)
            self._fail(unexpected(error))

    def _separate(self, job: SeparationJob) -> None:
        engine = self._engines.get(job.settings.engine) or make_engine(job.settings.engine)
        self._engines[job.settings.engine] = engine
        job = replace(job, overwrite=job.overwrite or self._journal.began(job))
        refuse_existing(job)
        self._journal.begin(job)
        run_job(job, engine, self._bar)
        self._journal.finish(job)

    def _fail(self, error: CommandError) -> None:
        self.failed += 1
        self._bar.noted(str(error))
