"""Sounds with a known structure, recognised from spans or named by the text: impulses, mains hum, steady noise."""

from math import ceil
from typing import Protocol

from torch import Tensor

from samstudio.separation.listening.vocabulary import KINDS_OF_CLASSES, understood
from samstudio.separation.listening.word_list import is_speech
from samstudio.separation.marks import Marks
from samstudio.separation.spectral.material import Piece, outside, touching
from samstudio.separation.spectral.special.hum import find_hum
from samstudio.separation.spectral.special.impulses import BINS_AT_ONCE, Impulses, find_impulses
from samstudio.separation.spectral.special.steady_noise import find_noise
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid

IMPULSE_SCALE, HUM_SCALE = 1 / 4, 8
"""Frame lengths over the engine's usual one: 512 and 16384 samples at 44.1 kHz."""


class Treatment(Protocol):
    """Extracts one kind of sound."""

    def extract(self, sound: Tensor) -> Tensor:
        """The target (C, n) in sound (C, n)."""
        ...


def named_kind(text: str) -> str:
    """The kind of special sound that the text names, or an empty string."""
    meaning = understood(text)
    return KINDS_OF_CLASSES.get(meaning.names[0], "") if meaning and not meaning.refusal else ""


def names_voice(text: str) -> bool:
    """Whether the text names speech, and not whose."""
    meaning = understood(text)
    return meaning is not None and not meaning.refusal and is_speech(meaning)


def recognising_steps(grid: StftGrid, pieces: list[Piece], marks: Marks) -> int:
    """About how often `recognise` yields."""
    bins = StftGrid(grid.sample_rate, grid.device, IMPULSE_SCALE).size // 2 + 1
    searched = touching(pieces, (*marks.plus, *marks.minus)) if marks.minus else pieces
    return ceil(bins / BINS_AT_ONCE) * len(searched) + 4


def recognise(grid: StftGrid, pieces: list[Piece], marks: Marks, text: str, duration: float) -> Steps[Treatment | None]:
    """The treatment for the sound in the + spans, or None if it is no special sound."""
    kind = named_kind(text)
    impulses = Impulses(StftGrid(grid.sample_rate, grid.device, IMPULSE_SCALE))
    other = marks.minus or outside(marks.plus, duration)
    if kind == "impulses" or (yield from find_impulses(impulses, pieces, marks.plus, other)):
        return impulses
    hum = yield from find_hum(StftGrid(grid.sample_rate, grid.device, HUM_SCALE), pieces, marks, kind == "hum")
    if hum is not None:
        return hum
    return (yield from find_noise(grid, pieces, marks, kind == "noise"))
