"""Spans: made from the selection, stepped through, changed together, deleted."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.document.document import Document
from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.separation.suggested_spans import SuggestedSpans
from samstudio.session import span_edits
from samstudio.session.prompt import Sign, Span
from samstudio.ui.timeline.spans.span_keyboard import SpanKeyboard

_MIN_SELECTION = 0.001
"""Seconds; [ and ] never make a selection shorter than this."""
_EXTEND_STEP = 0.1
"""Seconds."""
_HOW_TO_SELECT = "drag over the recording with the Select tool first, or draw with the + and − span tools."


class SpanCommands(QObject):
    """Turns requests about spans into named edits of the document's prompt."""

    noted = Signal(str)
    """Why nothing was done, in a sentence."""
    withdrawn = Signal(str)
    """That sentence: something is marked or selected now."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        suggested_spans: SuggestedSpans,
        transport: Transport,
        keyboard: SpanKeyboard,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection, self._suggested_spans = document, selection, suggested_spans
        self._transport, self._keyboard = transport, keyboard
        self._gesture = 0
        self._refusal = ""
        for changed in (selection.range_changed, selection.spans_changed, document.prompt_changed, document.opened):
            changed.connect(self._withdraw)

    @property
    def _spans(self) -> tuple[Span, ...]:
        return self._document.prompt.spans

    @Slot(object)
    def add(self, span: Span) -> None:
        """A span that was drawn or typed."""
        name = f"Mark {'box' if span.is_box else 'span'} {span.sign}"
        self._document.edit_prompt(name, self._document.prompt.with_span(span))

    @Slot(object)
    def change(self, changes: Mapping[int, Span]) -> None:
        """Spans that were moved, resized or typed again."""
        changes = {index: span for index, span in changes.items() if index < len(self._spans)}
        if changes:
            self._put(_edit_name(self._spans, changes), span_edits.put(self._spans, changes))

    @Slot(object, bool)
    def nudge(self, changes: Mapping[int, Span], begins: bool) -> None:
        """Spans moved a little by a key; a run of such steps is undone as one."""
        self._gesture += begins
        name = _plural("Nudge", len(changes))
        prompt = replace(self._document.prompt, spans=span_edits.put(self._spans, changes))
        self._document.edit_prompt(name, prompt, self._gesture)

    @Slot(str)
    def change_text(self, text: str) -> None:
        """Another text for the target."""
        self._document.edit_prompt("Edit prompt", self._document.prompt.with_text(text))

    def mark_plus(self) -> None:
        """The selection becomes a + span; without one, the selected spans or the suggested span become +."""
        self._mark(Sign.PLUS)

    def mark_minus(self) -> None:
        """The selection becomes a - span; without one, the selected spans or the suggested span become -."""
        self._mark(Sign.MINUS)

    def _mark(self, sign: Sign) -> None:
        if self._selection.range is not None:
            self.add(Span(*self._selection.range, sign))
            self._selection.select_range(None)
        elif self._selection.suggestion is not None:
            suggestion = self._suggested_spans.spans[self._selection.suggestion]
            self._suggested_spans.accept(
                f"Accept suggested span as {sign}", {self._selection.suggestion: replace(suggestion, sign=sign)}
            )
        elif not self._selection.spans:
            self._refusal = f"Nothing is selected to mark as {sign}: {_HOW_TO_SELECT}"
            self.noted.emit(self._refusal)
        else:
            self._edit("Sign", lambda spans, chosen: span_edits.signed(spans, chosen, sign))

    @Slot()
    def _withdraw(self) -> None:
        if self._refusal:
            refusal, self._refusal = self._refusal, ""
            self.withdrawn.emit(refusal)

    def mark_in(self) -> None:
        """The selection starts at the playhead."""
        clip = self._document.clip
        if clip is None:
            return
        now = min(self._transport.position, clip.duration - _MIN_SELECTION)
        end = self._selection.range[1] if self._selection.range else clip.duration
        self._selection.select_range((now, end if end > now else clip.duration))

    def mark_out(self) -> None:
        """The selection ends at the playhead."""
        if self._document.clip is None:
            return
        now = max(self._transport.position, _MIN_SELECTION)
        start = self._selection.range[0] if self._selection.range else 0.0
        self._selection.select_range((start if start < now else 0.0, now))

    def extend_back(self) -> None:
        """Take the playhead, and the edge of the selection where it is, 0.1 s back."""
        self._extend(-_EXTEND_STEP)

    def extend_forward(self) -> None:
        """Take the playhead, and the edge of the selection where it is, 0.1 s forward."""
        self._extend(_EXTEND_STEP)

    def _extend(self, seconds: float) -> None:
        clip, now = self._document.clip, self._transport.position
        if clip is None:
            return
        # The edge away from the playhead stays; without a selection the playhead itself is where it begins.
        anchor = max(self._selection.range, key=lambda edge: abs(edge - now)) if self._selection.range else now
        goal = min(max(now + seconds, 0.0), clip.duration)
        self._transport.seek(goal)
        self._selection.select_range((min(anchor, goal), max(anchor, goal)))

    def select_all_spans(self) -> None:
        """Select every span."""
        self._selection.select_spans(range(len(self._spans)))

    def next_span(self) -> None:
        """Select the span that starts next."""
        self._step(1)

    def previous_span(self) -> None:
        """Select the span that started before."""
        self._step(-1)

    def _step(self, direction: int) -> None:
        spans = self._spans
        if not spans:
            return
        by_time = sorted(range(len(spans)), key=lambda index: (spans[index].start, index))
        if self._selection.span is None:
            place = 0 if direction > 0 else -1
        else:
            place = (by_time.index(self._selection.span) + direction) % len(spans)
        self._selection.select_span(by_time[place])

    def edit_span(self) -> None:
        """Let the arrow keys move the selected span."""
        self._keyboard.edit()

    def flip_span(self) -> None:
        """Flip the signs of the selected spans."""
        self._edit("Flip", span_edits.flipped)

    def mute_span(self) -> None:
        """Keep the selected spans but do not use them, or use them again."""
        is_muting = any(not self._spans[index].muted for index in self._selection.spans)
        self._edit("Mute" if is_muting else "Unmute", span_edits.muted)

    def duplicate_span(self) -> None:
        """Put copies of the selected spans right after them, as far as they fit into the clip."""
        if self._document.clip is not None:
            duration = self._document.clip.duration
            self._edit("Duplicate", lambda spans, chosen: span_edits.duplicated(spans, chosen, duration))

    def delete_span(self) -> None:
        """Delete the selected spans, or dismiss the selected suggested span."""
        if self._selection.suggestion is not None:
            self._suggested_spans.dismiss((self._selection.suggestion,))
        else:
            self._edit("Delete", span_edits.without)

    def split_span(self) -> None:
        """Cut the selected spans, or else all that are there, in two at the playhead."""
        at = self._transport.position
        chosen = self._selection.spans or tuple(range(len(self._spans)))
        spans = span_edits.split(self._spans, chosen, at)
        if spans == self._spans:
            which = "selected span" if self._selection.spans else "span"
            self.noted.emit(f"The playhead is not inside a {which}: move it to the place to split.")
        self._put("Split span" if len(spans) == len(self._spans) + 1 else "Split spans", spans)

    def merge_spans(self) -> None:
        """Make one of the selected spans of a sign, or of one and all that it overlaps or touches."""
        spans = span_edits.merged(self._spans, self._selection.spans)
        if spans == self._spans:
            self.noted.emit("Nothing to merge: select spans of the same sign, or one that touches another.")
        self._put("Merge spans", spans)

    def raise_span(self) -> None:
        """Put the selected spans on top: they decide where they overlap others."""
        spans = span_edits.on_top(self._spans, self._selection.spans)
        if spans == self._spans:
            self.noted.emit("It is in front already: where spans overlap, the one in front decides.")
        self._put(_plural("Bring to front", len(self._selection.spans)), spans)

    def _edit(self, verb: str, edit: Callable[[tuple[Span, ...], tuple[int, ...]], tuple[Span, ...]]) -> None:
        """Do the same with every selected span, as one step of undo."""
        if chosen := self._selection.spans:
            self._put(_plural(verb, len(chosen)), edit(self._spans, chosen))

    def _put(self, name: str, spans: tuple[Span, ...]) -> None:
        self._document.edit_prompt(name, replace(self._document.prompt, spans=spans))


def _plural(verb: str, count: int) -> str:
    return f"{verb} span" if count == 1 else f"{verb} {count} spans"


def _edit_name(spans: tuple[Span, ...], changes: Mapping[int, Span]) -> str:
    """What the undo step is called."""
    pairs = [(spans[index], span) for index, span in changes.items()]
    is_move = all(abs(before.length - after.length) < 1e-9 and before.start != after.start for before, after in pairs)
    return _plural("Move" if is_move else "Resize", len(changes))
