"""Where and when Python looks for objects that hold only each other."""

import gc
import sys

from PySide6.QtCore import QObject, QTimer

_INTERVAL = 1000
"""Milliseconds between two looks at what is young."""
_LOOKS_PER_FULL = 30
_MANY_MODULES = 200
"""An import of this size is an engine's."""


class GarbageCollector(QObject):
    """Collects on the GUI thread alone, a little at a time, from now on.

    By itself Python collects on whichever thread happens to make an object. On a worker that would delete widgets and
    timers, which Qt forbids outside their own thread; in the sound card's callback a look at all of torch's objects
    (0.1 s) would be heard.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._looks = 0
        self._modules = 0
        self._timer = QTimer(self, interval=_INTERVAL)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect what is young, and everything now and then."""
        self._looks += 1
        if self._looks % _LOOKS_PER_FULL:
            gc.collect(1)
            return
        gc.collect()
        if len(sys.modules) - self._modules > _MANY_MODULES:
            # What an import made stays: looking through it again would only make the window stutter.
            self._modules = len(sys.modules)
            gc.freeze()
