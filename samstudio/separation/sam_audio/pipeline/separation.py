"""One separation by SAM Audio, from the clip's samples to its stems, in the order in which it is done.

What grows with the clip's length lies in scratch files. C channels, T latent frames.
"""

from collections.abc import Generator, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.cache.content import sound_digest
from samstudio.separation.engine import Notice, Predicted, Step
from samstudio.separation.marks import resolve
from samstudio.separation.resample import ResampledPart, resampled_length
from samstudio.separation.sam_audio.pipeline.anchors import Anchors, prompt_anchors
from samstudio.separation.sam_audio.pipeline.candidates.delivery import Delivery
from samstudio.separation.sam_audio.pipeline.candidates.measures import Known
from samstudio.separation.sam_audio.pipeline.decoding import DecodedRows, DecodedSound, Decoding
from samstudio.separation.sam_audio.pipeline.drafts import Drafts
from samstudio.separation.sam_audio.pipeline.encoding import Encoding, read_finite
from samstudio.separation.sam_audio.pipeline.excerpt import Excerpt
from samstudio.separation.sam_audio.pipeline.loading import Loading, TextFeatures
from samstudio.separation.sam_audio.pipeline.prediction import mark_predicted, noted, predict
from samstudio.separation.sam_audio.pipeline.rendering import Rendering, latent_part
from samstudio.separation.sam_audio.pipeline.solve_windows import SolveWindows
from samstudio.separation.sam_audio.pipeline.video_features import VideoFeatures
from samstudio.separation.sam_audio.runtime.cost_model import CostModel, vision_cost
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, OomFallback, UnitTooLargeError
from samstudio.separation.sam_audio.sampling.clip_field import ClipField
from samstudio.separation.sam_audio.sampling.joint_solver import Latents, Solved, solve_in_order, solve_jointly
from samstudio.separation.sam_audio.sampling.noise import start_latents
from samstudio.separation.sam_audio.settings import Mode, ResidualKind, SamAudioSettings, WindowOrder
from samstudio.separation.steps import reporting
from samstudio.separation.video.shown_video import shown_video
from samstudio.session.scratch import scratch_array
from samstudio.session.stretch import Stretch

ONE_CANDIDATE = "One candidate was made: to choose among several, the order must be joint."
HALVINGS = 2
"""How often windows are halved: still shorter ones give the model too little context."""


@dataclass(frozen=True, eq=False)
class SolvedLatents:
    """What a solve ended with: the latents at t = 1, and what was found before it."""

    latents: Latents
    predicted: tuple[Stretch, ...]
    steps: tuple[Step, ...]
    """What it told of that."""


class Separation:
    """The work on one request, step by step."""

    def __init__(self, excerpt: Excerpt, model: Model, longest: int, overlap: int, cache: ClipCache) -> None:
        """`longest` window and least `overlap` in latent frames. Raises SeparationError."""
        self._excerpt, self._request, self._cache = excerpt, excerpt.request, cache
        self._device = Device(model)
        self._settings = settings = SamAudioSettings.of(self._request.settings.options)
        self._plan = settings.plan
        self._text = self._request.prompt.text.strip()
        self._is_joint = settings.order is WindowOrder.JOINT
        candidates, wanted = settings.candidates if self._is_joint else 1, self._request.candidate
        self._all_numbers = tuple(range(candidates))
        self._numbers = self._all_numbers if wanted is None else (wanted,)
        """Of the candidates that are solved."""
        self._predicts = settings.predict_spans and bool(self._text)
        self._codec = codec = model.config.audio_codec
        samples, self._channels = self._request.samples.shape
        self._frames = -(-resampled_length(samples, self._request.sample_rate, codec.sample_rate) // codec.hop)
        self._place = range(excerpt.first, excerpt.first + self._frames)
        self._decoded = latent_part(self._request, codec)
        self._marks = resolve(self._request.prompt, samples / self._request.sample_rate)
        self._rows, self._halvings = DecodedRows(settings), 0
        self._video = shown_video(self._request)
        self._vision_cost = vision_cost(model.tower) if self._video else 0.0
        self._windows = SolveWindows(model.config, self._frames, longest, overlap, marked=self._rows.marked)
        self._cost_model = CostModel(self._total_cost())
        self._drafts = self._planned_drafts()

    def run(self) -> Generator[Step, None, None]:
        """See `Engine.separate`."""
        for step in self._steps():
            yield from self._device.new_notices()
            yield self._excerpt.for_clip(step)
        yield from self._device.new_notices()

    def _steps(self) -> Generator[Step, None, None]:
        """The separation of the excerpt, without the notices of the device."""
        lines, sees = self._channels * len(self._numbers), self._video is not None
        loading = Loading(self._device, self._windows, self._rows, self._channels, lines, self._cost_model, sees=sees)
        batch, text = yield from loading.load(self._text)
        if len(self._windows.windows) > 1:
            yield Notice(self._windows.order_text(is_joint=self._is_joint))
        whole = self._excerpt.whole
        reading = sound_digest(whole.samples, whole.sample_rate)
        clip = yield from reporting(reading, self._cost_model.add("Reading the recording", 0.0))
        cost = self._windows.costs.encode
        encoding = Encoding(whole, self._place, clip, self._device, self._cache, self._cost_model, cost)
        solved = self._solved_before(clip)
        if solved is None:
            solved = yield from self._solve_prompt(batch, text, encoding)
            if self._is_repeatable(solved):
                self._cache.put(self._latents_key(clip, self._numbers), solved, solved.latents.nbytes)
        else:
            self._cost_model.leave_only(self._delivery_cost())
            yield from solved.steps
            if len(self._numbers) == 1:
                yield from self._rendering(self._decoding(solved.latents, 0), self._known(solved)).advance(self._frames)
        if len(self._numbers) > 1:
            yield from self._deliver_candidates(solved.latents, self._known(solved))
        elif self._settings.candidates > len(self._all_numbers):
            yield Notice(ONE_CANDIDATE)

    def _solved_before(self, clip: str) -> SolvedLatents | None:
        """What the same solve ended with, also where more candidates were solved then than are wanted now."""
        solved = self._cache.get(SolvedLatents, self._latents_key(clip, self._numbers))
        if solved is None and self._numbers != self._all_numbers:
            of_all = self._cache.get(SolvedLatents, self._latents_key(clip, self._all_numbers))
            if of_all is not None:
                solved = replace(of_all, latents=of_all.latents[:, self._lines(self._numbers[0])])
        return solved

    def _lines(self, place: int) -> slice:
        """Of the candidate at that place among those that are solved."""
        return slice(place * self._channels, (place + 1) * self._channels)

    def _latents_key(self, clip: str, numbers: tuple[int, ...]) -> Hashable:
        """Tells of all that the latents are made of; what they are rendered to is no part of it."""
        whole, model, windows = self._excerpt.whole, self._device.model, self._windows
        finds = (model.config.span_predictor, whole.prompt.dismissed) if self._predicts else None
        video = (self._video.key, model.vision_key) if self._video else None
        made_by = (model.encoder_key, model.field_key, model.device.type, finds)
        solved = (self._plan, self._is_joint, windows.longest, windows.overlap, numbers, whole.settings.seed)
        return ("sam-audio latents", clip, self._place, self._text, whole.prompt.active_spans, video, made_by, solved)

    def _is_repeatable(self, solved: SolvedLatents) -> bool:
        """Whether the next such solve would end the same: memory did not run out, and the spans were looked for."""
        return not self._halvings and (not self._predicts or any(isinstance(step, Predicted) for step in solved.steps))

    def _known(self, solved: SolvedLatents) -> tuple[Stretch, ...]:
        """Where the target is known to be, in seconds."""
        return (*self._marks.plus, *solved.predicted)

    def _solve_prompt(self, batch: int, text: TextFeatures, encoding: Encoding) -> Generator[Step, None, SolvedLatents]:
        """Encode what is not known yet, and solve."""
        video = self._video_features()
        if video:
            yield from video.advance(self._needed(0))
        yield from encoding.advance(self._needed(0))
        told: list[Step] = []
        predicted = (yield from noted(self._predict(encoding), told)) if self._predicts else []
        anchors = self._anchors(predicted)
        fallback = OomFallback(self._device, batch, "the separation")
        frames = video.features if video else None
        field = ClipField(fallback, self._plan.times, text, encoding.features, anchors, frames)
        known = (*self._marks.plus, *predicted)
        latents = yield from self._solve(field, fallback, encoding, video, known)
        return SolvedLatents(latents, tuple(predicted), tuple(told))

    # What the field is conditioned on: video, and spans, marked and predicted

    def _video_features(self) -> VideoFeatures | None:
        """None where the prompt has no object in the video."""
        if self._video is None:
            return None
        whole = self._excerpt.whole
        length = -(-resampled_length(len(whole.samples), whole.sample_rate, self._codec.sample_rate) // self._codec.hop)
        return VideoFeatures(
            self._video, self._device, self._place, length, self._cache, self._cost_model, self._vision_cost
        )

    def _predict(self, encoding: Encoding) -> Generator[Step, None, list[Stretch]]:
        seconds, gone = len(self._request.samples) / self._request.sample_rate, self._excerpt.whole.prompt.dismissed
        features, windows, rate = encoding.features, self._windows.windows, self._codec.frame_rate
        predicting = predict(self._device, self._text, features, windows, rate, seconds, self._cost_model, gone)
        return (yield from predicting)

    def _anchors(self, predicted: Sequence[Stretch]) -> Anchors:
        """Of the excerpt, cut from those of the clip, so that its edges fall where they would in the whole."""
        anchors = prompt_anchors(self._excerpt.whole.prompt, self._place.stop, self._codec.sample_rate, self._codec.hop)
        anchors = anchors[self._place.start :]
        mark_predicted(anchors, predicted, self._codec)
        return anchors

    def _needed(self, final: int) -> int:
        """Up to which frame features are needed to go on, the frames before `final` being solved."""
        return self._frames if self._is_joint or self._predicts else self._windows.needed(final)

    # From noise to latents

    def _solve(
        self,
        field: ClipField,
        fallback: OomFallback,
        encoding: Encoding,
        video: VideoFeatures | None,
        known: Sequence[Stretch],
    ) -> Generator[Step, None, Latents]:
        """Solve, and deliver what is final where there is one candidate; with shorter windows if memory runs out."""
        spent = self._cost_model.done
        while True:
            width = self._device.model.config.transformer.out_channels
            seed = self._request.settings.seed
            latents = start_latents(seed, self._place, self._numbers, self._channels, width)
            rendering = self._rendering(self._decoding(latents, 0), known)
            # Before anything is delivered, shorter windows on the card are better than the CPU.
            fallback.raises_first = self._halvings < HALVINGS
            try:
                for solved in self._solve_steps(field, latents, fallback.most):
                    if self._drafts and solved.estimate:
                        yield from self._drafts.draft(solved.estimate, known)
                    amount = solved.rows * self._windows.length * self._windows.costs.evaluate
                    yield self._cost_model.add("Separating", amount)
                    fallback.raises_first &= solved.final == 0
                    if len(self._numbers) == 1:
                        yield from rendering.advance(solved.final)
                    if video:
                        yield from video.advance(self._needed(solved.final))
                    yield from encoding.advance(self._needed(solved.final))
            except UnitTooLargeError:
                self._shorten_windows(spent)
                yield Notice(self._windows.shortened_text)
            else:
                return latents

    def _planned_drafts(self) -> Drafts | None:
        """None where nobody wants them."""
        request, settings = self._request, self._settings
        if request.focus is None or request.frame_range is not None or not settings.drafts:
            return None
        cost, whole = self._windows.draft_cost, self._solve_cost() + self._delivery_cost()
        return Drafts(request, settings, self._device, self._marks, self._cost_model, cost, whole)

    def _solve_steps(self, field: ClipField, latents: Latents, batch: int) -> Generator[Solved, None, None]:
        if not self._is_joint:
            return solve_in_order(field, latents, self._windows.windows, self._plan, batch)
        probe = scratch_array(self._frames, latents[0].size).reshape(latents.shape)
        return solve_jointly(field, latents, probe, self._windows.windows, self._plan, batch)

    def _shorten_windows(self, before: float) -> None:
        """Begin the solve again, with half the window; `before` is the cost of what was done before the solve."""
        self._halvings += 1
        lost, planned = self._cost_model.done - before, self._solve_cost()
        self._windows = self._windows.halved()
        self._cost_model.leave_out(planned - self._solve_cost() - lost)

    def _solve_cost(self) -> float:
        return self._windows.solve_cost(self._channels * len(self._numbers), len(self._plan.times))

    # From latents to stems

    def _decoding(self, latents: Latents, place: int) -> Decoding:
        """Of the candidate at that place."""
        seed, cost = self._request.settings.seed, self._windows.costs.decode
        return Decoding(self._device, latents[:, self._lines(place)], self._rows, seed, cost)

    def _dry_decoding(self, latents: Latents, place: int) -> Decoding:
        """Of its target alone, without a watermark."""
        dry = DecodedRows(replace(self._settings, mode=Mode.GENERATED, residual=ResidualKind.EXACT, watermark=False))
        return Decoding(self._device, latents[:, self._lines(place)], dry, 0, self._windows.draft_cost)

    def _rendering(self, sound: DecodedSound, known: Sequence[Stretch], place: int = 0) -> Rendering:
        number = self._numbers[place]
        return Rendering(self._request, sound, self._codec, self._marks, known, self._cost_model, number)

    def _deliver_candidates(self, latents: Latents, known: Sequence[Stretch]) -> Generator[Step, None, None]:
        """Rank the candidates and deliver them, the best one first."""
        samples, rate = self._request.samples, self._request.sample_rate
        delivery = Delivery(
            [self._decoding(latents, place) for place in self._numbers],
            [self._dry_decoding(latents, place) for place in self._numbers],
            lambda sound, candidate: self._rendering(sound, known, candidate).advance(self._frames),
            ResampledPart(partial(read_finite, samples), len(samples), rate, self._codec.sample_rate),
            self._decoded,
            self._channels,
            self._codec,
            Known(tuple(known), self._marks.minus, self._text),
            self._windows.costs,
            self._cost_model,
        )
        yield from delivery.judged(self._device, self._settings.judge) if self._settings.judge else delivery.measured()

    def _total_cost(self) -> float:
        """Of the whole separation, in the unit of CostModel."""
        encoded: float = self._channels * self._windows.costs.encode + self._vision_cost
        return self._solve_cost() + self._frames * encoded + self._delivery_cost()

    def _delivery_cost(self) -> float:
        """Of what comes after the solve."""
        costs, count, rows = self._windows.costs, len(self._numbers), self._channels * self._rows.halves
        if count == 1:
            each: float = rows * costs.decode
        elif self._settings.judge:
            each = count * rows * (costs.decode + costs.render) + (count + 1) * costs.judge
        else:
            each = count * self._channels * self._windows.draft_cost + rows * costs.decode
        return len(self._decoded) * each
