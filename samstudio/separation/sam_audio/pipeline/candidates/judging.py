"""Choosing among candidates: all are decoded once, kept on disk, and their targets scored as they would be delivered.

R candidates, C channels, T latent frames, n samples at the codec's rate.
"""

from collections.abc import Callable, Generator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil

import numpy as np
import torch

from samstudio.separation.engine import Progress
from samstudio.separation.models.store import resolve_part
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.resample import ResampledPart
from samstudio.separation.sam_audio.nn.judge import Judge
from samstudio.separation.sam_audio.pipeline.candidates.ranking import CandidateSet, scores_of
from samstudio.separation.sam_audio.pipeline.decoding import Decoding, KeptSound
from samstudio.separation.sam_audio.runtime.cost_model import CostModel, Costs
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, OomFallback
from samstudio.separation.steps import Steps, finish, reporting
from samstudio.session.take import Scores

PIECE_SECONDS = 30.0
"""The Judge is given at most this much at once: the lengths it was trained on, and bounded memory."""
JUDGING = "Scoring the candidates"

ScoreCandidates = Callable[[CandidateSet], Steps[list[Scores]]]
"""Scores candidates by the Judge."""


class CandidateJudge:
    """The Judge on the model's device, or on the CPU where that device has no memory left."""

    def __init__(self, device: Device, name: str) -> None:
        """`name` is the setting's: a folder, or the name of an installed part. Raises SeparationError."""
        path = resolve_part(name, device.model.folder)
        self._fallback = OomFallback(device, 1, "judging")
        # One at a time: on the CPU, the one on the card is given up.
        self._judge_on = lru_cache(maxsize=1)(lambda model: Judge.load(path, model.device))

    def load(self) -> Steps[None]:
        """Have the weights in memory. Raises SeparationError."""
        return self._fallback.whole(self._load_on)

    def score(self, candidates: CandidateSet) -> Steps[list[Scores]]:
        """One score per candidate."""
        return self._fallback.whole(lambda model: scores_of(self._judge_on(model), candidates))

    def _load_on(self, model: Model) -> Steps[None]:
        yield
        self._judge_on(model)


def keep(
    decodings: Sequence[Decoding], frames: range, channels: int, codec: CodecConfig, costs: Costs, cost_model: CostModel
) -> Generator[Progress, None, list[KeptSound]]:
    """The sound of all candidates, decoded in the latent `frames`."""
    kept = []
    for decoding in decodings:
        sound = KeptSound(decoding, channels, codec.hop, costs.render)
        for new in sound.fill(frames):
            yield cost_model.add("Rendering the candidates", decoding.cost * new)
        kept.append(sound)
    return kept


def judge(
    score: ScoreCandidates,
    text: str,
    clip: ResampledPart,
    kept: Sequence[KeptSound],
    frames: range,
    codec: CodecConfig,
    costs: Costs,
    cost_model: CostModel,
) -> Generator[Progress, None, list[Scores]]:
    """The Judge's scores of all candidates, the means over equal pieces of the latent `frames`."""
    count = ceil(len(frames) / (PIECE_SECONDS * codec.frame_rate))
    edges = [frames.start + len(frames) * number // count for number in range(count + 1)]
    scores, lengths = [], []
    for start, stop in pairwise(edges):
        mixture = clip.part(start * codec.hop, stop * codec.hop).mean(dim=0)
        targets = [sound.rows.split(finish(sound.part(start, stop)))[0].mean(dim=0) for sound in kept]
        candidates = CandidateSet(mixture, torch.stack(targets), text)
        scores.append((yield from reporting(score(candidates), cost_model.add(JUDGING, 0.0))))
        lengths.append(len(mixture))
        yield cost_model.add(JUDGING, costs.judge * (len(kept) + 1) * (stop - start))
    return [_mean([piece[index] for piece in scores], lengths) for index in range(len(kept))]


def _mean(pieces: Sequence[Scores], lengths: Sequence[int]) -> Scores:
    """The means of the pieces' scores, weighted by the pieces' lengths."""

    def mean(values: list[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return float(np.average(known, weights=lengths)) if len(known) == len(lengths) else None

    overall = float(np.average([piece.overall for piece in pieces], weights=lengths))
    recall, precision, faithfulness = (
        mean([getattr(piece, name) for piece in pieces]) for name in ("recall", "precision", "faithfulness")
    )
    return Scores(overall, recall, precision, faithfulness)


def scores_text(best: int, scores: Sequence[Scores]) -> str:
    """What was chosen, in a sentence."""
    listed = ", ".join(f"{score.overall:.2f}" for score in scores)
    return f"Candidate {best + 1} of {len(scores)} was chosen by the Judge (scores {listed})."
