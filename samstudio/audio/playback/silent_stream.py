"""Stands in for a sound card where there is none: the playhead and the meters move, and nothing is heard."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from samstudio.session.clip import Samples

_BLOCK_SECONDS = 0.02
_MOST_BEHIND = 0.5
"""Seconds: after a longer pause of the whole machine it goes on from there, as a sound card does."""
_NO_TIMES = SimpleNamespace(currentTime=0.0, outputBufferDacTime=0.0)


class SilentStream:
    """Calls for blocks in real time, on a thread of its own, and drops them."""

    latency = 0.0

    def __init__(self, sample_rate: int, callback: Callable[[Samples, int, Any, Any], None]) -> None:
        self.samplerate = float(sample_rate)
        self._callback = callback
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="silent output", daemon=True)
        self._thread.start()

    @property
    def active(self) -> bool:
        """Whether the callback is being called."""
        return not self._ended.is_set()

    def abort(self) -> None:
        """Stop at once."""
        self._ended.set()

    def close(self) -> None:
        """Wait until the callback is not called any more."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        frames = max(1, round(_BLOCK_SECONDS * self.samplerate))
        block, due = np.zeros((frames, 2), np.float32), time.monotonic()
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            self._callback(block, frames, _NO_TIMES, None)
            due = max(due + frames / self.samplerate, time.monotonic() - _MOST_BEHIND)
