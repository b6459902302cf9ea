"""What a text can mean without any span: a few kinds of sound, found roughly by their structure."""

import re
from dataclasses import dataclass

import torch
from torch import Tensor

from samstudio.separation.engine import SeparationError
from samstudio.separation.engine_info import PromptPart
from samstudio.separation.marks import Marks
from samstudio.separation.registry import engine_that_accepts
from samstudio.separation.spectral.material import Piece
from samstudio.separation.spectral.medians import running_median
from samstudio.separation.spectral.special.hum import find_hum
from samstudio.separation.spectral.special.impulses import Impulses
from samstudio.separation.spectral.special.recognise import HUM_SCALE, IMPULSE_SCALE, Treatment, named_kind
from samstudio.separation.spectral.special.steady_noise import learn_noise
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid

DRUM_WORDS = {"drum", "drums", "percussion", "drumkit", "beat", "beats"}
VOICE_WORDS = {"vocal", "vocals", "voice", "voices", "speech", "singing", "singer", "speaker", "talking", "dialogue"}
KNOWN = "drums, vocals or speech, hum, hiss, clicks"
VOICE_BAND = 120.0, 8000.0
MEDIAN_SECONDS, MEDIAN_HERTZ = 0.2, 400.0
"""Lengths of the medians that distinguish steady sound from sudden sound."""


def steady_share(spectra: Tensor, grid: StftGrid) -> Tensor:
    """(C, F, N) the share of sound that is steady in time, against sudden sound, by medians (Fitzgerald, 2010)."""
    magnitude = spectra.abs()
    along_time = max(3, round(MEDIAN_SECONDS * grid.sample_rate / grid.hop / 2) * 2 + 1)
    along_frequency = min(31, max(3, round(MEDIAN_HERTZ * grid.size / grid.sample_rate / 2) * 2 + 1))
    steady, sudden = (
        running_median(magnitude, width, dim).square() for width, dim in ((along_time, -1), (along_frequency, -2))
    )
    return steady / (steady + sudden + 1e-12)


@dataclass(frozen=True)
class Drums:
    """Percussion: sudden in long frames and in short ones."""

    long: StftGrid
    short: StftGrid

    def extract(self, sound: Tensor) -> Tensor:
        """The percussive part (C, n) of sound (C, n)."""
        for grid in (self.long, self.short):
            spectra = grid.stft(sound)
            sound = grid.istft(spectra * (1 - steady_share(spectra, grid)), sound.shape[1])
        return sound


@dataclass(frozen=True)
class Voice:
    """A voice in music: its pitch moves, so it is sudden in very long frames, but it is steady in short ones."""

    long: StftGrid
    short: StftGrid

    def extract(self, sound: Tensor) -> Tensor:
        """The voice-like part (C, n) of sound (C, n); of stereo mainly the centre."""
        spectra = self.long.stft(sound)
        wavering = self.long.istft(spectra * (1 - steady_share(spectra, self.long)), sound.shape[1])
        spectra = self.short.stft(wavering)
        frequencies = torch.arange(spectra.shape[1], device=spectra.device) * self.short.sample_rate / self.short.size
        in_band = ((frequencies >= VOICE_BAND[0]) & (frequencies <= VOICE_BAND[1])).float()
        mask = steady_share(spectra, self.short) * in_band[:, None]
        if len(sound) == 2:
            left, right = spectra
            middle, side = (left + right).abs().square(), (left - right).abs().square()
            mask = mask * (middle / (middle + side + 1e-12))
        return self.short.istft(spectra * mask, sound.shape[1])


def meaning(text: str) -> str:
    """What the text means to this engine without a span: hum, noise, impulses, drums or voice.

    Raises SeparationError, naming what is known and what else can be done, for anything else.
    """
    words = set(re.findall(r"\w+", text.lower()))
    if not words:
        raise SeparationError("Mark a + span where the sound is heard: without one there is nothing to look for.")
    kind = named_kind(text)
    if kind:
        return kind
    if words & DRUM_WORDS:
        return "drums"
    if words & VOICE_WORDS:
        return "voice"
    other = engine_that_accepts(PromptPart.TEXT)
    raise SeparationError(
        f"Without a + span the spectral engine only knows {KNOWN}, not '{text.strip()}': "
        f"mark a + span where it is heard{f', or set up {other.title}, which understands any text' if other else ''}."
    )


def find_by_word(kind: str, grid: StftGrid, pieces: list[Piece], everywhere: Marks) -> Steps[Treatment]:
    """The treatment for a `meaning`, learned from the whole clip (`everywhere` marks all of it +).

    Raises SeparationError if the sound is not there.
    """

    def scaled(scale: float) -> StftGrid:
        return StftGrid(grid.sample_rate, grid.device, scale)

    yield
    if kind == "impulses":
        return Impulses(scaled(IMPULSE_SCALE))
    if kind == "drums":
        return Drums(scaled(2), scaled(1 / 2))
    if kind == "voice":
        return Voice(scaled(8), scaled(1 / 2))
    if kind == "noise":
        return learn_noise(grid, pieces, everywhere)
    hum = yield from find_hum(scaled(HUM_SCALE), pieces, everywhere, named=True)
    if hum is None:
        raise SeparationError("No mains hum was found in this clip; mark a + span where you hear it.")
    return hum
