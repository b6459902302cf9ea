"""Gathers the steps of a separation into a take, its sound in scratch files."""

from collections.abc import Mapping
from contextlib import suppress

import numpy as np

from samstudio.audio.playback.tracks import Draft
from samstudio.controllers.separation.draft_stems import DraftStems
from samstudio.controllers.separation.part_stems import PartStems
from samstudio.separation.correction.band import NOTICE, limited_to_band
from samstudio.separation.engine import (
    Absent,
    CacheUse,
    Notice,
    Predicted,
    Scored,
    SeparationRequest,
    StemChunk,
    Step,
)
from samstudio.separation.registry import sums_exactly
from samstudio.separation.splice import NOTHING_DIFFERS, is_alike, limit_to_range, spliced
from samstudio.separation.steps import finish
from samstudio.session.clip import Samples
from samstudio.session.scratch import ScratchError, forget_pages, scratch_array
from samstudio.session.stretch import Stretch
from samstudio.session.take import Candidate, Sound, Stems, Take

_COPY_FRAMES = 1 << 20


class _Growing:
    """The sound of one candidate as far as the engine has made it."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.stems = Stems(scratch_array(*shape), scratch_array(*shape))
        self.absent: tuple[Stretch, ...] = ()
        self.withheld: Samples | None = None
        self.done = 0

    def add(self, chunk: StemChunk) -> None:
        self.done = chunk.start + len(chunk.target)
        place = slice(chunk.start, self.done)
        self.stems.target[place] = chunk.target
        self.stems.residual[place] = chunk.residual
        forget_pages(self.stems.target)
        forget_pages(self.stems.residual)
        if chunk.withheld is not None:
            if self.withheld is None:
                self.withheld = scratch_array(*self.stems.target.shape)
            self.withheld[place] = chunk.withheld
            forget_pages(self.withheld)

    @property
    def sound(self) -> Sound:
        return Sound(self.stems, self.absent, self.withheld)


class TakeBuilder:
    """Collects an engine's steps; the first candidate that arrives is the one that is played."""

    def __init__(self, request: SeparationRequest, base: Take | None = None, band: Stretch | None = None) -> None:
        """A part that is wanted alone is to be put into the take `base`, if there is one; or limited to a `band` (Hz).

        Raises ScratchError.
        """
        self._request, self._base, self._band = request, base, band
        self._played = _Growing(request.samples.shape)
        self._drafts = DraftStems(request)
        self.part = None if request.frame_range is None else PartStems(request, base)
        """What is heard and seen while only a range is made."""
        self._by_number: dict[int, _Growing] = {}
        self._notices: list[str] = []
        self._predicted = Predicted(())
        self._scored = Scored(())
        self._cache_use = CacheUse()

    @property
    def stems(self) -> Stems:
        """Of the candidate that is played, filled from the start on."""
        return self._played.stems

    @property
    def draft(self) -> Draft | None:
        """What to hear and see until finished sound comes; no part of the take."""
        return self._drafts.latest

    @property
    def frames_done(self) -> int:
        """Frames of the played candidate that exist by now."""
        return self._played.done

    def add(self, step: Step) -> None:
        """Add a step. Raises ScratchError."""
        match step:
            case StemChunk(is_draft=True):
                # Without room for a draft the take goes on.
                with suppress(ScratchError):
                    self._drafts.add(step)
            case StemChunk():
                made = self._of(step.candidate)
                made.add(step)
                if self.part is not None and made is self._played:
                    # Without room to show it the take goes on.
                    with suppress(ScratchError):
                        self.part.add(made.sound, made.done)
                elif made is self._played:
                    # Without room for it the drafts end here.
                    with suppress(ScratchError):
                        self._drafts.finish(step)
            case Absent():
                self._of(step.candidate).absent = step.stretches
            case Notice():
                self._notices.append(step.text)
            case Predicted():
                self._predicted = Predicted((*self._predicted.spans, *step.spans))
            case Scored():
                self._scored = step
            case CacheUse():
                self._cache_use = step

    def _of(self, candidate: int) -> _Growing:
        if candidate not in self._by_number:
            self._by_number[candidate] = _Growing(self._request.samples.shape) if self._by_number else self._played
        return self._by_number[candidate]

    def _redone(self, base: Take, name: str, seconds: float) -> Take:
        """`base` with the range that was made in its place.

        Its edits by hand stay edits; those inside the range go with the sound that they were made for.
        """
        request, is_exact = self._request, sums_exactly(self._request.settings)
        first, last = request.wanted[0], self._played.done
        splicing = spliced(
            base.sound,
            self._played.sound,
            None if base.source else request.samples,
            request.sample_rate,
            (first, last),
            f"redone, seed {request.settings.seed}",
            is_exact=is_exact,
            keeps_edits=True,
        )
        sound = finish(splicing)
        if is_alike(base.sound.stems.target[first:last], sound.stems.target[first:last]):
            self._notices.append(NOTHING_DIFFERS)
        return Take(
            name,
            request.prompt,
            request.settings,
            sound,
            seconds,
            base.frames_done,
            tuple(self._notices),
            self._predicted.spans,
            stretch=base.stretch,
            from_cache=self._cache_use.is_hit,
        )

    def take(self, name: str, seconds: float) -> Take | None:
        """The take, or None where nothing was finished; candidates that are incomplete are left out.

        What was not reached, or not wanted, is as in the base, or left in the residual, so that the stems still sum to
        the clip. Raises ScratchError.
        """
        request, played = self._request, self._played
        first, last = request.wanted
        if played.done <= first:
            return None
        if self._base is not None:
            return self._redone(self._base, name, seconds)
        scores = self._scored.scores
        kept = {
            number: made
            for number, made in sorted(self._by_number.items())
            if made is played or (scores and made.done == last)
        }
        for made in kept.values():
            self._leave_the_rest(made)
        rate, is_whole = request.sample_rate, played.done == last
        sounds = {number: self._limited(made) for number, made in kept.items()}
        if self._band is not None:
            self._notices.append(NOTICE.format(*self._band))
        return Take(
            name,
            request.prompt,
            request.settings,
            next(sounds[number] for number, made in kept.items() if made is played),
            seconds,
            len(request.samples) if is_whole else played.done,
            tuple(self._notices),
            self._predicted.spans,
            self._candidates(sounds),
            stretch=(first / rate, played.done / rate) if self.part is not None else None,
            from_cache=self._cache_use.is_hit,
        )

    def _candidates(self, sounds: Mapping[int, Sound]) -> tuple[Candidate, ...]:
        """Those that are whole, and those that the engine makes when they are asked for."""
        return tuple(
            Candidate(sounds.get(number), scores)
            for number, scores in enumerate(self._scored.scores)
            if number in sounds or self._scored.on_demand
        )

    def _limited(self, made: _Growing) -> Sound:
        """Its sound, in the only frequencies that are wanted."""
        request = self._request
        if self._band is None:
            return made.sound
        whole = request.samples if sums_exactly(request.settings) else None
        return limited_to_band(made.sound, whole, request.sample_rate, (request.wanted[0], made.done), self._band)

    def _leave_the_rest(self, made: _Growing) -> None:
        """Fill the residual before and after what was made."""
        request, (first, _) = self._request, self._request.wanted
        for start, stop in ((0, first), (made.done, len(request.samples))):
            for place in range(start, stop, _COPY_FRAMES):
                piece = slice(place, min(place + _COPY_FRAMES, stop))
                made.stems.residual[piece] = np.nan_to_num(request.samples[piece])
                forget_pages(made.stems.residual)
        if self.part is not None:
            is_exact = sums_exactly(request.settings)
            frame_range = first, made.done
            limit_to_range(made.sound, request.samples, request.sample_rate, frame_range, is_exact=is_exact)
