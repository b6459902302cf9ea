"""A sound at one rate, rendered for a device at another."""

import numpy as np
import soxr

from samstudio.audio.deck import Deck
from samstudio.session.clip import Samples

_BLOCK = 512
"""Frames of the sound's own rate that are rendered at a time."""


class ResampledDeck:
    """Renders a deck at `sample_rate` Hz. The output begins where the deck begins; only soxr's look-ahead is extra."""

    def __init__(self, deck: Deck, sample_rate: int) -> None:
        self._deck = deck
        self._stream = soxr.ResampleStream(deck.sample_rate, sample_rate, 2, dtype="float32", quality="HQ")
        self._block = np.empty((_BLOCK, 2), np.float32)
        self._ready = np.empty((0, 2), np.float32)

    def render(self, out: Samples) -> None:
        """Fill `out` (frames, 2)."""
        done = 0
        while done < len(out):
            if not len(self._ready):
                self._deck.render(self._block)
                self._ready = self._stream.resample_chunk(self._block)
            frames = min(len(self._ready), len(out) - done)
            out[done : done + frames] = self._ready[:frames]
            self._ready = self._ready[frames:]
            done += frames
