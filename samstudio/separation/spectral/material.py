"""The material to learn from: a bounded amount of the marked stretches, read and transformed to bands and features."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from samstudio.separation.engine import SeparationRequest
from samstudio.separation.marks import Marks, frames_in
from samstudio.separation.spectral.evidence import local_features, pan_angle
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid
from samstudio.session.clip import Samples
from samstudio.session.scratch import forget_pages
from samstudio.session.stretch import Stretch

LEARNED_SECONDS = 40.0
"""The most audio to learn from, so that learning from three hours takes no longer than from one minute."""
CONTEXT_SECONDS = 0.5
PIECE_SECONDS = 2.0
"""Stretches longer than their share are sampled in pieces of this length."""


def total_seconds(stretches: tuple[Stretch, ...]) -> float:
    """Summed length."""
    return sum(end - start for start, end in stretches)


def sample_evenly(stretches: tuple[Stretch, ...], seconds: float) -> tuple[Stretch, ...]:
    """At most `seconds` of the stretches, as pieces spread evenly over them."""
    total = total_seconds(stretches)
    if total <= seconds:
        return stretches
    count = max(1, round(seconds / PIECE_SECONDS))
    pieces, passed, index = [], 0.0, 0
    for start, end in stretches:
        while index < count and (place := (index + 0.5) * total / count) < passed + end - start:
            middle = start + place - passed
            pieces.append((max(start, middle - PIECE_SECONDS / 2), min(end, middle + PIECE_SECONDS / 2)))
            index += 1
        passed += end - start
    return tuple(pieces)


def outside(stretches: tuple[Stretch, ...], duration: float) -> tuple[Stretch, ...]:
    """The rest of 0..duration outside the stretches."""
    edges = [0.0, *(edge for stretch in sorted(stretches) for edge in stretch), duration]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return tuple((start, end) for start, end in gaps if end - start > 1e-9)


@dataclass(frozen=True)
class Piece:
    """Sound (C, n) read for one stretch with context, from frame `first` of the clip on."""

    sound: Tensor
    first: int
    stretch: Stretch


def touching(pieces: list[Piece], stretches: tuple[Stretch, ...]) -> list[Piece]:
    """The pieces that hold any of the stretches."""
    return [
        piece
        for piece in pieces
        if any(start <= piece.stretch[1] and piece.stretch[0] <= end for start, end in stretches)
    ]


def read_sound(samples: Samples, start: int, end: int, device: torch.device) -> Tensor:
    """Frames `start`..`end` as (C, n), 0 where the clip is not a number or infinite."""
    sound = np.nan_to_num(np.array(samples[start:end], np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    forget_pages(samples)
    return torch.from_numpy(np.ascontiguousarray(sound.T)).to(device)


def read_pieces(request: SeparationRequest, marks: Marks, grid: StftGrid) -> list[Piece]:
    """The stretches to learn from: marked ones and an even sample of the rest, LEARNED_SECONDS together."""
    rate, frames = request.sample_rate, len(request.samples)
    duration = frames / rate
    if duration <= LEARNED_SECONDS:
        chosen: tuple[Stretch, ...] = ((0.0, duration),)
    else:
        rest = outside((*marks.plus, *marks.minus), duration)
        plus = sample_evenly(marks.plus, 0.4 * LEARNED_SECONDS)
        minus = sample_evenly(marks.minus, 0.4 * LEARNED_SECONDS)
        left = LEARNED_SECONDS - total_seconds(plus) - total_seconds(minus)
        chosen = (*plus, *minus, *sample_evenly(rest, left))
    pieces = []
    for start, end in sorted(chosen):
        # Pieces begin on the clip's own frame grid, so that spans mean the same frames here and in the windows.
        first = max(0, int((start - CONTEXT_SECONDS) * rate)) // grid.hop * grid.hop
        last = min(frames, int((end + CONTEXT_SECONDS) * rate) + 1)
        pieces.append(Piece(read_sound(request.samples, first, last, grid.device), first, (start, end)))
    return pieces


@dataclass(frozen=True)
class BandView:
    """The transforms of a piece of sound.

    `spectra` (C, F, N); `bands` (S, N) over the engine's `scale`; `magnitude` (B, N) all channels together;
    `features` (6, B, N).
    """

    spectra: Tensor
    bands: Tensor
    magnitude: Tensor
    features: Tensor


@dataclass(frozen=True)
class Material:
    """Frames to learn from, `plus` and `minus` (N,) saying which; as in BandView, with `pan` (F, N) for stereo."""

    bands: Tensor
    magnitude: Tensor
    features: Tensor
    pan: Tensor | None
    pan_weight: Tensor | None
    plus: Tensor
    minus: Tensor
    scale: float


def view(sound: Tensor, grid: StftGrid, scale: float) -> BandView:
    """Transform sound (C, n)."""
    spectra = grid.stft(sound)
    bands = grid.to_bands(spectra).div_(scale)
    magnitude = _of_all_channels(bands)
    return BandView(spectra, bands.flatten(0, 1), magnitude, local_features(magnitude))


def _of_all_channels(bands: Tensor) -> Tensor:
    """Magnitude (B, N) of bands (C, B, N)."""
    return bands.square().sum(0).sqrt_()


def gather(pieces: list[Piece], marks: Marks, grid: StftGrid) -> Steps[Material]:
    """Transform the pieces and concatenate their frames."""
    plus_level, plus_frames = 0.0, 0
    transformed: list[tuple[Tensor, ...]] = []
    for piece in pieces:
        spectra = grid.stft(piece.sound)
        bands = grid.to_bands(spectra)
        within, core = (
            frames_in(stretches, piece.first, bands.shape[2], grid) for stretches in (marks.plus, (piece.stretch,))
        )
        plus_level += float(bands[:, :, within].mean(1).mean(0).sum())
        plus_frames += int(within.sum())
        # Of the spectra, only what is learned from is kept: they are the largest by far.
        transformed.append((bands, core, within, *(_pan(spectra[:, :, core]) if len(spectra) == 2 else ())))
        yield
    scale = max(plus_level / max(1, plus_frames), 1e-9)
    columns: list[tuple[Tensor, ...]] = []
    for piece, (bands, core, plus, *stereo) in zip(pieces, transformed, strict=True):
        bands.div_(scale)
        magnitude = _of_all_channels(bands)
        minus = frames_in(marks.minus, piece.first, bands.shape[2], grid)
        columns.append(
            (
                bands.flatten(0, 1)[:, core],
                magnitude[:, core],
                local_features(magnitude)[:, :, core],
                plus[core],
                minus[core],
                *stereo,
            )
        )
        yield
    joined = [torch.cat(parts, -1) for parts in zip(*columns, strict=True)]
    pan, pan_weight = (joined[5], joined[6].div_(scale)) if len(joined) == 7 else (None, None)
    return Material(joined[0], joined[1], joined[2], pan, pan_weight, joined[3], joined[4], scale)


def _pan(spectra: Tensor) -> tuple[Tensor, Tensor]:
    """Pan (F, N) of stereo spectra (2, F, N), and the magnitude of both channels."""
    return pan_angle(spectra), spectra.abs().square().sum(0).sqrt_()
