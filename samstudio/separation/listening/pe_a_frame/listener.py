"""PE-A-Frame as a listener: any text is heard."""

from collections.abc import Generator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from samstudio.separation.engine import SeparationError
from samstudio.separation.listening.curve_spans import Curve, spans_of_probabilities
from samstudio.separation.listening.last_heard import LastHeard
from samstudio.separation.listening.listeners import HeardCurve
from samstudio.separation.listening.pe_a_frame.clip_embeddings import embed_clip
from samstudio.separation.listening.pe_a_frame.config import load_pe_a_frame_config
from samstudio.separation.listening.pe_a_frame.span_predictor import CODEC_PREFIX, SpanPredictor
from samstudio.separation.listening.pe_a_frame.weights import TITLE
from samstudio.separation.models.checkpoint import open_weights
from samstudio.separation.models.weights.stamp import folder_stamp
from samstudio.separation.nn.codec.codec import load_encoder
from samstudio.separation.nn.codec.encoder import CodecEncoder
from samstudio.separation.nn.codec.names import pe_audio_encoder_names
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages
from samstudio.session.text.quoting import one_line

BLOCK_FRAMES = 15000
"""Frames whose agreement with the text is computed together: ten minutes."""

_kept = LastHeard[NDArray[np.float32]]()
"""The embeddings of the clip that was heard last."""


class PeAFrameListener:
    """Hears any text with the weights in a folder, which are loaded for as long as it listens."""

    def __init__(self, folder: Path, device: torch.device | str = "cpu") -> None:
        self._folder, self._device = folder, device

    def listen(self, text: str, samples: Samples, sample_rate: int) -> Generator[float, None, HeardCurve]:
        """See `ClipListener`."""
        yield 0.0
        predictor = SpanPredictor.load(self._folder, self._device)
        codec = load_pe_a_frame_config(self._folder).audio_codec
        # Weights may be replaced by others of the same name.
        key = folder_stamp(self._folder)
        embeddings = _kept.get(samples, key)
        if embeddings is None:
            encoder = load_codec_encoder(self._folder, self._device)
            embeddings = yield from embed_clip(predictor, encoder, samples, sample_rate)
            _kept.keep(samples, embeddings, key)
        direction = predictor.embed_text(text).cpu().numpy()
        logits = np.empty(len(embeddings), np.float64)
        for start in range(0, len(embeddings), BLOCK_FRAMES):
            logits[start : start + BLOCK_FRAMES] = embeddings[start : start + BLOCK_FRAMES] @ direction
            forget_pages(embeddings)
            yield 1.0
        logits += float(predictor.network.logit_bias)
        probabilities: Curve = 1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0)))
        times = np.arange(0.5, len(logits), dtype=np.float64) / codec.frame_rate
        return HeardCurve(probabilities, times, (f"{one_line(text, 60)} (by {TITLE})",), spans_of_probabilities)


def load_codec_encoder(folder: Path, device: torch.device | str) -> CodecEncoder:
    """The codec's encoder that lies in a folder of PE-A-Frame. Raises SeparationError."""
    config, weights = load_pe_a_frame_config(folder).audio_codec, open_weights(folder)
    if not any(name.startswith(CODEC_PREFIX) for name in weights):
        raise SeparationError(
            f"The codec in {folder} is laid out for another program: listening needs the files of the revision "
            "perception_models."
        )
    return load_encoder(
        weights,
        config,
        prefix=CODEC_PREFIX,
        table=pe_audio_encoder_names(config),
        ignore=("bottleneck.out_proj",),
        device=device,
    )
