"""What a function that runs on a worker asks and tells meanwhile."""

import asyncio
import time
from types import TracebackType
from typing import Self

_MOST_SECONDS = 20.0
"""That a task may take to end: longer than any engine needs from one step to the next."""
_running: list["RunningTask"] = []


class NotWantedError(BaseException):
    """The task that runs is not wanted any more; no handler of ordinary failures may take it for one."""


class RunningTask:
    """The task of this thread, a context. It is not interrupted: it has to look whether it is still wanted."""

    def __init__(self, topic: str) -> None:
        """`topic`: where what is told goes to."""
        from distributed import get_worker

        self._worker = get_worker()
        self._key = self._worker.get_current_task()
        self.topic = topic

    def __enter__(self) -> Self:
        _running.append(self)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        _running.remove(self)

    def check_wanted(self) -> None:
        """Raises NotWantedError after it was cancelled, its client has gone, or the scheduler has."""
        # What the worker knows itself: asking the scheduler would take a round trip at every step.
        task = self._worker.state.tasks.get(self._key)
        if task is None or task.state != "executing" or self._worker.status.name != "running":
            raise NotWantedError

    def tell(self, *values: object) -> None:
        """Send plain values to the client."""
        self._worker.log_event(self.topic, values)


async def ended(topic: str) -> None:
    """Wait until no task of that topic runs on this worker."""
    give_up = time.monotonic() + _MOST_SECONDS
    while any(task.topic == topic for task in tuple(_running)) and time.monotonic() < give_up:
        await asyncio.sleep(0.01)
