"""A bar of progress that is also told: at its start, at each quarter, and at its end."""

from PySide6.QtWidgets import QProgressBar

from samstudio.ui import speech

STEPS = 1000
"""Of the whole work."""


class ProgressBar(QProgressBar):
    """Shows how far some `work` is ("separation"), and says so."""

    def __init__(self, work: str) -> None:
        super().__init__()
        self._work = work
        self._told: int | None = None
        self.setRange(0, STEPS)
        self.setTextVisible(False)
        self.setAccessibleName(f"Progress of the {work}")
        self.valueChanged.connect(self._follow)

    def show_fraction(self, fraction: float) -> None:
        """How much is done, 0..1."""
        self.setRange(0, STEPS)
        self.setValue(round(STEPS * fraction))

    def show_busy(self) -> None:
        """Something is done, and there is nothing to count."""
        self.setRange(0, 0)

    def _follow(self, value: int) -> None:
        if value < 0 or self.maximum() <= 0:
            return
        quarter = 4 * value // self.maximum()
        if self._told is None or quarter < self._told:
            speech.say(self, f"The {self._work} began.")
        elif quarter > self._told:
            speech.say(
                self, f"The {self._work} is done." if quarter == 4 else f"{self._work.capitalize()}: {25 * quarter} %"
            )
        self._told = quarter
