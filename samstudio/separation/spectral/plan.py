"""The plan made once before the windows: the treatment of a special sound, or models of target and background."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import torch
from torch import Tensor

from samstudio.separation.boxes import OUTSIDE_BOX, box_bands
from samstudio.separation.engine import NotHeardError, Notice, SeparationError, SeparationRequest, Step
from samstudio.separation.marks import Marks
from samstudio.separation.nn.repeatable import sigmoid
from samstudio.separation.spectral.fit import Learned, fit
from samstudio.separation.spectral.learned_plans import PLANS, CheckVerdict, Method, PlanKey
from samstudio.separation.spectral.masks import band_odds, window_mask
from samstudio.separation.spectral.material import Material, gather, read_pieces, view
from samstudio.separation.spectral.pitch.single_pitch import is_single_pitch
from samstudio.separation.spectral.special.recognise import named_kind, names_voice, recognise, recognising_steps
from samstudio.separation.spectral.special.words import find_by_word
from samstudio.separation.spectral.voice.gate import VoiceOpinion, voice_opinion
from samstudio.separation.steps import Steps, fractions, mapped
from samstudio.separation.stft import StftGrid

QUIET_SHARE, QUIET_SECONDS = 0.2, 0.8
"""Without a - span, this part of the frames, those with the least target in a first pass, is taken as background."""

NO_BACKGROUND = (
    "The + spans cover the whole clip, so there is no background to compare the sound with: "
    "mark a − span where it is absent, or shorten the + spans."
)
RECOGNISING, GATHERING = 0.4, 0.25
"""Work for each second of the material, in seconds of sound that are separated in the same time (measured)."""
FITTING, GUESSING = 14.0, 16.0
"""Likewise of fitting, which takes a bounded number of frames, and of a guess."""
FIT_STEPS, GUESS_STEPS = 360, 500
"""About how often fitting yields, and guessing."""

VOICE = "voice"
"""The kind of sound of a text that names a voice: what is learned then depends on it."""

T = TypeVar("T")
Learning = Generator[float, None, Method]
"""Yields how much is done, 0..1."""


@dataclass(frozen=True)
class SeparationPlan:
    """Applied to every window."""

    grid: StftGrid
    marks: Marks
    method: Method

    @cached_property
    def profile(self) -> Tensor | None:
        """(B,) gain on the target: 1 in the bands of the + boxes, OUTSIDE_BOX elsewhere; None without + boxes."""
        if not self.marks.plus_boxes:
            return None
        inside = torch.stack([box_bands(box, self.grid) for box in self.marks.plus_boxes]).any(0)
        return torch.where(inside, 1.0, OUTSIDE_BOX)


def learning_work(seconds: float, *, guesses: bool) -> float:
    """Work to learn from so many seconds of material, in seconds of sound that are separated in the same time."""
    return (RECOGNISING + GATHERING) * seconds + FITTING + (GUESSING if guesses else 0.0)


def second_work(seconds: float) -> float:
    """Likewise to separate so much material, and to learn from it again."""
    return seconds + learning_work(seconds, guesses=False)


class Planning:
    """The way to the plan of one request: by its + spans, or without any by the special sound that its text names."""

    def __init__(self, request: SeparationRequest, marks: Marks, grid: StftGrid) -> None:
        self._request, self._given, self._grid = request, marks, grid
        self._duration = len(request.samples) / request.sample_rate
        by_word = not marks.plus
        self._kind = named_kind(request.prompt.text)
        self._names_voice = names_voice(request.prompt.text)
        self._marks = replace(marks, plus=((0.0, self._duration),), minus=()) if by_word else marks
        self.pieces = read_pieces(request, self._marks, grid)
        """The sound to learn from."""
        self._key = PlanKey.of(
            request.samples,
            request.sample_rate,
            grid.device,
            self._marks,
            VOICE if self._names_voice else self._kind,
            request.settings.seed,
            self.pieces,
            by_word=by_word,
        )
        self._known = PLANS.find(self._key)

    @property
    def work(self) -> float:
        """What it takes, in seconds of sound that are separated in the same time; 0 if the same was learned before."""
        if self._known is not None:
            return 0.0
        if self._key.by_word:
            return RECOGNISING * self.seconds
        return learning_work(self.seconds, guesses=bool(self._guessing))

    @property
    def seconds(self) -> float:
        """Length of the material to learn from."""
        return sum(piece.sound.shape[1] for piece in self.pieces) / self._request.sample_rate

    @property
    def _guessing(self) -> float:
        return 0.0 if self._marks.minus else GUESSING

    def steps(self) -> Generator[float, None, SeparationPlan]:
        """Learn, unless it is known. Raises SeparationError if there is nothing to learn from."""
        method = self._known
        if method is None:
            method = yield from (self._learn_word() if self._key.by_word else self._learn_spans())
            PLANS.keep(self._key, method, self._request.samples)
        return SeparationPlan(self._grid, self._given, method)

    def is_judged(self, words: str) -> bool:
        """Whether the verdict of such a check is kept."""
        return PLANS.verdict(self._key, words) is not None

    def judged(self, words: str, checking: Generator[Step, None, None]) -> Generator[Step, None, None]:
        """Walk the check of the result, which may raise NotHeardError, once: its verdict is kept with the plan."""
        verdict = PLANS.verdict(self._key, words)
        if verdict is None:
            refusal, notices = "", list[Notice]()
            try:
                for step in checking:
                    if isinstance(step, Notice):
                        notices.append(step)
                    else:
                        yield step
            except NotHeardError as error:
                refusal = str(error)
            verdict = CheckVerdict(refusal, tuple(notices))
            PLANS.judge(self._key, words, verdict)
        yield from verdict.notices
        if verdict.refusal:
            raise NotHeardError(verdict.refusal)

    def _learn_word(self) -> Learning:
        work = find_by_word(self._kind, self._grid, self.pieces, self._marks)
        return (yield from fractions(work, 3))

    def _learn_spans(self) -> Learning:
        grid, pieces, marks, whole = self._grid, self.pieces, self._marks, self.work
        recognised = RECOGNISING * self.seconds / whole
        gathered = recognised + GATHERING * self.seconds / whole
        recognising = recognise(grid, pieces, marks, self._request.prompt.text, self._duration)
        treatment = yield from _part(recognising, recognising_steps(grid, pieces, marks), 0.0, recognised)
        if treatment is not None:
            return treatment
        material = yield from _part(gather(pieces, marks, grid), 2 * len(pieces), recognised, gathered)
        generator, guessed = torch.Generator().manual_seed(self._request.settings.seed), gathered
        if not bool(material.minus.any()):
            guessed += self._guessing / whole
            guessing = _with_guessed_minus(material, grid, generator)
            material = yield from _part(guessing, GUESS_STEPS, gathered, guessed)
        learned = yield from _part(fit(material, generator), FIT_STEPS, guessed, 1.0)
        if marks.minus:
            single_pitch = yield from mapped(is_single_pitch(material, learned, grid), lambda _nothing: 1.0)
            learned = replace(learned, single_pitch=single_pitch)
        opinion = yield from mapped(self._voice_opinion(learned), lambda _nothing: 1.0)
        return replace(learned, voice=opinion.role, misses_voice=opinion.is_missed)

    def _voice_opinion(self, learned: Learned) -> Steps[VoiceOpinion]:
        """Whether, and how, the opinion of a network on what is voice is to be used."""

        def own_mask(sound: Tensor) -> Steps[Tensor]:
            return (yield from window_mask(view(sound, self._grid, learned.scale), learned, self._grid, None))

        named = self._names_voice
        return (yield from voice_opinion(self.pieces, self._marks, self._grid, own_mask, is_named=named))


def _part(work: Steps[T], expected: int, start: float, end: float) -> Generator[float, None, T]:
    """Walk `work` as the part of the whole from `start` to `end`."""
    return mapped(fractions(work, expected), lambda fraction: start + (end - start) * fraction)


def _with_guessed_minus(material: Material, grid: StftGrid, generator: torch.Generator) -> Steps[Material]:
    """Take all outside the + spans as background for a first pass, then the frames in which it finds least target."""
    if bool(material.plus.all()):
        raise SeparationError(NO_BACKGROUND)
    first = replace(material, minus=~material.plus)
    learned = yield from fit(first, generator)
    odds = yield from band_odds(first.bands, first.features, learned)
    energy = (sigmoid(odds).flatten(0, 1) * first.bands).square().sum(0)
    energy = energy.masked_fill(material.plus, torch.inf)
    needed = max(QUIET_SHARE * len(energy), QUIET_SECONDS * grid.sample_rate / grid.hop)
    quiet = torch.zeros_like(material.plus)
    quiet[energy.argsort(stable=True)[: int(min(needed, int((~material.plus).sum())))]] = True
    return replace(material, minus=quiet)
