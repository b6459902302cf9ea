"""A progress bar that is also announced to screen readers: at its start, each quarter and its end."""

from PySide6.QtWidgets import QProgressBar

from samstudio.ui import announcements

STEPS = 1000
"""Of the whole work."""


def set_value(bar: QProgressBar, value: int) -> None:
    """Show a value with the next picture of the window: Qt would paint at once, for each of many steps."""
    bar.setUpdatesEnabled(False)
    bar.setValue(value)
    bar.setUpdatesEnabled(True)


class ProgressBar(QProgressBar):
    """Shows the progress of some `work` ("separation") and announces it."""

    def __init__(self, work: str) -> None:
        super().__init__()
        self._work = work
        self._announced: int | None = None
        self.setRange(0, STEPS)
        self.setTextVisible(False)
        self.setAccessibleName(f"Progress of the {work}")
        self.valueChanged.connect(self._follow)

    def show_fraction(self, fraction: float) -> None:
        """How much is done, 0..1."""
        self.setRange(0, STEPS)
        set_value(self, round(STEPS * fraction))

    def show_busy(self) -> None:
        """Work of unknown length is running."""
        self.setRange(0, 0)

    def _follow(self, value: int) -> None:
        if value < 0 or self.maximum() <= 0:
            return
        quarter = 4 * value // self.maximum()
        if self._announced is None or quarter < self._announced:
            announcements.announce(self, f"The {self._work} began.")
        elif quarter > self._announced:
            announcements.announce(
                self, f"The {self._work} is done." if quarter == 4 else f"{self._work.capitalize()}: {25 * quarter} %"
            )
        self._announced = quarter
