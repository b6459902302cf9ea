"""Predicted spans: where the text of a prompt is heard in a clip of any length, used as + spans.

T latent frames, C channels, L frames of a window.
"""

from collections.abc import Generator, Sequence
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from samstudio.separation.engine import Notice, Predicted, SeparationError, Step
from samstudio.separation.listening.pe_a_frame.span_predictor import SpanPredictor, active_spans
from samstudio.separation.nn.config import CodecConfig
from samstudio.separation.nn.latent_windows import Blend
from samstudio.separation.sam_audio.pipeline.anchors import NULL, PLUS, Anchors
from samstudio.separation.sam_audio.runtime.cost_model import CostModel
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, OomFallback
from samstudio.separation.steps import Steps, mapped, reporting
from samstudio.session.frame_grid import FrameGrid
from samstudio.session.prompt import Sign, Span
from samstudio.session.stretch import Stretch, without

Given = TypeVar("Given")

JOINED_SECONDS = 0.2
"""Predicted spans with less between them are shown as one: a pause for breath is not the end of a sound."""


def noted(work: Generator[Step, None, Given], told: list[Step]) -> Generator[Step, None, Given]:
    """Run `work`, adding what it says about the result to `told`."""

    def noted_step(step: Step) -> Step:
        if isinstance(step, Notice | Predicted):
            told.append(step)
        return step

    return mapped(work, noted_step)


def predict(
    device: Device,
    text: str,
    features: NDArray[np.float32],
    windows: Sequence[range],
    frame_rate: float,
    duration: float,
    cost_model: CostModel,
    dismissed: Sequence[Span] = (),
) -> Generator[Step, None, list[Stretch]]:
    """Look for `text` in the features of a clip of `duration` seconds, and report what was found.

    Without what is in `dismissed`. Nothing is found, and a notice says so, where there is no span predictor.
    """

    def search(model: Model) -> Steps[list[Stretch]]:
        yield
        return (yield from predict_stretches(model.span_predictor(), text, features, windows, frame_rate))

    fallback = OomFallback(device, 1, "the search for the sound")
    try:
        searched = yield from reporting(fallback.whole(search), cost_model.add("Finding the sound", 0.0))
    except SeparationError as error:
        yield Notice(f"No spans were predicted: {error}")
        return []
    found = list(without(searched, [(span.start, span.end) for span in dismissed if span.sign is Sign.PLUS]))
    spans = predicted_spans(found, duration)
    yield Predicted(spans)
    yield Notice(prediction_text(text, spans))
    return found


def predict_stretches(
    predictor: SpanPredictor, text: str, features: NDArray[np.float32], windows: Sequence[range], frame_rate: float
) -> Generator[None, None, list[Stretch]]:
    """Where `text` is heard in any channel of the features (T, C, codebook_dim), in seconds; yields after each window.

    Overlapping windows' probabilities are blended.
    """
    blend, parts = Blend(windows), []
    for window in windows:
        sound = torch.from_numpy(features[window.start : window.stop].transpose(1, 0, 2).copy())  # (C, L, codebook_dim)
        probabilities = predictor.probabilities(sound, [text] * len(sound)).amax(dim=0)
        parts.append(blend.add(probabilities.float().cpu()[:, None])[1])
        yield
    return [span.seconds(frame_rate) for span in active_spans(torch.cat(parts)[:, 0])]


def mark_predicted(anchors: Anchors, stretches: Sequence[Stretch], codec: CodecConfig) -> None:
    """Mark the stretches as + where the user has marked nothing."""
    grid = FrameGrid(codec.sample_rate, codec.hop)
    for start, end in stretches:
        first, stop = grid.range(start, end)
        part = anchors[first:stop]
        part[part == NULL] = PLUS


def predicted_spans(stretches: Sequence[Stretch], duration: float) -> tuple[Span, ...]:
    """The stretches as + spans of a clip of `duration` seconds; close ones are joined."""
    joined: list[Stretch] = []
    for start, end in stretches:
        goes_on = joined and start - joined[-1][1] < JOINED_SECONDS
        joined.append((joined.pop()[0] if goes_on else start, end))
    return tuple(Span(start, min(end, duration)) for start, end in joined if start < duration)


def prediction_text(text: str, spans: Sequence[Span]) -> str:
    """How much was found, in a sentence."""
    if not spans:
        return f"“{text}” was not found anywhere; only the text was used."
    places, marks = ("one place", "a + span") if len(spans) == 1 else (f"{len(spans)} places", "+ spans")
    seconds = sum(span.length for span in spans)
    return f"“{text}” was found in {places} ({seconds:.1f} s in total), used as {marks}."
