"""Suggested spans: stepped through, accepted, dismissed."""

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from samstudio.app.container import Studio
from samstudio.session.prompt import Sign, Span


class SuggestionCommands(QObject):
    """Turns wishes about the places where SAM Audio heard the sound into decisions."""

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._suggestions, self._selection = studio, studio.suggestions, studio.selection

    @Slot(int, object)
    def accept_trimmed(self, index: int, span: Span) -> None:
        """A suggested span whose edge was dragged is accepted as it was left."""
        self._suggestions.accept("Accept trimmed suggested span", {index: span})

    def accept_suggestion(self) -> None:
        """The selected suggested span becomes a + span."""
        self._accept(Sign.PLUS)

    def accept_suggestion_minus(self) -> None:
        """The selected suggested span becomes a - span."""
        self._accept(Sign.MINUS)

    def _accept(self, sign: Sign) -> None:
        if (index := self._selection.suggestion) is not None:
            self._suggestions.accept(
                f"Accept suggested span as {sign}", {index: replace(self._suggestions.spans[index], sign=sign)}
            )

    def accept_all_suggestions(self) -> None:
        """All suggested spans become + spans."""
        if self._suggestions.spans:
            self._suggestions.accept("Accept all suggested spans", dict(enumerate(self._suggestions.spans)))

    def dismiss_suggestion(self) -> None:
        """Forget the selected suggested span."""
        if self._selection.suggestion is not None:
            self._suggestions.dismiss((self._selection.suggestion,))

    def next_suggestion(self) -> None:
        """Select the suggested span that starts next."""
        self._step(1)

    def previous_suggestion(self) -> None:
        """Select the suggested span that started before."""
        self._step(-1)

    def _step(self, direction: int) -> None:
        """From the selected suggested span, else the selected span, else the playhead; wraps at the end."""
        suggestions = self._suggestions.spans
        if not suggestions:
            return
        if self._selection.suggestion is not None:
            self._selection.select_suggestion((self._selection.suggestion + direction) % len(suggestions))
            return
        stretch = self._studio.selected_stretch
        now = stretch[0] if stretch else self._studio.transport.position
        if direction > 0:
            place = next((index for index, suggestion in enumerate(suggestions) if suggestion.start >= now), 0)
        else:
            place = next(
                (index for index, suggestion in reversed(list(enumerate(suggestions))) if suggestion.start < now), -1
            )
        self._selection.select_suggestion(place % len(suggestions))
