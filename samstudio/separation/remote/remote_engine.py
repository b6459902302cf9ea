"""An engine that works on another machine, used like one that is here."""

import threading
from collections.abc import Generator
from dataclasses import replace
from queue import Empty

from samstudio.separation.cache.content import sound_digest
from samstudio.separation.engine import Progress, SeparationError, SeparationRequest, StemChunk, Step
from samstudio.separation.remote.extra import ClusterError, LineLostError
from samstudio.separation.remote.machine_link import MachineLink
from samstudio.separation.remote.remote_run import RemoteRun
from samstudio.separation.steps import mapped

TICK = 0.05
"""Seconds between two steps while nothing comes: where closing the generator cancels."""


class RemoteEngine:
    """Sends a recording to a machine once, and prompts to it; what comes back are the steps of its engine."""

    def __init__(self, link: MachineLink) -> None:
        self._link = link

    def separate(self, request: SeparationRequest) -> Generator[Step, None, None]:
        """See `Engine`. No drafts; objects in the video stay on this machine. Raises SeparationError, LineLostError."""
        if request.prompt.active_objects:
            raise SeparationError(
                f"{self._link.title} gets the sound only: choose a device of this machine to go by what is seen."
            )
        starting = Progress(f"Connecting to {self._link.title}", 0.0, 0.0)
        digest = yield from mapped(sound_digest(request.samples, request.sample_rate), lambda _nothing: starting)
        request = replace(request, settings=replace(request.settings, device="auto"))
        run = RemoteRun(self._link, request, digest)
        threading.Thread(target=run.work, name="remote separation", daemon=True).start()
        last = starting
        came = False
        try:
            while True:
                try:
                    step = run.steps.get(timeout=TICK)
                except Empty:
                    yield last
                    continue
                if step is None:
                    return
                if isinstance(step, ClusterError) and came:
                    raise LineLostError(f"{step} What came before is kept.") from step
                if isinstance(step, BaseException):
                    raise step
                if isinstance(step, Progress):
                    last = step
                came = came or isinstance(step, StemChunk)
                yield step
        finally:
            run.stop.set()
