"""What is selected: a range of time, and spans or one suggested span."""

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.session.prompt import Prompt, Span
from samstudio.session.span_edits import extent
from samstudio.session.stretch import Stretch


class Selection(QObject):
    """A selected range of time, and either spans, by their indices in the prompt, or one of the suggested spans."""

    range_changed = Signal(object)
    """Stretch in seconds, start < end, or None."""
    spans_changed = Signal(object)
    """tuple[int, ...]"""
    suggestion_changed = Signal(object)
    """Index or None."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.range: Stretch | None = None
        self.spans: tuple[int, ...] = ()
        """In the order in which they were selected: the last is the primary one."""
        self.suggestion: int | None = None
        self._known: tuple[Span, ...] | None = None
        self._suggestions: tuple[Span, ...] = ()

    @property
    def span(self) -> int | None:
        """The primary one of the selected spans."""
        return self.spans[-1] if self.spans else None

    @property
    def stretch(self) -> Stretch | None:
        """The selected time in seconds; where none is, that of the selected spans or suggested span."""
        if self.range is not None:
            return self.range
        if self.spans:
            return extent((self._known or ())[index] for index in self.spans)
        if self.suggestion is not None:
            return extent([self._suggestions[self.suggestion]])
        return None

    @property
    def band(self) -> tuple[float, float] | None:
        """Lowest and highest frequency (Hz) of the selected boxes; None where time or a full-band span is selected."""
        if self.range is not None:
            return None
        spans = [(self._known or ())[index] for index in self.spans]
        bands = [(span.low, span.high) for span in spans if span.low is not None and span.high is not None]
        if not bands or len(bands) < len(spans):
            return None
        return min(low for low, _ in bands), max(high for _, high in bands)

    @Slot(object)
    def select_range(self, time_range: Stretch | None) -> None:
        """Select a range of time, or none; one without length is none."""
        if time_range is not None and not time_range[0] < time_range[1]:
            time_range = None
        if time_range != self.range:
            self.range = time_range
            self.range_changed.emit(time_range)

    @Slot(object)
    def select_span(self, index: int | None) -> None:
        """Select one span, or none."""
        self.select_spans(() if index is None else (index,))

    @Slot(object)
    def select_spans(self, indices: Iterable[int]) -> None:
        """Select these spans, the last of them as the primary one; indices that do not exist are left out."""
        count = len(self._known or ())
        spans = tuple(dict.fromkeys(index for index in indices if 0 <= index < count))
        if spans:
            self.select_suggestion(None)
        if spans != self.spans:
            self.spans = spans
            self.spans_changed.emit(spans)

    @Slot(object)
    def select_suggestion(self, index: int | None) -> None:
        """Select a suggested span instead of spans, or none."""
        if index is not None and not 0 <= index < len(self._suggestions):
            index = None
        if index is not None:
            self.select_spans(())
        if index != self.suggestion:
            self.suggestion = index
            self.suggestion_changed.emit(index)

    @Slot(object)
    def follow_prompt(self, prompt: Prompt) -> None:
        """Select spans that were added; where none were, keep the selected ones, whatever their indices are now."""
        before, self._known = self._known, prompt.spans
        if before is None or before == prompt.spans:
            return
        added = _added(before, prompt.spans)
        if not added:
            # The first place of each, as `index` would find it.
            places = {span: index for index, span in reversed(tuple(enumerate(prompt.spans)))}
            kept = (before[index] for index in self.spans)
            self.select_spans(places[span] for span in kept if span in places)
        elif len(prompt.spans) != len(before):
            self.select_spans(added)
        # Else spans were edited in place, and each keeps its index.

    @Slot(object)
    def follow_suggestions(self, suggestions: tuple[Span, ...]) -> None:
        """When the selected suggested span has gone, its neighbour is next."""
        before, self._suggestions = self._suggestions, suggestions
        if self.suggestion is not None:
            is_next = 0 < len(suggestions) < len(before)
            self.select_suggestion(min(self.suggestion, len(suggestions) - 1) if is_next else None)

    def clear(self) -> None:
        """Select nothing."""
        self.select_range(None)
        self.select_spans(())
        self.select_suggestion(None)

    @Slot()
    def follow_clip(self) -> None:
        """Another recording: nothing is selected, and the spans that come with it are not selected as new ones."""
        self.clear()
        self._known = None


def _added(before: tuple[Span, ...], after: tuple[Span, ...]) -> list[int]:
    """The indices in `after` of spans that `before` did not have, or had fewer of."""
    left = Counter(before)
    added = []
    for index, span in enumerate(after):
        left[span] -= 1
        if left[span] < 0:
            added.append(index)
    return added
