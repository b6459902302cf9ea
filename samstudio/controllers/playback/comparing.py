"""A/B: which two takes are compared, and by how much each is lowered so that both are equally loud."""

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.analysis.loudness_measurement import LoudnessMeasurement
from samstudio.controllers.document.document import Document
from samstudio.session.comparing.comparison import Comparison, matching_offsets
from samstudio.session.mix import Mix
from samstudio.session.take import Stem, Take
from samstudio.session.take_tree import chain_to


class Comparing(QObject):
    """Follows the document: the current take and the one that was current before are A and B, in the list's order."""

    comparison_changed = Signal(object)
    """Comparison, or None where there are no two takes."""
    gain_changed = Signal(float)
    """dB for both stems of the current take, in addition to the faders."""

    def __init__(self, document: Document, loudness: LoudnessMeasurement, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._loudness = document, loudness
        self._now = self._before = ""
        self._before_gone: dict[str, str] = {}
        """Which take was current before one that is gone, by its id: undo, or its recording, brings back both."""
        self._mix = Mix()
        self.matching = False
        """Whether the two are made equally loud."""
        self.comparison: Comparison | None = None
        self.gain_db = 0.0
        document.takes_changed.connect(self._refresh)
        document.current_take_changed.connect(self._follow_current)
        loudness.measured.connect(self._refresh)

    def toggle(self) -> None:
        """Switch from A to B or back, at the same playhead."""
        if self.comparison is not None:
            self._document.select_take(self._place(self._other().id))

    def match_levels(self, on: bool) -> None:
        """Make A and B equally loud, or leave them as they are."""
        self.matching = on
        self._refresh()

    @Slot(object)
    def follow_mix(self, mix: Mix) -> None:
        """Match the stem that the mix plays: the target or the residual."""
        self._mix = mix
        self._refresh()

    def _soloed_stem(self, take: Take) -> Stem | None:
        """The one stem of a take that the mix plays; None if it plays several.

        Target and residual together are what the take was made of, and equally loud as that; with anything else
        nothing is matched either: the clip would no longer be the sum of its parts.
        """
        channels = (*Stem, *(earlier.id for earlier in chain_to(take, self._document.takes)[:-1]))
        mix = self._mix.among(channels)
        playing = [channel for channel in channels if any(mix.gains(channel))]
        return next((stem for stem in (Stem.TARGET, Stem.RESIDUAL) if playing == [stem]), None)

    @Slot(object)
    def _follow_current(self, take: Take | None) -> None:
        if take is not None and take.id != self._now:
            if self._place(self._now) is None:
                self._before_gone[self._now] = self._before
            before = self._before_gone.pop(take.id, self._now)
            self._now, self._before = take.id, before
        self._refresh()

    def _place(self, take: str) -> int | None:
        return next((index for index, other in enumerate(self._document.takes) if other.id == take), None)

    def _other(self) -> Take:
        """The take that was current before; where it was deleted or there was none, the current one's neighbour."""
        takes, now = self._document.takes, self._place(self._now)
        before = self._place(self._before)
        if before is None or before == now:
            before = now - 1 if now else 1
        return takes[before]

    @Slot()
    def _refresh(self) -> None:
        takes, now = self._document.takes, self._place(self._now)
        comparison = None
        if len(takes) > 1 and now is not None:
            pair = sorted((takes[now], self._other()), key=takes.index)
            comparison = self._compare(*pair)
        if comparison != self.comparison:
            self.comparison = comparison
            self.comparison_changed.emit(comparison)
        gain = comparison.offset_db(self._now) if comparison is not None else 0.0
        if gain != self.gain_db:
            self.gain_db = gain
            self.gain_changed.emit(gain)

    def _compare(self, a: Take, b: Take) -> Comparison:
        stem = self._soloed_stem(a) if self.matching else None
        if stem is None or self._soloed_stem(b) is not stem:
            return Comparison(a.id, b.id)
        loudness = self.loudness_of(a, stem), self.loudness_of(b, stem)
        if loudness[0] is None or loudness[1] is None:
            return Comparison(a.id, b.id, measuring=True)
        return Comparison(a.id, b.id, matching_offsets(loudness[0], loudness[1]))

    def loudness_of(self, take: Take, stem: Stem) -> float | None:
        """LUFS of one stem of a take; None while it is being measured."""
        clip = self._document.clip
        return self._loudness.of(take.sound.stems, stem, clip.sample_rate) if clip is not None else None
