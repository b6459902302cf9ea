"""Makes a tile of a spectrogram from a sound, or from the sounds whose shares it shows."""

from functools import partial
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from samstudio.controllers.analysis.sound_source import SoundSource
from samstudio.dsp.spectrogram import (
    SpectrogramSettings,
    at_columns,
    at_rows,
    finest_hop,
    power_share,
    spectra,
    to_shades,
    window,
)
from samstudio.dsp.spectrum_cache import SpectrumCache
from samstudio.dsp.tiles import TILE_COLUMNS, Tile, TileKey
from samstudio.session.scratch import forget_pages

BLOCK = 128
"""Columns of spectra computed and kept together."""


def make_tile(
    sources: tuple[SoundSource, ...], cache: SpectrumCache, settings: SpectrogramSettings, key: TileKey
) -> Tile:
    """Compute one tile of the first source's spectrogram. For one with shares, the target follows, then the rest."""
    shades = to_shades(_levels(sources[0], cache, settings, key), settings)
    share = None
    if key.has_share:
        parts = [_levels(source, cache, settings, key) for source in sources[1:]]
        share = np.asarray(np.rint(power_share(*parts) * 255.0), np.uint8)
    ready = frames_ready(sources, settings, key)
    return Tile(key, shades, ready, ready == _most_ready(sources, settings, key), share)


def frames_ready(sources: tuple[SoundSource, ...], settings: SpectrogramSettings, key: TileKey) -> int:
    """How many of the frames that a tile depends on exist, of all its sources together."""
    return sum(
        max(0, min(source.frames_ready, end) - start)
        for source in sources
        for start, end in (reach(source, settings, key),)
    )


def _most_ready(sources: tuple[SoundSource, ...], settings: SpectrogramSettings, key: TileKey) -> int:
    return sum(max(0, end - start) for start, end in (reach(source, settings, key) for source in sources))


def reach(source: SoundSource, settings: SpectrogramSettings, key: TileKey) -> tuple[int, int]:
    """The first frame that a tile depends on, and the first beyond it."""
    start = floor(key.start * source.sample_rate) - settings.fft_size
    end = ceil(key.end * source.sample_rate) + settings.fft_size
    return max(0, start), min(end, len(source.samples))


def block_reach(hop: int, number: int, settings: SpectrogramSettings) -> tuple[int, int]:
    """The frames that a block of spectra depends on, first and end; they may lie outside the sound."""
    return number * BLOCK * hop - settings.fft_size, (number + 1) * BLOCK * hop + settings.fft_size


def _levels(
    source: SoundSource, cache: SpectrumCache, settings: SpectrogramSettings, key: TileKey
) -> NDArray[np.float32]:
    """Levels in dBFS, float32 (rows, TILE_COLUMNS)."""
    width = key.seconds_per_pixel * source.sample_rate
    hop = finest_hop(settings.fft_size)
    while hop * 2 <= width:
        hop *= 2
    column = key.number * TILE_COLUMNS
    first = max(0, floor(column * width / hop - 1) // BLOCK)
    last = ceil((column + TILE_COLUMNS) * width / hop + 1) // BLOCK
    shape = window(settings.window, settings.fft_size)
    blocks = []
    for number in range(first, last + 1):
        compute = partial(spectra, source.samples, number * BLOCK, BLOCK, hop, shape, key.part)
        needed = min(block_reach(hop, number, settings)[1], len(source.samples))
        blocks.append(cache.block(source.serial, key.part, hop, number, compute, final=source.frames_ready >= needed))
    forget_pages(source.samples)
    levels = at_columns(np.concatenate(blocks), first * BLOCK, hop, column, TILE_COLUMNS, width)
    return at_rows(levels, source.sample_rate, key.scale, key.rows)
