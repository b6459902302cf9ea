"""From latents to sound at the codec's rate: decoded and, if chosen, watermarked; piece by piece.

C channels of the clip, T latent frames, n samples at the codec's rate, R rows of sound.
"""

from collections.abc import Generator
from math import ceil
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from samstudio.separation.engine import SeparationError
from samstudio.separation.nn.codec.decoder import CodecDecoder
from samstudio.separation.nn.codec.watermark import BITS, WatermarkSignal
from samstudio.separation.sam_audio.runtime.model_parts import Model
from samstudio.separation.sam_audio.runtime.oom_fallback import Device, OomFallback
from samstudio.separation.sam_audio.sampling.joint_solver import NOT_FINITE, Latents
from samstudio.separation.sam_audio.settings import Mode, ResidualKind, SamAudioSettings
from samstudio.separation.steps import Steps, reporting
from samstudio.session.scratch import forget_pages, scratch_array

DECODED_FRAMES = 25
"""Decoded at once: a second of sound."""


def message(seed: int) -> Tensor:
    """The watermark's bits for target and residual (2, 16), from the seed, so that output repeats.

    All channels carry the same, so that what they have in common stays common.
    """
    return torch.from_numpy(np.random.default_rng([seed, BITS]).integers(0, 2, (2, BITS)))


def reach(decoder: CodecDecoder) -> int:
    """How many frames beyond a frame its sound depends on, at most."""
    frames, rate = 0.0, 1.0
    for stage in decoder.stages:
        frames += stage.reach / rate
        rate *= stage.up
    return ceil(frames) + 1


class DecodedRows:
    """What is decoded of each channel: the target, the residual where it is used, the dry target where that differs."""

    def __init__(self, settings: SamAudioSettings) -> None:
        self.faithful = settings.mode is Mode.FAITHFUL
        self.own_residual = settings.residual is ResidualKind.MODEL and not self.faithful
        self.marked = settings.watermark and not self.faithful
        self.halves = 2 if self.faithful or self.own_residual else 1
        self.gated = settings.presence_gate
        self.dry_too = self.marked and self.gated
        """Whether the target is also wanted without its watermark: the gate would take the mark for sound."""
        self.per_channel = self.halves + self.dry_too

    def split(self, sound: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Target, residual (the target again where there is none) and dry target, each (C, n), of (R, n)."""
        channels = len(sound) // self.per_channel
        decoded = sound[: channels * self.halves]
        target, residual = decoded[:: self.halves], decoded[self.halves - 1 :: self.halves]
        return target, residual, sound[-channels:] if self.dry_too else target


class DecodedSound(Protocol):
    """Sound of the latents, by rows."""

    rows: DecodedRows
    frames: int
    """Latent frames there are, or will be."""
    margin: int
    """How many latent frames must be final beyond those that are decoded."""
    cost: float
    """Work of one latent frame."""

    def part(self, start: int, stop: int) -> Steps[Tensor]:
        """(R, n) of the latent frames `start` to `stop`; asked for in order, without gaps."""
        ...


class Decoding:
    """Decodes the latents (T, C, 2 codebook_dim), which may still be growing."""

    def __init__(self, device: Device, latents: Latents, rows: DecodedRows, seed: int, cost: float) -> None:
        """`cost` is the work of decoding a frame of a row."""
        self.rows, self.frames = rows, len(latents)
        self.margin = reach(device.model.codec.decoder)
        self.cost = cost * latents.shape[1] * rows.halves
        self._fallback, self._latents = OomFallback(device, DECODED_FRAMES, "decoding"), latents
        frames, channels, width = latents.shape
        halves = torch.from_numpy(latents).view(frames, channels, 2, width // 2).permute(1, 2, 3, 0)
        # As the decoder takes them, a view (rows, codebook_dim, T): targets and residuals by turns.
        self._rows = halves[:, : rows.halves].flatten(0, 1)
        self._mark = WatermarkSignal(message(seed)[: rows.halves].repeat(channels, 1))

    def stay_on_device(self) -> None:
        """Raise UnitTooLargeError from now on, where the CPU would be taken."""
        self._fallback.raises_first = True

    def part(self, start: int, stop: int) -> Steps[Tensor]:
        """See `DecodedSound`."""
        pieces = yield from self._fallback.pieces(start, stop, self._decode)
        forget_pages(self._latents)
        sound = torch.cat(pieces, dim=1)
        if not bool(torch.isfinite(sound).all()):
            raise SeparationError(NOT_FINITE)
        return sound

    @torch.inference_mode()
    def _decode(self, model: Model, start: int, stop: int) -> Steps[Tensor]:
        dry = yield from model.codec.decoder.part_stepwise(self._rows, start, stop)
        rows = dry
        if self.rows.marked:
            rows = yield from self._mark.on(dry, model.watermark)
        # From here on no memory of the device is needed, so a piece is never watermarked twice.
        sound = rows[:, 0].float().cpu()
        return torch.cat([sound, dry[:: self.rows.halves, 0].float().cpu()]) if self.rows.dry_too else sound


class KeptSound:
    """Sound that was decoded before, in a scratch file."""

    margin = 0

    def __init__(self, decoding: Decoding, channels: int, hop: int, cost: float) -> None:
        """`hop` samples a latent frame; `cost` is what is left to do for a frame of a row."""
        self.rows, self.frames = decoding.rows, decoding.frames
        self.cost = cost * channels * self.rows.halves
        self._decoding, self._hop = decoding, hop
        self._samples = scratch_array(channels * self.rows.per_channel, self.frames * hop)

    def fill(self, frames: range) -> Generator[int, None, None]:
        """Decode `frames`; yields the number of those that are new."""
        for start in range(frames.start, frames.stop, DECODED_FRAMES):
            stop = min(start + DECODED_FRAMES, frames.stop)
            sound = yield from reporting(self._decoding.part(start, stop), 0)
            self._samples[:, start * self._hop : stop * self._hop] = sound.numpy()
            forget_pages(self._samples)
            yield stop - start

    def part(self, start: int, stop: int) -> Steps[Tensor]:
        """See `DecodedSound`."""
        yield
        sound = torch.from_numpy(self._samples[:, start * self._hop : stop * self._hop].copy())
        forget_pages(self._samples)
        return sound
