"""Where and when Python collects cyclic garbage."""

import gc
import sys

from PySide6.QtCore import QObject, QTimer

_INTERVAL = 1000
"""Milliseconds between two collections of the young generations."""
_PARTIAL_PER_FULL = 30
_MANY_MODULES = 200
"""An import of this size is that of an engine."""


class GarbageCollector(QObject):
    """Collects on the GUI thread alone, a little at a time, from now on.

    Python itself collects on whichever thread happens to allocate. On a worker that would delete widgets and
    timers, which Qt forbids outside their own thread; in the sound card's callback a pass over all of torch's objects
    (0.1 s) would be audible.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._collections = 0
        self._modules = 0
        self._timer = QTimer(self, interval=_INTERVAL)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the young generations, and everything now and then."""
        self._collections += 1
        gc.collect(1)
        if len(sys.modules) - self._modules > _MANY_MODULES:
            # The objects of an import stay: even one pass over all of them would make the window stutter (torch's
            # take 0.15 s). What grew old within the last half minute and is garbage by now stays with them.
            self._modules = len(sys.modules)
            gc.freeze()
        elif self._collections % _PARTIAL_PER_FULL == 0:
            gc.collect()
