"""What must be there for an action to make sense, and how that is checked."""

from collections.abc import Callable
from dataclasses import dataclass

from samstudio.controllers.correcting.area_selection import AreaSelection
from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.audition import Audition
from samstudio.controllers.queue.separation_queue import SeparationQueue
from samstudio.controllers.separation.suggested_spans import SuggestedSpans
from samstudio.ui.prompt.wording_offers import WordingOffers

LONG = 40.0
"""Seconds: twice as long as what is tried."""


@dataclass(frozen=True)
class Situation:
    """The controllers whose state decides which actions are enabled."""

    document: Document
    selection: Selection
    suggested_spans: SuggestedSpans
    queue: SeparationQueue
    audition: Audition
    areas: AreaSelection
    wording: WordingOffers

    @property
    def has_clip(self) -> bool:
        """Whether a recording is open."""
        return self.document.clip is not None

    @property
    def is_long(self) -> bool:
        """Whether a recording is open of which a part is tried much faster than all of it is separated."""
        return self.document.clip is not None and self.document.clip.duration >= LONG

    @property
    def has_take(self) -> bool:
        """Whether there is a current take."""
        return self.document.current_take is not None

    @property
    def has_partial_take(self) -> bool:
        """Whether only a part was separated in the current take."""
        return self.document.current_take is not None and self.document.current_take.stretch is not None

    @property
    def continues(self) -> bool:
        """Whether a residual is separated next, and not the recording."""
        return self.document.ground is not None

    @property
    def has_stems(self) -> bool:
        """Whether stems are shown: those of a take, or of the one being made."""
        return self.audition.stems is not None

    @property
    def is_idle(self) -> bool:
        """Whether no separation of the recording that is shown runs or is queued."""
        return not self.queue.is_pending(self.document.recording)

    @property
    def has_several(self) -> bool:
        """Whether several recordings are open."""
        return len(self.document.recordings.all) > 1

    @property
    def has_suggestion(self) -> bool:
        """Whether a suggested span is selected."""
        return self.selection.suggestion is not None

    @property
    def has_span(self) -> bool:
        """Whether a span is selected."""
        return self.selection.span is not None

    @property
    def has_stretch(self) -> bool:
        """Whether time, a span or a suggested span is selected."""
        return self.selection.range is not None or self.has_span or self.has_suggestion

    @property
    def has_absent(self) -> bool:
        """Whether the target of the current take was silenced somewhere."""
        return self.document.current_take is not None and bool(self.document.current_take.sound.absent)


@dataclass(frozen=True)
class Requirement:
    """`text` is what the palette says where it is not met."""

    text: str
    is_met: Callable[[Situation], bool]


NOTHING = Requirement("", lambda _: True)
CLIP = Requirement("needs a recording", lambda now: now.has_clip)
REWRITE = Requirement("needs a text for which another wording is suggested", lambda now: now.wording.has_rewrite)
SOUNDS = Requirement("needs a text that names several sounds", lambda now: now.has_clip and now.wording.has_sounds)
LONG_CLIP = Requirement("needs a recording of 40 s or more", lambda now: now.is_long)
QUEUE = Requirement("needs a separation that runs or is queued", lambda now: bool(now.queue.unfinished))
RUNNING = Requirement("needs a separation running", lambda now: not now.is_idle)
AREA = Requirement("needs a selected area", lambda now: now.areas.area is not None)
TAKE = Requirement("needs a take", lambda now: now.has_take)
SEVERAL = Requirement("needs several recordings", lambda now: now.has_several)
CONTINUES = Requirement("needs a residual that is continued from", lambda now: now.continues)
STEMS = Requirement("needs a take, or a separation running", lambda now: now.has_stems)
TWO_TAKES = Requirement("needs two takes", lambda now: len(now.document.takes) > 1)
TAKE_READY = Requirement("needs a take, and no separation running", lambda now: now.has_take and now.is_idle)
TAKE_STRETCH = Requirement(
    "needs a take and a selection, and no separation running",
    lambda now: now.has_take and now.is_idle and now.has_stretch,
)
TAKE_AND_STRETCH = Requirement("needs a take and a selection", lambda now: now.has_take and now.has_stretch)
ABSENT = Requirement("needs a take whose target was silenced somewhere", lambda now: now.has_absent)
SELECTION = Requirement("needs a selection", lambda now: now.has_clip and now.has_stretch)
PARTIAL = Requirement("needs a take of a part", lambda now: now.has_partial_take)
STRETCH_OR_AREA = Requirement(
    "needs a selection, a selected span or a selected area",
    lambda now: now.has_stretch or now.areas.area is not None,
)
STRETCH = Requirement("needs a selection or a selected span", lambda now: now.has_stretch)
SPAN = Requirement("needs a selected span", lambda now: now.has_span)
SPANS = Requirement("needs a span", lambda now: bool(now.document.prompt.spans))
OBJECT = Requirement("needs an object in the video", lambda now: bool(now.document.prompt.objects))
MARKERS = Requirement("needs a marker", lambda now: bool(now.document.markers))
SPANS_OR_MARKERS = Requirement(
    "needs a span or a marker", lambda now: bool(now.document.prompt.spans or now.document.markers)
)
SPAN_OR_SUGGESTION = Requirement(
    "needs a selected span or suggested span", lambda now: now.has_span or now.has_suggestion
)
SUGGESTION = Requirement("needs a selected suggested span", lambda now: now.has_suggestion)
SUGGESTIONS = Requirement(
    "needs a take with suggested spans",
    lambda now: bool(now.suggested_spans.spans),
)
UNDO = Requirement("nothing to undo", lambda now: now.document.undo_stack.canUndo())
REDO = Requirement("nothing to redo", lambda now: now.document.undo_stack.canRedo())
