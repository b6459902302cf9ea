"""Spans: made from the selection, stepped through, changed, deleted."""

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from samstudio.app.studio import Studio
from samstudio.session.prompt import Sign, Span

_MIN_SELECTION = 0.001
"""Seconds; [ and ] never make a selection shorter than this."""


class MarkCommands(QObject):
    """Turns wishes about spans into named edits of the document's prompt."""

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._document, self._selection = studio.document, studio.selection

    @Slot(object)
    def add(self, span: Span) -> None:
        """A span that was drawn or typed."""
        name = f"Mark {'box' if span.is_box else 'span'} {span.sign}"
        self._document.edit_prompt(name, self._document.prompt.with_span(span))

    @Slot(int, object)
    def change(self, index: int, span: Span) -> None:
        """A span that was moved, resized, typed anew, flipped or muted."""
        spans = self._document.prompt.spans
        if index < len(spans):
            self._document.edit_prompt(_edit_name(spans[index], span), self._document.prompt.with_span_at(index, span))

    @Slot(str)
    def change_text(self, text: str) -> None:
        """Other words for the target."""
        self._document.edit_prompt("Type prompt", self._document.prompt.with_text(text))

    @Slot(int)
    def delete(self, index: int) -> None:
        """A span that shall go."""
        if index < len(self._document.prompt.spans):
            self._document.edit_prompt("Delete span", self._document.prompt.without_span(index))

    def mark_plus(self) -> None:
        """The selection becomes a + span."""
        self._mark(Sign.PLUS)

    def mark_minus(self) -> None:
        """The selection becomes a - span."""
        self._mark(Sign.MINUS)

    def _mark(self, sign: Sign) -> None:
        if self._selection.range is not None:
            self.add(Span(*self._selection.range, sign))
            self._selection.select_range(None)

    def mark_in(self) -> None:
        """The selection starts at the playhead."""
        clip = self._document.clip
        if clip is None:
            return
        now = min(self._studio.transport.position, clip.duration - _MIN_SELECTION)
        end = self._selection.range[1] if self._selection.range else clip.duration
        self._selection.select_range((now, end if end > now else clip.duration))

    def mark_out(self) -> None:
        """The selection ends at the playhead."""
        if self._document.clip is None:
            return
        now = max(self._studio.transport.position, _MIN_SELECTION)
        start = self._selection.range[0] if self._selection.range else 0.0
        self._selection.select_range((start if start < now else 0.0, now))

    def next_span(self) -> None:
        """Select the span that starts next."""
        self._step(1)

    def previous_span(self) -> None:
        """Select the span that started before."""
        self._step(-1)

    def _step(self, direction: int) -> None:
        spans = self._document.prompt.spans
        if not spans:
            return
        by_time = sorted(range(len(spans)), key=lambda index: (spans[index].start, index))
        if self._selection.span is None:
            place = 0 if direction > 0 else -1
        else:
            place = (by_time.index(self._selection.span) + direction) % len(spans)
        self._selection.select_span(by_time[place])

    def flip_span(self) -> None:
        """Turn the selected span's sign round."""
        self._change_selected(lambda span: span.flipped())

    def mute_span(self) -> None:
        """Keep the selected span but do not use it, or use it again."""
        self._change_selected(lambda span: replace(span, muted=not span.muted))

    def _change_selected(self, change) -> None:
        if self._selection.span is not None:
            self.change(self._selection.span, change(self._document.prompt.spans[self._selection.span]))

    def duplicate_span(self) -> None:
        """Put a copy of the selected span right behind it, as far as the clip has room."""
        if self._selection.span is None or self._document.clip is None:
            return
        span = self._document.prompt.spans[self._selection.span]
        room = self._document.clip.duration - span.end
        copy = span.shifted(min(span.length, max(room, 0.0)))
        self._document.edit_prompt("Duplicate span", self._document.prompt.with_span(copy))

    def delete_span(self) -> None:
        """Delete the selected span."""
        if self._selection.span is not None:
            self.delete(self._selection.span)


def _edit_name(before: Span, after: Span) -> str:
    """What the undo step is called."""
    if before.sign is not after.sign:
        return "Flip span"
    if before.muted != after.muted:
        return "Mute span" if after.muted else "Use span again"
    if abs(before.length - after.length) < 1e-9 and before.start != after.start:
        return "Move span"
    return "Resize span"
