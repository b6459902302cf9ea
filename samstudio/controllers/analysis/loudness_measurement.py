"""The integrated loudness of stems, measured in the background, once for each."""

from collections.abc import Generator
from math import inf
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.dsp.loudness import LoudnessMeter
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages
from samstudio.session.take import Stem, Stems

_BLOCK_SECONDS = 10


class LoudnessMeasurement(QObject):
    """Keeps the integrated loudness of every stem that was requested, as long as the stem exists."""

    measured = Signal()
    """One more is known."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._known: WeakKeyDictionary[Stems, dict[Stem, float]] = WeakKeyDictionary()
        self._jobs: dict[Job, tuple[Stems, Stem]] = {}

    def of(self, stems: Stems, stem: Stem, sample_rate: int) -> float | None:
        """Integrated loudness of target or residual in LUFS; None while it is being measured: `measured` follows."""
        found = self._known.get(stems, {}).get(stem)
        if found is None and (stems, stem) not in self._jobs.values():
            samples = stems.target if stem is Stem.TARGET else stems.residual
            job = self._background.run(_measure(samples, sample_rate), done=self._on_done, ended=self._on_ended)
            self._jobs[job] = stems, stem
        return found

    @Slot(object)
    def _on_done(self, lufs: float) -> None:
        job = self.sender()
        if isinstance(job, Job):
            stems, stem = self._jobs[job]
            self._known.setdefault(stems, {})[stem] = lufs

    @Slot()
    def _on_ended(self) -> None:
        job = self.sender()
        if isinstance(job, Job):
            stems, stem = self._jobs.pop(job)
            # What could not be measured counts as silence: it is matched with nothing, and not asked for again.
            self._known.setdefault(stems, {}).setdefault(stem, -inf)
            self.measured.emit()


def _measure(samples: Samples, sample_rate: int) -> Generator[float | None, None, None]:
    """Yields None after every block, and at last the loudness in LUFS."""
    meter = LoudnessMeter(sample_rate, samples.shape[1])
    for start in range(0, len(samples), _BLOCK_SECONDS * sample_rate):
        meter.add(samples[start : start + _BLOCK_SECONDS * sample_rate])
        forget_pages(samples)
        yield None
    yield meter.integrated
