"""The lanes of a timeline, one below the other: which there are, how they are shown and how high."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QSplitter

from samstudio.session.mix import Channel
from samstudio.session.session import LaneContent, LaneView
from samstudio.session.stretch import Stretch
from samstudio.session.take import Stem, Take
from samstudio.ui.accessible_roles import set_role
from samstudio.ui.export.stem_handle import StemHandle
from samstudio.ui.takes.take_text import part_role
from samstudio.ui.timeline.lanes.gutter import HEADER_WIDTH
from samstudio.ui.timeline.lanes.lane import Lane
from samstudio.ui.timeline.lanes.presence_band import (
    DRAFT_REASON,
    DRAFT_WORD,
    LEFT_OUT_REASON,
    LEFT_OUT_WORD,
    HatchedBand,
    PresenceBand,
)
from samstudio.ui.timeline.paint.tile_images import TileImages

SPECTROGRAM = "spectrogram"
"""The name of the lane that follows what is heard; the others are called like their channel."""
_SHARES: Mapping[str, float] = {Stem.CLIP: 3.0, SPECTROGRAM: 5.0, Stem.TARGET: 2.0, Stem.RESIDUAL: 2.0}
"""How the lanes share the height until a separator is dragged."""
_SHARE_OF_EARLIER = 1.5
_SHORTER = {"Residual": ("Residual", "Resid.")}
"""In narrow letters first: those are tried with the shorter names alone."""
_MOST_GAIN = 256.0
"""Waveforms are drawn at most 48 dB higher than they are."""
_LEAST_UNDER_HANDLE = 40.0
"""Logical pixels of a channel in which there is room for its name and the handle above it."""


class LaneStack(QSplitter):
    """Clip, spectrogram, target, residual, then the earlier takes; the separators between them share out the height."""

    lane_added = Signal(object)
    """Lane."""
    visible_lanes_changed = Signal()
    contents_changed = Signal()
    """A lane shows its waveform or its spectrogram now, or spans, or no longer."""
    menu_requested = Signal(str, QPoint)
    """The name of the lane and the global position."""

    def __init__(self, images: TileImages) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._images = images
        self.lanes: dict[str, Lane] = {}
        """By their names, from top to bottom."""
        self._shares: dict[str, float] = dict(_SHARES)
        self._views: dict[str, LaneView] = {SPECTROGRAM: LaneView(LaneContent.SPECTROGRAM)}
        """How lanes that are not there were shown, or are to be shown."""
        self._marker_times: tuple[float, ...] = ()
        self.setChildrenCollapsible(False)
        self.setHandleWidth(3)
        for name in _SHARES:
            self._add_lane(name, name.capitalize(), Stem.CLIP if name == SPECTROGRAM else name)
        self.spectrogram = self.lanes[SPECTROGRAM]
        self.presence = PresenceBand(self.lanes[Stem.TARGET].box)
        self._left_out = self._bands(LEFT_OUT_WORD, LEFT_OUT_REASON)
        self._drafts = self._bands(DRAFT_WORD, DRAFT_REASON, is_dashed=True)
        self._not_separated: tuple[Stretch, ...] = ()
        self._drafted: tuple[Stretch, ...] = ()
        self.handles: dict[Stem, StemHandle] = {}
        for stem in (Stem.TARGET, Stem.RESIDUAL):
            self.handles[stem] = StemHandle(stem.capitalize(), self.lanes[stem])
            # The labels are short and stand on the right: both have room in the lowest lane.
            self.handles[stem].move(HEADER_WIDTH - 2, 1)
            for changed in (self.lanes[stem].box.resized, self.lanes[stem].box.bands_changed):
                changed.connect(self._show_handles)
        self._show_lanes()
        self._arrange()

    @Slot()
    def _show_handles(self) -> None:
        """A handle would cover the name of a low channel; its action has a menu entry, too."""
        for stem, handle in self.handles.items():
            box = self.lanes[stem].box
            handle.setVisible(box.bands == 1 or box.band_rect(0).height() >= _LEAST_UNDER_HANDLE)

    def _add_lane(self, name: str, title: str, channel: Channel) -> None:
        lane = Lane(name, title, channel, self._images)
        lane.show_title(title, *_SHORTER.get(title, ()))
        lane.show_view(self._views.get(name, LaneView()))
        lane.show_markers(self._marker_times)
        # Only the clip's lanes have something to show from the beginning.
        lane.has_sound = channel == Stem.CLIP
        lane.setVisible(lane.has_sound)
        self.lanes[name] = lane
        self.addWidget(lane)
        number = self.count() - 1
        self.setStretchFactor(number, round(10 * self._share_of(name)))
        if number:
            self.handle(number).setToolTip("Drag to resize the lanes")
            self.handle(number).setAccessibleName("Lane separator")
            set_role(self.handle(number), QAccessible.Role.Splitter)
        lane.menu_requested.connect(self.menu_requested)
        lane.gain_requested.connect(self.scale_waveforms)
        self.lane_added.emit(lane)

    def show_markers(self, times: tuple[float, ...]) -> None:
        """Show lines at these times (seconds, in order) over every lane."""
        self._marker_times = times
        for lane in self.lanes.values():
            lane.show_markers(times)

    # Which lanes there are

    def show_earlier(self, takes: Sequence[Take]) -> None:
        """Give a lane to the target of each earlier take of the chain, the first one first."""
        # As in the mixer: there is only room for the name of the sound itself.
        titles = {take.id: take.name.removeprefix("Take ") if " · " in take.name else take.name for take in takes}
        numbers = {take.id: take.name.partition(" · ")[0] for take in takes}
        # Without its number a take is known by its text, where no other has the same.
        texts = Counter(take.prompt.text for take in takes if take.prompt.text and take.prompt.text in take.name)
        words = {take.id: (take.prompt.text,) if texts[take.prompt.text] == 1 else () for take in takes}
        parts = {take.id: part_role(take) for take in takes}
        gone = [name for name in self.lanes if name not in _SHARES and name not in titles]
        if gone:
            self._remember_heights()
        for name in gone:
            self._shares.pop(name, None)
            lane = self.lanes.pop(name)
            self._views[name] = lane.view
            # At once: the splitter must have no more parts than there are lanes.
            lane.setParent(None)
            lane.deleteLater()
        for name, title in titles.items():
            if name not in self.lanes:
                self._add_lane(name, title, name)
            self.lanes[name].show_part(parts[name])
            self.lanes[name].show_title(title, *words[name], numbers[name])
        if gone:
            self._arrange()
        if gone or titles:
            self._show_lanes()

    def show_left_out(self, stretches: Sequence[Stretch]) -> None:
        """Mark the stretches (seconds) of the stems that were not separated."""
        self._not_separated = tuple(stretches)
        self._mark_stems()

    def show_drafts(self, stretches: Sequence[Stretch]) -> None:
        """Mark the stretches (seconds) of the stems in which a draft stands in for them."""
        self._drafted = tuple(stretches)
        self._mark_stems()

    def show_main(self, channel: Channel) -> None:
        """Show another channel in the main spectrogram."""
        self.spectrogram.show_channel(channel)
        self._mark_stems()

    def _bands(self, word: str, reason: str, *, is_dashed: bool = False) -> dict[str, HatchedBand]:
        """One over each lane that shows a stem, or may show one."""
        names = (SPECTROGRAM, Stem.TARGET, Stem.RESIDUAL)
        return {name: HatchedBand(self.lanes[name].box, word, reason, is_dashed=is_dashed) for name in names}

    def _mark_stems(self) -> None:
        for bands, stretches in ((self._left_out, self._not_separated), (self._drafts, self._drafted)):
            for name, band in bands.items():
                is_stem = self.lanes[name].channel in {Stem.TARGET, Stem.RESIDUAL}
                band.show_stretches(stretches if is_stem else ())

    def show_available(self, name: str, *, has_sound: bool) -> None:
        """Whether a lane has anything to show."""
        if self.lanes[name].has_sound != has_sound:
            self.lanes[name].has_sound = has_sound
            self._show_lanes()

    @property
    def visible_lanes(self) -> tuple[Lane, ...]:
        """The lanes that are shown, from top to bottom."""
        return tuple(lane for lane in self.lanes.values() if not lane.isHidden())

    def _show_lanes(self) -> None:
        """Show the lanes that have something to show and are not hidden; one is always there."""
        wanted = {name for name, lane in self.lanes.items() if lane.has_sound and not lane.view.is_hidden}
        wanted = wanted or {SPECTROGRAM}
        if wanted != {lane.name for lane in self.visible_lanes}:
            self._remember_heights()
            for name, lane in self.lanes.items():
                lane.setVisible(name in wanted)
            self._arrange()
        self.visible_lanes_changed.emit()

    # How high they are

    @property
    def heights(self) -> dict[str, int]:
        """The heights of the visible lanes, in logical pixels, by their names."""
        sizes = zip(self.lanes.values(), self.sizes(), strict=True)
        return {lane.name: size for lane, size in sizes if not lane.isHidden()}

    def share_height(self, shares: Mapping[str, int]) -> None:
        """Give the lanes such shares of the height; what is not named keeps its own."""
        known = {name: share for name, share in shares.items() if name in self.lanes and share > 0}
        if known:
            self._take_shares(known)
            self._arrange()

    def _share_of(self, name: str) -> float:
        return self._shares.get(name, _SHARE_OF_EARLIER)

    def _take_shares(self, heights: Mapping[str, int]) -> None:
        """Make these heights the shares of their lanes; those of others stay in proportion."""
        unit = sum(self._share_of(name) for name in heights) / sum(heights.values())
        self._shares |= {name: height * unit for name, height in heights.items()}

    def _remember_heights(self) -> None:
        """Keep what drags of the separators have made of the shares: the lanes that stay keep their proportions."""
        heights = self.heights
        if self.isVisible() and sum(heights.values()) > 0:
            self._take_shares(heights)

    def _arrange(self) -> None:
        """Share out the height among the lanes that are shown."""
        shares = [0.0 if lane.isHidden() else self._share_of(name) for name, lane in self.lanes.items()]
        unit = max(1000, self.height()) / sum(shares)
        self.setSizes([round(share * unit) for share in shares])

    # How they are shown

    @property
    def views(self) -> dict[str, LaneView]:
        """How the lanes are shown, by their names."""
        return {name: lane.view for name, lane in self.lanes.items()}

    def show_views(self, views: Mapping[str, LaneView], gain: float) -> None:
        """Show all lanes as a session has them; those it does not name in the usual way, `gain` times as high."""
        usual = {SPECTROGRAM: LaneView(LaneContent.SPECTROGRAM, gain=gain)}
        self._views = {**usual, **views}
        for name in self.lanes:
            self.change_view(name, self._views.get(name, LaneView(gain=gain)))

    def change_view(self, name: str, view: LaneView) -> None:
        """Show a lane otherwise."""
        lane = self.lanes[name]
        old = lane.view
        lane.show_view(replace(view, gain=min(max(view.gain, 1.0), _MOST_GAIN)))
        if old.is_hidden != view.is_hidden:
            self._show_lanes()
        if (old.content, old.has_spans) != (view.content, view.has_spans):
            self.contents_changed.emit()

    def scale_waveforms(self, factor: float, name: str = "") -> None:
        """Draw the waveform of a lane, or of all, `factor` times as high as now; 0 for their true height."""
        for lane in (self.lanes[name],) if name else self.lanes.values():
            self.change_view(lane.name, replace(lane.view, gain=lane.view.gain * factor))

    def restyle(self) -> None:
        """Take the theme's colours."""
        for lane in self.lanes.values():
            lane.restyle()
