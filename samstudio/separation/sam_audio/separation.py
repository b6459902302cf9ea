"""One separation by SAM Audio, from the clip's samples to its stems.

What grows with the clip's length lies in scratch files. C channels, T latent frames.
"""

from collections.abc import Generator, Sequence

import torch
from torch import Tensor

from samstudio.separation.engine import (
    Predicted,
    Remark,
    Scored,
    SeparationError,
    SeparationRequest,
    Step,
    UnavailableError,
)
from samstudio.separation.sam_audio.candidates import judge, keep, scores_text
from samstudio.separation.sam_audio.clip_field import ClipField
from samstudio.separation.sam_audio.decoding import Decoding, Rows, Sound
from samstudio.separation.sam_audio.intake import Intake
from samstudio.separation.sam_audio.joint import Latents, Solved, solve_in_order, solve_jointly
from samstudio.separation.sam_audio.judge import Judge
from samstudio.separation.sam_audio.latent_windows import latent_windows
from samstudio.separation.sam_audio.library import resolve_part
from samstudio.separation.sam_audio.model import Model
from samstudio.separation.sam_audio.noise import BLOCK, noise
from samstudio.separation.sam_audio.planner import free_memory, need, plan_text, rows_at_once
from samstudio.separation.sam_audio.prediction import (
    mark_predicted,
    predict_stretches,
    predicted_spans,
    prediction_text,
)
from samstudio.separation.sam_audio.presets import effort
from samstudio.separation.sam_audio.ranking import JudgeRanker, best_candidate
from samstudio.separation.sam_audio.rendering import Rendering
from samstudio.separation.sam_audio.resample import resampled_length
from samstudio.separation.sam_audio.room import Card, Room
from samstudio.separation.sam_audio.sight import Sight, picture_of
from samstudio.separation.sam_audio.tokens import prompt_tokens
from samstudio.separation.sam_audio.work import Costs, Work, look_cost
from samstudio.separation.spectral.material import Stretch, resolve
from samstudio.session.sam_audio_settings import Order
from samstudio.session.scratch import forget_pages, scratch_array

JOINT = "Solved as a whole: {count} windows of {seconds:.0f} s agree with each other at every step."
STREAMING = (
    "Preview: {count} windows of {seconds:.0f} s, solved one after the other and faded into each other. "
    "The joint order takes longer to begin and has no seams."
)
NO_JUDGE = "One candidate was made: to choose among several, a Judge must be named, and the order be joint."
NO_ROOM = "The graphics card has no room for the model: it was run on the CPU."


class Separation:
    """Does what one request asks, step by step."""

    def __init__(self, request: SeparationRequest, model: Model, longest: int, overlap: int) -> None:
        """`longest` window and least `overlap` in latent frames. Raises SeparationError."""
        self._request, self._model = request, model
        self._card = Card(model)
        self._settings = settings = request.settings.sam_audio
        self._effort = effort(settings)
        self._plan = self._effort.plan
        self._text = request.prompt.text.strip()
        chosen = bool(settings.judge) and settings.order is Order.JOINT
        self._candidates = self._effort.candidates if chosen else 1
        self._predicts = self._effort.predict_spans and bool(self._text)
        self._codec = codec = model.config.audio_codec
        samples, self._channels = request.samples.shape
        sound = resampled_length(samples, request.sample_rate, codec.sample_rate)
        self._frames = -(-sound // codec.hop)
        self._windows = latent_windows(self._frames, longest, overlap)
        self._longest = longest
        self._marks = resolve(request.prompt, samples / request.sample_rate)
        self._rows = Rows(settings)
        window = len(self._windows[0])
        self._costs = Costs.of(codec, model.config.transformer, window, watermark=self._rows.marked)
        self._picture = picture_of(request)
        self._looking = look_cost(model.tower) if self._picture else 0.0

    def run(self) -> Generator[Step, None, None]:
        """See `Engine.separate`."""
        for step in self._steps():
            yield from self._card.news()
            yield step
        yield from self._card.news()

    def _steps(self) -> Generator[Step, None, None]:
        """All but what is told of the memory."""
        work = self._work()
        batch, text = yield from self._prepare(work)
        sight = self._sight(work)
        if sight:
            yield from sight.advance(self._needed(0))
        intake = Intake(self._request, self._model, work, self._costs.encode)
        yield from intake.advance(self._needed(0))
        tokens = prompt_tokens(self._request.prompt, self._frames, self._codec.sample_rate, self._codec.hop)
        predicted = (yield from self._predict(intake, work)) if self._predicts else []
        mark_predicted(tokens, predicted, self._codec)
        room = Room(self._card, batch, "the separation")
        field = ClipField(room, self._plan.times, text, intake.features, tokens, sight.features if sight else None)
        latents = self._noise()
        heard = (*self._marks.plus, *predicted)
        rendering = self._rendering(self._decoding(latents, 0), heard, work)
        for solved in self._solve(field, latents, batch):
            yield work.add("Separating", solved.rows * len(self._windows[0]) * self._costs.evaluate)
            if self._candidates == 1:
                yield from rendering.advance(solved.final)
            if sight:
                yield from sight.advance(self._needed(solved.final))
            yield from intake.advance(self._needed(solved.final))
        if self._candidates > 1:
            yield from self._deliver_all(intake, latents, heard, work)
        elif self._effort.candidates > 1:
            yield Remark(NO_JUDGE)

    def _prepare(self, work: Work) -> Generator[Step, None, tuple[int, tuple[Tensor, Tensor]]]:
        """Say what is needed and load it: how many rows to evaluate at once, the text's features and mask."""
        batch, news = self._planned()
        yield work.add(news, 0.0)
        try:
            text = self._load()
        except torch.OutOfMemoryError:
            self._model = self._card.move_to_cpu()
            batch, news = self._planned()
            yield Remark(NO_ROOM)
            yield work.add(news, 0.0)
            text = self._load()
        if len(self._windows) > 1:
            sentence = JOINT if self._settings.order is Order.JOINT else STREAMING
            seconds = len(self._windows[0]) / self._codec.frame_rate
            yield Remark(sentence.format(count=len(self._windows), seconds=seconds))
        return batch, text

    def _sight(self, work: Work) -> Sight | None:
        """What looks at the picture, if anything does."""
        if self._picture is None:
            return None
        return Sight(self._picture, self._request.prompt.regions, self._card, range(self._frames), work, self._looking)

    def _decoding(self, latents: Latents, candidate: int) -> Decoding:
        """Of one candidate's lines."""
        lines = slice(candidate * self._channels, (candidate + 1) * self._channels)
        return Decoding(self._model, latents[:, lines], self._rows, self._request.settings.seed, self._costs.decode)

    def _rendering(self, sound: Sound, heard: Sequence[Stretch], work: Work, candidate: int = 0) -> Rendering:
        return Rendering(self._request, sound, self._codec.sample_rate, self._marks, heard, work, candidate)

    def _deliver_all(
        self, intake: Intake, latents: Latents, heard: Sequence[Stretch], work: Work
    ) -> Generator[Step, None, None]:
        """Judge the candidates and deliver them, the best one first; only the first where the Judge cannot be asked."""
        decodings = [self._decoding(latents, candidate) for candidate in range(self._candidates)]
        try:
            ranker = JudgeRanker(Judge.load(resolve_part(self._settings.judge, self._model.folder), self._model.device))
        except SeparationError as error:
            yield Remark(f"The first candidate was taken, for the Judge cannot be asked: {error}")
            work.leave_out(work.total - work.done - decodings[0].cost * self._frames)
            yield from self._rendering(decodings[0], heard, work).advance(self._frames)
            return
        kept = yield from keep(decodings, self._channels, self._codec, self._costs, work)
        scores = yield from judge(ranker, self._text, intake.sound, kept, self._codec, self._costs, work)
        best = best_candidate(scores)
        yield Scored(tuple(scores))
        yield Remark(scores_text(best, scores))
        for candidate in sorted(range(self._candidates), key=lambda candidate: candidate != best):
            yield from self._rendering(kept[candidate], heard, work, candidate).advance(self._frames)

    def _planned(self) -> tuple[int, str]:
        """How many rows to evaluate at once, and what is going to be used, in words."""
        model, window = self._model, len(self._windows[0])
        rows = self._channels * self._rows.halves
        wanted = need(model.config, window, rows, model.dtype)
        left = free_memory(model.device) - wanted.weights
        batch = rows_at_once(model.device, window, self._longest, wanted.row, left)
        batch = min(batch, self._channels * self._candidates * len(self._windows))
        return batch, plan_text(wanted.total(batch), model.device, model.dtype)

    def _predict(self, intake: Intake, work: Work) -> Generator[Step, None, list[Stretch]]:
        """Look for the words of the prompt; none are found where there is no span predictor, which is told."""
        yield work.add("Looking for the sound", 0.0)
        try:
            predictor = self._model.span_predictor()
        except SeparationError as error:
            yield Remark(f"No spans were predicted: {error}")
            return []
        looking = predict_stretches(predictor, self._text, intake.features, self._windows, self._codec.frame_rate)
        while True:
            try:
                next(looking)
            except StopIteration as end:
                found: list[Stretch] = end.value
                break
            yield work.add("Looking for the sound", 0.0)
        spans = predicted_spans(found, len(self._request.samples) / self._request.sample_rate)
        yield Predicted(spans)
        yield Remark(prediction_text(self._text, spans))
        return found

    def _load(self) -> tuple[Tensor, Tensor]:
        """Build and load what this request needs; the text's features and mask. Raises UnavailableError."""
        try:
            text = self._model.text(self._text)
            _ = self._model.codec, self._model.field
            if self._rows.marked:
                _ = self._model.watermark
        except UnavailableError:
            raise
        except SeparationError as error:
            raise UnavailableError(str(error)) from error
        return text

    def _work(self) -> Work:
        """All the work there is."""
        lines = self._channels * self._candidates
        evaluated = lines * len(self._windows) * len(self._windows[0]) * len(self._plan.times)
        codec = self._channels * self._costs.encode + lines * self._rows.halves * self._costs.decode
        if self._candidates > 1:
            codec += (self._candidates + 1) * self._costs.judge + lines * self._rows.halves * self._costs.render
        return Work(evaluated * self._costs.evaluate + self._frames * (codec + self._looking))

    def _noise(self) -> Latents:
        """Latents (T, lines, channels) at t = 0, the same for all channels of the clip, another for each candidate."""
        width = self._model.config.transformer.out_channels
        lines = self._channels * self._candidates
        latents = scratch_array(self._frames, lines * width).reshape(self._frames, lines, width)
        for start in range(0, self._frames, BLOCK):
            stop = min(start + BLOCK, self._frames)
            for line in range(lines):
                candidate = line // self._channels
                latents[start:stop, line] = noise(self._request.settings.seed, candidate, start, stop, width)
        forget_pages(latents)
        return latents

    def _solve(self, field: ClipField, latents: Latents, batch: int) -> Generator[Solved, None, None]:
        if self._settings.order is Order.STREAMING:
            return solve_in_order(field, latents, self._windows, self._plan, batch)
        probe = scratch_array(self._frames, latents[0].size).reshape(latents.shape)
        return solve_jointly(field, latents, probe, self._windows, self._plan, batch)

    def _needed(self, final: int) -> int:
        """Up to which frame features are needed to go on, the frames before `final` being solved."""
        if self._settings.order is Order.JOINT or self._predicts:
            return self._frames
        return next((window.stop for window in self._windows if window.start >= final), self._frames)
