"""A cache of the newest spectra, for the next zoom, scale or range."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float32]


class SpectrumCache:
    """Blocks of spectra by their sounds (a number for each), parts of these and hops; may be used from any thread.

    It holds `capacity` bytes at most, of however many sounds.
    """

    def __init__(self, capacity: int = 160 << 20) -> None:
        self.capacity, self.held = capacity, 0
        self._blocks: OrderedDict[tuple[int, int, int, int], Levels] = OrderedDict()
        self._lock = Lock()

    def block(
        self, sound: int, part: int, hop: int, number: int, compute: Callable[[], Levels], *, final: bool
    ) -> Levels:
        """Block `number` of the columns `hop` frames wide, computed unless it is cached; cached only if `final`."""
        key = (sound, part, hop, number)
        with self._lock:
            if key in self._blocks:
                self._blocks.move_to_end(key)
                return self._blocks[key]
        # Two threads may compute the same block at once: cheaper than a wait.
        made = compute()
        if final:
            self._keep(key, made)
        return made

    def inherit(self, old: int, new: int, is_changed: Callable[[int, int], bool]) -> None:
        """Let the sound `new` have the blocks of `old`, but for those (hop, number) whose sound `is_changed`."""
        with self._lock:
            for key in [key for key in self._blocks if key[0] == old]:
                block = self._blocks.pop(key)
                if is_changed(*key[2:]):
                    self.held -= block.nbytes
                else:
                    self._blocks[(new, *key[1:])] = block

    def _keep(self, key: tuple[int, int, int, int], made: Levels) -> None:
        with self._lock:
            if key in self._blocks:
                return
            self._blocks[key] = made
            self.held += made.nbytes
            while self.held > self.capacity:
                self.held -= self._blocks.popitem(last=False)[1].nbytes
