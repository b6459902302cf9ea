"""Runs functions of this package on workers, a bounded number ahead of them."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from samstudio.separation.remote.extra import ClusterError
from samstudio.separation.remote.workers.running_task import ended

if TYPE_CHECKING:
    from distributed import Client, Future

TICK = 0.5
"""Seconds between two looks at what goes on."""
_COUNT_SECONDS = 2.0
"""Workers come and go; they are counted again after this time."""
_Item = TypeVar("_Item")


class WorkerLostError(ClusterError):
    """Workers ended again and again while they were at one and the same task."""


@dataclass(frozen=True)
class PoolTask(Generic[_Item]):
    """A call on a worker, `function(topic, number, *arguments)` with plain values, for an item of the caller's."""

    item: _Item
    arguments: tuple[Any, ...]


class WorkerPool:
    """The workers that a client reaches. A context: leaving it cancels what still runs, and closes the connection."""

    def __init__(self, client: "Client", resources: ExitStack | None = None) -> None:
        """`resources`: closed at the end, after the client."""
        self._client = client
        self._resources = resources or ExitStack()
        self._topic = f"samstudio-{uuid.uuid4().hex}"
        self._running: dict[Any, Future] = {}
        self._number = 0
        self._threads, self._counted = 0, 0.0
        self.told: Callable[[int, tuple[Any, ...]], None] = lambda _number, _values: None
        """Called on a thread of its own with the number of a task and what it told."""
        client.subscribe_topic(self._topic, self._on_told)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        with self._resources:
            self._stop()
            self._client.close()

    @property
    def threads(self) -> int:
        """How many tasks run at the same time; 0 where there is no worker."""
        if time.monotonic() - self._counted > _COUNT_SECONDS and self._client.status == "running":
            # If the scheduler is lost at this moment, the tasks tell.
            with suppress(OSError):
                self._threads = int(sum(self._client.nthreads().values()))
            self._counted = time.monotonic()
        return self._threads

    def run(
        self, function: Callable[..., Any], tasks: Iterator[PoolTask[_Item]], ticked: Callable[[], None]
    ) -> Iterator[tuple[int, _Item, Any]]:
        """The results as they come, each with its task's number and item, or WorkerLostError in place of a result.

        Tasks are taken as workers become free. `ticked` is called now and then. Raises ClusterError if the scheduler
        is lost.
        """
        items: dict[Any, _Item] = {}
        done: SimpleQueue[Future] = SimpleQueue()
        while True:
            # One more for each worker, to go on with as soon as it ends what it is at.
            while len(items) < 2 * max(1, self.threads) and (task := next(tasks, None)) is not None:
                future = self._submit(function, task.arguments)
                items[future.key] = task.item
                future.add_done_callback(done.put)
            if not items:
                return
            ticked()
            for future, result in self._results(_waited_for(done)):
                del self._running[future.key]
                yield future.key[1], items.pop(future.key), result

    def _submit(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> "Future":
        self._number += 1
        # Keys of one group: such tasks the scheduler hands out one at a time, so that a worker that is lost has
        # nothing waiting in its hands.
        key = (self._topic, self._number)
        self._running[key] = self._client.submit(function, self._topic, self._number, *arguments, key=key, pure=False)
        return self._running[key]

    def _results(self, futures: "Sequence[Future]") -> "Iterator[tuple[Future, Any]]":
        """What became of tasks that ended. Where there are many, they are fetched together."""
        from distributed import KilledWorker
        from distributed.client import CancelledError

        good = [future for future in futures if future.status == "finished"]
        try:
            if any(future.status == "cancelled" for future in futures):
                raise CancelledError
            results = self._client.gather(good)
        except (CancelledError, OSError) as error:
            raise ClusterError("The scheduler was lost") from error
        yield from zip(good, results, strict=True)
        for future in futures:
            if future.status != "finished":
                reason = future.exception()
                if not isinstance(reason, KilledWorker):
                    raise reason
                yield future, WorkerLostError("Each worker that was at it ended without a word: too little memory?")

    def _on_told(self, event: tuple[float, tuple[Any, ...]]) -> None:
        number, *values = event[1]
        self.told(int(number), tuple(values))

    def _stop(self) -> None:
        """Cancel what runs, and wait until it has ended: it leaves nothing half done then."""
        if self._running and self._client.status == "running":
            with suppress(OSError):
                self._client.cancel(list(self._running.values()), force=True)
                self._client.run(ended, self._topic, on_error="ignore")


def _waited_for(done: "SimpleQueue[Future]") -> "list[Future]":
    """All that are done; the first one is waited for a little."""
    futures = []
    with suppress(Empty):
        futures.append(done.get(timeout=TICK))
        while True:
            futures.append(done.get_nowait())
    return futures
