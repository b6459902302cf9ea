"""The workers of a batch, and what it says where there are none."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from samstudio.cli.cluster.options import told_missing
from samstudio.cli.cluster.rows_on_workers import RowsOnWorkers, folder_mark
from samstudio.cli.errors import CommandError, Exit
from samstudio.cli.terminal.progress import Bar
from samstudio.separation.remote.connection import connect
from samstudio.separation.remote.workers.local_workers import local_pool
from samstudio.separation.remote.workers.worker_pool import WorkerPool
from samstudio.separation.remote.workers.worker_processes import cards


@contextmanager
def local_rows(options: argparse.Namespace, bar: Bar) -> Iterator[RowsOnWorkers]:
    """Processes on this machine. Raises CommandError."""
    with told_missing():
        pool = local_pool(options.workers, () if options.device == "cpu" else cards(), options.threads)
    with pool:
        yield RowsOnWorkers(pool, bar, None)


@contextmanager
def remote_rows(options: argparse.Namespace, bar: Bar) -> Iterator[RowsOnWorkers]:
    """The workers of a scheduler. Raises CommandError."""
    with told_missing():
        pool = WorkerPool(connect(options.scheduler, options.certificates))
    with pool, folder_mark(options.output) as mark:
        if not pool.threads:
            raise CommandError(
                Exit.MISSING,
                f"{options.scheduler} has no workers: 'samstudio worker --scheduler {options.scheduler}' starts them.",
            )
        yield RowsOnWorkers(pool, bar, mark)
