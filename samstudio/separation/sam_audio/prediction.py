"""Predicted spans: where the words of a prompt are heard in a clip of any length, used as + spans.

T latent frames, C channels, L frames of a window.
"""

from collections.abc import Generator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from samstudio.separation.sam_audio.anchors import NULL, PLUS, frame_range
from samstudio.separation.sam_audio.config import CodecConfig
from samstudio.separation.sam_audio.latent_windows import Blend
from samstudio.separation.sam_audio.presence import Stretch
from samstudio.separation.sam_audio.span_predictor import SpanPredictor, active_spans
from samstudio.separation.sam_audio.tokens import Tokens

LISTED = 12
"""More spans are counted, not listed."""


def predict_stretches(
    predictor: SpanPredictor, text: str, features: NDArray[np.float32], windows: Sequence[range], frame_rate: float
) -> Generator[None, None, list[Stretch]]:
    """Where `text` is heard in any channel of the features (T, C, codebook_dim), in seconds; yields after each window.

    Overlapping windows' probabilities are blended.
    """
    blend, parts = Blend(windows), []
    for window in windows:
        heard = torch.from_numpy(features[window.start : window.stop].transpose(1, 0, 2).copy())  # (C, L, codebook_dim)
        probabilities = predictor.probabilities(heard, [text] * len(heard)).amax(dim=0)
        parts.append(blend.add(probabilities.float().cpu()[:, None])[1])
        yield
    return [span.seconds(frame_rate) for span in active_spans(torch.cat(parts)[:, 0])]


def mark_predicted(tokens: Tokens, stretches: Sequence[Stretch], codec: CodecConfig) -> None:
    """Mark the stretches as + where the person has marked nothing."""
    for start, end in stretches:
        first, stop = frame_range(start, end, codec.sample_rate, codec.hop)
        part = tokens[first:stop]
        part[part == NULL] = PLUS


def prediction_text(text: str, stretches: Sequence[Stretch]) -> str:
    """What was found, in a sentence."""
    if not stretches:
        return f"“{text}” was predicted to be heard nowhere; the words alone were used."
    listed = ", ".join(f"{start:.2f}–{end:.2f} s" for start, end in stretches[:LISTED])
    more = f" and {len(stretches) - LISTED} more" if len(stretches) > LISTED else ""
    return f"“{text}” was predicted to be heard, and so marked +, at {listed}{more}."
