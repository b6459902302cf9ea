"""One separation by SAM Audio, from the clip's samples to its stems, in the order in which it is done.

What grows with the clip's length lies in scratch files. C channels, T latent frames.
"""

from collections.abc import Generator, Hashable, Sequence
from dataclasses import dataclass

from samstudio.separation.cache.clip_cache import ClipCache
from samstudio.separation.cache.content import sound_digest
from samstudio.separation.engine import Notice, Predicted, Scored, SeparationError, Step
from samstudio.separation.marks import resolve
from samstudio.separation.resample import resampled_length
from samstudio.separation.sam_audio.pipeline.anchors import Anchors, prompt_anchors
from samstudio.separation.sam_audio.pipeline.candidates.judging import CandidateJudge, judge, keep, scores_text
from samstudio.separation.sam_audio.pipeline.candidates.ranking import best_candidate
from samstudio.separation.sam_audio.pipeline.decoding import DecodedRows, DecodedSound, Decoding
from samstudio.separation.sam_audio.pipeline.drafts import Drafts
from samstudio.separation.sam_audio.pipeline.encoding import Encoding
from samstudio.separation.sam_audio.pipeline.excerpt import Excerpt
from samstudio.separation.sam_audio.pipeline.loading import Loading, TextFeatures
from samstudio.separation.sam_audio.pipeline.prediction import mark_predicted, noted, predict
from samstudio.separation.sam_audio.pipeline.rendering import Rendering, latent_part
from samstudio.separation.sam_audio.pipeline.solve_windows import SolveWindows
from samstudio.separation.sam_audio.pipeline.video_features import VideoFeatures, prompted_video
from samstudio.separation.sam_audio.runtime.cost_model import CostModel, vision_cost
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, OomFallback, UnitTooLargeError
from samstudio.separation.sam_audio.sampling.clip_field import ClipField
from samstudio.separation.sam_audio.sampling.joint_solver import Latents, Solved, solve_in_order, solve_jointly
from samstudio.separation.sam_audio.sampling.noise import start_latents
from samstudio.separation.sam_audio.settings import SamAudioSettings, WindowOrder
from samstudio.separation.steps import reporting
from samstudio.session.scratch import scratch_array
from samstudio.session.stretch import Stretch

JOINT = "Solved as a whole: {count} windows of {seconds:.0f} s agree with each other at every step."
STREAMING = (
    "Preview: {count} windows of {seconds:.0f} s, solved one after the other and faded into each other. "
    "The joint order takes longer to begin and has no seams."
)
NO_JUDGE = "One candidate was made: to choose among several, a Judge must be named, and the order be joint."
SHORTER = "The graphics card ran out of memory: shorter windows were solved, of {seconds:.0f} s."
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
        self._candidates = settings.candidates if settings.judge and self._is_joint else 1
        self._predicts = settings.predict_spans and bool(self._text)
        self._codec = codec = model.config.audio_codec
        samples, self._channels = self._request.samples.shape
        self._frames = -(-resampled_length(samples, self._request.sample_rate, codec.sample_rate) // codec.hop)
        self._place = range(excerpt.first, excerpt.first + self._frames)
        self._decoded = latent_part(self._request, codec)
        self._marks = resolve(self._request.prompt, samples / self._request.sample_rate)
        self._rows = DecodedRows(settings)
        self._video = prompted_video(self._request)
        self._vision_cost = vision_cost(model.tower) if self._video else 0.0
        self._windows = SolveWindows(model.config, self._frames, longest, overlap, marked=self._rows.marked)
        self._halvings = 0
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
        lines, sees = self._channels * self._candidates, self._video is not None
        loading = Loading(self._device, self._windows, self._rows, self._channels, lines, self._cost_model, sees=sees)
        batch, text = yield from loading.load(self._text)
        yield from self._tell_order()
        whole = self._excerpt.whole
        reading = sound_digest(whole.samples, whole.sample_rate)
        clip = yield from reporting(reading, self._cost_model.add("Reading the recording", 0.0))
        cost = self._windows.costs.encode
        encoding = Encoding(whole, self._place, clip, self._device, self._cache, self._cost_model, cost)
        key = self._latents_key(clip)
        solved = self._cache.get(SolvedLatents, key)
        if solved is None:
            solved = yield from self._solve_prompt(batch, text, encoding)
            if self._is_repeatable(solved):
                self._cache.put(key, solved, solved.latents.nbytes)
        else:
            self._cost_model.leave_only(self._delivery_cost())
            yield from solved.steps
            if self._candidates == 1:
                yield from self._rendering(self._decoding(solved.latents, 0), self._known(solved)).advance(self._frames)
        if self._candidates > 1:
            yield from self._deliver_candidates(encoding, solved.latents, self._known(solved))
        elif self._settings.candidates > 1:
            yield Notice(NO_JUDGE)

    def _tell_order(self) -> Generator[Step, None, None]:
        count = len(self._windows.windows)
        if count > 1:
            sentence = JOINT if self._is_joint else STREAMING
            yield Notice(sentence.format(count=count, seconds=self._windows.seconds))

    def _latents_key(self, clip: str) -> Hashable:
        """Tells of all that the latents are made of; what they are rendered to is no part of it."""
        whole, model, windows = self._excerpt.whole, self._device.model, self._windows
        finds = model.config.span_predictor if self._predicts else None
        video = (self._video.key, whole.prompt.regions, model.vision_key) if self._video else None
        made_by = (model.encoder_key, model.field_key, model.device.type, finds)
        solved = (self._plan, self._is_joint, windows.longest, windows.overlap, self._candidates, whole.settings.seed)
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
        """None where the prompt has no region."""
        if self._video is None:
            return None
        whole, regions = self._excerpt.whole, self._request.prompt.regions
        length = -(-resampled_length(len(whole.samples), whole.sample_rate, self._codec.sample_rate) // self._codec.hop)
        return VideoFeatures(
            self._video, regions, self._device, self._place, length, self._cache, self._cost_model, self._vision_cost
        )

    def _predict(self, encoding: Encoding) -> Generator[Step, None, list[Stretch]]:
        duration = len(self._request.samples) / self._request.sample_rate
        windows, rate = self._windows.windows, self._codec.frame_rate
        predicting = predict(self._device, self._text, encoding.features, windows, rate, duration, self._cost_model)
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
            latents = start_latents(seed, self._place, self._candidates, self._channels, width)
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
                    if self._candidates == 1:
                        yield from rendering.advance(solved.final)
                    if video:
                        yield from video.advance(self._needed(solved.final))
                    yield from encoding.advance(self._needed(solved.final))
            except UnitTooLargeError:
                self._shorten_windows(spent)
                yield Notice(SHORTER.format(seconds=self._windows.seconds))
            else:
                return latents

    def _planned_drafts(self) -> Drafts | None:
        """None where nobody wants them."""
        request, settings = self._request, self._settings
        if request.focus is None or request.frame_range is not None or not settings.drafts:
            return None
        cost = self._windows.draft_cost
        return Drafts(request, settings, self._device, self._marks, self._cost_model, cost)

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
        return self._windows.solve_cost(self._channels * self._candidates, len(self._plan.times))

    # From latents to stems

    def _decoding(self, latents: Latents, candidate: int) -> Decoding:
        """Of one candidate's lines."""
        lines = slice(candidate * self._channels, (candidate + 1) * self._channels)
        seed, cost = self._request.settings.seed, self._windows.costs.decode
        return Decoding(self._device, latents[:, lines], self._rows, seed, cost)

    def _rendering(self, sound: DecodedSound, known: Sequence[Stretch], candidate: int = 0) -> Rendering:
        return Rendering(self._request, sound, self._codec, self._marks, known, self._cost_model, candidate)

    def _deliver_candidates(
        self, encoding: Encoding, latents: Latents, known: Sequence[Stretch]
    ) -> Generator[Step, None, None]:
        """Judge the candidates and deliver them, the best one first; only the first if the Judge can't be loaded."""
        decodings = [self._decoding(latents, candidate) for candidate in range(self._candidates)]
        cost_model, costs = self._cost_model, self._windows.costs
        try:
            candidate_judge = CandidateJudge(self._device, self._settings.judge)
            yield from reporting(candidate_judge.load(), cost_model.add("Loading the Judge", 0.0))
        except SeparationError as error:
            yield Notice(f"The first candidate was used because the Judge is not available: {error}")
            cost_model.leave_out(cost_model.total - cost_model.done - decodings[0].cost * len(self._decoded))
            yield from self._rendering(decodings[0], known).advance(self._frames)
            return
        kept = yield from keep(decodings, self._decoded, self._channels, self._codec, costs, cost_model)
        score, sound = candidate_judge.score, encoding.sound
        scores = yield from judge(score, self._text, sound, kept, self._decoded, self._codec, costs, cost_model)
        best = best_candidate(scores)
        yield Scored(tuple(scores))
        yield Notice(scores_text(best, scores))
        for candidate in sorted(range(self._candidates), key=lambda candidate: candidate != best):
            yield from self._rendering(kept[candidate], known, candidate).advance(self._frames)

    def _total_cost(self) -> float:
        """Of the whole separation, in the unit of CostModel."""
        encoded: float = self._channels * self._windows.costs.encode + self._vision_cost
        return self._solve_cost() + self._frames * encoded + self._delivery_cost()

    def _delivery_cost(self) -> float:
        """Of what comes after the solve."""
        costs = self._windows.costs
        rows = self._channels * self._candidates * self._rows.halves
        decoded = rows * costs.decode
        if self._candidates > 1:
            decoded += (self._candidates + 1) * costs.judge + rows * costs.render
        cost: float = len(self._decoded) * decoded
        return cost
