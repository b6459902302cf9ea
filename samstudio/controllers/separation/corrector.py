"""Corrects the sound of takes, by hand and by the strength of the target, and brings their stems up to that."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from samstudio.controllers.background import Background, Job
from samstudio.controllers.document.document import Document
from samstudio.separation.correction.derive import Corrected, PartlyCorrected, Steps, corrected, strokes_first
from samstudio.separation.registry import sums_exactly
from samstudio.session.cell_grid import CellGrid
from samstudio.session.clip import AudioClip, Samples
from samstudio.session.correction import MOST_STRENGTH_DB, BlockMask, CellMask, Correction, Direction
from samstudio.session.take import Sound, Stems, Take

STRENGTH_STEP = "Change strength"
NOT_EDITED = "Nothing to restore: in “{}” this area has no edits by hand."
WAITING = "This begins as soon as the take is brought up to your edits."
PAUSE = 60
"""Milliseconds that the slider of the strength must rest before its value is computed: while it moves, each is new."""


@dataclass(frozen=True, eq=False)
class _Goal:
    """A take's sound with the correction that its stems are to get; `is_preview` if the document does not have it."""

    take_id: str
    sound: Sound
    is_preview: bool = False


@dataclass(frozen=True, eq=False)
class CorrectionPreview:
    """What is heard in place of a take's stems `of`: those of a correction, as far as they are computed."""

    of: Stems
    partly: PartlyCorrected


class Corrector(QObject):
    """Paints cells of the current take and sets its strength, each as an undo step of the document.

    The document has a correction at once; the stems follow from the background, one correction after the other.
    """

    arriving = Signal(object)
    """Corrected: the document gets these stems next."""
    applied = Signal(object)
    """Take: what is heard and shown of it has been brought up to its correction."""
    preview_changed = Signal(object)
    """CorrectionPreview to be heard, or None."""
    noted = Signal(str)
    """A sentence: something begins only when the stems have their correction, or an edit changes nothing."""
    failed = Signal(str)
    """A sentence."""

    def __init__(
        self,
        document: Document,
        background: Background,
        playhead: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        """`playhead` returns the position in seconds: sound that changes everywhere is made from there on."""
        super().__init__(parent)
        self._document, self._background, self._playhead = document, background, playhead
        self._job: Job | None = None
        self._goal: _Goal | None = None
        self._preview: tuple[str, float] | None = None
        self._previewed: Corrected | None = None
        self._partly: tuple[str, PartlyCorrected] | None = None
        """The id of a take, and what has been computed of it from the playhead on and is heard; None: nothing is."""
        self._is_pass = False
        """Whether all of a take is being computed, from the playhead on."""
        self._waiting: list[Callable[[], None]] = []
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._go_on)
        # Queued: it may change the document again, whose other listeners must know of this change first.
        document.takes_changed.connect(self._go_on, Qt.ConnectionType.QueuedConnection)
        document.current_take_changed.connect(self._follow_current_take, Qt.ConnectionType.QueuedConnection)
        document.opened.connect(self._forget_waiting)
        document.clip_completed.connect(self._go_on)

    # Edits

    def paint(self, mask: CellMask | BlockMask, direction: Direction, strength: float, name: str) -> None:
        """Move the sound of the mask's cells in the current take, as one undo step; `strength` is 0..1.

        The edit is in the document at once, and heard when `applied` comes.
        """
        take, clip = self._document.current_take, self._document.clip
        if take is None or clip is None:
            return
        if isinstance(mask, CellMask):
            grid = CellGrid(clip.sample_rate)
            mask = mask.within(grid.frames_in(clip.frames), grid.bins)
        correction = take.sound.correction.painted(mask, direction, strength)
        if correction is take.sound.correction and direction is Direction.RESTORE:
            self.noted.emit(NOT_EDITED.format(take.name))
        self._document.correct(name, take.id, correction)

    def set_strength(self, strength_db: float) -> None:
        """Make the target of the current take stronger or weaker, as one undo step."""
        take = self._document.current_take
        if take is not None:
            self._document.correct(STRENGTH_STEP, take.id, _with_strength(take, strength_db))
        self.end_preview()

    def preview_strength(self, strength_db: float) -> None:
        """Let another strength of the current take be heard, without changing it."""
        take = self._document.current_take
        if take is not None:
            self._preview = take.id, strength_db
            self._pause.start()

    @Slot()
    def end_preview(self) -> None:
        """Hear the take as it is."""
        self._pause.stop()
        self._preview = None
        self._go_on()
        if self._goal is None or not self._is_wanted(self._goal):
            self._previewed = None
            self._hear_none()

    def _hear_none(self) -> None:
        self._partly = None
        self.preview_changed.emit(None)

    @Slot()
    def _follow_current_take(self) -> None:
        take = self._document.current_take
        if self._preview is not None and (take is None or take.id != self._preview[0]):
            self.end_preview()

    # Work

    @property
    def is_pending(self) -> bool:
        """Whether some stems do not have their correction yet."""
        return any(not sound.is_up_to_date for take in self._document.takes for sound in take.sounds)

    def when_applied(self, action: Callable[[], None]) -> None:
        """Call `action` once all stems have their correction; never if another recording is shown before that."""
        if self.is_pending:
            self._waiting.append(action)
            self.noted.emit(WAITING)
        else:
            action()

    @Slot()
    def _forget_waiting(self) -> None:
        self._waiting.clear()

    @Slot()
    def _go_on(self) -> None:
        """Compute what is wanted next, unless something is being computed that is still wanted."""
        if self._goal is not None and not self._is_wanted(self._goal) and self._job is not None:
            self._job.cancel()
        while self._job is None and (goal := self._next_goal()) is not None:
            owner = self._document.recordings.owner(goal.take_id)
            take, clip = owner.take(goal.take_id), owner.clip
            # What is still being read is silence: the residual would be what is left of that.
            if take is None or clip is None or not owner.is_complete:
                return
            if self._is_previewed(goal.sound):
                self._adopt(goal)
                continue
            self._goal, self._is_pass = goal, False
            steps = corrected(goal.sound, what_it_sums_to(take, clip), clip.sample_rate, self._playhead_frame(clip))
            self._job = self._background.run(
                _with_result(steps),
                stepped=self._on_step,
                done=self._on_done,
                failed=self._on_failure,
                ended=self._on_ended,
            )

    def _playhead_frame(self, clip: AudioClip) -> int:
        return int(self._playhead() * clip.sample_rate)

    def _next_goal(self) -> _Goal | None:
        """The preview first, then the current take; those of a recording that is not shown last."""
        if self._preview is not None and not self._pause.isActive():
            take = self._document.take(self._preview[0])
            if take is not None:
                sound = replace(take.sound, correction=_with_strength(take, self._preview[1]))
                if sound.is_up_to_date:
                    self._previewed = None
                    self._hear_none()
                elif not self._is_previewed(sound):
                    return _Goal(take.id, sound, is_preview=True)
        current = self._document.current_take
        others = (take for recording in self._document.recordings.all for take in recording.takes)
        takes = (*([current] if current else []), *self._document.takes, *others)
        for take in takes:
            for sound in take.sounds:
                clip = self._document.recordings.owner(take.id).clip
                if clip is not None and not sound.is_up_to_date:
                    return _Goal(take.id, strokes_first(sound, clip.sample_rate))
        return None

    def _is_previewed(self, sound: Sound) -> bool:
        done = self._previewed
        return done is not None and done.sound.made is sound.made and done.sound.correction == sound.correction

    def _is_wanted(self, goal: _Goal) -> bool:
        """Whether a goal is what the document or the preview wants, or a step towards that."""
        take, wanted = self._document.take(goal.take_id), goal.sound.correction
        sound = self._sound_of(goal)
        if take is None or sound is None:
            return False
        if self._preview is not None and self._preview[0] == take.id:
            return wanted == _with_strength(take, self._preview[1])
        if goal.is_preview:
            return wanted == sound.correction
        if wanted.strength_db == (sound.applied or Correction()).strength_db:
            # Strokes follow each other: the first is heard before the next is computed, and before another strength.
            return not self._is_pass or wanted.strength_db == sound.correction.strength_db
        # A stroke is heard at once, and then the other strength is computed anew, with the stroke.
        return wanted == sound.correction

    def _sound_of(self, goal: _Goal) -> Sound | None:
        """The document's sound that comes from the same stems of the engine."""
        take = self._document.take(goal.take_id)
        return next((it for it in take.sounds if it.made is goal.sound.made), None) if take is not None else None

    @Slot(object)
    def _on_step(self, step: PartlyCorrected | Corrected | None) -> None:
        if self._goal is not None and isinstance(step, PartlyCorrected):
            self._is_pass, self._partly = True, (self._goal.take_id, step)
            self.preview_changed.emit(CorrectionPreview(self._goal.sound.stems, step))

    @Slot(object)
    def _on_done(self, made: Corrected) -> None:
        goal = self._goal
        sound = self._sound_of(goal) if goal is not None else None
        if goal is None or sound is None:
            return
        if goal.is_preview and sound.correction != goal.sound.correction:
            self._previewed = made
            whole = PartlyCorrected(made.sound.stems, 0, len(made.sound.stems.target))
            self.preview_changed.emit(CorrectionPreview(goal.sound.stems, whole))
        else:
            self._show(goal.take_id, made)

    def _adopt(self, goal: _Goal) -> None:
        """What was heard as a preview is what the document has now."""
        if self._previewed is not None:
            self._show(goal.take_id, self._previewed)

    def _show(self, take_id: str, made: Corrected) -> None:
        self._previewed = None
        self.arriving.emit(made)
        self._document.show_corrected(take_id, made.sound.made, made.sound.stems, made.sound.correction)
        take = self._document.take(take_id)
        is_whole = take is None or all(sound.is_up_to_date for sound in take.sounds)
        if self._preview is None and not is_whole and self._partly is not None and self._partly[0] == take_id:
            # What is heard of another strength stays until it is computed with the stroke.
            self.preview_changed.emit(CorrectionPreview(made.sound.stems, self._partly[1]))
        elif self._preview is None:
            self._hear_none()
        if take is not None:
            self.applied.emit(take)

    @Slot(str)
    def _on_failure(self, sentence: str) -> None:
        goal, self._preview = self._goal, None
        sound = self._sound_of(goal) if goal is not None else None
        if goal is not None and sound is not None and not goal.is_preview:
            # It would fail again: the correction is what can be heard.
            self._document.set_correction(goal.take_id, sound.made, sound.applied or Correction())
        self._hear_none()
        self.failed.emit(sentence)

    @Slot()
    def _on_ended(self) -> None:
        self._job = self._goal = None
        self._go_on()
        if not self.is_pending:
            waiting, self._waiting = self._waiting, []
            for action in waiting:
                action()


def _with_strength(take: Take, strength_db: float) -> Correction:
    return replace(take.sound.correction, strength_db=min(max(strength_db, -MOST_STRENGTH_DB), MOST_STRENGTH_DB))


def what_it_sums_to(take: Take, clip: AudioClip) -> Samples | None:
    """What a take's stems sum to bit for bit; None where only they themselves tell."""
    # The source take may have changed since; this take still sums to the residual that it was separated from.
    return clip.samples if sums_exactly(take.settings) and not take.source else None


def _with_result(steps: Steps) -> Generator[PartlyCorrected | Corrected | None, None, None]:
    """The steps, and what they return as the last one."""
    yield (yield from steps)
