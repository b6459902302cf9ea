"""Suggested spans: stepped through, accepted, dismissed."""

from PySide6.QtCore import QObject, Slot

from samstudio.controllers.document.selection import Selection
from samstudio.controllers.playback.transport import Transport
from samstudio.controllers.separation.suggested_spans import SuggestedSpans
from samstudio.session.prompt import Sign, Span


class SuggestionCommands(QObject):
    """Accepts or dismisses the places where the engine found the sound itself."""

    def __init__(
        self, suggested_spans: SuggestedSpans, selection: Selection, transport: Transport, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._suggested_spans, self._selection, self._transport = suggested_spans, selection, transport

    @Slot(object)
    def show_guess(self, spans: tuple[Span, ...]) -> None:
        """Suggest the places where the words of the prompt are most likely, and select the first."""
        self._suggested_spans.suggest(spans)
        self._selection.select_suggestion(0)

    @Slot(int, object)
    def accept_trimmed(self, index: int, span: Span) -> None:
        """A suggested span whose edge was dragged is accepted as it was left."""
        self._suggested_spans.accept("Accept trimmed suggested span", {index: span})

    def accept_suggestion(self) -> None:
        """The selected suggested span becomes a span."""
        if (index := self._selection.suggestion) is not None:
            self._accept(index, self._suggested_spans.spans[index])

    def accept_suggestion_flipped(self) -> None:
        """The selected suggested span becomes a span of the other sign."""
        if (index := self._selection.suggestion) is not None:
            self._accept(index, self._suggested_spans.spans[index].flipped())

    def _accept(self, index: int, span: Span) -> None:
        sign = "+" if span.sign is Sign.PLUS else "−"
        self._suggested_spans.accept(f"Accept suggested span as {sign}", {index: span})
        # On to the next one, so that one key after the other decides them all.
        if self._suggested_spans.spans:
            self._selection.select_suggestion(index % len(self._suggested_spans.spans))

    def accept_all_suggestions(self) -> None:
        """All suggested spans become spans of their signs."""
        if self._suggested_spans.spans:
            self._suggested_spans.accept("Accept all suggested spans", dict(enumerate(self._suggested_spans.spans)))

    def dismiss_suggestion(self) -> None:
        """Forget the selected suggested span."""
        if self._selection.suggestion is not None:
            self._suggested_spans.dismiss((self._selection.suggestion,))

    def next_suggestion(self) -> None:
        """Select the suggested span that starts next."""
        self._step(1)

    def previous_suggestion(self) -> None:
        """Select the suggested span that started before."""
        self._step(-1)

    def _step(self, direction: int) -> None:
        """From the selected suggested span, else the selected span, else the playhead; wraps at the end."""
        suggestions = self._suggested_spans.spans
        if not suggestions:
            return
        if self._selection.suggestion is not None:
            self._selection.select_suggestion((self._selection.suggestion + direction) % len(suggestions))
            return
        stretch = self._selection.stretch
        now = stretch[0] if stretch else self._transport.position
        if direction > 0:
            place = next((index for index, suggestion in enumerate(suggestions) if suggestion.start >= now), 0)
        else:
            place = next(
                (index for index, suggestion in reversed(list(enumerate(suggestions))) if suggestion.start < now), -1
            )
        self._selection.select_suggestion(place % len(suggestions))
