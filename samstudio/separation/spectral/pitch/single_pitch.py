"""Whether the target is one pitch at a time that stands out, such as a violin or a flute: asked of the spans.

Then what lies between its harmonics is background. Of chords, drums or breath that would take half away, so the
harmonics must stand far above what lies between them, measured against the same bins in the - spans. It is asked only
where the mask is in doubt: a mask that is sure of the target has nothing to gain.
"""

import torch
from torch import Tensor

from samstudio.separation.nn.repeatable import total
from samstudio.separation.spectral.fit import Learned
from samstudio.separation.spectral.masks import PAN_WEIGHT, band_odds, mean_share
from samstudio.separation.spectral.material import Material
from samstudio.separation.spectral.pitch.track import best_salience, comb, find_pitch, pitched_bins
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid

MOST_FRAMES = 200
"""So many + frames tell it."""
LEAST_DOUBT = 0.3
"""Mean of 4 m (1 - m) of the mask m, weighted by power: 0 where it is sure, 1 where it knows nothing."""
LEAST_CONTRAST = 2.0
"""Mean rise of the log magnitude over that of the - spans, on the harmonics less between them."""
MOST_SECOND = 0.4
"""Salience of the best pitch without the harmonics of the first one, over that of the first: two notes at a time have
more (measured: single lines 0.2 to 0.38, two notes 0.45, music and choirs 0.7 to 0.85)."""
ON, BETWEEN = 0.6, 0.4
"""Of the comb."""
TINY = 1e-9


def is_single_pitch(material: Material, learned: Learned, grid: StftGrid) -> Steps[bool]:
    """Whether the target of this material is a single pitch."""
    count, plus = pitched_bins(grid), material.plus.nonzero()[:MOST_FRAMES, 0]
    bands = material.bands[:, plus]
    odds = (yield from band_odds(bands, material.features[:, :, plus], learned))[:, :count]
    if learned.pan is not None and material.pan is not None:
        odds = odds + PAN_WEIGHT * learned.pan(material.pan[:count, plus])
    mask = mean_share(bands, odds)
    magnitude = material.magnitude[:count, plus]
    power = magnitude.square()
    doubt = total(power * 4 * mask * (1 - mask)) / (total(power) + TINY)
    if doubt < LEAST_DOUBT:
        return False
    track = find_pitch(magnitude, mask, grid)
    yield
    near, voiced = comb(track, grid), track.voiced
    first, second = (best_salience(magnitude, kept, grid)[voiced].sum() for kept in (mask, mask * (1 - near)))
    if second > MOST_SECOND * first:
        return False
    rise = (magnitude + TINY).log() - (material.magnitude[:count, material.minus] + TINY).log().mean(1, keepdim=True)
    on, between = _mean(rise, (near > ON) & voiced), _mean(rise, (near < BETWEEN) & voiced)
    return bool(on - between > LEAST_CONTRAST)


def _mean(values: Tensor, chosen: Tensor) -> Tensor:
    """Mean of the chosen values, 0 of none."""
    return total(torch.where(chosen, values, 0.0)) / chosen.sum().clamp(min=1)
