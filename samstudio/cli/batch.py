"""The `batch` command: separates the recordings of a manifest one after the other, and resumes where it stopped."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from samstudio.cli.batches.batch_run import BatchRun, RunRows
from samstudio.cli.batches.manifest import plan_jobs, read_manifest
from samstudio.cli.batches.rows_here import run_here
from samstudio.cli.cluster.options import add_certificates, add_scheduler, add_threads, check_extra, parse_workers
from samstudio.cli.errors import CommandError, Exit, sigterm_as_interrupt
from samstudio.cli.options import add_engine_options, add_output_options
from samstudio.cli.stems.folder import make_folder
from samstudio.cli.terminal.progress import Bar
from samstudio.cli.terminal.streams import print_out

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
    parser.add_argument(
        "--json", action="store_true",
        help="print one JSON object a row, as it ends: what separate --json prints, or the error; and its number",
    )  # fmt: skip
    add_engine_options(parser)
    add_output_options(parser)
    group = parser.add_argument_group("workers")
    where = group.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=parse_workers, metavar="N",
        help="run N rows at a time on this machine, each in a process with its share of the cores and, where there "
        "are graphics cards, with one of them",
    )  # fmt: skip
    add_scheduler(where, required=False)
    add_certificates(group)
    add_threads(group, "default all cores; with --workers its share of them; with --scheduler what the workers have")
    parser.set_defaults(run=batch)


@sigterm_as_interrupt()
def batch(options: argparse.Namespace) -> int:
    """Separate all rows that are not done yet."""
    rows, unknown = read_manifest(options.manifest)
    with Bar(len(rows)) as bar:
        if unknown:
            bar.noted(f"Columns of the manifest that are unknown, and ignored: {', '.join(unknown)}.")
        with _runner(options, bar) as run_rows:
            make_folder(options.output)
            run = BatchRun(options.output, bar, _print_json if options.json else None, overwrite=options.overwrite)
            run.do_all(plan_jobs(rows, options), run_rows)
        summary = f"{run.done} done, {run.done_before} had been done before, {run.failed} failed."
        if options.json:
            bar.prefix = ""
            bar.noted(summary)
    if not options.json:
        print_out(summary)
    return Exit.SEPARATION if run.failed else Exit.DONE


def _print_json(facts: dict[str, Any]) -> None:
    print_out(json.dumps(facts))


@contextmanager
def _runner(options: argparse.Namespace, bar: Bar) -> Iterator[RunRows]:
    """What runs the rows: this process, others, or other machines. Raises CommandError."""
    if options.workers is None and options.scheduler is None:
        yield partial(run_here, bar=bar, threads=options.threads)
        return
    if options.scheduler is not None and options.threads is not None:
        raise CommandError(
            Exit.USAGE, "With --scheduler the threads are those of the workers: 'samstudio worker --threads N'."
        )
    check_extra()
    from samstudio.cli.cluster.pools import local_rows, remote_rows

    with local_rows(options, bar) if options.scheduler is None else remote_rows(options, bar) as rows:
        yield rows.run
