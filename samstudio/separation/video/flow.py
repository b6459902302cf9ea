"""Dense optical flow in torch: where each pixel of a frame was in another one.

Lucas and Kanade's least squares in windows, from coarse to fine, smoothed by how much texture there is (after Bouguet,
2000). h x w pixels.
"""

from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

LEVELS, ROUNDS = 5, 3
_LEAST_SIDE = 24
"""Pixels: a level smaller than this shows nothing more."""
_WINDOW, _SMOOTHING = 2.0, 1.5
"""Standard deviations in pixels, of the windows and of the smoothing between neighbours."""
_FIRM = 1e-4
"""Added to the equations where there is no texture: no motion is the answer there."""
_LONGEST_STEP = 1.0
"""Pixels that a round may change the flow by."""


def optical_flow(here: list[Tensor], there: list[Tensor]) -> Tensor:
    """(2, h, w): right and down, from each pixel of `here` to where it is in `there`; both as `pyramid` makes them."""
    flow = torch.zeros(2, *here[-1].shape[1:])
    for image, other in zip(reversed(here), reversed(there), strict=True):
        flow = _enlarged(flow, *image.shape[1:])
        padded = functional.pad(image[None], (1, 1, 1, 1), mode="replicate")[0]
        right = (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]) / 2
        down = (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]) / 2
        xx, xy, yy = _blurred(torch.cat((right * right, right * down, down * down)), _WINDOW)
        determinant = (xx + _FIRM) * (yy + _FIRM) - xy * xy
        # The smaller eigenvalue: how much the window says about both directions.
        texture = ((xx + yy) / 2 - (((xx - yy) / 2).square() + xy * xy).sqrt() + _FIRM / 10)[None]
        for _ in range(ROUNDS):
            change = warped(other, flow) - image
            x, y = _blurred(torch.cat((right * change, down * change)), _WINDOW)
            step = torch.stack((xy * y - (yy + _FIRM) * x, xy * x - (xx + _FIRM) * y)) / determinant
            flow = flow + step.clamp(-_LONGEST_STEP, _LONGEST_STEP)
            weighted = _blurred(torch.cat((flow * texture, texture)), _SMOOTHING)
            flow = weighted[:2] / weighted[2:]
    return flow


def pyramid(grey: Tensor) -> list[Tensor]:
    """The image (h, w), 0..1, blurred a little, and halved again and again."""
    levels = [_blurred(grey[None], 0.8)]
    while len(levels) < LEVELS and min(levels[-1].shape[1:]) >= 2 * _LEAST_SIDE:
        levels.append(functional.avg_pool2d(_blurred(levels[-1], 0.7)[None], 2)[0])
    return levels


def warped(image: Tensor, flow: Tensor) -> Tensor:
    """The image (c, h, w) as seen from where the flow (2, h, w) starts: each pixel from where it points."""
    height, width = image.shape[-2:]
    size = torch.tensor((width, height))
    places = (2 * (_grid(height, width) + flow.permute(1, 2, 0)) + 1) / size - 1
    return functional.grid_sample(image[None], places[None], padding_mode="border", align_corners=False)[0]


@cache
def _grid(height: int, width: int) -> Tensor:
    """(h, w, 2): column and row."""
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return torch.stack((columns, rows), -1).float()


def _enlarged(flow: Tensor, height: int, width: int) -> Tensor:
    if flow.shape[1:] == (height, width):
        return flow
    larger = functional.interpolate(flow[None], (height, width), mode="bilinear", align_corners=False)[0]
    return larger * torch.tensor((width / flow.shape[2], height / flow.shape[1]))[:, None, None]


@cache
def _bell(deviation: float) -> tuple[float, ...]:
    """A Gaussian from its middle on, both of whose sides sum to 1."""
    side = torch.exp(-torch.arange(max(1, round(2 * deviation)) + 1).float().square() / (2 * deviation**2))
    return tuple((side / (2 * side.sum() - 1)).tolist())


def _blurred(images: Tensor, deviation: float) -> Tensor:
    """Each of the images (c, h, w), by a Gaussian."""
    bell = _bell(deviation)
    reach = len(bell) - 1
    padded = functional.pad(images[None], (reach, reach, reach, reach), mode="replicate")[0]
    # Sums of shifted images: a tenth of the time of grouped convolutions on a CPU.
    return _along(_along(padded, bell, 2), bell, 1)


def _along(padded: Tensor, bell: tuple[float, ...], axis: int) -> Tensor:
    reach = len(bell) - 1
    length = padded.shape[axis] - 2 * reach
    blurred = padded.narrow(axis, reach, length) * bell[0]
    for distance in range(1, reach + 1):
        pair = padded.narrow(axis, reach - distance, length) + padded.narrow(axis, reach + distance, length)
        blurred.add_(pair, alpha=bell[distance])
    return blurred
