"""A cache of the newest spectra, for the next zoom, scale or range."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float32]


class SpectrumCache:
    """Blocks of spectra by their hops, at most `capacity` bytes; may be used from any thread."""

    def __init__(self, capacity: int = 160 << 20) -> None:
        self.capacity, self.held = capacity, 0
        self._blocks: OrderedDict[tuple[int, int], Levels] = OrderedDict()
        self._lock = Lock()

    def block(self, hop: int, number: int, compute: Callable[[], Levels], *, final: bool) -> Levels:
        """Block `number` of the columns `hop` frames wide, computed unless it is cached; cached only if `final`."""
        key = (hop, number)
        with self._lock:
            if key in self._blocks:
                self._blocks.move_to_end(key)
                return self._blocks[key]
        # Two threads may compute the same block at once: cheaper than a wait.
        made = compute()
        if final:
            self._keep(key, made)
        return made

    def _keep(self, key: tuple[int, int], made: Levels) -> None:
        with self._lock:
            if key in self._blocks:
                return
            self._blocks[key] = made
            self.held += made.nbytes
            while self.held > self.capacity:
                self.held -= self._blocks.popitem(last=False)[1].nbytes
