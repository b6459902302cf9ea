"""Delivering several candidates: the Judge decides where there is one, else what can be measured.

With a Judge all are decoded and delivered. Without, latents are all that is kept of those that were not chosen.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from samstudio.separation.engine import Notice, Scored, SeparationError, Step
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.resample import ResampledPart
from samstudio.separation.sam_audio.pipeline.candidates.judging import CandidateJudge, judge, keep, scores_text
from samstudio.separation.sam_audio.pipeline.candidates.measures import Known, measure, measured_text
from samstudio.separation.sam_audio.pipeline.candidates.ranking import best_candidate
from samstudio.separation.sam_audio.pipeline.decoding import DecodedSound, Decoding
from samstudio.separation.sam_audio.runtime.cost_model import CostModel, Costs
from samstudio.separation.sam_audio.runtime.oom_fallback import Device
from samstudio.separation.steps import reporting


@dataclass(frozen=True)
class Delivery:
    """What is delivered: the sound of R candidates in the latent `frames`.

    `dry` gives their targets alone, without a watermark; `clip` is the recording at the codec's rate.
    """

    decodings: Sequence[Decoding]
    dry: Sequence[Decoding]
    render: Callable[[DecodedSound, int], Generator[Step, None, None]]
    """Makes the chunks of a candidate, of its sound and number."""
    clip: ResampledPart
    frames: range
    channels: int
    codec: CodecConfig
    known: Known
    costs: Costs
    cost_model: CostModel

    def judged(self, device: Device, name: str) -> Generator[Step, None, None]:
        """By the Judge of that name, the best first; `measured` where it cannot be loaded."""
        try:
            candidate_judge = CandidateJudge(device, name)
            yield from reporting(candidate_judge.load(), self.cost_model.add("Loading the Judge", 0.0))
        except SeparationError as error:
            yield Notice(f"The Judge is not available: {error}")
            self.cost_model.leave_only(self.measuring_cost)
            yield from self.measured()
            return
        costs, cost_model, codec = self.costs, self.cost_model, self.codec
        kept = yield from keep(self.decodings, self.frames, self.channels, codec, costs, cost_model)
        score, text = candidate_judge.score, self.known.text
        scores = yield from judge(score, text, self.clip, kept, self.frames, codec, costs, cost_model)
        best = best_candidate(scores)
        yield Scored(tuple(scores))
        yield Notice(scores_text(best, scores))
        for candidate in sorted(range(len(kept)), key=lambda candidate: candidate != best):
            yield from self.render(kept[candidate], candidate)

    def measured(self) -> Generator[Step, None, None]:
        """By measurement; only the best is rendered."""
        measuring = measure(self.dry, self.clip, self.frames, self.codec, self.known, self.cost_model)
        scores = yield from measuring
        best = best_candidate(scores)
        yield Scored(tuple(scores), on_demand=True)
        yield Notice(measured_text(best, scores))
        yield from self.render(self.decodings[best], best)

    @property
    def measuring_cost(self) -> float:
        """Of all that `measured` does."""
        cost: float = sum(decoding.cost for decoding in self.dry) + self.decodings[0].cost
        return cost * len(self.frames)
