"""A clip as PE-A-Frame hears it: an embedding a frame, whatever is asked about it.

T frames of the clip, L of a window, E width of the embeddings.
"""

from collections.abc import Generator

import numpy as np
import torch
from numpy.typing import NDArray

from samstudio.separation.freed_memory import return_freed
from samstudio.separation.listening.mono import mono_blocks
from samstudio.separation.listening.pe_a_frame.span_predictor import SpanPredictor
from samstudio.separation.nn.codec.encoder import CodecEncoder
from samstudio.separation.nn.latent_windows import Blend, latent_windows
from samstudio.separation.resample import resampled_length
from samstudio.separation.steps import reporting
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages, scratch_array

WINDOW_FRAMES, OVERLAP_FRAMES = 500, 100
"""20 s and 4 s: the network was trained on some 10 to 30 s, and its attention grows with the square of the length."""
READING = 0.1
"""Part of the work that reading the clip counts as."""


def embed_clip(
    predictor: SpanPredictor, encoder: CodecEncoder, samples: Samples, sample_rate: int
) -> Generator[float, None, NDArray[np.float32]]:
    """The embeddings (T, E) of sound (frames, channels) on disk, blended where windows overlap.

    Yields the fraction done. An embedding's agreement with a text is linear in
    it, so blending embeddings blends logits. Raises ScratchError.
    """
    config = encoder.config
    sound = scratch_array(1, max(1, resampled_length(len(samples), sample_rate, config.sample_rate)))
    filled = 0
    for piece, fraction in mono_blocks(samples, sample_rate, config.sample_rate):
        count = min(len(piece), sound.shape[1] - filled)
        sound[0, filled : filled + count] = piece[:count].numpy()
        filled += count
        forget_pages(sound)
        yield READING * fraction
    wave = torch.from_numpy(sound)[None]
    frames = encoder.frames(sound.shape[1])
    windows = latent_windows(frames, WINDOW_FRAMES, OVERLAP_FRAMES)
    embeddings = scratch_array(frames, predictor.embedding_dim)
    blend, done, features = Blend(windows), 0, torch.zeros(1, 0, config.codebook_dim)
    for window in windows:
        fresh = yield from reporting(encoder.part_stepwise(wave, done, window.stop), _share(done, frames))
        # What the windows share was encoded for the one before.
        features = torch.cat((features[:, window.start - done + features.shape[1] :], fresh.transpose(1, 2)), 1)
        done = window.stop
        found = yield from reporting(predictor.embed(features), _share(window.start, frames))
        start, final = blend.add(found[0].float().cpu())
        embeddings[start : start + len(final)] = final.numpy()
        forget_pages(sound)
        forget_pages(embeddings)
        yield _share(done, frames)
    return_freed()
    return embeddings


def _share(frames: int, of: int) -> float:
    return READING + (1.0 - READING) * frames / of
