"""The lanes of a timeline, one below the other."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QSplitter

from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.dsp.tiles import ViewRequest
from samstudio.session.take import Stem, Stems
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.timeline.axis.time_view import TimeView
from samstudio.ui.timeline.lanes.lane import Lane, SpectrogramLane, WaveLane
from samstudio.ui.timeline.lanes.presence_band import PresenceBand

_SHARES = (3, 5, 2, 2)
"""How clip, spectrogram, target and residual share the height until a separator is dragged."""
_MOST_GAIN = 256.0
"""Waveforms are drawn at most 48 dB higher than they are."""


class LaneStack(QSplitter):
    """Clip, spectrogram, target and residual; the separators between them share out the height."""

    def __init__(self, settings: SpectrogramSettings) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.gain = 1.0
        self.spectrogram = SpectrogramLane(settings)
        self.waves = {stem: WaveLane(stem, str(stem).capitalize()) for stem in Stem}
        self.presence = PresenceBand(self.waves[Stem.TARGET].box)
        self.lanes: tuple[Lane, ...] = (
            self.waves[Stem.CLIP],
            self.spectrogram,
            self.waves[Stem.TARGET],
            self.waves[Stem.RESIDUAL],
        )
        self._names = tuple(str(lane.stem) if isinstance(lane, WaveLane) else "spectrogram" for lane in self.lanes)
        self.handles = {stem: self.waves[stem].gutter.add_handle() for stem in (Stem.TARGET, Stem.RESIDUAL)}
        self.setChildrenCollapsible(False)
        self.setHandleWidth(3)
        for number, (lane, share) in enumerate(zip(self.lanes, _SHARES, strict=True)):
            self.addWidget(lane)
            self.setStretchFactor(number, share)
        for number in range(1, self.count()):
            self.handle(number).setToolTip("Drag to resize the lanes")
            self.handle(number).setAccessibleName("Lane separator")
            set_role(self.handle(number), QAccessible.Role.Splitter)
        self.setSizes([share * 1000 for share in _SHARES])
        for lane in self.waves.values():
            lane.amplitudes.gain_requested.connect(self.scale_waveforms)

    @property
    def heights(self) -> dict[str, int]:
        """The heights of the visible lanes, in logical pixels, by their names."""
        lanes = zip(self._names, self.lanes, self.sizes(), strict=True)
        return {name: size for name, lane, size in lanes if not lane.isHidden()}

    def share_height(self, shares: Mapping[str, int]) -> None:
        """Give the visible lanes such shares of the height; what is not named keeps its own.

        What is hidden gets its usual one: a splitter would bring it back as low as it can be.
        """
        usual = [self.height() * share // sum(_SHARES) for share in _SHARES]
        own = [size or spare for size, spare in zip(self.sizes(), usual, strict=True)]
        if shares:
            self.setSizes([shares.get(name, size) for name, size in zip(self._names, own, strict=True)])

    def show_stems(self, stems: Stems | None, sample_rate: int) -> None:
        """Show the lanes of a take, complete or in progress, or hide them."""
        for stem in (Stem.TARGET, Stem.RESIDUAL):
            self.waves[stem].show_sound(getattr(stems, stem) if stems else None, sample_rate)
            self.waves[stem].setVisible(stems is not None)

    def show_view(self, view: TimeView, request: ViewRequest, times: tuple[float, ...]) -> None:
        """Show another part of the time axis, with upright lines at `times` (seconds)."""
        for lane in self.lanes:
            lane.show_view(view, request)
        for lane in self.waves.values():
            lane.show_grid(times)

    def scale_waveforms(self, factor: float) -> None:
        """Draw all waveforms `factor` times as high as now, 0 for their true height.

        All lanes are drawn alike, so that stems can be compared with the clip by eye.
        """
        self.gain = min(max(self.gain * factor, 1.0), _MOST_GAIN)
        for lane in self.waves.values():
            lane.show_gain(self.gain)

    def restyle(self) -> None:
        """Take the theme's colours."""
        for lane in self.lanes:
            lane.restyle()
