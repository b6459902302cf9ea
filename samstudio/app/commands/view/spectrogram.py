"""How the spectrogram looks: its settings, and which frequencies it shows."""

import contextlib
import json
from dataclasses import asdict, replace

import numpy as np
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer, Slot

from samstudio.app.commands.view.screen_fit import fitted
from samstudio.controllers.analysis.timeline_renderer import TimelineRenderer
from samstudio.controllers.settings.preferences import Preferences
from samstudio.dsp.spectrogram import SpectrogramSettings
from samstudio.ui.preferences.spectrogram_settings_panel import SpectrogramSettingsPanel
from samstudio.ui.timeline.lanes.lane import Lane
from samstudio.ui.timeline.paint.colour_maps import SHADES
from samstudio.ui.timeline.timeline import Timeline

_ZOOM_STEP = 0.5
_SCROLL_STEP = 0.25
"""The part of what is shown by which the keys scroll."""
_COUNT_MS = 100
"""Milliseconds between two counts of the visible levels."""


class SpectrogramCommands(QObject):
    """Holds the settings that the spectrogram is shown with, and changes them."""

    def __init__(
        self, renderer: TimelineRenderer, preferences: Preferences, timeline: Timeline, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._renderer, self._preferences, self._timeline = renderer, preferences, timeline
        self.settings = SpectrogramSettings()
        # Made on first use, so that the window opens at once.
        self._panel: SpectrogramSettingsPanel | None = None
        # Tiles come many at a time, and the histogram is counted from all that are visible.
        self._counting = QTimer(self, interval=_COUNT_MS, singleShot=True)
        self._counting.timeout.connect(self._show_counts)
        for lane in timeline.stack.lanes.values():
            self._count_with(lane)
        timeline.stack.lane_added.connect(self._count_with)
        for changed in (timeline.stack.contents_changed, timeline.stack.visible_lanes_changed, timeline.view_changed):
            changed.connect(self._count_soon)

    def show_settings(self) -> None:
        """Axis, transform, levels and colours, in a panel over the spectrogram."""
        if self._panel is None:
            self._panel = SpectrogramSettingsPanel(self._timeline)
            self._panel.setWindowFlags(Qt.WindowType.Popup)
            self._panel.settings_changed.connect(self.change)
        panel = self._panel
        panel.show_settings(self.settings, self._timeline.frequencies.whole)
        panel.adjustSize()
        corner = self._timeline.mapToGlobal(self._timeline.rect().topRight())
        place = QRect(QPoint(corner.x() - panel.width() - 16, corner.y() + 56), panel.size())
        panel.setGeometry(fitted(place, [self._timeline.screen().availableGeometry()]))
        panel.show()
        panel.setFocus()

    @Slot(object)
    def _count_with(self, lane: Lane) -> None:
        lane.shades_changed.connect(self._count_soon)

    @Slot()
    def _count_soon(self) -> None:
        # Not started again: while a view is panned, tiles come all the time.
        if not self._counting.isActive():
            self._counting.start()

    @Slot()
    def _show_counts(self) -> None:
        bar = self._timeline.colour_bar
        if bar.isVisible():
            lanes = (lane for lane in self._timeline.stack.visible_lanes if lane.has_picture)
            bar.show_counts(sum((lane.spectrogram.shade_counts() for lane in lanes), np.zeros(SHADES, np.int64)))

    @Slot(object)
    def change(self, settings: SpectrogramSettings) -> None:
        """Show the spectrogram with other settings from now on, and but for the band at the next start, too."""
        self.settings = settings
        self._renderer.set_spectrogram_settings(settings)
        self._timeline.show_spectrogram_settings(settings)
        # The band is a part of the view, like the visible time: another recording begins with all of it.
        kept = json.dumps(asdict(replace(settings, low_hz=0.0, high_hz=0.0)))
        # Every text that is set is written to disk, and a wheel over the axis turns through many bands.
        if kept != self._preferences.text("spectrogram", ""):
            self._preferences.set_text("spectrogram", kept)

    def restore(self) -> None:
        """Show the spectrogram as it was at the last start."""
        # Settings of an older version, or edited by hand, are no reason for an error.
        with contextlib.suppress(ValueError, TypeError, KeyError):
            facts = json.loads(self._preferences.text("spectrogram", "{}"))
            self.change(SpectrogramSettings(**facts))

    def colour_bar(self, on: bool) -> None:
        """Whether the colours and their levels are shown beside the lanes."""
        self._timeline.colour_bar.setVisible(on)
        self._preferences.set_flag("colour_bar", value=on)
        self._count_soon()

    @Slot(float, float)
    def change_levels(self, range_db: float, ceiling_db: float) -> None:
        """Let the colours cover `range_db` dB below `ceiling_db` dBFS."""
        self.change(replace(self.settings, range_db=range_db, ceiling_db=ceiling_db))

    @Slot(float, float)
    def show_band(self, low: float, high: float) -> None:
        """Show these frequencies (Hz); 0 is the axis' own end."""
        self.change(replace(self.settings, low_hz=low, high_hz=high))

    def zoom_frequencies_in(self) -> None:
        """Show half as much of the frequency axis."""
        self._timeline.frequencies.zoom_by(_ZOOM_STEP)

    def zoom_frequencies_out(self) -> None:
        """Show twice as much of the frequency axis."""
        self._timeline.frequencies.zoom_by(1.0 / _ZOOM_STEP)

    def frequencies_up(self) -> None:
        """Show higher frequencies."""
        self._timeline.frequencies.scroll_by(_SCROLL_STEP)

    def frequencies_down(self) -> None:
        """Show lower frequencies."""
        self._timeline.frequencies.scroll_by(-_SCROLL_STEP)

    def all_frequencies(self) -> None:
        """Show all frequencies."""
        # Also of a band that this recording does not have: the next one might.
        if self.settings.low_hz or self.settings.high_hz:
            self.show_band(0.0, 0.0)
