"""Suggested spans: where the engine itself found the sound in the current take, until each is accepted or dismissed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand

from samstudio.controllers.document.document import Document
from samstudio.controllers.document.recording import Recording
from samstudio.separation.registry import frame_grid
from samstudio.session.prompt import Prompt, Sign, Span
from samstudio.session.take import Take


@dataclass(frozen=True)
class _Guess:
    """Spans that belong to no take: where the words of a recording's prompt are most likely."""

    recording: Recording
    words: str
    takes: int
    """How many there were: the next one knows better."""
    spans: tuple[Span, ...]


class _SuggestionEdit(QUndoCommand):
    """Replaces undecided suggestions; None: none was decided."""

    def __init__(
        self,
        before: tuple[Span, ...] | None,
        after: tuple[Span, ...],
        show: Callable[[tuple[Span, ...] | None], None],
    ) -> None:
        super().__init__()
        self._before, self._after, self._show = before, after, show

    def redo(self) -> None:
        self._show(self._after)

    def undo(self) -> None:
        self._show(self._before)


class SuggestedSpans(QObject):
    """The undecided suggestions of each take, or of a guess. Every decision is one undo step of the document."""

    changed = Signal(object)
    """tuple[Span, ...]: the current take's, in order of time."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.spans: tuple[Span, ...] = ()
        """The current take's suggested spans."""
        # By the ids of the takes of which nothing is decided: what was not marked when the take was first shown.
        self._first: dict[str, tuple[Span, ...]] = {}
        self._guess: _Guess | None = None
        for changed in (document.current_take_changed, document.takes_changed, document.prompt_changed):
            changed.connect(self._follow)

    def suggest(self, spans: tuple[Span, ...]) -> None:
        """Suggest spans that no take has, until the prompt gets other words or there is another take."""
        document = self._document
        self._guess = _Guess(document.recording, _words(document.prompt), len(document.takes), spans)
        self._follow()

    def accept(self, name: str, accepted: Mapping[int, Span]) -> None:
        """Replace each of these suggested spans by a span, as one undo step."""
        prompt = self._document.prompt
        after = replace(prompt, spans=(*prompt.spans, *accepted.values()))
        stack = self._document.undo_stack
        stack.beginMacro(name)
        self._document.edit_prompt(name, after)
        self._leave_out(accepted)
        stack.endMacro()

    def dismiss(self, indices: Collection[int]) -> None:
        """Drop these suggested spans, as one undo step; the prompt keeps where they were, for the next take."""
        stack, prompt = self._document.undo_stack, self._document.prompt
        name = "Dismiss suggested span" if len(indices) == 1 else "Dismiss suggested spans"
        gone = tuple(self.spans[index] for index in sorted(indices))
        stack.beginMacro(name)
        self._document.edit_prompt(name, replace(prompt, dismissed=(*prompt.dismissed, *gone)))
        self._leave_out(indices)
        stack.endMacro()

    def _leave_out(self, indices: Collection[int]) -> None:
        take, guess = self._document.current_take, self._shown_guess()
        gone = frozenset(indices)
        rest = tuple(span for index, span in enumerate(self.spans) if index not in gone)
        if guess is not None:
            edit = _SuggestionEdit(guess.spans, rest, partial(self._show_guessed, guess))
        elif take is not None:
            edit = _SuggestionEdit(take.suggestions, rest, partial(self._document.set_suggestions, take.id))
        else:
            return
        self._document.undo_stack.push(edit)

    def _show_guessed(self, guess: _Guess, spans: tuple[Span, ...] | None) -> None:
        self._guess = replace(guess, spans=spans or ())
        self._follow()

    def _shown_guess(self) -> _Guess | None:
        """The guess where it is of what is shown, and of use."""
        guess, document = self._guess, self._document
        if guess is None or guess.recording is not document.recording:
            return None
        is_of_text = (guess.words, guess.takes) == (_words(document.prompt), len(document.takes))
        return guess if is_of_text else None

    @Slot()
    def _follow(self) -> None:
        take, guess, before = self._document.current_take, self._shown_guess(), self.spans
        # Of no use for another text.
        is_of_text = take is not None and _words(take.prompt) == _words(self._document.prompt)
        if guess is not None:
            self.spans = guess.spans
        else:
            self.spans = self._left(take) if take is not None and is_of_text else ()
        if self.spans != before:
            self.changed.emit(self.spans)

    def _left(self, take: Take) -> tuple[Span, ...]:
        if take.suggestions is not None:
            return take.suggestions
        first, dismissed = self._first_of(take), [span for other in self._before(take) for span in _dismissed(other)]
        left = (span for sign in Sign for span in _not_covered(_of_sign(first, sign), _of_sign(dismissed, sign)))
        return tuple(sorted(left, key=lambda span: span.start))

    def _before(self, take: Take) -> Iterator[Take]:
        """The takes before one that were made of the same sound with the same words."""
        for other in self._document.takes:
            if other.id == take.id:
                return
            if (_words(other.prompt), other.source) == (_words(take.prompt), take.source):
                yield other

    def _first_of(self, take: Take) -> tuple[Span, ...]:
        """What was not marked when it was first shown."""
        if take.id not in self._first:
            marked = self._document.prompt.active_spans
            grid = frame_grid(take.settings.engine)
            near = grid.seconds if grid else 0.0
            found = {sign: _of_sign(take.predicted, sign) or self._not_looked_for(take, sign) for sign in Sign}
            pairs = ((found[sign], _of_sign(marked, sign)) for sign in Sign)
            self._first[take.id] = tuple(span for pair in pairs for span in _not_marked(*pair, near))
        return self._first[take.id]

    def _not_looked_for(self, take: Take, sign: Sign) -> list[Span]:
        """What is undecided since the take before, of a sign that the engine does not look for where some are drawn."""
        drawn = [span for span in take.prompt.active_spans if not span.is_box]
        earlier = tuple(self._before(take))
        if not earlier or not _of_sign(drawn, sign):
            return []
        return list(_not_covered(_of_sign(self._left(earlier[-1]), sign), drawn))


def _words(prompt: Prompt) -> str:
    return " ".join(prompt.text.split())


def _dismissed(take: Take) -> Iterator[Span]:
    """What was found for a take and is neither left to decide nor marked there."""
    if take.suggestions is not None:
        known = (*take.suggestions, *take.prompt.active_spans)
        for sign in Sign:
            yield from _not_marked(_of_sign(take.predicted, sign), _of_sign(known, sign), 0.0)


def _not_covered(suggestions: Iterable[Span], others: Iterable[Span]) -> Iterator[Span]:
    """The suggested spans of which no more than half is in one of these others."""
    edges = np.array([(span.start, span.end) for span in others], np.float64).reshape(-1, 2)
    for span in suggestions:
        # In one go, as there may be thousands of both.
        inside = np.minimum(edges[:, 1], span.end) - np.maximum(edges[:, 0], span.start)
        if inside.max(initial=0.0) <= span.length / 2.0:
            yield span


def _of_sign(spans: Iterable[Span], sign: Sign) -> list[Span]:
    return [span for span in spans if span.sign is sign]


def _not_marked(suggestions: Iterable[Span], spans: Iterable[Span], near: float) -> Iterator[Span]:
    """The suggested spans that are not at the place of a span already, to `near` seconds: a frame of the model."""
    edges = np.array(sorted((span.start, span.end) for span in spans if not span.is_box), np.float64).reshape(-1, 2)
    starts, ends = edges[:, 0], edges[:, 1]
    for span in suggestions:
        # Compared in one go: there may be thousands of both. A little wider than `near`, because
        # a difference may be rounded where a sum is not.
        first, stop = np.searchsorted(starts, (span.start - near - 1e-9, span.start + near + 1e-9))
        is_near = np.abs(starts[first:stop] - span.start) <= near
        if not bool((is_near & (np.abs(ends[first:stop] - span.end) <= near)).any()):
            yield span
