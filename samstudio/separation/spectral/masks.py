"""The mask of a window: five estimates of the target's share of every cell, averaged, then weighted by the evidence."""

import torch
from torch import Tensor

from samstudio.separation.nn.repeatable import logit, sigmoid
from samstudio.separation.spectral import nmf
from samstudio.separation.spectral.blocks import blocks
from samstudio.separation.spectral.evidence import HISTOGRAM_FEATURES, pan_angle
from samstudio.separation.spectral.fit import Learned
from samstudio.separation.spectral.material import BandView
from samstudio.separation.spectral.medians import median_of
from samstudio.separation.spectral.pitch.track import pitch_evidence, pitched_bins
from samstudio.separation.spectral.voice.gate import VoiceRole, share_of
from samstudio.separation.spectral.voice.voice_share import bins_heard
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid

ITERATIONS = 30
NEIGHBOURS = 8
MASK_MARGIN = 1e-3
"""Least distance of the mean mask from 0 and 1, so that its odds are finite."""
HISTOGRAM_WEIGHT = 0.15
NETWORK_WEIGHT = 0.5
PAN_WEIGHT = 0.5
VOICE_WEIGHT, VOICE_WEIGHT_MONO = 0.4, 0.7
"""A single channel has no direction that could correct the network: there it is worth more than our own mask."""


def explain(frames: Tensor, spectra: Tensor, penalty: Tensor | float) -> Steps[Tensor]:
    """Activations (K, N) of fixed `spectra` (S, K) for `frames` (S, N)."""
    activations = nmf.initial_activations(spectra, frames)
    for _ in range(ITERATIONS):
        activations = nmf.update_activations(frames, spectra, activations, penalty)
        yield
    return activations


def dictionary_mask(frames: Tensor, target: Tensor, background: Tensor, penalty: float) -> Steps[Tensor]:
    """(S, N): the target's share of what both dictionaries explain together."""
    count = target.shape[1]
    penalties = torch.zeros(count + background.shape[1], 1, device=frames.device)
    penalties[:count] = penalty
    activations = yield from explain(frames, torch.cat((target, background), 1), penalties)
    wanted, other = target @ activations[:count], background @ activations[count:]
    return wanted.div_(other.add_(wanted).add_(nmf.EPS))


def component_mask(frames: Tensor, components: Tensor, weights: Tensor) -> Steps[Tensor]:
    """(S, N): the components of both sources together, each counted by its weight (K,)."""
    activations = yield from explain(frames, components, 0.0)
    return (components @ (weights[:, None] * activations)).div_((components @ activations).add_(nmf.EPS))


def neighbour_mask(frames: Tensor, examples: Tensor) -> Tensor:
    """(S, N): the share of each frame above the median of those background examples (S, M) that are most like it."""
    similarity = nmf.unit_length(frames).T @ nmf.unit_length(examples)
    nearest = similarity.topk(min(NEIGHBOURS, examples.shape[1])).indices.T
    mask = torch.empty_like(frames)
    for block in blocks(frames):
        median = median_of([examples[block].index_select(1, column) for column in nearest])
        background = torch.minimum(median, frames[block])
        rest = (frames[block] - background).square_()
        background.square_()
        mask[block] = 1 - background / rest.add_(background).add_(nmf.EPS**2)
    return mask


def band_odds(bands: Tensor, features: Tensor, learned: Learned, profile: Tensor | None = None) -> Steps[Tensor]:
    """Log odds (C, B, N) that the cells of `bands` (S, N) with `features` (6, B, N) are target.

    `profile` (B,) is a gain on the target's spectra, from boxes.
    """
    channels = bands.shape[0] // features.shape[1]
    total = neighbour_mask(bands, learned.examples)
    yield
    for target, penalty in learned.targets:
        shaped = target if profile is None else target * profile.repeat(channels)[:, None]
        total += yield from dictionary_mask(bands, shaped, learned.background, penalty)
    total += yield from component_mask(bands, learned.components, learned.component_weights)
    mean = total.div_(len(learned.targets) + 2).view(channels, -1, bands.shape[1])
    odds = mean.clamp_(MASK_MARGIN, 1 - MASK_MARGIN).logit_()
    for ratio, feature in zip(learned.histograms, features[:HISTOGRAM_FEATURES], strict=True):
        odds += ratio(feature).mul_(HISTOGRAM_WEIGHT)
    yield
    odds += learned.network(features).mul_(NETWORK_WEIGHT)
    return odds


def with_voice(odds: Tensor, voice: Tensor, role: VoiceRole, grid: StftGrid) -> Tensor:
    """The log odds (C, F, N) with the voice's share (C, F, N) as further evidence, as far up as it is heard."""
    heard = bins_heard(grid)
    theirs = share_of(role, voice[:, :heard])
    weight = VOICE_WEIGHT_MONO if len(odds) == 1 else VOICE_WEIGHT
    mask = sigmoid(odds[:, :heard]).lerp(theirs, weight)
    return torch.cat((logit(mask.clamp(MASK_MARGIN, 1 - MASK_MARGIN)), odds[:, heard:]), 1)


def mean_share(bands: Tensor, odds: Tensor) -> Tensor:
    """(L, N): the share of all channels' power that odds (C, L, N) of the lowest L of `bands` (C * B, N) keep."""
    power = bands.view(len(odds), -1, bands.shape[1])[:, : odds.shape[1]].square()
    share: Tensor = (power * sigmoid(odds)).sum(0) / (power.sum(0) + nmf.EPS)
    return share


def window_mask(
    view: BandView, learned: Learned, grid: StftGrid, profile: Tensor | None, voice: Tensor | None = None
) -> Steps[Tensor]:
    """The target's share (C, F, N) of every cell of a window; `voice` (C, F, N) is the voice's share, where it counts.

    The pan comes last: what a network says of each channel by itself is corrected by where the sound comes from.
    """
    odds = yield from band_odds(view.bands, view.features, learned, profile)
    odds = grid.to_bins(odds)
    if voice is not None and learned.voice is not None:
        odds = with_voice(odds, voice, learned.voice, grid)
    if learned.pan is not None:
        odds += learned.pan(pan_angle(view.spectra)).mul_(PAN_WEIGHT)
    yield
    # Up to there a band is one bin.
    low = odds[:, : pitched_bins(grid)]
    share = mean_share(view.bands, low)
    low += pitch_evidence(view.magnitude[: low.shape[1]], share, grid, single_pitch=learned.single_pitch)
    return sigmoid(odds)
