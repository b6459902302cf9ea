"""How a batch grows with its workers, and what a row costs beside its separation.

    python benchmarks/cluster_scaling.py [rows [seconds]]

The engine sleeps as long as its input lasts, so that the machine's cores do not matter. With 1, 2 and 4 workers, each
of which has loaded its engine: seconds from the first row handed out to the last one done, and the efficiency, time of
one worker / (workers x time). Then 20,000 rows whose work is nothing: seconds to plan them, to journal them, to find
all of them done, and the memory that this takes; and what it costs to hand one to a worker. docs/scaling.md is computed
from these figures.
"""

import resource
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from samstudio.cli.batches.batch_run import BatchRun, ClaimedRow, PlannedRow, RowOutcome
from samstudio.cli.batches.manifest import plan_jobs, read_manifest
from samstudio.cli.cluster.rows_on_workers import RowsOnWorkers
from samstudio.cli.main import make_parser
from samstudio.cli.terminal.progress import Bar
from samstudio.separation.engine import Progress, SeparationRequest, StemChunk
from samstudio.separation.engine_info import EngineInfo
from samstudio.separation.registry import create_engine, register
from samstudio.separation.remote.workers.local_workers import local_pool
from samstudio.separation.remote.workers.worker_pool import PoolTask

RATE = 8000
MANY = 20_000
HANDED = 2_000
STEP = 0.1


class Sleeper:
    """Takes as long as its input lasts."""

    def separate(self, request: SeparationRequest) -> Generator[Progress | StemChunk, None, None]:
        first, end = request.wanted
        until = time.monotonic()
        for start in range(first, end, round(STEP * RATE)):
            part = request.samples[start : min(end, start + round(STEP * RATE))]
            until += len(part) / RATE
            yield StemChunk(start, part * 0.5, part - part * 0.5)
            yield Progress("Sleeping", start + len(part) - first, end - first)
            time.sleep(max(0.0, until - time.monotonic()))


# At import: the workers import this file too.
register(EngineInfo("sleeper", "Sleeper", "Sleeps as long as its input lasts.", Sleeper))


def planned(folder: Path, name: str, lines: list[str]) -> tuple[Namespace, list[PlannedRow]]:
    """The rows of a manifest with these lines, whose stems go into the folder `name`."""
    manifest = folder / f"{name}.csv"
    manifest.write_text("\n".join(["input,prompt,spans,engine", *lines]) + "\n", "utf-8")
    options = make_parser().parse_args(["batch", str(manifest), "-o", str(folder / name)])
    return options, plan_jobs(read_manifest(manifest)[0], options)


def seconds_of(
    run_rows: Callable[..., Iterator[tuple[ClaimedRow, RowOutcome]]], options: Namespace, rows: list[PlannedRow]
) -> float:
    """How long a run over all rows takes; all of them are done afterwards."""
    with Bar(len(rows)) as bar:
        run = BatchRun(options.output, bar, overwrite=False)
        began = time.monotonic()
        run.do_all(rows, run_rows)
        took = time.monotonic() - began
    assert run.failed == 0
    assert run.done + run.done_before == len(rows)
    return took


def efficiency(folder: Path, rows: int, seconds: float) -> None:
    """Print a line for each number of workers."""
    lengths = seconds * np.random.default_rng(1).uniform(0.5, 1.5, rows)
    for number, length in enumerate(lengths):
        soundfile.write(folder / f"{number}.wav", np.full(round(length * RATE), 0.1, np.float32), RATE)
    lines = [f"{number}.wav,row,+0:0.1,sleeper" for number in range(rows)]
    print(f"{rows} rows, {lengths.sum():.0f} s of input; one second of it takes one second")
    alone = 0.0
    for workers in (1, 2, 4):
        began = time.monotonic()
        with local_pool(workers, ()) as pool, Bar(rows) as bar:
            pool._client.run(create_engine, "sleeper")
            up = time.monotonic() - began
            took = seconds_of(RowsOnWorkers(pool, bar, None).run, *planned(folder, f"by{workers}", lines))
        alone = alone or took
        print(
            f"{workers} workers: {took:7.1f} s, efficiency {alone / (workers * took):.3f}; up in {up:.1f} s", flush=True
        )


def touched(rows: Iterator[ClaimedRow]) -> Iterator[tuple[ClaimedRow, RowOutcome]]:
    """Rows whose files are made, and empty."""
    for row in rows:
        row.job.target.touch()
        row.job.residual.touch()
        yield row, RowOutcome()


def nothing(_topic: str, _number: int, _text: str) -> None:
    """A task that is done at once."""


def overhead(folder: Path) -> None:
    """Print what many rows take beside their separation."""
    (folder / "empty.wav").touch()
    before, began = _peak_mb(), time.monotonic()
    options, rows = planned(folder, "many", [f"empty.wav,row {number},+0:1,sleeper" for number in range(MANY)])
    print(f"{MANY} rows: planned in {time.monotonic() - began:.1f} s", end="", flush=True)
    print(f", journaled in {seconds_of(touched, options, rows):.1f} s", end="", flush=True)
    print(f", found done in {seconds_of(touched, options, rows):.1f} s; {_peak_mb() - before:.0f} MB", flush=True)
    with local_pool(2, ()) as pool:
        tasks = (PoolTask(number, (str(folder / "many" / f"{number}.wav"),)) for number in range(HANDED))
        began, work = time.monotonic(), time.process_time()
        assert len(list(pool.run(nothing, tasks, lambda: None))) == HANDED
        wall, work = (
            1000 * (now - then) / HANDED for now, then in ((time.monotonic(), began), (time.process_time(), work))
        )
    print(f"handing a row to a worker and taking its result: {wall:.1f} ms, {work:.1f} ms of them work of one core")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print all figures."""
    rows, seconds = int(sys.argv[1]) if sys.argv[1:] else 200, float(sys.argv[2]) if sys.argv[2:] else 2.0
    with TemporaryDirectory() as folder:
        efficiency(Path(folder), rows, seconds)
        overhead(Path(folder))


if __name__ == "__main__":
    main()
