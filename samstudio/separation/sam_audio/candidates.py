"""Choosing among candidates: their targets are decoded as they would be delivered, in mono, and judged.

R candidates, C channels, T latent frames, n samples at the codec's rate.
"""

from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor

from samstudio.separation.sam_audio.codec.watermark import GAIN, Carry
from samstudio.separation.sam_audio.joint import Latents
from samstudio.separation.sam_audio.model import Model
from samstudio.separation.sam_audio.ranking import CandidateScores, CandidateSet, Ranker, rank
from samstudio.separation.sam_audio.rendering import DECODED_FRAMES, target_rows
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages, scratch_array


def choose(
    ranker: Ranker, text: str, model: Model, sound: Samples, latents: Latents, candidates: int, bits: Tensor | None
) -> Generator[int, None, tuple[int, list[CandidateScores]]]:
    """The best candidate's index, and all scores; yields the frames decoded since the last step.

    `sound` (C, n) is the clip, `latents` (T, R * C, channels) are solved; `bits` (1, 16) of the watermark, if any.
    """
    codec = model.config.audio_codec
    frames = len(latents)
    mixture, targets = scratch_array(1, sound.shape[1]), scratch_array(candidates, frames * codec.hop)
    rows, carry = target_rows(latents), Carry()
    for start in range(0, frames, DECODED_FRAMES):
        stop = min(start + DECODED_FRAMES, frames)
        place = slice(start * codec.hop, stop * codec.hop)
        targets[:, place] = _decoded(model, rows, start, stop, bits, carry).reshape(candidates, len(sound), -1).mean(1)
        mixture[0, place] = sound[:, place].mean(axis=0)
        for array in (latents, sound, mixture, targets):
            forget_pages(array)
        yield stop - start
    heard = CandidateSet(torch.from_numpy(mixture[0]), torch.from_numpy(targets), codec.sample_rate, text)
    return rank(heard, ranker)


@torch.inference_mode()
def _decoded(model: Model, rows: Tensor, start: int, stop: int, bits: Tensor | None, carry: Carry) -> Samples:
    """The rows' sound (R * C, n) of some frames."""
    dry = model.codec.decoder.part(rows, start, stop)
    if bits is not None:
        dry = dry + GAIN * model.watermark(dry, bits.expand(len(rows), -1), carry)
    sound: Samples = dry[:, 0].float().cpu().numpy().astype(np.float32, copy=False)
    return sound


def scores_text(best: int, scores: list[CandidateScores]) -> str:
    """What was chosen, in a sentence."""
    listed = ", ".join(f"{score.overall:.2f}" for score in scores)
    return f"Candidate {best + 1} of {len(scores)} was chosen by the {scores[0].ranker} (scores {listed})."
