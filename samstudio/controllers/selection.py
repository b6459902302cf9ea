"""What is selected: a stretch of time, and a span."""

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.session.prompt import Prompt

TimeRange = tuple[float, float]
"""Start and end in seconds, start < end."""


class Selection(QObject):
    """The selected stretch of time and the selected span's place in the prompt; either may be None."""

    range_changed = Signal(object)
    span_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.range: TimeRange | None = None
        self.span: int | None = None
        self._span_count = 0

    @Slot(object)
    def select_range(self, time_range: TimeRange | None) -> None:
        """Select a stretch of time, or none; one without length is none."""
        if time_range is not None and not time_range[0] < time_range[1]:
            time_range = None
        if time_range != self.range:
            self.range = time_range
            self.range_changed.emit(time_range)

    @Slot(object)
    def select_span(self, index: int | None) -> None:
        """Select the span at `index`, or none; an index that is not there is none."""
        if index is not None and not 0 <= index < self._span_count:
            index = None
        if index != self.span:
            self.span = index
            self.span_changed.emit(index)

    @Slot(object)
    def follow_prompt(self, prompt: Prompt) -> None:
        """Select a span that was just added; let go of one that is gone."""
        count, self._span_count = self._span_count, len(prompt.spans)
        if len(prompt.spans) == count + 1:
            self.select_span(count)
        elif len(prompt.spans) < count:
            self.select_span(None)

    def clear(self) -> None:
        """Select nothing."""
        self.select_range(None)
        self.select_span(None)
