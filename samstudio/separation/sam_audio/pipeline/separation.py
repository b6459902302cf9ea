"""One separation by SAM Audio, from the clip's samples to its stems.

What grows with the clip's length lies in scratch files. C channels, T latent frames.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from functools import lru_cache, partial

import torch
from torch import Tensor

from samstudio.separation.engine import (
    Notice,
    Predicted,
    Scored,
    SeparationError,
    Step,
)
from samstudio.separation.marks import resolve
from samstudio.separation.models.store import resolve_part
from samstudio.separation.sam_audio.nn.judge import Judge
from samstudio.separation.sam_audio.pipeline.anchors import Tokens, prompt_tokens
from samstudio.separation.sam_audio.pipeline.candidates import judge, keep, scores_text
from samstudio.separation.sam_audio.pipeline.decoding import DecodedRows, DecodedSound, Decoding
from samstudio.separation.sam_audio.pipeline.encoding import Encoding
from samstudio.separation.sam_audio.pipeline.excerpt import Excerpt
from samstudio.separation.sam_audio.pipeline.prediction import (
    mark_predicted,
    predict_stretches,
    predicted_spans,
    prediction_text,
)
from samstudio.separation.sam_audio.pipeline.ranking import CandidateSet, best_candidate, scores_of
from samstudio.separation.sam_audio.pipeline.rendering import Rendering, latent_part
from samstudio.separation.sam_audio.pipeline.resample import resampled_length
from samstudio.separation.sam_audio.pipeline.video_features import AT_ONCE, VideoFeatures, picture_of
from samstudio.separation.sam_audio.runtime.cost_model import CostModel, Costs, look_cost
from samstudio.separation.sam_audio.runtime.memory_budget import (
    free_memory,
    look,
    need,
    plan_text,
    rows_at_once,
    type_and_place,
)
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, NoRoomError, OomFallback
from samstudio.separation.sam_audio.sampling.clip_field import ClipField
from samstudio.separation.sam_audio.sampling.joint_solver import Latents, Solved, solve_in_order, solve_jointly
from samstudio.separation.sam_audio.sampling.latent_windows import latent_windows
from samstudio.separation.sam_audio.sampling.noise import start_latents
from samstudio.separation.sam_audio.settings import SamAudioSettings, WindowOrder
from samstudio.separation.steps import Steps, reporting
from samstudio.session.scratch import scratch_array
from samstudio.session.stretch import Stretch
from samstudio.session.take import Scores

JOINT = "Solved as a whole: {count} windows of {seconds:.0f} s agree with each other at every step."
STREAMING = (
    "Preview: {count} windows of {seconds:.0f} s, solved one after the other and faded into each other. "
    "The joint order takes longer to begin and has no seams."
)
NO_JUDGE = "One candidate was made: to choose among several, a Judge must be named, and the order be joint."
NO_ROOM = "The graphics card has no room for the model: it was run on the CPU."
SHORTER = "The graphics card ran out of memory: shorter windows were solved, of {seconds:.0f} s."
COMPUTED = "Computed in {}."
"""The type of the large matrices: in another one the same seed gives a slightly different result."""
HALVINGS = 2
"""So often are windows halved: in still shorter ones the model hears too little to be of use."""


class Separation:
    """Does what one request asks, step by step."""

    def __init__(self, excerpt: Excerpt, model: Model, longest: int, overlap: int) -> None:
        """`longest` window and least `overlap` in latent frames. Raises SeparationError."""
        self._excerpt, self._request = excerpt, excerpt.request
        self._card = Device(model)
        self._settings = settings = SamAudioSettings.of(self._request.settings.options)
        self._plan = settings.plan
        self._text = self._request.prompt.text.strip()
        chosen = bool(settings.judge) and settings.order is WindowOrder.JOINT
        self._candidates = settings.candidates if chosen else 1
        self._predicts = settings.predict_spans and bool(self._text)
        self._codec = codec = model.config.audio_codec
        samples, self._channels = self._request.samples.shape
        sound = resampled_length(samples, self._request.sample_rate, codec.sample_rate)
        self._frames = -(-sound // codec.hop)
        self._place = range(excerpt.first, excerpt.first + self._frames)
        self._decoded = latent_part(self._request, codec)
        self._marks = resolve(self._request.prompt, samples / self._request.sample_rate)
        self._rows = DecodedRows(settings)
        self._picture = picture_of(self._request)
        self._looking = look_cost(model.tower) if self._picture else 0.0
        self._halvings = 0
        self._place_windows(longest, overlap)

    def run(self) -> Generator[Step, None, None]:
        """See `Engine.separate`."""
        for step in self._steps():
            yield from self._card.news()
            yield self._excerpt.on_the_clip(step)
        yield from self._card.news()

    def _place_windows(self, longest: int, overlap: int) -> None:
        self._longest, self._overlap = longest, overlap
        self._windows = latent_windows(self._frames, longest, overlap)
        self._window = len(self._windows[0])
        transformer = self._card.model.config.transformer
        self._costs = Costs.of(self._codec, transformer, self._window, watermark=self._rows.marked)

    def _steps(self) -> Generator[Step, None, None]:
        """The separation of the excerpt, without the news of the memory."""
        work = self._work()
        batch, text = yield from self._prepare(work)
        sight = self._sight(work)
        if sight:
            yield from sight.advance(self._needed(0))
        intake = Encoding(self._request, self._card, work, self._costs.encode)
        yield from intake.advance(self._needed(0))
        tokens = self._tokens()
        predicted = (yield from self._predict(intake, work)) if self._predicts else []
        mark_predicted(tokens, predicted, self._codec)
        room = OomFallback(self._card, batch, "the separation")
        seen = sight.features if sight else None
        field = ClipField(room, self._plan.times, text, intake.features, tokens, seen)
        heard = (*self._marks.plus, *predicted)
        latents = yield from self._solve(field, room, intake, sight, heard, work)
        if self._candidates > 1:
            yield from self._deliver_all(intake, latents, heard, work)
        elif self._settings.candidates > 1:
            yield Notice(NO_JUDGE)

    def _solve(
        self,
        field: ClipField,
        room: OomFallback,
        intake: Encoding,
        sight: VideoFeatures | None,
        heard: Sequence[Stretch],
        work: CostModel,
    ) -> Generator[Step, None, Latents]:
        """Solve, and deliver what is final where there is one candidate; with shorter windows if there is no room."""
        begun = work.done
        while True:
            width = self._card.model.config.transformer.out_channels
            seed = self._request.settings.seed
            latents = start_latents(seed, self._place, self._candidates, self._channels, width)
            rendering = self._rendering(self._decoding(latents, 0), heard, work)
            # Before anything is delivered, shorter windows are the better way out.
            room.asks_first = self._halvings < HALVINGS
            try:
                for solved in self._walk(field, latents, room.most):
                    yield work.add("Separating", solved.rows * self._window * self._costs.evaluate)
                    room.asks_first &= solved.final == 0
                    if self._candidates == 1:
                        yield from rendering.advance(solved.final)
                    if sight:
                        yield from sight.advance(self._needed(solved.final))
                    yield from intake.advance(self._needed(solved.final))
            except NoRoomError:
                self._shorten_windows(work, begun)
                yield Notice(SHORTER.format(seconds=self._window / self._codec.frame_rate))
            else:
                return latents

    def _shorten_windows(self, work: CostModel, begun: float) -> None:
        """Begin anew, with half the window; `begun` is the work that was done before the solve."""
        self._halvings += 1
        spent, before = work.done - begun, self._evaluations()
        self._place_windows(self._window // 2, min(self._overlap, self._window // 4))
        work.leave_out(before - self._evaluations() - spent)

    def _prepare(self, work: CostModel) -> Generator[Step, None, tuple[int, tuple[Tensor, Tensor]]]:
        """Say what is needed and load it: how many rows to evaluate at once, the text's features and mask."""
        batch, news = self._planned()
        yield work.add(news, 0.0)
        try:
            text = yield from reporting(
                self._card.model.load(self._text, watermark=self._rows.marked), work.add(news, 0.0)
            )
        except torch.OutOfMemoryError:
            self._card.move_to_cpu()
            batch, news = self._planned()
            yield Notice(NO_ROOM)
            text = yield from reporting(
                self._card.model.load(self._text, watermark=self._rows.marked), work.add(news, 0.0)
            )
        yield Notice(COMPUTED.format(type_and_place(self._card.model.device, self._card.model.dtype)))
        if len(self._windows) > 1:
            sentence = JOINT if self._settings.order is WindowOrder.JOINT else STREAMING
            seconds = self._window / self._codec.frame_rate
            yield Notice(sentence.format(count=len(self._windows), seconds=seconds))
        return batch, text

    def _sight(self, work: CostModel) -> VideoFeatures | None:
        """What looks at the picture, if anything does."""
        if self._picture is None:
            return None
        return VideoFeatures(self._picture, self._request.prompt.regions, self._card, self._place, work, self._looking)

    def _tokens(self) -> Tokens:
        """Of the excerpt, cut from those of the clip, so that its edges fall where they would in the whole."""
        tokens = prompt_tokens(self._excerpt.whole.prompt, self._place.stop, self._codec.sample_rate, self._codec.hop)
        return tokens[self._place.start :]

    def _decoding(self, latents: Latents, candidate: int) -> Decoding:
        """Of one candidate's lines."""
        lines = slice(candidate * self._channels, (candidate + 1) * self._channels)
        return Decoding(self._card, latents[:, lines], self._rows, self._request.settings.seed, self._costs.decode)

    def _rendering(
        self, sound: DecodedSound, heard: Sequence[Stretch], work: CostModel, candidate: int = 0
    ) -> Rendering:
        return Rendering(self._request, sound, self._codec, self._marks, heard, work, candidate)

    def _deliver_all(
        self, intake: Encoding, latents: Latents, heard: Sequence[Stretch], work: CostModel
    ) -> Generator[Step, None, None]:
        """Judge the candidates and deliver them, the best one first; only the first where the Judge cannot be asked."""
        decodings = [self._decoding(latents, candidate) for candidate in range(self._candidates)]
        room = OomFallback(self._card, 1, "judging")
        try:
            path = resolve_part(self._settings.judge, self._card.model.folder)
            judge_on = lru_cache(maxsize=1)(lambda model: Judge.load(path, model.device))
            yield from reporting(room.whole(partial(_loaded, judge_on)), work.add("Loading the Judge", 0.0))
        except SeparationError as error:
            yield Notice(f"The first candidate was used because the Judge is not available: {error}")
            work.leave_out(work.total - work.done - decodings[0].cost * len(self._decoded))
            yield from self._rendering(decodings[0], heard, work).advance(self._frames)
            return
        kept = yield from keep(decodings, self._decoded, self._channels, self._codec, self._costs, work)
        judging = judge(
            lambda asked: room.whole(partial(_scored, judge_on, asked)),
            self._text,
            intake.sound,
            kept,
            self._decoded,
            self._codec,
            self._costs,
            work,
        )
        scores = yield from judging
        best = best_candidate(scores)
        yield Scored(tuple(scores))
        yield Notice(scores_text(best, scores))
        for candidate in sorted(range(self._candidates), key=lambda candidate: candidate != best):
            yield from self._rendering(kept[candidate], heard, work, candidate).advance(self._frames)

    def _planned(self) -> tuple[int, str]:
        """How many rows to evaluate at once, and what is going to be used, in words."""
        model, window = self._card.model, self._window
        rows = self._channels * self._rows.halves
        wanted = need(model.config, window, rows, model.dtype)
        if self._picture:
            wanted = replace(wanted, look=look(model.tower, AT_ONCE[model.device.type], model.dtype))
        left = free_memory(model.device) - wanted.weights
        batch = rows_at_once(model.device, window, self._longest, wanted.row, left)
        batch = min(batch, self._channels * self._candidates * len(self._windows))
        return batch, plan_text(wanted.total(batch), model.device, model.dtype)

    def _predict(self, intake: Encoding, work: CostModel) -> Generator[Step, None, list[Stretch]]:
        """Look for the words of the prompt; none are found where there is no span predictor, which is told."""
        room = OomFallback(self._card, 1, "the search for the sound")
        try:
            found = yield from reporting(room.whole(partial(self._look, intake)), work.add("Finding the sound", 0.0))
        except SeparationError as error:
            yield Notice(f"No spans were predicted: {error}")
            return []
        spans = predicted_spans(found, len(self._request.samples) / self._request.sample_rate)
        yield Predicted(spans)
        yield Notice(prediction_text(self._text, spans))
        return found

    def _look(self, intake: Encoding, model: Model) -> Steps[list[Stretch]]:
        yield
        predictor = model.span_predictor()
        looking = predict_stretches(predictor, self._text, intake.features, self._windows, self._codec.frame_rate)
        return (yield from looking)

    def _work(self) -> CostModel:
        """All the work there is."""
        rows = self._channels * self._candidates * self._rows.halves
        decoded = rows * self._costs.decode
        if self._candidates > 1:
            decoded += (self._candidates + 1) * self._costs.judge + rows * self._costs.render
        encoded = self._channels * self._costs.encode + self._looking
        return CostModel(self._evaluations() + self._frames * encoded + len(self._decoded) * decoded)

    def _evaluations(self) -> float:
        """The work of all evaluations of the field."""
        rows = self._channels * self._candidates * len(self._windows)
        work: float = rows * self._window * len(self._plan.times) * self._costs.evaluate
        return work

    def _walk(self, field: ClipField, latents: Latents, batch: int) -> Generator[Solved, None, None]:
        if self._settings.order is WindowOrder.STREAMING:
            return solve_in_order(field, latents, self._windows, self._plan, batch)
        probe = scratch_array(self._frames, latents[0].size).reshape(latents.shape)
        return solve_jointly(field, latents, probe, self._windows, self._plan, batch)

    def _needed(self, final: int) -> int:
        """Up to which frame features are needed to go on, the frames before `final` being solved."""
        if self._settings.order is WindowOrder.JOINT or self._predicts:
            return self._frames
        return next((window.stop for window in self._windows if window.start >= final), self._frames)


def _loaded(judge_on: Callable[[Model], Judge], model: Model) -> Steps[None]:
    yield
    judge_on(model)


def _scored(judge_on: Callable[[Model], Judge], asked: CandidateSet, model: Model) -> Steps[list[Scores]]:
    return (yield from scores_of(judge_on(model), asked))
