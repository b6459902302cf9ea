"""What the object looks like, and what is around it: features of places in it and outside it.

C channels of a feature, g x f features of a picture, n samples.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor

_INSIDE, _OUTSIDE = 0.75, 0.05
"""The share of a feature's place that the mask covers: at least, to be inside; at most, to be outside."""
_MOST_INSIDE, _MOST_OUTSIDE = 150, 400
"""Samples of a frame."""
_LOOSE = 3
"""Frames without a mark that are remembered."""
_NEIGHBOURS = 3


@dataclass(frozen=True, eq=False)
class Sample:
    """Features of places in the object (n, C) and outside it (n, C)."""

    inside: Tensor
    outside: Tensor


def sampled(features: Tensor, mask: Tensor) -> Sample:
    """Of the features (C, g, f) of a picture and the object's soft mask (g, f) in it."""
    places, share = features.flatten(1).T, mask.flatten()
    # Of a thing smaller than a feature's place, the places that hold most of it.
    inside = places[share >= min(_INSIDE, 0.8 * float(share.max()) or 1.0)]
    return Sample(_thinned(inside, _MOST_INSIDE), _thinned(places[share < _OUTSIDE], _MOST_OUTSIDE))


def _thinned(places: Tensor, most: int) -> Tensor:
    return places[:: -(-len(places) // most)] if len(places) > most else places


@dataclass
class Memory:
    """The samples of all marks, which stay for good, and of some sure frames of late."""

    marked: list[Sample] = field(default_factory=list)
    loose: list[Sample] = field(default_factory=list)

    def walk(self) -> "Memory":
        """The memory of a walk of its own: the same marks, and nothing else yet."""
        return Memory(self.marked)

    def remember(self, sample: Sample) -> None:
        """Add a frame without a mark, in place of the oldest one."""
        self.loose = [*self.loose[1 - _LOOSE :], sample]

    def likeness(self, features: Tensor) -> Tensor:
        """How much more each place (g, f) of a picture is like the object than like the rest, -2..2."""
        samples = self.marked + self.loose
        inside, outside = (torch.cat([getattr(sample, name) for sample in samples]) for name in ("inside", "outside"))
        return _nearness(features, inside) - _nearness(features, outside)


def _nearness(features: Tensor, samples: Tensor) -> Tensor:
    """The mean cosine of each place and the samples most like it."""
    if not len(samples):
        return features.new_full(features.shape[1:], -1.0)
    cosines = samples @ features.flatten(1)
    nearest = cosines.topk(min(_NEIGHBOURS, len(samples)), 0).values.mean(0)
    return nearest.view(features.shape[1:])
