"""Answers what a mark on a frame would take, on a thread of its own; only the newest question is answered."""

from collections import OrderedDict
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from hashlib import blake2b

from PySide6.QtCore import QObject, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.separation.video.contract import Looked, Offers, Picture, Segmenter
from samstudio.session.video.objects import Mark

_KEPT = 16
"""Frames that were looked at: coming back to one of them is answered at once."""


@dataclass(frozen=True, eq=False)
class Question:
    """What does a mark take in a frame? `is_preview`: a mark that the pointer would make."""

    frame: Picture = field(repr=False)
    mark: Mark
    is_preview: bool


class Looking(QObject):
    """Asks the segmenter, unless a separation needs the processor."""

    answered = Signal(object, object)
    """Question and Offers."""
    failed = Signal(str)
    """A sentence."""
    busy_changed = Signal(bool)
    """Whether somebody waits for an answer."""

    def __init__(
        self, make_segmenter: Callable[[], Segmenter], background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._make, self._background = make_segmenter, background
        self._segmenter: Segmenter | None = None
        self._looked: OrderedDict[bytes, Looked] = OrderedDict()
        self._wish: Question | None = None
        self._preview: Question | None = None
        self._ahead: Picture | None = None
        self._job: Job | None = None
        self._is_held = False

    def ask(self, question: Question) -> None:
        """Answer that question next, and no earlier one of its kind."""
        if question.is_preview:
            self._preview = question
        else:
            self._wish = question
        self._go_on()

    def look_ahead(self, frame: Picture) -> None:
        """Look at a frame when there is nothing else to do: what is asked about it later is answered at once."""
        self._ahead = frame
        self._go_on()

    @Slot()
    def forget(self) -> None:
        """Nobody waits for an answer any more."""
        self._wish = self._preview = None

    @Slot(bool)
    def hold(self, held: bool) -> None:
        """Wait while a separation runs."""
        self._is_held = held
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        if self._job is not None or self._is_held:
            return
        # What is marked comes before what could be.
        if self._wish is not None:
            question, self._wish = self._wish, None
        elif self._preview is not None:
            question, self._preview = self._preview, None
        elif self._ahead is not None:
            frame, self._ahead = self._ahead, None
            self._job = self._background.run(self._look_ahead(frame), failed=self._on_failed, ended=self._on_ended)
            return
        else:
            return
        self.busy_changed.emit(True)
        self._job = self._background.run(
            self._answer(question), stepped=self._on_answered, failed=self._on_failed, ended=self._on_ended
        )

    def _answer(self, question: Question) -> Generator[tuple[Question, Offers], None, None]:
        """On the thread: one question at a time, so that nothing here is used by two."""
        segmenter, looked = self._look(question.frame)
        yield question, segmenter.offers(looked, question.mark)

    def _look_ahead(self, frame: Picture) -> Generator[None, None, None]:
        """On the thread."""
        self._look(frame)
        yield

    def _look(self, frame: Picture) -> tuple[Segmenter, Looked]:
        if self._segmenter is None:
            self._segmenter = self._make()
        # The frame itself says which it is, whatever recording it is of and whenever it was decoded.
        name = blake2b(frame.tobytes()).digest()
        looked = self._looked.pop(name, None) or self._segmenter.look(frame)
        self._looked[name] = looked
        if len(self._looked) > _KEPT:
            self._looked.popitem(last=False)
        return self._segmenter, looked

    @Slot(object)
    def _on_answered(self, answer: tuple[Question, Offers]) -> None:
        self.answered.emit(*answer)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        # Asked again with every move of the pointer, it would fail again.
        self.forget()
        self.failed.emit(sentence)

    @Slot()
    def _on_ended(self) -> None:
        self._job = None
        self.busy_changed.emit(False)
        self._go_on()
