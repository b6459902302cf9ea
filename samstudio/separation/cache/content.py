"""Keys for the cache: short digests of what sounds and weights hold, wherever they come from."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import torch
from torch import Tensor

from samstudio.separation.steps import Steps
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages

PIECE = 1 << 20
"""Frames read at once."""
SAMPLED = 256
"""Values read at either end of a tensor: two sets of weights that were trained differently differ in all of them."""


def sound_digest(samples: Samples, sample_rate: int) -> Steps[str]:
    """Of all samples (n, channels), and their rate in Hz; about a second for an hour in stereo."""
    digest = blake2b(repr((samples.shape, sample_rate)).encode(), digest_size=16)
    for start in range(0, len(samples), PIECE):
        digest.update(np.ascontiguousarray(samples[start : start + PIECE]).data)
        forget_pages(samples)
        yield
    return digest.hexdigest()


def weights_digest(tensors: Iterable[tuple[str, Tensor]], *, whole: bool = False) -> str:
    """Of the tensors' names, types and shapes, and of the values at their ends; `whole`: of all values."""
    digest = blake2b(digest_size=16)
    for name, tensor in tensors:
        digest.update(repr((name, str(tensor.dtype), tuple(tensor.shape))).encode())
        values = tensor.detach().flatten()
        read = values if whole else torch.cat([values[:SAMPLED], values[-SAMPLED:]])
        digest.update(read.cpu().view(torch.uint8).numpy().data)
    return digest.hexdigest()
