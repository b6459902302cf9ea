"""Draws the spans over every lane: keeps the lanes and paints again only what changed."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from samstudio.session.frame_grid import FrameGrid
from samstudio.ui.timeline.lanes.lane_box import LaneBox
from samstudio.ui.timeline.spans.drawn_spans import DrawnSpan, Overlay, drawn_spans
from samstudio.ui.timeline.spans.gesture_context import GestureContext
from samstudio.ui.timeline.spans.span_groups import FrequencyAxis
from samstudio.ui.timeline.spans.span_lane import SpanLane

_SHORT = 32
"""Pixels that the badge and handles of a span take."""


class SpanDisplay:
    """The lanes with what is drawn over them."""

    def __init__(self) -> None:
        self.lanes: list[SpanLane] = []
        self._overlay = Overlay()
        self._drawn: tuple[tuple[object, ...], tuple[DrawnSpan, ...]] = (), ()
        """The spans as they were drawn last, and what from."""

    def attach(
        self,
        boxes: Sequence[LaneBox],
        spectrograms: Sequence[LaneBox],
        scale: FrequencyAxis | None,
        bare: Sequence[LaneBox],
    ) -> None:
        """Draw over `boxes` instead of the lanes before, without spans over `bare` ones.

        The y axis of `spectrograms` runs 0..1 over `scale`.
        """
        for lane in self.lanes:
            lane.detach()
        self.lanes = [SpanLane(box, scale if box in spectrograms else None, is_bare=box in bare) for box in boxes]
        self._overlay = Overlay()

    def show_scale(self, scale: FrequencyAxis) -> None:
        """Draw boxes on another frequency axis."""
        for lane in self.lanes:
            if lane.has_frequency:
                lane.item.show_scale(scale)

    @property
    def first_visible(self) -> SpanLane | None:
        """The uppermost lane on the screen."""
        return next((lane for lane in self.lanes if lane.is_visible), None)

    def show_context(
        self, context: GestureContext, edited: tuple[int, ...], snap_line: float | None, grid: FrameGrid | None
    ) -> None:
        """Show a context; `edited` spans are moved by the keys, `snap_line` (seconds) is where an edge snapped."""
        facts = context.spans, context.selected, edited
        if self._drawn[0] != facts:
            self._drawn = facts, drawn_spans(*facts)
        overlay = Overlay(
            self._drawn[1],
            context.selection,
            snap_line,
            tuple(DrawnSpan(span, index == context.suggestion) for index, span in enumerate(context.suggestions)),
            grid.runs(context.spans) if grid else (),
        )
        short = min((lane.box.seconds_of(_SHORT) for lane in self.lanes), default=inf)
        changes, self._overlay = overlay.changes_from(self._overlay, short), overlay
        bare = replace(overlay, spans=(), suggestions=(), frames=())
        for lane in self.lanes:
            lane.item.show_overlay(bare if lane.is_bare else overlay, changes)

    def hide_labels(self) -> None:
        """Hide the labels beside the mouse."""
        for lane in self.lanes:
            lane.hide_labels()
