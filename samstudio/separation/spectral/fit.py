"""Learns models of target and background from a bounded set of frames."""

from dataclasses import dataclass

import torch
from torch import Tensor

from samstudio.separation.spectral import evidence, nmf
from samstudio.separation.spectral.evidence import HistogramRatio
from samstudio.separation.spectral.material import Material
from samstudio.separation.spectral.network import CellNetwork, train_network
from samstudio.separation.spectral.voice.gate import VoiceRole
from samstudio.separation.steps import Steps

SOURCE_FRAMES, ALL_FRAMES = 600, 1300
"""This many random frames are enough for the dictionary of one source, and for the components of both."""
BACKGROUND_ATOMS = 32
COMPONENTS = 48
EXAMPLES = 300
TARGETS = ((16, 0.0), (6, 0.3), (4, 1.0))
"""(atoms, L1 penalty): few sparse atoms suit steady sounds, many suit speech; their average is better than any one."""
DICTIONARY_ITERATIONS = 50
COMPONENT_ITERATIONS = 60


@dataclass(frozen=True)
class Learned:
    """The models that are applied to every window; `scale` is the material's."""

    background: Tensor
    targets: tuple[tuple[Tensor, float], ...]
    components: Tensor
    component_weights: Tensor
    examples: Tensor
    histograms: tuple[HistogramRatio, ...]
    network: CellNetwork
    pan: HistogramRatio | None
    scale: float
    voice: VoiceRole | None = None
    """What a voice is to the target, where a trained network's opinion on it is used."""
    misses_voice: bool = False
    """Whether a voice is clearly what only the + spans hold, and what was learned is something else."""
    single_pitch: bool = False
    """Whether the target is one pitch at a time, with nothing between its harmonics."""


def _random_frames(mask: Tensor, count: int, generator: torch.Generator) -> Tensor:
    frames = mask.nonzero()[:, 0]
    if len(frames) <= count:
        return frames
    return frames[torch.randperm(len(frames), generator=generator)[:count].to(frames.device).sort().values]


def fit(material: Material, generator: torch.Generator) -> Steps[Learned]:
    """Learn all models from the material."""
    bands, plus, minus = material.bands, material.plus, material.minus
    minus_frames = bands[:, _random_frames(minus, SOURCE_FRAMES, generator)]
    background, _ = yield from nmf.learn(minus_frames, BACKGROUND_ATOMS, DICTIONARY_ITERATIONS, generator)
    plus_frames = bands[:, _random_frames(plus, SOURCE_FRAMES, generator)]
    targets = []
    for atoms, penalty in TARGETS:
        spectra, _ = yield from nmf.learn(plus_frames, atoms, DICTIONARY_ITERATIONS, generator, background, penalty)
        targets.append((spectra, penalty))
    some = _random_frames(torch.ones_like(plus), ALL_FRAMES, generator)
    # The draw may miss a source that has few frames: one of each is added.
    some = torch.cat((some, plus.nonzero()[:1, 0], minus.nonzero()[:1, 0]))
    components, activations = yield from nmf.learn(bands[:, some], COMPONENTS, COMPONENT_ITERATIONS, generator)
    a, b = activations[:, plus[some]].mean(1), activations[:, minus[some]].mean(1)
    weights = a**2 / (a**2 + (2 * b) ** 2 + nmf.EPS)
    histograms = tuple(
        evidence.histogram_ratio(feature, material.magnitude, plus, minus, -2.5, 2.5, 16)
        for feature in material.features[: evidence.HISTOGRAM_FEATURES]
    )
    network = yield from train_network(material.features, material.magnitude, plus, minus, generator)
    pan = None
    if material.pan is not None and material.pan_weight is not None:
        pan = evidence.histogram_ratio(material.pan, material.pan_weight, plus, minus, 0.0, 1.0, 24, (0.05, 20.0))
    examples = bands[:, _random_frames(minus, EXAMPLES, generator)]
    return Learned(background, tuple(targets), components, weights, examples, histograms, network, pan, material.scale)
