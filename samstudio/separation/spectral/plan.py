"""The plan made once before the windows: the treatment of a special sound, or models of target and background."""

from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from samstudio.separation.boxes import OUTSIDE_BOX, box_bands
from samstudio.separation.engine import SeparationError, SeparationRequest
from samstudio.separation.marks import Marks
from samstudio.separation.spectral.fit import Learned, fit
from samstudio.separation.spectral.masks import band_odds
from samstudio.separation.spectral.material import Material, gather, read_pieces
from samstudio.separation.spectral.special.recognise import Treatment, recognise
from samstudio.separation.spectral.special.words import find_by_word
from samstudio.separation.steps import Steps
from samstudio.separation.stft import StftGrid

QUIET_SHARE, QUIET_SECONDS = 0.2, 0.8
"""Without a - span, this part of the frames, those with the least target in a first pass, is taken as background."""

NO_BACKGROUND = (
    "The + spans cover the whole clip, so there is no background to compare the sound with: "
    "mark a − span where it is absent, or shorten the + spans."
)

Work = Steps["SeparationPlan"]


@dataclass(frozen=True)
class SeparationPlan:
    """Applied to every window; `method` is the treatment of a special sound, or what was learned from the spans."""

    grid: StftGrid
    marks: Marks
    method: Treatment | Learned

    @cached_property
    def profile(self) -> Tensor | None:
        """(B,) gain on the target: 1 in the bands of the + boxes, OUTSIDE_BOX elsewhere; None without + boxes."""
        if not self.marks.plus_boxes:
            return None
        inside = torch.stack([box_bands(box, self.grid) for box in self.marks.plus_boxes]).any(0)
        return torch.where(inside, 1.0, OUTSIDE_BOX)


def plan_by_spans(request: SeparationRequest, marks: Marks, grid: StftGrid) -> Work:
    """Plan from + spans. Raises SeparationError if there is nothing outside them."""
    pieces = read_pieces(request, marks, grid)
    duration = len(request.samples) / request.sample_rate
    yield
    treatment = yield from recognise(grid, pieces, marks, request.prompt.text, duration)
    if treatment is not None:
        return SeparationPlan(grid, marks, treatment)
    material = yield from gather(pieces, marks, grid)
    generator = torch.Generator().manual_seed(request.settings.seed)
    if not bool(material.minus.any()):
        material = yield from _with_guessed_minus(material, grid, generator)
    learned = yield from fit(material, generator)
    return SeparationPlan(grid, marks, learned)


def _with_guessed_minus(material: Material, grid: StftGrid, generator: torch.Generator) -> Steps[Material]:
    """Take all outside the + spans as background for a first pass, then the frames in which it finds least target."""
    if bool(material.plus.all()):
        raise SeparationError(NO_BACKGROUND)
    first = replace(material, minus=~material.plus)
    learned = yield from fit(first, generator)
    odds = yield from band_odds(first.bands, first.features, learned)
    energy = (odds.sigmoid().flatten(0, 1) * first.bands).square().sum(0)
    energy = energy.masked_fill(material.plus, torch.inf)
    needed = max(QUIET_SHARE * len(energy), QUIET_SECONDS * grid.sample_rate / grid.hop)
    quiet = torch.zeros_like(material.plus)
    quiet[energy.argsort(stable=True)[: int(min(needed, int((~material.plus).sum())))]] = True
    return replace(material, minus=quiet)


def plan_by_word(request: SeparationRequest, kind: str, marks: Marks, grid: StftGrid) -> Work:
    """Plan from what a word means; see `words.meaning`."""
    everywhere = replace(marks, plus=((0.0, len(request.samples) / request.sample_rate),), minus=())
    pieces = read_pieces(request, everywhere, grid)
    yield
    treatment = yield from find_by_word(kind, grid, pieces, everywhere)
    return SeparationPlan(grid, marks, treatment)
