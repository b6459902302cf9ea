"""Frames joined to chunks: what follows without a change is one chunk."""

from fractions import Fraction

import av
import numpy as np

from samstudio.audio.decode.chunks import Timed, joined


def frame(sample_format: str, rate: int, layout: str) -> Timed:
    kind, half = {"s16": ("i2", 1 << 14), "flt": ("f4", 0.5)}[sample_format]
    channels = {"mono": 1, "stereo": 2}[layout]
    made = av.AudioFrame.from_ndarray(np.full((1, 100 * channels), half, kind), sample_format, layout)
    made.sample_rate = rate
    return Timed(made, 100)


def test_a_chunk_ends_where_rate_channels_or_sample_format_change():
    kinds = [
        *[("s16", 8000, "mono")] * 3,
        *[("flt", 8000, "mono")] * 2,
        ("flt", 9000, "mono"),
        ("flt", 9000, "stereo"),
        *[("s16", 8000, "mono")] * 2,
    ]
    chunks = list(joined((frame(*kind) for kind in kinds), Fraction(1, 500)))
    assert [(chunk.rate, chunk.samples.shape) for chunk in chunks] == [
        (8000, (300, 1)),
        (8000, (200, 1)),
        (9000, (100, 1)),
        (9000, (100, 2)),
        (8000, (200, 1)),
    ]
    assert all((chunk.samples == 0.5).all() for chunk in chunks)
