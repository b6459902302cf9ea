"""The embedded engine: spans in, stems out, window by window, without weights."""

from collections.abc import Generator
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np
from torch import Tensor

from samstudio.separation.boxes import BandCells, keep_to_boxes
from samstudio.separation.devices import choose_device
from samstudio.separation.engine import (
    Notice,
    Predicted,
    Progress,
    SeparationError,
    SeparationRequest,
    StemChunk,
    Step,
)
from samstudio.separation.engine_info import PromptPart
from samstudio.separation.marks import resolve
from samstudio.separation.registry import engine_that_accepts
from samstudio.separation.spectral.fit import Learned
from samstudio.separation.spectral.masks import window_mask
from samstudio.separation.spectral.material import LEARNED_SECONDS, read_sound, view
from samstudio.separation.spectral.plan import Planning, SeparationPlan, learning_work, second_work
from samstudio.separation.spectral.spatial import spatial_wiener
from samstudio.separation.spectral.special.recognise import named_kind
from samstudio.separation.spectral.voice.voice_share import voice_share
from samstudio.separation.spectral.words import (
    CHECKED_SECONDS,
    check_words,
    is_in_word_list,
    quiet_spans,
    refuse_missed_voice,
    refuse_silence,
    shown_text,
    with_heard_minus_spans,
    with_heard_spans,
)
from samstudio.separation.stems import exact_residual, silence
from samstudio.separation.steps import Steps, fractions, mapped, sifted
from samstudio.separation.stft import StftGrid
from samstudio.separation.windows import Joiner, Window, windows
from samstudio.session.prompt import Span

WINDOW_SECONDS, CONTEXT_SECONDS, FADE_SECONDS = 12.0, 0.6, 0.05
WINDOW_SAMPLES = 12 * 96000 * 2
"""No window holds more samples, all channels together: many channels at high rates get shorter ones."""
LEARNING, SEPARATING = "Learning the sound", "Separating"
"""The stages."""
LISTENING = 0.6
"""Work of listening to a second of the clip, in seconds of sound that are separated in the same time."""
CHECKING = 1.0 + 2.0 * LISTENING
"""Likewise of checking a second of the target: it is separated, and both stems are listened to."""
WINDOW_STEPS = 130
"""About how often the work on a window yields."""

T = TypeVar("T")

NEARLY_ALL = (
    "This is nearly all of the recording: if “{text}” is only a part of it, mark a + span where it is heard and a − "
    "span where it is not."
)
LEAST_REST = 0.11
"""Said of words alone where the residual holds a smaller part of the clip's energy: the target is within 0.5 dB."""

NO_MINUS = "No − span is marked, so the background was guessed: a − span where the sound is absent makes this better."
NO_VIDEO = "The spectral engine does not use the video: mark a + span where the sound is heard{other}."
OTHER_ENGINE = ", or set up {title}, which understands an object in the video"
REGION_IGNORED = "What is marked in the video was ignored: this engine does not use the video."
ROUGH = "Rough: found by the word “{word}” alone; mark a + span where the sound is heard for a better result."


class SpectralEngine:
    """Separates by + and - spans alone; understands a few words without any span."""

    def separate(self, request: SeparationRequest) -> Generator[Step, None, None]:
        """Yield progress, notices and finished chunks; see `Engine`. Raises SeparationError."""
        request.check_length()
        duration = request.duration
        if request.prompt.active_objects:
            if request.prompt.without_objects().is_empty:
                other = engine_that_accepts(PromptPart.REGIONS)
                raise SeparationError(NO_VIDEO.format(other=OTHER_ENGINE.format(title=other.title) if other else ""))
            yield Notice(REGION_IGNORED)
        grid = StftGrid(request.sample_rate, choose_device(request.settings.device, apple=False))
        marks = resolve(request.prompt, duration)
        needed = _needed_windows(request, grid)
        windows_seconds = (needed[-1].end - needed[0].start) / request.sample_rate
        heard, by_words = 0.0, not marks.plus and is_in_word_list(request)
        said = list[Step]()
        checked = CHECKING * min(CHECKED_SECONDS, duration) if by_words else 0.0
        if not marks.plus and request.prompt.text.strip():
            yield from refuse_silence(request)
        if not named_kind(request.prompt.text) and not (marks.plus and marks.minus):
            listening = (with_heard_minus_spans if marks.plus else with_heard_spans)(request)
            # The most that may come, what is read around the spans included: the fraction done only rises.
            rest = learning_work(min(duration, 1.5 * LEARNED_SECONDS), guesses=True) + checked + windows_seconds
            rest += second_work(min(duration, 1.5 * LEARNED_SECONDS)) if by_words else 0.0
            # What was heard is told once the result has been checked.
            listened = _listened(sifted(listening, _is_progress), LISTENING * duration, rest)
            (request, said), heard = yield from listened
            marks = resolve(request.prompt, duration)
        planning = Planning(request, marks, grid)
        ahead = planning.work
        checked = 0.0 if planning.is_judged(request.prompt.text) else checked
        again = second_work(planning.seconds) if by_words else 0.0
        total = heard + ahead + again + checked + windows_seconds
        yield Progress(LEARNING if ahead else SEPARATING, heard, total)
        plan = yield from _reported(planning.steps(), LEARNING, heard, ahead, total)
        if not marks.plus:
            yield Notice(ROUGH.format(word=request.prompt.text.strip()))
        if by_words:
            if isinstance(plan.method, Learned):
                if plan.method.misses_voice:
                    refuse_missed_voice(request)
                second = _second_plan(request, planning, plan)
                planning, plan, quiet = yield from _reported(second, LEARNING, heard + ahead, again, total)
                said = [_with_spans(step, quiet) for step in said]
                marks, ahead = plan.marks, ahead + again
            checking = check_words(request, marks, planning.pieces, partial(_separating, plan=plan))
            counted = mapped(checking, lambda step: _within(step, heard + ahead, checked, total))
            _, told = yield from sifted(planning.judged(request.prompt.text, counted), _is_progress)
            said += told
        yield from said
        if isinstance(plan.method, Learned) and not marks.minus:
            yield Notice(NO_MINUS)
        finished = _apply(request, plan, needed, heard + ahead + checked, total)
        yield from _said_if_nearly_all(request, finished) if by_words else finished


def _with_spans(step: Step, more: tuple[Span, ...]) -> Step:
    if not isinstance(step, Predicted):
        return step
    return Predicted(tuple(sorted((*step.spans, *more), key=lambda span: span.start)))


def _second_plan(
    request: SeparationRequest, planning: Planning, plan: SeparationPlan
) -> Generator[float, None, tuple[Planning, SeparationPlan, tuple[Span, ...]]]:
    """The plan once more, with − spans where the first one takes hardly anything; which these are."""
    looking = quiet_spans(request, plan.marks, planning.pieces, partial(_separating, plan=plan))
    quiet = yield from mapped(looking, lambda fraction: fraction / 2)
    if quiet:
        request = replace(request, prompt=replace(request.prompt, spans=(*quiet, *request.prompt.spans)))
        again = Planning(request, resolve(request.prompt, request.duration), plan.grid)
        second = yield from mapped(again.steps(), lambda fraction: 0.5 + fraction / 2)
        if isinstance(second.method, Learned) and not second.method.misses_voice:
            return again, second, quiet
    return planning, plan, ()


def _said_if_nearly_all(request: SeparationRequest, steps: Generator[Step, None, None]) -> Generator[Step, None, None]:
    """The steps, and a notice after them where the target is nearly the whole clip."""
    clip_energy = rest_energy = 0.0
    for step in steps:
        if isinstance(step, StemChunk):
            clip_energy += float(np.square(step.target + step.residual, dtype=np.float64).sum())
            rest_energy += float(np.square(step.residual, dtype=np.float64).sum())
        yield step
    if rest_energy < LEAST_REST * clip_energy:
        yield Notice(NEARLY_ALL.format(text=shown_text(request)))


def _listened(
    listening: Generator[Step, None, T], amount: float, rest: float
) -> Generator[Step, None, tuple[T, float]]:
    """Listen, as `amount` of the work before `rest`; the result, and what the listening was of it, 0 if kept."""
    done = 0.0
    while True:
        try:
            step = next(listening)
        except StopIteration as end:
            return end.value, done
        if isinstance(step, Progress):
            done = amount
            step = Progress(step.stage, amount * step.fraction, amount + rest)
        yield step


def _is_progress(step: Step) -> bool:
    return isinstance(step, Progress)


def _within(step: Step, done: float, amount: float, total: float) -> Step:
    """Progress of a part as that of the whole, in which it is `amount` of the work after `done`."""
    return Progress(step.stage, done + amount * step.fraction, total) if isinstance(step, Progress) else step


def _reported(
    work: Generator[float, None, T], stage: str, done: float, amount: float, total: float
) -> Generator[Step, None, T]:
    """Walk `work`, which yields fractions, and report it as `amount` of the whole."""
    return mapped(work, lambda fraction: Progress(stage, done + amount * fraction, total))


def _fade(grid: StftGrid) -> int:
    """Frames that neighbouring windows share."""
    return _on_grid(FADE_SECONDS, grid)


def _on_grid(seconds: float, grid: StftGrid) -> int:
    """Frames of a time, as a multiple of the hop: windows begin on the frame grid of the spans."""
    return max(1, round(seconds * grid.sample_rate / grid.hop)) * grid.hop


def _needed_windows(request: SeparationRequest, grid: StftGrid) -> list[Window]:
    """The clip's windows that overlap what is wanted: a part comes out as it would of the whole clip."""
    frames, channels = request.samples.shape
    length = _on_grid(min(WINDOW_SECONDS, WINDOW_SAMPLES / (channels * request.sample_rate)), grid)
    start, stop = request.wanted
    all_windows = windows(frames, length, _on_grid(CONTEXT_SECONDS, grid), _fade(grid))
    return [window for window in all_windows if window.start < stop and start < window.end]


def _apply(
    request: SeparationRequest, plan: SeparationPlan, needed: list[Window], done: float, total: float
) -> Generator[Step, None, None]:
    """Separate window by window; `done` of `total` seconds is what the work before counts as."""
    samples, rate = request.samples, request.sample_rate
    frames, fade = len(samples), _fade(plan.grid)
    minus_boxes = plan.marks.minus_boxes if request.settings.silent_in_minus else ()
    joiner, before, first = Joiner(frames, fade), done, needed[0].start
    for window in needed:
        sound = read_sound(samples, window.read_start, window.read_end, plan.grid.device)
        separation = _separating(sound, plan)
        reached = window.end if window is needed[-1] else window.end - fade
        amount = before + (reached - first) / rate - done
        target = yield from _reported(separation, SEPARATING, done, amount, total)
        target = keep_to_boxes(target, window.read_start, plan.marks.plus_boxes, minus_boxes, BandCells(plan.grid))
        start, finished = joiner.add(window, np.ascontiguousarray(target.T.cpu().numpy()))
        if request.settings.silent_in_minus:
            silence(finished, start, rate, plan.marks.minus)
        done += amount
        low, high = max(start, request.wanted[0]), min(start + len(finished), request.wanted[1])
        if low < high:
            yield StemChunk(low, *exact_residual(np.array(samples[low:high]), finished[low - start : high - start]))
        yield Progress(SEPARATING, done, total)


def _separating(sound: Tensor, plan: SeparationPlan) -> Generator[float, None, Tensor]:
    return fractions(separate_window(sound, plan), WINDOW_STEPS)


def separate_window(sound: Tensor, plan: SeparationPlan) -> Steps[Tensor]:
    """The target (C, n) in sound (C, n)."""
    yield
    if not isinstance(plan.method, Learned):
        return plan.method.extract(sound)
    bands = view(sound, plan.grid, plan.method.scale)
    yield
    voice = None
    if plan.method.voice is not None:
        voice = yield from voice_share(sound, bands.spectra, plan.grid)
    mask = yield from window_mask(bands, plan.method, plan.grid, plan.profile, voice)
    spectra = spatial_wiener(bands.spectra, mask) if len(sound) > 1 else bands.spectra * mask
    yield
    return plan.grid.istft(spectra, sound.shape[1])
