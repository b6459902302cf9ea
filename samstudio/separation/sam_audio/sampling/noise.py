"""The noise a solve starts from: the same for a frame whatever the windows, the length of the clip or the device."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from samstudio.session.scratch import forget_pages, scratch_array

BLOCK = 256
"""Frames that are drawn together."""


def start_latents(
    seed: int, frames: range, candidates: Sequence[int], channels: int, width: int
) -> NDArray[np.float32]:
    """Noise (T, candidates * channels, width) of the clip's latent `frames`, in a scratch file.

    It is the same for all channels of the clip, another for each candidate, of which the numbers are given.
    """
    lines = len(candidates) * channels
    latents: NDArray[np.float32] = scratch_array(len(frames), lines * width).reshape(len(frames), lines, width)
    for start in range(0, len(frames), BLOCK):
        part = frames[start : start + BLOCK]
        for line in range(lines):
            drawn = noise(seed, candidates[line // channels], part.start, part.stop, width)
            latents[start : start + len(part), line] = drawn
    forget_pages(latents)
    return latents


def noise(seed: int, candidate: int, start: int, stop: int, channels: int) -> NDArray[np.float32]:
    """Standard normal numbers (stop - start, channels) of the latent frames `start` to `stop`.

    All channels of a clip get the same, so that what they have in common stays common.
    """
    blocks = range(start // BLOCK, -(-stop // BLOCK))
    drawn = np.concatenate([_block(seed, candidate, block, channels) for block in blocks])
    first = start - blocks.start * BLOCK
    return drawn[first : first + stop - start]


def _block(seed: int, candidate: int, block: int, channels: int) -> NDArray[np.float32]:
    stream = np.random.Philox(np.random.SeedSequence((seed, candidate, block)))
    return np.random.Generator(stream).standard_normal((BLOCK, channels), dtype=np.float32)
