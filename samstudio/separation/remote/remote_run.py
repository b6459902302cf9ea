"""One separation on another machine, as its own thread here goes about it."""

import pickle
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Full, Queue
from typing import TYPE_CHECKING

import numpy as np

from samstudio.separation.engine import Progress, SeparationError, SeparationRequest, Step
from samstudio.separation.remote.clip_store import frames_here, receive
from samstudio.separation.remote.extra import ClusterError
from samstudio.separation.remote.machine_link import MachineLink
from samstudio.separation.remote.remote_separation import MOST_WAITING, separate_remotely
from samstudio.session.scratch import ScratchError, forget_pages

if TYPE_CHECKING:
    from distributed import Client, Future

PIECE_BYTES = 8 << 20
"""Sent at once."""
PAUSE = 0.1
"""Seconds between two looks whether the separation is still wanted."""
LOOK_SECONDS = 1.0
"""Without a word from the worker it is looked for, this often."""


class RemoteRun:
    """Connects, sends what the worker lacks of the recording, starts the engine there, and passes on what it yields."""

    def __init__(self, link: MachineLink, request: SeparationRequest, digest: str) -> None:
        self._link, self._request, self._digest = link, request, digest
        self._name = link.new_name()
        self.steps: Queue[Step | BaseException | None] = Queue(MOST_WAITING)
        """Each step, and at the end None, or what went wrong. Where nobody takes them, the machine waits as well."""
        self.stop = threading.Event()
        """Set when nothing more is wanted."""

    def work(self) -> None:
        """The whole of it; for a thread of its own."""
        try:
            client = self._link.client()
            worker = self._link.worker_for(self._digest, client)
            self._send_samples(client, worker)
            if not self.stop.is_set():
                self._walk(client, worker)
            self._pass(None)
        except SeparationError as error:
            self._pass(error)
        except ScratchError as error:
            self._pass(SeparationError(f"On {self._link.title}: {error}"))
        except Exception as error:  # noqa: BLE001 (a connection can fail anywhere, in as many ways as Dask has)
            self._link.drop()
            self._pass(self._lost(error))

    def _pass(self, step: Step | BaseException | None) -> None:
        while not self.stop.is_set():
            with suppress(Full):
                self.steps.put(step, timeout=PAUSE)
                return

    def _lost(self, error: BaseException | None = None) -> ClusterError:
        reason = f" ({type(error).__name__})" if error else ""
        return ClusterError(f"The line to {self._link.title} was lost{reason}.")

    def _send_samples(self, client: "Client", worker: str) -> None:
        samples = self._request.samples
        frames, channels = samples.shape
        piece = max(1, PIECE_BYTES // (4 * channels))
        done = _on(client, worker, frames_here, self._digest, frames, channels)
        for start in range(done, frames, piece):
            if self.stop.is_set():
                return
            data = np.ascontiguousarray(samples[start : start + piece]).tobytes()
            _on(client, worker, receive, self._digest, start, data)
            forget_pages(samples)
            self._pass(Progress(f"Sending to {self._link.title}", min(start + piece, frames), frames))

    def _walk(self, client: "Client", worker: str) -> None:
        import distributed

        request = self._request
        queue = distributed.Queue(self._name, client=client)
        future = client.submit(
            separate_remotely, self._name, self._digest, request.sample_rate, request.prompt, request.settings,
            request.frame_range, request.candidate, key=self._name, workers=[worker], pure=False,
        )  # fmt: skip
        looked = time.monotonic()
        try:
            while not self.stop.is_set():
                try:
                    data = queue.get(timeout=PAUSE)
                except TimeoutError:
                    if time.monotonic() - looked > LOOK_SECONDS:
                        looked = time.monotonic()
                        self._check(client, worker, future)
                    continue
                looked = time.monotonic()
                step = pickle.loads(data)  # noqa: S301 (from a machine that may run programs here anyway)
                if step is None:
                    return
                if isinstance(step, SeparationError):
                    raise step
                self._pass(step)
        finally:
            if client.status == "running":
                client.cancel([future], asynchronous=False, force=True)
                queue.close()

    def _check(self, client: "Client", worker: str, future: "Future") -> None:
        """Raises what became of the task, or ClusterError where its worker has gone."""
        if future.status == "error":
            error = future.exception()
            raise SeparationError(f"Something unexpected went wrong on {self._link.title} ({error!r}).")
        if client.status != "running" or future.status == "cancelled" or worker not in client.nthreads():
            raise self._lost()


def _on(client: "Client", worker: str, function: Callable[..., int | None], *values: object) -> int:
    """Call a function on a worker."""
    return int(client.run(function, *values, workers=[worker])[worker] or 0)
